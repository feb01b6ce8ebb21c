/**
 * What a rule or correlation would have done over events of the past, before it goes live.
 *
 * Enters: a loaded set with the one to try, then counts of stored events and those that can hit, in any number of batches
 * (a correlation wants them oldest first). Leaves: a report: hits per day, hosts, users, noisiest values, examples, a verdict, a proposed filter.
 * B1. A hit here is a detection of the live engine: the same detector, filters included. A rule that a correlation mutes is
 *     tried as if it were not.
 * B2. Memory is bounded whatever the number of hits: values, days and examples have limits, and what is over them is said.
 */
import type { WireBacktest } from "@cordon/model/api/backtest";
import type { Detection } from "@cordon/model/detection";
import type { Entity, EntityKind, EntityRole } from "@cordon/model/entity";
import type { Event, LogSource } from "@cordon/model/event";
import type { EventId, Sha256 } from "@cordon/model/ids";
import type { Json } from "@cordon/model/json";
import type { EventTally } from "@cordon/model/ports/event-store";
import { DAY, type Instant, instant, isoTime } from "@cordon/model/time";
import { type FieldView, PLAIN_VIEW, readField } from "@cordon/model/view";
import { CONTEXT_FIELDS, proposeFilter } from "./backtest-filter.ts";
import { textsOf } from "./backtest-texts.ts";
import { verdictOf } from "./backtest-verdict.ts";
import type { CorrelationRule } from "./correlate/correlation.ts";
import { type Detector, makeDetector } from "./detect.ts";
import type { RuleSet } from "./sigma/load-rules.ts";
import { logsourceApplies, scopeKey } from "./sigma/logsource.ts";
import type { SigmaRule } from "./sigma/rule.ts";
import { makeTally, type Tally, textOfValue } from "./value-tally.ts";

export type ClosedAs = "true-positive" | "benign-positive" | "false-positive" | "other" | "open";

export interface BacktestParts {
  readonly set: RuleSet;
  readonly target: BacktestTarget;
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
  /** How the incident closed that holds the event; undefined when none does. */
  readonly closedAs: (event: EventId) => ClosedAs | undefined;
}

export type BacktestTarget =
  | { readonly kind: "rule"; readonly rule: SigmaRule }
  | { readonly kind: "correlation"; readonly rule: CorrelationRule };

export interface Covered {
  readonly wantedFrom: Instant;
  readonly wantedTo: Instant;
  readonly stoppedBy?: "events" | "seconds" | "stop";
}

export interface Backtest {
  /** Of each list one text stands in the raw record of every event that can hit; empty = any event can. */
  readonly texts: readonly (readonly string[])[];
  readonly admits: (log: LogSource) => boolean;
  /** Events of the past, whether or not they are taken. */
  readonly count: (tallies: readonly EventTally[]) => void;
  /** Events that can hit; others change nothing but, of a correlation, its time. */
  readonly take: (events: readonly Event[]) => void;
  /** Nothing comes any more. */
  readonly report: (covered: Covered) => WireBacktest;
}

const EXAMPLES_MAX = 5;
const TOP = 10;
/** A look back of more days than this shows its first ones. */
const DAYS_MAX = 400;
/** Different alerts counted per run; beyond it each hit counts. */
const ALERTS_MAX = 200_000;
const ELEMENTS_MAX = 16;

interface Seen {
  events: number;
  inScope: number;
  hits: number;
  alerts: number;
  from: number;
  to: number;
  readonly days: Map<string, { hits: number; events: number }>;
  readonly alertKeys: Set<string>;
  readonly hosts: Tally;
  readonly users: Tally;
  readonly matched: Map<string, Tally>;
  readonly around: Map<string, Tally>;
  readonly incidents: WireBacktest["incidents"];
  readonly examples: WireBacktest["examples"];
  readonly exampleKeys: Set<string>;
}

export function makeBacktest(parts: BacktestParts): Backtest {
  const { target, views } = parts;
  const { rules, correlations } = neededBy(target);
  const detector = detectorOf(parts, rules, correlations);
  const admits = makeAdmits(rules);
  const seen = emptySeen();
  const note = (detections: readonly Detection[], events: ReadonlyMap<EventId, Event>): void => {
    for (const detection of detections) {
      if (detection.rule.id !== target.rule.id) continue;
      const event = events.get(detection.evidence.at(-1) ?? detection.evidence[0]);
      countHit(seen, detection, parts.closedAs);
      countValues(seen, detection, target);
      if (event !== undefined && target.kind === "rule") countAround(seen, event, views);
    }
  };
  return {
    texts: textsOf(rules, views),
    admits,
    count(tallies) {
      for (const tally of tallies) countEvents(seen, tally, admits(tally.log));
    },
    take(events) {
      note(detector.detect(events), new Map(events.map((event) => [event.id, event])));
    },
    report(covered) {
      note(detector.finish(), new Map());
      return reportOf(parts, seen, { ...covered, failed: detector.stats().failed.count });
    },
  };
}

/** The rules that are asked, and of correlations all that feed the target, what is referred to first. */
function neededBy(target: BacktestTarget): {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly CorrelationRule[];
} {
  if (target.kind === "rule") return { rules: [target.rule], correlations: [] };
  const rules = new Set<SigmaRule>();
  const correlations = new Set<CorrelationRule>();
  const visit = (rule: CorrelationRule): void => {
    for (const { to } of rule.parts) {
      if (to.kind === "rule") rules.add(to.rule);
      else visit(to.rule);
    }
    correlations.add(rule);
  };
  visit(target.rule);
  return { rules: [...rules], correlations: [...correlations] };
}

function detectorOf(
  { set, target, views, hash }: BacktestParts,
  rules: readonly SigmaRule[],
  correlations: readonly CorrelationRule[],
): Detector {
  // What only feeds the target makes no detections: none would be counted.
  const feeders = [...rules, ...correlations].filter(({ id }) => id !== target.rule.id);
  const muting = target.kind === "correlation" ? [target.rule] : [];
  const muted = new Map(feeders.map(({ id }) => [id, muting]));
  const options = { informational: true };
  return makeDetector({ rules, correlations, filtersOf: set.filtersOf, muted, options }, views, hash);
}

function makeAdmits(rules: readonly SigmaRule[]): (log: LogSource) => boolean {
  const known = new Map<string, boolean>();
  return (log) => {
    const key = scopeKey(log);
    const answer = known.get(key) ?? rules.some((rule) => logsourceApplies(rule.logsource, log));
    known.set(key, answer);
    return answer;
  };
}

function emptySeen(): Seen {
  return {
    ...{ events: 0, inScope: 0, hits: 0, alerts: 0, from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY },
    ...{ days: new Map(), alertKeys: new Set(), hosts: makeTally(), users: makeTally() },
    ...{ matched: new Map(), around: new Map(), examples: [], exampleKeys: new Set() },
    incidents: { truePositive: 0, benignPositive: 0, falsePositive: 0, other: 0, open: 0, none: 0 },
  };
}

const dayOf = (time: Instant): string => isoTime(time).slice(0, 10);

function dayRow(seen: Seen, time: Instant): { hits: number; events: number } {
  const day = dayOf(time);
  const row = seen.days.get(day) ?? { hits: 0, events: 0 };
  seen.days.set(day, row);
  return row;
}

function countEvents(seen: Seen, { events, first, last }: EventTally, inScope: boolean): void {
  seen.events += events;
  seen.from = Math.min(seen.from, first);
  seen.to = Math.max(seen.to, last);
  if (!inScope) return;
  seen.inScope += events;
  dayRow(seen, first).events += events;
}

function countHit(seen: Seen, detection: Detection, closedAs: BacktestParts["closedAs"]): void {
  seen.hits += 1;
  dayRow(seen, detection.time).hits += 1;
  const key = `${dayOf(detection.time)}|${detection.dedupKey}`;
  if (!seen.alertKeys.has(key)) {
    seen.alerts += 1;
    if (seen.alertKeys.size < ALERTS_MAX) seen.alertKeys.add(key);
  }
  const host = nameOf(detection.entities, "host", ["device", "target", "dst"]);
  const user = nameOf(detection.entities, "user", ["actor", "target"]);
  if (host !== undefined) seen.hosts.add(host);
  if (user !== undefined) seen.users.add(user);
  seen.incidents[INCIDENT_KEY[incidentState(detection, closedAs)]] += 1;
  if (seen.examples.length >= EXAMPLES_MAX || seen.exampleKeys.has(detection.dedupKey)) return;
  seen.exampleKeys.add(detection.dedupKey);
  seen.examples.push({
    event: detection.evidence.at(-1) ?? detection.evidence[0],
    ...{ time: detection.time, input: detection.input, position: detection.position, host, user },
    matched: detection.matched.map(({ field, value }) => ({ field, value: textOfValue(value) })),
  });
}

const INCIDENT_KEY = {
  "true-positive": "truePositive",
  "benign-positive": "benignPositive",
  "false-positive": "falsePositive",
  other: "other",
  open: "open",
  none: "none",
} as const;

function incidentState({ evidence }: Detection, closedAs: BacktestParts["closedAs"]): ClosedAs | "none" {
  for (const event of evidence) {
    const state = closedAs(event);
    if (state !== undefined) return state;
  }
  return "none";
}

function nameOf(entities: readonly Entity[], kind: EntityKind, roles: readonly EntityRole[]): string | undefined {
  for (const role of roles) {
    const found = entities.find((entity) => entity.kind === kind && entity.role === role);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** Of a correlation only the group says who is noisy; its other rows are counts and times. */
function countValues(seen: Seen, { matched }: Detection, target: BacktestTarget): void {
  const groupBy = target.kind === "correlation" ? new Set(target.rule.groupBy) : undefined;
  const counted = new Set<string>();
  for (const { field, value } of matched) {
    if (counted.has(field) || groupBy?.has(field) === false) continue;
    counted.add(field);
    addAll(tallyOf(seen.matched, field), value);
  }
}

function countAround(seen: Seen, event: Event, views: BacktestParts["views"]): void {
  const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
  for (const field of CONTEXT_FIELDS) {
    const hit = readField(view, event.raw, field);
    if (hit !== undefined) addAll(tallyOf(seen.around, field), hit.value);
  }
}

function tallyOf(tallies: Map<string, Tally>, field: string): Tally {
  const tally = tallies.get(field) ?? makeTally();
  tallies.set(field, tally);
  return tally;
}

function addAll(tally: Tally, value: Json): void {
  const elements = Array.isArray(value) ? value.slice(0, ELEMENTS_MAX) : [value];
  for (const text of new Set(elements.filter((one) => one !== null && one !== "").map(textOfValue))) tally.add(text);
}

interface Ended extends Covered {
  readonly failed: number;
}

function reportOf({ target, hash }: BacktestParts, seen: Seen, ended: Ended): WireBacktest {
  const { wantedFrom, wantedTo, stoppedBy, failed } = ended;
  const { id, title, level } = target.rule;
  const fields = fieldsOf(seen);
  const days = seen.events === 0 ? 0 : Math.max(1, (seen.to - seen.from) / DAY);
  const perDay = (count: number): number => (days === 0 ? 0 : Math.round((count / days) * 100) / 100);
  const facts = {
    rule: { id, title, level, ...(target.kind === "correlation" ? { correlation: target.rule.type } : {}) },
    covered: {
      ...(seen.events === 0 ? {} : { from: seen.from, to: seen.to }),
      ...{ wantedFrom, wantedTo, events: seen.events, inScope: seen.inScope, failed },
      ...{ complete: stoppedBy === undefined, ...(stoppedBy === undefined ? {} : { stoppedBy }) },
    },
    ...{ hits: seen.hits, alerts: seen.alerts, hitsPerDay: perDay(seen.hits), alertsPerDay: perDay(seen.alerts) },
    perDay: daysOf(seen),
    hosts: seen.hosts.top(TOP),
    users: seen.users.top(TOP),
    fields,
    incidents: seen.incidents,
    examples: seen.examples,
  };
  const filter = target.kind === "rule" ? proposeFilter(target.rule, facts, hash) : undefined;
  return { ...facts, verdict: verdictOf(facts, filter), ...(filter === undefined ? {} : { filter }) };
}

function fieldsOf(seen: Seen): WireBacktest["fields"] {
  const row = (field: string, tally: Tally, matched: boolean) => ({
    ...{ field, matched, distinct: tally.distinct(), more: tally.more() },
    values: tally.top(TOP),
  });
  return [
    ...[...seen.matched].map(([field, tally]) => row(field, tally, true)),
    ...[...seen.around].filter(([field]) => !seen.matched.has(field)).map(([field, tally]) => row(field, tally, false)),
  ];
}

/** Every day between the first and the last, also those without an event: a gap is part of the answer. */
function daysOf(seen: Seen): WireBacktest["perDay"] {
  if (seen.events === 0) return [];
  const rows: WireBacktest["perDay"] = [];
  const last = dayOf(instant(seen.to));
  for (let at = seen.from; rows.length < DAYS_MAX; at += DAY) {
    const day = dayOf(instant(at));
    if (day > last) break;
    rows.push({ day, hits: seen.days.get(day)?.hits ?? 0, events: seen.days.get(day)?.events ?? 0 });
  }
  return rows;
}
