/** What came true in a correlation -> a detection, and what outer correlations see of it. */
import type { Detection, MatchedField } from "@cordon/model/detection";
import { type Entity, entityKey } from "@cordon/model/entity";
import { detectionId, type EventId, type NonEmpty, nonEmpty, type Sha256 } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import type { RuleFacts } from "../sigma/detection.ts";
import { fold } from "../sigma/fold.ts";
import type { CorrelationRule } from "./correlation.ts";
import type { Entry, Origin } from "./entry.ts";
import type { Fire } from "./group.ts";
import type { Arrival } from "./lane.ts";
import { ELEMENTS_MAX } from "./read-fields.ts";

/** A person reads a few; the first and the newest tell the story. All are counted. */
export const EVIDENCE_MAX = 100;
/** Entities are looked for in this many events of an alert: beyond that, they only repeat. */
const EVENTS_READ_MAX = 1_000;
const ENTITIES_MAX = 32;

export interface AlertContext {
  readonly facts: RuleFacts;
  readonly hash: (text: string) => Sha256;
}

export function alertOf(rule: CorrelationRule, fire: Fire, { facts, hash }: AlertContext): Detection | undefined {
  const { entries, key, entry } = fire;
  const evidence = citedOf(entries);
  const first = evidence?.[0];
  const last = entries.at(-1);
  if (evidence === undefined || first === undefined || last === undefined) return undefined;
  const { ref } = facts;
  return {
    id: detectionId(`det-${hash([ref.id, ref.version, key, first].join("\n")).slice(0, 32)}`),
    rule: ref,
    severity: ref.level,
    confidence: facts.confidence,
    techniques: facts.techniques,
    tactics: facts.tactics,
    time: instant(Math.max(last.time, entry.time)),
    evidence,
    entities: entitiesOf(fire),
    dedupKey: [ref.id, key].join("|"),
    input: last.origin.input,
    position: last.origin.position,
    matched: matchedOf(rule, fire),
  };
}

/** The first half and the newest half; inner alerts bring their own evidence. */
function citedOf(entries: readonly Entry[]): NonEmpty<EventId> | undefined {
  const all = new Set(entries.flatMap(({ origin }) => origin.evidence));
  const ids = [...all];
  const half = EVIDENCE_MAX / 2;
  return nonEmpty(ids.length <= EVIDENCE_MAX ? ids : [...ids.slice(0, half), ...ids.slice(-half)]);
}

function eventsOf(entries: readonly Entry[]): number {
  const origins = new Map(entries.map(({ origin }) => [origin.evidence[0], origin.events]));
  return [...origins.values()].reduce((sum, events) => sum + events, 0);
}

/** Group-by values as the entities they are, and the hosts and accounts that all contributing events share. */
function entitiesOf({ entries, shown }: Fire): readonly Entity[] {
  const wanted = new Set(shown.map(fold));
  const seen = new Map<string, { readonly entity: Entity; events: number }>();
  const read = entries.slice(-EVENTS_READ_MAX);
  for (const { origin } of read) {
    const own = new Map(origin.entities.map((entity) => [`${entity.role} ${entityKey(entity)}`, entity]));
    for (const [key, entity] of own) {
      const known = seen.get(key);
      if (known === undefined) seen.set(key, { entity, events: 1 });
      else known.events += 1;
    }
  }
  const found = [...seen.values()].filter(
    ({ entity, events }) => isNamed(entity, wanted) || (isWhoOrWhere(entity) && events === read.length),
  );
  return found.slice(0, ENTITIES_MAX).map(({ entity }) => entity);
}

const isWhoOrWhere = ({ kind }: Entity): boolean => kind === "host" || kind === "user";

/** A group-by value may be the bare name of an account that its entity names with the domain. */
function isNamed({ kind, value, raw }: Entity, wanted: ReadonlySet<string>): boolean {
  const folded = fold(value);
  if (wanted.has(folded) || (raw !== undefined && wanted.has(fold(raw)))) return true;
  const at = folded.lastIndexOf("\\");
  return kind === "user" && at >= 0 && wanted.has(folded.slice(at + 1));
}

function matchedOf(rule: CorrelationRule, fire: Fire): readonly MatchedField[] {
  const { entries, shown, amount, lost } = fire;
  const events = eventsOf(entries);
  const of = rule.valueNames.length === 0 ? "" : ` of ${rule.valueNames.join(", ")}`;
  const rows: readonly (readonly [string, MatchedField["value"]])[] = [
    ...rule.groupBy.map((name, i) => [name, shown[i] ?? ""] as const),
    [`${rule.type}${of}`, Math.round(amount * 1_000) / 1_000],
    ["events", lost > 0 ? `at least ${events}` : events],
    ...(events > EVIDENCE_MAX ? [["events cited", EVIDENCE_MAX] as const] : []),
    ["window", spanText(rule.spanMs)],
    ["from", new Date(entries[0]?.time ?? 0).toISOString()],
    ["to", new Date(entries.at(-1)?.time ?? 0).toISOString()],
  ];
  return rows.map(([field, value]) => ({ selection: "correlation", field, value }));
}

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

function spanText(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms % length === 0) ?? ["s", 1_000];
  return `${ms / size}${unit}`;
}

/** An alert as an event for outer correlations: at the place of the event that made it true. */
export function arrivalOf(rule: CorrelationRule, carry: readonly string[], { entries, entry, shown }: Fire): Arrival {
  const cited = citedOf(entries) ?? [];
  const entities = entitiesOf({ key: "", shown, entry, entries, amount: 0, lost: 0 });
  const origin: Origin = { ...entry.origin, evidence: cited, events: eventsOf(entries), entities };
  return {
    ...{ time: entry.time, order: entry.order, origin },
    read: (field) => {
      const at = rule.groupBy.indexOf(field);
      if (at >= 0) return shown[at] === undefined ? undefined : [shown[at]];
      const carried = carry.indexOf(field);
      if (carried < 0) return undefined;
      const texts = new Set(entries.flatMap((one) => one.carried[carried] ?? []));
      return texts.size === 0 ? undefined : [...texts].slice(0, ELEMENTS_MAX);
    },
  };
}
