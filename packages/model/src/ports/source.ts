/** A source of raw records. It frames bytes, caps sizes and delivers; the supervisor retries, nobody else. */
import type { NonEmpty } from "../ids.ts";
import type { RawRecord } from "../record.ts";
import type { Stop } from "./runtime.ts";
import type { AppendResult } from "./spool.ts";

/** Resolves once every record of the batch is durable. Rejects with code `spool-full` when there is no room: wait, then retry. */
export type Deliver = (batch: NonEmpty<RawRecord>) => Promise<void>;

/** `Deliver` for a sender that has to answer how many were new: the HTTP push. */
export type Submit = (batch: NonEmpty<RawRecord>) => Promise<AppendResult>;

export interface InputFailure {
  readonly input: string;
  readonly position?: number;
  readonly reason: string;
}

export interface Source {
  readonly name: string;
  /** Runs until `stop` fires or the input is exhausted. What cannot be read is reported through `fail`, never skipped silently. */
  run(deliver: Deliver, fail: (failure: InputFailure) => void, stop: Stop): Promise<void>;
}
