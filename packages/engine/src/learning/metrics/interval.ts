/**
 * How sure a figure is: bootstrap intervals by row or by entity, and exact binomial bounds.
 *
 * LI1. The same seed gives the same interval.
 * LI2. Rows of one entity are drawn together: they are not independent, and an interval by row would be too narrow.
 * LI3. Draws in which the figure does not exist (NaN) are left out and counted.
 */
import { refusal } from "../learning-error.ts";
import { makeRandom, rowNumbers } from "../random.ts";
import type { Numbers } from "./ranking.ts";

const DRAWS = 1_000;

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly draws: number;
  /** Draws without a figure; where this is a large part, the interval says little. */
  readonly undefinedDraws: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly draws?: number;
  /** Share of draws inside the interval. */
  readonly level?: number;
  /** Entity of each row; without it each row is its own. */
  readonly clusters?: readonly (string | number)[];
}

/** Percentile interval of `figure`, which is given the row numbers of each draw. */
export function bootstrap(rows: number, figure: (rows: Int32Array) => number, options: BootstrapOptions): Interval {
  const groups = clustersOf(rows, options.clusters);
  const random = makeRandom(options.seed);
  const draws = options.draws ?? DRAWS;
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const value = figure(drawn(groups, (bound) => random.below(bound)));
    if (!Number.isNaN(value)) values.push(value);
  }
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - (options.level ?? 0.95)) / 2;
  return {
    value: figure(rowNumbers(rows)),
    low: quantileOf(sorted, tail),
    high: quantileOf(sorted, 1 - tail),
    draws,
    undefinedDraws: draws - values.length,
  };
}

/** Of ascending values, linear between neighbours; NaN for none. */
export function quantileOf(sorted: Numbers, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Upper Clopper-Pearson bound of a rate after `hits` in `trials`, one-sided; 1 for no trials. */
export function rateUpperBound(hits: number, trials: number, level = 0.95): number {
  if (!(Number.isInteger(hits) && Number.isInteger(trials) && hits >= 0 && hits <= trials))
    throw refusal("parameters-malformed", `${hits} hits in ${trials} trials`);
  if (hits === trials) return 1;
  // The bound is the rate under which so few hits have a chance of exactly 1 - level; that chance falls with the rate.
  let low = hits / trials;
  let high = 1;
  for (let step = 0; step < 200 && low < high; step += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (chanceAtMost(hits, trials, middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

export const rateLowerBound = (hits: number, trials: number, level = 0.95): number =>
  1 - rateUpperBound(trials - hits, trials, level);

/** P(X <= hits) for X binomial, summed in logarithms: factorials of thousands do not fit into a double. */
export function chanceAtMost(hits: number, trials: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return hits >= trials ? 1 : 0;
  let term = trials * Math.log1p(-rate);
  const odds = Math.log(rate) - Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let k = 1; k <= hits; k += 1) {
    term += Math.log((trials - k + 1) / k) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

function clustersOf(rows: number, clusters?: readonly (string | number)[]): readonly Int32Array[] {
  if (clusters === undefined) return Array.from({ length: rows }, (_, row) => Int32Array.of(row));
  if (clusters.length !== rows) throw refusal("labels-malformed", `${clusters.length} clusters, ${rows} rows`);
  const members = new Map<string | number, number[]>();
  clusters.forEach((cluster, row) => {
    const known = members.get(cluster);
    if (known === undefined) members.set(cluster, [row]);
    else known.push(row);
  });
  return [...members.values()].map((each) => Int32Array.from(each));
}

function drawn(groups: readonly Int32Array[], below: (bound: number) => number): Int32Array {
  const chosen = groups.map(() => groups[below(groups.length)] ?? new Int32Array(0));
  const rows = new Int32Array(chosen.reduce((sum, group) => sum + group.length, 0));
  let at = 0;
  for (const group of chosen) {
    rows.set(group, at);
    at += group.length;
  }
  return rows;
}
