/**
 * When a stream of numbers (residuals, p-values, errors) stops being what it was.
 * Enters: one number at a time. Leaves: whether a change shows here. Not for raw counts: they change each Monday.
 *
 * AZ1. State is bounded and is its own snapshot: JSON in, the same detector out.
 * AZ2. After a change each detector begins anew by itself, with what is known of the time after it.
 */
import { refusal } from "../learning-error.ts";

export interface ChangeDetector<State> {
  /** True where a change shows with this value. */
  add(value: number): boolean;
  snapshot(): State;
}

interface Bucket {
  readonly sum: number;
  /** Sum of squares around the bucket's own mean. */
  readonly spread: number;
}

/** Rows of buckets: row i holds at most BUCKETS buckets of 2^i values each, newest first. */
export interface AdwinState {
  readonly delta: number;
  readonly rows: readonly (readonly Bucket[])[];
  readonly seen: number;
}

const BUCKETS = 5;
/** Cuts are looked for so often, and not among fewer values. */
const CLOCK = 32;
const CUT_MIN = 5;
const WINDOW_MIN = 10;

/** ADWIN (Bifet and Gavalda): a window that is cut where its two parts differ by more than chance at `delta` allows. */
export function makeAdwin(delta = 0.002, from?: AdwinState): ChangeDetector<AdwinState> {
  if (!(delta > 0 && delta < 1)) throw refusal("parameters-malformed", `ADWIN: delta ${delta}`);
  const rows: Bucket[][] = (from?.rows ?? []).map((row) => [...row]);
  let seen = from?.seen ?? 0;
  return {
    add: (value) => {
      seen += 1;
      insert(rows, { sum: value, spread: 0 });
      if (seen % CLOCK !== 0) return false;
      let changed = false;
      while (hasCut(rows, delta)) {
        dropOldest(rows);
        changed = true;
      }
      return changed;
    },
    snapshot: () => ({ delta, seen, rows: rows.map((row) => [...row]) }),
  };
}

function insert(rows: Bucket[][], bucket: Bucket): void {
  let added = bucket;
  for (let level = 0; ; level += 1) {
    const row = rows[level] ?? [];
    rows[level] = row;
    row.unshift(added);
    if (row.length <= BUCKETS) return;
    const [a, b] = [row.pop(), row.pop()];
    if (a === undefined || b === undefined) return;
    added = merged(a, b, 2 ** level);
  }
}

function merged(a: Bucket, b: Bucket, size: number): Bucket {
  const apart = (a.sum - b.sum) / size;
  return { sum: a.sum + b.sum, spread: a.spread + b.spread + (apart * apart * size) / 2 };
}

interface Part {
  n: number;
  sum: number;
}

function hasCut(rows: readonly (readonly Bucket[])[], delta: number): boolean {
  const buckets = rows.flatMap((row, level) => row.map((bucket) => ({ ...bucket, n: 2 ** level })));
  const n = buckets.reduce((sum, bucket) => sum + bucket.n, 0);
  const sum = buckets.reduce((all, bucket) => all + bucket.sum, 0);
  if (n < WINDOW_MIN) return false;
  const variance = buckets.reduce((all, one) => all + one.spread + one.n * (one.sum / one.n - sum / n) ** 2, 0) / n;
  const part: Part = { n: 0, sum: 0 };
  for (const bucket of buckets) {
    part.n += bucket.n;
    part.sum += bucket.sum;
    const other = n - part.n;
    if (part.n < CUT_MIN || other < CUT_MIN) continue;
    const apart = Math.abs(part.sum / part.n - (sum - part.sum) / other);
    const harmonic = 1 / (part.n - CUT_MIN + 1) + 1 / (other - CUT_MIN + 1);
    const chance = Math.log((2 * Math.log(n)) / delta);
    if (apart > Math.sqrt(2 * harmonic * variance * chance) + (2 / 3) * chance * harmonic) return true;
  }
  return false;
}

function dropOldest(rows: Bucket[][]): void {
  while (rows.length > 0 && rows.at(-1)?.length === 0) rows.pop();
  rows.at(-1)?.pop();
}

export interface PageHinkleyState {
  readonly n: number;
  readonly mean: number;
  readonly up: number;
  readonly down: number;
}

export interface PageHinkleyOptions {
  readonly delta?: number;
  readonly lambda?: number;
  readonly least?: number;
}

/** Page-Hinkley, both sides: the sum of deviations from the mean, beyond `delta` each, rises above `lambda`. */
export function makePageHinkley(
  options: PageHinkleyOptions = {},
  from?: PageHinkleyState,
): ChangeDetector<PageHinkleyState> {
  const { delta = 0.005, lambda = 50, least = 30 } = options;
  const fresh = { n: 0, mean: 0, up: 0, down: 0 };
  let state = from ?? fresh;
  return {
    add: (value) => {
      const n = state.n + 1;
      const mean = state.mean + (value - state.mean) / n;
      const up = Math.max(0, state.up + value - mean - delta);
      const down = Math.max(0, state.down - value + mean - delta);
      const changed = n >= least && Math.max(up, down) > lambda;
      state = changed ? fresh : { n, mean, up, down };
      return changed;
    },
    snapshot: () => state,
  };
}
