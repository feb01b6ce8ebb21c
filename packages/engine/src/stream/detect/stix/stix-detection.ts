/** Observations that satisfy a pattern -> a detection. The same pattern and events give the same detection on every run. */
import type { Detection, MatchedField } from "@cordon/model/detection";
import { type Entity, type EntityKind, entityKey } from "@cordon/model/entity";
import { detectionId, type EventId, nonEmpty, type Sha256 } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import type { Item } from "./bind.ts";
import type { Seen } from "./holds.ts";
import type { StixRule } from "./stix-rule.ts";

/** An observation as a detection cites it. */
export interface StixItem extends Item {
  readonly event: EventId;
  /** Which observation of the event: a bundle brings several. */
  readonly part: number;
  readonly time: number;
  readonly input: string;
  readonly position: number;
  readonly entities: readonly Entity[];
  /** What each of `leaves` found, in the same order. */
  readonly found: readonly Seen[];
}

export type BoundItem = readonly [leaf: number, item: StixItem];

const ENTITIES_MAX = 64;
const MATCHED_MAX = 64;
const EVIDENCE_MAX = 100;

export interface StixFinding {
  readonly rule: StixRule;
  readonly bound: readonly BoundItem[];
  /** Observations that this pattern had to forget so far. */
  readonly evicted: number;
}

export function stixDetection(
  { rule, bound, evicted }: StixFinding,
  hash: (text: string) => Sha256,
): Detection | undefined {
  const items = [...new Set(bound.map(([, item]) => item))].sort((a, b) => a.time - b.time || a.order - b.order);
  const evidence = nonEmpty([...new Set(items.map(({ event }) => event))]);
  const last = items.at(-1);
  if (evidence === undefined || last === undefined) return undefined;
  const { ref } = rule;
  const keys = items.map(({ event, part }) => (part === 0 ? event : `${event}#${part}`));
  const entities = entitiesOf(items);
  const [first, ...rest] = evidence;
  return {
    id: detectionId(`det-${hash([ref.id, ref.version, ...keys].join("\n")).slice(0, 32)}`),
    rule: ref,
    severity: ref.level,
    confidence: rule.confidence,
    techniques: rule.techniques,
    tactics: rule.tactics,
    time: instant(last.time),
    evidence: rest.length < EVIDENCE_MAX ? evidence : [first, ...rest.slice(-EVIDENCE_MAX + 1)],
    entities,
    dedupKey: [ref.id, placeOf(entities, "host", "ip"), placeOf(entities, "user", "ip")].join("|"),
    input: last.input,
    position: last.position,
    matched: [...matchedOf(bound, evicted), ...alsoOf(rule)],
  };
}

function entitiesOf(items: readonly StixItem[]): readonly Entity[] {
  const [only] = items;
  if (only !== undefined && items.length === 1) return only.entities;
  const all = new Map<string, Entity>();
  for (const { entities } of items) {
    for (const entity of entities) {
      const key = `${entity.role} ${entityKey(entity)}`;
      if (!all.has(key)) all.set(key, entity);
      if (all.size >= ENTITIES_MAX) return [...all.values()];
    }
  }
  return [...all.values()];
}

function placeOf(entities: readonly Entity[], ...kinds: readonly EntityKind[]): string {
  for (const kind of kinds) {
    const found = entities.find((entity) => entity.kind === kind && entity.wellKnown !== true);
    if (found !== undefined) return found.value;
  }
  return "";
}

/** Who else says so, in the form in which indicators of lists are reasoned. */
const alsoOf = ({ ref, also, confidence }: StixRule): readonly MatchedField[] =>
  also.map((feed) => ({ selection: "reason", field: feed, value: { indicator: ref.id, feed, confidence } }));

function matchedOf(bound: readonly BoundItem[], evicted: number): readonly MatchedField[] {
  const rows = bound.flatMap(([leaf, item]) => {
    const seen = item.found[item.leaves.indexOf(leaf)] ?? [];
    return seen.map(({ field, value }) => ({ selection: `[${leaf + 1}]`, field, value }));
  });
  const forgotten = evicted === 0 ? [] : [{ selection: "stix", field: "observations forgotten", value: evicted }];
  return [...rows.slice(0, MATCHED_MAX), ...forgotten];
}
