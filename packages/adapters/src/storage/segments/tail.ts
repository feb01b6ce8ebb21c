/**
 * The unsealed tail: events by spool seq, in memory. The spool holds the same records until their range is sealed,
 * so a crash loses nothing: the caller replays from its cursor.
 *
 * T1. A seq is held once and seqs only grow; an empty batch is held too, or its seq would never be sealed.
 * T2. `candidates` holds every event of the tail that a query can match; ids and entities are looked up, not searched for.
 *     Entities are filed when somebody asks for one: what is sealed before costs nothing.
 */
import { type EntityKey, entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import type { EventId } from "@cordon/model/ids";
import type { SpoolSeq } from "@cordon/model/ports/spool";
import type { EventQuery } from "@cordon/model/query";
import type { SeqRange } from "./catalogue.ts";
import type { StoredEvent } from "./event-row.ts";

export interface Tail {
  readonly rows: number;
  readonly bytes: number;
  /** When the oldest batch came, by the clock of the caller. */
  readonly since: number | undefined;
  readonly lastSeq: SpoolSeq;
  holdsSeq(seq: SpoolSeq): boolean;
  find(id: EventId): StoredEvent | undefined;
  add(seq: SpoolSeq, events: readonly StoredEvent[], now: number): void;
  events(): Iterable<StoredEvent>;
  candidates(query: EventQuery): Iterable<StoredEvent>;
  eventsIn(range: SeqRange): readonly StoredEvent[];
  /** First range to seal: whole seqs, at most `rowsMax` rows unless one seq alone has more. */
  nextRange(rowsMax: number): SeqRange | undefined;
  drop(range: SeqRange): void;
}

interface Batch {
  readonly events: readonly StoredEvent[];
  readonly now: number;
}

export function makeTail(): Tail {
  const batches = new Map<SpoolSeq, Batch>();
  const byId = new Map<EventId, StoredEvent>();
  const byEntity = new Map<EntityKey, StoredEvent[]>();
  let unfiled: StoredEvent[] = [];
  let bytes = 0;
  let lastSeq: SpoolSeq = 0;

  return {
    get rows() {
      return byId.size;
    },
    get bytes() {
      return bytes;
    },
    get since() {
      return batches.values().next().value?.now;
    },
    get lastSeq() {
      return lastSeq;
    },
    holdsSeq: (seq) => batches.has(seq),
    find: (id) => byId.get(id),
    add(seq, events, now) {
      if (seq <= lastSeq) throw new AppError("seq-order", `event store: seq ${seq} came after seq ${lastSeq}`);
      lastSeq = seq;
      batches.set(seq, { events, now });
      for (const stored of events) {
        byId.set(stored.event.id, stored);
        unfiled.push(stored);
        bytes += stored.rawText.length;
      }
    },
    events: () => byId.values(),
    candidates({ ids, entities }) {
      if (ids !== undefined) return new Set(ids.flatMap((id) => byId.get(id) ?? []));
      if (entities === undefined) return byId.values();
      for (const stored of unfiled) fileByEntity(byEntity, stored);
      unfiled = [];
      const [only, ...more] = entities.map((entity) => byEntity.get(entityKey(entity)) ?? []);
      return more.length === 0 ? (only ?? []) : new Set([only ?? [], ...more].flat());
    },
    eventsIn: ({ first, last }) =>
      [...batches].flatMap(([seq, batch]) => (seq >= first && seq <= last ? batch.events : [])),
    nextRange(rowsMax) {
      let first: SpoolSeq | undefined;
      let last: SpoolSeq = 0;
      let rows = 0;
      for (const [seq, { events }] of batches) {
        if (first !== undefined && rows + events.length > rowsMax) break;
        first ??= seq;
        last = seq;
        rows += events.length;
      }
      return first === undefined ? undefined : { first, last };
    },
    drop({ first, last }) {
      for (const [seq, { events }] of batches) {
        if (seq < first || seq > last) continue;
        batches.delete(seq);
        for (const { event, rawText } of events) {
          byId.delete(event.id);
          bytes -= rawText.length;
        }
      }
      // A seal takes nearly all of the tail: what is left is filed anew.
      byEntity.clear();
      unfiled = [...byId.values()];
    },
  };
}

function fileByEntity(byEntity: Map<EntityKey, StoredEvent[]>, stored: StoredEvent): void {
  for (const entity of stored.event.entities) {
    const key = entityKey(entity);
    const list = byEntity.get(key);
    if (list === undefined) byEntity.set(key, [stored]);
    else if (list.at(-1) !== stored) list.push(stored); // one entity in two roles
  }
}
