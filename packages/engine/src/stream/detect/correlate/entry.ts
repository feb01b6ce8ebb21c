/** One event (or one alert of an inner correlation) as a group remembers it: small, without the event's `raw`. */
import type { Entity } from "@cordon/model/entity";
import type { EventId } from "@cordon/model/ids";

/** Where an entry came from: what an alert cites. Shared by all entries of one event. */
export interface Origin {
  /** One event, or the evidence of an inner alert. Never empty. */
  readonly evidence: readonly EventId[];
  /** Events behind it; more than `evidence` where an inner alert had to leave some out. */
  readonly events: number;
  readonly entities: readonly Entity[];
  readonly input: string;
  readonly position: number;
}

export interface Entry {
  readonly time: number;
  /** Arrival number: puts entries of one time in order, and tells one event from another. */
  readonly order: number;
  /** Numbers of the references this event satisfies, ascending. */
  readonly refs: readonly number[];
  /** Folded tuples for counting, numbers as text for sums; empty for types that look at no field. */
  readonly values: readonly string[];
  /** Values of the fields that outer correlations group by and this one does not. */
  readonly carried: readonly (readonly string[])[];
  readonly origin: Origin;
  /** Verdict when it was last judged. */
  on: boolean;
  /** Belonged to an episode that made its alert: judged anew, that episode stays silent. */
  told: boolean;
}

export const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

/** The same event came by another reference. */
export function mergeEntries(a: Entry, b: Entry): Entry {
  return {
    ...a,
    refs: [...new Set([...a.refs, ...b.refs])].sort((x, y) => x - y),
    values: [...new Set([...a.values, ...b.values])],
    on: a.on,
    told: a.told || b.told,
  };
}
