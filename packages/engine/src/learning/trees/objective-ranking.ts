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
  const eachGroup = (run: (begin: number, end: number) => void): void => {
    for (let at = 0; at + 1 < starts.length; at += 1) run(starts[at] ?? 0, starts[at + 1] ?? 0);
  };
  return {
    outputs: 1,
    base: new Float64Array(1),
    gradients: (margins, _, into) => {
      into.gradients.fill(0);
      into.hessians.fill(0);
      eachGroup((begin, end) => {
        addPairs({ targets, weights, margins, begin, end }, into);
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
  readonly weights: Float64Array;
  readonly margins: Float64Array;
  readonly begin: number;
  readonly end: number;
}

function addPairs(group: Group, into: { gradients: Float64Array; hessians: Float64Array }): void {
  const { targets, weights, margins, begin, end } = group;
  const relevance = targets.subarray(begin, end);
  const order = byFallingScore(margins.subarray(begin, end));
  const ideal = dcg(relevance, byFallingScore(relevance));
  if (ideal === 0) return;
  const move = (row: number, gradient: number, hessian: number): void => {
    into.gradients[row] = (into.gradients[row] ?? 0) + gradient;
    into.hessians[row] = (into.hessians[row] ?? 0) + hessian;
  };
  for (let first = 0; first < Math.min(PAIR_RANK_MAX, order.length); first += 1) {
    for (let second = first + 1; second < order.length; second += 1) {
      const a = begin + (order[first] ?? 0);
      const b = begin + (order[second] ?? 0);
      if (targets[a] === targets[b]) continue;
      const [high, low] = (targets[a] ?? 0) > (targets[b] ?? 0) ? [a, b] : [b, a];
      const gap = gainOf(targets[high] ?? 0) - gainOf(targets[low] ?? 0);
      const change = (Math.abs(discount(first) - discount(second)) * gap) / ideal;
      const wrong = logistic((margins[low] ?? 0) - (margins[high] ?? 0));
      const weight = (weights[high] ?? 0) * change;
      move(high, -weight * wrong, weight * wrong * (1 - wrong));
      move(low, weight * wrong, weight * wrong * (1 - wrong));
    }
  }
}

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
