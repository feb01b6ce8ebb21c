/** From the forest's margins to the one score that the product shows, and how values are said. */
import { addRowMargins, type Forest } from "../trees/forest.ts";

/** Log odds of a true positive against the mean of the two other verdicts: linear, so that effects add up. */
export const scoreOfMargins = (margins: ArrayLike<number>): number =>
  (margins[0] ?? 0) - ((margins[1] ?? 0) + (margins[2] ?? 0)) / 2;

export function marginsOf(forest: Forest, values: Float64Array): Float64Array {
  const margins = new Float64Array(forest.outputs);
  addRowMargins(forest, values, margins);
  return margins;
}

export const said = (value: number): string =>
  Number.isNaN(value) ? "not known" : String(Math.round(value * 100) / 100);
