/**
 * Search over sealed segments: catalogue first, then hot columns, then `raw` of the survivors only.
 *
 * Enters: a query, the segments of one moment, and what the tail already gave. Leaves: the first `limit` rows in order.
 * G1. Every row that leaves was judged by the matcher on the event itself, unless SQL alone is exact.
 * G2. Segments are read in the order of the query and no further than the answer needs.
 * G3. Memory is bounded by the limit, one group of segments, and the memory limit of DuckDB.
 */

import { join } from "node:path";
import { entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { EventQuery } from "@cordon/model/query";
import type { FieldView } from "@cordon/model/view";
import { type DuckDBValue, listValue } from "@duckdb/node-api";
import type { Segment } from "./catalogue.ts";
import type { DuckRow, DuckSession } from "./duckdb.ts";
import { mayHold } from "./entity-filter.ts";
import { compareIn, type Matcher, makeMatcher } from "./event-match.ts";
import { EVENT_COLUMNS, keyText, rowToEvent, type StoredEvent } from "./event-row.ts";
import { type Narrowing, narrow } from "./event-sql.ts";

/** Where a row stands: enough to order it and to fetch the rest. */
export interface Stub {
  readonly time: number;
  readonly id: string;
  readonly segment: Segment;
  readonly row: number;
  /** Present once the event itself was read. */
  readonly event?: Event;
}

export interface SegmentSearch {
  readonly session: DuckSession;
  readonly dir: string;
  readonly views: ReadonlyMap<string, FieldView>;
}

/** Segments in one statement: enough for both cores, few enough that a page of newest rows opens one or two groups. */
const GROUP = 8;
/** Candidates whose raw text is in memory at once. */
const FETCH_ROWS = 512;
/** First helping of candidates when SQL only narrows; if the limit is not reached, the rest of the group follows. */
const CANDIDATES_FIRST = 2_048;

/** Segments that can hold a match, in the order of the query. */
export function chosenSegments(all: readonly Segment[], query: EventQuery): readonly Segment[] {
  const keys = query.entities?.map((entity) => keyText(entityKey(entity)));
  const chosen = all.filter(
    ({ tsMin, tsMax, sources, entities }) =>
      (query.from === undefined || tsMax >= query.from) &&
      (query.to === undefined || tsMin < query.to) &&
      (query.after === undefined ||
        (query.order === "oldest" ? tsMax >= query.after.time : tsMin <= query.after.time)) &&
      (query.sources === undefined || query.sources.some((source) => Object.hasOwn(sources, source))) &&
      (keys === undefined || keys.some((key) => mayHold(entities, key))),
  );
  return chosen.sort((a, b) => (query.order === "oldest" ? a.tsMin - b.tsMin : b.tsMax - a.tsMax));
}

/** The first `limit` matches of the segments, given the matches of the tail (which compete for the same places). */
export async function searchSegments(
  search: SegmentSearch,
  segments: readonly Segment[],
  query: EventQuery,
  tail: readonly Event[],
): Promise<readonly (Stub | Event)[]> {
  const compare = compareIn(query.order);
  const matcher = makeMatcher(query, search.views);
  let best: readonly (Stub | Event)[] = [...tail].sort(compare).slice(0, query.limit);
  for (let at = 0; at < segments.length; at += GROUP) {
    const group = segments.slice(at, at + GROUP).filter((segment) => canImprove(segment, best, query));
    if (group.length === 0) continue;
    const found = await searchGroup(search, group, query, matcher);
    best = [...best, ...found].sort(compare).slice(0, query.limit);
  }
  return best;
}

function canImprove(segment: Segment, best: readonly (Stub | Event)[], { order, limit }: EventQuery): boolean {
  const worst = best[limit - 1];
  if (worst === undefined) return true;
  return order === "oldest" ? segment.tsMin <= worst.time : segment.tsMax >= worst.time;
}

async function searchGroup(
  search: SegmentSearch,
  group: readonly Segment[],
  query: EventQuery,
  matcher: Matcher,
): Promise<readonly Stub[]> {
  const narrowing = narrow(query, search.views, [pathsOf(search.dir, group)]);
  if (narrowing.exact) return stubs(search, group, query, { narrowing, limit: query.limit });
  const helping = Math.max(CANDIDATES_FIRST, query.limit);
  const first = await stubs(search, group, query, { narrowing, limit: helping });
  const found = await confirmed(search, first, query.limit, matcher);
  if (found.length >= query.limit || first.length < helping) return found;
  const all = await stubs(search, group, query, { narrowing });
  const rest = await confirmed(search, all.slice(first.length), query.limit - found.length, matcher);
  return [...found, ...rest];
}

export const pathsOf = (dir: string, group: readonly Segment[]): DuckDBValue =>
  listValue(group.map((segment) => join(dir, segment.path)));

interface Step {
  readonly narrowing: Narrowing;
  readonly limit?: number;
}

/** Step one: hot columns. */
async function stubs(
  { session, dir }: SegmentSearch,
  group: readonly Segment[],
  query: EventQuery,
  { narrowing, limit }: Step,
): Promise<readonly Stub[]> {
  const way = query.order === "oldest" ? "ASC" : "DESC";
  const sql = `SELECT "time", id, filename, file_row_number
    FROM read_parquet($1::VARCHAR[], file_row_number = true, filename = true)
    WHERE ${narrowing.where} ORDER BY "time" ${way}, id ${way} ${limit === undefined ? "" : `LIMIT ${Math.floor(limit)}`}`;
  const byPath = new Map(group.map((segment) => [join(dir, segment.path), segment]));
  const rows = await session.rows(sql, [...narrowing.values]);
  return rows.flatMap((row) => stubOf(row, byPath));
}

function stubOf([time, id, path, row]: DuckRow, byPath: ReadonlyMap<string, Segment>): readonly Stub[] {
  const segment = byPath.get(String(path));
  return segment === undefined ? [] : [{ time: Number(time), id: String(id), segment, row: Number(row) }];
}

/** Step two for queries that SQL only narrows: read candidates in order until enough of them match. */
async function confirmed(
  search: SegmentSearch,
  candidates: readonly Stub[],
  limit: number,
  matcher: Matcher,
): Promise<readonly Stub[]> {
  const found: Stub[] = [];
  for (let at = 0; at < candidates.length && found.length < limit; at += FETCH_ROWS) {
    const page = candidates.slice(at, at + FETCH_ROWS);
    const events = await fetchRows(search, page);
    for (const stub of page) {
      const stored = events.get(stub.id);
      if (stored !== undefined && matcher.matches(stored)) found.push({ ...stub, event: stored.event });
    }
  }
  return found.slice(0, limit);
}

/** Events of the stubs by id: one statement for each segment, rows bound by number. */
export async function fetchRows(
  { session, dir }: SegmentSearch,
  wanted: readonly Pick<Stub, "segment" | "row">[],
): Promise<ReadonlyMap<string, StoredEvent>> {
  const bySegment = new Map<Segment, number[]>();
  for (const { segment, row } of wanted) {
    const rows = bySegment.get(segment);
    if (rows === undefined) bySegment.set(segment, [row]);
    else rows.push(row);
  }
  const events = new Map<string, StoredEvent>();
  for (const [segment, rows] of bySegment) {
    for (let at = 0; at < rows.length; at += FETCH_ROWS) {
      const part = rows.slice(at, at + FETCH_ROWS);
      const places = part.map((_, index) => `$${index + 2}::BIGINT`).join(", ");
      const sql = `SELECT ${EVENT_COLUMNS} FROM read_parquet($1::VARCHAR[], file_row_number = true)
        WHERE file_row_number IN (${places})`;
      const found = await session.rows(sql, [pathsOf(dir, [segment]), ...part.map((row) => BigInt(row))]);
      for (const row of found) {
        const event = rowToEvent(row);
        events.set(event.id, { event, rawText: String(row[RAW_AT]) });
      }
    }
  }
  return events;
}

const RAW_AT = EVENT_COLUMNS.split(", ").indexOf('"raw"');

/** Number of matches in the segments, counting at most `cap`. */
export async function countSegments(
  search: SegmentSearch,
  segments: readonly Segment[],
  query: EventQuery,
  cap: number,
): Promise<number> {
  const matcher = makeMatcher(query, search.views);
  let count = 0;
  for (let at = 0; at < segments.length && count < cap; at += GROUP) {
    const group = segments.slice(at, at + GROUP);
    const narrowing = narrow(query, search.views, [pathsOf(search.dir, group)]);
    if (narrowing.exact) count += await countExact(search, narrowing);
    else count += (await searchGroup(search, group, { ...query, limit: cap - count }, matcher)).length;
  }
  return Math.min(cap, count);
}

async function countExact({ session }: SegmentSearch, { where, values }: Narrowing): Promise<number> {
  const [row] = await session.rows(`SELECT count(*) FROM read_parquet($1::VARCHAR[]) WHERE ${where}`, [...values]);
  return Number(row?.[0] ?? 0);
}
