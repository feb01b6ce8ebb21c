/**
 * Journal, worklist, ledger and outcomes in memory: the fake for tests of the slow river, and the naive twin of the
 * SQLite state.
 *
 * M1. What goes in and out is copied, so a test that keeps mutating its object cannot change what was stored.
 * M2. An append that conflicts changes nothing: no entry, no summary, no ledger row.
 */
import type { LedgerRow } from "@cordon/model/action";
import type { Detection } from "@cordon/model/detection";
import { entityKey } from "@cordon/model/entity";
import type { IncidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type {
  IncidentQuery,
  Journal,
  JournalEntry,
  LedgerIndex,
  Outcome,
  OutcomeStore,
  Worklist,
} from "@cordon/model/ports/journal";
import type { Instant } from "@cordon/model/time";

export interface MemoryState {
  readonly journal: Journal;
  readonly worklist: Worklist;
  readonly ledger: LedgerIndex;
  readonly outcomes: OutcomeStore;
}

/** Same bound as the port states for `findByEntities`. */
const FOUND_MAX = 200;

interface HeldRow {
  readonly row: LedgerRow;
  readonly intentAt: Instant | undefined;
}

export function makeMemoryState(): MemoryState {
  const rows = new Map<string, HeldRow>();
  return {
    journal: memoryJournal(rows),
    worklist: memoryWorklist(),
    ledger: memoryLedger(rows),
    outcomes: memoryOutcomes(),
  };
}

function memoryJournal(rows: Map<string, HeldRow>): Journal {
  const log: JournalEntry[] = [];
  const incidents = new Map<IncidentId, Incident>();
  const entriesOf = (id: IncidentId) => log.filter((item) => item.incident === id).map((item) => item.entry);
  const selected = (query: Omit<IncidentQuery, "limit" | "after">): Incident[] =>
    [...incidents.values()].filter((incident) => wanted(incident, query)).sort(incidentOrder(query.order));

  return {
    async read(id) {
      const entries = entriesOf(id);
      return { version: entries.length, entries: copy(entries) };
    },
    async append(id, expected, entries, summary, ledger) {
      if (entriesOf(id).length !== expected) return "conflict";
      for (const entry of copy(entries)) log.push({ position: log.length + 1, incident: id, entry });
      incidents.set(id, copy(summary));
      for (const row of copy(ledger ?? [])) {
        rows.set(row.key, { row, intentAt: rows.get(row.key)?.intentAt ?? intentTime(row) });
      }
      return "appended";
    },
    async list(query) {
      const all = selected(query);
      const from = query.after === undefined ? 0 : all.findIndex((incident) => incident.id === query.after) + 1;
      if (query.after !== undefined && from === 0) return copy(continued(all, incidents.get(query.after), query));
      return copy(all.slice(from, from + query.limit));
    },
    count: async (query) => selected(query).length,
    get: async (id) => copy(incidents.get(id)),
    async findByEntities(keys, since) {
      const found = [...incidents.values()].filter(
        (incident) =>
          incident.status !== "closed" &&
          incident.mergedInto === undefined &&
          incident.lastSeen >= since &&
          incident.entities.some((entity) => entity.wellKnown !== true && keys.includes(entityKey(entity))),
      );
      found.sort((a, b) => b.lastSeen - a.lastSeen || byText(a.id, b.id));
      return copy(found.slice(0, FOUND_MAX));
    },
    position: async () => log.length,
    entriesAfter: async (position, limit) => copy(log.slice(Math.max(0, position)).slice(0, limit)),
  };
}

/** The incident to continue after has left the selection meanwhile: go on from where it would stand. */
function continued(all: readonly Incident[], last: Incident | undefined, query: IncidentQuery): readonly Incident[] {
  if (last === undefined) return [];
  const compare = incidentOrder(query.order);
  return all.filter((incident) => compare(incident, last) > 0).slice(0, query.limit);
}

function wanted(incident: Incident, query: Omit<IncidentQuery, "limit" | "after">): boolean {
  if (query.status !== undefined && !query.status.includes(incident.status)) return false;
  if (query.minPriority !== undefined && incident.priority < query.minPriority) return false;
  if (query.text === undefined) return true;
  const text = searchable(query.text);
  const places = [incident.title, incident.id, ...incident.entities.map((entity) => entity.value)];
  return places.some((place) => searchable(place).includes(text));
}

/** A NUL counts as a space: SQL functions end a text there. */
const searchable = (text: string): string => text.toLowerCase().replaceAll("\0", " ");

function incidentOrder(order: IncidentQuery["order"]): (a: Incident, b: Incident) => number {
  return (a, b) => {
    if (order === "priority" && a.priority !== b.priority) return b.priority - a.priority;
    const late = order === "opened" ? b.openedAt - a.openedAt : b.updatedAt - a.updatedAt;
    return late || byText(a.id, b.id);
  };
}

function memoryWorklist(): Worklist {
  const held = new Map<string, { readonly detection: Detection; done: boolean }>();
  return {
    async offer(detections) {
      const before = held.size;
      for (const detection of copy(detections)) {
        if (!held.has(detection.id)) held.set(detection.id, { detection, done: false });
      }
      return held.size - before;
    },
    async pending(limit) {
      const open = [...held.values()].filter((item) => !item.done).map((item) => item.detection);
      return copy(open.sort((a, b) => a.time - b.time || byText(a.id, b.id)).slice(0, limit));
    },
    async done(ids) {
      for (const id of ids) {
        const item = held.get(id);
        if (item !== undefined) item.done = true;
      }
    },
    async count() {
      const all = [...held.values()];
      return { total: all.length, pending: all.filter((item) => !item.done).length };
    },
    async list({ limit, before, rule }) {
      const all = [...held.values()].map((item) => item.detection);
      const chosen = all.filter(
        (detection) =>
          (before === undefined || detection.time < before) && (rule === undefined || detection.rule.id === rule),
      );
      return copy(chosen.sort((a, b) => b.time - a.time || byText(a.id, b.id)).slice(0, limit));
    },
  };
}

/** States that a row can only have after its intent was committed. */
const PAST_INTENT: ReadonlySet<LedgerRow["state"]> = new Set([
  "intent",
  "dispatched",
  "verified",
  "reverting",
  "reverted",
  "unknown",
]);

const intentTime = (row: LedgerRow): Instant | undefined => (PAST_INTENT.has(row.state) ? row.updatedAt : undefined);

function memoryLedger(rows: ReadonlyMap<string, HeldRow>): LedgerIndex {
  const all = (): LedgerRow[] => [...rows.values()].map((held) => held.row);
  return {
    get: async (key) => copy(rows.get(key)?.row),
    async byState(states, limit) {
      const chosen = all().filter((row) => states.includes(row.state));
      return copy(chosen.sort((a, b) => a.proposedAt - b.proposedAt || byText(a.key, b.key)).slice(0, limit));
    },
    async due(now) {
      const isDue = (row: LedgerRow) =>
        row.state === "reverting" || (row.state === "verified" && row.revertAt !== undefined && row.revertAt <= now);
      return copy(
        all()
          .filter(isDue)
          .sort((a, b) => (a.revertAt ?? 0) - (b.revertAt ?? 0) || byText(a.key, b.key)),
      );
    },
    async list(limit) {
      return copy(
        all()
          .sort((a, b) => b.updatedAt - a.updatedAt || byText(a.key, b.key))
          .slice(0, limit),
      );
    },
    async countSince(kind, since) {
      return [...rows.values()].filter(
        (held) => held.row.action.kind === kind && held.intentAt !== undefined && held.intentAt >= since,
      ).length;
    },
  };
}

function memoryOutcomes(): OutcomeStore {
  const outcomes = new Map<string, Outcome>();
  const newestFirst = () => [...outcomes.values()].sort((a, b) => b.at - a.at || byText(a.incident, b.incident));
  return {
    async add(outcome) {
      outcomes.set(`${outcome.incident} ${outcome.at}`, copy(outcome));
    },
    list: async (limit) => copy(newestFirst().slice(0, limit)),
    async byRule() {
      const counts: Record<string, Record<string, number>> = {};
      const seen = new Set<string>();
      for (const { incident, rules, verdict, by } of newestFirst()) {
        // Closed again after a reopening: the later verdict is the one that counts.
        if (seen.has(incident)) continue;
        seen.add(incident);
        // What a policy closed is no verdict.
        if (by.startsWith("policy:")) continue;
        for (const rule of new Set(rules)) {
          const verdicts = counts[rule] ?? {};
          counts[rule] = verdicts;
          verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
        }
      }
      return counts;
    },
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function copy<T>(value: T): T {
  return structuredClone(value);
}
