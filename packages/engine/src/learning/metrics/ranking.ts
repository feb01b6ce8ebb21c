/**
 * How well scores rank: average precision, area under the ROC curve, true positives at a bounded rate of false ones.
 * Enters: labels (0 or 1), scores (higher = more positive), weights of rows if any. Leaves: one number.
 *
 * LR1. Equal scores are one step: no figure depends on the order of rows.
 * LR2. A figure that the rows cannot give (no positives, no negatives) is NaN, never a guess.
 * Checked against scikit-learn (scripts/goldens/metrics.py).
 */
import { refusal } from "../learning-error.ts";

export type Numbers = ArrayLike<number>;

/** Steps of the ROC curve: weights of true and false positives at or above each distinct score, highest score first. */
interface Steps {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/** Sum over steps of the gain in recall times the precision there; no interpolation. */
export function averagePrecision(labels: Numbers, scores: Numbers, weights?: Numbers): number {
  const { truePositives, falsePositives, positives } = stepsOf(labels, scores, weights);
  if (positives === 0) return Number.NaN;
  let sum = 0;
  let before = 0;
  for (let at = 0; at < truePositives.length; at += 1) {
    const hits = truePositives[at] ?? 0;
    const all = hits + (falsePositives[at] ?? 0);
    if (all > 0) sum += ((hits - before) / positives) * (hits / all);
    before = hits;
  }
  // The steps of a perfect ranking add up to one and some roundings.
  return Math.min(1, sum);
}

/** The chance that a positive scores above a negative; a tie counts one half. */
export function auroc(labels: Numbers, scores: Numbers, weights?: Numbers): number {
  const { truePositives, falsePositives, positives, negatives } = stepsOf(labels, scores, weights);
  if (positives === 0 || negatives === 0) return Number.NaN;
  let area = 0;
  let hitsBefore = 0;
  let alarmsBefore = 0;
  for (let at = 0; at < truePositives.length; at += 1) {
    const hits = truePositives[at] ?? 0;
    const alarms = falsePositives[at] ?? 0;
    area += ((alarms - alarmsBefore) * (hits + hitsBefore)) / 2;
    hitsBefore = hits;
    alarmsBefore = alarms;
  }
  return area / (positives * negatives);
}

export interface OperatingPoint {
  /** Alarm where score >= threshold; Infinity = no alarm at all. */
  readonly threshold: number;
  readonly tpr: number;
  readonly fpr: number;
}

/** The lowest threshold whose rate of false positives is at most `fprMax`. */
export function operatingPointAtFpr(labels: Numbers, scores: Numbers, fprMax: number): OperatingPoint {
  const { thresholds, truePositives, falsePositives, positives, negatives } = stepsOf(labels, scores);
  let point: OperatingPoint = { threshold: Number.POSITIVE_INFINITY, tpr: positives === 0 ? Number.NaN : 0, fpr: 0 };
  for (let at = 0; at < thresholds.length; at += 1) {
    const fpr = negatives === 0 ? 0 : (falsePositives[at] ?? 0) / negatives;
    if (fpr > fprMax) break;
    point = {
      threshold: thresholds[at] ?? 0,
      tpr: positives === 0 ? Number.NaN : (truePositives[at] ?? 0) / positives,
      fpr,
    };
  }
  return point;
}

export const tprAtFpr = (labels: Numbers, scores: Numbers, fprMax: number): number =>
  operatingPointAtFpr(labels, scores, fprMax).tpr;

/** Row numbers by falling score; rows of equal score keep their order. */
export function byFallingScore(scores: Numbers): Int32Array {
  const values = Float64Array.from(scores);
  const bad = values.findIndex((value) => Number.isNaN(value));
  if (bad >= 0) throw refusal("scores-malformed", `score of row ${bad} is not a number`);
  const order = Int32Array.from(values, (_, at) => at);
  return order.sort((a, b) => compareDown(values[a] ?? 0, values[b] ?? 0) || a - b);
}

/** Not a difference: two infinities would give NaN. */
const compareDown = (a: number, b: number): number => (a === b ? 0 : a > b ? -1 : 1);

export function requireLabels(labels: Numbers, rows: number): void {
  if (labels.length !== rows) throw refusal("labels-malformed", `${labels.length} labels, ${rows} scores`);
  for (let at = 0; at < rows; at += 1)
    if (labels[at] !== 0 && labels[at] !== 1)
      throw refusal("labels-malformed", `label of row ${at} is ${labels[at]}, not 0 or 1`);
}

function stepsOf(labels: Numbers, scores: Numbers, weights?: Numbers): Steps {
  requireLabels(labels, scores.length);
  if (weights !== undefined && weights.length !== scores.length)
    throw refusal("labels-malformed", `${weights.length} weights, ${scores.length} scores`);
  const order = byFallingScore(scores);
  const thresholds = new Float64Array(order.length);
  const truePositives = new Float64Array(order.length);
  const falsePositives = new Float64Array(order.length);
  let steps = 0;
  let hits = 0;
  let alarms = 0;
  for (let at = 0; at < order.length; at += 1) {
    const row = order[at] ?? 0;
    const weight = weights === undefined ? 1 : (weights[row] ?? 0);
    if (labels[row] === 1) hits += weight;
    else alarms += weight;
    const score = scores[row] ?? 0;
    if (at + 1 < order.length && scores[order[at + 1] ?? 0] === score) continue;
    thresholds[steps] = score;
    truePositives[steps] = hits;
    falsePositives[steps] = alarms;
    steps += 1;
  }
  return {
    thresholds: thresholds.subarray(0, steps),
    truePositives: truePositives.subarray(0, steps),
    falsePositives: falsePositives.subarray(0, steps),
    positives: hits,
    negatives: alarms,
  };
}
