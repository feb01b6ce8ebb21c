import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom, rowNumbers } from "./random.ts";
import {
  featureIndex,
  makeCategoryCodes,
  makeSchema,
  makeTable,
  requireSchema,
  selectFeatures,
  selectRows,
  tableOfRows,
} from "./table.ts";

const schema = makeSchema(["bytes", "rule"], ["number", "category"]);
const table = tableOfRows(schema, [
  [1.5, 0],
  [Number.NaN, 2],
  [3, Number.NaN],
]);

describe("FeatureTable", () => {
  it.each([
    ["names twice", () => makeSchema(["a", "a"])],
    ["an empty name", () => makeSchema([""])],
    ["kinds too few", () => makeSchema(["a", "b"], ["number"])],
    ["columns too few", () => makeTable(schema, [Float64Array.of(1)])],
    ["columns of different length", () => makeTable(schema, [Float64Array.of(1), Float64Array.of(1, 2)])],
    ["infinity", () => tableOfRows(schema, [[Number.POSITIVE_INFINITY, 0]])],
    ["half a category", () => tableOfRows(schema, [[0, 0.5]])],
    ["a negative category", () => tableOfRows(schema, [[0, -1]])],
    ["a short row", () => tableOfRows(schema, [[0]])],
    ["a row that is not there", () => selectRows(table, [3])],
    ["a feature that is not there", () => featureIndex(table, "none")],
    ["another schema", () => requireSchema(table, makeSchema(["bytes", "rule"]))],
    ["a shorter schema", () => requireSchema(table, makeSchema(["bytes"]))],
  ])("refuses %s", (_, run) => expect(run).toThrow(/./));

  it("takes rows and features in the given order, rows twice if asked", () => {
    const taken = selectRows(table, [2, 0, 2]);
    expect(taken.columns.map((column) => [...column])).toEqual([
      [3, 1.5, 3],
      [Number.NaN, 0, Number.NaN],
    ]);
    expect(selectFeatures(table, ["rule"])).toEqual(
      makeTable({ names: ["rule"], kinds: ["category"] }, [Float64Array.of(0, 2, Number.NaN)]),
    );
  });

  it("codes categories by first appearance; an unknown value is missing", () => {
    const { levels, codeOf } = makeCategoryCodes(["b", "a", "b"]);
    expect(levels).toEqual(["b", "a"]);
    expect(["a", "c", undefined].map(codeOf)).toEqual([1, Number.NaN, Number.NaN]);
  });
});

describe("Random", () => {
  it("a sample has different rows, ascending; a shuffle keeps all", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 60 }), (seed, n, k) => {
        const chosen = [...makeRandom(seed).sample(n, k)];
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        expect(chosen.length).toBe(Math.min(n, k));
        expect([...makeRandom(seed).shuffle(rowNumbers(n))].sort((a, b) => a - b)).toEqual([...rowNumbers(n)]);
      }),
    );
  });

  it("draws normals of mean 0 and deviation 1", () => {
    const random = makeRandom(3);
    const drawn = Array.from({ length: 20_000 }, () => random.normal());
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});
