import { describe, expect, it } from "vitest";
import { absoluteTime, fromInputTime, relativeTime, spanText, toInputTime } from "./time-text.ts";

const at = Date.UTC(2026, 10, 21, 20, 45, 3);

describe("absoluteTime", () => {
  it.each([
    ["utc", 0, "2026-11-21 20:45:03 Z"],
    ["local", 60, "2026-11-21 21:45:03 +01:00"],
    ["local", -210, "2026-11-21 17:15:03 -03:30"],
  ] as const)("%s %i", (zone, offset, expected) => {
    expect(absoluteTime(at, zone, offset)).toBe(expected);
  });
  it("does not throw on a time no calendar holds", () => {
    expect(absoluteTime(Number.NaN, "utc", 0)).toBe("no time");
    expect(absoluteTime(9e15, "utc", 0)).toBe("no time");
  });
});

describe("spanText", () => {
  it.each([
    [0, "0s"],
    [59_400, "59s"],
    [725_000, "12m 5s"],
    [3_600_000, "1h"],
    [3_601_000, "1h"],
    [273_600_000, "3d 4h"],
  ])("%i ms", (ms, expected) => {
    expect(spanText(ms)).toBe(expected);
  });
});

describe("relativeTime", () => {
  it.each([
    [at - 2_000, "now"],
    [at - 240_000, "4m ago"],
    [at + 7_200_000, "in 2h"],
  ])("%i", (then, expected) => {
    expect(relativeTime(then, at)).toBe(expected);
  });
});

describe("input time", () => {
  it("reads back what it wrote", () => {
    expect(fromInputTime(toInputTime(at))).toBe(at);
    expect(fromInputTime("")).toBeUndefined();
  });
});
