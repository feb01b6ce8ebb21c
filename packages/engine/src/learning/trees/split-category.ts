/**
 * Which codes of a category to send left: bins sorted by gradient over hessian, then the best cut of that order, which for a convex
 * loss is the best of all subsets (Fisher 1958). Sorting by the target fits noise, and the more codes, the more of it: so bins are
 * smoothed, the gain is regularised more than that of a number, and the side that is named holds a bounded number of codes, taken
 * from either end of the order.
 */
import { BINS_MAX, CODE_ROWS_MIN } from "./bins.ts";
import { boundedGain, type Scan, type Split } from "./gain.ts";

/** Hessian added to each bin before sorting: a code seen twice must not lead the order. */
const SMOOTHING = 10;
/** Codes of the named side at most. */
const NAMED_MAX = 32;
/**
 * codeRows: what a code needs in the leaf to be sent anywhere on its own account; others stay with the side that is not named.
 * groupRows: least rows between two cuts, and of the rest. Few codes may be asked early, since a site's first verdicts are few;
 * of many there is always one whose rows happen to agree. named: codes of the named side. l2: of the sides, on top of the common one;
 * wholeL2: of the leaf that they must beat. What many codes tell by themselves is told by their order (code-order.ts), so sets of
 * many are for what they tell together with other features, and must be worth it.
 */
interface CodeRules {
  readonly codeRows: number;
  readonly groupRows: number;
  readonly named: number;
  readonly l2: number;
  readonly wholeL2: number;
}
const FEW_CODES: CodeRules = { codeRows: 5, groupRows: 0, named: NAMED_MAX, l2: 10, wholeL2: 10 };
const MANY_CODES: CodeRules = { codeRows: CODE_ROWS_MIN, groupRows: 100, named: 8, l2: 50, wholeL2: 0 };

/** One end of the order, best first: of thousands of codes no more than can be named are ever put in order. */
interface End {
  readonly bins: Int32Array;
  readonly ranks: Float64Array;
  /** Of equal ranks, which bin stands first: the order from the other end is the same order. */
  readonly laterFirst: boolean;
}

const endOf = (laterFirst: boolean): End => ({
  bins: new Int32Array(NAMED_MAX),
  ranks: new Float64Array(NAMED_MAX),
  laterFirst,
});
const LOWEST = endOf(false);
const HIGHEST = endOf(true);

/** `held`: how many it holds already. */
function insert({ bins, ranks, laterFirst }: End, held: number, { bin, rank }: { bin: number; rank: number }): void {
  let at = held;
  for (; at > 0; at -= 1) {
    const before = ranks[at - 1] ?? 0;
    if (rank > before || (rank === before && !laterFirst)) break;
    if (at === NAMED_MAX) continue;
    ranks[at] = before;
    bins[at] = bins[at - 1] ?? 0;
  }
  if (at === NAMED_MAX) return;
  ranks[at] = rank;
  bins[at] = bin;
}

/** Tells whether a leaf below may be asked: not where all rows are of one code, or no code has enough of them. */
export function scanCategory(scan: Scan, best: Split): boolean {
  const { histogram, start, bins, leaf } = scan;
  const { sums, counts } = histogram;
  const codeRules = bins > BINS_MAX ? MANY_CODES : FEW_CODES;
  let named = 0;
  // The bin of missing values and rare codes takes part as one more code.
  for (let bin = 0; bin <= bins; bin += 1) {
    const slot = start + bin;
    if ((counts[slot] ?? 0) < codeRules.codeRows) continue;
    if (counts[slot] === leaf.count) return false;
    const rank = (sums[2 * slot] ?? 0) / ((sums[2 * slot + 1] ?? 0) + SMOOTHING);
    insert(LOWEST, named, { bin, rank });
    insert(HIGHEST, named, { bin, rank: -rank });
    named = Math.min(NAMED_MAX, named + 1);
  }
  if (named === 0) return false;
  const length = Math.min(named, codeRules.named);
  scanOrder({ scan, codeRules }, LOWEST.bins.subarray(0, length), best);
  scanOrder({ scan, codeRules }, HIGHEST.bins.subarray(0, length), best);
  return true;
}

function scanOrder({ scan, codeRules }: { scan: Scan; codeRules: CodeRules }, order: Int32Array, best: Split): void {
  const { histogram, start, bins, leaf } = scan;
  const { sums, counts } = histogram;
  const { groupRows } = codeRules;
  const withL2 = (more: number) => ({ leaf, rules: { ...scan.rules, l2: scan.rules.l2 + more } });
  const bounded = withL2(codeRules.l2);
  const { rules } = bounded;
  const whole = boundedGain(leaf.gradient, leaf.hessian, withL2(codeRules.wholeL2));
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  let last = 0;
  for (let taken = 1; taken <= order.length; taken += 1) {
    const slot = start + (order[taken - 1] ?? 0);
    gradient += sums[2 * slot] ?? 0;
    hessian += sums[2 * slot + 1] ?? 0;
    count += counts[slot] ?? 0;
    if (count < rules.minRows || hessian < rules.minHessian) continue;
    const restHessian = leaf.hessian - hessian;
    if (leaf.count - count < rules.minRows || restHessian < rules.minHessian) break;
    if (count - last < groupRows) continue;
    if (leaf.count - count < groupRows) break;
    last = count;
    const gain =
      boundedGain(gradient, hessian, bounded) + boundedGain(leaf.gradient - gradient, restHessian, bounded) - whole;
    if (gain <= best.gain) continue;
    const left = Array.from(order.subarray(0, taken));
    Object.assign(best, { gain, gradient, hessian, count, feature: scan.feature, bin: -1 });
    best.leftBins = left.filter((bin) => bin < bins);
    best.missingLeft = left.includes(bins);
  }
}
