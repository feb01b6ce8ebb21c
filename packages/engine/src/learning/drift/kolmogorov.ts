/**
 * Kolmogorov-Smirnov for two samples, as SciPy's automatic mode: exact up to EXACT_ROWS_MAX rows, else the one-sample
 * distribution of the effective size. Enters: sorted samples. Leaves: the distance and its p-value.
 *
 * DK1. The exact value counts lattice paths that leave the band; all terms are positive, so small p-values keep their digits.
 * DK2. The one-sample distribution: Durbin's matrix, Smirnov's sum or Pelz and Good's expansion, each where it is accurate.
 */
import { logGamma } from "./gamma.ts";

/** SciPy's border between exact and asymptotic. */
const EXACT_ROWS_MAX = 10_000;

export interface Tested {
  readonly statistic: number;
  readonly p: number;
}

export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): Tested {
  const widest = widestGap(a, b);
  const statistic = widest / (a.length * b.length);
  if (widest === 0) return { statistic, p: 1 };
  if (Math.max(a.length, b.length) <= EXACT_ROWS_MAX)
    return { statistic, p: chanceOutside(a.length, b.length, widest) };
  const size = Math.max(a.length, b.length);
  const other = Math.min(a.length, b.length);
  return { statistic, p: oneSampleUpper(roundHalfEven((size * other) / (size + other)), statistic) };
}

/** Largest |i n2 - j n1|: whole numbers, so that equal distances are equal. */
function widestGap(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let widest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && a[i] === value) i += 1;
    while (j < b.length && b[j] === value) j += 1;
    widest = Math.max(widest, Math.abs(i * b.length - j * a.length));
  }
  return widest;
}

/** DK1: share of paths from (0, 0) to (n, m) that ever reach |i m - j n| >= widest. */
function chanceOutside(n: number, m: number, widest: number): number {
  let before = new Float64Array(m + 1);
  let row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i += 1) {
    row.fill(1);
    const low = Math.max(0, Math.floor((i * m - widest) / n));
    const high = Math.min(m, Math.ceil((i * m + widest) / n));
    for (let j = low; j <= high; j += 1) {
      if (Math.abs(i * m - j * n) >= widest) continue;
      const all = i + j;
      row[j] = all === 0 ? 0 : (i * (i === 0 ? 0 : (before[j] ?? 1)) + j * (j === 0 ? 0 : (row[j - 1] ?? 1))) / all;
    }
    [before, row] = [row, before];
  }
  return before[m] ?? 1;
}

/** P(D_n >= x) of the one-sample statistic. */
export function oneSampleUpper(n: number, x: number): number {
  const t = n * x;
  if (x >= 1) return 0;
  if (t <= 0.5) return 1;
  if (t <= 1) return 1 - Math.exp(logGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1));
  if (t >= n - 1) return 2 * (1 - x) ** n;
  const square = t * x;
  const far = n <= 140 ? 4 : 2.2;
  if (x >= 0.5 || square > far) return square >= 370 ? 0 : Math.min(1, 2 * smirnovUpper(n, x));
  if (n <= 140 || (n <= 100_000 && n * x ** 1.5 <= 1.4)) return inside(1 - durbin(n, x));
  return inside(1 - pelzGood(n, x));
}

const inside = (p: number): number => Math.min(1, Math.max(0, p));

/** Smirnov's one-sided sum, in logarithms. */
function smirnovUpper(n: number, x: number): number {
  let sum = 0;
  const last = Math.floor(n * (1 - x));
  for (let k = 0; k <= last; k += 1) {
    const up = x + k / n;
    if (up >= 1) break;
    const choose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
    sum += Math.exp(choose + (k - 1) * Math.log(up) + (n - k) * Math.log1p(-up));
  }
  return x * sum;
}

/** Durbin's matrix as Marsaglia, Tsang and Wang take its power: n!/n^n (H^n)[k][k]. */
function durbin(n: number, x: number): number {
  const k = Math.ceil(n * x);
  const size = 2 * k - 1;
  let matrix = durbinMatrix(k - n * x, size);
  let power = identity(size);
  let logScale = 0;
  let logOwn = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      power = product(power, matrix, size);
      logScale += logOwn;
    }
    matrix = product(matrix, matrix, size);
    logOwn *= 2;
    const middle = matrix[(k - 1) * size + k - 1] ?? 1;
    if (middle > 1e100) {
      matrix = matrix.map((cell) => cell / middle);
      logOwn += Math.log(middle);
    }
  }
  const cell = power[(k - 1) * size + k - 1] ?? 0;
  return Math.exp(Math.log(cell) + logScale + logGamma(n + 1) - n * Math.log(n));
}

function durbinMatrix(h: number, size: number): Float64Array {
  const cells = new Float64Array(size * size);
  const factorial = Array.from({ length: size + 1 }, () => 1);
  for (let at = 1; at <= size; at += 1) factorial[at] = (factorial[at - 1] ?? 1) * at;
  const edge = (at: number): number => (1 - h ** at) / (factorial[at] ?? 1);
  const corner = (1 + Math.max(2 * h - 1, 0) ** size - 2 * h ** size) / (factorial[size] ?? 1);
  for (let row = 0; row < size; row += 1) {
    for (let column = 1; column < size && column <= row + 1; column += 1)
      cells[row * size + column] = 1 / (factorial[row - column + 1] ?? 1);
    cells[row * size] = edge(row + 1);
  }
  for (let column = 0; column < size; column += 1) cells[(size - 1) * size + column] = edge(size - column);
  cells[(size - 1) * size] = corner;
  return cells;
}

function identity(size: number): Float64Array {
  const cells = new Float64Array(size * size);
  for (let at = 0; at < size; at += 1) cells[at * size + at] = 1;
  return cells;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const cells = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1)
    for (let at = 0; at < size; at += 1) {
      const factor = a[row * size + at] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1)
        cells[row * size + column] = (cells[row * size + column] ?? 0) + factor * (b[at * size + column] ?? 0);
    }
  return cells;
}

/** Pelz and Good 1976: K0 + K1/sqrt(n) + K2/n + K3/n^1.5, in the form that converges for small z. */
function pelzGood(n: number, x: number): number {
  const z = Math.sqrt(n) * x;
  const [z2, z4, z6] = [z ** 2, z ** 4, z ** 6];
  const p2 = Math.PI ** 2;
  const [sums, extra] = [
    [0, 0, 0, 0],
    [0, 0],
  ];
  const terms = Math.ceil((16 * z) / Math.PI);
  for (let k = 1; k <= terms; k += 1) {
    const m = ((2 * k - 1) ** 2 * p2) / 4;
    const weight = Math.exp(-m / (2 * z2));
    const parts = [
      1,
      m - z2,
      6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * m + (1 - 2 * z2) * m ** 2,
      -30 * z6 - 90 * z ** 8 + (135 * z4 - 96 * z6) * m + (212 * z4 - 60 * z2) * m ** 2 + (5 - 30 * z2) * m ** 3,
    ];
    for (const [at, part] of parts.entries()) sums[at] = (sums[at] ?? 0) + weight * part;
    const whole = k * k * p2;
    const other = Math.exp(-whole / (2 * z2));
    extra[0] = (extra[0] ?? 0) + whole * other;
    extra[1] = (extra[1] ?? 0) + (3 * z2 - whole) * whole * other;
  }
  const root = Math.sqrt(2 * Math.PI);
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = sums.map((sum) => sum * root);
  const [e0 = 0, e1 = 0] = extra.map((sum) => sum * root);
  const second = s2 / (72 * z ** 7) - e0 / (36 * z ** 3);
  const third = s3 / (6480 * z ** 10) + e1 / (216 * z6);
  return s0 / z + s1 / (6 * z4) / Math.sqrt(n) + second / n + third / n ** 1.5;
}

/** As NumPy rounds. */
function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
