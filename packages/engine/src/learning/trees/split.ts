/**
 * The best question to ask the rows of a leaf, from their histogram.
 *
 * LS1. Gain is second order: G^2 / (H + l2) of both sides less that of the whole; the best gain wins, ties by feature, then by bin.
 * LS2. Missing values are tried on both sides; where the leaf has none, they go with the greater number of rows.
 * LS3. No side has fewer than minRows rows or less than minHessian.
 * LS4. A monotone feature never gets a split whose sides are in the wrong order, and no leaf below leaves its bounds.
 * LS5. A number that cannot be cut in a leaf (LS3) cannot be cut below it either, and is not asked there. Codes of a category may
 *      stand in another order below, so a category is asked while it has two codes.
 */
import type { BinnedRows } from "./bins.ts";
import {
  boundedGain,
  canSplit,
  type LeafSums,
  leafOutput,
  type Scan,
  type Split,
  type SplitRules,
  sideGain,
} from "./gain.ts";
import type { Histogram } from "./histogram.ts";
import { scanCategory } from "./split-category.ts";

export interface Asked {
  readonly split: Split;
  /** Features that a leaf below may be asked for. */
  readonly open: Int32Array;
}

const NONE = new Int32Array(0);
const noSplit = (): Split => ({
  gain: 0,
  feature: -1,
  bin: -1,
  leftBins: [],
  missingLeft: false,
  gradient: 0,
  hessian: 0,
  count: 0,
});
export const unsplit = (): Asked => ({ split: noSplit(), open: NONE });

export function bestSplit(
  from: { readonly histogram: Histogram; readonly leaf: LeafSums; readonly rules: SplitRules },
  binned: BinnedRows,
  features: Int32Array,
): Asked {
  if (!canSplit(from.leaf, from.rules)) return unsplit();
  const split = noSplit();
  const open = new Int32Array(features.length);
  let kept = 0;
  for (const feature of features) {
    const known = binned.features[feature];
    if (known === undefined) continue;
    const scan: Scan = { ...from, feature, start: binned.starts[feature] ?? 0, bins: known.bins };
    if (!(known.kind === "category" ? scanCategory(scan, split) : scanNumber(scan, split))) continue;
    open[kept] = feature;
    kept += 1;
  }
  return { split, open: kept === features.length ? features : open.subarray(0, kept) };
}

/** Tells whether there was any cut to try. */
function scanNumber(scan: Scan, best: Split): boolean {
  const { histogram, start, bins, leaf } = scan;
  const missing = histogram.counts[start + bins] ?? 0;
  if (missing >= leaf.count) return false;
  const cut = scanBins(scan, best, false);
  return missing === 0 ? cut : scanBins(scan, best, true) || cut;
}

/** One pass over the bins, missing values on the given side. */
function scanBins(scan: Scan, best: Split, missingLeft: boolean): boolean {
  const { histogram, start, bins, leaf, rules } = scan;
  const { sums, counts } = histogram;
  const { minRows, minHessian, l2 } = rules;
  const missingAt = start + bins;
  const free = isFree(scan);
  const whole = free ? sideGain(leaf.gradient, leaf.hessian, l2) : boundedGain(leaf.gradient, leaf.hessian, scan);
  let gradient = missingLeft ? (sums[2 * missingAt] ?? 0) : 0;
  let hessian = missingLeft ? (sums[2 * missingAt + 1] ?? 0) : 0;
  let count = missingLeft ? (counts[missingAt] ?? 0) : 0;
  let cut = false;
  for (let bin = 0; bin < bins; bin += 1) {
    const slot = start + bin;
    const here = counts[slot] ?? 0;
    if (here === 0) continue;
    gradient += sums[2 * slot] ?? 0;
    hessian += sums[2 * slot + 1] ?? 0;
    count += here;
    if (count < minRows || hessian < minHessian) continue;
    const restHessian = leaf.hessian - hessian;
    if (leaf.count - count < minRows || restHessian < minHessian) break;
    cut = true;
    const rest = leaf.gradient - gradient;
    const gain = free
      ? (gradient * gradient) / (hessian + l2) + (rest * rest) / (restHessian + l2) - whole
      : orderedGain(scan, gradient, hessian) - whole;
    if (gain > best.gain) keep(best, scan, { gain, bin, missingLeft, gradient, hessian, count });
  }
  return cut;
}

type Found = Pick<Split, "gain" | "bin" | "missingLeft" | "gradient" | "hessian" | "count">;

function keep(best: Split, scan: Scan, found: Found): void {
  const { histogram, start, bins, leaf } = scan;
  best.gain = found.gain;
  best.feature = scan.feature;
  best.bin = found.bin;
  best.leftBins = [];
  best.gradient = found.gradient;
  best.hessian = found.hessian;
  best.count = found.count;
  const noneMissing = (histogram.counts[start + bins] ?? 0) === 0;
  best.missingLeft = noneMissing ? 2 * found.count >= leaf.count : found.missingLeft;
}

const isFree = ({ leaf, rules, feature }: Scan): boolean =>
  (rules.monotone[feature] ?? 0) === 0 &&
  leaf.low === Number.NEGATIVE_INFINITY &&
  leaf.high === Number.POSITIVE_INFINITY;

/** -Infinity where the sides stand in the wrong order. */
function orderedGain(scan: Scan, gradient: number, hessian: number): number {
  const { leaf, rules, feature } = scan;
  const bounds = { l2: rules.l2, low: leaf.low, high: leaf.high };
  const rest = leaf.gradient - gradient;
  const restHessian = leaf.hessian - hessian;
  const rise = leafOutput(rest, restHessian, bounds) - leafOutput(gradient, hessian, bounds);
  if (rise * (rules.monotone[feature] ?? 0) < 0) return Number.NEGATIVE_INFINITY;
  return boundedGain(gradient, hessian, scan) + boundedGain(rest, restHessian, scan);
}
