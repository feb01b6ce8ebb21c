import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { changeStart } from "./change-point.ts";
import { ladderOf } from "./ladder.ts";
import { tiedTo } from "./tie-changes.ts";

/** The plain way: every split, the t-like statistic of ranks by definition. */
function naiveStart(values: readonly number[]): number {
  const rank = (value: number): number =>
    (values.filter((other) => other < value).length + values.filter((other) => other <= value).length - 1) / 2;
  const ranks = values.map(rank);
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  let best = { at: 0, height: -1 };
  for (let at = 10; at <= values.length - 10; at += 1) {
    const [left, right] = [ranks.slice(0, at), ranks.slice(at)];
    const height = Math.abs(mean(left) - mean(right)) * Math.sqrt((left.length * right.length) / values.length);
    if (height > best.height + 1e-9) best = { at, height };
  }
  return best.at;
}

describe("since when", () => {
  it("CP1. equals the plain way on seeded series, with ties", () => {
    const random = makeRandom(3);
    for (let series = 0; series < 20; series += 1) {
      const cut = 15 + random.below(70);
      const values = Array.from({ length: 100 }, (_, at) => random.below(6) + (at >= cut ? 2 : 0));
      expect(changeStart(Float64Array.from(values), "number")).toBe(naiveStart(values));
    }
  });

  it.each([
    ["a clear step", (at: number) => (at >= 60 ? 5 : 1) + (at % 3) / 10, "number", 60],
    [
      "a wild value before the step",
      (at: number) => (at === 20 ? 1e9 : at >= 60 ? 5 : 1) + (at % 3) / 10,
      "number",
      60,
    ],
    ["missing values do not shift it", (at: number) => (at % 4 === 1 ? Number.NaN : at >= 60 ? 5 : 1), "number", 60],
    ["a category that comes", (at: number) => (at >= 70 && at % 2 === 0 ? 9 : at % 3), "category", 70],
  ] as const)("%s", (_, of, kind, expected) => {
    expect(
      changeStart(
        Float64Array.from({ length: 120 }, (_each, at) => of(at)),
        kind,
      ),
    ).toBe(expected);
  });

  it("says nothing of too few rows", () => {
    expect(changeStart(new Float64Array(19), "number")).toBeUndefined();
  });
});

describe("what may be behind it", () => {
  const DAY = 86_400_000;
  it("TC1. the nearest change before, then later ones; far ones not at all", () => {
    const change = (what: string, days: number) => ({ kind: "rules", what, at: (100 + days) * DAY });
    const all = [change("long ago", -9), change("two days before", -2), change("just after", 0.5), change("later", 3)];
    expect(tiedTo(100 * DAY, all).map(({ what }) => what)).toEqual(["two days before", "just after"]);
  });
});

describe("ladder", () => {
  const none = { lasting: [], share: 0, findings: 0, off: false, risen: undefined, offNow: false, worse: false };
  const moved = [{ words: "hosts", effect: 0.3 }];
  it.each([
    ["nothing", none, []],
    ["a finding on the data", { ...none, findings: 1 }, ["inform"]],
    ["a large change", { ...none, lasting: moved, share: 0.1 }, ["inform", "widen"]],
    ["meaning changed", { ...none, off: true }, ["pause-auto-close"]],
    ["errors rose", { ...none, risen: { before: 0.1, after: 0.2 } }, ["pause-auto-close"]],
    ["both", { ...none, lasting: moved, off: true }, ["inform", "widen", "pause-auto-close", "propose-retraining"]],
    ["worse than none", { ...none, worse: true }, ["pause-auto-close", "fall-back", "propose-retraining"]],
  ] as const)("ML1. %s", (_, facts, expected) => {
    expect(ladderOf(facts).flatMap(({ step, holds }) => (holds ? [step] : []))).toEqual(expected);
  });
});
