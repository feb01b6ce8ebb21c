/**
 * Class-conditional, Mondrian conformal prediction: how malicious rows of a category are that score no higher than this one.
 * Enters: scores of human-verified malicious rows of one tenant, with their category (rule family, source). Leaves: p, or a refusal.
 *
 * LQ1. p = (1 + malicious calibration rows with a score <= this one) / (n + 1): among exchangeable malicious rows of the category,
 *      p <= alpha happens to at most a share alpha of them.
 * LQ2. Below ceil(1/alpha - 1) malicious rows in the category there is no p at all: nothing could be closed, and nothing may be.
 * LQ3. Categories are never pooled, and neither are tenants: exchangeability fails between them.
 */
import { refusal } from "../learning-error.ts";

export interface MaliciousRow {
  readonly category: string;
  readonly score: number;
}

export type ConformalP =
  | { readonly kind: "p"; readonly p: number; readonly positives: number }
  | { readonly kind: "refused"; readonly positives: number; readonly needed: number; readonly reason: string };

export interface Mondrian {
  /** p of being malicious for a row of `category`, usable at `alpha`. */
  of(category: string, score: number, alpha: number): ConformalP;
  positives(category: string): number;
}

/** 99 at 1 %, 19 at 5 %. */
export function positivesNeeded(alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) throw refusal("parameters-malformed", `alpha ${alpha}: above 0, below 1`);
  // 1 / 0.1 - 1 must be 9, not 9.000000000000002.
  return Math.ceil(1 / alpha - 1 - 1e-9);
}

export function makeMondrian(malicious: Iterable<MaliciousRow>): Mondrian {
  const byCategory = new Map<string, number[]>();
  for (const { category, score } of malicious) {
    if (Number.isNaN(score)) throw refusal("scores-malformed", `a score of category "${category}" is not a number`);
    const known = byCategory.get(category);
    if (known === undefined) byCategory.set(category, [score]);
    else known.push(score);
  }
  const sorted = new Map([...byCategory].map(([category, scores]) => [category, Float64Array.from(scores).sort()]));
  const positives = (category: string): number => sorted.get(category)?.length ?? 0;
  return {
    positives,
    of: (category, score, alpha) => {
      const needed = positivesNeeded(alpha);
      const known = sorted.get(category) ?? new Float64Array(0);
      if (known.length < needed) {
        const reason = `${known.length} of ${needed} verified malicious cases in "${category}"`;
        return { kind: "refused", positives: known.length, needed, reason };
      }
      // A score that is no number says nothing: as malicious as any.
      const p = Number.isNaN(score) ? 1 : (1 + notAbove(known, score)) / (known.length + 1);
      return { kind: "p", p, positives: known.length };
    },
  };
}

/** How many of ascending values are <= value. */
function notAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
