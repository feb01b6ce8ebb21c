/**
 * STIX 2.0 and 2.1 bundles: indicator objects, with what relationships and markings say about them.
 *
 * X1. A pattern of equalities becomes rows; they match exactly, as the pattern says. Any other is handed on whole.
 * X2. Observables without an indicator are facts, not accusations: they are passed over.
 */
import type { IndicatorFacts, IntelPattern } from "@cordon/model/indicator";
import { TACTICS } from "@cordon/model/technique";
import {
  bad,
  dayOf,
  type FeedItem,
  type FeedSays,
  isRecord,
  itemOf,
  LABEL_MAX,
  listOf,
  textOf,
  timeOf,
} from "./feed.ts";
import { simpleRows } from "./simple-pattern.ts";

type Thing = Readonly<Record<string, unknown>>;

/** Marking definitions that everybody shares: TLP 2.0, then TLP 1.0. */
const TLP: Readonly<Record<string, string>> = {
  "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
  "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
  "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
  "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
  "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
  "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
  "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
  "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
  "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
};

export function* readStix(text: string, feed: FeedSays): Generator<FeedItem> {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    return yield bad(1, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const objects =
    isRecord(whole) && whole.type === "bundle" ? listOf(whole.objects) : Array.isArray(whole) ? whole : [whole];
  const things = newestOf(objects);
  const about = aboutOf(things);
  for (const [index, thing] of things.entries()) {
    if (thing.type === "indicator") yield* indicatorItems(thing, index + 1, feed, about);
  }
}

/** Versions of one object: the one modified last holds. */
function newestOf(objects: readonly unknown[]): readonly Thing[] {
  const newest = new Map<string, Thing>();
  for (const [index, one] of objects.entries()) {
    if (!isRecord(one)) continue;
    const id = textOf(one.id) ?? `#${index}`;
    const known = newest.get(id);
    if (known === undefined || (timeOf(known.modified) ?? 0) <= (timeOf(one.modified) ?? 0)) newest.set(id, one);
  }
  return [...newest.values()];
}

interface About {
  readonly names: readonly string[];
  readonly techniques: readonly string[];
}

/** What an indicator indicates, by its id: malware and actors by name, attack patterns by technique. */
function aboutOf(things: readonly Thing[]): ReadonlyMap<string, About> {
  const byId = new Map(things.map((thing) => [textOf(thing.id), thing]));
  const about = new Map<string, About>();
  for (const thing of things) {
    const source = textOf(thing.source_ref);
    if (thing.type !== "relationship" || thing.relationship_type !== "indicates" || source === undefined) continue;
    const target = byId.get(textOf(thing.target_ref));
    if (target === undefined) continue;
    const known = about.get(source) ?? { names: [], techniques: [] };
    const techniques = listOf(target.external_references).flatMap((one) => {
      const id = isRecord(one) ? /^T\d{4}(?:\.\d{3})?$/.exec(textOf(one.external_id) ?? "")?.[0] : undefined;
      return id === undefined ? [] : [id];
    });
    const name = target.type === "attack-pattern" ? undefined : textOf(target.name);
    about.set(source, {
      names: name === undefined ? known.names : [...known.names, name],
      techniques: [...known.techniques, ...techniques],
    });
  }
  return about;
}

function* indicatorItems(
  thing: Thing,
  line: number,
  feed: FeedSays,
  about: ReadonlyMap<string, About>,
): Generator<FeedItem> {
  const id = textOf(thing.id) ?? `object ${line}`;
  const pattern = textOf(thing.pattern);
  const type = textOf(thing.pattern_type) ?? "stix";
  if (pattern === undefined || type !== "stix")
    return yield bad(line, `${id}: ${pattern === undefined ? "no pattern" : `pattern of type ${type}`}`);
  const facts = factsOf(thing, about.get(id));
  const validFrom = timeOf(thing.valid_from);
  const validUntil = timeOf(thing.valid_until);
  const rows = simpleRows(pattern);
  if (rows === undefined) {
    const whole: IntelPattern = {
      ...{ id, pattern, title: textOf(thing.name) ?? id, facts: { ...feed.facts, ...facts } },
      ...(validFrom === undefined ? {} : { validFrom }),
      ...(validUntil === undefined ? {} : { validUntil }),
    };
    return yield { kind: "pattern", pattern: whole };
  }
  for (const { kind, text } of rows) {
    const item = itemOf(text, line, feed, { kind, below: feed.below ?? false, facts, validFrom, validUntil });
    yield item.kind === "bad" ? bad(line, `${id}: ${item.reason}`) : item;
  }
}

function factsOf(thing: Thing, about: About | undefined): Partial<IndicatorFacts> {
  const tactics = listOf(thing.kill_chain_phases).flatMap((phase) => {
    const name = isRecord(phase) ? textOf(phase.phase_name) : undefined;
    return TACTICS.find((tactic) => tactic === name?.replaceAll("_", "-")) ?? [];
  });
  const tlp = listOf(thing.object_marking_refs).flatMap((ref) => TLP[String(ref)] ?? [])[0];
  const label = about?.names[0] ?? textOf(thing.name);
  const asOf = dayOf(timeOf(thing.modified) ?? timeOf(thing.created));
  return {
    ...(typeof thing.confidence === "number"
      ? { confidence: Math.min(100, Math.max(0, Math.round(thing.confidence))) }
      : {}),
    ...(asOf === undefined ? {} : { asOf }),
    ...(label === undefined ? {} : { label: label.slice(0, LABEL_MAX) }),
    ...(tlp === undefined ? {} : { tlp }),
    ...(about === undefined || about.techniques.length === 0 ? {} : { techniques: [...new Set(about.techniques)] }),
    ...(tactics.length === 0 ? {} : { tactics: [...new Set(tactics)] }),
    ...(thing.revoked === true ? { revoked: true as const } : {}),
  };
}
