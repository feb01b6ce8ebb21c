/**
 * Codes of a category with many, as a number: what the rows of a code before this one ask for (ordered target statistics,
 * Prokhorenkova et al. 2018). Cutting it parts hundreds of codes at once, and a code of few rows counts for little.
 * Enters: binned rows, what the rows ask for before the first tree. Leaves: the same with one feature more per such category.
 *
 * LO1. What a row itself asks for is no part of its number: rows stand in a drawn order, and only those before it count.
 * LO2. Afterwards a code has one number, of all its rows: a cut is then a set of codes like any other, so forests, files and
 *      explanations know nothing of orders.
 * LO3. A code without rows before has the number of no evidence, 0; missing values and rare codes stay missing.
 */
import { makeRandom, rowNumbers } from "../random.ts";
import { BINS_MAX, type BinnedRows, EDGE_ROWS_MAX, numberBins } from "./bins.ts";
import { binFinder } from "./find-bin.ts";
import type { Objective } from "./targets.ts";

/** Rows of no evidence that a code begins with. */
const PRIOR_ROWS = 5;

interface Asked {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** By output, since each output asks for something else; the same for all where no category has many codes. */
export function orderCodes(binned: BinnedRows, objective: Objective, seed: number): readonly BinnedRows[] {
  const { base, outputs } = objective;
  const outputNumbers = rowNumbers(outputs);
  if (binned.wide.every((codes) => codes === undefined)) return Array.from(outputNumbers, () => binned);
  const margins = Float64Array.from({ length: binned.rows * outputs }, (_, at) => base[at % outputs] ?? 0);
  const asked = { gradients: new Float64Array(binned.rows), hessians: new Float64Array(binned.rows) };
  const order = makeRandom(seed).shuffle(rowNumbers(binned.rows));
  return Array.from(outputNumbers, (output) => {
    objective.gradients(margins, output, asked);
    return withOrders(binned, asked, order);
  });
}

function withOrders(binned: BinnedRows, asked: Asked, order: Int32Array): BinnedRows {
  const features = [...binned.features];
  const bins = [...binned.bins];
  const starts = [...binned.starts];
  const prior = (PRIOR_ROWS * asked.hessians.reduce((sum, each) => sum + each, 0)) / binned.rows;
  binned.wide.forEach((codes, of) => {
    const category = features[of];
    if (codes === undefined || category === undefined) return;
    const { values, byCode } = numbersOf({ codes, bins: category.bins }, { ...asked, prior }, order);
    // In the drawn order, of which a first part is as good as a sample.
    const first = Float64Array.from(order.subarray(0, EDGE_ROWS_MAX), (row) => values[row] ?? Number.NaN);
    const cut = numberBins(first, BINS_MAX);
    const find = binFinder(cut.edges, cut.bins);
    const [rowBins, ranks] = [new Uint8Array(binned.rows), new Uint8Array(category.bins)];
    find(values, rowBins);
    find(byCode, ranks);
    features.push({ ...cut, codes: category.codes, order: { of, ranks } });
    bins.push(rowBins);
    starts.push((starts.at(-1) ?? 0) + BINS_MAX + 1);
  });
  return { ...binned, features, bins, starts: Int32Array.from(starts) };
}

/** Numbers of the rows, and of the codes after all rows. */
function numbersOf(
  { codes, bins }: { readonly codes: Uint16Array; readonly bins: number },
  { gradients, hessians, prior }: Asked & { readonly prior: number },
  order: Int32Array,
): { values: Float64Array; byCode: Float64Array } {
  const values = new Float64Array(codes.length).fill(Number.NaN);
  const [gradientOf, hessianOf] = [new Float64Array(bins), new Float64Array(bins).fill(prior)];
  for (const row of order) {
    const code = codes[row] ?? bins;
    if (code >= bins) continue;
    values[row] = (gradientOf[code] ?? 0) / (hessianOf[code] ?? 1);
    gradientOf[code] = (gradientOf[code] ?? 0) + (gradients[row] ?? 0);
    hessianOf[code] = (hessianOf[code] ?? 0) + (hessians[row] ?? 0);
  }
  return { values, byCode: gradientOf.map((gradient, code) => gradient / (hessianOf[code] ?? 1)) };
}

/** Where a category may be asked, so may the order of its codes. */
export function withTheirOrders(features: Int32Array, binned: BinnedRows): Int32Array {
  const orders = rowNumbers(binned.features.length).subarray(binned.width);
  const isAsked = (at: number): boolean => features.includes(binned.features[at]?.order?.of ?? -1);
  return Int32Array.of(...features, ...orders.filter(isAsked));
}
