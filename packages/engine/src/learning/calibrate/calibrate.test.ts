import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationError } from "../metrics/probability.ts";
import { makeRandom } from "../random.ts";
import { calibratedValue, fitCalibrator } from "./calibrator.ts";
import goldens from "./goldens/calibrate.json" with { type: "json" };
import { fitIsotonic, isotonicValue } from "./isotonic.ts";
import { fitPlatt, plattValue } from "./platt.ts";
import { isUnknown, makeVennAbers, merged } from "./venn-abers.ts";

const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 30,
});
const split = (all: readonly (readonly [number, number])[]): [number[], number[]] => [
  all.map(([score]) => score),
  all.map(([, label]) => label),
];

/** Max over beginnings of the min over ends of the mean between: isotonic regression by its definition. */
function naive(all: readonly (readonly [number, number])[], score: number): number {
  const mean = (from: number, to: number): number => {
    const inside = all.filter(([each]) => each >= from && each <= to);
    return inside.reduce((sum, [, label]) => sum + label, 0) / inside.length;
  };
  const scores = [...new Set(all.map(([each]) => each))];
  const low = scores.filter((each) => each <= score);
  const high = scores.filter((each) => each >= score);
  return Math.max(...low.map((from) => Math.min(...high.map((to) => mean(from, to)))));
}

describe("against scikit-learn", () => {
  it.each(goldens.cases)("$name", ({ scores, labels, asked, isotonic, platt }) => {
    const fitted = fitIsotonic(scores, labels);
    asked.forEach((score, at) => {
      expect(isotonicValue(fitted, score)).toBeCloseTo(isotonic[at] ?? Number.NaN, 9);
    });
    const { slope, intercept } = fitPlatt(scores, labels);
    expect(slope).toBeCloseTo(platt[0] ?? Number.NaN, 3);
    expect(intercept).toBeCloseTo(platt[1] ?? Number.NaN, 3);
  });
});

describe("isotonic", () => {
  it("equals its definition at every score, and rises", () => {
    fc.assert(
      fc.property(points, (all) => {
        const fitted = fitIsotonic(...split(all));
        for (const [score] of all) expect(isotonicValue(fitted, score)).toBeCloseTo(naive(all, score), 12);
        expect([...fitted.values].sort((a, b) => a - b)).toEqual(fitted.values);
      }),
    );
  });

  it("a weight counts like so many rows", () => {
    expect(fitIsotonic([1, 2, 3], [1, 0, 1], [1, 3, 2])).toEqual(fitIsotonic([1, 2, 2, 2, 3, 3], [1, 0, 0, 0, 1, 1]));
  });

  it.each([
    ["an infinite score", () => fitIsotonic([Number.POSITIVE_INFINITY], [1])],
    ["a label of 3", () => fitIsotonic([1], [3])],
    ["a weight of nothing", () => fitIsotonic([1], [1], [0])],
  ])("refuses %s", (_, run) => expect(run).toThrow(/./));
});

describe("Platt", () => {
  it("is a minimum: no step in any direction is better", () => {
    fc.assert(
      fc.property(points, (all) => {
        const [scores, labels] = split(all);
        const positives = labels.filter((label) => label === 1).length;
        const targets = labels.map((y) =>
          y === 1 ? (positives + 1) / (positives + 2) : 1 / (labels.length - positives + 2),
        );
        const found = fitPlatt(scores, labels);
        const loss = (slope: number, intercept: number): number =>
          scores.reduce((sum, score, at) => {
            const p = plattValue({ slope, intercept }, score);
            const t = targets[at] ?? 0;
            return sum - t * Math.log(p) - (1 - t) * Math.log1p(-p);
          }, 0);
        const best = loss(found.slope, found.intercept);
        for (const [a, b] of [
          [1e-3, 0],
          [-1e-3, 0],
          [0, 1e-3],
          [0, -1e-3],
        ] as const)
          expect(loss(found.slope + a, found.intercept + b)).toBeGreaterThanOrEqual(best - 1e-9);
      }),
    );
  });

  it("perfectly parted verdicts give no certainty", () => {
    const fitted = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
    expect(plattValue(fitted, 2)).toBeLessThan(0.9);
    expect(plattValue(fitted, 2)).toBeGreaterThan(0.6);
    expect([plattValue(fitted, 1e6), plattValue(fitted, -1e6)]).toEqual([1, 0]);
  });
});

describe("Venn-Abers", () => {
  it("LV1. equals isotonic regression with the new row in it, for both labels", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: -1, max: 20 }), (all, twice) => {
        const score = twice / 2;
        const { low, high } = makeVennAbers(...split(all))(score);
        expect(low).toBeCloseTo(naive([...all, [score, 0]], score), 12);
        expect(high).toBeCloseTo(naive([...all, [score, 1]], score), 12);
        expect(low).toBeLessThanOrEqual(high);
        expect(merged({ low, high })).toBeGreaterThanOrEqual(low - 1e-12);
        expect(merged({ low, high })).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });

  it("is unsure with little, sure with much", () => {
    const random = makeRandom(2);
    const scores = Array.from({ length: 3_000 }, () => random.next());
    const labels = scores.map((score) => (random.next() < score ? 1 : 0));
    expect(isUnknown(makeVennAbers(scores.slice(0, 5), labels.slice(0, 5))(0.5))).toBe(true);
    expect(isUnknown(makeVennAbers(scores, labels)(0.5))).toBe(false);
  });
});

describe("fitCalibrator", () => {
  const random = makeRandom(7);
  const scores = Array.from({ length: 4_000 }, () => 3 * random.normal());
  const labels = scores.map((score) => (random.next() < 1 / (1 + Math.exp(-score / 2)) ? 1 : 0));

  it.each([
    [49, "uncalibrated"],
    [50, "platt"],
    [999, "platt"],
    [1_000, "isotonic"],
  ])("LK1. %i verdicts: %s", (verdicts, kind) => {
    expect(fitCalibrator(scores.slice(0, verdicts), labels.slice(0, verdicts)).kind).toBe(kind);
  });

  it("LK1. one kind of verdict, or a model that is upside down, is uncalibrated and gives no probability", () => {
    const ones = fitCalibrator(
      scores,
      labels.map(() => 1),
    );
    expect(ones).toMatchObject({ kind: "uncalibrated", reason: "4000 of 4000 verdicts are malicious: one kind only" });
    expect(calibratedValue(ones, 0)).toBeUndefined();
    expect(
      fitCalibrator(
        scores.slice(0, 200).map((score) => -score),
        labels.slice(0, 200),
      ).kind,
    ).toBe("uncalibrated");
  });

  it.each([500, 2_000])(
    "LK2. from %i verdicts on: probabilities that hold on fresh rows, in the order of the scores",
    (verdicts) => {
      const fitted = fitCalibrator(scores.slice(0, verdicts), labels.slice(0, verdicts));
      const p = scores.slice(2_000).map((score) => calibratedValue(fitted, score) ?? Number.NaN);
      expect(calibrationError(labels.slice(2_000), p)).toBeLessThan(0.05);
      const order = scores
        .slice(2_000)
        .map((score, at) => [score, p[at] ?? 0] as const)
        .sort(([a], [b]) => a - b);
      order.forEach(([, value], at) => {
        expect(value).toBeGreaterThanOrEqual(order[at - 1]?.[1] ?? 0);
      });
    },
  );
});
