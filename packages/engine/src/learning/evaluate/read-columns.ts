/**
 * A table of any shape, column by column, for comparing windows. Enters: a file of separated values.
 * Leaves: columns of texts with names (given, or c1, c2, ...), and the rows that could not be read.
 * RC1. The first row is a header when none of its fields is a number and none is empty.
 * RC2. A row with another number of fields is named in `unread` (the first of each file, and how many in all).
 */
import { readCsv } from "./read-csv.ts";
import type { DataFile, SuiteOutcome } from "./suite.ts";

export interface TextColumns {
  readonly names: readonly string[];
  readonly columns: readonly (readonly string[])[];
  readonly unread: SuiteOutcome["unread"];
}

/** More rows say nothing more about a window; the first are kept. */
const ROWS_MAX = 200_000;
const SEPARATORS = [",", ";", "\t", "|"].map((one) => one.charCodeAt(0));
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?", "-", "inf", "-inf", "infinity", "-infinity"]);

export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase());
export const isNumeric = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

export async function readColumns(file: DataFile): Promise<TextColumns> {
  const bytes = await file.bytes();
  const { rows, open } = readCsv(bytes, separatorOf(bytes));
  const [first = []] = rows;
  const headed = rows.length > 1 && first.every((field) => field.trim() !== "" && !isNumeric(field));
  const names = namesOf(first, headed);
  const body = headed ? rows.slice(1) : rows;
  const kept = body.filter((row) => row.length === names.length).slice(0, ROWS_MAX);
  const bad = body.filter((row) => row.length !== names.length).length;
  const unread = [
    ...(bad === 0 ? [] : [{ where: file.path, reason: `${bad} rows do not have ${names.length} fields` }]),
    ...(open ? [{ where: file.path, reason: "a quote that never ends" }] : []),
    ...(body.length - bad > ROWS_MAX ? [{ where: file.path, reason: `only the first ${ROWS_MAX} rows are used` }] : []),
  ];
  return { names, columns: names.map((_, at) => kept.map((row) => row[at] ?? "")), unread };
}

function namesOf(first: readonly string[], headed: boolean): readonly string[] {
  const seen = new Map<string, number>();
  return first.map((field, at) => {
    const name = headed ? field.trim() : `c${at + 1}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name} (${times + 1})`;
  });
}

/** The separator that the first line has most of. */
function separatorOf(bytes: Uint8Array): number {
  const end = bytes.indexOf(10);
  const line = bytes.subarray(0, end === -1 ? bytes.length : end);
  const counts = SEPARATORS.map((separator) => line.filter((byte) => byte === separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? 44;
}
