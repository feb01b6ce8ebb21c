/** Where triage models rest: files by their hash, and one row each that says which of them serves. */
import type { ModelRecord } from "../model-record.ts";

export interface ModelStore {
  /** File and row; durable when resolved. The same model again changes nothing. */
  add(record: ModelRecord, bytes: Uint8Array): Promise<void>;
  /** Bytes as they were written. Throws AppError when the file is gone. */
  bytes(id: string): Promise<Uint8Array>;
  /** Newest first. */
  list(): Promise<readonly ModelRecord[]>;
  /** Replaces rows, all of them or none: a promotion is one step. */
  replace(records: readonly ModelRecord[]): Promise<void>;
}
