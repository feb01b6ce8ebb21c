/**
 * Sums of gradients per slot for the rows of one leaf.
 * LH1. Counts are whole numbers and exact: a slot that subtraction has emptied is known by its count, not by its rounding error.
 */
import type { BinnedRows } from "./bins.ts";

export interface Histogram {
  /** Gradient of slot s at 2s, hessian at 2s + 1. */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

/** Rows order[begin..end), and what they bring. */
export interface LeafRows {
  readonly order: Int32Array;
  readonly begin: number;
  readonly end: number;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

export const makeHistogram = (slots: number): Histogram => ({
  sums: new Float64Array(2 * slots),
  counts: new Int32Array(slots),
});

/** Fills the slots of `features` from nothing. */
export function fillHistogram(into: Histogram, rows: LeafRows, binned: BinnedRows, features: Int32Array): void {
  if (features.length === binned.width) {
    into.sums.fill(0);
    into.counts.fill(0);
    addWholeRows(into, rows, binned);
    return;
  }
  for (const feature of features) {
    const [from, to] = [binned.starts[feature] ?? 0, binned.starts[feature + 1] ?? 0];
    into.sums.fill(0, 2 * from, 2 * to);
    into.counts.fill(0, from, to);
  }
  addSomeFeatures(into, rows, binned, features);
}

/** The loop that training spends its time in: row by row, since neighbouring features never touch the same slot. */
function addWholeRows({ sums, counts }: Histogram, rows: LeafRows, { slots, width }: BinnedRows): void {
  const { order, gradients, hessians, begin, end } = rows;
  for (let at = begin; at < end; at += 1) {
    const row = order[at] ?? 0;
    const gradient = gradients[row] ?? 0;
    const hessian = hessians[row] ?? 0;
    const last = (row + 1) * width;
    for (let from = row * width; from < last; from += 1) {
      const slot = slots[from] ?? 0;
      const to = slot << 1;
      sums[to] = (sums[to] ?? 0) + gradient;
      sums[to + 1] = (sums[to + 1] ?? 0) + hessian;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
}

function addSomeFeatures(into: Histogram, rows: LeafRows, { slots, width }: BinnedRows, features: Int32Array): void {
  const { order, gradients, hessians, begin, end } = rows;
  const { sums, counts } = into;
  for (let at = begin; at < end; at += 1) {
    const row = order[at] ?? 0;
    const gradient = gradients[row] ?? 0;
    const hessian = hessians[row] ?? 0;
    const from = row * width;
    for (let k = 0; k < features.length; k += 1) {
      const slot = slots[from + (features[k] ?? 0)] ?? 0;
      const to = slot << 1;
      sums[to] = (sums[to] ?? 0) + gradient;
      sums[to + 1] = (sums[to + 1] ?? 0) + hessian;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
}

/** parent - child = the other child, in the parent's place: the larger child costs no pass over its rows. Slots of `features` alone. */
export function subtractHistogram(parent: Histogram, child: Histogram, binned: BinnedRows, features: Int32Array): void {
  const { sums, counts } = parent;
  for (const feature of features) {
    const end = binned.starts[feature + 1] ?? 0;
    for (let at = binned.starts[feature] ?? 0; at < end; at += 1) {
      const taken = child.counts[at] ?? 0;
      if (taken === 0) continue;
      const count = (counts[at] ?? 0) - taken;
      const to = at << 1;
      counts[at] = count;
      sums[to] = count === 0 ? 0 : (sums[to] ?? 0) - (child.sums[to] ?? 0);
      sums[to + 1] = count === 0 ? 0 : (sums[to + 1] ?? 0) - (child.sums[to + 1] ?? 0);
    }
  }
}
