import { describe, expect, it } from "vitest";
import { type Budget, chooseCut } from "./mail-cut.ts";

const BUDGET: Budget = { all: 0.1, eachKind: 0.2, kindMin: 5, lowest: 0.5, highest: 0.9 };
const mails = (kind: string, ...probabilities: readonly number[]) => probabilities.map((p) => ({ kind, p }));
const quiet = mails("talk", ...Array.from({ length: 90 }, () => 0.01));

describe("cut", () => {
  it.each([
    ["nothing is near: the lowest", quiet, 0.5],
    ["no mails at all: the lowest", [], 0.5],
    [
      "a kind that suffers raises it, though the mean is kept",
      [...quiet, ...mails("news", 0.1, 0.2, 0.74, 0.735, 0.2)],
      0.74,
    ],
    ["a kind too small to judge by does not", [...quiet, ...mails("news", 0.74, 0.74)], 0.5],
    ["the mean raises it too", mails("a", 0.6, 0.6, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), 0.61],
    ["what cannot be kept ends at the highest", mails("a", ...Array.from({ length: 10 }, () => 0.99)), 0.9],
  ])("MU1. %s", (_name, wanted, expected) => expect(chooseCut(wanted, BUDGET)).toBe(expected));
});
