/**
 * Values to small whole numbers, once before training.
 * Enters: a table. Leaves: bins of each feature, and the bin of every value.
 *
 * LB1. Up to `binsMax` bins of values per number, one more for missing values.
 * LB2. Where a feature has no more distinct values than bins, each value has its own: splits are exact.
 * LB3. A frequent value is never thrown together with others; the rest share bins of like numbers of rows.
 * LB4. A category has a bin for each of its `binsMax` most frequent codes and, up to CODES_MAX, for every further code that is
 *      frequent enough to be asked for. The bin of missing values also holds the rest.
 */
import { makeRandom } from "../random.ts";
import { type FeatureKind, type FeatureTable, takeValues } from "../table.ts";
import { binFinder } from "./find-bin.ts";

/** With the bin for missing values, a bin fits into a byte. */
export const BINS_MAX = 255;
/** Codes of a category with bins of their own: more make the histograms of a tree's leaves larger than a processor's caches. */
const CODES_MAX = 8_191;
/** Rows that a code of a category with many needs to be asked for (split-category.ts). */
export const CODE_ROWS_MIN = 10;
/** Rows that edges are drawn from: quantiles of more are nearly the same, and sorting costs. */
export const EDGE_ROWS_MAX = 65_536;

export interface FeatureBins {
  readonly kind: FeatureKind;
  /** Bins of values; the bin with this number is that of missing values. */
  readonly bins: number;
  /** Number: the upper edge of each bin but the last. */
  readonly edges: Float64Array;
  /** Category: the code of each bin. */
  readonly codes: Int32Array;
  /** Codes of the category `of` as a number (code-order.ts): in which bin of this feature each of them is. */
  readonly order?: { readonly of: number; readonly ranks: Uint8Array };
}

export interface BinnedRows {
  /** Those of the table, then orders of codes. */
  readonly features: readonly FeatureBins[];
  /** First slot of each feature in a histogram; the last entry is the number of slots. */
  readonly starts: Int32Array;
  /** By feature: the bin of each row. By feature, since a leaf's rows are read feature by feature (histogram.ts). */
  readonly bins: readonly Uint8Array[];
  /** The same for categories whose bins do not fit into a byte, which have nothing in `bins`: loops over bytes stay as fast as they are. */
  readonly wide: readonly (Uint16Array | undefined)[];
  /** Features of the table. */
  readonly width: number;
  readonly rows: number;
}

export function binTable(
  table: FeatureTable,
  options: { readonly seed: number; readonly binsMax: number },
): BinnedRows {
  const sampled = table.rows > EDGE_ROWS_MAX ? makeRandom(options.seed).sample(table.rows, EDGE_ROWS_MAX) : undefined;
  const features = table.columns.map((column, at) => {
    if (table.kinds[at] === "category") return categoryBins(column, options.binsMax);
    return numberBins(sampled === undefined ? column : takeValues(column, sampled), options.binsMax);
  });
  const starts = new Int32Array(features.length + 1);
  features.forEach((feature, at) => {
    starts[at + 1] = (starts[at] ?? 0) + feature.bins + 1;
  });
  const columnOf = (at: number): Float64Array => table.columns[at] ?? NO_VALUES;
  const wide = features.map((feature, at) =>
    feature.bins > BINS_MAX ? codeBins(new Uint16Array(table.rows), columnOf(at), feature) : undefined,
  );
  const bins = features.map((feature, at) =>
    wide[at] === undefined ? binsOf(feature, columnOf(at)) : new Uint8Array(0),
  );
  return { features, starts, bins, wide, width: features.length, rows: table.rows };
}

const NO_VALUES = new Float64Array(0);

function binsOf(feature: FeatureBins, column: Float64Array): Uint8Array {
  const into = new Uint8Array(column.length);
  if (feature.kind === "category") return codeBins(into, column, feature);
  binFinder(feature.edges, feature.bins)(column, into);
  return into;
}

function codeBins<T extends Uint8Array | Uint16Array>(into: T, column: Float64Array, { codes, bins }: FeatureBins): T {
  const byCode = new Int32Array(codes.reduce((most, code) => Math.max(most, code + 1), 0)).fill(bins);
  codes.forEach((code, bin) => {
    byCode[code] = bin;
  });
  for (let row = 0; row < column.length; row += 1) {
    const code = column[row] ?? Number.NaN;
    into[row] = code < byCode.length ? (byCode[code] ?? bins) : bins;
  }
  return into;
}

export function numberBins(values: Float64Array, binsMax: number): FeatureBins {
  const { distinct, counts } = distinctOf(values);
  const edges = distinct.length <= binsMax ? everyEdge(distinct) : sharedEdges(distinct, counts, binsMax);
  const bins = distinct.length === 0 ? 0 : edges.length + 1;
  return { kind: "number", bins, edges, codes: new Int32Array(0) };
}

function categoryBins(values: Float64Array, binsMax: number): FeatureBins {
  // Of all rows: a sample would miss codes that have enough of them.
  const counts = new Int32Array(values.reduce((most, code) => (code >= most ? code + 1 : most), 0));
  for (const code of values) if (!Number.isNaN(code)) counts[code] = (counts[code] ?? 0) + 1;
  const seen = Int32Array.from(counts.keys()).filter((code) => (counts[code] ?? 0) > 0);
  const falling = seen.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const codes = falling
    .subarray(0, CODES_MAX)
    .filter((code, at) => at < binsMax || (counts[code] ?? 0) >= CODE_ROWS_MIN)
    .sort();
  return { kind: "category", bins: codes.length, edges: new Float64Array(0), codes };
}

interface Distinct {
  /** Rising, without missing values and negative zero. */
  readonly distinct: Float64Array;
  readonly counts: Int32Array;
}

const distinctOf = (values: Float64Array): Distinct => fewDistinct(values) ?? distinctSorted(values);

/** Whether a column is of few values shows at its beginning; asking further than this before sorting it does not pay. */
const FEW = 512;
const PLACES = 2_048;

/** Counted in a table of hashes, which is faster than sorting; undefined where there are more than a few. */
function fewDistinct(values: Float64Array): Distinct | undefined {
  const keys = new Float64Array(PLACES).fill(Number.NaN);
  const found = new Int32Array(PLACES);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  let n = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = (values[at] ?? Number.NaN) + 0; // no negative zero
    if (Number.isNaN(value)) continue;
    bits[0] = value;
    let place = Math.imul((words[0] ?? 0) ^ (words[1] ?? 0), 0x9e3779b1) >>> 21;
    while (keys[place] !== value && (found[place] ?? 0) > 0) place = (place + 1) % PLACES;
    if (found[place] === 0) {
      n += 1;
      if (n > FEW) return undefined;
      keys[place] = value;
    }
    found[place] = (found[place] ?? 0) + 1;
  }
  const places = Int32Array.from(found.keys()).filter((place) => (found[place] ?? 0) > 0);
  places.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  return {
    distinct: Float64Array.from(places, (place) => keys[place] ?? 0),
    counts: Int32Array.from(places, (place) => found[place] ?? 0),
  };
}

function distinctSorted(values: Float64Array): Distinct {
  const sorted = values.slice().sort(); // NaN last
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
  let rows = 0;
  for (const count of counts) rows += count;
  const share = rows / binsMax;
  let smallRows = rows;
  let smallBins = binsMax;
  for (const count of counts) {
    if (count < share) continue;
    smallRows -= count;
    smallBins -= 1;
  }
  const edges: number[] = [];
  let inBin = 0;
  for (let at = 0; at + 1 < distinct.length && edges.length < binsMax - 1; at += 1) {
    const count = counts[at] ?? 0;
    const isBig = count >= share;
    if (!isBig) {
      inBin += count;
      smallRows -= count;
    }
    const full = inBin >= (smallRows + inBin) / Math.max(1, smallBins);
    if (!isBig && (counts[at + 1] ?? 0) < share && !full) continue;
    if (!isBig) smallBins -= 1;
    edges.push(between(distinct, at));
    inBin = 0;
  }
  return Float64Array.from(edges);
}
