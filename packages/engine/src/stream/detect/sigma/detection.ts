/** A rule that held for an event -> detection. Deterministic: the same rule version and event give the same detection. */
import type { Detection, MatchedField } from "@cordon/model/detection";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { detectionId, type Sha256 } from "@cordon/model/ids";
import type { Level, RuleRef } from "@cordon/model/rule";
import { TACTICS } from "@cordon/model/technique";
import type { RuleHead, SigmaRule } from "./rule.ts";

export interface RuleFacts {
  readonly ref: RuleRef;
  readonly confidence: number;
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
}

export function factsOf(rule: RuleHead, version: Sha256): RuleFacts {
  const { id, title, level, path: source, author, status } = rule;
  return {
    ref: {
      id,
      title,
      level,
      source,
      version,
      ...(author === undefined ? {} : { author }),
      ...(status === undefined ? {} : { status }),
    },
    confidence: confidenceOf(level, status),
    techniques: techniquesOf(rule.tags),
    tactics: tacticsOf(rule.tags),
  };
}

/** Facts of each rule, made once. */
export function makeFacts(hash: (text: string) => Sha256): (rule: SigmaRule) => RuleFacts {
  const known = new WeakMap<SigmaRule, RuleFacts>();
  return (rule) => {
    const facts = known.get(rule) ?? factsOf(rule, hash(rule.text));
    known.set(rule, facts);
    return facts;
  };
}

export function detectionOf(facts: RuleFacts, event: Event, match: Match): Detection {
  const { ref } = facts;
  return {
    id: detectionId(`det-${match.hash(`${ref.id}\n${ref.version}\n${event.id}`).slice(0, 32)}`),
    rule: ref,
    severity: ref.level,
    confidence: facts.confidence,
    techniques: facts.techniques,
    tactics: facts.tactics,
    time: event.time,
    evidence: [event.id],
    entities: event.entities,
    dedupKey: dedupKey(ref.id, event.entities, match.matched),
    input: event.provenance.input,
    position: event.provenance.position,
    matched: match.matched,
  };
}

export interface Match {
  readonly matched: readonly MatchedField[];
  readonly hash: (text: string) => Sha256;
}

/**
 * How much a hit proves before anything local is known. Sigma's `status` says how far the rule has been tried in the
 * field, and `level` also how often it fires on harmless things (critical: should never; low: often). So:
 *
 * | status       |    | level         |     |
 * |--------------|----|---------------|-----|
 * | stable       | 70 | critical      | +20 |
 * | test         | 55 | high          | +10 |
 * | experimental | 40 | medium        |   0 |
 * | other, none  | 40 | low           | -15 |
 * |              |    | informational | -30 |
 */
const STATUS_CONFIDENCE: ReadonlyMap<string, number> = new Map([
  ["stable", 70],
  ["test", 55],
  ["experimental", 40],
]);
const LEVEL_CONFIDENCE: Readonly<Record<Level, number>> = {
  critical: 20,
  high: 10,
  medium: 0,
  low: -15,
  informational: -30,
};

function confidenceOf(level: Level, status: string | undefined): number {
  return (STATUS_CONFIDENCE.get(status ?? "") ?? 40) + LEVEL_CONFIDENCE[level];
}

/** `attack.t1059.001` -> `T1059.001`. */
function techniquesOf(tags: readonly string[]): readonly string[] {
  const found = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? []);
  return [...new Set(found)];
}

/** Tags write tactics with `-` or `_`. */
function tacticsOf(tags: readonly string[]): readonly string[] {
  const found = tags.flatMap((tag) => {
    if (!tag.startsWith("attack.")) return [];
    const name = tag.slice("attack.".length).replaceAll("_", "-");
    return TACTICS.find((tactic) => tactic === name) ?? [];
  });
  return [...new Set(found)];
}

/**
 * A repeat is the same thing when the same rule fires on the same host, for the same user, over the same deed.
 * The deed is the most telling field that matched, with numbers, hex and white space evened out, so that a process id
 * or a temporary name in a command line does not make every repeat a new thing.
 */
function dedupKey(rule: string, entities: readonly Entity[], matched: readonly MatchedField[]): string {
  const where =
    entityOf(entities, "host", ["device", "target", "dst"]) ??
    entityOf(entities, "resource", ["target", "object", "device"]) ??
    entityOf(entities, "ip", ["dst", "target", "device"]);
  const who = entityOf(entities, "user", ["actor", "target"]) ?? entityOf(entities, "ip", ["src", "actor"]);
  const mail = who === undefined ? entityOf(entities, "message", ["object"]) : undefined;
  // Where nobody acts the content is what differs: two bad files on one host are two things to take away.
  const content = who === undefined && mail === undefined ? entityOf(entities, "hash", ["object"]) : undefined;
  return [rule, where ?? "", who ?? mail ?? content ?? "", deedOf(matched)].join("|");
}

function entityOf(entities: readonly Entity[], kind: EntityKind, roles: readonly EntityRole[]): string | undefined {
  for (const role of roles) {
    const found = entities.find((entity) => entity.kind === kind && entity.role === role);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

const TELLING: readonly string[] = [
  "CommandLine",
  "ScriptBlockText",
  "TargetObject",
  "TargetFilename",
  "ImageLoaded",
  "TargetImage",
  "PipeName",
  "ServiceName",
  "TaskName",
  "QueryName",
  "DestinationHostname",
  "DestinationIp",
  "cs-uri",
  "c-uri",
  "Image",
  "eventName",
];

/** Longer deeds differ in their tails only. */
const DEED_LENGTH_MAX = 160;

function deedOf(matched: readonly MatchedField[]): string {
  const telling = TELLING.map((name) => matched.find(({ field }) => field === name)).find((hit) => hit !== undefined);
  const hit = telling ?? matched[0];
  if (hit === undefined) return "";
  const text = typeof hit.value === "string" ? hit.value : JSON.stringify(hit.value);
  const even = text
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/\b(0x)?[0-9a-f]*\d[0-9a-f]*\b/g, "#");
  return `${hit.field}=${even.slice(0, DEED_LENGTH_MAX)}`;
}
