/**
 * LambdaMART: within each group, pairs of unlike relevance pull apart by how much swapping them would change the NDCG.
 * Enters: relevance (whole numbers), groups as runs. Only pairs with one member among the first PAIR_RANK_MAX count: what stands
 * below nobody reads.
 */
import { refusal } from "../learning-error.ts";
import { byFallingScore, type Numbers } from "../metrics/ranking.ts";
import { logistic } from "./forest.ts";
import type { Objective } from "./targets.ts";

const PAIR_RANK_MAX = 30;
const HESSIAN_MIN = 1e-16;

export function rankingObjective(targets: Float64Array, weights: Float64Array, groups?: Numbers): Objective {
  const starts = groupStarts(targets.length, groups);
  const ideals = Float64Array.from({ length: starts.length - 1 }, (_, at) => {
    const relevance = targets.subarray(starts[at] ?? 0, starts[at + 1] ?? 0);
    return dcg(relevance, byFallingScore(relevance));
  });
  const gains = targets.map(gainOf);
  const discounts = Float64Array.from({ length: longest(starts) }, (_, rank) => discount(rank));
  const eachGroup = (run: (begin: number, end: number, at: number) => void): void => {
    for (let at = 0; at + 1 < starts.length; at += 1) run(starts[at] ?? 0, starts[at + 1] ?? 0, at);
  };
  return {
    outputs: 1,
    base: new Float64Array(1),
    gradients: (margins, _, into) => {
      into.gradients.fill(0);
      into.hessians.fill(0);
      eachGroup((begin, end, at) => {
        addPairs({ targets, gains, discounts, weights, margins, begin, end, ideal: ideals[at] ?? 0 }, into);
      });
      for (let at = 0; at < targets.length; at += 1) into.hessians[at] = Math.max(HESSIAN_MIN, into.hessians[at] ?? 0);
    },
    loss: (margins) => {
      let lost = 0;
      eachGroup((begin, end) => {
        lost += 1 - ndcg(targets.subarray(begin, end), margins.subarray(begin, end));
      });
      return lost / Math.max(1, starts.length - 1);
    },
  };
}

/** Normalised discounted cumulative gain of a ranking of all items; 1 where all items are alike. */
export function ndcg(relevance: Numbers, scores: Numbers): number {
  const ideal = dcg(relevance, byFallingScore(relevance));
  return ideal === 0 ? 1 : dcg(relevance, byFallingScore(scores)) / ideal;
}

function dcg(relevance: Numbers, order: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < order.length; at += 1) sum += gainOf(relevance[order[at] ?? 0] ?? 0) * discount(at);
  return sum;
}

const gainOf = (relevance: number): number => 2 ** relevance - 1;
const discount = (rank: number): number => 1 / Math.log2(rank + 2);

interface Group {
  readonly targets: Float64Array;
  /** Gain of each row, discount of each rank. */
  readonly gains: Float64Array;
  readonly discounts: Float64Array;
  readonly weights: Float64Array;
  readonly margins: Float64Array;
  readonly begin: number;
  readonly end: number;
  /** What the best order of the group would gain. */
  readonly ideal: number;
}

function addPairs(group: Group, into: { gradients: Float64Array; hessians: Float64Array }): void {
  const { targets, margins, begin, end } = group;
  if (group.ideal === 0) return;
  const order = byFallingScore(margins.subarray(begin, end));
  for (let first = 0; first < Math.min(PAIR_RANK_MAX, order.length); first += 1) {
    const a = begin + (order[first] ?? 0);
    for (let second = first + 1; second < order.length; second += 1) {
      const b = begin + (order[second] ?? 0);
      const lead = (targets[a] ?? 0) - (targets[b] ?? 0);
      if (lead > 0) addPair(group, into, { high: a, low: b, first, second });
      else if (lead < 0) addPair(group, into, { high: b, low: a, first, second });
    }
  }
}

interface Pair {
  readonly high: number;
  readonly low: number;
  readonly first: number;
  readonly second: number;
}

function addPair(
  { gains, discounts, weights, margins, ideal }: Group,
  { gradients, hessians }: { gradients: Float64Array; hessians: Float64Array },
  { high, low, first, second }: Pair,
): void {
  const gap = (gains[high] ?? 0) - (gains[low] ?? 0);
  const change = (Math.abs((discounts[first] ?? 0) - (discounts[second] ?? 0)) * gap) / ideal;
  const wrong = logistic((margins[low] ?? 0) - (margins[high] ?? 0));
  const gradient = (weights[high] ?? 0) * change * wrong;
  const hessian = gradient * (1 - wrong);
  gradients[high] = (gradients[high] ?? 0) - gradient;
  gradients[low] = (gradients[low] ?? 0) + gradient;
  hessians[high] = (hessians[high] ?? 0) + hessian;
  hessians[low] = (hessians[low] ?? 0) + hessian;
}

const longest = (starts: readonly number[]): number =>
  starts.reduce((most, start, at) => Math.max(most, start - (starts[at - 1] ?? 0)), 0);

function groupStarts(rows: number, groups?: Numbers): readonly number[] {
  if (groups?.length !== rows)
    throw refusal("labels-malformed", `a ranking needs the group of each of ${rows} rows, got ${groups?.length ?? 0}`);
  const starts: number[] = [];
  const seen = new Set<number>();
  for (let at = 0; at < rows; at += 1) {
    const group = groups[at] ?? 0;
    if (at > 0 && group === groups[at - 1]) continue;
    if (seen.has(group)) throw refusal("labels-malformed", `rows of group ${group} do not stand together`);
    seen.add(group);
    starts.push(at);
  }
  return [...starts, rows];
}
