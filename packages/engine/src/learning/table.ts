/**
 * The rows that every learner reads, kept by column.
 * Enters: columns of numbers, or rows. Leaves: a checked `FeatureTable`.
 *
 * LT1. Every column has exactly `rows` values; a missing value is NaN, and infinity is refused.
 * LT2. A value of a category is its code: a whole number from 0 to CATEGORY_CODE_MAX.
 * LT3. Names are unique. Order of columns is part of the schema: a model refuses a table whose schema text differs.
 */
import { refusal } from "./learning-error.ts";

export type FeatureKind = "number" | "category";

export interface FeatureSchema {
  readonly names: readonly string[];
  readonly kinds: readonly FeatureKind[];
}

export interface FeatureTable extends FeatureSchema {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
}

/** Codes index arrays while training; more values than this are not a category but an identifier. */
export const CATEGORY_CODE_MAX = 65_535;

export function makeSchema(names: readonly string[], kinds?: readonly FeatureKind[]): FeatureSchema {
  const known = kinds ?? names.map((): FeatureKind => "number");
  if (known.length !== names.length)
    throw refusal("table-malformed", `${names.length} names of features, ${known.length} kinds`);
  const seen = new Set<string>();
  for (const name of names) {
    if (name === "" || seen.has(name))
      throw refusal("table-malformed", `feature name "${name}" is empty or occurs twice`);
    seen.add(name);
  }
  return { names: [...names], kinds: [...known] };
}

export function makeTable(schema: FeatureSchema, columns: readonly Float64Array[], rows?: number): FeatureTable {
  const { names, kinds } = makeSchema(schema.names, schema.kinds);
  const count = rows ?? columns[0]?.length ?? 0;
  if (columns.length !== names.length)
    throw refusal("table-malformed", `${names.length} features, ${columns.length} columns`);
  columns.forEach((column, at) => {
    checkColumn(column, { name: names[at] ?? "", kind: kinds[at] ?? "number", rows: count });
  });
  return { names, kinds, rows: count, columns };
}

/** From rows of values in the order of the schema. */
export function tableOfRows(schema: FeatureSchema, rows: readonly ArrayLike<number>[]): FeatureTable {
  const columns = schema.names.map(() => new Float64Array(rows.length));
  rows.forEach((row, at) => {
    if (row.length !== columns.length)
      throw refusal("table-malformed", `row ${at}: ${row.length} values, ${columns.length} features`);
    for (const [feature, column] of columns.entries()) column[at] = row[feature] ?? Number.NaN;
  });
  return makeTable(schema, columns, rows.length);
}

/** The given rows, in the given order; a row may be taken twice. */
export function selectRows(table: FeatureTable, rows: ArrayLike<number>): FeatureTable {
  return { ...table, rows: rows.length, columns: table.columns.map((column) => takeValues(column, rows)) };
}

/** The given features, in the given order. */
export function selectFeatures(table: FeatureTable, names: readonly string[]): FeatureTable {
  const at = names.map((name) => featureIndex(table, name));
  return makeTable(
    { names, kinds: at.map((index) => table.kinds[index] ?? "number") },
    at.map((index) => table.columns[index] ?? new Float64Array(0)),
    table.rows,
  );
}

export function featureIndex(schema: FeatureSchema, name: string): number {
  const at = schema.names.indexOf(name);
  if (at < 0) throw refusal("schema-differs", `no feature "${name}"`);
  return at;
}

export function takeValues(values: ArrayLike<number>, rows: ArrayLike<number>): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const value = values[rows[at] ?? -1];
    if (value === undefined) throw refusal("table-malformed", `row ${rows[at]} of ${values.length} does not exist`);
    taken[at] = value;
  }
  return taken;
}

/** What a model remembers of the table it was fitted on. */
export const schemaText = (schema: FeatureSchema): string => JSON.stringify([schema.names, schema.kinds]);

export function requireSchema(table: FeatureSchema, expected: FeatureSchema): void {
  if (schemaText(table) === schemaText(expected)) return;
  const at = expected.names.findIndex((name, i) => table.names[i] !== name || table.kinds[i] !== expected.kinds[i]);
  const wanted = at < 0 ? `${expected.names.length} features` : `${expected.kinds[at]} "${expected.names[at]}"`;
  const found = at < 0 ? `${table.names.length} features` : `${table.kinds[at]} "${table.names[at]}"`;
  throw refusal("schema-differs", `the model was fitted on ${wanted}, the table has ${found}`);
}

/** Codes for the values of a category, in the order of their first appearance. */
export interface CategoryCodes {
  readonly levels: readonly string[];
  /** NaN for a value that was not there when the codes were made: the learners treat it as missing. */
  codeOf(value: string | undefined): number;
}

export function makeCategoryCodes(values: Iterable<string>): CategoryCodes {
  const codes = new Map<string, number>();
  for (const value of values) {
    if (codes.has(value)) continue;
    if (codes.size > CATEGORY_CODE_MAX)
      throw refusal("table-malformed", `a category with more than ${CATEGORY_CODE_MAX + 1} values`);
    codes.set(value, codes.size);
  }
  return {
    levels: [...codes.keys()],
    codeOf: (value) => (value === undefined ? Number.NaN : (codes.get(value) ?? Number.NaN)),
  };
}

function checkColumn(column: Float64Array, is: { name: string; kind: FeatureKind; rows: number }): void {
  if (column.length !== is.rows)
    throw refusal("table-malformed", `feature "${is.name}": ${column.length} values, ${is.rows} rows`);
  for (let at = 0; at < column.length; at += 1) {
    const value = column[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw refusal("table-malformed", `feature "${is.name}", row ${at}: ${value}`);
    if (is.kind === "category" && (!Number.isInteger(value) || value < 0 || value > CATEGORY_CODE_MAX))
      throw refusal("table-malformed", `feature "${is.name}", row ${at}: ${value} is no code of a category`);
  }
}
