/** What every decoder hands on: an object under the source's own names, and what had to be cut or repaired. */
import type { JsonObject } from "@cordon/model/json";
import type { Instant } from "@cordon/model/time";

export type DecodedForm =
  | "json"
  | "evtx"
  | "syslog"
  | "csv"
  | "cef"
  | "leef"
  | "auditd"
  | "web-access"
  | "squid"
  | "nginx-error"
  | "apache-error"
  | "cisco"
  | "palo-alto"
  | "key-value"
  | "xml"
  | "text";

export interface Decoded {
  readonly raw: JsonObject;
  readonly form: DecodedForm;
  /** Time of the envelope (syslog header, audit serial), for mappings that have none of their own. */
  readonly time?: Instant;
  /** Record number inside the input where the decoder knows better than the source (EVTX EventRecordID). */
  readonly position?: number;
  readonly remarks: readonly string[];
}

/** Bytes of one event that are kept; more is cut, flagged and counted. Real events above this are dumps, not events. */
export const EVENT_CHARS_MAX = 1 << 20;
/** A record larger than this is not parsed at all: it becomes an event with the beginning of its text. */
export const PARSE_CHARS_MAX = 16 << 20;
/** Nesting kept. The deepest real source seen nests 12 levels. */
export const DEPTH_MAX = 64;
/** Members and elements kept per event. */
export const FIELDS_MAX = 2_000;
/** Events taken out of one record. A CloudTrail file holds a few thousand; a longer list stays one event. */
export const LIST_EVENTS_MAX = 10_000;
/** Text kept of a record that nobody understands. */
export const UNKNOWN_TEXT_MAX = 64 * 1024;

/** Assignment that also keeps an own `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
