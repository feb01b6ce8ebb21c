/**
 * Sums of gradients per slot for the rows of one leaf.
 * LH1. Counts are whole numbers and exact: a slot that subtraction has emptied is known by its count, not by its rounding error.
 * LH2. Each slot adds its rows in their order, so the same rows give the same sums.
 *
 * Read feature by feature, two at a time: gradients are gathered once per leaf, the bins of a feature fit into the cache, and the
 * sums of two features into its first level. The places where they are summed up are constants of the module: the compiler then
 * knows where they lie and how long they are (docs/performance.md has the figures). A category of more bins than they have room for
 * is summed up in its slots.
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
  /** Room for as many numbers as there are rows, twice. */
  readonly gathered: Gathered;
}

export interface Gathered {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** Bins of a feature with the one for missing values fit into a byte. */
const BINS = 256;
const [G0, H0, C0] = [new Float64Array(BINS), new Float64Array(BINS), new Int32Array(BINS)];
const [G1, H1, C1] = [new Float64Array(BINS), new Float64Array(BINS), new Int32Array(BINS)];

export const makeHistogram = (slots: number): Histogram => ({
  sums: new Float64Array(2 * slots),
  counts: new Int32Array(slots),
});

/** Fills the slots of `features` from nothing. */
export function fillHistogram(into: Histogram, rows: LeafRows, binned: BinnedRows, features: Int32Array): void {
  gather(rows);
  const { bins, wide, starts } = binned;
  const slotsOf = (feature: number): [number, number] => [starts[feature] ?? 0, starts[feature + 1] ?? 0];
  let waiting = -1;
  for (const feature of features) {
    const codes = wide[feature];
    if (codes !== undefined) addWide(into, rows, { bins: codes, slots: slotsOf(feature) });
    else if (waiting < 0) waiting = feature;
    else {
      addTwoFeatures(rows, bins[waiting] ?? NO_BINS, bins[feature] ?? NO_BINS);
      take(into, { gradients: G0, hessians: H0, counts: C0 }, slotsOf(waiting));
      take(into, { gradients: G1, hessians: H1, counts: C1 }, slotsOf(feature));
      waiting = -1;
    }
  }
  if (waiting < 0) return;
  addFeature(rows, bins[waiting] ?? NO_BINS);
  take(into, { gradients: G0, hessians: H0, counts: C0 }, slotsOf(waiting));
}

const NO_BINS = new Uint8Array(0);

interface WideFeature {
  readonly bins: Uint16Array;
  readonly slots: readonly [number, number];
}

function addWide(
  { sums, counts }: Histogram,
  { order, begin, end, gathered }: LeafRows,
  { bins, slots: [start, after] }: WideFeature,
): void {
  const { gradients, hessians } = gathered;
  sums.fill(0, 2 * start, 2 * after);
  counts.fill(0, start, after);
  for (let at = begin, from = 0; at < end; at += 1, from += 1) {
    const slot = start + (bins[order[at] ?? 0] ?? 0);
    const to = slot << 1;
    sums[to] = (sums[to] ?? 0) + (gradients[from] ?? 0);
    sums[to + 1] = (sums[to + 1] ?? 0) + (hessians[from] ?? 0);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
}

function gather({ order, begin, end, gradients, hessians, gathered }: LeafRows): void {
  for (let at = begin, to = 0; at < end; at += 1, to += 1) {
    const row = order[at] ?? 0;
    gathered.gradients[to] = gradients[row] ?? 0;
    gathered.hessians[to] = hessians[row] ?? 0;
  }
}

/** The loop that training spends its time in. */
function addTwoFeatures({ order, begin, end, gathered }: LeafRows, bins: Uint8Array, others: Uint8Array): void {
  const { gradients, hessians } = gathered;
  for (let at = begin, from = 0; at < end; at += 1, from += 1) {
    const row = order[at] ?? 0;
    const gradient = gradients[from] ?? 0;
    const hessian = hessians[from] ?? 0;
    const bin = bins[row] ?? 0;
    G0[bin] = (G0[bin] ?? 0) + gradient;
    H0[bin] = (H0[bin] ?? 0) + hessian;
    C0[bin] = (C0[bin] ?? 0) + 1;
    const other = others[row] ?? 0;
    G1[other] = (G1[other] ?? 0) + gradient;
    H1[other] = (H1[other] ?? 0) + hessian;
    C1[other] = (C1[other] ?? 0) + 1;
  }
}

function addFeature({ order, begin, end, gathered }: LeafRows, bins: Uint8Array): void {
  const { gradients, hessians } = gathered;
  for (let at = begin, from = 0; at < end; at += 1, from += 1) {
    const bin = bins[order[at] ?? 0] ?? 0;
    G0[bin] = (G0[bin] ?? 0) + (gradients[from] ?? 0);
    H0[bin] = (H0[bin] ?? 0) + (hessians[from] ?? 0);
    C0[bin] = (C0[bin] ?? 0) + 1;
  }
}

interface Summed extends Gathered {
  readonly counts: Int32Array;
}

/** Moves the sums of a feature to its slots, and leaves nothing behind. */
function take({ sums, counts }: Histogram, from: Summed, [start, end]: readonly [number, number]): void {
  for (let slot = start, bin = 0; slot < end; slot += 1, bin += 1) {
    sums[2 * slot] = from.gradients[bin] ?? 0;
    sums[2 * slot + 1] = from.hessians[bin] ?? 0;
    counts[slot] = from.counts[bin] ?? 0;
    from.gradients[bin] = 0;
    from.hessians[bin] = 0;
    from.counts[bin] = 0;
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
