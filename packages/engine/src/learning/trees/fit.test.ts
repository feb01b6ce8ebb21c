import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../metrics/ranking.ts";
import { makeRandom, rowNumbers } from "../random.ts";
import { type FeatureTable, makeSchema, makeTable, selectRows, tableOfRows } from "../table.ts";
import { binTable } from "./bins.ts";
import { type ForestParameters, fitForest, startFit, type TrainingData } from "./fit.ts";
import { predictForest, predictMargins } from "./forest.ts";
import { ndcg } from "./objective-ranking.ts";

const plain = {
  seed: 1,
  rowShare: 1,
  columnShare: 1,
  minRows: 1,
  minHessian: 0,
} satisfies Partial<ForestParameters>;

/** Numbers with holes and one category; the target depends on all of them. */
function made(
  rows: number,
  seed: number,
): TrainingData & { readonly classes: Float64Array; readonly margins: Float64Array } {
  const random = makeRandom(seed);
  const columns = [0, 1, 2, 3].map(() =>
    Float64Array.from({ length: rows }, () => (random.next() < 0.1 ? Number.NaN : random.normal())),
  );
  const codes = Float64Array.from({ length: rows }, () => (random.next() < 0.05 ? Number.NaN : random.below(40)));
  const table = makeTable(
    makeSchema(["a", "b", "c", "d", "rule"], ["number", "number", "number", "number", "category"]),
    [...columns, codes],
  );
  const margin = (row: number): number => {
    const [a = 0, b = 0, c = 0] = columns.map((column) => column[row] ?? 0);
    const code = codes[row] ?? Number.NaN;
    return (Number.isNaN(a) ? 2 : a) + (Number.isNaN(b) || Number.isNaN(c) ? 0 : b * c) + (code % 3 === 0 ? 2 : -0.5);
  };
  const margins = Float64Array.from({ length: rows }, (_, row) => margin(row));
  const targets = margins.map((value) => (random.next() < 1 / (1 + Math.exp(-value)) ? 1 : 0));
  return { table, targets, margins, classes: margins.map((value) => (value < -0.5 ? 0 : value < 1.5 ? 1 : 2)) };
}

const halves = (data: TrainingData): [TrainingData, TrainingData] => {
  const middle = data.table.rows >> 1;
  const part = (rows: Int32Array): TrainingData => ({
    table: selectRows(data.table, rows),
    targets: Float64Array.from(rows, (row) => data.targets[row] ?? 0),
  });
  const rows = rowNumbers(data.table.rows);
  return [part(rows.subarray(0, middle)), part(rows.subarray(middle))];
};

describe("the first split", () => {
  /** Exact greedy over raw values: the naive twin. */
  function naive(values: readonly number[], gradients: readonly number[], l2: number): { gain: number; at: number } {
    const sum = (of: readonly number[]): number => of.reduce((all, each) => all + each, 0);
    const side = (rows: readonly number[]): number =>
      sum(rows.map((row) => gradients[row] ?? 0)) ** 2 / (rows.length + l2);
    const rows = values.map((_, row) => row);
    return [...new Set(values)]
      .sort((a, b) => a - b)
      .map((at) => {
        const left = rows.filter((row) => (values[row] ?? 0) <= at);
        const right = rows.filter((row) => (values[row] ?? 0) > at);
        return { at, gain: right.length === 0 ? 0 : side(left) + side(right) - side(rows) };
      })
      .reduce((best, each) => (each.gain > best.gain + 1e-9 ? each : best), { gain: 0, at: Number.NaN });
  }

  it("LB2. is that of the naive exact tree", () => {
    const row = fc.record({ x: fc.integer({ min: -6, max: 6 }), y: fc.integer({ min: -9, max: 9 }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 30 }), (rows) => {
        const values = rows.map(({ x }) => x);
        const targets = rows.map(({ y }) => y);
        const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
        const table = tableOfRows(
          makeSchema(["x"]),
          values.map((x) => [x]),
        );
        const parameters = { ...plain, objective: "regression", rounds: 1, leavesMax: 2, learningRate: 1 } as const;
        const { forest } = fitForest({ table, targets }, parameters);
        const expected = naive(
          values,
          targets.map((y) => mean - y),
          1,
        );
        if (expected.gain < 1e-6) return;
        expect(forest.feature[0]).toBe(0);
        const goesLeft = values.map((x) => x <= (forest.threshold[0] ?? 0));
        const gainOf = (at: number): number =>
          naive(
            values.filter((x) => x <= at),
            [],
            1,
          ).gain;
        expect(gainOf(0)).toBeDefined();
        const side = (left: boolean): number => {
          const chosen = targets.filter((_, i) => goesLeft[i] === left);
          return chosen.reduce((sum, y) => sum + mean - y, 0) ** 2 / (chosen.length + 1);
        };
        const whole = targets.reduce((sum, y) => sum + mean - y, 0) ** 2 / (targets.length + 1);
        expect(side(true) + side(false) - whole).toBeCloseTo(expected.gain, 6);
      }),
    );
  });
});

describe("fitForest", () => {
  const data = made(6_000, 3);
  const [train, test] = halves(data);

  it("LG1. the same seed gives the same bytes, another seed others", () => {
    const fit = (seed: number) => fitForest(train, { objective: "binary", seed, rounds: 5 }).forest;
    expect(fit(1)).toEqual(fit(1));
    expect(fit(1)).not.toEqual(fit(2));
  });

  it("learns numbers, holes, products and categories", () => {
    const { forest } = fitForest(train, { objective: "binary", seed: 1 });
    const oracle = auroc(test.targets, data.margins.subarray(3_000));
    expect(auroc(test.targets, predictForest(forest, test.table))).toBeGreaterThan(oracle - 0.04);
    const asked = new Set(forest.feature);
    for (const feature of [0, 1, 2, 4]) expect(asked.has(feature)).toBe(true);
  });

  it("what is added while training is what the raw values say afterwards", () => {
    const validation = { ...test, patience: 1_000 };
    const { forest, validationLosses, rounds } = fitForest(
      train,
      { objective: "binary", seed: 1, rounds: 8 },
      validation,
    );
    const p = predictForest(forest, test.table);
    const loss = p.reduce((sum, each, at) => sum - Math.log(test.targets[at] === 1 ? each : 1 - each), 0) / p.length;
    expect(validationLosses[rounds - 1]).toBeCloseTo(loss, 10);
  });

  it("LG2. stops when the given table gets no better, and keeps the best round", () => {
    const noise = { table: test.table, targets: Float64Array.from(test.targets, (_, at) => at % 2), patience: 3 };
    const { rounds, validationLosses, forest } = fitForest(train, { objective: "binary", seed: 1, rounds: 60 }, noise);
    expect(validationLosses.length).toBe(rounds + 3);
    expect(forest.roots.length).toBe(rounds);
    expect(Math.min(...validationLosses)).toBe(validationLosses[rounds - 1]);
  });

  it("LG3. round by round gives the same as all at once", () => {
    const fit = startFit(train, { objective: "binary", seed: 4, rounds: 3 });
    while (fit.addRound());
    expect(fit.finish().forest).toEqual(fitForest(train, { objective: "binary", seed: 4, rounds: 3 }).forest);
  });

  it("several classes: probabilities add up to 1 and find the class", () => {
    const data = made(4_000, 5);
    const { forest } = fitForest(
      { table: data.table, targets: data.classes },
      { objective: "multiclass", classes: 3, seed: 1, rounds: 40 },
    );
    const p = predictForest(forest, data.table);
    let right = 0;
    for (let row = 0; row < data.table.rows; row += 1) {
      const each = p.subarray(row * 3, row * 3 + 3);
      expect(each.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      if (each.indexOf(Math.max(...each)) === data.classes[row]) right += 1;
    }
    expect(right / data.table.rows).toBeGreaterThan(0.9);
  });

  it("ranking: the relevant rise within their group", () => {
    const data = made(3_000, 6);
    const groups = Float64Array.from({ length: 3_000 }, (_, at) => Math.floor(at / 20));
    const { forest } = fitForest(
      { table: data.table, targets: data.classes, groups },
      { objective: "ranking", seed: 1, rounds: 30 },
    );
    const margins = predictMargins(forest, data.table);
    const mean = (scores: Float64Array): number => {
      let sum = 0;
      for (let at = 0; at < 3_000; at += 20)
        sum += ndcg(data.classes.subarray(at, at + 20), scores.subarray(at, at + 20));
      return sum / 150;
    };
    expect(mean(margins)).toBeGreaterThan(0.95);
    expect(mean(new Float64Array(3_000))).toBeLessThan(0.8);
  });

  it("LS4. a monotone feature never lowers the margin", () => {
    const parameters = { objective: "binary", seed: 1, rounds: 30, monotone: { a: 1, d: -1 } } as const;
    const { forest } = fitForest(train, parameters);
    const steps = Array.from({ length: 41 }, (_, at) => -4 + at / 5);
    for (let row = 0; row < 60; row += 1) {
      const values = test.table.columns.map((column) => column[row] ?? 0);
      const along = (feature: number): Float64Array =>
        predictMargins(
          forest,
          tableOfRows(
            test.table,
            steps.map((x) => values.with(feature, x)),
          ),
        );
      along(0).forEach((margin, at, all) => {
        expect(margin).toBeGreaterThanOrEqual((all[at - 1] ?? margin) - 1e-12);
      });
      along(3).forEach((margin, at, all) => {
        expect(margin).toBeLessThanOrEqual((all[at - 1] ?? margin) + 1e-12);
      });
    }
  });

  it("a row of weight 2 counts like two rows", () => {
    const rows = [[1], [1], [2], [3], [4]];
    const schema = makeSchema(["x"]);
    const parameters = { ...plain, objective: "regression", rounds: 3 } as const;
    const twice = fitForest({ table: tableOfRows(schema, rows), targets: [5, 5, 1, 2, 0] }, parameters).forest;
    const heavy = fitForest(
      { table: tableOfRows(schema, rows.slice(1)), targets: [5, 1, 2, 0], weights: [2, 1, 1, 1] },
      parameters,
    ).forest;
    expect([...predictMargins(heavy, tableOfRows(schema, [[1], [4]]))].map((x) => x.toFixed(9))).toEqual(
      [...predictMargins(twice, tableOfRows(schema, [[1], [4]]))].map((x) => x.toFixed(9)),
    );
  });

  it("class weights move the margin towards the heavier class", () => {
    const base = (classWeights: readonly number[]): number =>
      fitForest(train, { objective: "binary", seed: 1, rounds: 1, classWeights }).forest.base[0] ?? 0;
    expect(base([1, 3]) - base([1, 1])).toBeCloseTo(Math.log(3), 9);
  });

  it("LF3. an unknown category goes where missing values go", () => {
    const { forest } = fitForest(train, { objective: "binary", seed: 1, rounds: 20 });
    const row = (code: number): FeatureTable => tableOfRows(train.table, [[0, 0, 0, 0, code]]);
    const [missing] = predictMargins(forest, row(Number.NaN));
    for (const code of [41, 63, 64, 9_999]) expect(predictMargins(forest, row(code))[0]).toBe(missing);
  });

  it.each<[string, () => unknown]>([
    ["targets too few", () => fitForest({ ...train, targets: [1] }, { objective: "binary", seed: 1 })],
    [
      "a label 2 of two classes",
      () =>
        fitForest({ ...train, targets: train.table.columns[4]?.map(() => 2) ?? [] }, { objective: "binary", seed: 1 }),
    ],
    ["no rows", () => fitForest({ table: selectRows(train.table, []), targets: [] }, { objective: "binary", seed: 1 })],
    ["one leaf", () => fitForest(train, { objective: "binary", seed: 1, leavesMax: 1 })],
    ["a monotone category", () => fitForest(train, { objective: "binary", seed: 1, monotone: { rule: 1 } })],
    ["a ranking without groups", () => fitForest(train, { objective: "ranking", seed: 1 })],
    [
      "a table of another schema",
      () =>
        predictForest(
          fitForest(train, { objective: "binary", seed: 1, rounds: 1 }).forest,
          tableOfRows(makeSchema(["x"]), [[1]]),
        ),
    ],
  ])("refuses %s", (_, run) => expect(run).toThrow(/./));
});

describe("bins", () => {
  it("LB1, LB3. at most 255 bins of like size; a frequent value stands alone", () => {
    const random = makeRandom(9);
    const values = Float64Array.from({ length: 5_000 }, (_, at) => (at % 4 === 0 ? 0 : random.normal()));
    const { features, bins } = binTable(makeTable(makeSchema(["x"]), [values]), { seed: 1, binsMax: 255 });
    const counts = new Map<number, number>();
    for (const bin of bins[0] ?? []) counts.set(bin, (counts.get(bin) ?? 0) + 1);
    expect(features[0]?.bins).toBeLessThanOrEqual(255);
    const sizes = [...counts.values()].sort((a, b) => b - a);
    expect(sizes[0]).toBe(1_250);
    expect(sizes[1]).toBeLessThan(60);
    expect(counts.size).toBeGreaterThan(200);
  });

  it("LB4. beyond the bins a category keeps its most frequent codes; the rest count as missing", () => {
    const codes = Float64Array.from({ length: 1_000 }, (_, at) => (at < 500 ? at % 5 : at));
    const { features, bins } = binTable(makeTable(makeSchema(["c"], ["category"]), [codes]), { seed: 1, binsMax: 5 });
    expect([...(features[0]?.codes ?? [])]).toEqual([0, 1, 2, 3, 4]);
    expect(bins[0]?.slice(500).every((bin) => bin === 5)).toBe(true);
  });
});
