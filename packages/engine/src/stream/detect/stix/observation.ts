/**
 * What a pattern is asked about: cyber observable objects that were seen together, and when.
 *
 * O1. References (`src_ref`, `child_refs`) name objects of the same observation by their keys.
 * O2. `seen` counts how often it was observed: it may stand for that many observations (`number_observed`).
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { readTime } from "./tokens.ts";

export interface Observation {
  readonly objects: ReadonlyMap<string, JsonObject>;
  /** Milliseconds; equal for an event, apart for an observation over a span. */
  readonly first: number;
  readonly last: number;
  readonly seen: number;
}

/** One event may bring this many observations: a bundle of a whole report is not an event. */
const OBSERVATIONS_MAX = 1_000;
const OBJECTS_MAX = 10_000;
/** As often as REPEATS can ask. */
const SEEN_MAX = 1_000;

/** Observations that the record itself is, when it is STIX: observed-data, a bundle, or a bare object. */
export function observationsOfStix(raw: JsonObject, time: number): readonly Observation[] | undefined {
  const type = raw.type;
  if (typeof type !== "string") return undefined;
  if (type === "bundle" && Array.isArray(raw.objects)) return ofBundle(raw.objects, time);
  if (isJsonObject(raw.objects) && (type === "observed-data" || typeof raw.first_observed === "string")) {
    return [ofEmbedded(raw, raw.objects, time)];
  }
  const known = typeof raw.id === "string" && raw.id.startsWith(`${type}--`) && OBSERVABLE_TYPES.has(type);
  return known ? [{ ...moment(time), objects: new Map([[String(raw.id), raw]]) }] : undefined;
}

const moment = (time: number) => ({ first: time, last: time, seen: 1 });

function ofEmbedded(data: JsonObject, objects: JsonObject, time: number): Observation {
  const entries = Object.entries(objects).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
  return { ...spanOf(data, time), objects: new Map(entries.slice(0, OBJECTS_MAX)) };
}

function ofBundle(members: readonly Json[], time: number): readonly Observation[] {
  const objects = new Map<string, JsonObject>();
  const data: JsonObject[] = [];
  for (const member of members.slice(0, OBJECTS_MAX)) {
    if (!isJsonObject(member) || typeof member.type !== "string") continue;
    if (member.type === "observed-data") data.push(member);
    else if (typeof member.id === "string" && !NOT_OBSERVABLE.has(member.type)) objects.set(member.id, member);
  }
  const cited = data.slice(0, OBSERVATIONS_MAX).map((one) => {
    // Both forms of naming objects may stand in one; the older one may be empty then.
    if (isJsonObject(one.objects) && Object.keys(one.objects).length > 0) return ofEmbedded(one, one.objects, time);
    return { ...spanOf(one, time), objects: citedBy(one, objects) };
  });
  if (cited.length > 0 || objects.size === 0) return cited;
  return [{ ...moment(time), objects }];
}

/** What the observation names, and what these objects refer to in turn. */
function citedBy(data: JsonObject, objects: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  const open = [...idsOf(data.object_refs)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const object = objects.get(id);
    if (object === undefined || found.has(id)) continue;
    found.set(id, object);
    collectRefs(object, open, 0);
  }
  return found;
}

const REF_DEPTH_MAX = 16;

function collectRefs(value: Json, into: string[], depth: number): void {
  if (typeof value !== "object" || value === null || depth > REF_DEPTH_MAX) return;
  for (const [key, member] of Object.entries(value)) {
    if (key.endsWith("_ref") || key.endsWith("_refs")) into.push(...idsOf(member));
    else collectRefs(member, into, depth + 1);
  }
}

const idsOf = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((id): id is string => typeof id === "string");

function spanOf(data: JsonObject, time: number): Pick<Observation, "first" | "last" | "seen"> {
  const first = timeOf(data.first_observed) ?? time;
  const last = timeOf(data.last_observed) ?? first;
  const seen = typeof data.number_observed === "number" ? Math.trunc(data.number_observed) : 1;
  return { first, last: Math.max(first, last), seen: Math.min(SEEN_MAX, Math.max(1, seen)) };
}

function timeOf(value: Json | undefined): number | undefined {
  const ms = typeof value === "string" ? readTime(value) : undefined;
  return ms === undefined || Number.isNaN(ms) ? undefined : ms;
}

const OBSERVABLE_TYPES: ReadonlySet<string> = new Set([
  ...["artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr"],
  ...["ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account"],
  ...["windows-registry-key", "x509-certificate"],
]);

/** Domain and relationship objects of a bundle are knowledge about threats, never something observed. */
const NOT_OBSERVABLE: ReadonlySet<string> = new Set([
  ...["attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator"],
  ...["infrastructure", "intrusion-set", "location", "malware", "malware-analysis", "note", "opinion", "report"],
  ...["threat-actor", "tool", "vulnerability", "relationship", "sighting", "marking-definition"],
  ...["language-content", "extension-definition"],
]);
