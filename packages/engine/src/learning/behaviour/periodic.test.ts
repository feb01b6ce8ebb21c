import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { chanceOf, regularityOf, withoutPauses } from "./periodic.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the chance of a regular row", () => {
  it.each([16, 24, 48])("is what %i connections at random times show", (count) => {
    const random = makeRandom(count);
    const rows = 4_000;
    const chances = Array.from({ length: rows }, () => {
      const times = Array.from({ length: count }, () => random.next() * 10 * HOUR).sort((a, b) => a - b);
      return chanceOf(times, regularityOf(times));
    });
    const below = (level: number): number => chances.filter((p) => p <= level).length / rows;
    expect(below(0.01)).toBeLessThan(0.016);
    expect(below(0.01)).toBeGreaterThan(0.004);
    expect(below(1e-3)).toBeLessThan(0.003);
    expect(below(1e-6)).toBe(0);
  });
  it("is tiny for a metronome", () => {
    const times = Array.from({ length: 24 }, (_, i) => i * 10 * MINUTE);
    expect(chanceOf(times, regularityOf(times))).toBeLessThan(1e-9);
  });
});

describe("pauses", () => {
  const day = (number: number): readonly number[] =>
    Array.from({ length: 10 }, (_, i) => number * 24 * HOUR + i * 30 * MINUTE);
  it("of nights become one interval each", () => {
    const times = [...day(0), ...day(1), ...day(2)];
    const { coverage, spread } = regularityOf(withoutPauses(times));
    expect(coverage).toBeGreaterThan(0.9);
    expect(spread).toBe(0);
  });
  it("that come more often than nights stay", () => {
    const times = [0, 1, 2, 9, 10, 11, 18, 19, 20].map((hour) => hour * HOUR);
    expect(withoutPauses(times)).toBe(times);
  });
});
