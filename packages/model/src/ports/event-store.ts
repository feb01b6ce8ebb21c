/** Stored events: an unsealed tail plus sealed Parquet segments; search sees both. */
import type { Event } from "../event.ts";
import type { NonEmpty } from "../ids.ts";
import type { EventQuery } from "../query.ts";
import type { Stop } from "./runtime.ts";
import type { SpoolSeq } from "./spool.ts";

export interface EventStore {
  /**
   * Joins events of one spool batch to the unsealed tail. Appending a seq again (replay) changes nothing.
   * An event id that is already stored is not stored twice.
   */
  append(seq: SpoolSeq, events: readonly Event[]): Promise<void>;
  /** Writes the tail as segment(s), catalogues them durably and returns the seq up to which all is sealed. */
  seal(): Promise<SpoolSeq>;
  /** True when the tail is large or old enough that `seal` is due. */
  sealDue(): boolean;
  search(query: EventQuery, stop: Stop): Promise<readonly Event[]>;
  /** Number of matching events, counting at most `cap`. */
  count(query: EventQuery, cap: number, stop: Stop): Promise<number>;
  get(ids: NonEmpty<Event["id"]>): Promise<readonly Event[]>;
  stats(): Promise<EventStoreStats>;
  close(): Promise<void>;
}

export interface EventStoreStats {
  readonly events: number;
  readonly tail: number;
  readonly segments: number;
  readonly bytes: number;
  readonly bySource: Readonly<Record<string, number>>;
  readonly firstTime?: number;
  readonly lastTime?: number;
}
