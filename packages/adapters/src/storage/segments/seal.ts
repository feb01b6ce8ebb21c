/**
 * Builds the segment of one planned range: sort, write the file, sum up what the catalogue needs to know.
 *
 * K1. Order of rows is (host, time, id): row groups of one host lie together, and a replay writes the same file.
 * K2. Nothing is visible to readers yet: that is the catalogue's commit.
 */
import type { BuiltSegment, Segment, SeqRange } from "./catalogue.ts";
import { makeEntityFilter } from "./entity-filter.ts";
import { keyTexts, type StoredEvent } from "./event-row.ts";
import { writeSegment } from "./parquet.ts";
import { segmentName } from "./segment-name.ts";

export async function buildSegment(
  dir: string,
  range: SeqRange,
  events: readonly StoredEvent[],
): Promise<BuiltSegment | undefined> {
  if (events.length === 0) return undefined;
  const rows = inFileOrder(events);
  const file = await writeSegment(dir, segmentName(range.first, range.last), rows);
  return { segment: { ...range, ...file, ...summaryOf(rows) }, ids: rows.map(({ event }) => event.id) };
}

function inFileOrder(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const keyed = events.map((stored) => ({ stored, host: hostOf(stored) }));
  keyed.sort(
    (a, b) =>
      byText(a.host, b.host) ||
      a.stored.event.time - b.stored.event.time ||
      byText(a.stored.event.id, b.stored.event.id),
  );
  return keyed.map(({ stored }) => stored);
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const hostOf = ({ event }: StoredEvent): string => event.entities.find((entity) => entity.kind === "host")?.value ?? "";

function summaryOf(rows: readonly StoredEvent[]): Pick<Segment, "tsMin" | "tsMax" | "rows" | "sources" | "entities"> {
  let tsMin = Number.POSITIVE_INFINITY;
  let tsMax = Number.NEGATIVE_INFINITY;
  const sources = new Map<string, number>();
  const keys = new Set<string>();
  for (const { event } of rows) {
    tsMin = Math.min(tsMin, event.time);
    tsMax = Math.max(tsMax, event.time);
    sources.set(event.source, (sources.get(event.source) ?? 0) + 1);
    for (const key of keyTexts(event.entities)) keys.add(key);
  }
  return { tsMin, tsMax, rows: rows.length, sources: Object.fromEntries(sources), entities: makeEntityFilter(keys) };
}
