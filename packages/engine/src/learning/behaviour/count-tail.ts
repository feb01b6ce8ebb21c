/**
 * Counts per window as a Gamma-Poisson: how often an entity shows `x` or more, shrunk to what its kind shows.
 * `Tally` is flat for the same reasons as `ValueCounts`: `[windows, mean, spread, at]`, spread = sum of squared deviations.
 */
import { DAY } from "@cordon/model/time";

export type Tally = number[];

const HALF_LIFE = 30 * DAY;
/** Less than this is rounding. */
const WEIGHT_MIN = 1e-6;
/** Windows that the prior is worth. */
const BACKING = 6;

export const makeTally = (at: number): Tally => [0, 0, 0, at];

/** One closed window (Welford, decayed). `cap` bounds how far one window may move the mean (poisoning). */
export function addWindow(tally: Tally, x: number, at: number): void {
  const factor = 2 ** (-Math.max(0, at - (tally[3] ?? at)) / HALF_LIFE);
  const n = (tally[0] ?? 0) * factor + 1;
  const mean = tally[1] ?? 0;
  const bounded = n > BACKING ? Math.min(x, 3 * mean + 10) : x;
  const delta = bounded - mean;
  const next = mean + delta / n;
  tally[0] = n;
  tally[1] = next;
  tally[2] = (tally[2] ?? 0) * factor + delta * (bounded - next);
  tally[3] = at;
}

/** A closed window was something else (`now`), or none. Exact for the last one; for earlier ones as exact as its time and cap are known. */
export function amendWindow(
  tally: Tally,
  { was, now }: { readonly was: number; readonly now: number | undefined },
  at: number,
): void {
  const [n = 0, mean = 0, spread = 0, last = at] = tally;
  const weight = 2 ** (-Math.max(0, last - at) / HALF_LIFE);
  const rest = n - weight;
  if (rest < WEIGHT_MIN) {
    tally.splice(0, 3, 0, 0, 0);
    if (now !== undefined) addWindow(tally, now, last);
    return;
  }
  const cap = (3 * (n * mean - 10 * weight)) / (n + 2 * weight) + 10;
  const taken = n > BACKING ? Math.min(was, cap) : was;
  const before = Math.max(0, (n * mean - weight * taken) / rest);
  const spreadBefore = Math.max(0, spread - weight * (taken - mean) * (taken - before));
  if (now === undefined) {
    tally.splice(0, 3, rest, before, spreadBefore);
    return;
  }
  const given = n > BACKING ? Math.min(now, 3 * before + 10) : now;
  const after = before + (weight * (given - before)) / n;
  tally.splice(0, 3, n, after, spreadBefore + weight * (given - before) * (given - after));
}

export interface Expectation {
  readonly mean: number;
  /** Shape of the negative binomial: small is overdispersed. */
  readonly shape: number;
  readonly windows: number;
}

export function expectationOf(own: Tally | undefined, group: Tally): Expectation {
  const n = own?.[0] ?? 0;
  const windows = group[0] ?? 0;
  const groupMean = windows > 0 ? (group[1] ?? 0) : 1;
  const groupVariance = windows > 1 ? (group[2] ?? 0) / windows : 4 * groupMean;
  // The group fades as the own past grows.
  const backing = BACKING / (1 + n / 5);
  const mean = (n * (own?.[1] ?? 0) + backing * groupMean) / (n + backing);
  const ownVariance = n > 1 ? (own?.[2] ?? 0) / n : groupVariance;
  const variance = (n * ownVariance + backing * groupVariance) / (n + backing);
  const extra = Math.max(variance - mean, mean * 0.2);
  const shape = Math.min(50, Math.max(0.2, (mean * mean) / Math.max(extra, 1e-9)));
  return { mean: Math.max(mean, 0.01), shape, windows: n };
}

/** P(X >= x), half of P(X = x) taken off (mid-p). */
export function upperTail({ mean, shape }: Expectation, x: number): number {
  const success = shape / (shape + mean);
  let term = shape * Math.log(success);
  let below = 0;
  for (let k = 0; k < x; k += 1) {
    below += Math.exp(term);
    term += Math.log(((shape + k) / (k + 1)) * (1 - success));
  }
  // Where the sum has run out of digits the geometric end of the tail is exact enough.
  const at = Math.exp(term);
  const rest = 1 - below - at / 2;
  if (rest > 1e-12) return rest;
  const ratio = ((shape + x) / (x + 1)) * (1 - success);
  return Math.max(1e-12, ratio < 1 ? at * (0.5 + ratio / (1 - ratio)) : 1e-12);
}
