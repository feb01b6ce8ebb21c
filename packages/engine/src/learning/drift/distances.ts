/** Distances between two samples; formulas and bins as Evidently's, values as SciPy's. Enters: a pair. Leaves: one number, 0 = alike. */
import {
  distinct,
  type Pair,
  type Shares,
  sharesOf,
  sharesOfValues,
  sharesOfWidths,
  sturgesEdges,
  withoutZeros,
} from "./bins.ts";

/** A reference that hardly varies would make every step infinite. */
const DEVIATION_MIN = 0.001;

/** Earth mover's distance in standard deviations of the reference. */
export function wassersteinNormed({ reference, current }: Pair): number {
  const mean = reference.reduce((sum, value) => sum + value, 0) / reference.length;
  const variance = reference.reduce((sum, value) => sum + (value - mean) ** 2, 0) / reference.length;
  return gapOfSteps(reference, current, Math.abs) / Math.max(Math.sqrt(variance), DEVIATION_MIN);
}

export const energyDistance = ({ reference, current }: Pair): number =>
  Math.SQRT2 * Math.sqrt(gapOfSteps(reference, current, (gap) => gap * gap));

/** Integral over the line of `of` (difference of the two distribution functions). */
function gapOfSteps(a: Float64Array, b: Float64Array, of: (gap: number) => number): number {
  const [x, y] = [a.toSorted(), b.toSorted()];
  let [i, j, sum] = [0, 0, 0];
  while (i < x.length || j < y.length) {
    const here = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    while (i < x.length && x[i] === here) i += 1;
    while (j < y.length && y[j] === here) j += 1;
    const next = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    if (next < Number.POSITIVE_INFINITY) sum += of(i / x.length - j / y.length) * (next - here);
  }
  return sum;
}

export function populationStability(pair: Pair): number {
  const { reference, current } = filled(sharesOf(pair));
  return reference.reduce((sum, r, at) => sum + (r - (current[at] ?? 0)) * Math.log(r / (current[at] ?? 0)), 0);
}

export function kullbackLeibler(pair: Pair): number {
  const { reference, current } = filled(sharesOf(pair));
  return divergence(normed(reference), normed(current));
}

export function jensenShannon(pair: Pair): number {
  const shares = sharesOf(pair);
  const [p, q] = [normed(shares.reference), normed(shares.current)];
  const middle = p.map((value, at) => (value + (q[at] ?? 0)) / 2);
  return Math.sqrt(Math.max(0, (divergence(p, middle) + divergence(q, middle)) / 2));
}

/** Numbers always in equal widths, as many as Sturges says for the different values. */
export function hellinger(pair: Pair): number {
  const values = pair.kind === "category" ? 0 : distinct([...pair.reference, ...pair.current]).length;
  const shares = pair.kind === "category" ? sharesOfValues(pair) : sharesOfWidths(pair, sturgesEdges(pair, values));
  const overlap = shares.reference.reduce((sum, r, at) => sum + Math.sqrt(r * (shares.current[at] ?? 0)), 0);
  return Math.sqrt(1 - Math.min(1, Math.max(0, overlap)));
}

export const totalVariation = (pair: Pair): number => {
  const { reference, current } = sharesOf(pair);
  return reference.reduce((sum, r, at) => sum + Math.abs(r - (current[at] ?? 0)), 0) / 2;
};

/** Greatest change of one share. */
export const greatestGap = (pair: Pair): number => {
  const { reference, current } = sharesOf(pair);
  return reference.reduce((most, r, at) => Math.max(most, Math.abs(r - (current[at] ?? 0))), 0);
};

const filled = ({ reference, current }: Shares) => ({
  reference: withoutZeros(reference),
  current: withoutZeros(current),
});

function normed(shares: Float64Array): Float64Array {
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

const divergence = (p: Float64Array, q: Float64Array): number =>
  p.reduce((sum, value, at) => (value === 0 ? sum : sum + value * Math.log(value / (q[at] ?? 0))), 0);
