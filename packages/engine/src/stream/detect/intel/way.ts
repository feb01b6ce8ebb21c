/**
 * The way of knowing `intel`: events meet indicators.
 *
 * Enters: events with entities. Leaves: a detection for each indicator that an event meets, once per event.
 * W1. The id rests on rule, indicator and event: a replay, another version of the table and a look back give the same one.
 * W2. A detection names the version (digest) of the table that knew it; `shelf` may be swapped between any two batches.
 * W3. What does not count (expired, revoked, faded, on a warning list) is counted by its reason.
 * W4. Several feeds that know one indicator are one detection: the surest feed names it, the others stand beside it.
 */
import type { Detection, MatchedField } from "@cordon/model/detection";
import type { Entity } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { detectionId, type Sha256, sha256Of } from "@cordon/model/ids";
import type { Indicator } from "@cordon/model/indicator";
import { instant, isoTime } from "@cordon/model/time";
import type { Way } from "../join-ways.ts";
import { type Wanted, wantedOf } from "./lookups.ts";
import { pointerTo } from "./pointer.ts";
import { severityOf, standingAt } from "./standing.ts";
import type { IntelTable } from "./table.ts";

/** What is in use now. Its holder swaps it; the way reads it once per batch. */
export interface IntelShelf {
  readonly table: IntelTable;
  /** Values that are never bad, by the same kinds; their `feed` is the list. */
  readonly warning: IntelTable;
  readonly confidenceMin: number;
  /** Whether events before `valid_from` count: when old logs are searched with new knowledge. A look back always counts them. */
  readonly beforeValid: "silent" | "counts";
}

export interface IntelCounts {
  readonly lookups: number;
  readonly hits: number;
  readonly expired: number;
  readonly notYetValid: number;
  readonly revoked: number;
  readonly faded: number;
  /** By warning list. */
  readonly suppressed: Readonly<Record<string, number>>;
}

export interface IntelWay extends Way {
  readonly counts: () => IntelCounts;
  /** The same question about stored events: detections that say so. */
  readonly retro: (events: readonly Event[]) => readonly Detection[];
}

interface Met {
  readonly indicator: Indicator;
  readonly confidence: number;
  readonly wanted: Wanted;
}

export function makeIntelWay(shelf: () => IntelShelf, hash: (text: string) => Sha256): IntelWay {
  const counts = { lookups: 0, hits: 0, expired: 0, "not-yet-valid": 0, revoked: 0, faded: 0 };
  const suppressed = new Map<string, number>();

  const judge = (
    indicator: Indicator,
    wanted: Wanted,
    at: { readonly time: number; readonly shelf: IntelShelf },
  ): Met | undefined => {
    const standing = standingAt(indicator, at.time, at.shelf);
    if (standing.kind !== "counts") {
      counts[standing.kind] += 1;
      return undefined;
    }
    const warning = silencedBy(at.shelf.warning, indicator, wanted);
    if (warning === undefined) return { indicator, confidence: standing.confidence, wanted };
    suppressed.set(warning, (suppressed.get(warning) ?? 0) + 1);
    return undefined;
  };

  const detectOne = (event: Event, now: IntelShelf, into: Detection[]): void => {
    const wanted: Wanted[] = [];
    for (const entity of event.entities) wantedOf(entity, wanted);
    const met = new Map<string, Met[]>();
    const asked = new Set<string>();
    for (const one of wanted) {
      const question = `${one.kind}:${one.value}`;
      if (asked.has(question)) continue;
      asked.add(question);
      counts.lookups += 1;
      for (const indicator of now.table.meets(one.kind, one.value)) {
        const hit = judge(indicator, one, { time: event.time, shelf: now });
        if (hit === undefined) continue;
        const key = `${indicator.kind}:${indicator.value}`;
        met.set(key, [...(met.get(key) ?? []), hit]);
      }
    }
    for (const [key, hits] of met) into.push(detectionOf(event, { key, hits, version: now.table.parts.digest, hash }));
  };

  const ask = (events: readonly Event[], now: IntelShelf): readonly Detection[] => {
    if (now.table.rows === 0) return [];
    const found: Detection[] = [];
    for (const event of events) detectOne(event, now, found);
    counts.hits += found.length;
    return found;
  };

  return {
    name: "intel",
    detect: (events) => ask(events, shelf()),
    retro: (events) => ask(events, { ...shelf(), beforeValid: "counts" }).map(asRetro),
    tick: () => [],
    finish: () => [],
    remembers: false,
    snapshot: () => "",
    restore: () => true,
    counts: () => {
      const { "not-yet-valid": notYetValid, ...rest } = counts;
      return { ...rest, notYetValid, suppressed: Object.fromEntries(suppressed) };
    },
  };
}

/** The warning list that keeps an indicator silent, if one does and its feed does not insist. */
export function silencedBy(
  warning: IntelTable,
  indicator: Indicator,
  wanted: Pick<Wanted, "kind" | "value">,
): string | undefined {
  const { insist } = indicator.facts;
  if (insist === "all") return undefined;
  const list = warningFor(warning, indicator, wanted);
  return insist === "own-network" && list === OWN_NETWORK ? undefined : list;
}

/** The shipped list of addresses that are no one's on the internet, but may well be one's own. */
const OWN_NETWORK = "reserved-ranges";

/** A list that names the indicator, or the value that met a range. A range that holds something harmless stays bad elsewhere. */
function warningFor(
  warning: IntelTable,
  indicator: Indicator,
  wanted: Pick<Wanted, "kind" | "value">,
): string | undefined {
  const { kind, value } = indicator;
  if (kind !== "cidr") return warning.meets(kind, value)[0]?.facts.feed;
  // A range is named by a range at least as wide: its first address alone says nothing about the rest.
  const around = warning.meets("ip", value.slice(0, value.lastIndexOf("/")));
  const own = around.find((one) => prefixBits(one) <= prefixBits(indicator));
  return own?.facts.feed ?? warning.meets(wanted.kind, wanted.value)[0]?.facts.feed;
}

const prefixBits = ({ kind, value }: Indicator): number =>
  kind === "cidr" ? Number(value.slice(value.lastIndexOf("/") + 1)) : 128;

interface Hit {
  readonly key: string;
  readonly hits: readonly Met[];
  readonly version: string;
  readonly hash: (text: string) => Sha256;
}

function detectionOf(event: Event, { key, hits, version, hash }: Hit): Detection {
  const ranked = hits.toSorted((a, b) => b.confidence - a.confidence);
  const best = ranked[0] ?? hits[0];
  if (best === undefined) throw new Error("intel: a hit without an indicator");
  const { indicator, confidence, wanted } = best;
  const { facts } = indicator;
  const severity = severityOf(indicator);
  const rule = `intel:${facts.feed}`;
  const host = event.entities.find(({ kind, role }) => kind === "host" && role === "device")?.value ?? "";
  return {
    id: detectionId(`det-${hash(`intel\n${key}\n${event.id}`).slice(0, 32)}`),
    rule: {
      id: rule,
      title: titleOf(indicator, wanted.entity, event.class),
      level: severity,
      source: rule,
      version: sha256Of(version),
    },
    severity,
    confidence,
    techniques: [...new Set(ranked.flatMap((met) => met.indicator.facts.techniques ?? []))],
    tactics: [...new Set(ranked.flatMap((met) => met.indicator.facts.tactics ?? []))],
    time: event.time,
    evidence: [event.id],
    entities: event.entities,
    dedupKey: [rule, key, host].join("|"),
    input: event.provenance.input,
    position: event.provenance.position,
    matched: [matchedOf(event, best), ...ranked.map((met) => reasonOf(met, event.time))],
  };
}

const KIND_WORD = {
  ip: "address",
  cidr: "network",
  domain: "domain",
  url: "URL",
  hash: "file hash",
  email: "mail address",
  regkey: "registry key",
  file: "file",
} as const;

/** OCSF class of questions to the name service. */
const DNS = 4003;

/** Roles say which way it went: towards the bad thing, or from it. */
function titleOf({ kind, value, facts }: Indicator, { role }: Entity, eventClass: number): string {
  const name = facts.label === undefined ? "" : ` (${facts.label})`;
  const short = value.length > TITLE_VALUE_MAX ? `${value.slice(0, TITLE_VALUE_MAX)}…` : value;
  const thing = `known bad ${KIND_WORD[kind]} ${short}${name}`;
  const network = kind === "ip" || kind === "cidr" || kind === "domain" || kind === "url";
  if (network && role === "src") return `Traffic from ${thing}`;
  const deed = kind === "domain" && eventClass === DNS ? "asked for" : network && role === "dst" ? "contacted" : "seen";
  return `${thing.charAt(0).toUpperCase()}${thing.slice(1)} ${deed}`;
}

/** A title stays a line. */
const TITLE_VALUE_MAX = 80;

function matchedOf(event: Event, { wanted }: Met): MatchedField {
  const { entity } = wanted;
  const pointer = pointerTo(event.raw, [entity.raw, entity.value]);
  return {
    ...{ selection: "indicator", field: `${entity.kind}.${entity.role}`, value: entity.raw ?? entity.value },
    ...(pointer === undefined ? {} : { pointer }),
  };
}

function reasonOf({ indicator, confidence }: Met, time: number): MatchedField {
  const { kind, value, facts, validUntil } = indicator;
  return {
    selection: "reason",
    field: facts.feed,
    value: {
      ...{ indicator: `${kind}:${value}`, feed: facts.feed, confidence, statedConfidence: facts.confidence },
      ...(facts.label === undefined ? {} : { label: facts.label }),
      ...(facts.tlp === undefined ? {} : { tlp: facts.tlp }),
      validUntil: validUntil === undefined ? "no end stated" : isoTime(instant(validUntil)),
      at: isoTime(instant(time)),
    },
  };
}

const asRetro = (detection: Detection): Detection => ({
  ...detection,
  rule: { ...detection.rule, status: "retro", title: `${detection.rule.title}, found in stored events` },
  matched: [...detection.matched, { selection: "retro", field: "", value: true }],
});
