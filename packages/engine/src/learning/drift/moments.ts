/**
 * Tests on means and characteristic functions: Student, Epps-Singleton, maximum mean discrepancy.
 * Enters: a pair of numbers. Leaves: statistic and p-value, as SciPy's (discrepancy: statistic as Evidently's, p by seeded exchange).
 */
import { quantileOf } from "../metrics/interval.ts";
import { makeRandom, rowNumbers } from "../random.ts";
import { takeValues } from "../table.ts";
import type { Pair } from "./bins.ts";
import { eigenOf } from "./eigen.ts";
import { chiSquareUpper, studentTwoSided } from "./gamma.ts";
import type { Tested } from "./kolmogorov.ts";

const POINTS = [0.4, 0.8];
/** Below it Epps and Singleton's correction for few rows. */
const FEW_ROWS = 25;
const MMD_PERMUTATIONS = 100;
/** The kernel matrix has the square of both together: 8 MB of doubles. */
const MMD_ROWS_MAX = 500;

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Equal variances, two-sided. */
export function studentTest({ reference, current }: Pair): Tested {
  const [n, m] = [reference.length, current.length];
  const [a, b] = [meanOf(reference), meanOf(current)];
  const squares = (values: Float64Array, mean: number): number =>
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = (squares(reference, a) + squares(current, b)) / (n + m - 2);
  if (variance === 0) return a === b ? { statistic: 0, p: 1 } : { statistic: Number.POSITIVE_INFINITY, p: 0 };
  const statistic = (a - b) / Math.sqrt(variance * (1 / n + 1 / m));
  return { statistic, p: studentTwoSided(statistic, n + m - 2) };
}

export function eppsSingleton({ reference, current }: Pair): Tested {
  const [n, m] = [reference.length, current.length];
  const sorted = Float64Array.from([...reference, ...current]).sort();
  const scale = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 2;
  // Without a middle half there is no scale, and the test says nothing.
  if (!(scale > 0)) return { statistic: Number.NaN, p: Number.NaN };
  const [a, b] = [waves(reference, scale), waves(current, scale)];
  const size = 2 * POINTS.length;
  const cell = (row: number, column: number): number =>
    (n + m) * (covariance(a, row, column) / n + covariance(b, row, column) / m);
  const matrix = Float64Array.from({ length: size * size }, (_, at) => cell(Math.floor(at / size), at % size));
  const gap = a.map((wave, at) => meanOf(wave) - meanOf(b[at] ?? wave));
  const { values, vectors } = eigenOf(matrix, size);
  const least = size * Number.EPSILON * Math.max(...values);
  let [statistic, rank] = [0, 0];
  for (const [at, value] of values.entries()) {
    if (value <= least) continue;
    rank += 1;
    statistic +=
      ((n + m) * gap.reduce((sum, each, row) => sum + each * (vectors[row * size + at] ?? 0), 0) ** 2) / value;
  }
  if (Math.max(n, m) < FEW_ROWS) statistic /= 1 + (n + m) ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7);
  return { statistic, p: chiSquareUpper(statistic, rank) };
}

/** Cosines of all points, then sines. */
const waves = (values: Float64Array, scale: number): readonly Float64Array[] => [
  ...POINTS.map((t) => values.map((value) => Math.cos((t / scale) * value))),
  ...POINTS.map((t) => values.map((value) => Math.sin((t / scale) * value))),
];

function covariance(all: readonly Float64Array[], i: number, j: number): number {
  const [x, y] = [all[i] ?? new Float64Array(0), all[j] ?? new Float64Array(0)];
  const [a, b] = [meanOf(x), meanOf(y)];
  return x.reduce((sum, value, at) => sum + (value - a) * ((y[at] ?? 0) - b), 0) / x.length;
}

/** Unbiased squared discrepancy under a Gaussian kernel whose width is the median distance of the reference. */
export function meanDiscrepancy(pair: Pair, seed: number): Tested {
  const random = makeRandom(seed);
  const cut = (values: Float64Array): Float64Array =>
    values.length <= MMD_ROWS_MAX ? values : takeValues(values, random.sample(values.length, MMD_ROWS_MAX));
  const [a, b] = [cut(pair.reference), cut(pair.current)];
  const pool = Float64Array.from([...a, ...b]);
  const kernel = kernelOf(pool, a);
  const order = rowNumbers(pool.length);
  const statistic = discrepancy(kernel, order, a.length);
  let beyond = 0;
  for (let draw = 0; draw < MMD_PERMUTATIONS; draw += 1)
    if (discrepancy(kernel, random.shuffle(order), a.length) >= statistic - 1e-12) beyond += 1;
  return { statistic, p: (beyond + 1) / (MMD_PERMUTATIONS + 1) };
}

interface Kernel {
  readonly cells: Float64Array;
  /** Sums of rows, and of all pairs. */
  readonly rows: Float64Array;
  readonly total: number;
}

function kernelOf(pool: Float64Array, reference: Float64Array): Kernel {
  const distances = new Float64Array(reference.length ** 2);
  for (const [i, x] of reference.entries())
    for (const [j, y] of reference.entries()) distances[i * reference.length + j] = (x - y) ** 2;
  distances.sort();
  const middle = (distances.length - 1) / 2;
  const even = Math.floor(middle) % 2 === 0 ? Math.floor(middle) : Math.ceil(middle);
  const median = distances[even] ?? 0;
  const gamma = median === 0 ? 1 : 1 / median;
  const size = pool.length;
  const kernel = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      kernel[i * size + j] = i === j ? 0 : Math.exp(-gamma * ((pool[i] ?? 0) - (pool[j] ?? 0)) ** 2);
  const rows = Float64Array.from({ length: size }, (_, at) =>
    kernel.subarray(at * size, (at + 1) * size).reduce((sum, cell) => sum + cell, 0),
  );
  return { cells: kernel, rows, total: rows.reduce((sum, row) => sum + row, 0) / 2 };
}

/** Only the pairs within the first sample are summed: the rest follows from the sums of rows, which no order changes. */
function discrepancy({ cells, rows, total }: Kernel, order: Int32Array, first: number): number {
  const size = rows.length;
  const second = size - first;
  let [within, touched] = [0, 0];
  for (let i = 0; i < first; i += 1) {
    const at = order[i] ?? 0;
    touched += rows[at] ?? 0;
    for (let j = i + 1; j < first; j += 1) within += cells[at * size + (order[j] ?? 0)] ?? 0;
  }
  const across = touched - 2 * within;
  const beside = total - within - across;
  return (
    (2 * within) / (first * (first - 1)) + (2 * beside) / (second * (second - 1)) - (2 * across) / (first * second)
  );
}
