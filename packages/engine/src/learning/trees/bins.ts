/**
 * Values to small whole numbers, once before training.
 * Enters: a table. Leaves: bins of each feature, and every value as the slot of a histogram.
 *
 * LB1. Up to `binsMax` bins of values per feature, one more for missing values.
 * LB2. Where a feature has no more distinct values than bins, each value has its own: splits are exact.
 * LB3. A frequent value is never thrown together with others; the rest share bins of like numbers of rows.
 * LB4. The bin of missing values of a category also holds its rarest codes, those beyond `binsMax`.
 */
import { makeRandom } from "../random.ts";
import { type FeatureKind, type FeatureTable, takeValues } from "../table.ts";

/** With the bin for missing values, a bin fits into a byte. */
export const BINS_MAX = 255;
/** Rows that edges are drawn from: quantiles of more are the same, and sorting costs. */
const EDGE_ROWS_MAX = 200_000;

export interface FeatureBins {
  readonly kind: FeatureKind;
  /** Bins of values; the bin with this number is that of missing values. */
  readonly bins: number;
  /** Number: the upper edge of each bin but the last. */
  readonly edges: Float64Array;
  /** Category: the code of each bin. */
  readonly codes: Int32Array;
}

export interface BinnedRows {
  readonly features: readonly FeatureBins[];
  /** First slot of each feature in a histogram; the last entry is the number of slots. */
  readonly starts: Int32Array;
  /** Row-major: slot of feature f in row i at i * width + f. */
  readonly slots: Uint16Array | Int32Array;
  readonly width: number;
  readonly rows: number;
}

export function binTable(
  table: FeatureTable,
  options: { readonly seed: number; readonly binsMax: number },
): BinnedRows {
  const sampled = table.rows > EDGE_ROWS_MAX ? makeRandom(options.seed).sample(table.rows, EDGE_ROWS_MAX) : undefined;
  const features = table.columns.map((column, at) => {
    const seen = sampled === undefined ? column : takeValues(column, sampled);
    return table.kinds[at] === "category" ? categoryBins(seen, options.binsMax) : numberBins(seen, options.binsMax);
  });
  const starts = new Int32Array(features.length + 1);
  features.forEach((feature, at) => {
    starts[at + 1] = (starts[at] ?? 0) + feature.bins + 1;
  });
  const width = features.length;
  const size = table.rows * width;
  const slots = (starts[width] ?? 0) <= 65_536 ? new Uint16Array(size) : new Int32Array(size);
  features.forEach((feature, at) => {
    const column = table.columns[at] ?? new Float64Array(0);
    fillSlots(slots, column, { feature, at, width, start: starts[at] ?? 0 });
  });
  return { features, starts, slots, width, rows: table.rows };
}

interface Filling {
  readonly feature: FeatureBins;
  readonly at: number;
  readonly width: number;
  readonly start: number;
}

function fillSlots(slots: Uint16Array | Int32Array, column: Float64Array, filling: Filling): void {
  const { feature, width, start } = filling;
  const codes = feature.kind === "category" ? binsOfCodes(feature) : undefined;
  let to = filling.at;
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? Number.NaN;
    const bin = codes === undefined ? numberBin(feature, value) : codeBin(codes, feature.bins, value);
    slots[to] = start + bin;
    to += width;
  }
}

/** The first bin whose edge is not below the value. */
function numberBin({ edges, bins }: FeatureBins, value: number): number {
  if (Number.isNaN(value)) return bins;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function codeBin(codes: Int32Array, missing: number, value: number): number {
  return value < codes.length ? (codes[value] ?? missing) : missing;
}

function binsOfCodes({ codes, bins }: FeatureBins): Int32Array {
  const byCode = new Int32Array(codes.reduce((most, code) => Math.max(most, code + 1), 0)).fill(bins);
  codes.forEach((code, bin) => {
    byCode[code] = bin;
  });
  return byCode;
}

function numberBins(values: Float64Array, binsMax: number): FeatureBins {
  const { distinct, counts } = distinctOf(values);
  const edges = distinct.length <= binsMax ? everyEdge(distinct) : sharedEdges(distinct, counts, binsMax);
  const bins = distinct.length === 0 ? 0 : edges.length + 1;
  return { kind: "number", bins, edges, codes: new Int32Array(0) };
}

function categoryBins(values: Float64Array, binsMax: number): FeatureBins {
  const { distinct, counts } = distinctOf(values);
  const order = Int32Array.from(distinct, (_, at) => at).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const codes = Int32Array.from(order.subarray(0, binsMax), (at) => distinct[at] ?? 0).sort();
  return { kind: "category", bins: codes.length, edges: new Float64Array(0), codes };
}

function distinctOf(values: Float64Array): { distinct: Float64Array; counts: Int32Array } {
  const sorted = Float64Array.from(values).sort(); // NaN last
  const distinct = new Float64Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let n = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const value = sorted[at] ?? Number.NaN;
    if (Number.isNaN(value)) break;
    if (n === 0 || value !== distinct[n - 1]) {
      distinct[n] = value === 0 ? 0 : value; // no negative zero
      n += 1;
    }
    counts[n - 1] = (counts[n - 1] ?? 0) + 1;
  }
  return { distinct: distinct.subarray(0, n), counts: counts.subarray(0, n) };
}

const everyEdge = (distinct: Float64Array): Float64Array =>
  Float64Array.from({ length: Math.max(0, distinct.length - 1) }, (_, at) => between(distinct, at));

/** Half way to the next value; the value itself where doubles have nothing between. */
function between(distinct: Float64Array, at: number): number {
  const low = distinct[at] ?? 0;
  const high = distinct[at + 1] ?? 0;
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/** LB3: a value with a bin's share of rows or more closes its bin, and the one before it. */
function sharedEdges(distinct: Float64Array, counts: Int32Array, binsMax: number): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const big = counts.filter((count) => count >= rows / binsMax);
  let smallRows = rows - big.reduce((sum, count) => sum + count, 0);
  let smallBins = binsMax - big.length;
  const isBig = (at: number): boolean => (counts[at] ?? 0) >= rows / binsMax;
  const edges: number[] = [];
  let inBin = 0;
  for (let at = 0; at + 1 < distinct.length && edges.length < binsMax - 1; at += 1) {
    if (!isBig(at)) {
      inBin += counts[at] ?? 0;
      smallRows -= counts[at] ?? 0;
    }
    const full = inBin >= (smallRows + inBin) / Math.max(1, smallBins);
    if (!isBig(at) && !isBig(at + 1) && !full) continue;
    if (!isBig(at)) smallBins -= 1;
    edges.push(between(distinct, at));
    inBin = 0;
  }
  return Float64Array.from(edges);
}
