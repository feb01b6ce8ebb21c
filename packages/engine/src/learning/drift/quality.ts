/**
 * Is the data itself sound? Missing values, new categories, values out of range, duplicate rows, age.
 * Enters: the same two windows. Leaves: findings by column, worst first; none is a drift, each has its own sentence.
 * DQ1. A finding compares with the reference: what was always missing is not news.
 */
import { quantileOf } from "../metrics/interval.ts";
import { proportions } from "./counts.ts";
import type { WindowColumn } from "./judge-window.ts";

export interface QualityFinding {
  readonly column: string;
  readonly kind: "missing" | "new-category" | "out-of-range" | "constant" | "duplicates" | "stale";
  /** Share of rows; `stale`: milliseconds. */
  readonly now: number;
  readonly before: number;
  readonly said: string;
}

/** Missing in so many more rows than before, and unlikely by chance. */
const MISSING_MORE = 0.05;
const NEW_SHARE = 0.01;
const RANGE_SHARE = 0.02;
const DUPLICATES_MORE = 0.2;
const CHANCE = 0.001;

export function dataQuality(
  reference: readonly WindowColumn[],
  current: readonly WindowColumn[],
): readonly QualityFinding[] {
  const now = new Map(current.map((column) => [column.name, column]));
  const found = reference.flatMap((column) => {
    const other = now.get(column.name);
    if (other === undefined || other.values.length === 0 || column.values.length === 0) return [];
    return [missing(column, other), outside(column, other), constant(column, other)].flat();
  });
  return [...found, ...duplicates(reference, current)].toSorted((a, b) => b.now - b.before - (a.now - a.before));
}

/** Nothing has come for longer than any gap before, three times over. */
export function freshness(times: readonly number[], now: number): readonly QualityFinding[] {
  const sorted = [...times].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, at) => time - (sorted[at] ?? time));
  const before = Math.max(0, ...gaps);
  const age = now - (sorted.at(-1) ?? now);
  if (gaps.length < 10 || age <= 3 * before) return [];
  return [
    {
      column: "",
      kind: "stale",
      now: age,
      before,
      said: "no case was decided for three times the longest time between two so far",
    },
  ];
}

const shareMissing = ({ values }: WindowColumn): number => values.filter(Number.isNaN).length / values.length;

function missing(reference: WindowColumn, current: WindowColumn): readonly QualityFinding[] {
  const [before, now] = [shareMissing(reference), shareMissing(current)];
  if (now - before < MISSING_MORE) return [];
  const flags = (column: WindowColumn): Float64Array => column.values.map((value) => Number(Number.isNaN(value)));
  if (proportions({ kind: "category", reference: flags(reference), current: flags(current) }).p > CHANCE) return [];
  const said = `missing in ${percent(now)} of rows, before ${percent(before)}`;
  return [{ column: reference.name, kind: "missing", now, before, said }];
}

function outside(reference: WindowColumn, current: WindowColumn): readonly QualityFinding[] {
  const known = reference.values.filter((value) => !Number.isNaN(value)).sort();
  const rows = current.values.filter((value) => !Number.isNaN(value));
  if (known.length === 0 || rows.length === 0) return [];
  if (reference.kind === "category") {
    const seen = new Set(known);
    const now = rows.filter((value) => !seen.has(value)).length / rows.length;
    const said = `${percent(now)} of rows have a value that the reference never had`;
    return now < NEW_SHARE ? [] : [{ column: reference.name, kind: "new-category", now, before: 0, said }];
  }
  const [low, high] = [quantileOf(known, 0), quantileOf(known, 1)];
  const now = rows.filter((value) => value < low || value > high).length / rows.length;
  const said = `${percent(now)} of rows lie outside ${short(low)} to ${short(high)}, the range of the reference`;
  return now < RANGE_SHARE ? [] : [{ column: reference.name, kind: "out-of-range", now, before: 0, said }];
}

function constant(reference: WindowColumn, current: WindowColumn): readonly QualityFinding[] {
  const values = (column: WindowColumn): number => new Set(column.values.filter((value) => !Number.isNaN(value))).size;
  if (values(current) !== 1 || values(reference) < 3 || current.values.length < 30) return [];
  const said = `always the same value; the reference had ${values(reference)}`;
  return [{ column: reference.name, kind: "constant", now: 1, before: 0, said }];
}

function duplicates(reference: readonly WindowColumn[], current: readonly WindowColumn[]): readonly QualityFinding[] {
  const [before, now] = [shareRepeated(reference), shareRepeated(current)];
  if (!(now - before >= DUPLICATES_MORE)) return [];
  const said = `${percent(now)} of rows repeat another row, before ${percent(before)}`;
  return [{ column: "", kind: "duplicates", now, before, said }];
}

function shareRepeated(columns: readonly WindowColumn[]): number {
  const rows = columns[0]?.values.length ?? 0;
  const seen = new Set<string>();
  for (let row = 0; row < rows; row += 1) seen.add(columns.map(({ values }) => values[row]).join(" "));
  return rows === 0 ? 0 : 1 - seen.size / rows;
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const short = (value: number): string => String(Number(value.toPrecision(4)));
