/**
 * Does a row of levels rise, and not by one step? Ranks alone, so that no single day carries the answer.
 * Enters: levels in order of time. Leaves: chances of such a rise where order means nothing (Mann-Kendall, one-sided).
 *
 * BT1. Ties are corrected for; a row without two different levels has p = 1.
 * BT2. A step is where ranks before and after differ most (Pettitt).
 */
import { normalUpper } from "../drift/gamma.ts";
import { quantileOf } from "../metrics/interval.ts";

export const medianOf = (values: readonly number[]): number =>
  quantileOf(
    [...values].sort((a, b) => a - b),
    0.5,
  );

export function risingChance(levels: readonly number[]): number {
  const variance = varianceOf(levels);
  if (variance <= 0) return 1;
  const pairs = risingPairs(levels);
  return normalUpper((pairs - Math.sign(pairs)) / Math.sqrt(variance));
}

/** Of what comes after the largest step alone, however large that is. */
export const risingOnChance = (levels: readonly number[]): number => risingChance(levels.slice(stepOf(levels)));

function risingPairs(levels: readonly number[]): number {
  let pairs = 0;
  for (const [i, later] of levels.entries())
    for (let j = 0; j < i; j += 1) pairs += Math.sign(later - (levels[j] ?? 0));
  return pairs;
}

function varianceOf(levels: readonly number[]): number {
  const ties = new Map<number, number>();
  for (const level of levels) ties.set(level, (ties.get(level) ?? 0) + 1);
  const weight = (n: number): number => n * (n - 1) * (2 * n + 5);
  let left = weight(levels.length);
  for (const tied of ties.values()) left -= weight(tied);
  return left / 18;
}

/** The first level after the largest step up. */
function stepOf(levels: readonly number[]): number {
  let [pairs, most, found] = [0, Number.NEGATIVE_INFINITY, 0];
  for (const [at, level] of levels.entries()) {
    // Pairs across the border in front of this level.
    if (pairs > most) [most, found] = [pairs, at];
    for (const other of levels) pairs += Math.sign(other - level);
  }
  return found;
}
