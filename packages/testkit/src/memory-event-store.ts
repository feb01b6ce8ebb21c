/**
 * Event store in memory: the naive twin of the Parquet store, and the fake for tests of whatever searches.
 *
 * Enters: events by spool seq. Leaves: the rows an `EventQuery` asks for.
 * M1. One linear pass with the plain meaning of the query; nothing is indexed, so nothing can be stale.
 * M2. A seq that was appended, and an event id that is known, change nothing.
 */
import type { Event } from "@cordon/model/event";
import type { EventId } from "@cordon/model/ids";
import type { Json } from "@cordon/model/json";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { SpoolSeq } from "@cordon/model/ports/spool";
import type { EventQuery, FieldTest } from "@cordon/model/query";
import { type FieldView, PLAIN_VIEW, readField } from "@cordon/model/view";

/** Rows in the tail at which the fake says that sealing is due: small, so that tests see it happen. */
const TAIL_ROWS_MAX = 1_000;

export function makeMemoryEventStore(views: ReadonlyMap<string, FieldView> = new Map()): EventStore {
  const events = new Map<EventId, Event>();
  const seqs = new Set<SpoolSeq>();
  let sealed = 0;
  let sealedSeq: SpoolSeq = 0;
  const viewOf = (event: Event): FieldView => views.get(event.shape) ?? PLAIN_VIEW;
  const matching = (query: EventQuery): Event[] => [...events.values()].filter((event) => holds(event, query, viewOf));

  return {
    async append(seq, batch) {
      if (seqs.has(seq)) return;
      seqs.add(seq);
      for (const event of batch) if (!events.has(event.id)) events.set(event.id, event);
    },
    async seal() {
      sealed = events.size;
      sealedSeq = Math.max(sealedSeq, ...seqs);
      return sealedSeq;
    },
    sealDue: () => events.size - sealed >= TAIL_ROWS_MAX,
    async search(query) {
      const rows = matching(query).sort(inOrder(query.order));
      return rows.filter((event) => isAfter(event, query)).slice(0, query.limit);
    },
    async count(query, cap) {
      return Math.min(cap, matching(query).filter((event) => isAfter(event, query)).length);
    },
    async tally({ from, to, sources }) {
      const found = matching({ from, to, sources, order: "oldest", limit: 1 });
      return found.map(({ log, time }) => ({ log, events: 1, first: time, last: time }));
    },
    async *scan({ from, to, sources, order, logs }) {
      const found = matching({ from, to, sources, order, limit: 1 }).sort(inOrder(order));
      const keys = logs === undefined ? undefined : new Set(logs.map((log) => JSON.stringify(log)));
      yield found.filter(({ log }) => keys === undefined || keys.has(JSON.stringify(log)));
    },
    async get(ids) {
      return [...new Set(ids)].flatMap((id) => events.get(id) ?? []);
    },
    async stats() {
      const bySource: Record<string, number> = {};
      for (const event of events.values()) bySource[event.source] = (bySource[event.source] ?? 0) + 1;
      const times = [...events.values()].map((event) => event.time).sort((a, b) => a - b);
      const [firstTime] = times;
      const lastTime = times.at(-1);
      return {
        events: events.size,
        tail: events.size - sealed,
        segments: sealed > 0 ? 1 : 0,
        bytes: 0,
        bySource,
        ...(firstTime === undefined ? {} : { firstTime }),
        ...(lastTime === undefined ? {} : { lastTime }),
      };
    },
    async close() {},
  };
}

function holds(event: Event, query: EventQuery, viewOf: (event: Event) => FieldView): boolean {
  if (query.from !== undefined && event.time < query.from) return false;
  if (query.to !== undefined && event.time >= query.to) return false;
  if (query.ids !== undefined && !query.ids.includes(event.id)) return false;
  if (query.sources !== undefined && !query.sources.includes(event.source)) return false;
  if (query.classes !== undefined && !query.classes.includes(event.class)) return false;
  const wanted = query.entities;
  const named = (one: { kind: string; value: string }) =>
    event.entities.some((entity) => entity.kind === one.kind && entity.value === one.value);
  if (wanted !== undefined && !wanted.some(named)) return false;
  if (query.text !== undefined && !holdsText(event, query.text)) return false;
  return (query.fields ?? []).every((test) => fieldHolds(event, test, viewOf(event)));
}

/** As it stands in the JSON text, or as a person would write it, without JSON's escapes. */
function holdsText(event: Event, text: string): boolean {
  const raw = JSON.stringify(event.raw).toLowerCase();
  const escaped = JSON.stringify(text).slice(1, -1);
  return raw.includes(text.toLowerCase()) || raw.includes(escaped.toLowerCase());
}

function fieldHolds(event: Event, test: FieldTest, view: FieldView): boolean {
  const hit = readField(view, event.raw, test.field);
  if (hit === undefined) return false;
  if (test.op === "exists") return true;
  const wanted = (test.value ?? "").toLowerCase();
  return texts(hit.value).some((text) => compare(text.toLowerCase(), test.op, wanted));
}

function compare(text: string, op: FieldTest["op"], wanted: string): boolean {
  if (op === "eq") return text === wanted;
  if (op === "contains") return text.includes(wanted);
  if (op === "startswith") return text.startsWith(wanted);
  return text.endsWith(wanted);
}

/** A list holds when one of its members does; null and objects have no text. */
function texts(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((member: Json) => texts(member));
  return value === null || typeof value === "object" ? [] : [String(value)];
}

const byTime = (a: Pick<Event, "time" | "id">, b: Pick<Event, "time" | "id">): number =>
  a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const inOrder =
  (order: EventQuery["order"]) =>
  (a: Pick<Event, "time" | "id">, b: Pick<Event, "time" | "id">): number =>
    order === "oldest" ? byTime(a, b) : byTime(b, a);

function isAfter(event: Event, query: EventQuery): boolean {
  return query.after === undefined || inOrder(query.order)(event, query.after) > 0;
}
