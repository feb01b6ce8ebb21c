/**
 * From features to a space in which distances mean something.
 * Enters: a table of rows taken as normal. Leaves: `Space`, which places any row of the same features.
 *
 * AS1. Only the fitted rows set medians, widths and the values of categories; a placed row changes nothing.
 * AS2. A number is log1p-scaled where the fitted rows are not negative and lean to the right, then (value - median) / width.
 *      Width is never 0: a feature that never moved counts in its own unit, so that a first move shows.
 * AS3. A missing number stands at the median; a missing or unknown category is its own value, unlike all others.
 * AS4. No single feature may be further out than REACH: one broken counter must not outshout forty others.
 */
import { quantileOf } from "../metrics/interval.ts";
import type { FeatureTable } from "../table.ts";

/** In widths (about standard deviations); beyond it more is not stranger. */
const REACH = 30;
/** Right lean: the upper tail is so many times longer than the lower one. */
const LEAN = 4;
/** Code of a value that the fitted rows did not have. */
const UNKNOWN = -1;

interface NumberAxis {
  readonly kind: "number";
  readonly log: boolean;
  readonly median: number;
  readonly width: number;
}

interface CategoryAxis {
  readonly kind: "category";
  /** -log2 of the share of each code, smoothed; unknown ones get `rarest`. */
  readonly surprise: Readonly<Record<string, number>>;
  readonly rarest: number;
}

type Axis = NumberAxis | CategoryAxis;

export interface Space {
  readonly names: readonly string[];
  readonly axes: readonly Axis[];
}

/** Rows of a space, row-major. */
export interface Points {
  readonly rows: number;
  readonly dims: number;
  readonly values: Float64Array;
}

export function fitSpace(table: FeatureTable): Space {
  const axes = table.columns.map(
    (column, at): Axis => (table.kinds[at] === "category" ? categoryAxis(column) : numberAxis(column)),
  );
  return { names: table.names, axes };
}

/** Categories as their codes (`code`: compare for equality), or as their surprise (`surprise`: a number like others). */
export type CategoryForm = "code" | "surprise";

export function placeRow(space: Space, values: ArrayLike<number>, form: CategoryForm): Float64Array {
  const { axes } = space;
  const row = new Float64Array(axes.length);
  axes.forEach((axis, at) => {
    row[at] = placed(axis, values[at] ?? Number.NaN, form);
  });
  return row;
}

/** The same row with the surprise of its categories, where their codes are known. */
export function numbersOf({ axes }: Space, values: ArrayLike<number>, codes: Float64Array): Float64Array {
  const row = codes.slice();
  axes.forEach((axis, at) => {
    if (axis.kind === "category") row[at] = placed(axis, values[at] ?? Number.NaN, "surprise");
  });
  return row;
}

export function placeTable(space: Space, table: FeatureTable, form: CategoryForm): Points {
  const dims = space.axes.length;
  const values = new Float64Array(table.rows * dims);
  space.axes.forEach((axis, at) => {
    const column = table.columns[at] ?? new Float64Array(table.rows);
    for (let row = 0; row < table.rows; row += 1)
      values[row * dims + at] = placed(axis, column[row] ?? Number.NaN, form);
  });
  return { rows: table.rows, dims, values };
}

export const isCategory = (space: Space, dim: number): boolean => space.axes[dim]?.kind === "category";

function placed(axis: Axis, value: number, form: CategoryForm): number {
  if (axis.kind === "number") {
    if (Number.isNaN(value)) return 0;
    const raw = axis.log ? Math.log1p(Math.max(0, value)) : value;
    return Math.max(-REACH, Math.min(REACH, (raw - axis.median) / axis.width));
  }
  const known = axis.surprise[value];
  if (form === "code") return known === undefined ? UNKNOWN : value;
  return known ?? axis.rarest;
}

function numberAxis(column: Float64Array): NumberAxis {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const log = leansRight(sorted);
  if (log) for (let at = 0; at < sorted.length; at += 1) sorted[at] = Math.log1p(sorted[at] ?? 0);
  const median = sorted.length === 0 ? 0 : quantileOf(sorted, 0.5);
  return { kind: "number", log, median, width: widthOf(sorted) };
}

function leansRight(sorted: Float64Array): boolean {
  if ((sorted[0] ?? -1) < 0) return false;
  const median = quantileOf(sorted, 0.5);
  const upper = quantileOf(sorted, 0.99) - median;
  return upper > 1 && upper > LEAN * (median - quantileOf(sorted, 0.01));
}

/** The mean of the standard deviation and of the quartiles' width: the one sees rare moves, the other is not blown up by them. */
function widthOf(sorted: Float64Array): number {
  const n = sorted.length;
  if (n < 2) return 1;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const quartiles = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 1.349;
  const width = quartiles > 0 ? (deviation + quartiles) / 2 : deviation;
  return width > 1e-12 ? width : 1;
}

function categoryAxis(column: Float64Array): CategoryAxis {
  const counts = new Map<number, number>();
  for (const code of column) if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const all = column.length + counts.size + 1;
  const surprise = Object.fromEntries([...counts].map(([code, count]) => [code, -Math.log2((count + 1) / all)]));
  return { kind: "category", surprise, rarest: Math.log2(all) };
}
