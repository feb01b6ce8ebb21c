/**
 * Pool adjacent violators, kept so that one more point can be put in later.
 * Enters: scores and labels. Leaves: groups of equal scores, and for each prefix and each suffix its last, or first, pooled block.
 *
 * LP1. Blocks of a prefix are a chain: the block that ends at group j begins at starts[j], the one before it ends at starts[j] - 1.
 */
import { refusal } from "../learning-error.ts";
import { type Numbers, requireLabels } from "../metrics/ranking.ts";

export interface Pooled {
  /** Distinct scores, ascending. */
  readonly scores: Float64Array;
  /** Sum of labels, and of weights, of the groups before i, at i; one entry more than groups. */
  readonly hits: Float64Array;
  readonly weights: Float64Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function poolScores(scores: Numbers, labels: Numbers, weights?: Numbers): Pooled {
  requireLabels(labels, scores.length);
  const order = Int32Array.from({ length: scores.length }, (_, at) => at);
  order.sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0) || a - b);
  const distinct: number[] = [];
  const hits: number[] = [0];
  const totals: number[] = [0];
  for (const row of order) {
    const score = scores[row] ?? Number.NaN;
    if (!Number.isFinite(score)) throw refusal("scores-malformed", `score of row ${row} is ${score}`);
    const weight = weights?.[row] ?? 1;
    if (!(weight > 0)) throw refusal("scores-malformed", `weight of row ${row} is ${weight}`);
    if (distinct.at(-1) !== score) {
      distinct.push(score);
      hits.push(hits.at(-1) ?? 0);
      totals.push(totals.at(-1) ?? 0);
    }
    hits[distinct.length] = (hits[distinct.length] ?? 0) + weight * (labels[row] ?? 0);
    totals[distinct.length] = (totals[distinct.length] ?? 0) + weight;
  }
  const sums = {
    scores: Float64Array.from(distinct),
    hits: Float64Array.from(hits),
    weights: Float64Array.from(totals),
  };
  return { ...sums, starts: startsOf(sums), ends: endsOf(sums) };
}

type Sums = Pick<Pooled, "scores" | "hits" | "weights">;

/** Mean label of groups from..to, both counted. */
export function meanOf({ hits, weights }: Sums, from: number, to: number): number {
  return ((hits[to + 1] ?? 0) - (hits[from] ?? 0)) / ((weights[to + 1] ?? 0) - (weights[from] ?? 0));
}

function startsOf(sums: Sums): Int32Array {
  const starts = new Int32Array(sums.scores.length);
  for (let at = 0; at < starts.length; at += 1) {
    let start = at;
    while (start > 0 && meanOf(sums, starts[start - 1] ?? 0, start - 1) >= meanOf(sums, start, at))
      start = starts[start - 1] ?? 0;
    starts[at] = start;
  }
  return starts;
}

function endsOf(sums: Sums): Int32Array {
  const ends = new Int32Array(sums.scores.length);
  const last = ends.length - 1;
  for (let at = last; at >= 0; at -= 1) {
    let end = at;
    while (end < last && meanOf(sums, end + 1, ends[end + 1] ?? last) <= meanOf(sums, at, end))
      end = ends[end + 1] ?? last;
    ends[at] = end;
  }
  return ends;
}

/** The first index whose score is not below `score`. */
export function positionOf(scores: Numbers, score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scores[middle] ?? 0) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}
