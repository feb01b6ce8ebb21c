/**
 * From scores of any unit to p-values, and from several p-values to one.
 * Enters: scores of normal rows, higher = stranger. Leaves: p = the chance that a normal row is so strange.
 *
 * AP1. Within the normal scores p is their rank; beyond the last tenth the excess is taken as exponential, so that of two
 *      rows stranger than all that was seen the stranger one still has the lower p.
 * AP2. Every p lies in [P_MIN, 1 - P_MIN].
 * AP3. Combining holds under dependence: the same p several times gives that p.
 */
import { quantileOf } from "../metrics/interval.ts";

export const P_MIN = 1e-9;
/** Share of the scores whose excess makes the tail. */
const TAIL = 0.1;
/** Scores below which there is no tail to estimate: rank alone. */
const TAIL_SCORES = 30;

export interface Ranks {
  /** -ln p, not clipped: what order is made of. */
  surprise(score: number): number;
  p(score: number): number;
}

export function ranksOf(scores: Float64Array): Ranks {
  const sorted = scores.slice().sort();
  const n = sorted.length;
  const from = quantileOf(sorted, 1 - TAIL);
  const excess = sorted.filter((score) => score > from).map((score) => score - from);
  const mean = excess.reduce((sum, one) => sum + one, 0) / Math.max(1, excess.length);
  const share = excess.length / Math.max(1, n);
  const surprise = (score: number): number => {
    if (n >= TAIL_SCORES && score > from && mean > 0) return -Math.log(share) + (score - from) / mean;
    return -Math.log((n - lowerBound(sorted, score) + 1) / (n + 1));
  };
  return { surprise, p: (score) => clipped(Math.exp(-surprise(score))) };
}

/** Cauchy combination (Liu and Xie): mean of tan((1/2 - p) pi), and back. */
export function combineP(values: readonly number[], weights?: readonly number[]): number {
  let sum = 0;
  let all = 0;
  values.forEach((p, at) => {
    const weight = weights?.[at] ?? 1;
    sum += weight * Math.tan((0.5 - clipped(p)) * Math.PI);
    all += weight;
  });
  if (all === 0) return Number.NaN;
  return clipped(0.5 - Math.atan(sum / all) / Math.PI);
}

const clipped = (p: number): number => Math.min(1 - P_MIN, Math.max(P_MIN, p));

/** How many are below the score. */
function lowerBound(sorted: Float64Array, score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}
