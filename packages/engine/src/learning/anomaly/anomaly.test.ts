import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { makeSchema, tableOfRows } from "../table.ts";
import { combineP, P_MIN, ranksOf } from "./combine.ts";
import { makeHalfSpace } from "./half-space.ts";
import { makeLoda } from "./loda.ts";
import { makeNearest } from "./nearest.ts";
import { fitSpace, placeRow, placeTable } from "./space.ts";

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
/** Of three features a tree is walked, of nine the rows are swept. */
const few = fc.constantFrom(3, 9).chain((dims) =>
  fc.record({
    rows: fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dims, maxLength: dims }), {
      minLength: 2,
      maxLength: 80,
    }),
    asked: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: dims, maxLength: dims }),
  }),
);

describe("space", () => {
  it("scales what leans to the right by its logarithm, and survives missing, unknown and constant", () => {
    const table = tableOfRows(
      makeSchema(["a", "same"], ["number", "number"]),
      [0, 1, 2, 5, 9, 5_000, 90_000].map((a) => [a, 7]),
    );
    const space = fitSpace(table);
    expect(space.axes[0]).toMatchObject({ log: true });
    expect([...placeRow(space, [Number.NaN, 8], "code")]).toEqual([0, 1]);
    expect(placeRow(space, [1e300, 7], "code")[0]).toBeLessThanOrEqual(30);
  });

  it("a category that was never seen is the most surprising, and unlike itself", () => {
    const space = fitSpace(usual);
    const [unknown, known] = [9, 1].map((service) => placeRow(space, [100, service, 0.5], "surprise")[1] ?? 0);
    expect(unknown).toBeGreaterThan((known ?? 0) + 5);
    const nearest = makeNearest(placeTable(space, usual, "code"), space);
    expect(nearest.part(placeRow(space, [100, 9, 0.5], "code"), 0, 1)).toBe(4);
  });
});

describe("nearest", () => {
  it("AN1. gives what a look at every row gives (property)", () => {
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 4 }), ({ rows, asked }, k) => {
        const dims = asked.length;
        const table = tableOfRows(makeSchema(asked.map((_, dim) => `f${dim}`)), rows);
        const space = fitSpace(table);
        const points = placeTable(space, table, "code");
        const point = placeRow(space, asked, "code");
        const naive = rows
          .map((_, row) => ({
            row,
            distance: Math.sqrt(
              point.reduce((sum, a, dim) => sum + (a - (points.values[row * dims + dim] ?? 0)) ** 2, 0),
            ),
          }))
          .toSorted((a, b) => a.distance - b.distance || a.row - b.row)
          .slice(0, k);
        expect(makeNearest(points, space).find(point, k)).toEqual(naive);
      }),
    );
  });
});

describe("combining", () => {
  it("AP1. p falls as the score rises, within and beyond what was seen (property)", () => {
    const ranks = ranksOf(Float64Array.from({ length: 200 }, (_, at) => at));
    fc.assert(
      fc.property(
        fc.double({ min: -10, max: 400, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (a, more) => {
          expect(ranks.p(a + more)).toBeLessThanOrEqual(ranks.p(a));
        },
      ),
    );
    expect(ranks.p(150)).toBeCloseTo(0.25, 1);
    expect(ranks.p(260)).toBeLessThan(ranks.p(230));
  });

  it("AP3. the same p several times is that p; bounds hold", () => {
    expect(combineP([0.02, 0.02, 0.02])).toBeCloseTo(0.02, 12);
    expect(combineP([0])).toBeCloseTo(P_MIN, 15);
    expect(combineP([1, 1])).toBeLessThan(1);
    expect(combineP([1e-6, 0.5, 0.9])).toBeLessThan(1e-5);
    expect(combineP([])).toBeNaN();
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

  it("LODA finds the outside stranger, and names its feature", () => {
    const way = learnt(makeLoda({ dims: 3, seed: 1 }));
    expect(way.score(outside)).toBeGreaterThan(way.score(middle));
    const parts = [...way.explain(outside)];
    expect(parts.indexOf(Math.max(...parts))).toBe(1);
  });

  it("AH3. half-space trees count each row once in every level of every tree", () => {
    const points = placeTable(fitSpace(usual), usual, "surprise");
    const ends = { low: [-1, -1, -1], high: [1, 1, 1] };
    const trees = makeHalfSpace({ seed: 3, ...ends });
    for (let row = 0; row < 40; row += 1) trees.learn(points.values.subarray(row * 3, row * 3 + 3));
    const saved = trees.snapshot();
    for (const tree of saved.latest) {
      const counts = new Map(tree);
      expect(counts.get(1)).toBe(40);
      for (const [node, count] of counts)
        if (node < 2 ** 15) expect((counts.get(2 * node) ?? 0) + (counts.get(2 * node + 1) ?? 0)).toBe(count);
    }
    expect(makeHalfSpace({ seed: 3, ...ends }, saved).snapshot()).toEqual(saved);
  });
  it("AO1. LODA goes on after a restore as if never stopped; old rows fade", () => {
    const loda = learnt(makeLoda({ dims: 3, seed: 1, halfLife: 50 }));
    const again = makeLoda({ dims: 3, seed: 1, halfLife: 50 }, JSON.parse(JSON.stringify(loda.snapshot())));
    expect(again.score(outside)).toBe(loda.score(outside));
    for (const way of [loda, again]) learnt(way);
    expect(JSON.stringify(again.snapshot())).toBe(JSON.stringify(loda.snapshot()));
    const before = loda.score(outside);
    for (let round = 0; round < 400; round += 1) loda.learn(outside);
    expect(loda.score(outside)).toBeLessThan(loda.score(middle));
    expect(loda.score(outside)).toBeLessThan(before);
    expect(() => makeLoda({ dims: 4, seed: 1 }, loda.snapshot())).toThrow(/3 features/);
  });

  function learnt<T extends { learn(point: ArrayLike<number>): void }>(way: T): T {
    for (let row = 0; row < points.rows; row += 1) way.learn(points.values.subarray(row * 3, row * 3 + 3));
    return way;
  }
});
