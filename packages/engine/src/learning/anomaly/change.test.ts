import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { type ChangeDetector, makeAdwin, makePageHinkley } from "./change.ts";

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
    ["ADWIN of errors", () => makeAdwin(), errors],
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
