/** What looked wrong, and which events prove it. The only type in which the two rivers touch. */
import type { Entity } from "./entity.ts";
import type { DetectionId, EventId, NonEmpty } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Level, RuleRef } from "./rule.ts";
import type { Instant } from "./time.ts";

export interface Detection {
  readonly id: DetectionId;
  readonly rule: RuleRef;
  readonly severity: Level;
  /** 0..100: how much a hit of this rule is worth as evidence, before anything local is known. */
  readonly confidence: number;
  /** ATT&CK technique ids, upper case: `T1003.001`. */
  readonly techniques: readonly string[];
  /** ATT&CK tactic short names: `credential-access`. */
  readonly tactics: readonly string[];
  /** Time of the last contributing event. */
  readonly time: Instant;
  readonly evidence: NonEmpty<EventId>;
  readonly entities: readonly Entity[];
  /** Rule + the entities that make a repeat the same thing again. */
  readonly dedupKey: string;
  /** Where the (last) event stands: input and record number. */
  readonly input: string;
  readonly position: number;
  /** Which fields matched, in the rule's and in the event's own names. */
  readonly matched: readonly MatchedField[];
}

export interface MatchedField {
  readonly selection: string;
  /** Rule's field name, `""` for keywords. */
  readonly field: string;
  /** JSON pointer into `raw`, when one place made the match. */
  readonly pointer?: string;
  readonly value: Json;
}
