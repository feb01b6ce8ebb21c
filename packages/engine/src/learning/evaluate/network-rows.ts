/**
 * Rows of network data sets as tables: numbers, categories, and what each row is called.
 * Enters: rows of texts with named columns. Leaves: `LabelledRows` whose category codes come from the training rows alone.
 *
 * NW1. A row with too few fields or without a label is named, not guessed. A field that is no number is missing.
 * NW2. A category that the training rows did not have is missing to the classifier and unlike everything to the novelty scorer.
 */
import {
  type CategoryCodes,
  type FeatureTable,
  makeCategoryCodes,
  makeSchema,
  makeTable,
  selectRows,
} from "../table.ts";
import { everyLine, readCsv } from "./read-csv.ts";
import { type DataFile, filesOfPart, type SuiteOutcome } from "./suite.ts";

/** Unread rows that are named one by one; the rest is counted in one line. */
const UNREAD_NAMED = 20;

export interface NetworkRow {
  readonly where: string;
  readonly fields: readonly string[];
  /** "" for normal. */
  readonly attack: string;
  readonly family: string;
}

export interface NetworkFormat {
  readonly names: readonly string[];
  readonly categories: readonly string[];
}

export interface LabelledRows {
  readonly table: FeatureTable;
  readonly attack: Uint8Array;
  readonly attacks: readonly string[];
  readonly families: readonly string[];
  readonly where: readonly string[];
  /** Words of the codes of each category. */
  readonly levels: ReadonlyMap<string, readonly string[]>;
}

export interface Unread {
  readonly where: string;
  readonly reason: string;
}

export interface TextRows {
  readonly rows: readonly (readonly string[])[];
  /** Line of the first row, counted from 1. */
  readonly first: number;
  readonly header: readonly string[] | undefined;
  /** Of a very long file every so many-th line was read. */
  readonly step: number;
}

/** More rows of one file are not learnt from, and their texts would not fit into memory. */
const LINES_MAX = 200_000;

/** Also ARFF: what stands before `@data` is left out. A header is a first row that holds a known name. */
export async function textRows(file: DataFile, knownName: string): Promise<TextRows> {
  const { bytes, step } = everyLine(await file.bytes(), LINES_MAX);
  const { rows } = readCsv(bytes);
  const data = rows.findIndex(([first = ""]) => first.trim().toLowerCase() === "@data") + 1;
  const kept = rows.slice(data).map((row) => row.map((field) => field.trim().replace(/^'(.*)'$/, "$1")));
  const head = (kept[0] ?? []).map((name) => name.toLowerCase().replaceAll(" ", ""));
  return head.includes(knownName)
    ? { rows: kept.slice(1), first: data + 2, header: head, step }
    : { rows: kept, first: data + 1, header: undefined, step };
}

/** One file per bare name: the same rows are published as text and as ARFF. */
export function exactPart(files: readonly DataFile[], part: string): readonly DataFile[] {
  const wanted = part.toLowerCase();
  const exact = files.filter(({ path }) => [bareName(path), fileName(path)].includes(wanted));
  return exact.length > 0 ? oneOfEach(exact) : oneOfEach(filesOfPart(files, part));
}

export function oneOfEach(files: readonly DataFile[]): readonly DataFile[] {
  const chosen = new Map<string, DataFile>();
  const plainFirst = files.toSorted((a, b) => Number(/\.arff$/i.test(a.path)) - Number(/\.arff$/i.test(b.path)));
  for (const file of plainFirst) if (!chosen.has(bareName(file.path))) chosen.set(bareName(file.path), file);
  return [...chosen.values()];
}

export const fileName = (path: string): string => path.toLowerCase().split("/").at(-1) ?? "";

export const bareName = (path: string): string => fileName(path).replace(/\.[a-z0-9]+$/, "");

/** Tables of both sides; codes of categories come from the first. */
export function tablesOf(
  format: NetworkFormat,
  train: readonly NetworkRow[],
  test: readonly NetworkRow[],
): { readonly train: LabelledRows; readonly test: LabelledRows } {
  const codes = new Map(
    format.categories.map((name) => {
      const at = format.names.indexOf(name);
      return [name, makeCategoryCodes(train.map(({ fields }) => fields[at] ?? ""))] as const;
    }),
  );
  return { train: labelled(format, train, codes), test: labelled(format, test, codes) };
}

function labelled(
  format: NetworkFormat,
  rows: readonly NetworkRow[],
  codes: ReadonlyMap<string, CategoryCodes>,
): LabelledRows {
  const kinds = format.names.map((name) => (codes.has(name) ? ("category" as const) : ("number" as const)));
  const columns = format.names.map((name, at) => {
    const code = codes.get(name);
    return Float64Array.from(rows, ({ fields }) => (code ? code.codeOf(fields[at]) : numberOf(fields[at] ?? "")));
  });
  return {
    table: makeTable(makeSchema(format.names, kinds), columns, rows.length),
    attack: Uint8Array.from(rows, ({ attack }) => Number(attack !== "")),
    attacks: rows.map(({ attack }) => attack),
    families: rows.map(({ family }) => family),
    where: rows.map(({ where }) => where),
    levels: new Map([...codes].map(([name, { levels }]) => [name, levels])),
  };
}

function numberOf(text: string): number {
  if (text === "" || text === "-") return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

export function selectLabelled(rows: LabelledRows, chosen: Int32Array): LabelledRows {
  const pick = <T>(items: readonly T[]): T[] => Array.from(chosen, (at) => items[at] as T);
  return {
    table: selectRows(rows.table, chosen),
    attack: Uint8Array.from(chosen, (at) => rows.attack[at] ?? 0),
    attacks: pick(rows.attacks),
    families: pick(rows.families),
    where: pick(rows.where),
    levels: rows.levels,
  };
}

export const rowsWhere = (count: number, holds: (row: number) => boolean): Int32Array =>
  Int32Array.from(Array.from({ length: count }, (_, row) => row).filter(holds));

export function unreadShort(unread: readonly Unread[]): SuiteOutcome["unread"] {
  if (unread.length <= UNREAD_NAMED) return unread;
  const rest = unread.length - UNREAD_NAMED;
  return [
    ...unread.slice(0, UNREAD_NAMED),
    { where: `${rest} rows more`, reason: "not readable, for reasons as above" },
  ];
}
