/**
 * An event as a row of a segment, and back.
 *
 * R1. `rowToEvent(eventToRow(e))` equals `e`, for every event: what is cited later is what arrived.
 * R2. Hot columns only repeat what `entities` and `raw` say; exact answers are always judged on the event itself.
 */

import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import type { Event, OcsfSeverity } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import type { DuckDBAppender, DuckDBValue } from "@duckdb/node-api";
import type { DuckRow } from "./duckdb.ts";

/** An event in the tail: `rawText` is made once, for search, for the size of the tail, and for the segment. */
export interface StoredEvent {
  readonly event: Event;
  readonly rawText: string;
}

type ColumnType = "VARCHAR" | "BIGINT" | "INTEGER";
type Cell = string | number | undefined;

interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly cell: (stored: StoredEvent) => Cell;
}

const text = (name: string, cell: Column["cell"]): Column => ({ name, type: "VARCHAR", cell });
const big = (name: string, cell: Column["cell"]): Column => ({ name, type: "BIGINT", cell });
const int = (name: string, cell: Column["cell"]): Column => ({ name, type: "INTEGER", cell });

/** Order of the appender and of `rowToEvent`. */
const COLUMNS: readonly Column[] = [
  text("id", ({ event }) => event.id),
  big("time", ({ event }) => event.time),
  big("received_at", ({ event }) => event.receivedAt),
  text("source", ({ event }) => event.source),
  text("shape", ({ event }) => event.shape),
  text("product", ({ event }) => event.log.product),
  text("service", ({ event }) => event.log.service),
  text("categories", ({ event }) => JSON.stringify(event.log.categories)),
  int("class", ({ event }) => event.class),
  int("activity", ({ event }) => event.activity),
  int("severity", ({ event }) => event.severity),
  text("outcome", ({ event }) => event.outcome),
  // The record is the front part of the id: stored only where it is not.
  text("record", ({ event }) =>
    derivedRecord(event.id) === event.provenance.record ? undefined : event.provenance.record,
  ),
  text("via", ({ event }) => event.provenance.via),
  text("input", ({ event }) => event.provenance.input),
  big("position", ({ event }) => event.provenance.position),
  text("mapping", ({ event }) => event.provenance.mapping),
  text("mapping_version", ({ event }) => event.provenance.version),
  text("sha256", ({ event }) => event.provenance.sha256),
  text("remarks", ({ event }) =>
    event.provenance.remarks === undefined ? undefined : JSON.stringify(event.provenance.remarks),
  ),
  text("entities", ({ event }) => JSON.stringify(event.entities)),
  text("raw", ({ rawText }) => rawText),
  text("host", ({ event }) => firstOf(event, "host")),
  text("user_name", ({ event }) => firstOf(event, "user")),
  text("entity_keys", ({ event }) => keyTexts(event.entities).join(KEY_SEPARATOR)),
];

/** A member that is added to Event without a column would be lost on disk: this line stops compiling then. */
const KNOWN: Record<keyof Event | keyof Event["provenance"] | keyof Event["log"], true> = {
  id: true,
  time: true,
  receivedAt: true,
  source: true,
  shape: true,
  log: true,
  product: true,
  service: true,
  categories: true,
  class: true,
  activity: true,
  severity: true,
  outcome: true,
  raw: true,
  entities: true,
  provenance: true,
  record: true,
  via: true,
  input: true,
  position: true,
  mapping: true,
  version: true,
  sha256: true,
  remarks: true,
};
export const EVENT_MEMBERS: readonly string[] = Object.keys(KNOWN);

const KEY_SEPARATOR = "\x1f";

/** Columns that `rowToEvent` needs, in its order. */
const EVENT_CELLS = 22;
export const EVENT_COLUMNS = COLUMNS.slice(0, EVENT_CELLS)
  .map((column) => `"${column.name}"`)
  .join(", ");

/** Cells of text that may hold any character; the others are numbers, names of ours, or JSON, which escapes what separates. */
const FREE: ReadonlySet<string> = new Set([
  "id",
  "source",
  "shape",
  "product",
  "service",
  "record",
  "via",
  "input",
  "mapping",
  "mapping_version",
  "sha256",
]);
const ESCAPE = "\x1b";
const ABSENT = `${ESCAPE}n`;

/**
 * A whole row as one text, which crosses from DuckDB ten times faster than its cells one by one. `passes` is a condition:
 * rows for which it is false come without raw record and entities.
 */
export function rowAsText(passes: string | undefined): string {
  const cell = ({ name }: Column): string => {
    const column = `"${name}"`;
    if (name === "raw" && passes !== undefined) return `CASE WHEN ${passes} THEN raw ELSE '{}' END`;
    if (name === "entities" && passes !== undefined) return `CASE WHEN ${passes} THEN entities ELSE '[]' END`;
    const safe = `replace(replace(${column}, chr(27), chr(27) || 'e'), chr(31), chr(27) || 's')`;
    return `coalesce(${FREE.has(name) ? safe : `${column}::VARCHAR`}, chr(27) || 'n')`;
  };
  return `concat_ws(chr(31), ${COLUMNS.slice(0, EVENT_CELLS).map(cell).join(", ")})`;
}

export function textToEvent(text: string): Event {
  const cells = text.split(KEY_SEPARATOR);
  return rowToEvent(COLUMNS.slice(0, EVENT_CELLS).map(({ type }, i) => cellOf(cells[i] ?? ABSENT, type)));
}

function cellOf(cell: string, type: ColumnType): DuckDBValue {
  if (cell === ABSENT) return null;
  if (type !== "VARCHAR") return Number(cell);
  return cell.includes(ESCAPE) ? cell.replaceAll(`${ESCAPE}s`, KEY_SEPARATOR).replaceAll(`${ESCAPE}e`, ESCAPE) : cell;
}

export const CREATE_TABLE = `CREATE TABLE event (${COLUMNS.map((column) => `"${column.name}" ${column.type}`).join(", ")})`;

export const SELECT_FOR_PARQUET = `SELECT * EXCLUDE (entity_keys),
  CASE WHEN entity_keys = '' THEN []::VARCHAR[] ELSE string_split(entity_keys, chr(31)) END AS entity_keys FROM event`;

export function appendRow(appender: DuckDBAppender, stored: StoredEvent): void {
  for (const column of COLUMNS) {
    const cell = column.cell(stored);
    if (cell === undefined) appender.appendNull();
    else if (typeof cell === "string") appender.appendVarchar(cell);
    else if (column.type === "BIGINT") appender.appendBigInt(BigInt(cell));
    else appender.appendInteger(cell);
  }
  appender.endRow();
}

/** Distinct keys as they stand in `entity_keys`. */
export const keyTexts = (entities: readonly Entity[]): readonly string[] => [
  ...new Set(entities.map((entity) => keyText(entityKey(entity)))),
];

/** Characters that the list column cannot carry are replaced; a key that holds one is confirmed on the event. */
export const keyText = (key: EntityKey): string => (ODD_KEY.test(key) ? key.replaceAll(ODD_KEYS, "\ufffd") : key);

/** True when an SQL match on this key needs no second look. */
export const keyIsExact = (key: EntityKey): boolean => !ODD_KEY.test(key);

const ODD_KEY = /[\0\x1f\ud800-\udfff\ufffd]/;
const ODD_KEYS = /[\0\x1f\ud800-\udfff\ufffd]/g;

function firstOf(event: Event, kind: Entity["kind"]): string | undefined {
  return event.entities.find((entity) => entity.kind === kind)?.value;
}

const derivedRecord = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf("-")));

export function rowToEvent(row: DuckRow): Event {
  const cells = reader(row);
  const id = cells.text();
  const head = { id: eventId(id), time: instant(cells.number()), receivedAt: instant(cells.number()) };
  const named = { source: cells.text(), shape: cells.text() };
  const product = cells.textOrNone();
  const service = cells.textOrNone();
  const log = {
    ...(product === undefined ? {} : { product }),
    ...(service === undefined ? {} : { service }),
    categories: cells.json<readonly string[]>(),
  };
  const classed = { class: cells.number(), activity: cells.number(), severity: cells.number() as OcsfSeverity };
  const outcome = cells.textOrNone() as Event["outcome"];
  const provenance = provenanceOf(id, cells);
  const entities = cells.json<readonly Entity[]>();
  const raw = cells.json<JsonObject>();
  return {
    ...head,
    ...named,
    log,
    ...classed,
    ...(outcome === undefined ? {} : { outcome }),
    raw,
    entities,
    provenance,
  };
}

function provenanceOf(id: string, cells: Cells): Event["provenance"] {
  const record = recordId(cells.textOrNone() ?? derivedRecord(id));
  const where = { via: cells.text(), input: cells.text(), position: cells.number() };
  const how = { mapping: cells.text(), version: cells.text(), sha256: sha256Of(cells.text()) };
  const remarks = cells.textOrNone();
  return {
    record,
    ...where,
    ...how,
    ...(remarks === undefined ? {} : { remarks: JSON.parse(remarks) as readonly string[] }),
  };
}

interface Cells {
  text(): string;
  textOrNone(): string | undefined;
  number(): number;
  json<T>(): T;
}

/** Reads cells in the order of COLUMNS: our own writing, so a wrong type means a damaged segment. */
function reader(row: DuckRow): Cells {
  let at = 0;
  const next = (): DuckDBValue => row[at++] ?? null;
  const damaged = (found: DuckDBValue): AppError =>
    new AppError("data-corrupt", `segment column ${COLUMNS[at - 1]?.name}: unexpected ${typeof found}`);
  const text = (): string => {
    const cell = next();
    if (typeof cell !== "string") throw damaged(cell);
    return cell;
  };
  return {
    text,
    textOrNone: () => {
      const cell = next();
      return typeof cell === "string" ? cell : undefined;
    },
    number: () => {
      const cell = next();
      if (typeof cell !== "number" && typeof cell !== "bigint") throw damaged(cell);
      return Number(cell);
    },
    json: <T>() => JSON.parse(text()) as T,
  };
}

const INT32_MAX = 2_147_483_647;

/** Numbers that a column cannot hold are refused when the event comes, not when its segment is sealed. */
export function checkEvent(event: Event): void {
  const { time, receivedAt, provenance, class: classOf, activity, severity } = event;
  const whole = [time, receivedAt, provenance.position].every((value) => Number.isSafeInteger(value));
  const small = [classOf, activity, severity].every((value) => Number.isInteger(value) && Math.abs(value) <= INT32_MAX);
  if (!whole || !small) {
    throw new AppError(
      "bad-event",
      `event ${event.id}: time, position, class, activity and severity are whole numbers`,
    );
  }
}
