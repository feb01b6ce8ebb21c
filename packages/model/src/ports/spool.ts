/** Durable intake log. A record is acknowledged only after `append` resolved. */
import type { NonEmpty } from "../ids.ts";
import type { RawRecord } from "../record.ts";

/** Sequence number of a spool batch: 1, 2, 3, ... without gaps as seen by a reader. */
export type SpoolSeq = number;

export interface SpoolBatch {
  readonly seq: SpoolSeq;
  readonly records: readonly RawRecord[];
}

export interface AppendResult {
  readonly accepted: number;
  /** Records already seen within the dedupe window: counted, not stored again. */
  readonly duplicates: number;
  /** Which of the batch these were, ascending; lets intake tell each of several senders what became of its own. */
  readonly duplicateIndexes?: readonly number[];
}

/** `detect` = state and detections are durable up to here; `store` = events are in sealed segments up to here. */
export type CursorName = "detect" | "store";

export interface SpoolLog {
  /** Resolves when durable (fsync). Throws AppError `spool-full` over the byte cap: nothing of the batch is stored then. */
  append(batch: NonEmpty<RawRecord>): Promise<AppendResult>;
  /** Batches with seq > `after`, oldest first, up to `maxRecords` records (at least one batch if there is one). */
  read(after: SpoolSeq, maxRecords: number): Promise<readonly SpoolBatch[]>;
  /** Resolves when a batch with seq > `after` exists or after `ms`. */
  waitFor(after: SpoolSeq, ms: number): Promise<void>;
  cursor(name: CursorName): Promise<SpoolSeq>;
  /** Moves a cursor forward, durably. Going back is an error. */
  advance(name: CursorName, to: SpoolSeq): Promise<void>;
  /** Removes batches at or below both cursors. */
  trim(): Promise<void>;
  stats(): Promise<{
    readonly lastSeq: SpoolSeq;
    readonly bytes: number;
    readonly bytesMax: number;
    readonly duplicates: number;
    readonly records: number;
  }>;
  close(): Promise<void>;
}
