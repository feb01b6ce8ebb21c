/**
 * The claim checker. It shares no code with what makes claims: it knows events, pointers and queries only.
 * Enters: claims and the store. Leaves: the claims that hold, and for each other one the reason why it does not.
 *
 * H1. Every cited event is loaded anew; its raw record must match its provenance, the whole event its cited digest.
 * H2. Each citation must hold, and with the strongest operation that does: `contains` on equal texts or `exists` on a
 *     scalar is a weakened claim and is refused.
 * H3. Subject and object stand in a cited event with the roles the predicate demands; the event is of a class that can
 *     show the predicate; `at` is its time.
 * H4. A count is counted again.
 */
import type { Detection } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { type EventId, nonEmpty } from "@cordon/model/ids";
import type { Citation, Claim, Predicate, Sentence } from "@cordon/model/investigation";
import { canonicalJson } from "@cordon/model/json";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";

export interface CheckPorts {
  readonly events: Pick<EventStore, "get" | "count">;
  readonly runtime: Pick<Runtime, "sha256">;
  readonly stop: Stop;
  /** The incident's detections: a `detected-by` claim must name the rule of one whose evidence it cites. */
  readonly detections?: readonly Pick<Detection, "rule" | "evidence">[];
}

export interface Checked {
  readonly claims: readonly Claim[];
  readonly refused: readonly { readonly claim: string; readonly why: string }[];
}

/** Events loaded at a time. */
const LOAD_MAX = 500;
/** Text comparisons of a citation look at no more than this. */
const VALUE_MAX = 100_000;

export async function checkClaims(claims: readonly Claim[], ports: CheckPorts): Promise<Checked> {
  const events = await loadCited(claims, ports);
  const kept: Claim[] = [];
  const refused: { claim: string; why: string }[] = [];
  for (const claim of claims) {
    const why = refusal(claim, events, ports) ?? (await countRefusal(claim, ports));
    if (why === undefined) kept.push(claim);
    else refused.push({ claim: claim.id, why });
  }
  return { claims: kept, refused };
}

/** Sentences that still stand: all of their claims do, and every event they cite is cited by one of those claims. */
export function checkSentences(sentences: readonly Sentence[], claims: readonly Claim[]): readonly Sentence[] {
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  return sentences.filter((sentence) => {
    const own = sentence.claims.map((id) => byId.get(id));
    if (own.length === 0 || own.includes(undefined)) return false;
    const cited = new Set(own.flatMap((claim) => claim?.cites.map((cite) => cite.event) ?? []));
    return sentence.events.every((id) => cited.has(id));
  });
}

async function loadCited(claims: readonly Claim[], ports: CheckPorts): Promise<ReadonlyMap<EventId, Event>> {
  const ids = [...new Set(claims.flatMap((claim) => claim.cites.map((cite) => cite.event)))];
  const found = new Map<EventId, Event>();
  for (let at = 0; at < ids.length; at += LOAD_MAX) {
    const some = nonEmpty(ids.slice(at, at + LOAD_MAX));
    if (some === undefined) break;
    for (const event of await ports.events.get(some)) found.set(event.id, event);
  }
  return found;
}

function refusal(claim: Claim, events: ReadonlyMap<EventId, Event>, ports: CheckPorts): string | undefined {
  const cited = new Map<EventId, Event>();
  const pinned = new Set<EventId>();
  for (const cite of claim.cites) {
    const event = events.get(cite.event);
    if (event === undefined) return `event ${cite.event} is not stored`;
    const why = citeRefusal(cite, event, ports);
    if (why !== undefined) return `${cite.pointer === "" ? "the event" : cite.pointer}: ${why}`;
    cited.set(event.id, event);
    if (cite.op === "digest" && cite.pointer === "") pinned.add(event.id);
  }
  for (const event of cited.values()) {
    if (!pinned.has(event.id)) return `event ${event.id} is cited without its digest`;
    if (ports.runtime.sha256(canonicalJson(event.raw)) !== event.provenance.sha256) return "the raw record was changed";
  }
  return predicateRefusal(claim, [...cited.values()]) ?? ruleRefusal(claim, ports);
}

function ruleRefusal(claim: Claim, { detections }: CheckPorts): string | undefined {
  if (claim.predicate !== "detected-by" || detections === undefined) return undefined;
  const known = detections.some(
    ({ rule, evidence }) =>
      rule.title === claim.object?.value && claim.cites.every((cite) => evidence.includes(cite.event)),
  );
  return known ? undefined : "no detection of that rule cites this event";
}

function citeRefusal(cite: Citation, event: Event, ports: CheckPorts): string | undefined {
  const value = valueAt(event, cite.pointer);
  if (value === undefined) return "nothing stands there";
  const { expected } = cite;
  switch (cite.op) {
    case "digest":
      return ports.runtime.sha256(canonicalJson(value)) === expected ? undefined : "the digest differs";
    case "eq":
      return expected !== undefined && canonicalJson(value) === canonicalJson(expected) ? undefined : "another value";
    case "contains":
      if (typeof value !== "string" || typeof expected !== "string" || expected === "") return "not a text in a text";
      if (value === expected) return "equal, so `contains` says too little";
      return value.slice(0, VALUE_MAX).includes(expected) ? undefined : "does not contain it";
    case "exists":
      if (expected !== undefined) return "`exists` expects nothing";
      return typeof value === "object" ? undefined : "a plain value must be cited, not only its presence";
    case "lt":
    case "gt":
      if (typeof value !== "number" || typeof expected !== "number") return "not two numbers";
      return (cite.op === "lt" ? value < expected : value > expected) ? undefined : `not ${cite.op}`;
    default:
      return "unknown operation";
  }
}

/** RFC 6901 over the event as stored; own members only. */
function valueAt(event: Event, pointer: string): unknown {
  if (pointer !== "" && !pointer.startsWith("/")) return undefined;
  let value: unknown = event;
  for (const token of pointer === "" ? [] : pointer.slice(1).split("/")) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

interface Demand {
  /** OCSF classes that can show it; absent = any. */
  readonly classes?: readonly number[];
  readonly object: "needed" | "allowed" | "not-in-event";
  readonly subject?: readonly Entity["kind"][];
  readonly subjectRole?: readonly Entity["role"][];
  readonly objectRole?: readonly Entity["role"][];
  readonly outcome?: "success" | "failure";
  readonly counted?: true;
}

const PROCESS = 1007;
/** What an event must look like to show each predicate. */
const DEMANDS: Readonly<Record<Predicate, Demand>> = {
  executed: { object: "allowed" },
  spawned: {
    classes: [PROCESS],
    object: "needed",
    subject: ["process"],
    subjectRole: ["parent"],
    objectRole: ["actor", "target", "object"],
  },
  connected: { classes: [4001, 4002], object: "needed" },
  resolved: { classes: [4003], object: "needed" },
  "logged-on": { classes: [3002], object: "allowed" },
  "failed-logon": { classes: [3002], object: "allowed", outcome: "failure" },
  wrote: { classes: [1001], object: "needed" },
  modified: { classes: [201_001, 201_002], object: "needed" },
  loaded: { classes: [1005], object: "needed" },
  "accessed-process": {
    classes: [PROCESS],
    object: "needed",
    subject: ["process"],
    subjectRole: ["actor"],
    objectRole: ["target", "object"],
  },
  "created-persistence": { object: "allowed" },
  "accessed-credential": { object: "allowed" },
  "disabled-control": { object: "allowed" },
  "changed-account": { classes: [3001, 3003, 3004, 3005, 3006], object: "allowed" },
  "called-api": { classes: [6003], object: "allowed" },
  "assumed-role": { classes: [3002, 6003], object: "allowed" },
  requested: { object: "needed" },
  "detected-by": { object: "not-in-event" },
  "count-of": { object: "allowed", counted: true },
  "first-seen": { object: "allowed", counted: true },
  preceded: { object: "needed" },
  received: { classes: [4009], object: "allowed", subject: ["email"], subjectRole: ["target"] },
  replied: {
    classes: [4009],
    object: "needed",
    subject: ["email"],
    subjectRole: ["actor"],
    objectRole: ["target"],
  },
  submitted: { classes: [4002], object: "needed" },
};

function predicateRefusal(claim: Claim, events: readonly Event[]): string | undefined {
  const demand = DEMANDS[claim.predicate];
  if (demand === undefined) return "unknown predicate";
  const { object, subject } = claim;
  if (claim.at === undefined || !events.some((event) => event.time === claim.at))
    return "`at` is not the time of a cited event";
  if (demand.counted !== true && (claim.query !== undefined || claim.count !== undefined))
    return "a count where none belongs";
  if (demand.object !== "allowed" && object === undefined) return "the object is missing";
  if (demand.subject !== undefined && !demand.subject.includes(subject.kind))
    return `${subject.kind} cannot be the subject`;
  if (demand.subjectRole !== undefined && !demand.subjectRole.includes(subject.role))
    return "the subject has the wrong role";
  if (object !== undefined && demand.objectRole?.includes(object.role) === false)
    return "the object has the wrong role";
  if (demand.object === "not-in-event" && (object?.kind !== "other" || object.role !== "observer")) {
    return "the object is not a rule";
  }
  const showing = events.filter((event) => shows(event, claim, demand));
  return showing.length > 0 ? undefined : "no cited event shows it";
}

function shows(event: Event, { subject, object, predicate }: Claim, demand: Demand): boolean {
  if (demand.classes !== undefined && !demand.classes.includes(event.class)) return false;
  if (demand.outcome !== undefined && event.outcome !== demand.outcome) return false;
  if (predicate === "logged-on" && event.outcome === "failure") return false;
  if (!names(event, subject)) return false;
  return object === undefined || demand.object === "not-in-event" || names(event, object);
}

const names = (event: Event, wanted: Entity): boolean =>
  event.entities.some((one) => one.kind === wanted.kind && one.value === wanted.value && one.role === wanted.role);

async function countRefusal(claim: Claim, ports: CheckPorts): Promise<string | undefined> {
  if (DEMANDS[claim.predicate].counted !== true) return undefined;
  if (claim.query === undefined || claim.count === undefined) return "a count without its query";
  const count = await ports.events.count(claim.query, claim.count + 1, ports.stop);
  return count === claim.count ? undefined : `counted ${count} instead of ${claim.count}`;
}
