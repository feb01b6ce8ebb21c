/** For tests and benches of correlations: small events, a stand-in for the hash, a detector over texts of rules. */
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import { instant } from "@cordon/model/time";
import { type DetectOptions, type Detector, makeDetector } from "../detect.ts";
import { loadRules, type RuleSet } from "../sigma/load-rules.ts";

/** Not a hash, but as deterministic as one. */
export function testHash(text: string) {
  let a = 7;
  let b = 11;
  for (let i = 0; i < text.length; i += 1) {
    a = (Math.imul(a, 31) + text.charCodeAt(i)) >>> 0;
    b = (Math.imul(b, 37) ^ text.charCodeAt(i)) >>> 0;
  }
  return sha256Of((a.toString(16).padStart(8, "0") + b.toString(16).padStart(8, "0")).repeat(4));
}

export interface Sketch {
  readonly id: number;
  /** Seconds. */
  readonly at: number;
  readonly raw: JsonObject;
  readonly entities?: readonly Entity[];
  readonly input?: string;
  readonly receivedAt?: number;
}

const NAMES = 32;

export function testEvent({ id, at, raw, entities = [], input = "a.log", receivedAt }: Sketch): Event {
  const record = recordId(id.toString(16).padStart(NAMES, "0"));
  return {
    id: eventId(`${record}-0`),
    time: instant(at * 1_000),
    receivedAt: instant((receivedAt ?? at) * 1_000),
    source: "test",
    shape: "test",
    log: { product: "test", categories: [] },
    class: 0,
    activity: 0,
    severity: 1,
    raw,
    entities,
    provenance: { record, via: "files", input, position: id, mapping: "m", version: "1", sha256: sha256Of("0") },
  };
}

/** Rule `name` holds where `kind` is its name. */
export const baseRule = (name: string): string =>
  `title: ${name}\nname: ${name}\nlogsource: { product: test }\ndetection:\n  s: { kind: ${name} }\n  condition: s\n`;

export const correlation = (body: string, more = "name: corr"): string =>
  `title: Correlation\n${more}\nlevel: high\ncorrelation:\n  ${body.trim().replaceAll("\n", "\n  ")}\n`;

export const rulesOf = (...documents: readonly string[]): RuleSet =>
  loadRules([{ path: "r.yml", source: "test", text: documents.join("---\n") }]);

export function detectorFor(set: RuleSet, options: DetectOptions = {}): Detector {
  return makeDetector({ ...set, options }, new Map(), testHash);
}
