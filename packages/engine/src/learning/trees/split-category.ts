/**
 * Which codes of a category to send left: bins sorted by gradient over hessian, then the best cut of that order, which for a convex
 * loss is the best of all subsets (Fisher 1958). Sorting by the target fits noise, and the more codes, the more of it: so bins are
 * smoothed, the gain is regularised more than that of a number, and the side that is named holds a bounded number of codes, taken
 * from either end of the order.
 */
import { boundedGain, type Scan, type Split } from "./gain.ts";

/** Hessian added to each bin before sorting: a code seen twice must not lead the order. */
const SMOOTHING = 10;
/** L2 on top of the common one. */
const CATEGORY_L2 = 10;
/** Rows that a code needs in the leaf to be sent anywhere on its own account; others stay with the side that is not named. */
const CODE_ROWS_MIN = 5;
/** Codes of the named side. */
const CODES_MAX = 32;

/** Tells whether a leaf below may be asked: not where all rows are of one code, or no code has enough of them. */
export function scanCategory(scan: Scan, best: Split): boolean {
  const { histogram, start, bins, leaf } = scan;
  const { sums, counts } = histogram;
  const order: number[] = [];
  // The bin of missing values and rare codes takes part as one more code.
  for (let bin = 0; bin <= bins; bin += 1) if ((counts[start + bin] ?? 0) >= CODE_ROWS_MIN) order.push(bin);
  if (order.length === 0 || counts[start + (order[0] ?? 0)] === leaf.count) return false;
  const ranks = order.map((bin) => (sums[2 * (start + bin)] ?? 0) / ((sums[2 * (start + bin) + 1] ?? 0) + SMOOTHING));
  const rising = Array.from(order.keys())
    .sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b)
    .map((at) => order[at] ?? 0);
  scanOrder(scan, rising, best);
  scanOrder(scan, rising.toReversed(), best);
  return true;
}

function scanOrder(scan: Scan, order: readonly number[], best: Split): void {
  const { histogram, start, bins, leaf } = scan;
  const { sums, counts } = histogram;
  const rules = { ...scan.rules, l2: scan.rules.l2 + CATEGORY_L2 };
  const bounded = { leaf, rules };
  const whole = boundedGain(leaf.gradient, leaf.hessian, bounded);
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  for (let taken = 1; taken <= Math.min(order.length, CODES_MAX); taken += 1) {
    const slot = start + (order[taken - 1] ?? 0);
    gradient += sums[2 * slot] ?? 0;
    hessian += sums[2 * slot + 1] ?? 0;
    count += counts[slot] ?? 0;
    if (count < rules.minRows || hessian < rules.minHessian) continue;
    const restHessian = leaf.hessian - hessian;
    if (leaf.count - count < rules.minRows || restHessian < rules.minHessian) break;
    const gain =
      boundedGain(gradient, hessian, bounded) + boundedGain(leaf.gradient - gradient, restHessian, bounded) - whole;
    if (gain <= best.gain) continue;
    const left = order.slice(0, taken);
    Object.assign(best, { gain, gradient, hessian, count, feature: scan.feature, bin: -1 });
    best.leftBins = left.filter((bin) => bin < bins);
    best.missingLeft = left.includes(bins);
  }
}
