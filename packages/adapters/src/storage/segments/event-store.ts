/**
 * The event store of one data folder: an unsealed tail in memory and sealed Parquet segments.
 *
 * Enters: events of spool batches, in order of seq. Leaves: the rows an `EventQuery` asks for, tail included.
 * ES1. Appending a seq that is sealed or in the tail changes nothing; an id that is stored is not stored again.
 * ES2. `seal` resolves with a seq only after everything up to it is in files that survive a power cut. Until then the
 *      spool must keep it: the tail itself is not durable, the caller replays it from the `store` cursor.
 * ES3. A search sees each event once: it works on the tail and the catalogue of one moment.
 * ES4. Seals run one after another; searches and appends go on meanwhile.
 */
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { EventId, NonEmpty } from "@cordon/model/ids";
import type { EventScan, EventSpan, EventStore, EventStoreStats, EventTally } from "@cordon/model/ports/event-store";
import { NEVER_STOP, type Runtime, type Stop } from "@cordon/model/ports/runtime";
import type { SpoolSeq } from "@cordon/model/ports/spool";
import type { EventQuery } from "@cordon/model/query";
import { MINUTE } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";
import { storageError } from "../sqlite.ts";
import { type Catalogue, openCatalogue, type Segment } from "./catalogue.ts";
import { type Duck, openDuck } from "./duckdb.ts";
import { compareIn, makeMatcher } from "./event-match.ts";
import { checkEvent, type StoredEvent } from "./event-row.ts";
import { type IdFilter, makeIdFilter } from "./id-filter.ts";
import { idKey } from "./id-key.ts";
import { removeTemporary, syncFolder } from "./parquet.ts";
import { buildSegment } from "./seal.ts";
import { logKey, scanSegments, spanQuery, tallySegments } from "./segment-scan.ts";
import {
  chosenSegments,
  countSegments,
  fetchRows,
  type SegmentSearch,
  type Stub,
  searchSegments,
} from "./segment-search.ts";
import { makeTail, type Tail } from "./tail.ts";

export interface EventStoreOptions {
  /** Folder of the store; made when absent. */
  readonly dir: string;
  /** Field views by `Event.shape`. */
  readonly views: ReadonlyMap<string, FieldView>;
  readonly runtime: Pick<Runtime, "now">;
  /** Memory of the query engine. */
  readonly memoryLimit?: string;
  readonly tailRowsMax?: number;
  readonly tailAgeMaxMs?: number;
}

/** One answer page and one cited process tree fit many times; more is spilled or refused. */
const MEMORY_LIMIT = "512MB";
/** Rows of a segment: 25-50 k keep the writer near 100 MB (design: scale.md 2). */
const TAIL_ROWS_MAX = 25_000;
const SEGMENT_ROWS_MAX = 50_000;
/** Large records fill memory before they fill the row count. */
const TAIL_BYTES_MAX = 64 * 1024 * 1024;
/** A quiet source's events reach disk, and its spool is trimmed, at least this often. */
const TAIL_AGE_MAX_MS = 10 * MINUTE;
/** Rows of one answer (`EventQuery.limit`). */
const LIMIT_MAX = 10_000;

interface Parts {
  readonly dir: string;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly catalogue: Catalogue;
  readonly duck: Duck;
  readonly tail: Tail;
  readonly filter: IdFilter;
}

export async function openEventStore(options: EventStoreOptions): Promise<EventStore> {
  const root = resolve(options.dir);
  const dir = join(root, "segments");
  const catalogue = await prepare(root, dir);
  const threads = Math.max(1, availableParallelism() - 1);
  const duck = await openDuck({ dir, memoryLimit: options.memoryLimit ?? MEMORY_LIMIT, threads });
  const filter = filterOf(catalogue);
  return storeOf({ dir, views: options.views, catalogue, duck, tail: makeTail(), filter }, options);
}

async function prepare(root: string, dir: string): Promise<Catalogue> {
  await mkdir(dir, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, dir);
  });
  const catalogue = openCatalogue(join(root, "catalogue.db"));
  try {
    await syncFolder(root);
    await catalogue.verify(dir);
    await removeTemporary(dir);
    return catalogue;
  } catch (error) {
    catalogue.close();
    throw storageError(error, dir);
  }
}

function filterOf(catalogue: Catalogue): IdFilter {
  const stored = catalogue.segments().reduce((sum, segment) => sum + segment.rows, 0);
  // Room to grow by half before a second layer is needed.
  const filter = makeIdFilter(Math.ceil(stored * 1.5));
  for (const key of catalogue.keys()) filter.add(key);
  return filter;
}

function storeOf(parts: Parts, options: EventStoreOptions): EventStore {
  const { catalogue, duck, tail } = parts;
  const now = (): number => options.runtime.now();
  let sealing: Promise<unknown> = Promise.resolve();
  let closed = false;

  return {
    async append(seq, events) {
      appendBatch(parts, seq, events, now());
    },
    seal() {
      const next = sealing.then(() => sealAll(parts));
      sealing = next.catch(() => undefined);
      return next;
    },
    sealDue() {
      const plan = catalogue.planned();
      if (plan !== undefined) return plan.last <= tail.lastSeq;
      const age = tail.since === undefined ? 0 : now() - tail.since;
      const large = tail.rows >= (options.tailRowsMax ?? TAIL_ROWS_MAX) || tail.bytes >= TAIL_BYTES_MAX;
      return large || age >= (options.tailAgeMaxMs ?? TAIL_AGE_MAX_MS);
    },
    search: (query, stop) => searchAll(parts, query, stop),
    count: (query, cap, stop) => countAll(parts, query, { cap, stop }),
    tally: (span, stop) => tallyAll(parts, span, stop),
    scan: (scan, stop) => scanAll(parts, scan, stop),
    get: (ids) => getAll(parts, ids),
    stats: async () => statsOf(parts),
    async close() {
      if (closed) return;
      closed = true;
      await sealing;
      duck.close();
      catalogue.close();
    },
  };
}

function appendBatch(parts: Parts, seq: SpoolSeq, events: readonly Event[], now: number): void {
  const { catalogue, tail, filter } = parts;
  if (tail.holdsSeq(seq)) return;
  if (seq <= catalogue.sealedSeq()) {
    refuseForeign(parts, seq, events);
    return;
  }
  for (const event of events) checkEvent(event);
  const fresh = new Map<EventId, StoredEvent>();
  for (const event of events) {
    const key = idKey(event.id);
    const known =
      filter.has(key) && (tail.find(event.id) !== undefined || catalogue.locate(key, event.time) !== undefined);
    if (!known && !fresh.has(event.id)) fresh.set(event.id, { event, rawText: JSON.stringify(event.raw) });
  }
  tail.add(seq, [...fresh.values()], now);
  for (const id of fresh.keys()) filter.add(idKey(id));
}

/** A sealed seq that brings events never stored is no replay: the spool was replaced, and skipping would lose records. */
function refuseForeign({ catalogue, filter, dir }: Parts, seq: SpoolSeq, events: readonly Event[]): void {
  const [first] = events;
  if (first === undefined) return;
  const key = idKey(first.id);
  if (filter.has(key) && catalogue.locate(key, first.time) !== undefined) return;
  throw new AppError("spool-mismatch", `${dir}: seq ${seq} was sealed with other events than the spool now gives`, {
    fix: "the spool and the event store belong together: restore both from the same backup",
  });
}

async function sealAll({ dir, catalogue, tail }: Parts): Promise<SpoolSeq> {
  for (;;) {
    const range = catalogue.planned() ?? tail.nextRange(SEGMENT_ROWS_MAX);
    // A plan from before a crash waits until the replay has brought its whole range back.
    if (range === undefined || range.last > tail.lastSeq) return catalogue.sealedSeq();
    if (catalogue.planned() === undefined) catalogue.plan(range);
    const built = await buildSegment(dir, range, tail.eventsIn(range));
    // No await between these two: a search must find each event in exactly one of the places (ES3).
    catalogue.commit(range, built);
    tail.drop(range);
  }
}

/** Matches in the tail, in no order. Synchronous, so that tail and catalogue are of one moment. */
function tailMatches({ tail, views }: Parts, query: EventQuery): readonly Event[] {
  const matcher = makeMatcher(query, views);
  const found: Event[] = [];
  for (const stored of tail.candidates(query)) if (matcher.matches(stored)) found.push(stored.event);
  return found;
}

async function withSession<T>(parts: Parts, stop: Stop, work: (search: SegmentSearch) => Promise<T>): Promise<T> {
  const session = await parts.duck.connect(stop);
  try {
    return await work({ session, dir: parts.dir, views: parts.views });
  } finally {
    session.close();
  }
}

async function searchAll(parts: Parts, query: EventQuery, stop: Stop): Promise<readonly Event[]> {
  checkLimit(query.limit);
  const tail = tailMatches(parts, query);
  const segments = chosenSegments(parts.catalogue.segments(), query);
  const compare = compareIn(query.order);
  if (query.ids !== undefined) {
    const stored = await storedByIds(parts, query.ids, stop);
    const matcher = makeMatcher(query, parts.views);
    const found = stored.filter((item) => matcher.matches(item)).map((item) => item.event);
    return [...tail, ...found].sort(compare).slice(0, query.limit);
  }
  if (segments.length === 0) return [...tail].sort(compare).slice(0, query.limit);
  return withSession(parts, stop, async (search) => {
    const found = await searchSegments(search, segments, query, tail);
    const bare = found.filter((item): item is Stub => "segment" in item && item.event === undefined);
    const events = await fetchRows(search, bare);
    return found.flatMap((item) => ("segment" in item ? (item.event ?? events.get(item.id)?.event ?? []) : item));
  });
}

function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return;
  throw new AppError("bad-query", `limit: a whole number from 1 to ${LIMIT_MAX} is needed, not ${limit}`);
}

async function countAll(parts: Parts, query: EventQuery, ask: { cap: number; stop: Stop }): Promise<number> {
  const { cap, stop } = ask;
  const inTail = tailMatches(parts, query).length;
  if (inTail >= cap) return Math.max(0, cap);
  if (query.ids !== undefined) {
    const matcher = makeMatcher(query, parts.views);
    const stored = await storedByIds(parts, query.ids, stop);
    return Math.min(cap, inTail + stored.filter((item) => matcher.matches(item)).length);
  }
  const segments = chosenSegments(parts.catalogue.segments(), query);
  if (segments.length === 0) return inTail;
  return withSession(
    parts,
    stop,
    async (search) => inTail + (await countSegments(search, segments, query, cap - inTail)),
  );
}

/** Sealed events by id, through the id index: no scan. */
async function storedByIds(parts: Parts, ids: readonly EventId[], stop: Stop): Promise<readonly StoredEvent[]> {
  const places: { readonly segment: Segment; readonly row: number }[] = [];
  for (const id of new Set(ids)) {
    const key = idKey(id);
    const place = parts.filter.has(key) ? parts.catalogue.locate(key) : undefined;
    if (place !== undefined) places.push(place);
  }
  if (places.length === 0) return [];
  return withSession(parts, stop, async (search) => [...(await fetchRows(search, places)).values()]);
}

async function getAll(parts: Parts, ids: NonEmpty<EventId>): Promise<readonly Event[]> {
  const wanted = [...new Set(ids)];
  const inTail = new Map(wanted.flatMap((id) => parts.tail.find(id) ?? []).map(({ event }) => [event.id, event]));
  const rest = wanted.filter((id) => !inTail.has(id));
  const stored = await storedByIds(parts, rest, NEVER_STOP);
  const sealed = new Map(stored.map(({ event }) => [event.id, event]));
  return wanted.flatMap((id) => inTail.get(id) ?? sealed.get(id) ?? []);
}

async function tallyAll(parts: Parts, span: EventSpan, stop: Stop): Promise<readonly EventTally[]> {
  const query = spanQuery(span, "oldest");
  const tail = tailMatches(parts, query).map(({ log, time }) => ({ log, events: 1, first: time, last: time }));
  const segments = chosenSegments(parts.catalogue.segments(), query);
  if (segments.length === 0) return tail;
  return withSession(parts, stop, async (search) => [...tail, ...(await tallySegments(search, segments, span))]);
}

async function* scanAll(parts: Parts, scan: EventScan, stop: Stop): AsyncGenerator<readonly Event[]> {
  const query = spanQuery(scan, scan.order);
  const wanted = scan.logs === undefined ? undefined : new Set(scan.logs.map(logKey));
  const tail = tailMatches(parts, query).filter(({ log }) => wanted === undefined || wanted.has(logKey(log)));
  const sorted = [...tail].sort(compareIn(scan.order));
  const segments = chosenSegments(parts.catalogue.segments(), query);
  const session = await parts.duck.connect(stop);
  try {
    yield* scanSegments({ session, dir: parts.dir, views: parts.views }, segments, { scan, tail: sorted });
  } finally {
    session.close();
  }
}

function statsOf({ catalogue, tail }: Parts): EventStoreStats {
  const segments = catalogue.segments();
  const bySource: Record<string, number> = {};
  let [events, bytes, first, last] = [tail.rows, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const segment of segments) {
    events += segment.rows;
    bytes += segment.bytes;
    first = Math.min(first, segment.tsMin);
    last = Math.max(last, segment.tsMax);
    for (const [source, rows] of Object.entries(segment.sources)) bySource[source] = (bySource[source] ?? 0) + rows;
  }
  for (const { event } of tail.events()) {
    first = Math.min(first, event.time);
    last = Math.max(last, event.time);
    bySource[event.source] = (bySource[event.source] ?? 0) + 1;
  }
  const span = events === 0 ? {} : { firstTime: first, lastTime: last };
  return { events, tail: tail.rows, segments: segments.length, bytes, bySource, ...span };
}
