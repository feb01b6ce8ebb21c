/** What a forest is asked to learn, and what a loss has to say while it does. */
import type { Numbers } from "../metrics/ranking.ts";

export interface Targets {
  /** binary: 0 or 1; multiclass: class from 0; regression: a number; ranking: relevance from 0. */
  readonly targets: Numbers;
  readonly weights?: Numbers;
  /** Ranking only: which rows are compared with each other, as runs of equal numbers. */
  readonly groups?: Numbers;
}

export interface Objective {
  readonly outputs: number;
  readonly base: Float64Array;
  /** Called for output 0 first: what it works out there holds for the whole round. */
  gradients(margins: Float64Array, output: number, into: { gradients: Float64Array; hessians: Float64Array }): void;
  /** Smaller is better; what early stopping watches. */
  loss(margins: Float64Array): number;
}
