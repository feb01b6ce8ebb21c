/** What normalisation makes of a line for rules alone, and how a line comes: the noun between the two stages. */
import type { LogSource } from "@cordon/model/event";
import type { JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import type { Instant } from "@cordon/model/time";
import type { FieldView } from "@cordon/model/view";

export interface LineSubject {
  readonly raw: JsonObject;
  readonly view: FieldView;
  readonly log: LogSource;
  /** False where no mapping knew it. */
  readonly mapped: boolean;
  /** Number of the record, where the decoder knows better than the framing (EVTX). */
  readonly position: number | undefined;
  /** When it happened, as the event says itself; read when asked. */
  readonly time: () => Instant | undefined;
}

/** What is known of a line beside its bytes. */
export type Framing = Pick<RawRecord, "format" | "position" | "receivedAt" | "meta">;

export interface LineSubjects {
  readonly subjects: readonly LineSubject[];
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

export type SubjectsOf = (bytes: Uint8Array, framing: Framing) => LineSubjects;
