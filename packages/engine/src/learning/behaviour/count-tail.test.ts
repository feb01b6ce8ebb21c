import { DAY } from "@cordon/model/time";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addWindow, amendWindow, makeTally, type Tally } from "./count-tail.ts";

const tallyOf = (values: readonly (number | undefined)[]): Tally => {
  const tally = makeTally(0);
  for (const [day, value] of values.entries()) if (value !== undefined) addWindow(tally, value, day * DAY);
  return tally;
};

/** Counts that no cap touches, with one of them that was something else. */
const rows = fc
  .array(fc.integer({ min: 40, max: 60 }), { minLength: 2, maxLength: 40 })
  .chain((values) =>
    fc.record({ values: fc.constant(values), place: fc.nat(values.length - 1), was: fc.integer({ min: 40, max: 90 }) }),
  );

describe("a window of counts that was something else", () => {
  it("is as if it had been counted so", () => {
    fc.assert(
      fc.property(rows, ({ values, place, was }) => {
        const tally = tallyOf(values.with(place, was));
        amendWindow(tally, { was, now: values[place] }, place * DAY);
        for (const [i, expected] of tallyOf(values).entries()) expect(tally[i]).toBeCloseTo(expected, 6);
      }),
    );
  });
  it("is as if there had been none", () => {
    fc.assert(
      fc.property(rows, ({ values, place, was }) => {
        const tally = tallyOf(values.with(place, was));
        amendWindow(tally, { was, now: undefined }, place * DAY);
        const expected = tallyOf(values.map((value, day) => (day === place ? undefined : value)));
        for (const i of [0, 1, 2]) {
          // The fading since another last window is all that differs.
          const fade = 2 ** (-((tally[3] ?? 0) - (expected[3] ?? 0)) / (30 * DAY));
          expect(tally[i]).toBeCloseTo((expected[i] ?? 0) * (i === 1 ? 1 : fade), 6);
        }
      }),
    );
  });
  it.each([
    ["the last, which was cut to its cap", 29],
    ["an earlier one that was cut", 20],
  ])("%s", (_name, place) => {
    const values = Array.from({ length: 30 }, (_, day) => 3 + (day % 3));
    const tally = tallyOf(values.with(place, 500));
    amendWindow(tally, { was: 500, now: values[place] }, place * DAY);
    const expected = tallyOf(values);
    expect(tally[1]).toBeCloseTo(expected[1] ?? 0, place === 29 ? 9 : 0);
  });
  it("of one alone is nothing", () => {
    const tally = tallyOf([7]);
    amendWindow(tally, { was: 7, now: undefined }, 0);
    expect(tally).toEqual([0, 0, 0, 0]);
  });
});
