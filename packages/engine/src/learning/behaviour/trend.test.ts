import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { risingChance, risingOnChance } from "./trend.ts";

const flat = (n: number): readonly number[] => new Array<number>(n).fill(3);
const ramp = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

describe("a rising row", () => {
  // z = (S - 1) / sqrt(n (n - 1) (2 n + 5) / 18) by hand: S = 45, variance 125.
  it("has the chance of Mann and Kendall", () => expect(risingChance(ramp(10))).toBeCloseTo(4.15e-5, 7));
  it.each([
    ["nothing", []],
    ["one level", [4]],
    ["no change", flat(20)],
  ])("is not %s", (_, levels) => expect(risingChance(levels)).toBe(1));
  it("is as sure whatever the scale, and as unsure backwards", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 30 }), (levels) => {
        const p = risingChance(levels);
        expect(risingChance(levels.map((each) => 2 ** each))).toBe(p);
        if (p < 0.5) expect(risingChance(levels.toReversed())).toBeGreaterThan(0.5);
      }),
    ));
  it("cannot be made by one level", () =>
    fc.assert(
      fc.property(fc.nat(39), fc.integer({ min: -1_000, max: 1_000 }), (at, level) => {
        expect(risingChance(flat(40).with(at, level))).toBeGreaterThan(0.03);
      }),
    ));
});

describe("a row that rises on", () => {
  it.each([
    ["a step", [...flat(20), ...flat(20).map((each) => each + 9)], 0.5, 1],
    ["a ramp after a flat part", [...flat(30), ...ramp(16).map((each) => each + 4)], 0, 1e-6],
    ["a ramp", ramp(40), 0, 1e-6],
    ["a step down", [...flat(20).map((each) => each + 9), ...flat(20)], 0.5, 1],
  ])("%s", (_, levels, least, most) => {
    expect(risingOnChance(levels)).toBeGreaterThanOrEqual(least);
    expect(risingOnChance(levels)).toBeLessThanOrEqual(most);
  });
});
