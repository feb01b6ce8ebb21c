/**
 * Performance before verdicts arrive (confidence-based: CBPE), and how far it was off when they do.
 * Enters: calibrated probabilities and scores of a window. Leaves: expected confusion, its rates and AUROC, with intervals.
 *
 * DE1. It rests on calibration alone: right under a shift of the inputs, wrong when the meaning of inputs changes.
 * DE2. Where the gap to true values exceeded GAP_MAX in a window with verdicts, and so few verdicts alone do not explain it (the truth
 *      lies outside the interval), the estimate is switched off, and says so.
 */

import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { quantileOf } from "../metrics/interval.ts";
import { auroc, byFallingScore, type Numbers } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";

const GAP_MAX = 0.05;
const DRAWS = 200;
/** Below so many verdicts of each kind a true value says too little to judge an estimate. */
const VERDICTS_MIN = 10;

export interface Figures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly auroc: number;
}
export type FigureName = keyof Figures;

export interface Estimate {
  readonly value: Figures;
  /** 95 % of what verdicts drawn by these probabilities would give. */
  readonly low: Figures;
  readonly high: Figures;
  readonly rows: number;
}

/** `flagged`: rows that the model calls malicious; scores rank them (the probabilities themselves if omitted). */
export function estimatePerformance(probabilities: Numbers, threshold: number, seed: number): Estimate {
  const random = makeRandom(seed);
  const sorted = Float64Array.from(byFallingScore(probabilities), (row) => probabilities[row] ?? 0);
  const draws: Figures[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1)
    draws.push(figuresOfSorted(sorted, threshold, (p) => Number(random.next() < p)));
  const edge = (name: FigureName, share: number): number =>
    quantileOf(Float64Array.from(draws.map((one) => one[name]).filter((value) => !Number.isNaN(value))).sort(), share);
  return {
    value: figuresOfSorted(sorted, threshold, (p) => p),
    low: each((name) => edge(name, 0.025)),
    high: each((name) => edge(name, 0.975)),
    rows: probabilities.length,
  };
}

export function trueFigures(labels: Numbers, probabilities: Numbers, threshold: number): Figures {
  const { precision, recall, f1 } = ratesOf(confusionAt(labels, probabilities, threshold));
  return { precision, recall, f1, auroc: auroc(labels, probabilities) };
}

/** Of probabilities that fall; `weightOf` gives each row's label, or its expectation. */
function figuresOfSorted(sorted: Float64Array, threshold: number, weightOf: (p: number) => number): Figures {
  let [tp, fp, fn, above, ordered, own] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < sorted.length; ) {
    const p = sorted[at] ?? 0;
    let [positives, count] = [0, 0];
    for (; at < sorted.length && sorted[at] === p; at += 1) {
      const weight = weightOf(p);
      positives += weight;
      count += 1;
      own += weight * (1 - weight);
    }
    // Rows of equal probability are half in order.
    ordered += (count - positives) * (above + positives / 2);
    above += positives;
    if (p < threshold) fn += positives;
    else {
      tp += positives;
      fp += count - positives;
    }
  }
  return {
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    // A row is no pair with itself.
    auroc: (ordered - own / 2) / (above * (sorted.length - above) - own),
  };
}

export type Trust =
  | { readonly kind: "estimated" }
  | { readonly kind: "confirmed"; readonly gap: number }
  | { readonly kind: "off"; readonly gap: number; readonly said: string };

/** DE2, of the verdicts that arrived for a window. */
export function trustIn(estimate: Estimate, labels: Numbers, truth: Figures): Trust {
  const positives = Array.from(labels).filter((label) => label === 1).length;
  if (positives < VERDICTS_MIN || labels.length - positives < VERDICTS_MIN) return { kind: "estimated" };
  const gap = Math.abs(estimate.value.f1 - truth.f1);
  const explained = truth.f1 >= estimate.low.f1 && truth.f1 <= estimate.high.f1;
  if (!(gap > GAP_MAX) || explained) return { kind: "confirmed", gap };
  return {
    kind: "off",
    gap,
    said: `estimated F1 was ${gap.toFixed(2)} off when verdicts came: not shown until it fits again`,
  };
}

const each = (of: (name: FigureName) => number): Figures => ({
  precision: of("precision"),
  recall: of("recall"),
  f1: of("f1"),
  auroc: of("auroc"),
});
