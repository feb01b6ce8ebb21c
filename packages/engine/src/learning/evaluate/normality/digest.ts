/**
 * Ranks of a stream of numbers in bounded memory: a merging t-digest.
 * Enters: numbers. Leaves: shares below a value, quantiles; snapshots that merge.
 *
 * AG1. At most about 2 x `compression` centroids, whatever was added; both ends stay sharp, as tails are what is asked for.
 * AG2. `below` never falls as its value rises; the least and the greatest value are exact.
 * AG3. The same numbers in the same order give the same digest; a restored digest goes on as if never stopped.
 */
import { refusal } from "../../learning-error.ts";

const COMPRESSION = 128;
const VERSION = 1;

export interface DigestSnapshot {
  readonly version: number;
  readonly means: readonly number[];
  readonly weights: readonly number[];
  readonly low: number;
  readonly high: number;
}

export interface Digest {
  add(value: number, weight?: number): void;
  merge(other: Digest): void;
  /** Share of the weight at or below the value; NaN while empty. */
  below(value: number): number;
  quantile(share: number): number;
  readonly weight: number;
  snapshot(): DigestSnapshot;
}

interface State {
  means: number[];
  weights: number[];
  /** Weight before each centroid, and of all. */
  before: number[];
  total: number;
  low: number;
  high: number;
  waiting: [value: number, weight: number][];
}

export function makeDigest(from?: DigestSnapshot): Digest {
  if (from !== undefined && from.version !== VERSION)
    throw refusal("model-malformed", `digest of version ${from.version}, not ${VERSION}`);
  const state: State = {
    means: [...(from?.means ?? [])],
    weights: [...(from?.weights ?? [])],
    before: [],
    total: 0,
    low: from?.low ?? Number.POSITIVE_INFINITY,
    high: from?.high ?? Number.NEGATIVE_INFINITY,
    waiting: [],
  };
  sumUp(state);
  const settled = (): State => {
    if (state.waiting.length > 0) compress(state);
    return state;
  };
  const add = (value: number, weight = 1): void => {
    if (!Number.isFinite(value)) throw refusal("scores-malformed", `${value} has no rank`);
    state.low = Math.min(state.low, value);
    state.high = Math.max(state.high, value);
    state.waiting.push([value, weight]);
    if (state.waiting.length >= 4 * COMPRESSION) settled();
  };
  return {
    add,
    merge: (other) => {
      const { means, weights, low, high } = other.snapshot();
      for (const [at, mean] of means.entries()) add(mean, weights[at] ?? 0);
      state.low = Math.min(state.low, low);
      state.high = Math.max(state.high, high);
    },
    below: (value) => shareBelow(settled(), value),
    quantile: (share) => valueAt(settled(), share),
    get weight() {
      settled();
      return state.total;
    },
    snapshot: () => {
      settled();
      return {
        version: VERSION,
        means: [...state.means],
        weights: [...state.weights],
        low: state.low,
        high: state.high,
      };
    },
  };
}

function compress(state: State): void {
  const all = [...state.means.map((mean, at): [number, number] => [mean, state.weights[at] ?? 0]), ...state.waiting];
  all.sort(([a], [b]) => a - b);
  const total = all.reduce((sum, [, weight]) => sum + weight, 0);
  const means: number[] = [];
  const weights: number[] = [];
  let before = 0;
  for (const [value, weight] of all) {
    const last = means.length - 1;
    const grown = (weights[last] ?? 0) + weight;
    if (last >= 0 && fits(before, grown, total)) {
      means[last] = (means[last] ?? 0) + ((value - (means[last] ?? 0)) * weight) / grown;
      weights[last] = grown;
    } else {
      before += weights[last] ?? 0;
      means.push(value);
      weights.push(weight);
    }
  }
  Object.assign(state, { means, weights, waiting: [] });
  sumUp(state);
}

function sumUp(state: State): void {
  state.total = 0;
  state.before = state.weights.map((weight) => {
    const before = state.total;
    state.total += weight;
    return before;
  });
}

/** Scale function k1: a centroid may span one step of asin, so those at the ends hold single values. */
function fits(before: number, weight: number, total: number): boolean {
  const step = (share: number): number => (COMPRESSION / (2 * Math.PI)) * Math.asin(2 * Math.min(1, share) - 1);
  return step((before + weight) / total) - step(before / total) <= 1;
}

function shareBelow(state: State, value: number): number {
  const { means, weights, before, total, low, high } = state;
  if (total === 0) return Number.NaN;
  if (value < low) return 0;
  if (value >= high) return 1;
  const next = firstAbove(means, value);
  const middle = (at: number): number => ((before[at] ?? 0) + (weights[at] ?? 0) / 2) / total;
  if (next === 0) return between([low, 0], [means[0] ?? high, middle(0)], value);
  const last = next - 1;
  // Equal centroids hold one value many times: all of it lies at or below.
  const known = means[last] === value ? ((before[last] ?? 0) + (weights[last] ?? 0)) / total : middle(last);
  const to: [number, number] = next < means.length ? [means[next] ?? high, middle(next)] : [high, 1];
  return value === means[last] ? Math.min(known, to[1]) : between([means[last] ?? low, known], to, value);
}

function firstAbove(means: readonly number[], value: number): number {
  let from = 0;
  let to = means.length;
  while (from < to) {
    const at = (from + to) >> 1;
    if ((means[at] ?? 0) <= value) from = at + 1;
    else to = at;
  }
  return from;
}

function between([x0, y0]: [number, number], [x1, y1]: [number, number], x: number): number {
  return x1 > x0 ? y0 + ((y1 - y0) * (x - x0)) / (x1 - x0) : y1;
}

function valueAt({ means, weights, before, total, low, high }: State, share: number): number {
  if (total === 0) return Number.NaN;
  const wanted = share * total;
  let from: [number, number] = [0, low];
  for (const [at, mean] of means.entries()) {
    const middle = (before[at] ?? 0) + (weights[at] ?? 0) / 2;
    if (wanted < middle) return between(from, [middle, mean], wanted);
    from = [middle, mean];
  }
  return between(from, [total, high], wanted);
}
