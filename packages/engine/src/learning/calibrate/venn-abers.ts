/**
 * Inductive Venn-Abers prediction: the isotonic value of a score when the new row is taken for benign (low), and for malicious
 * (high). One of the two is calibrated whatever the distribution; the gap between them says how little is known.
 *
 * LV1. low <= high, and both equal isotonic regression over the calibration rows and the new one (twin in the tests).
 */
import type { Numbers } from "../metrics/ranking.ts";
import { type Pooled, poolScores, positionOf } from "./pool.ts";

export interface ProbabilityInterval {
  readonly low: number;
  readonly high: number;
}

/** A wider interval counts as "do not know". */
const WIDTH_MAX = 0.2;

export const isUnknown = ({ low, high }: ProbabilityInterval): boolean => high - low > WIDTH_MAX;

/** One probability of the two, by least log loss in the worst case. */
export const merged = ({ low, high }: ProbabilityInterval): number => high / (1 - low + high);

export type VennAbers = (score: number) => ProbabilityInterval;

export function makeVennAbers(scores: Numbers, labels: Numbers): VennAbers {
  const pooled = poolScores(scores, labels);
  return (score) => ({ low: valueWith(pooled, score, 0), high: valueWith(pooled, score, 1) });
}

/** Starts from the new row's own block, and pools with its neighbours on both sides as long as they are in the wrong order. */
function valueWith({ scores, hits, weights, starts, ends }: Pooled, score: number, label: number): number {
  const at = positionOf(scores, score);
  let from = at;
  let to = scores[at] === score ? at : at - 1;
  for (;;) {
    const sum = label + (hits[to + 1] ?? 0) - (hits[from] ?? 0);
    const count = 1 + (weights[to + 1] ?? 0) - (weights[from] ?? 0);
    const before = from > 0 ? (starts[from - 1] ?? 0) : from;
    const after = to + 1 < scores.length ? (ends[to + 1] ?? to) : to;
    // Cross-multiplied: equal means must be found equal.
    const leftSum = (hits[from] ?? 0) - (hits[before] ?? 0);
    const leftCount = (weights[from] ?? 0) - (weights[before] ?? 0);
    const rightSum = (hits[after + 1] ?? 0) - (hits[to + 1] ?? 0);
    const rightCount = (weights[after + 1] ?? 0) - (weights[to + 1] ?? 0);
    if (before < from && leftSum * count >= sum * leftCount) from = before;
    else if (after > to && rightSum * count <= sum * rightCount) to = after;
    else return sum / count;
  }
}
