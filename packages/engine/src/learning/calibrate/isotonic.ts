/** Isotonic calibration: the rising function of the score that is nearest to the labels (PAV), linear between its corners. */
import type { Numbers } from "../metrics/ranking.ts";
import { meanOf, poolScores, positionOf } from "./pool.ts";

/** Plain numbers: it travels as JSON. */
export interface Isotonic {
  readonly scores: readonly number[];
  readonly values: readonly number[];
}

export function fitIsotonic(scores: Numbers, labels: Numbers, weights?: Numbers): Isotonic {
  const pooled = poolScores(scores, labels, weights);
  const corners: [number, number][] = [];
  for (let end = pooled.scores.length - 1; end >= 0; ) {
    const start = pooled.starts[end] ?? 0;
    const value = meanOf(pooled, start, end);
    corners.push([pooled.scores[end] ?? 0, value]);
    if (start < end) corners.push([pooled.scores[start] ?? 0, value]);
    end = start - 1;
  }
  corners.reverse();
  return { scores: corners.map(([score]) => score), values: corners.map(([, value]) => value) };
}

/** Outside the scores of the fit the nearest value holds. */
export function isotonicValue({ scores, values }: Isotonic, score: number): number {
  const at = positionOf(scores, score);
  const after = values[at];
  if (after === undefined) return values[values.length - 1] ?? Number.NaN;
  const low = scores[at - 1];
  const before = values[at - 1];
  if (scores[at] === score || low === undefined || before === undefined) return after;
  return before + ((after - before) * (score - low)) / ((scores[at] ?? score) - low);
}
