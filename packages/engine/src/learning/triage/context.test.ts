import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertGroup, CONTEXT_NAMES, makeTriageContext } from "./context.ts";

const group = (host: string, rule: string, count = 1): AlertGroup => ({ host, rule, count, variants: 1 });
const START = 28_000_000;

/** Rows of a history, given as groups by minute from START on. */
function rowsOf(history: readonly (readonly [number, ...AlertGroup[]])[]): Record<string, number>[][] {
  const context = makeTriageContext();
  return history.map(([minute, ...groups]) =>
    context
      .step(START + minute, groups)
      .map((row) => Object.fromEntries(CONTEXT_NAMES.map((name, at) => [name, row[at] ?? Number.NaN]))),
  );
}
const last = (rows: Record<string, number>[][]): Record<string, number> => rows.at(-1)?.at(-1) ?? {};

describe("what is known about an alert", () => {
  it("has one finite value for each feature", () => {
    const [row] = makeTriageContext().step(START, [group("a", "r")]);
    expect(row).toHaveLength(CONTEXT_NAMES.length);
    expect([...(row ?? [])].every(Number.isFinite)).toBe(true);
  });

  it.each([
    ["the first ever", [[0, group("a", "r")]], { firstOnHost: 1, firstAnywhere: 1, pairBefore: 0, repeats10: 1 }],
    [
      "known elsewhere",
      [
        [0, group("b", "r")],
        [1, group("a", "r")],
      ],
      { firstOnHost: 1, firstAnywhere: 0, hosts10: 2 },
    ],
    [
      "seen here",
      [
        [0, group("a", "r")],
        [5, group("a", "r")],
      ],
      { firstOnHost: 0, repeats10: 2, pairGap: Math.log1p(5) },
    ],
    [
      "out of ten minutes",
      [
        [0, group("a", "r")],
        [10, group("a", "r")],
      ],
      { repeats10: 1, repeats60: Math.log1p(2) },
    ],
    [
      "out of the hour",
      [
        [0, group("a", "r")],
        [60, group("a", "r")],
      ],
      { repeats60: Math.log1p(1), hourKnown: 0 },
    ],
    [
      "a day later",
      [
        [0, group("a", "r")],
        [1_440, group("a", "r")],
      ],
      { hourKnown: 1, pairDays: 0.5 },
    ],
    ["many rules at once", [[0, group("a", "q"), group("a", "r"), group("b", "s")]], { rules3: 1, hostsAll10: 2 }],
    [
      "a burst",
      [
        [0, group("a", "r", 1)],
        [1, group("a", "r", 99)],
      ],
      { burstOverMost: Math.log(50), alerts: Math.log1p(99) },
    ],
  ] as const)("%s", (_name, history, expected) => {
    expect(last(rowsOf(history))).toMatchObject(expected);
  });

  it("does not depend on what comes later, nor on other runs (property)", () => {
    const groups = fc.array(
      fc.record({
        host: fc.constantFrom("a", "b", "c"),
        rule: fc.constantFrom("q", "r", "s"),
        count: fc.nat(20),
        variants: fc.nat(3),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const histories = fc.array(fc.tuple(fc.nat(30), groups), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(histories, fc.nat(10), (steps, cut) => {
        const run = (given: typeof steps) => {
          const context = makeTriageContext();
          let minute = START;
          return given.map(([gap, some]) => {
            minute += gap;
            return context.step(minute, some).map((row) => [...row]);
          });
        };
        expect(run(steps.slice(0, cut + 1))).toEqual(run(steps).slice(0, cut + 1));
      }),
    );
  });
});
