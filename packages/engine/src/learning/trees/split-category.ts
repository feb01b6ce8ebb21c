/**
 * Which codes of a category to send left: bins sorted by gradient over hessian, then the best cut of that order, which for a convex
 * loss is the best of all subsets (Fisher 1958). Sorting by the target fits noise, so bins are smoothed and the gain is
 * regularised more than that of a number.
 */
import { boundedGain, type Scan, type Split } from "./gain.ts";

/** Hessian added to each bin before sorting: a code seen twice must not lead the order. */
const SMOOTHING = 10;
/** L2 on top of the common one. */
const CATEGORY_L2 = 10;
/** Rows that a code needs in the leaf to be sent anywhere on its own account; others stay right with the unknown. */
const CODE_ROWS_MIN = 5;

/** Tells whether a leaf below may be asked: not where all rows are of one code, or no code has enough of them. */
export function scanCategory(scan: Scan, best: Split): boolean {
  const { histogram, start, bins, leaf } = scan;
  const { sums, counts } = histogram;
  const rules = { ...scan.rules, l2: scan.rules.l2 + CATEGORY_L2 };
  const bounded = { leaf, rules };
  const order: number[] = [];
  // The bin of missing values and rare codes takes part as one more code.
  for (let bin = 0; bin <= bins; bin += 1) if ((counts[start + bin] ?? 0) >= CODE_ROWS_MIN) order.push(bin);
  const rank = (bin: number): number =>
    (sums[2 * (start + bin)] ?? 0) / ((sums[2 * (start + bin) + 1] ?? 0) + SMOOTHING);
  if (order.length === 0 || counts[start + (order[0] ?? 0)] === leaf.count) return false;
  order.sort((a, b) => rank(a) - rank(b) || a - b);
  const whole = boundedGain(leaf.gradient, leaf.hessian, bounded);
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  for (let taken = 1; taken <= order.length; taken += 1) {
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
  return true;
}
