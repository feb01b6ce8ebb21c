/**
 * Turns facts into claims that anybody can check. Enters: facts, detections, counted failures. Leaves: claims in order
 * of time, each citing the event it stands on: the whole event by digest, and the very places that show it.
 *
 * L1. What cannot be cited is not claimed.
 * L2. Ids are `c1`, `c2`, ... in order of time, then event, then predicate: the same facts give the same ids.
 */
import type { Detection } from "@cordon/model/detection";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { EventId, NonEmpty } from "@cordon/model/ids";
import type { Citation, Claim } from "@cordon/model/investigation";
import { canonicalJson, type Json } from "@cordon/model/json";
import type { Runtime } from "@cordon/model/ports/runtime";
import { readField, readPointer } from "@cordon/model/view";
import { bareFact, type Fact, viewOf } from "./facts.ts";
import type { FailureCount, Inquiry } from "./inquiry.ts";

/** A report with more is not read; the ledger still has the queries. */
export const CLAIMS_MAX = 400;
/** Longer values are cited by their digest: the text itself would only swell the journal. */
const EXPECTED_MAX = 2_000;
const FIELDS_MAX = 6;

export interface Claimed {
  readonly claims: readonly Claim[];
  /** Claim id per fact, so that chains and extents can cite. */
  readonly ids: ReadonlyMap<Fact, string>;
  readonly byDetection: ReadonlyMap<string, string>;
}

interface Draft {
  readonly claim: Omit<Claim, "id">;
  readonly fact?: Fact;
  readonly detection?: string;
  readonly must: boolean;
}

export interface ClaimSources {
  readonly inquiry: Inquiry;
  /** Facts that must be claimed: chains and extents stand on them. */
  readonly needed: readonly Fact[];
  /** Facts that may be claimed if there is room: what suspects did. */
  readonly more: readonly Fact[];
  readonly runtime: Pick<Runtime, "sha256">;
}

export function makeClaims(sources: ClaimSources): Claimed {
  const { inquiry, needed, more } = sources;
  const techniques = techniquesByEvent(inquiry);
  const facts = new Set(needed);
  const drafts: Draft[] = [];
  for (const { detection, events } of inquiry.seeds) {
    const last = events.at(-1);
    const draft = last === undefined ? undefined : detectionDraft(sources, detection, last);
    if (draft !== undefined) drafts.push(draft);
  }
  for (const failure of inquiry.failures) drafts.push(failureDraft(sources, failure));
  for (const fact of facts) drafts.push(factDraft(sources, { fact, techniques, must: true }));
  for (const fact of more) if (!facts.has(fact)) drafts.push(factDraft(sources, { fact, techniques, must: false }));
  return numbered(inquiry, drafts);
}

function numbered(inquiry: Inquiry, drafts: readonly Draft[]): Claimed {
  const kept = [...drafts.filter((draft) => draft.must), ...drafts.filter((draft) => !draft.must)].slice(0, CLAIMS_MAX);
  if (kept.length < drafts.length) inquiry.questions.limits.add(`${kept.length} of ${drafts.length} claims are shown`);
  const keys = new Map(kept.map((draft) => [draft, order(draft.claim)]));
  kept.sort((a, b) => ((keys.get(a) ?? "") < (keys.get(b) ?? "") ? -1 : 1));
  const ids = new Map<Fact, string>();
  const byDetection = new Map<string, string>();
  const claims = kept.map((draft, index): Claim => {
    const id = `c${index + 1}`;
    if (draft.fact !== undefined) ids.set(draft.fact, id);
    if (draft.detection !== undefined) byDetection.set(draft.detection, id);
    return { id, ...draft.claim };
  });
  return { claims, ids, byDetection };
}

const order = (claim: Omit<Claim, "id">): string =>
  `${String(claim.at ?? 0).padStart(16, "0")} ${claim.cites[0].event} ${claim.predicate} ${entityKey(claim.subject)}`;

function techniquesByEvent(inquiry: Inquiry): ReadonlyMap<EventId, readonly string[]> {
  const found = new Map<EventId, readonly string[]>();
  for (const { detection, events } of inquiry.seeds) {
    for (const event of events) {
      found.set(event.id, [...new Set([...(found.get(event.id) ?? []), ...detection.techniques])]);
    }
  }
  return found;
}

function factDraft(
  { inquiry, runtime }: ClaimSources,
  from: { readonly fact: Fact; readonly techniques: ReadonlyMap<EventId, readonly string[]>; readonly must: boolean },
): Draft {
  const { fact } = from;
  const named = fact.object === undefined ? [fact.subject] : [fact.subject, fact.object];
  const cites = citesOf(fact.event, { runtime, entities: named, extra: fieldCites({ inquiry, runtime }, fact) });
  const { predicate, subject, object, at, event } = fact;
  const techniques = from.techniques.get(event.id) ?? [];
  const claim = { predicate, subject: plain(subject), at, cites, techniques };
  return { claim: object === undefined ? claim : { ...claim, object: plain(object) }, fact, must: from.must };
}

const plain = ({ kind, role, value }: Entity): Entity => ({ kind, role, value });

function citesOf(
  event: Event,
  what: {
    readonly runtime: Pick<Runtime, "sha256">;
    readonly entities: readonly Entity[];
    readonly extra: readonly Citation[];
  },
): NonEmpty<Citation> {
  const whole: Citation = {
    event: event.id,
    pointer: "",
    op: "digest",
    expected: what.runtime.sha256(canonicalJson(event)),
  };
  const time: Citation = { event: event.id, pointer: "/time", op: "eq", expected: event.time };
  const entities = what.entities.flatMap((entity) => {
    const index = event.entities.findIndex(
      (known) => known.kind === entity.kind && known.value === entity.value && known.role === entity.role,
    );
    if (index < 0) return [];
    return [{ event: event.id, pointer: `/entities/${index}/value`, op: "eq", expected: entity.value } as const];
  });
  return [whole, time, ...entities, ...what.extra];
}

function fieldCites({ inquiry, runtime }: Pick<ClaimSources, "inquiry" | "runtime">, fact: Fact): readonly Citation[] {
  const { views } = inquiry.graph;
  const cites = new Map<string, Citation>();
  for (const name of fact.fields) {
    const hit = readField(viewOf(views, fact.event), fact.event.raw, name);
    if (hit === undefined || cites.size >= FIELDS_MAX) continue;
    const cite = citeAt(runtime, fact.event, hit.pointer);
    if (cite !== undefined) cites.set(cite.pointer, cite);
  }
  return [...cites.values()];
}

/** A value as it stands in the record, a giant by its digest; nothing for objects. */
function citeAt(runtime: Pick<Runtime, "sha256">, event: Event, pointer: string): Citation | undefined {
  const value: Json | undefined = readPointer(event.raw, pointer);
  if (value === undefined || value === null || typeof value === "object") return undefined;
  if (typeof value === "string" && value.length > EXPECTED_MAX) {
    const expected = runtime.sha256(canonicalJson(value));
    return { event: event.id, pointer: `/raw${pointer}`, op: "digest", expected };
  }
  return { event: event.id, pointer: `/raw${pointer}`, op: "eq", expected: value };
}

function detectionDraft({ runtime }: ClaimSources, detection: Detection, event: Event): Draft | undefined {
  const subject = bareFact(event)?.subject;
  if (subject === undefined) return undefined;
  const matched = detection.matched.flatMap(({ pointer }) =>
    pointer === undefined ? [] : (citeAt(runtime, event, pointer) ?? []),
  );
  const extra = matched.filter((cite, i) => matched.findIndex((other) => other.pointer === cite.pointer) === i);
  const claim: Omit<Claim, "id"> = {
    ...{ predicate: "detected-by", subject: plain(subject), at: event.time },
    object: { kind: "other", role: "observer", value: detection.rule.title },
    cites: citesOf(event, { runtime, entities: [subject], extra: extra.slice(0, FIELDS_MAX) }),
    techniques: detection.techniques,
  };
  return { claim, detection: detection.id, must: true };
}

function failureDraft({ runtime }: ClaimSources, failure: FailureCount): Draft {
  const { address, count, query, sample } = failure;
  return {
    claim: {
      ...{ predicate: "count-of", subject: plain(address), at: sample.at, query, count },
      cites: citesOf(sample.event, { runtime, entities: [address], extra: [] }),
      techniques: [],
    },
    must: true,
  };
}
