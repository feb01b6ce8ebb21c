/** Typed search over stored events. The only way in: no SQL from outside, no free grammar. */
import type { EntityKind } from "./entity.ts";
import type { EventId } from "./ids.ts";
import type { Instant } from "./time.ts";

export interface FieldTest {
  /** Name as a rule would write it; read through the event's view. */
  readonly field: string;
  readonly op: "eq" | "contains" | "startswith" | "endswith" | "exists";
  /** Compared as text without regard to case. */
  readonly value?: string;
}

/** All members that are present must hold (AND); members of one list are alternatives (OR), except `fields` (AND). */
export interface EventQuery {
  readonly from?: Instant;
  /** Exclusive. */
  readonly to?: Instant;
  readonly ids?: readonly EventId[];
  readonly entities?: readonly { readonly kind: EntityKind; readonly value: string }[];
  readonly sources?: readonly string[];
  readonly classes?: readonly number[];
  readonly fields?: readonly FieldTest[];
  /** Substring of the raw record without regard to case. */
  readonly text?: string;
  readonly order: "oldest" | "newest";
  /** 1..10_000. */
  readonly limit: number;
  /** Continue after this event (same order): time and id of the last row seen. */
  readonly after?: { readonly time: Instant; readonly id: EventId };
}
