/** What a split is, and what it is worth: second-order gain with L2, outputs inside the bounds of a leaf. */
import type { Histogram } from "./histogram.ts";

export interface SplitRules {
  readonly minRows: number;
  readonly minHessian: number;
  readonly l2: number;
  /** Per feature: 1 rising, -1 falling, 0 free. */
  readonly monotone: Int8Array;
}

/** Sums of a leaf, and between which values its output must lie. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** Changed in place while bins are scanned: an object per candidate would cost more than the scan. */
export interface Split {
  gain: number;
  feature: number;
  /** Number: bins up to this one go left. Category: -1. */
  bin: number;
  /** Category: bins that go left. */
  leftBins: readonly number[];
  missingLeft: boolean;
  gradient: number;
  hessian: number;
  count: number;
}

export interface Scan {
  readonly histogram: Histogram;
  readonly leaf: LeafSums;
  readonly rules: SplitRules;
  readonly feature: number;
  readonly start: number;
  readonly bins: number;
}

/** false: one side of any split would have too few rows or too little hessian. */
export const canSplit = ({ count, hessian }: LeafSums, { minRows, minHessian }: SplitRules): boolean =>
  count >= 2 * minRows && hessian >= 2 * minHessian;

export const sideGain = (gradient: number, hessian: number, l2: number): number =>
  (gradient * gradient) / (hessian + l2);

/** Output of a leaf before the learning rate, inside its bounds. */
export function leafOutput(gradient: number, hessian: number, at: { l2: number; low: number; high: number }): number {
  return Math.min(at.high, Math.max(at.low, -gradient / (hessian + at.l2)));
}

/** What the bounded output gains: with the free output this is `sideGain`. */
export function boundedGain(gradient: number, hessian: number, { leaf, rules }: Pick<Scan, "leaf" | "rules">): number {
  const output = leafOutput(gradient, hessian, { l2: rules.l2, low: leaf.low, high: leaf.high });
  return -(2 * gradient * output + (hessian + rules.l2) * output * output);
}
