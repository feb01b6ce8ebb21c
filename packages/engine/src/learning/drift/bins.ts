/**
 * Shares of two samples in the same bins: the ground of PSI, Kullback-Leibler, Jensen-Shannon, Hellinger, total variation.
 * The rule is Evidently's (0.7), because it changes these values more than their formulas do:
 *
 * DB1. Numbers with more than DISTINCT_MAX different values in the reference: equal widths over both samples together, as many
 *      as Sturges says for their joint size; a bin holds its lower edge, the last one both. Else every value is a bin.
 * DB2. Where a logarithm is taken, an empty bin gets 0.0001, or a millionth of the smallest share where that is no larger.
 */
import type { Numbers } from "../metrics/ranking.ts";

const DISTINCT_MAX = 20;
const EMPTY_SHARE = 0.0001;

export interface Shares {
  readonly reference: Float64Array;
  readonly current: Float64Array;
  /** Ascending: edges of bins, or the values that are bins. */
  readonly edges: Float64Array;
  readonly kind: "widths" | "values";
}

export interface Pair {
  readonly kind: "number" | "category";
  /** Without missing values. */
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

export function sharesOf(pair: Pair): Shares {
  const wide = pair.kind === "number" && distinct(pair.reference).length > DISTINCT_MAX;
  if (!wide) return sharesOfValues(pair);
  return sharesOfWidths(pair, sturgesEdges(pair, pair.reference.length + pair.current.length));
}

export function sharesOfValues({ reference, current }: Pair): Shares {
  const values = Float64Array.from(new Set([...reference, ...current])).sort();
  const at = new Map(Array.from(values, (value, index) => [value, index]));
  const share = (rows: Float64Array): Float64Array => {
    const counts = new Float64Array(values.length);
    for (const value of rows) counts[at.get(value) ?? 0] = (counts[at.get(value) ?? 0] ?? 0) + 1;
    return counts.map((count) => count / rows.length);
  };
  return { reference: share(reference), current: share(current), edges: values, kind: "values" };
}

export function sharesOfWidths({ reference, current }: Pair, edges: Float64Array): Shares {
  const share = (rows: Float64Array): Float64Array => {
    const counts = new Float64Array(edges.length - 1);
    for (const value of rows) {
      const bin = binOf(edges, value);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts.map((count) => count / rows.length);
  };
  return { reference: share(reference), current: share(current), edges, kind: "widths" };
}

/** Edges as NumPy's "sturges" for so many rows. */
export function sturgesEdges({ reference, current }: Pair, rows: number): Float64Array {
  const [low, high] = rangeOf([reference, current]);
  if (low === high) return Float64Array.of(low - 0.5, high + 0.5);
  const width = (high - low) / (Math.log2(rows) + 1);
  const bins = Math.max(1, Math.ceil((high - low) / width));
  const step = (high - low) / bins;
  return Float64Array.from({ length: bins + 1 }, (_, at) => (at === bins ? high : low + at * step));
}

export const distinct = (values: Numbers): Float64Array => Float64Array.from(new Set(Array.from(values)));

/** DB2. */
export function withoutZeros(shares: Float64Array): Float64Array {
  const least = shares.reduce((min, share) => (share > 0 && share < min ? share : min), 1);
  const filler = least <= EMPTY_SHARE ? least / 1e6 : EMPTY_SHARE;
  return shares.map((share) => (share === 0 ? filler : share));
}

function rangeOf(samples: readonly Float64Array[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of samples)
    for (const value of sample) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return [low, high];
}

/** Rows of a later window may lie outside: they fall into the outer bins. */
function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
