/**
 * Tests on ranks of two samples: Mann-Whitney, Cramer-von Mises, Anderson-Darling.
 * Enters: sorted samples without missing values. Leaves: statistic and p-value as SciPy's automatic methods give them.
 *
 * DR1. Ties take the mean of their ranks (Anderson-Darling: SciPy's midrank variant, p kept between 0.001 and 0.25).
 * DR2. Exact distributions where SciPy uses them: Mann-Whitney with 8 rows or fewer and no ties, Cramer-von Mises up to 20.
 */
import { logGamma, normalUpper } from "./gamma.ts";
import type { Tested } from "./kolmogorov.ts";

const MANN_WHITNEY_EXACT_ROWS = 8;
const CRAMER_EXACT_ROWS = 20;
/** Below it the limiting distribution is 0 to 1e-18. */
const CRAMER_LEAST = 0.003;

interface Tie {
  /** Rows of each sample with this value, and before it. */
  readonly a: number;
  readonly b: number;
  readonly beforeA: number;
  readonly beforeB: number;
}

function tiesOf(a: Float64Array, b: Float64Array): readonly Tie[] {
  const ties: Tie[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    const [beforeA, beforeB] = [i, j];
    while (i < a.length && a[i] === value) i += 1;
    while (j < b.length && b[j] === value) j += 1;
    ties.push({ a: i - beforeA, b: j - beforeB, beforeA, beforeB });
  }
  return ties;
}

/** Two-sided. The statistic is U of the first sample. */
export function mannWhitney(a: Float64Array, b: Float64Array): Tested {
  const [n, m] = [a.length, b.length];
  const ties = tiesOf(a, b);
  const ranks = ties.reduce((sum, tie) => sum + tie.a * (tie.beforeA + tie.beforeB + (tie.a + tie.b + 1) / 2), 0);
  const statistic = ranks - (n * (n + 1)) / 2;
  const larger = Math.max(statistic, n * m - statistic);
  const tied = ties.some((tie) => tie.a + tie.b > 1);
  if (Math.min(n, m) <= MANN_WHITNEY_EXACT_ROWS && !tied)
    return { statistic, p: Math.min(1, 2 * uAtLeast(Math.min(n, m), Math.max(n, m), larger)) };
  const all = n + m;
  const term = ties.reduce((sum, tie) => sum + (tie.a + tie.b) ** 3 - (tie.a + tie.b), 0);
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - term / (all * (all - 1))));
  const p = deviation === 0 ? 1 : 2 * normalUpper((larger - (n * m) / 2 - 0.5) / deviation);
  return { statistic, p: Math.min(1, p) };
}

/** Counts of U are the coefficients of the Gaussian binomial; U is symmetric, so the lower tail is summed. */
function uAtLeast(few: number, many: number, u: number): number {
  const wanted = few * many - u;
  const counts = new Float64Array(Math.floor(wanted) + 1);
  counts[0] = 1;
  for (let i = 1; i <= few; i += 1) {
    for (let at = counts.length - 1; at >= many + i; at -= 1)
      counts[at] = (counts[at] ?? 0) - (counts[at - many - i] ?? 0);
    for (let at = i; at < counts.length; at += 1) counts[at] = (counts[at] ?? 0) + (counts[at - i] ?? 0);
  }
  const total = Math.exp(logGamma(few + many + 1) - logGamma(few + 1) - logGamma(many + 1));
  return counts.reduce((sum, count) => sum + count, 0) / total;
}

export function cramerVonMises(a: Float64Array, b: Float64Array): Tested {
  const [n, m] = [a.length, b.length];
  const all = n + m;
  const product = n * m;
  let u = 0;
  for (const tie of tiesOf(a, b)) {
    const rank = tie.beforeA + tie.beforeB + (tie.a + tie.b + 1) / 2;
    for (let at = 1; at <= tie.a; at += 1) u += n * (rank - tie.beforeA - at) ** 2;
    for (let at = 1; at <= tie.b; at += 1) u += m * (rank - tie.beforeB - at) ** 2;
  }
  const statistic = u / (product * all) - (4 * product - 1) / (6 * all);
  if (Math.max(n, m) <= CRAMER_EXACT_ROWS) return { statistic, p: cramerExact(u, n, m) };
  const mean = (1 + 1 / all) / 6;
  const variance =
    ((all + 1) * (4 * product * all - 3 * (n * n + m * m) - 2 * product)) / (45 * all * all * 4 * product);
  const scaled = 1 / 6 + (statistic - mean) / Math.sqrt(45 * variance);
  return { statistic, p: scaled < CRAMER_LEAST ? 1 : Math.max(0, 1 - cramerLimit(scaled)) };
}

/** Limiting distribution of the one-sample statistic, as a series of modified Bessel functions. */
function cramerLimit(x: number): number {
  let sum = 0;
  for (let k = 0; ; k += 1) {
    const y = 4 * k + 1;
    const q = (y * y) / (16 * x);
    const factor = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = factor * Math.sqrt(y) * besselQuarter(q);
    sum += term;
    if (Math.abs(term) < 1e-7) return sum;
  }
}

/** exp(-q) K_{1/4}(q) by the trapezoidal rule on its integral: the error falls doubly exponentially with the step. */
function besselQuarter(q: number): number {
  const step = 0.1;
  let sum = Math.exp(-2 * q) / 2;
  for (let t = step; ; t += step) {
    const term = Math.exp(-q * (1 + Math.cosh(t))) * Math.cosh(t / 4);
    sum += term;
    if (term < 1e-18 * sum || term === 0) return sum * step;
  }
}

/** Share of all orders of the pooled sample whose statistic is at least as large (Xiao, Gordon and Yakovlev's recursion). */
function cramerExact(u: number, n: number, m: number): number {
  const least = (n * m) / divisor(n, m);
  const [a, b] = [least / n, least / m];
  const product = n * m;
  const zeta = Math.floor((least * least * (n + m) * (6 * u - product * (4 * product - 1))) / (6 * product * product));
  let row: Map<number, number>[] = Array.from({ length: n + 1 }, (_, at) => new Map(at === 0 ? [[0, 1]] : []));
  for (let second = 0; second <= m; second += 1) {
    const next: Map<number, number>[] = [];
    let left = new Map<number, number>();
    for (const [first, above] of row.entries()) {
      const gap = (a * first - b * second) ** 2;
      const sum = new Map<number, number>();
      for (const part of [left, above])
        for (const [value, count] of part) sum.set(value + gap, (sum.get(value + gap) ?? 0) + count);
      next.push(sum);
      left = sum;
    }
    row = next;
  }
  let [beyond, total] = [0, 0];
  for (const [value, count] of row[n] ?? []) {
    total += count;
    if (value >= zeta) beyond += count;
  }
  return beyond / total;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Table 2 of Scholz and Stephens 1987 for two samples: b0 + b1 + b2, and the levels they stand for. */
const CRITICAL = [
  0.675 - 0.245 - 0.105,
  1.281 + 0.25 - 0.305,
  1.645 + 0.678 - 0.362,
  1.96 + 1.149 - 0.391,
  2.326 + 1.822 - 0.396,
  2.573 + 2.364 - 0.345,
  3.085 + 3.615 - 0.154,
];
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];

export function andersonDarling(a: Float64Array, b: Float64Array): Tested {
  const ties = tiesOf(a, b);
  if (ties.length < 2) return { statistic: 0, p: LEVELS[0] ?? 1 };
  const statistic = (andersonSum(ties, a.length, b.length) - 1) / Math.sqrt(andersonVariance(a.length, b.length));
  if (statistic < (CRITICAL[0] ?? 0)) return { statistic, p: LEVELS[0] ?? 1 };
  if (statistic > (CRITICAL.at(-1) ?? 0)) return { statistic, p: LEVELS.at(-1) ?? 0 };
  const [c0, c1, c2] = parabola(CRITICAL, LEVELS.map(Math.log));
  return { statistic, p: Math.exp(c0 + c1 * statistic + c2 * statistic * statistic) };
}

function andersonSum(ties: readonly Tie[], n: number, m: number): number {
  const all = n + m;
  let sum = 0;
  for (const tie of ties) {
    const length = tie.a + tie.b;
    const below = tie.beforeA + tie.beforeB + length / 2;
    const scale = length / all / (below * (all - below) - (all * length) / 4);
    sum += (scale * (all * (tie.beforeA + tie.a / 2) - below * n) ** 2) / n;
    sum += (scale * (all * (tie.beforeB + tie.b / 2) - below * m) ** 2) / m;
  }
  return (sum * (all - 1)) / all;
}

function andersonVariance(n: number, m: number): number {
  const all = n + m;
  const inverse = 1 / n + 1 / m;
  let [partial, g] = [0, 0];
  for (let at = all - 1; at > 1; at -= 1) {
    partial += 1 / at;
    g += partial / (all - at + 1);
  }
  const h = partial + 1;
  const a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
  const d = (2 * h + 6) * 4 - 8 * h;
  return (a * all ** 3 + b * all ** 2 + c * all + d) / ((all - 1) * (all - 2) * (all - 3));
}

/** Least squares of y = c0 + c1 x + c2 x^2, in centred x. */
function parabola(xs: readonly number[], ys: readonly number[]): readonly [number, number, number] {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const s = (power: number, values?: readonly number[]): number =>
    xs.reduce((sum, x, at) => sum + (x - mean) ** power * (values?.[at] ?? 1), 0);
  const [n, s2, s3, s4] = [xs.length, s(2), s(3), s(4)];
  const [t0, t1, t2] = [s(0, ys), s(1, ys), s(2, ys)];
  // Normal equations with s1 = 0, solved by hand.
  const curve = (t2 - (s2 * t0) / n - (s3 * t1) / s2) / (s4 - (s2 * s2) / n - (s3 * s3) / s2);
  const slope = (t1 - curve * s3) / s2;
  const level = (t0 - curve * s2) / n;
  return [level - slope * mean + curve * mean * mean, slope - 2 * curve * mean, curve];
}
