/**
 * Tests on counts of categories. Enters: a pair of coded samples. Leaves: statistic and p-value.
 *
 * DC1. Expected counts are the reference's, scaled to the rows of the current window. A value that the reference never had
 *      makes chi-square and G infinite and p 0, as in SciPy: a new value is news.
 * DC2. One value alone in both samples is no change: p 1.
 */

import { makeRandom } from "../random.ts";
import { type Pair, type Shares, sharesOfValues } from "./bins.ts";
import { totalVariation } from "./distances.ts";
import { chiSquareUpper, logGamma, normalTwoSided } from "./gamma.ts";
import type { Tested } from "./kolmogorov.ts";

const PERMUTATIONS = 1_000;
/** Probabilities of tables that differ by less are the same table seen from two sides. */
const SAME = 1 + 1e-7;

interface Cell {
  readonly expected: number;
  readonly observed: number;
}

function cellsOf(pair: Pair): readonly Cell[] {
  const { reference, current }: Shares = sharesOfValues(pair);
  const rows = pair.current.length;
  return Array.from(reference, (share, at) => ({ expected: share * rows, observed: (current[at] ?? 0) * rows }));
}

export function chiSquare(pair: Pair): Tested {
  const cells = cellsOf(pair);
  const statistic = cells.reduce((sum, { expected, observed }) => sum + (observed - expected) ** 2 / expected, 0);
  return { statistic, p: chiSquareUpper(statistic, cells.length - 1) };
}

/** Both windows are samples: the contingency test of equal shares, which few rows of a reference do not mislead. */
export function homogeneity(pair: Pair): Tested {
  const { reference, current } = sharesOfValues(pair);
  const [n, m] = [pair.reference.length, pair.current.length];
  let statistic = 0;
  for (const [at, share] of reference.entries()) {
    const other = current[at] ?? 0;
    const pooled = (share * n + other * m) / (n + m);
    statistic += (n * (share - pooled) ** 2 + m * (other - pooled) ** 2) / pooled;
  }
  return { statistic, p: chiSquareUpper(statistic, reference.length - 1) };
}

export function gTest(pair: Pair): Tested {
  const cells = cellsOf(pair);
  const term = ({ expected, observed }: Cell): number =>
    observed === 0 ? 0 : observed * Math.log(observed / expected);
  const statistic = Math.max(0, 2 * cells.reduce((sum, cell) => sum + term(cell), 0));
  return { statistic, p: chiSquareUpper(statistic, cells.length - 1) };
}

/** Two shares, pooled: the share of the smallest value against all others. */
export function proportions(pair: Pair): Tested {
  const { reference, current } = sharesOfValues(pair);
  if (reference.length < 2) return { statistic: 0, p: 1 };
  const [n, m] = [pair.reference.length, pair.current.length];
  const [a, b] = [1 - (reference[0] ?? 0), 1 - (current[0] ?? 0)];
  const pooled = (a * n + b * m) / (n + m);
  const statistic = (a - b) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return { statistic, p: normalTwoSided(statistic) };
}

/** Two-sided: all tables with the same margins that are no likelier. The statistic is the sample odds ratio. */
export function fisherExact(pair: Pair): Tested {
  const { reference, current } = sharesOfValues(pair);
  const [n, m] = [pair.reference.length, pair.current.length];
  const inReference = Math.round((reference[0] ?? 0) * n);
  const inCurrent = Math.round((current[0] ?? 0) * m);
  const statistic = (inCurrent * (n - inReference)) / ((m - inCurrent) * inReference);
  const all = inReference + inCurrent;
  const logChoose = (of: number, some: number): number =>
    logGamma(of + 1) - logGamma(some + 1) - logGamma(of - some + 1);
  const chance = (here: number): number => logChoose(n, here) + logChoose(m, all - here) - logChoose(n + m, all);
  const found = chance(inReference) + Math.log(SAME);
  let p = 0;
  for (let here = Math.max(0, all - m); here <= Math.min(n, all); here += 1)
    if (chance(here) <= found) p += Math.exp(chance(here));
  return { statistic, p: Math.min(1, p) };
}

/** Share of seeded exchanges between the samples that lie at least as far apart. */
export function totalVariationTest(pair: Pair, seed: number): Tested {
  const statistic = totalVariation(pair);
  const { edges } = sharesOfValues(pair);
  const codes = new Map(Array.from(edges, (value, at) => [value, at]));
  const pool = Int32Array.from([...pair.reference, ...pair.current], (value) => codes.get(value) ?? 0);
  const [n, m] = [pair.reference.length, pair.current.length];
  const totals = countsOf(pool, pool.length, edges.length);
  const random = makeRandom(seed);
  let beyond = 0;
  for (let draw = 0; draw < PERMUTATIONS; draw += 1) {
    drawFirst(pool, n, (bound) => random.below(bound));
    const counts = countsOf(pool, n, edges.length);
    let apart = 0;
    for (const [at, count] of counts.entries()) apart += Math.abs(count / n - ((totals[at] ?? 0) - count) / m);
    // A rounding error is no difference.
    if (apart / 2 >= statistic - 1e-12) beyond += 1;
  }
  return { statistic, p: (beyond + 1) / (PERMUTATIONS + 1) };
}

/** The first `count` places hold a random subset. */
function drawFirst(pool: Int32Array, count: number, below: (bound: number) => number): void {
  for (let at = 0; at < count; at += 1) {
    const other = at + below(pool.length - at);
    const kept = pool[at] ?? 0;
    pool[at] = pool[other] ?? 0;
    pool[other] = kept;
  }
}

function countsOf(codes: Int32Array, rows: number, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (let at = 0; at < rows; at += 1) counts[codes[at] ?? 0] = (counts[codes[at] ?? 0] ?? 0) + 1;
  return counts;
}
