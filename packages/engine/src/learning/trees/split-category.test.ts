import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentToForest, forestToContent } from "../model-file/forest-file.ts";
import { makeRandom } from "../random.ts";
import { type FeatureTable, makeSchema, makeTable, tableOfRows } from "../table.ts";
import { binTable } from "./bins.ts";
import { makeExplainer } from "./explain.ts";
import { fitForest } from "./fit.ts";
import { addRowMargins, predictMargins, rowValues } from "./forest.ts";
import type { Scan } from "./gain.ts";
import { unsplit } from "./split.ts";
import { scanCategory } from "./split-category.ts";

interface Code {
  readonly gradient: number;
  readonly count: number;
}

const rules = { minRows: 2, minHessian: 0, l2: 1, monotone: new Int8Array(1) };

function scanOf(codes: readonly Code[]): Scan {
  const sums = Float64Array.from(codes.flatMap(({ gradient, count }) => [gradient, count]));
  const counts = Int32Array.from(codes, ({ count }) => count);
  const gradient = codes.reduce((sum, code) => sum + code.gradient, 0);
  const count = codes.reduce((sum, code) => sum + code.count, 0);
  const leaf = { gradient, hessian: count, count, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { histogram: { sums, counts }, leaf, rules, feature: 0, start: 0, bins: codes.length - 1 };
}

/** All codes in order, every cut of up to 32 of them from either end; where codes are many, up to 8, each of 100 rows more than the one before. */
function naiveGain(codes: readonly Code[]): number {
  const many = { codeRows: 10, groupRows: 100, named: 8, l2: 51, wholeL2: 1 };
  const few = { codeRows: 5, groupRows: 0, named: 32, l2: 11, wholeL2: 11 };
  const { codeRows, groupRows, named, l2, wholeL2 } = codes.length > 256 ? many : few;
  const rank = ({ gradient, count }: Code): number => gradient / (count + 10);
  const order = codes.filter(({ count }) => count >= codeRows).sort((a, b) => rank(a) - rank(b));
  const sum = (some: readonly Code[], of: keyof Code): number => some.reduce((all, each) => all + each[of], 0);
  const side = (gradient: number, count: number): number => gradient ** 2 / (count + l2);
  const [gradient, count] = [sum(codes, "gradient"), sum(codes, "count")];
  const gains = [order, order.toReversed()].flatMap((from) => {
    let last = 0;
    const cuts = Array.from({ length: Math.min(named, order.length) }, (_, at) => from.slice(0, at + 1))
      .map((left) => [sum(left, "gradient"), sum(left, "count")] as const)
      .filter(([, rows]) => rows >= 2 && count - rows >= Math.max(2, groupRows))
      .filter(([, rows]) => {
        if (rows - last < groupRows) return false;
        last = rows;
        return true;
      });
    return cuts.map(
      ([g, rows]) => side(g, rows) + side(gradient - g, count - rows) - gradient ** 2 / (count + wholeL2),
    );
  });
  return Math.max(0, ...gains);
}

describe("scanCategory", () => {
  it.each<[string, number, number, number]>([
    ["few", 2, 120, 100],
    ["many", 257, 400, 25],
  ])(
    "finds the gain of the naive search through codes put in order as a whole: %s",
    (_, minLength, maxLength, runs) => {
      const code = fc.record({ gradient: fc.integer({ min: -40, max: 40 }), count: fc.integer({ min: 0, max: 30 }) });
      const seen = code.map(({ gradient, count }) => ({ gradient: count === 0 ? 0 : gradient, count }));
      fc.assert(
        fc.property(fc.array(seen, { minLength, maxLength }), (codes) => {
          const split = unsplit().split;
          scanCategory(scanOf(codes), split);
          expect(split.gain).toBeCloseTo(naiveGain(codes), 6);
          expect(split.leftBins.length).toBeLessThanOrEqual(32);
          const left = split.missingLeft ? [...split.leftBins, codes.length - 1] : split.leftBins;
          expect(left.reduce((sum, bin) => sum + (codes[bin]?.count ?? 0), 0)).toBe(split.count);
        }),
        { numRuns: runs },
      );
    },
  );
});

/** 600 codes: the even ones far above, the odd ones far below, and a number that matters less; some codes missing. */
const CODES = 600;
const ROWS = 9_000;
const random = makeRandom(4);
const schema = makeSchema(["x", "code"], ["number", "category"]);
const numbers = Float64Array.from({ length: ROWS }, () => random.normal());
const codes = Float64Array.from({ length: ROWS }, () => (random.next() < 0.03 ? Number.NaN : random.below(CODES)));
const table = makeTable(schema, [numbers, codes]);
const targets = codes.map((code, row) => (Number.isNaN(code) ? 0 : code % 2 === 0 ? 3 : -3) + (numbers[row] ?? 0) / 2);
const fit = (seed: number) => fitForest({ table, targets }, { objective: "regression", seed, rounds: 60 }).forest;

describe("a category of more codes than fit into a byte", () => {
  const forest = fit(1);
  const rowOf = (x: number, code: number): FeatureTable => tableOfRows(schema, [[x, code]]);

  it("LB4. has a bin for each code of ten rows and more, beyond the most frequent", () => {
    // Code c: 10 rows, from 300 on 9 rows.
    const rowsOf = (code: number): number => (code < 300 ? 10 : 9);
    const column = Float64Array.from(
      Array.from({ length: 400 }, (_, code) => new Array<number>(rowsOf(code)).fill(code)).flat(),
    );
    const one = makeTable(makeSchema(["c"], ["category"]), [column]);
    const { features, bins, wide } = binTable(one, { seed: 1, binsMax: 255 });
    expect(features[0]?.bins).toBe(300);
    expect(bins[0]?.length).toBe(0);
    column.forEach((code, row) => {
      expect(wide[0]?.[row]).toBe(Math.min(code, 300));
    });
  });

  it("is told apart code by code", () => {
    const margins = predictMargins(forest, table);
    const error = margins.reduce((sum, margin, row) => sum + (margin - (targets[row] ?? 0)) ** 2, 0) / ROWS;
    // With all rare codes in one bin at least 345 of 600 codes would miss by 3.
    expect(error).toBeLessThan(1);
  });

  it("LG1. the same seed gives the same bytes, another seed others", () => {
    expect(fit(1)).toEqual(forest);
    expect(fit(2)).not.toEqual(forest);
  });

  it("what is added while training, to rows left out of a tree too, is what the raw values say afterwards", () => {
    const half = { objective: "regression", seed: 3, rounds: 12, rowShare: 0.5 } as const;
    const whole = fitForest({ table, targets }, half).forest;
    // The next tree is fitted to what is left: were it reckoned from other margins, the error would not fall like this.
    const { validationLosses } = fitForest({ table, targets }, half, { table, targets, patience: 100 });
    const margins = predictMargins(whole, table);
    const error = margins.reduce((sum, margin, row) => sum + (margin - (targets[row] ?? 0)) ** 2, 0) / ROWS;
    expect(validationLosses.at(-1)).toBeCloseTo(error, 9);
    validationLosses.forEach((loss, at) => {
      expect(loss).toBeLessThan(validationLosses[at - 1] ?? Number.POSITIVE_INFINITY);
    });
  });

  it("says of one row what it says of many", () => {
    const margins = predictMargins(forest, table);
    for (let row = 0; row < 500; row += 1) {
      const alone = new Float64Array(1);
      addRowMargins(forest, rowValues(table, row, new Float64Array(2)), alone);
      expect(alone[0]).toBe(margins[row]);
    }
  });

  it("LF3. a code that training never saw goes where missing values go", () => {
    const [missing] = predictMargins(forest, rowOf(0.5, Number.NaN));
    for (const code of [600, 640, 9_999, 65_535]) expect(predictMargins(forest, rowOf(0.5, code))[0]).toBe(missing);
  });

  it("LX1. Shapley values add up", () => {
    const { expected, explain } = makeExplainer(forest);
    for (const [x, code] of [
      [0, 7],
      [1, 599],
      [-1, 601],
      [0, Number.NaN],
    ] as const) {
      const sum = explain(Float64Array.of(x, code)).reduce((all, each) => all + each, expected[0] ?? 0);
      expect(sum).toBeCloseTo(predictMargins(forest, rowOf(x, code))[0] ?? 0, 6);
    }
  });

  it("goes through a model file as before", () => {
    expect(contentToForest(forestToContent(forest))).toEqual(forest);
  });
});
