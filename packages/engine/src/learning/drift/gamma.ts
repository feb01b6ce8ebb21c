/**
 * Gamma and beta functions and the tails made of them: normal, chi-square, Student.
 * Enters: finite numbers in the domain of each function. Leaves: values to about 1e-13, tails without cancellation.
 * Checked against SciPy (scripts/goldens/drift.py).
 */
const LANCZOS_G = 7;
/** Lanczos' coefficients for g = 7, nine terms: relative error below 1e-14 on the right half plane. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const EPSILON = 1e-16;
/** Keeps the continued fractions off zero. */
const TINY = 1e-300;
/** Series and fractions converge in about the square root of their argument; no sample here has 10^9 rows. */
const STEPS_MAX = 100_000;

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  const sum = LANCZOS.reduce((all, term, at) => (at === 0 ? term : all + term / (z + at)), 0);
  const t = z + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Upper regularised incomplete gamma function Q(a, x). */
export function gammaUpper(a: number, x: number): number {
  if (!(x > 0)) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - scale * lowerSeries(a, x) : scale * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step < STEPS_MAX && term > sum * EPSILON; step += 1) {
    term *= x / (a + step);
    sum += term;
  }
  return sum;
}

/** Lentz' evaluation of the continued fraction. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let step = 1; step < STEPS_MAX; step += 1) {
    const factor = -step * (step - a);
    b += 2;
    d = 1 / offZero(factor * d + b);
    c = offZero(b + factor / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}

const offZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

export const chiSquareUpper = (value: number, freedom: number): number =>
  freedom <= 0 ? 1 : gammaUpper(freedom / 2, value / 2);

/** P(|Z| >= |z|). */
export const normalTwoSided = (z: number): number => gammaUpper(0.5, (z * z) / 2);

/** P(Z >= z). */
export const normalUpper = (z: number): number => (z >= 0 ? normalTwoSided(z) / 2 : 1 - normalTwoSided(z) / 2);

/** P(|T| >= |t|) with `freedom` degrees. */
export function studentTwoSided(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return 0;
  return betaLower(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** Regularised incomplete beta function. */
function betaLower(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const scale = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (scale * betaFraction(a, b, x)) / a;
  return 1 - (scale * betaFraction(b, a, 1 - x)) / b;
}

function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / offZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  const turn = (factor: number): number => {
    d = 1 / offZero(1 + factor * d);
    c = offZero(1 + factor / c);
    return d * c;
  };
  for (let m = 1; m < STEPS_MAX; m += 1) {
    value *= turn((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const last = turn((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    value *= last;
    if (Math.abs(last - 1) < 1e-15) break;
  }
  return value;
}
