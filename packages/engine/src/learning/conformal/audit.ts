/**
 * The random audit: how many would-be closures a human sees, what that proves, and what it lets us estimate.
 *
 * LU1. The bound is on the false omission rate, P(malicious | closed): another error than the miss rate that conformal p bounds.
 * LU2. Each row's chance of being reviewed is recorded when it is drawn; estimates weigh by its inverse, clipped.
 * LU3. Without audited rows the bound is 1: unknown is never taken for good.
 */
import { refusal } from "../learning-error.ts";
import { rateUpperBound } from "../metrics/interval.ts";
import type { Numbers } from "../metrics/ranking.ts";

export const AUDIT_SHARE = 0.05;
/** Fewer a week, and the bound would take years to come down. */
const AUDITS_A_WEEK = 20;

/** Chance of sending a would-be closure to a human, given how many there were in the last week. */
export function auditChance(closuresLastWeek: number, share = AUDIT_SHARE): number {
  if (!(share > 0 && share <= 1)) throw refusal("parameters-malformed", `audit share ${share}: above 0, at most 1`);
  return closuresLastWeek <= AUDITS_A_WEEK ? 1 : Math.max(share, AUDITS_A_WEEK / closuresLastWeek);
}

export interface AuditRecord {
  readonly audited: number;
  readonly wrong: number;
}

/** Upper 95 % bound of the share of malicious rows among the closed. 0 of 299 gives 1 %, 0 of 59 gives 5 %. */
export const omissionBound = ({ audited, wrong }: AuditRecord): number => rateUpperBound(wrong, audited);

/** 1 / chance of review, at most 1 / share: one row that was unlikely to be seen must not carry an estimate alone. */
export function inverseWeights(chances: Numbers, share = AUDIT_SHARE): Float64Array {
  return Float64Array.from(chances, (chance, at) => {
    if (!(chance > 0 && chance <= 1))
      throw refusal("parameters-malformed", `chance of review of row ${at} is ${chance}`);
    return Math.min(1 / chance, 1 / share);
  });
}

/** Rows of equal weight that would tell as much. */
export function effectiveSampleSize(weights: Numbers): number {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < weights.length; at += 1) {
    sum += weights[at] ?? 0;
    squares += (weights[at] ?? 0) ** 2;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
