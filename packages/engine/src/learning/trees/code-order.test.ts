import { describe, expect, it } from "vitest";
import { makeRandom, rowNumbers } from "../random.ts";
import { makeSchema, makeTable } from "../table.ts";
import { type BinnedRows, binTable } from "./bins.ts";
import { orderCodes, withTheirOrders } from "./code-order.ts";
import { fitForest } from "./fit.ts";
import { predictForest } from "./forest.ts";
import { makeObjective } from "./objective.ts";

const schema = makeSchema(["x", "code"], ["number", "category"]);
const random = makeRandom(6);
const binned = (codes: Float64Array): BinnedRows =>
  binTable(makeTable(schema, [codes.map(() => 0), codes]), { seed: 1, binsMax: 255 });

/** 300 codes of ten rows and more, 5 of one row, some missing. */
const ROWS = 4_000;
const codes = Float64Array.from({ length: ROWS }, (_, row) => {
  if (row >= 3_995) return row - 3_695;
  return row < 3_000 ? row % 300 : random.next() < 0.1 ? Number.NaN : random.below(300);
});

describe("orderCodes", () => {
  it("leaves rows without a category of many codes as they are", () => {
    const few = binned(codes.map((code) => (code < 200 ? code : 0)));
    const objective = makeObjective("binary", { targets: codes.map((_, row) => row % 2) }, 2);
    expect(orderCodes(few, objective, 1)).toEqual([few]);
    expect(withTheirOrders(Int32Array.of(0, 1), few)).toEqual(Int32Array.of(0, 1));
  });

  it("LO1, LO2, LO3. gives each row what those of its code before it ask for, and each code what all of them do", () => {
    const targets = codes.map((code) => (code % 7) + random.normal() || 0);
    const [from] = orderCodes(binned(codes), makeObjective("regression", { targets }, 2), 3);
    const mean = targets.reduce((sum, each) => sum + each, 0) / ROWS;
    const order = makeRandom(3).shuffle(rowNumbers(ROWS));
    const asked = (rows: Int32Array): number =>
      rows.reduce((sum, row) => sum + mean - (targets[row] ?? 0), 0) / (rows.length + 5);
    const rowsOf = (code: number): Int32Array => order.filter((row) => codes[row] === code);
    const { bins = 0, order: { ranks, of } = { ranks: [], of: -1 } } = from?.features[2] ?? {};
    expect(of).toBe(1);
    const seen = Array.from({ length: 300 }, (_, code) => code).flatMap((code) => {
      const rows = rowsOf(code);
      const byRow = Array.from(rows, (row, at) => ({ value: asked(rows.subarray(0, at)), bin: from?.bins[2]?.[row] }));
      return [...byRow, { value: asked(rows), bin: ranks[code] }];
    });
    expect(new Set(seen.map(({ bin }) => bin)).size).toBe(bins);
    expect(bins).toBeGreaterThan(200);
    seen.sort((a, b) => a.value - b.value);
    seen.forEach(({ value, bin = -1 }, at) => {
      const before = seen[at - 1];
      // Sums in another order may differ in their last digits.
      if (before !== undefined && value - before.value > 1e-9) expect(bin).toBeGreaterThanOrEqual(before.bin ?? 0);
    });
    codes.forEach((code, row) => {
      expect(from?.bins[2]?.[row] === bins).toBe(!(code < 300));
    });
  });

  it("is asked where its category is asked", () => {
    const [from] = orderCodes(binned(codes), makeObjective("regression", { targets: codes.map(() => 1) }, 2), 1);
    if (from === undefined) throw new Error("no output");
    expect(withTheirOrders(Int32Array.of(0), from)).toEqual(Int32Array.of(0));
    expect(withTheirOrders(Int32Array.of(1), from)).toEqual(Int32Array.of(1, 2));
  });
});

describe("a forest with an order of codes", () => {
  it("takes codes that say nothing for what they are", () => {
    const targets = codes.map(() => (random.next() < 0.5 ? 1 : 0));
    const table = makeTable(schema, [codes.map(() => random.normal()), codes]);
    const { forest } = fitForest({ table, targets }, { objective: "binary", seed: 1, rounds: 50 });
    const p = predictForest(forest, table);
    const rightly = p.filter((each, row) => each > 0.5 === (targets[row] === 1)).length / ROWS;
    // Sets of codes chosen by the rows that they are judged by learn .72 of them by heart.
    expect(rightly).toBeLessThan(0.65);
  });

  it("has an order for each class", () => {
    const classes = codes.map((code) => (Number.isNaN(code) ? 0 : Math.floor(code / 3) % 3));
    const table = makeTable(schema, [codes.map(() => random.normal()), codes]);
    const parameters = { objective: "multiclass", classes: 3, seed: 1, rounds: 40 } as const;
    const { forest } = fitForest({ table, targets: classes }, parameters);
    const p = predictForest(forest, table);
    const rightly = classes.filter((of, row) => Math.max(...p.subarray(3 * row, 3 * row + 3)) === p[3 * row + of]);
    expect(rightly.length / ROWS).toBeGreaterThan(0.95);
  });
});
