/** Journals of incidents, the worklist of detections, and the index that finds incidents by entity. */
import type { LedgerRow } from "../action.ts";
import type { Detection } from "../detection.ts";
import type { EntityKey } from "../entity.ts";
import type { ActionKey, IncidentId, NonEmpty } from "../ids.ts";
import type { Incident, IncidentEntry, IncidentStatus } from "../incident.ts";
import type { Instant } from "../time.ts";

export interface Journal {
  read(id: IncidentId): Promise<{ readonly version: number; readonly entries: readonly IncidentEntry[] }>;
  /**
   * Optimistic append: stores only if the incident has exactly `expected` entries. In the same transaction the incident's
   * summary row, its entity index and the ledger rows given are replaced. `summary` is the fold including the new entries.
   */
  append(
    id: IncidentId,
    expected: number,
    entries: NonEmpty<IncidentEntry>,
    summary: Incident,
    ledger?: readonly LedgerRow[],
  ): Promise<"appended" | "conflict">;
  list(query: IncidentQuery): Promise<readonly Incident[]>;
  count(query: Omit<IncidentQuery, "limit" | "after">): Promise<number>;
  get(id: IncidentId): Promise<Incident | undefined>;
  /** Open incidents that hold any of these entities or processes, with lastSeen >= since; newest first, at most 200. */
  findByEntities(keys: readonly EntityKey[], since: Instant): Promise<readonly Incident[]>;
  /** Position of the newest entry over all incidents; grows by one per entry. SSE ids are these. */
  position(): Promise<number>;
  /** Entries after a position, oldest first. */
  entriesAfter(position: number, limit: number): Promise<readonly JournalEntry[]>;
}

export interface JournalEntry {
  readonly position: number;
  readonly incident: IncidentId;
  readonly entry: IncidentEntry;
}

export interface IncidentQuery {
  readonly status?: readonly IncidentStatus[];
  readonly minPriority?: number;
  readonly text?: string;
  readonly order: "priority" | "updated" | "opened";
  readonly limit: number;
  /** Continue after this incident in the same order. */
  readonly after?: IncidentId;
}

/** Detections between the rivers. `offer` stores under deterministic ids: a replay inserts nothing twice. */
export interface Worklist {
  /** Durable when resolved; returns how many were new. */
  offer(detections: NonEmpty<Detection>): Promise<number>;
  /** Oldest detections not yet taken into an incident. They stay until `done`. */
  pending(limit: number): Promise<readonly Detection[]>;
  done(ids: NonEmpty<Detection["id"]>): Promise<void>;
  count(): Promise<{ readonly total: number; readonly pending: number }>;
  list(query: {
    readonly limit: number;
    readonly before?: Instant;
    readonly rule?: string;
  }): Promise<readonly Detection[]>;
}

/** Rows of the action ledger across incidents; written only through `Journal.append`. */
export interface LedgerIndex {
  get(key: ActionKey): Promise<LedgerRow | undefined>;
  byState(states: readonly LedgerRow["state"][], limit: number): Promise<readonly LedgerRow[]>;
  /** Verified effects with revertAt <= now, and anything left in `reverting`. */
  due(now: Instant): Promise<readonly LedgerRow[]>;
  list(limit: number): Promise<readonly LedgerRow[]>;
  /** Number of rows that reached `intent` since; for caps. */
  countSince(kind: string, since: Instant): Promise<number>;
}

/** Verdicts with the features of the moment: the first turn of the learning wheel. */
export interface OutcomeStore {
  add(outcome: Outcome): Promise<void>;
  list(limit: number): Promise<readonly Outcome[]>;
  /** Per rule id: how often incidents holding it closed with each verdict. */
  byRule(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
}

export interface Outcome {
  readonly incident: IncidentId;
  readonly at: Instant;
  readonly by: string;
  readonly verdict: string;
  readonly note: string;
  readonly rules: readonly string[];
  readonly features: Readonly<Record<string, unknown>>;
}
