/**
 * Reading a stretch of time from sealed segments, for those who look at nearly all of it.
 *
 * Enters: a stretch of time, the segments of one moment, and what the tail gave. Leaves: counts, or events in order.
 * N1. No event is lost that holds the texts of the gate: they are looked for as JSON spells them, and only where DuckDB and
 *     our fold agree on case. What cannot be looked for gates nothing.
 * N2. Rows leave as they are made; what is held is one stretch of time inside the memory limit of DuckDB.
 */
import type { Event, LogSource } from "@cordon/model/event";
import type { EventScan, EventSpan, EventTally } from "@cordon/model/ports/event-store";
import type { EventQuery } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import type { DuckDBValue } from "@duckdb/node-api";
import type { Segment } from "./catalogue.ts";
import type { DuckRow } from "./duckdb.ts";
import { compareIn } from "./event-match.ts";
import { rowAsText, textToEvent } from "./event-row.ts";
import { narrow } from "./event-sql.ts";
import { pathsOf, type SegmentSearch } from "./segment-search.ts";

/** As a query; its limit has no meaning here. */
export const spanQuery = ({ from, to, sources }: EventSpan, order: EventQuery["order"]): EventQuery => ({
  ...{ from, to, sources, order },
  limit: 1,
});

export const logKey = ({ product, service, categories }: LogSource): string =>
  JSON.stringify([product, service, categories]);

export async function tallySegments(
  { session, dir, views }: SegmentSearch,
  segments: readonly Segment[],
  span: EventSpan,
): Promise<readonly EventTally[]> {
  const { where, values } = narrow(spanQuery(span, "oldest"), views, [pathsOf(dir, segments)]);
  const rows = await session.rows(
    `SELECT product, service, categories, min("time"), max("time"), count(*) FROM read_parquet($1::VARCHAR[])
     WHERE ${where} GROUP BY product, service, categories, floor("time" / 86400000)`,
    [...values],
  );
  return rows.map(tallyOf);
}

function tallyOf([product, service, categories, first, last, events]: DuckRow): EventTally {
  const log: LogSource = {
    ...(typeof product === "string" ? { product } : {}),
    ...(typeof service === "string" ? { service } : {}),
    categories: JSON.parse(String(categories)) as readonly string[],
  };
  return { log, events: Number(events), first: instant(Number(first)), last: instant(Number(last)) };
}

interface Scanning {
  readonly scan: EventScan;
  /** In order; goes in between where it belongs. */
  readonly tail: readonly Event[];
}

export async function* scanSegments(
  search: SegmentSearch,
  segments: readonly Segment[],
  { scan, tail }: Scanning,
): AsyncGenerator<readonly Event[]> {
  const compare = compareIn(scan.order);
  let at = 0;
  for await (const texts of segments.length === 0 ? [] : rowsOf(search, segments, scan)) {
    const page: Event[] = [];
    for (const text of texts) {
      const event = textToEvent(String(text));
      for (let next = tail[at]; next !== undefined && compare(next, event) < 0; next = tail[at]) {
        page.push(next);
        at += 1;
      }
      page.push(event);
    }
    yield page;
  }
  if (at < tail.length) yield tail.slice(at);
}

function rowsOf(
  { session, dir, views }: SegmentSearch,
  segments: readonly Segment[],
  scan: EventScan,
): AsyncGenerator<readonly DuckDBValue[]> {
  const narrowed = narrow(spanQuery(scan, scan.order), views, [pathsOf(dir, segments)]);
  const values: DuckDBValue[] = [...narrowed.values];
  const bind = (value: DuckDBValue): string => `$${values.push(value)}::VARCHAR`;
  const gate = (scan.texts ?? []).flatMap((texts) => {
    const pattern = patternOf(texts);
    return pattern === undefined ? [] : [`regexp_matches(raw, ${bind(pattern)}, 'i')`];
  });
  const passes = gate.length === 0 ? undefined : gate.join(" AND ");
  const hollow = scan.others === "hollow";
  const where = [narrowed.where, ...logCondition(scan.logs, bind), ...(hollow ? [] : gate)].join(" AND ");
  const way = scan.order === "oldest" ? "ASC" : "DESC";
  const sql = `SELECT line FROM (SELECT "time", id, ${rowAsText(hollow ? passes : undefined)} AS line
    FROM read_parquet($1::VARCHAR[]) WHERE ${where}) ORDER BY "time" ${way}, id ${way}`;
  return session.texts(sql, values);
}

function logCondition(logs: readonly LogSource[] | undefined, bind: (value: DuckDBValue) => string): readonly string[] {
  if (logs === undefined) return [];
  const each = logs.map(
    ({ product, service, categories }) =>
      `(product IS NOT DISTINCT FROM ${bind(product ?? null)} AND service IS NOT DISTINCT FROM ${bind(service ?? null)}
        AND categories = ${bind(JSON.stringify(categories))})`,
  );
  return [each.length === 0 ? "false" : `(${each.join(" OR ")})`];
}

/** Shorter pieces stand in nearly every record. */
const PIECE_MIN = 3;

/**
 * One of the texts, as it is spelled in the raw record. Of a text only its longest run of ASCII is looked for: outside it the
 * folds of case differ. Inside, DuckDB's covers ours: also where a letter beyond ASCII folds into it (the Kelvin sign).
 */
function patternOf(texts: readonly string[]): string | undefined {
  const pieces = texts.map((text) => {
    const runs = text.match(/[\0-\x7f]+/g) ?? [];
    const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
    return longest.length < PIECE_MIN ? undefined : JSON.stringify(longest).slice(1, -1);
  });
  if (pieces.length === 0 || pieces.includes(undefined)) return undefined;
  return pieces.map((piece = "") => piece.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|");
}
