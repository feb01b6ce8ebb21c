import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { type ChangeDetector, makeAdwin, makeDdm, makeKswin, makePageHinkley } from "./change.ts";
import { makeDistinct, makeFrequencies, makeLeaders } from "./sketches.ts";

const LENGTH = 2_000;
/** Noise around 0, then around `after`. */
function stream(seed: number, after: number): number[] {
  const random = makeRandom(seed);
  return Array.from({ length: LENGTH }, (_, at) => random.normal() * 0.3 + (at < LENGTH / 2 ? 0.2 : after));
}
const errors = (seed: number, after: number): number[] => {
  const random = makeRandom(seed);
  return Array.from({ length: LENGTH }, (_, at) => Number(random.next() < (at < LENGTH / 2 ? 0.1 : after)));
};
const changesOf = (detector: ChangeDetector<unknown>, values: readonly number[]): number[] =>
  values.flatMap((value, at) => (detector.add(value) ? [at] : []));

describe("change", () => {
  it.each([
    ["ADWIN", () => makeAdwin(), stream],
    ["Page-Hinkley", () => makePageHinkley(), stream],
    ["KSWIN", () => makeKswin({ alpha: 1e-4 }), stream],
    ["DDM", () => makeDdm(), errors],
  ])("%s sees a change soon, and none where none is", (_name, make, of) => {
    const after = of === stream ? 1.2 : 0.6;
    const before = of === stream ? 0.2 : 0.1;
    for (const seed of [1, 2, 3]) {
      const found = changesOf(make(), of(seed, after)).filter((at) => at >= LENGTH / 2);
      expect(found[0] ?? LENGTH).toBeLessThan(LENGTH / 2 + 150);
    }
    const quiet = [4, 5, 6].map((seed) => changesOf(make(), of(seed, before)).length);
    expect(quiet.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2);
  });

  it("AZ1. each goes on after a restore as if never stopped", () => {
    const values = stream(9, 1);
    const rows = [
      [makeAdwin(), (state: unknown) => makeAdwin(0.002, state as never)],
      [makePageHinkley(), (state: unknown) => makePageHinkley({}, state as never)],
      [makeKswin(), (state: unknown) => makeKswin({}, state as never)],
      [makeDdm(), (state: unknown) => makeDdm(state as never)],
    ] as const;
    for (const [first, restore] of rows) {
      changesOf(first, values.slice(0, 900));
      const second = restore(JSON.parse(JSON.stringify(first.snapshot())));
      expect(changesOf(second, values.slice(900))).toEqual(changesOf(first, values.slice(900)));
      expect(second.snapshot()).toEqual(first.snapshot());
    }
  });

  it("ADWIN keeps few buckets; a delta that is no chance is refused", () => {
    const detector = makeAdwin();
    changesOf(detector, stream(3, 0.2));
    expect(detector.snapshot().rows.flat().length).toBeLessThan(80);
    expect(() => makeAdwin(2)).toThrow(/delta 2/);
  });
});

describe("sketches", () => {
  const words = fc.array(
    fc.integer({ min: 0, max: 400 }).map((one) => `w${one}`),
    { maxLength: 600 },
  );

  it("AK1. merging equals seeing both; counts hold their bounds (property)", () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const whole = { distinct: makeDistinct(), counts: makeFrequencies() };
        const parts = [a, b].map((some) => {
          const part = { distinct: makeDistinct(), counts: makeFrequencies() };
          for (const word of some)
            for (const sketch of [part.distinct, part.counts, whole.distinct, whole.counts]) sketch.add(word);
          return part;
        });
        const [one, other] = parts;
        one?.distinct.merge(JSON.parse(JSON.stringify(other?.distinct.snapshot())));
        one?.counts.merge(JSON.parse(JSON.stringify(other?.counts.snapshot())));
        expect(one?.distinct.snapshot()).toEqual(whole.distinct.snapshot());
        expect(one?.counts.snapshot()).toEqual(whole.counts.snapshot());
        const exact = new Map<string, number>();
        for (const word of [...a, ...b]) exact.set(word, (exact.get(word) ?? 0) + 1);
        expect(Math.abs(whole.distinct.count() - exact.size)).toBeLessThanOrEqual(3 + exact.size * 0.12);
        for (const [word, count] of exact) expect(whole.counts.count(word)).toBeGreaterThanOrEqual(count);
      }),
      { numRuns: 30 },
    );
  });

  it("counts many different values within a few percent, and refuses a foreign snapshot", () => {
    const distinct = makeDistinct();
    for (let at = 0; at < 50_000; at += 1) distinct.add(`value ${at}`);
    expect(Math.abs(distinct.count() / 50_000 - 1)).toBeLessThan(0.1);
    expect(() => makeDistinct({ version: 1, cells: [1] })).toThrow(/1 cells/);
  });

  it("AK2. leaders hold all that is frequent, with counts that are never too small (property)", () => {
    fc.assert(
      fc.property(words, (some) => {
        const [leaders, exact] = [makeLeaders(), new Map<string, number>()];
        for (const word of some) {
          leaders.add(word);
          exact.set(word, (exact.get(word) ?? 0) + 1);
        }
        const top = leaders.top(64);
        for (const [word, count] of exact)
          if (count > some.length / 64) expect(top.map(({ value }) => value)).toContain(word);
        for (const { value, count, error } of top) {
          expect(count).toBeGreaterThanOrEqual(exact.get(value) ?? 0);
          expect(count - error).toBeLessThanOrEqual(exact.get(value) ?? 0);
        }
        expect(makeLeaders(top).top(64)).toEqual(top);
      }),
    );
  });
});
