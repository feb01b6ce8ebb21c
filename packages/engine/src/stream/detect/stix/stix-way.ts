/**
 * STIX 2.1 patterns as a way of knowing: indicators in, a `Way` out (decisions: docs/specs/stix-patterns.md).
 *
 * Enters: indicators, then batches of events. Leaves: one detection per set of events that satisfies a pattern.
 * X1. A detection is made when its last event arrives, whatever the order of arrival; its events count for no other
 *     detection of that pattern.
 * X2. What is kept is bounded by number, and by time where a pattern says WITHIN; what is forgotten is counted and told.
 * X3. Revoked indicators and those not valid at the event's time are silent. What cannot be run is rejected with its reason.
 */
import type { Detection } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import type { Sha256 } from "@cordon/model/ids";
import { SECOND } from "@cordon/model/time";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import { Watermark } from "../correlate/watermark.ts";
import type { Way } from "../join-ways.ts";
import { atOnce, type Steps } from "../sigma/index/steps.ts";
import { bind } from "./bind.ts";
import { Candidates } from "./candidates.ts";
import { liesBetween } from "./compile-pattern.ts";
import type { Seen } from "./holds.ts";
import type { Observation } from "./observation.ts";
import { makeProject } from "./project.ts";
import type { StixIndicator } from "./read-indicators.ts";
import { Retained } from "./retained.ts";
import { type BoundItem, type StixItem, stixDetection } from "./stix-detection.ts";
import type { StixRule } from "./stix-rule.ts";
import { type StixRejected, type StixRules, stixRules } from "./stix-rules.ts";
import { readStixSnapshot, writeStixSnapshot } from "./stix-snapshot.ts";

export interface StixOptions {
  /** How much later than newer events an event may come. */
  readonly latenessMs?: number;
  /** Whether events before `valid_from` count: when old logs are searched with new knowledge. */
  readonly beforeValid?: "silent" | "counts";
}

export interface StixParts {
  readonly views: ReadonlyMap<string, FieldView>;
  readonly hash: (text: string) => Sha256;
  readonly options?: StixOptions;
}

export interface StixPatterns {
  readonly way: Way;
  readonly accepted: readonly { readonly id: string; readonly title: string; readonly remarks: readonly string[] }[];
  readonly rejected: readonly StixRejected[];
  /** Ids of revoked indicators. */
  readonly revoked: readonly string[];
  readonly stats: () => StixStats;
  /** For the patterns that come after these. */
  readonly compiled: StixRules["compiled"];
}

export interface StixStats {
  readonly events: number;
  readonly detections: number;
  /** Matches at a time at which the indicator is not valid. */
  readonly outsideValidity: number;
  /** Observations kept for later ones, and those that had to go. */
  readonly kept: number;
  readonly evicted: number;
  /** Searches that found too many ways to combine. */
  readonly gaveUp: number;
  readonly failed: { readonly count: number; readonly last?: string };
}

const LATENESS_MS = 30 * SECOND;
/** Kept by all patterns together. */
const KEPT_MAX = 50_000;

interface Lane {
  readonly rule: StixRule;
  readonly retained: Retained<StixItem>;
}

export const makeStixPatterns = (indicators: readonly StixIndicator[], parts: StixParts): StixPatterns =>
  atOnce(prepareStix(indicators, parts));

/** The same in steps, beside those in force. */
export function* prepareStix(
  indicators: readonly StixIndicator[],
  parts: StixParts,
  before?: StixPatterns,
): Steps<StixPatterns> {
  const { rules, ...others } = yield* stixRules(indicators, parts.hash, before?.compiled);
  const accepted = rules.map(({ ref, compiled }) => {
    return { id: ref.id, title: ref.title, remarks: compiled.pattern.remarks };
  });
  const trees = rules.flatMap(({ compiled }) => compiled.leaves.map(({ source }) => source.of));
  const matcher = new StixMatcher(rules, parts, yield* Candidates.of(trees));
  return { ...makeWay(rules, matcher), accepted, ...others };
}

function makeWay(rules: readonly StixRule[], matcher: StixMatcher): Pick<StixPatterns, "way" | "stats"> {
  const remembers = rules.some(({ compiled }) => !compiled.alone);
  const way: Way = {
    name: "stix",
    detect: (events) => (rules.length === 0 ? [] : matcher.detect(events)),
    tick: (now) => {
      matcher.tick(now);
      return [];
    },
    finish: () => [],
    remembers,
    snapshot: () => matcher.snapshot(),
    restore: (snapshot) => matcher.restore(snapshot),
  };
  return { way, stats: () => matcher.stats() };
}

class StixMatcher {
  readonly #lanes: readonly Lane[];
  /** Of each bracketed expression: its pattern and its number there. */
  readonly #places: readonly (readonly [lane: number, leaf: number])[];
  readonly #candidates: Candidates;
  readonly #project = makeProject();
  readonly #parts: StixParts;
  readonly #beforeValid: boolean;
  readonly #watermark: Watermark;
  #order = 0;
  readonly #counts = { events: 0, detections: 0, outsideValidity: 0, gaveUp: 0, failed: 0 };
  #lastFailure: string | undefined;

  constructor(rules: readonly StixRule[], parts: StixParts, candidates: Candidates) {
    this.#parts = parts;
    this.#beforeValid = parts.options?.beforeValid === "counts";
    this.#watermark = new Watermark(parts.options?.latenessMs ?? LATENESS_MS);
    this.#lanes = rules.map((rule) => ({ rule, retained: new Retained(rule.compiled.leaves.length) }));
    this.#places = rules.flatMap(({ compiled }, lane) => compiled.leaves.map((_, leaf) => [lane, leaf] as const));
    this.#candidates = candidates;
  }

  detect(events: readonly Event[]): readonly Detection[] {
    const found: Detection[] = [];
    for (const event of events) {
      this.#counts.events += 1;
      try {
        this.#watermark.observe(event.provenance.input, event.time, event.receivedAt);
        this.#detectOne(event, found);
      } catch (error) {
        this.#counts.failed += 1;
        this.#lastFailure = `${event.id}: ${messageOf(error)}`;
      }
    }
    this.#forget();
    this.#counts.detections += found.length;
    return found;
  }

  tick(now: number): void {
    this.#watermark.tick(now);
    this.#forget();
  }

  #detectOne(event: Event, found: Detection[]): void {
    const { views } = this.#parts;
    const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
    const alone = new Set<number>();
    for (const [part, observation] of this.#project(event, view).entries()) {
      const hits = this.#hitsOf(observation);
      for (const lane of [...hits.keys()].sort((a, b) => a - b)) {
        if (alone.has(lane)) continue;
        const detection = this.#judge(lane, hits.get(lane) ?? new Map(), { event, part, observation });
        if (detection === undefined) continue;
        found.push(detection);
        if (this.#lanes[lane]?.rule.compiled.alone === true) alone.add(lane);
      }
    }
  }

  /** By pattern, its bracketed expressions that hold, with what they found. */
  #hitsOf(observation: Observation): ReadonlyMap<number, Map<number, Seen>> {
    const hits = new Map<number, Map<number, Seen>>();
    for (const object of observation.objects.values()) {
      for (const number of this.#candidates.of(observation, object)) {
        const [lane, leaf] = this.#places[number] ?? [-1, -1];
        const compiled = this.#lanes[lane]?.rule.compiled.leaves[leaf];
        if (compiled === undefined || hits.get(lane)?.has(leaf) === true) continue;
        const seen: Seen = [];
        if (!liesBetween(compiled.between, observation) || !compiled.test(observation, object, seen)) continue;
        const leaves = hits.get(lane) ?? new Map<number, Seen>();
        hits.set(lane, leaves.set(leaf, seen));
      }
    }
    return hits;
  }

  #judge(number: number, hits: ReadonlyMap<number, Seen>, at: Arrived): Detection | undefined {
    const lane = this.#lanes[number];
    if (lane === undefined) return undefined;
    const { rule, retained } = lane;
    const { time } = at.event;
    if (time >= rule.until || (time < rule.from && !this.#beforeValid)) {
      this.#counts.outsideValidity += 1;
      return undefined;
    }
    this.#order += 1;
    const item = itemOf(hits, at, this.#order);
    const bound = rule.compiled.alone ? [[item.leaves[0] ?? 0, item] as const] : this.#combine(lane, item);
    if (bound === undefined) return undefined;
    return stixDetection({ rule, bound, evicted: retained.evicted }, this.#parts.hash);
  }

  #combine({ rule, retained }: Lane, item: StixItem): readonly BoundItem[] | undefined {
    retained.add(item);
    const outcome = bind(rule.compiled.pattern.root, retained, item);
    if (outcome.kind === "gave-up") this.#counts.gaveUp += 1;
    if (outcome.kind !== "bound") return undefined;
    retained.remove(new Set(outcome.items.map(([, one]) => one)));
    return outcome.items;
  }

  #forget(): void {
    const low = this.#watermark.low();
    let kept = 0;
    for (const { rule, retained } of this.#lanes) {
      if (retained.size === 0) continue;
      const { spanMs } = rule.compiled;
      if (low > Number.NEGATIVE_INFINITY && spanMs < Number.POSITIVE_INFINITY) retained.dropBefore(low - spanMs);
      kept += retained.size;
    }
    for (; kept > KEPT_MAX; kept = this.#kept()) {
      const largest = this.#lanes.reduce((most, lane) => (lane.retained.size > most.retained.size ? lane : most));
      largest.retained.dropSome();
    }
  }

  #kept(): number {
    return this.#lanes.reduce((sum, { retained }) => sum + retained.size, 0);
  }

  stats(): StixStats {
    const { failed, ...counts } = this.#counts;
    const evicted = this.#lanes.reduce((sum, { retained }) => sum + retained.evicted, 0);
    const last = this.#lastFailure === undefined ? {} : { last: this.#lastFailure };
    return { ...counts, kept: this.#kept(), evicted, failed: { count: failed, ...last } };
  }

  snapshot(): string {
    const lanes = this.#lanes.flatMap(({ rule, retained }) => {
      const { id, version } = rule.ref;
      const items = retained.all();
      return items.length + retained.evicted === 0 ? [] : [{ id, version, evicted: retained.evicted, items }];
    });
    return writeStixSnapshot({ order: this.#order, watermark: this.#watermark.state(), lanes });
  }

  restore(text: string | undefined): boolean {
    const saved = readStixSnapshot(text);
    if (saved === undefined) return false;
    for (const { retained } of this.#lanes) retained.clear();
    this.#order = saved.order;
    this.#watermark.restore(saved.watermark);
    const byRule = new Map(saved.lanes.map((lane) => [`${lane.id}\n${lane.version}`, lane]));
    for (const { rule, retained } of this.#lanes) {
      const lane = byRule.get(`${rule.ref.id}\n${rule.ref.version}`);
      retained.evicted = lane?.evicted ?? 0;
      for (const item of lane?.items ?? []) retained.add(item);
    }
    return true;
  }
}

interface Arrived {
  readonly event: Event;
  readonly part: number;
  readonly observation: Observation;
}

function itemOf(hits: ReadonlyMap<number, Seen>, { event, part, observation }: Arrived, order: number): StixItem {
  const { first, last, seen } = observation;
  const leaves = [...hits.keys()].sort((a, b) => a - b);
  return {
    ...{ order, first, last, seen, leaves, part },
    ...{ event: event.id, time: event.time, entities: event.entities },
    ...{ input: event.provenance.input, position: event.provenance.position },
    found: leaves.map((leaf) => hits.get(leaf) ?? []),
  };
}
