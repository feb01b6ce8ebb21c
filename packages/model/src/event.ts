/** What a record means. `raw` keeps the source's own names and is never renamed. */
import type { Entity } from "./entity.ts";
import type { EventId, RecordId, Sha256 } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Instant } from "./time.ts";

/** Sigma logsource of an event: one product, at most one service, a set of categories. */
export interface LogSource {
  readonly product?: string;
  readonly service?: string;
  readonly categories: readonly string[];
}

/** OCSF severity_id: 0 unknown, 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal. */
export type OcsfSeverity = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface Event {
  readonly id: EventId;
  /** When it happened. */
  readonly time: Instant;
  /** When we got it. */
  readonly receivedAt: Instant;
  /** Mapping that recognised it, `"windows.sysmon"`; `"unknown"` when none did. */
  readonly source: string;
  /** Key of the field view and of routing: `<source>` or `<source>/<shape>`, e.g. `"windows.security/4688"`. */
  readonly shape: string;
  readonly log: LogSource;
  /** OCSF class_uid; 0 = unclassified, still stored and searchable. */
  readonly class: number;
  readonly activity: number;
  readonly severity: OcsfSeverity;
  readonly outcome?: "success" | "failure";
  readonly raw: JsonObject;
  readonly entities: readonly Entity[];
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly record: RecordId;
  /** Name of the configured source and the exact input (file path, peer). */
  readonly via: string;
  readonly input: string;
  /** Record number in its source: EVTX EventRecordID, line number, element number. */
  readonly position: number;
  readonly mapping: string;
  readonly version: string;
  /** SHA-256 of the canonical JSON of `raw`: a citation is checked against it. */
  readonly sha256: Sha256;
  /** What was cut, repaired or not understood, one remark each; absent when the record was clean. */
  readonly remarks?: readonly string[];
}
