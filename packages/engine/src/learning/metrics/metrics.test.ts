import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { confusionAt, confusionMatrix, macroRecall, ratesOf } from "./confusion.ts";
import goldens from "./goldens/ranking.json" with { type: "json" };
import { bootstrap, chanceAtMost, quantileOf, rateLowerBound, rateUpperBound } from "./interval.ts";
import { brierParts, brierScore, calibrationError, logLoss } from "./probability.ts";
import { auroc, averagePrecision, byFallingScore, operatingPointAtFpr, tprAtFpr } from "./ranking.ts";

const rows = fc.array(fc.record({ y: fc.integer({ min: 0, max: 1 }), p: fc.integer({ min: 0, max: 8 }) }), {
  minLength: 2,
  maxLength: 40,
});
const labelsOf = (all: readonly { y: number }[]): number[] => all.map(({ y }) => y);
const scoresOf = (all: readonly { p: number }[]): number[] => all.map(({ p }) => p / 8);

it("a perfect ranking has an average precision of one, whatever its length", () => {
  for (let count = 1; count < 400; count += 1) {
    const labels = Array.from({ length: 2 * count }, (_, i) => Number(i < count));
    expect(
      averagePrecision(
        labels,
        labels.map((label, i) => label - i / 1_000),
      ),
    ).toBeLessThanOrEqual(1);
  }
});

describe("metrics against scikit-learn", () => {
  it.each(goldens.cases)("$name", (golden) => {
    const { labels, scores, weights } = golden;
    expect(averagePrecision(labels, scores)).toBeCloseTo(golden.averagePrecision, 12);
    expect(averagePrecision(labels, scores, weights)).toBeCloseTo(golden.averagePrecisionWeighted, 12);
    expect(auroc(labels, scores)).toBeCloseTo(golden.auroc, 12);
    expect(auroc(labels, scores, weights)).toBeCloseTo(golden.aurocWeighted, 12);
    for (const [fpr, tpr] of Object.entries(golden.tprAtFpr))
      expect(tprAtFpr(labels, scores, Number(fpr))).toBeCloseTo(tpr, 12);
    const { fpr: _, ...rates } = ratesOf(confusionAt(labels, scores));
    for (const [name, value] of Object.entries(rates))
      expect(value).toBeCloseTo(Number(golden[name as "accuracy"]), 12);
    expect(brierScore(labels, scores)).toBeCloseTo(golden.brier, 12);
    expect(logLoss(labels, scores)).toBeCloseTo(golden.logLoss, 12);
  });
});

describe("ranking", () => {
  it("LR1. auroc equals the share of pairs won, ties one half", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const ones = all.filter(({ y }) => y === 1);
        const zeros = all.filter(({ y }) => y === 0);
        fc.pre(ones.length > 0 && zeros.length > 0);
        const won = ones.flatMap((a) => zeros.map((b) => (a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0)));
        const expected = won.reduce<number>((sum, each) => sum + each, 0) / won.length;
        expect(auroc(labelsOf(all), scoresOf(all))).toBeCloseTo(expected, 12);
      }),
    );
  });

  it("average precision equals its definition over thresholds, whatever the order of rows", () => {
    fc.assert(
      fc.property(rows, fc.integer(), (all, seed) => {
        const positives = labelsOf(all).filter((y) => y === 1).length;
        fc.pre(positives > 0);
        const thresholds = [...new Set(all.map(({ p }) => p))].sort((a, b) => b - a);
        let expected = 0;
        let before = 0;
        for (const t of thresholds) {
          const taken = all.filter(({ p }) => p >= t);
          const hits = taken.filter(({ y }) => y === 1).length;
          expected += ((hits - before) / positives) * (hits / taken.length);
          before = hits;
        }
        const shuffled = makeRandom(seed).shuffle([...all]);
        expect(averagePrecision(labelsOf(shuffled), scoresOf(shuffled))).toBeCloseTo(expected, 12);
      }),
    );
  });

  it("the operating point holds its bound, and the next lower threshold would not", () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (all, fprMax) => {
        const labels = labelsOf(all);
        const scores = scoresOf(all);
        fc.pre(labels.includes(0) && labels.includes(1));
        const { threshold, tpr, fpr } = operatingPointAtFpr(labels, scores, fprMax);
        const rates = ratesOf(confusionAt(labels, scores, threshold));
        expect([rates.recall, rates.fpr]).toEqual([tpr, fpr]);
        expect(fpr).toBeLessThanOrEqual(fprMax);
        const lower = Math.max(...scores.filter((score) => score < threshold));
        if (Number.isFinite(lower)) expect(ratesOf(confusionAt(labels, scores, lower)).fpr).toBeGreaterThan(fprMax);
      }),
    );
  });

  it.each([
    ["a label that is neither 0 nor 1", () => auroc([0, 2], [0, 1])],
    ["a score that is not a number", () => auroc([0, 1], [0, Number.NaN])],
    ["too few labels", () => averagePrecision([1], [0, 1])],
    ["a probability above 1", () => brierScore([1], [1.5])],
    ["more hits than trials", () => rateUpperBound(3, 2)],
  ])("refuses %s", (_, run) => expect(run).toThrow(/./));

  it("LR2. without positives there is no figure", () => {
    expect([averagePrecision([0, 0], [1, 2]), auroc([0, 0], [1, 2]), tprAtFpr([0], [1], 0.5)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(ratesOf(confusionAt([0, 0], [0, 0])).precision).toBeNaN();
  });

  it("orders by falling score, equal ones by row, infinities too", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect([...byFallingScore([1, inf, 3, 3, inf, -inf])]).toEqual([1, 4, 2, 3, 0, 5]);
  });
});

describe("groups and classes", () => {
  it("macro recall counts a rare group as much as a common one", () => {
    const scores = [0.9, 0.9, 0.9, 0.1, 0.1];
    const found = macroRecall({ scores, groups: ["scan", "scan", "scan", "scan", "shell"] }, 0.5);
    expect(found.macro).toBe(0.375);
    expect(found.by.map(({ group, positives }) => `${group} ${positives}`)).toEqual(["scan 4", "shell 1"]);
  });

  it("counts truth by guess and refuses a class that is none", () => {
    expect([...confusionMatrix([0, 1, 1, 2], [0, 1, 2, 2], 3)]).toEqual([1, 0, 0, 0, 1, 1, 0, 0, 1]);
    expect(() => confusionMatrix([3], [0], 3)).toThrow("class 3");
  });
});

describe("probabilities", () => {
  it("calibration error is 0 where rates equal probabilities, and their distance where not", () => {
    expect(calibrationError([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25])).toBeCloseTo(0, 12);
    expect(calibrationError([0, 0, 1, 1], [0.3, 0.3, 0.9, 0.9])).toBeCloseTo(0.2, 12);
    expect(calibrationError([1, 0], [1, 0])).toBe(0);
  });

  it("the parts of the Brier score add up; inside bins nothing is lost when a bin has one probability", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { brier, reliability, resolution, uncertainty, withinBins } = brierParts(labelsOf(all), scoresOf(all));
        expect(reliability - resolution + uncertainty + withinBins).toBeCloseTo(brier, 12);
        expect(withinBins).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe("intervals", () => {
  it.each([
    [0, 299, 0.01],
    [0, 59, 0.05],
  ])("%i wrong in %i audited proves %d", (hits, trials, limit) => {
    expect(rateUpperBound(hits, trials)).toBeLessThanOrEqual(limit);
    expect(rateUpperBound(hits, trials - 1)).toBeGreaterThan(limit);
  });

  it("the upper bound leaves exactly 5 % below it; the lower bound mirrors it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const hits = Math.floor(share * (trials - 1));
        const bound = rateUpperBound(hits, trials);
        expect(chanceAtMost(hits, trials, bound)).toBeCloseTo(0.05, 9);
        expect(rateLowerBound(trials - hits, trials)).toBeCloseTo(1 - bound, 12);
      }),
    );
    expect([rateUpperBound(5, 5), rateLowerBound(0, 5), rateUpperBound(0, 0)]).toEqual([1, 0, 1]);
  });

  it("LI1. the same seed gives the same interval, and it holds the value of a mean", () => {
    const values = Array.from({ length: 200 }, (_, at) => at % 10);
    const mean = (chosen: Int32Array): number => chosen.reduce((sum, at) => sum + (values[at] ?? 0), 0) / chosen.length;
    const found = bootstrap(values.length, mean, { seed: 5, draws: 300 });
    expect(found).toEqual(bootstrap(values.length, mean, { seed: 5, draws: 300 }));
    expect(found.low).toBeLessThan(4.5);
    expect(found.high).toBeGreaterThan(4.5);
    expect(found.high - found.low).toBeCloseTo((2 * 1.96 * Math.sqrt(8.25)) / Math.sqrt(200), 1);
  });

  it("LI2. rows of one entity are drawn together: the interval by entity is wider", () => {
    const values = Array.from({ length: 200 }, (_, at) => Math.floor(at / 20));
    const mean = (chosen: Int32Array): number => chosen.reduce((sum, at) => sum + (values[at] ?? 0), 0) / chosen.length;
    const width = (clusters?: readonly number[]): number => {
      const { low, high } = bootstrap(200, mean, { seed: 1, draws: 300, ...(clusters && { clusters }) });
      return high - low;
    };
    expect(width(values)).toBeGreaterThan(3 * width());
  });

  it("LI3. draws without a figure are counted", () => {
    const found = bootstrap(2, (chosen) => (chosen[0] === chosen[1] ? Number.NaN : 1), { seed: 2, draws: 100 });
    expect(found.undefinedDraws).toBeGreaterThan(20);
    expect([found.low, found.high]).toEqual([1, 1]);
    expect(quantileOf([], 0.5)).toBeNaN();
  });
});
