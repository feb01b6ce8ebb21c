/**
 * Detection: events in, detections out. The front of all ways of knowing: Sigma rules, their filters, and correlations.
 *
 * Enters: a batch of events, each with its `shape` (key of the field view) and `log` (what routes rules).
 * Leaves: detections in the order of events and, within one event, of rules; then those of correlations.
 * D1. The same rules and events give the same detections, ids included, on every run.
 * D2. A rule sees only events that its logsource admits, unless routing is off.
 * D3. Informational rules never alert alone; they are counted.
 * D5. A rule that a correlation mutes makes no detection of its own; its hits are counted and correlated.
 * D6. What a filter takes away is counted for that filter, and reaches neither detections nor correlations.
 * D4. No event throws: one that cannot be evaluated is counted in `failed`, with its reason, and the batch goes on.
 */
import type { Detection } from "@cordon/model/detection";
import { messageOf } from "@cordon/model/error";
import type { Event, LogSource } from "@cordon/model/event";
import type { EventId, Sha256 } from "@cordon/model/ids";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import { type CorrelateOptions, type CorrelateStats, Correlator } from "./correlate/correlator.ts";
import { type MatcherStock, makeScopes, type Scope } from "./scopes.ts";
import { detectionOf, makeFacts } from "./sigma/detection.ts";
import { suppresses } from "./sigma/filter.ts";
import type { RuleSet } from "./sigma/load-rules.ts";
import { makeMatchReader } from "./sigma/matched-fields.ts";
import type { Subject } from "./sigma/naive.ts";
import type { SigmaRule } from "./sigma/rule.ts";

export interface DetectOptions {
  /** `off` asks every rule about every event (tests, and logs nobody classified). */
  readonly routing?: "on" | "off";
  /** Whether informational rules make detections of their own. Default: no. */
  readonly informational?: boolean;
  readonly correlate?: CorrelateOptions;
  /** Measures what each rule's predicate costs, on one event in `every`. */
  readonly costs?: { readonly every: number; readonly clock: () => number };
  /** Indexes of an earlier detector: what is made of the same rules is taken over. Asked when an index is needed. */
  readonly matchers?: () => MatcherStock;
}

/** Milliseconds that a rule's predicate took in the sampled events, and how often it ran there. */
export interface RuleCost {
  readonly runs: number;
  readonly ms: number;
}

export interface DetectStats {
  readonly rules: number;
  readonly events: number;
  readonly detections: number;
  /** Hits of informational rules that made no detection. */
  readonly informational: number;
  /** Events to which only rules without any logsource could apply, by source. */
  readonly unrouted: Readonly<Record<string, number>>;
  /** Hits by rule id. */
  readonly hits: Readonly<Record<string, number>>;
  readonly failed: { readonly count: number; readonly last?: { readonly event: EventId; readonly reason: string } };
  readonly scopes: number;
  /** Predicates run for events so far: what the index let through. */
  readonly candidates: number;
  /** Matches taken away, by filter id. */
  readonly suppressed: Readonly<Record<string, number>>;
  /** The same, by rule id. */
  readonly suppressedOf: Readonly<Record<string, number>>;
  /** By rule id, of `sampled` events. */
  readonly costs: Readonly<Record<string, RuleCost>>;
  readonly sampled: number;
  readonly correlations: CorrelateStats;
}

export interface Detector {
  readonly detect: (events: readonly Event[]) => readonly Detection[];
  /** Nothing has come for a while: windows that are over by this clock are judged. */
  readonly tick: (now: number) => readonly Detection[];
  /** Nothing will come any more: every open window is judged. */
  readonly finish: () => readonly Detection[];
  /** Whether anything of one batch matters to the next. */
  readonly remembers: boolean;
  /** What a restart must not lose, between two batches. */
  readonly snapshot: () => string;
  /** Nothing is remembered but what the snapshot says. False when the text is none of ours. */
  readonly restore: (snapshot: string | undefined) => boolean;
  /** The same in parts, where all at once would be too much: only what changed since the last time. */
  readonly parts?: DetectorParts;
  readonly stats: () => DetectStats;
  /** Log sources that events came with, newest kinds last. */
  readonly logSources: () => readonly LogSource[];
  /** Builds what events of this log source will need, in steps of some milliseconds. */
  readonly prepare: (log: LogSource) => Iterable<void>;
  readonly matchers: () => MatcherStock;
}

export interface DetectorParts {
  /** `anew`: what was given before is lost. Rows are made as they are read: read them before the next batch. */
  readonly changes: (anew: boolean) => DetectorChanges;
  /** Begins anew with a head; then come the rows of each way in their order, then the end. */
  readonly resume: (head: string) => DetectorResuming;
}

export interface DetectorChanges {
  /** Replaces the last head. */
  readonly head: string;
  readonly rows: readonly {
    readonly way: string;
    /** Rows given before for this way are void. */
    readonly fresh: boolean;
    readonly rows: Iterable<string>;
  }[];
}

export interface DetectorResuming {
  readonly take: (way: string, row: string) => void;
  /** Why it cannot be taken up; then nothing is remembered. */
  readonly end: () => string | undefined;
}

interface Counters {
  events: number;
  detections: number;
  informational: number;
  failed: number;
  last: { readonly event: EventId; readonly reason: string } | undefined;
  readonly unrouted: Map<string, number>;
  readonly hits: Map<string, number>;
  readonly suppressed: Map<string, number>;
  readonly suppressedOf: Map<string, number>;
}

/** What `loadRules` gives, with the way it is to be used. Rules alone are rules without correlations and filters. */
export interface RulesInUse
  extends Pick<RuleSet, "rules">,
    Partial<Pick<RuleSet, "correlations" | "filtersOf" | "muted">> {
  readonly options?: DetectOptions;
}

export function makeDetector(
  ruleset: RulesInUse,
  views: ReadonlyMap<string, FieldView>,
  hash: (text: string) => Sha256,
): Detector {
  const { options = {}, filtersOf } = ruleset;
  const muted = new Set(ruleset.muted?.keys() ?? []);
  const correlator = new Correlator({
    correlations: ruleset.correlations ?? [],
    ...{ muted, hash, options: options.correlate ?? {} },
  });
  const scopes = makeScopes(ruleset.rules, options.routing ?? "on", options.matchers ?? (() => []));
  const meter = makeCostMeter(options.costs);
  const facts = makeFacts(hash);
  const { matchedFields } = makeMatchReader();
  const counters: Counters = {
    events: 0,
    detections: 0,
    informational: 0,
    failed: 0,
    last: undefined,
    unrouted: new Map(),
    hits: new Map(),
    suppressed: new Map(),
    suppressedOf: new Map(),
  };

  const passes = (rule: SigmaRule, subject: Subject): boolean => {
    const filter = filtersOf?.get(rule)?.find((one) => suppresses(one, subject));
    if (filter !== undefined) {
      add(counters.suppressed, filter.id);
      add(counters.suppressedOf, rule.id);
    }
    return filter === undefined;
  };

  const detectOne = (event: Event, into: Detection[]): void => {
    correlator.observe(event);
    const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
    const scope = scopes.scopeOf(event.log);
    if (!scope.routed) add(counters.unrouted, event.source);
    const subject: Subject = { view, raw: event.raw };
    let used: SigmaRule[] | undefined;
    for (const number of meter.match(scope, view, event)) {
      const rule = scope.rules[number];
      if (rule === undefined || !passes(rule, subject)) continue;
      add(counters.hits, rule.id);
      if (correlator.isUsed(rule)) used = used === undefined ? [rule] : [...used, rule];
      if (muted.has(rule.id)) continue;
      if (rule.level === "informational" && options.informational !== true) {
        counters.informational += 1;
        continue;
      }
      const matched = matchedFields(rule, subject, scope.matcher);
      into.push(detectionOf(facts(rule), event, { matched, hash }));
    }
    if (used !== undefined) correlator.take(event, used, subject);
  };

  const counted = (found: readonly Detection[]): readonly Detection[] => {
    for (const { rule } of found) add(counters.hits, rule.id);
    counters.detections += found.length;
    return found;
  };

  return {
    detect: (events) => {
      const detections: Detection[] = [];
      for (const event of events) {
        counters.events += 1;
        try {
          detectOne(event, detections);
        } catch (error) {
          counters.failed += 1;
          counters.last = { event: event.id, reason: messageOf(error) };
        }
      }
      counters.detections += detections.length;
      const correlated = counted(correlator.advance());
      return correlated.length === 0 ? detections : [...detections, ...correlated];
    },
    tick: (now) => counted(correlator.tick(now)),
    finish: () => counted(correlator.finish()),
    remembers: (ruleset.correlations?.length ?? 0) > 0,
    snapshot: () => correlator.snapshot(),
    restore: (snapshot) => correlator.restore(snapshot),
    stats: () => ({
      rules: ruleset.rules.length,
      events: counters.events,
      detections: counters.detections,
      informational: counters.informational,
      unrouted: Object.fromEntries(counters.unrouted),
      hits: Object.fromEntries(counters.hits),
      failed: { count: counters.failed, ...(counters.last === undefined ? {} : { last: counters.last }) },
      suppressed: Object.fromEntries(counters.suppressed),
      suppressedOf: Object.fromEntries(counters.suppressedOf),
      ...meter.stats(),
      correlations: correlator.stats(),
      ...scopes.stats(),
    }),
    logSources: scopes.logSources,
    matchers: scopes.matchers,
    prepare: scopes.prepare,
  };
}

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

interface CostMeter {
  readonly match: (scope: Scope, view: FieldView, event: Event) => readonly number[];
  readonly stats: () => Pick<DetectStats, "costs" | "sampled">;
}

/** Which events are sampled depends on their number only, so that no kind of event is left out for long. */
function makeCostMeter(costs: DetectOptions["costs"]): CostMeter {
  if (costs === undefined)
    return {
      match: ({ matcher }, view, { raw }) => matcher.match(view, raw),
      stats: () => ({ costs: {}, sampled: 0 }),
    };
  const spent = new Map<string, { runs: number; ms: number }>();
  let left = costs.every;
  let sampled = 0;
  const note = (rule: SigmaRule | undefined, ms: number): void => {
    if (rule === undefined) return;
    const known = spent.get(rule.id) ?? { runs: 0, ms: 0 };
    known.runs += 1;
    known.ms += ms;
    spent.set(rule.id, known);
  };
  return {
    match({ matcher, rules }, view, { raw }) {
      left -= 1;
      if (left > 0) return matcher.match(view, raw);
      left = costs.every;
      sampled += 1;
      return matcher.matchTimed(view, raw, { clock: costs.clock, note: (number, ms) => note(rules[number], ms) });
    },
    stats: () => ({ costs: Object.fromEntries([...spent].map(([id, cost]) => [id, { ...cost }])), sampled }),
  };
}
