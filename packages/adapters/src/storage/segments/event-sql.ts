/**
 * What of an `EventQuery` SQL can narrow. Leaves WHERE and bound values that keep every matching row (never fewer),
 * and says whether they keep nothing else.
 *
 * S1. No matching row is lost: a condition that could lose one is left out and judged on the event.
 * S2. Nothing from the query becomes SQL text; every value is bound.
 */

import { entityKey } from "@cordon/model/entity";
import type { EventQuery, FieldTest } from "@cordon/model/query";
import type { FieldView } from "@cordon/model/view";
import { type DuckDBValue, listValue } from "@duckdb/node-api";
import { keyIsExact, keyText } from "./event-row.ts";

export interface Narrowing {
  readonly where: string;
  readonly values: readonly DuckDBValue[];
  /** True when every row that passes also matches the query. */
  readonly exact: boolean;
}

/** `bound` holds what the caller bound already; the narrowing adds its own after them. */
export function narrow(
  query: EventQuery,
  views: ReadonlyMap<string, FieldView>,
  bound: readonly DuckDBValue[],
): Narrowing {
  const values: DuckDBValue[] = [...bound];
  const bind = (value: DuckDBValue): string => `$${values.push(value)}`;
  const where = ["true", ...hotConditions(query, bind)];
  const keys = query.entities?.map(entityKey);
  if (keys !== undefined) {
    where.push(`list_has_any(entity_keys, ${bind(listValue(keys.map(keyText)))}::VARCHAR[])`);
  }
  if (query.text !== undefined) where.push(...textCondition(query.text, bind));
  for (const test of query.fields ?? []) {
    if (isInRaw(test, views)) where.push(...textCondition(test.value ?? "", bind));
  }
  const plain = query.text === undefined && (query.fields ?? []).length === 0 && query.ids === undefined;
  const exact = plain && (keys ?? []).every(keyIsExact) && timesAreExact(query);
  return { where: where.join(" AND "), values, exact };
}

type Bind = (value: DuckDBValue) => string;

function hotConditions(query: EventQuery, bind: Bind): string[] {
  const where: string[] = [];
  if (query.from !== undefined) where.push(`"time" >= ${bindTime(Math.ceil(query.from), bind)}`);
  if (query.to !== undefined) where.push(`"time" < ${bindTime(Math.ceil(query.to), bind)}`);
  if (query.sources !== undefined) where.push(isOneOf(`"source"`, query.sources, bind));
  if (query.classes !== undefined) {
    const whole = query.classes.filter((item) => Number.isInteger(item) && Math.abs(item) < 2 ** 31);
    where.push(isOneOf(`"class"`, whole, bind));
  }
  if (query.after !== undefined && Number.isInteger(query.after.time)) {
    const sign = query.order === "oldest" ? ">" : "<";
    const time = bindTime(query.after.time, bind);
    where.push(`("time" ${sign} ${time} OR ("time" = ${time} AND id ${sign} ${bind(query.after.id)}))`);
  }
  return where;
}

/** As BIGINT, or the column would be cast and its statistics would prune nothing. */
function bindTime(time: number, bind: Bind): string {
  const whole = Number.isSafeInteger(time) ? time : time > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  return `${bind(BigInt(whole))}::BIGINT`;
}

/** Stored times are whole, so rounding a bound keeps its meaning; a bound that is no time at all is judged on the event. */
function timesAreExact({ from, to, after }: EventQuery): boolean {
  return (
    [from, to].every((time) => time === undefined || Number.isSafeInteger(Math.ceil(time))) &&
    (after === undefined || Number.isSafeInteger(after.time))
  );
}

function isOneOf(column: string, items: readonly (string | number)[], bind: Bind): string {
  return items.length === 0 ? "false" : `${column} IN (${items.map((item) => bind(item)).join(", ")})`;
}

/**
 * Only the longest run of plain ASCII is looked for: outside ASCII, DuckDB and JavaScript fold case differently, and a
 * half surrogate has no UTF-8 form; what JSON escapes is spelled in two ways. Inside the run all of them agree.
 */
function textCondition(text: string, bind: Bind): readonly string[] {
  const run = longestOf(text.match(PLAIN_RUN) ?? []);
  return run === "" ? [] : [`contains(lower(raw), ${bind(run.toLowerCase())})`];
}

/** Printable ASCII without the quote and the backslash. */
const PLAIN_RUN = /[\x20\x21\x23-\x5b\x5d-\x7f]+/g;

const longestOf = (runs: readonly string[]): string =>
  runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");

/** True when a value that passes the test must stand in the raw text: not for `exists`, and not for computed fields. */
function isInRaw(test: FieldTest, views: ReadonlyMap<string, FieldView>): boolean {
  if (test.op === "exists") return false;
  for (const view of views.values()) {
    const derived = Object.hasOwn(view.derived, test.field) ? view.derived[test.field] : undefined;
    if (derived !== undefined && derived.kind !== "hash-part") return false;
  }
  return true;
}
