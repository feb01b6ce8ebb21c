import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom, rowNumbers } from "../random.ts";
import { type FeatureTable, makeSchema, makeTable } from "../table.ts";
import { makeExplainer } from "./explain.ts";
import { fitForest } from "./fit.ts";
import { childOf, type Forest, predictMargins, rowValues } from "./forest.ts";

const WIDTH = 5;

function tableOf(rows: number, seed: number): FeatureTable {
  const random = makeRandom(seed);
  const columns = Array.from({ length: WIDTH }, (_, at) =>
    Float64Array.from({ length: rows }, () => {
      if (random.next() < 0.1) return Number.NaN;
      return at === WIDTH - 1 ? random.below(12) : random.normal();
    }),
  );
  return makeTable(
    makeSchema(["a", "b", "c", "d", "e"], ["number", "number", "number", "number", "category"]),
    columns,
  );
}

function forestOf(table: FeatureTable, seed: number, classes: number): Forest {
  const random = makeRandom(seed);
  const [a, b, , , e] = table.columns;
  const targets = rowNumbers(table.rows).map((row) => {
    const score = (a?.[row] || 0) * (b?.[row] || 1) + ((e?.[row] || 0) % 3) + random.normal() / 2;
    return score < 0.5 ? 0 : classes > 2 && score > 1.5 ? 2 : 1;
  });
  const objective = classes > 2 ? "multiclass" : "binary";
  return fitForest({ table, targets }, { objective, classes, seed, rounds: 6, leavesMax: 12, minRows: 3 }).forest;
}

/** The definition: over all subsets, with the value of a subset given by `worth`. */
function bruteForce(worth: (known: readonly boolean[]) => number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const values = new Array<number>(WIDTH).fill(0);
  for (let mask = 0; mask < 2 ** WIDTH; mask += 1) {
    const known = Array.from({ length: WIDTH }, (_, at) => ((mask >> at) & 1) === 1);
    const size = known.filter(Boolean).length;
    for (let feature = 0; feature < WIDTH; feature += 1) {
      if (known[feature] === true) continue;
      const share = (factorial(size) * factorial(WIDTH - size - 1)) / factorial(WIDTH);
      values[feature] = (values[feature] ?? 0) + share * (worth(known.with(feature, true)) - worth(known));
    }
  }
  return values;
}

/** Mean margin of an output where unknown features are averaged by cover. */
function byCover(forest: Forest, values: Float64Array, at: { output: number; known: readonly boolean[] }): number {
  const mean = (node: number): number => {
    const feature = forest.feature[node] ?? -1;
    if (feature < 0) return forest.value[node] ?? 0;
    if (at.known[feature] === true) return mean(childOf(forest, node, values[feature] ?? Number.NaN));
    const sides = [forest.left[node] ?? 0, forest.right[node] ?? 0];
    return sides.reduce((sum, side) => sum + (mean(side) * (forest.cover[side] ?? 0)) / (forest.cover[node] ?? 1), 0);
  };
  return [...forest.roots].reduce((sum, root, tree) => sum + (tree % forest.outputs === at.output ? mean(root) : 0), 0);
}

describe.each([
  ["binary", 2],
  ["multiclass", 3],
])("Shapley values, %s", (_, classes) => {
  const table = tableOf(400, 1);
  const forest = forestOf(table, 2, classes);
  const fresh = tableOf(60, 3);
  const margins = predictMargins(forest, fresh);
  const valuesOf = (row: number): Float64Array => rowValues(fresh, row, new Float64Array(WIDTH));

  it("LX1. add up to the margin on every row", () => {
    const { expected, explain } = makeExplainer(forest);
    for (let row = 0; row < fresh.rows; row += 1) {
      const values = explain(valuesOf(row));
      for (let output = 0; output < forest.outputs; output += 1) {
        const sum = values.subarray(output * WIDTH, (output + 1) * WIDTH).reduce((all, each) => all + each, 0);
        expect(Math.abs((expected[output] ?? 0) + sum - (margins[row * forest.outputs + output] ?? 0))).toBeLessThan(
          1e-9,
        );
      }
    }
  });

  it("LX2. equal the definition over all subsets", () => {
    const { explain } = makeExplainer(forest);
    for (let row = 0; row < 6; row += 1) {
      const values = explain(valuesOf(row));
      for (let output = 0; output < forest.outputs; output += 1)
        bruteForce((known) => byCover(forest, valuesOf(row), { output, known })).forEach((value, feature) => {
          expect(values[output * WIDTH + feature]).toBeCloseTo(value, 9);
        });
    }
  });
});

describe("additivity", () => {
  it("LX1. holds for forests and rows of any seed, deep ones too", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const table = tableOf(150, seed);
        const targets = rowNumbers(150).map((row) => ((table.columns[0]?.[row] ?? 0) + row / 40) * 3);
        const parameters = { objective: "regression", seed, rounds: 3, leavesMax: 60, minRows: 1, l2: 0 } as const;
        const { forest } = fitForest({ table, targets }, parameters);
        const { expected, explain } = makeExplainer(forest);
        const fresh = tableOf(5, seed + 1);
        const margins = predictMargins(forest, fresh);
        margins.forEach((margin, row) => {
          const values = explain(rowValues(fresh, row, new Float64Array(WIDTH)));
          expect(Math.abs(values.reduce((sum, each) => sum + each, expected[0] ?? 0) - margin)).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 25 },
    );
  });
});
