import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../../random.ts";
import { makeSchema, tableOfRows } from "../../table.ts";
import { makeDigest } from "./digest.ts";
import { makeEcod } from "./ecod.ts";
import { fitEllipse } from "./ellipse.ts";
import { fitIsolation } from "./isolation.ts";
import { fitNormality, judgeTable } from "./normality.ts";

const schema = makeSchema(["bytes", "service", "rate"], ["number", "category", "number"]);

/** Few bytes at service 0, many at service 1: each alone is usual, the other pairing is not. */
function usualRows(seed: number, count: number): number[][] {
  const random = makeRandom(seed);
  return Array.from({ length: count }, () => {
    const service = random.below(2);
    return [Math.exp(random.normal() + 5 * (1 + service)), service, random.next()];
  });
}

const usual = tableOfRows(schema, usualRows(1, 600));
describe("digest", () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 1_500 });
  it("AG2. ranks within .02 of the exact ones, never falling, exact at the ends (property)", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (values, asked) => {
        const digest = makeDigest();
        for (const value of values) digest.add(value);
        const distinct = new Set(values).size === values.length;
        const exact = values.filter((value) => value <= asked).length / values.length;
        if (distinct) expect(Math.abs(digest.below(asked) - exact)).toBeLessThan(0.02 + 1 / values.length);
        expect(digest.below(asked)).toBeLessThanOrEqual(digest.below(asked + 1));
        expect([digest.quantile(0), digest.below(Math.max(...values))]).toEqual([Math.min(...values), 1]);
      }),
      { numRuns: 40 },
    );
  });

  it("AG3. goes on after a restore as if never stopped, and merges", () => {
    const random = makeRandom(3);
    const values = Array.from({ length: 5_000 }, () => random.normal());
    const [one, other] = [makeDigest(), makeDigest()];
    for (const [at, value] of values.entries()) (at % 2 === 0 ? one : other).add(value);
    const restored = makeDigest(JSON.parse(JSON.stringify(one.snapshot())));
    expect(restored.snapshot()).toEqual(one.snapshot());
    restored.merge(other);
    expect(restored.weight).toBe(5_000);
    expect(restored.quantile(0.975)).toBeCloseTo(1.96, 0);
    expect(restored.snapshot().means.length).toBeLessThan(300);
    expect(() => makeDigest({ ...one.snapshot(), version: 9 })).toThrow(/version 9/);
  });
});

describe("single ways", () => {
  const points = {
    rows: 400,
    dims: 3,
    values: Float64Array.from(
      { length: 1_200 },
      (() => {
        const random = makeRandom(4);
        return () => random.normal();
      })(),
    ),
  };
  const [middle, outside] = [
    [0, 0, 0],
    [0, 6, 0],
  ];

  it.each([
    ["isolation", fitIsolation(points, makeRandom(1))],
    ["ellipse", fitEllipse(points)],
    ["ecod", learnt(makeEcod(3))],
  ])("%s finds the outside stranger, and names its feature", (_name, way) => {
    expect(way.score(outside)).toBeGreaterThan(way.score(middle));
    const parts = [...way.explain(outside)];
    expect(parts.indexOf(Math.max(...parts))).toBe(1);
  });

  it("AL2. AC2. shares add up to the score", () => {
    for (const way of [fitEllipse(points), learnt(makeEcod(3))])
      expect(way.explain(outside).reduce((sum, part) => sum + part, 0)).toBeCloseTo(way.score(outside), 9);
  });

  it("AC1. ECOD goes on after a restore as if never stopped", () => {
    const ecod = learnt(makeEcod(3));
    expect(makeEcod(3, JSON.parse(JSON.stringify(ecod.snapshot()))).score(outside)).toBe(ecod.score(outside));
  });

  function learnt<T extends { learn(point: ArrayLike<number>): void }>(way: T): T {
    for (let row = 0; row < points.rows; row += 1) way.learn(points.values.subarray(row * 3, row * 3 + 3));
    return way;
  }
});

describe("normality", () => {
  const normality = fitNormality(usual, { seed: 2 });

  it("finds a pairing that no feature alone shows, and names values that are real", () => {
    const strange = [Math.exp(10), 0, 0.5];
    expect(normality.judge(strange).p).toBeLessThan(0.02);
    expect(normality.judge([Math.exp(10), 1, 0.5]).p).toBeGreaterThan(0.05);
    const [reason] = normality.explain(strange);
    expect(["bytes", "service"]).toContain(reason?.feature);
    expect(usual.columns[reason?.feature === "bytes" ? 0 : 1]).toContain(reason?.usual);
    expect(normality.explain(strange).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it("local: what is a little off where rows lie close together is stranger than the same distance where they do not", () => {
    const random = makeRandom(4);
    const rows = Array.from({ length: 400 }, (_, at) =>
      at % 2 === 0
        ? [random.normal() * 0.01, random.normal() * 0.01, 0]
        : [5 + random.normal(), 5 + random.normal(), 1],
    );
    const fitted = fitNormality(tableOfRows(makeSchema(["a", "b", "c"]), rows), { seed: 1 });
    const [close, wide] = [fitted.judge([0.3, 0.3, 0]).ways, fitted.judge([5.3, 5.3, 1]).ways];
    expect(close.local).toBeLessThan(0.01);
    expect(wide.local).toBeGreaterThan(0.1);
  });

  it("AN2. p of further normal rows is near uniform in its low part", () => {
    const fresh = usualRows(9, 400).map((row) => normality.judge(row).p);
    expect(fresh.filter((p) => p < 0.1).length).toBeLessThan(80);
    expect(fresh.filter((p) => p < 0.1).length).toBeGreaterThan(8);
  });

  it("the same rows and seed give the same scores; too few rows are refused", () => {
    const asked = tableOfRows(schema, usualRows(5, 20));
    expect(judgeTable(fitNormality(usual, { seed: 2 }), asked)).toEqual(judgeTable(normality, asked));
    expect(() => fitNormality(tableOfRows(schema, usualRows(1, 5)), { seed: 1 })).toThrow(/5 normal rows/);
  });
});
