/**
 * The score of the fast river: record -> events -> detections. Pure; cursors, stores and waiting are the role's business.
 * Enters: one spool batch. Leaves: its events, its detections, and what could not be understood, each with its place.
 * R1. the same batch gives the same events and detections, on every replay.
 * R2. a record never vanishes: it gives at least one event, or a problem, or both.
 */
import type { Detection } from "@cordon/model/detection";
import type { Event } from "@cordon/model/event";
import type { SpoolBatch } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";

export interface Normalised {
  readonly events: readonly Event[];
  readonly problems: readonly { readonly reason: string; readonly offset?: number }[];
  /** Odd, but nothing was lost: worth a line per file, no failure. */
  readonly remarks?: readonly { readonly reason: string; readonly offset?: number }[];
}

export interface StreamStages {
  normalise(record: RawRecord): Normalised;
  detect(events: readonly Event[]): readonly Detection[];
}

export interface RecordProblem {
  readonly source: string;
  readonly input: string;
  readonly position: number;
  readonly reason: string;
  readonly offset?: number;
}

export interface StreamResult {
  readonly seq: number;
  readonly events: readonly Event[];
  readonly detections: readonly Detection[];
  readonly problems: readonly RecordProblem[];
  readonly remarks: readonly RecordProblem[];
}

/** `withDetections: false` when a replay only refills the unsealed tail: those detections are durable already. */
export function runBatch(stages: StreamStages, batch: SpoolBatch, withDetections: boolean): StreamResult {
  const events: Event[] = [];
  const problems: RecordProblem[] = [];
  const remarks: RecordProblem[] = [];
  for (const record of batch.records) {
    const { source, input, position } = record;
    const result = stages.normalise(record);
    for (const event of result.events) events.push(event);
    for (const problem of result.problems) problems.push({ source, input, position, ...problem });
    for (const remark of result.remarks ?? []) remarks.push({ source, input, position, ...remark });
  }
  return { seq: batch.seq, events, detections: withDetections ? stages.detect(events) : [], problems, remarks };
}
