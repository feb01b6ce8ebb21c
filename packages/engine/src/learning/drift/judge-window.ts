/**
 * Is a window of rows other than the reference? All columns together, with control of false discoveries.
 * Enters: a reference and a current window, by column. Leaves: a verdict per column and the share of drifted columns.
 *
 * DW1. `drifted` is what the statistic's own limit says; `alarm` needs more: q at most ALARM_Q among all columns of the run
 *      (of a test that takes both windows for samples), and a change of at least EFFECT_MIN of the rows.
 * DW2. A lasting alarm is one that the window before had too (`lasting`): one odd window is not news.
 * DW3. Columns only one side has are named, never compared with nothing.
 */
import type { Pair } from "./bins.ts";
import { adjustedPs } from "./false-discovery.ts";
import { type ColumnDrift, columnDrift, type DriftOptions } from "./statistics.ts";

export interface WindowColumn {
  readonly name: string;
  readonly kind: Pair["kind"];
  /** Missing: NaN. Categories are codes that both windows share. */
  readonly values: Float64Array;
}

const ALARM_Q = 0.05;
/** At least one row in ten has moved elsewhere. Small windows vary by more than that by chance; their q says so. */
const EFFECT_MIN = 0.1;
/** Evidently's default for a whole data set. */
const SHARE_DRIFTED = 0.5;

export interface JudgedColumn extends ColumnDrift {
  readonly name: string;
  /** Adjusted p of the test that fits the column. */
  readonly q: number;
  readonly alarm: boolean;
}

export interface JudgedWindow {
  readonly columns: readonly JudgedColumn[];
  readonly onlyReference: readonly string[];
  readonly onlyCurrent: readonly string[];
  /** Of the columns that had a verdict. */
  readonly share: number;
  readonly drifted: boolean;
}

export function judgeWindow(
  reference: readonly WindowColumn[],
  current: readonly WindowColumn[],
  options: DriftOptions = {},
): JudgedWindow {
  const now = new Map(current.map((column) => [column.name, column]));
  const pairs = reference.flatMap((column) => {
    const other = now.get(column.name);
    return other === undefined ? [] : [{ name: column.name, pair: pairOf(column, other) }];
  });
  const drifts = pairs.map(({ pair }) => columnDrift(pair, options));
  const qs = adjustedPs(drifts.map(({ testP }) => testP));
  const columns = drifts.map((drift, at): JudgedColumn => {
    const q = qs[at] ?? Number.NaN;
    return { ...drift, name: pairs[at]?.name ?? "", q, alarm: q <= ALARM_Q && drift.effect >= EFFECT_MIN };
  });
  const judged = columns.filter(({ value }) => !Number.isNaN(value));
  const share = judged.filter(({ drifted }) => drifted).length / judged.length;
  const known = new Set(reference.map(({ name }) => name));
  return {
    columns,
    onlyReference: reference.flatMap(({ name }) => (now.has(name) ? [] : [name])),
    onlyCurrent: current.flatMap(({ name }) => (known.has(name) ? [] : [name])),
    share,
    drifted: share >= SHARE_DRIFTED,
  };
}

/** DW2. */
export const lasting = (columns: readonly JudgedColumn[], before: ReadonlySet<string>): readonly JudgedColumn[] =>
  columns.filter(({ name, alarm }) => alarm && before.has(name));

function pairOf(reference: WindowColumn, current: WindowColumn): Pair {
  const kind = reference.kind === "category" || current.kind === "category" ? "category" : "number";
  return { kind, reference: reference.values, current: current.values };
}
