/** Stored events: an unsealed tail plus sealed Parquet segments; search sees both. */
import type { Event, LogSource } from "../event.ts";
import type { NonEmpty } from "../ids.ts";
import type { EventQuery } from "../query.ts";
import type { Instant } from "../time.ts";
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
  /** How many events lie in a stretch of time, by log source and UTC day, without reading them. */
  tally(span: EventSpan, stop: Stop): Promise<readonly EventTally[]>;
  /** Events of a stretch of time in order, in pages of some thousand: for those who look at nearly all of them. */
  scan(scan: EventScan, stop: Stop): AsyncIterable<readonly Event[]>;
  get(ids: NonEmpty<Event["id"]>): Promise<readonly Event[]>;
  stats(): Promise<EventStoreStats>;
  close(): Promise<void>;
}

export interface EventSpan {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly sources: readonly string[];
}

export interface EventTally {
  readonly log: LogSource;
  readonly events: number;
  /** Of one UTC day. */
  readonly first: Instant;
  readonly last: Instant;
}

export interface EventScan extends EventSpan {
  readonly order: EventQuery["order"];
  /** Only events of these log sources; absent = all. */
  readonly logs?: readonly LogSource[];
  /**
   * Of each list, one text stands in some value of the raw record, without regard to case. A gate, not a filter: no event that
   * passes is lost, others may come too.
   */
  readonly texts?: readonly (readonly string[])[];
  /** What does not pass `texts` is left out, or comes without raw record and entities. Default: out. */
  readonly others?: "out" | "hollow";
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
