import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

describe("what was probably meant", () => {
  it.each<readonly [string, string | undefined]>([
    ["rules lst", "rules list"],
    ["rejcted", "rejected"],
    ["ip", undefined],
    ["something else", undefined],
  ])("%s", (word, expected) => {
    expect(nearest(word, ["rules list", "rejected", "hit"])).toBe(expected);
  });
});
