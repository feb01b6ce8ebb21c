import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { makeSchema, makeTable } from "../table.ts";
import { type ForestParameters, fitForest } from "./fit.ts";
import { addRowMargins, predictMargins, rowValues } from "./forest.ts";

/** More rows than one block, numbers with holes, a category with codes that training never saw. */
const ROWS = 9_000;
const random = makeRandom(3);
const numbers = [0, 1, 2].map(() =>
  Float64Array.from({ length: ROWS }, () => (random.next() < 0.1 ? Number.NaN : Math.round(4 * random.normal()) / 4)),
);
const codes = Float64Array.from({ length: ROWS }, (_, row) => random.below(row < 2_000 ? 30 : 90));
const schema = makeSchema(["a", "b", "c", "rule"], ["number", "number", "number", "category"]);
const table = makeTable(schema, [...numbers, codes]);
const classes = Float64Array.from({ length: ROWS }, (_, row) => {
  const margin = (numbers[0]?.[row] || 1) * (numbers[1]?.[row] || -1) + ((codes[row] ?? 0) % 3);
  return margin < 0 ? 0 : margin < 1.5 ? 1 : 2;
});
const groups = Float64Array.from({ length: 2_000 }, (_, row) => Math.floor(row / 20));

describe("many rows at once", () => {
  it.each<[string, Partial<ForestParameters> & Pick<ForestParameters, "objective">]>([
    ["regression", { objective: "regression" }],
    ["three classes", { objective: "multiclass", classes: 3 }],
    ["a ranking", { objective: "ranking" }],
    ["trees of one question", { objective: "regression", leavesMax: 2 }],
  ])("say what each row alone says, byte for byte: %s", (_, parameters) => {
    const fold = makeTable(
      schema,
      table.columns.map((column) => column.subarray(0, 2_000)),
    );
    const data = { table: fold, targets: classes.subarray(0, 2_000), groups };
    const { forest } = fitForest(data, { ...parameters, seed: 1, rounds: 12 });
    const alone = new Float64Array(ROWS * forest.outputs);
    const values = new Float64Array(4);
    for (let row = 0; row < ROWS; row += 1)
      addRowMargins(
        forest,
        rowValues(table, row, values),
        alone.subarray(row * forest.outputs, (row + 1) * forest.outputs),
      );
    expect(predictMargins(forest, table)).toEqual(alone);
  });
});
