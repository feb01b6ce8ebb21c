/**
 * Rules x live sources -> coverage per technique.
 * Enters: the loaded rules, and what each stored source really gives. Leaves: a row per technique, per source, and the log
 * sources that rules ask for in vain.
 * CV1. A source is what its stored events say (the newest ones of each), not what its mapping could give.
 * CV2. A rule lives if some source gives events it admits; a correlation of the temporal kinds needs all of its rules alive,
 *     the others one.
 */
import type { CorrelationRule } from "@cordon/engine/stream/detect/correlate/correlation";
import { factsOf } from "@cordon/engine/stream/detect/sigma/detection";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { logsourceApplies, scopeKey } from "@cordon/engine/stream/detect/sigma/logsource";
import type { RuleHead, RuleLogSource, SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { WireCoverage } from "@cordon/model/api/coverage";
import type { LogSource } from "@cordon/model/event";
import { sha256Of } from "@cordon/model/ids";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Stop } from "@cordon/model/ports/runtime";
import { type TacticsOfRule, tacticsByTechnique } from "./technique-tactics.ts";

export interface LiveSource {
  readonly source: string;
  readonly events: number;
  readonly lastSeen?: number;
  readonly logs: readonly LogSource[];
}

/** Newest events of a source that are looked at: what comes more seldom than once in so many is no coverage to rely on. */
const SAMPLED = 2_000;
/** Mappings are dozens; each costs one search. */
const SOURCES_MAX = 300;

export async function liveSources(events: EventStore, stop: Stop): Promise<readonly LiveSource[]> {
  const { bySource } = await events.stats();
  const found: LiveSource[] = [];
  for (const [source, count] of Object.entries(bySource).slice(0, SOURCES_MAX)) {
    const newest = await events.search({ sources: [source], order: "newest", limit: SAMPLED }, stop);
    const logs = new Map(newest.map(({ log }) => [scopeKey(log), log]));
    const [last] = newest;
    found.push({ source, events: count, ...(last && { lastSeen: last.time }), logs: [...logs.values()] });
  }
  return found.sort((a, b) => b.events - a.events);
}

export function coverageOf(set: Pick<RuleSet, "rules" | "correlations">, sources: readonly LiveSource[]): WireCoverage {
  const living = makeLiving(sources);
  const rows = new Map<string, WireCoverage["techniques"][number]>();
  const all: readonly (readonly [RuleHead, boolean])[] = [
    ...set.rules.map((rule) => [rule, living.rule(rule)] as const),
    ...set.correlations.map((rule) => [rule, living.correlation(rule)] as const),
  ];
  let untagged = 0;
  const told: TacticsOfRule[] = [];
  for (const [rule, live] of all) {
    const { techniques, tactics } = factsOf(rule, NO_VERSION);
    if (techniques.length === 0) untagged += 1;
    for (const id of techniques) {
      const row = rows.get(id) ?? { id, tactics: [], state: "no-source", rules: [] };
      row.rules.push({ id: rule.id, title: rule.title, level: rule.level, live });
      const state = live ? "covered" : row.state;
      rows.set(id, { ...row, state });
    }
    told.push({ techniques, tactics });
  }
  const tactics = tacticsByTechnique(told);
  return {
    techniques: [...rows.values()]
      .map((row) => ({ ...row, tactics: [...(tactics.get(row.id) ?? [])] }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    sources: sources.map((source) => sourceRow(source, set.rules)),
    missing: missingOf(set.rules, living),
    rules: { total: all.length, live: all.filter(([, live]) => live).length, untagged },
    sampled: SAMPLED,
  };
}

/** Only the tags are read here. */
const NO_VERSION = sha256Of("0".repeat(64));

const names = ({ product, service, category }: RuleLogSource): boolean =>
  product !== undefined || service !== undefined || category !== undefined;

interface Living {
  readonly logsource: (logsource: RuleLogSource) => boolean;
  readonly rule: (rule: SigmaRule) => boolean;
  readonly correlation: (rule: CorrelationRule) => boolean;
}

const NEEDS_ALL: ReadonlySet<string> = new Set(["temporal", "temporal_ordered"]);

function makeLiving(sources: readonly LiveSource[]): Living {
  const logs = new Map(sources.flatMap(({ logs }) => logs.map((log) => [scopeKey(log), log] as const)));
  const known = new Map<string, boolean>();
  const logsource = (wanted: RuleLogSource): boolean => {
    const key = keyOf(wanted);
    const answer = known.get(key) ?? [...logs.values()].some((log) => logsourceApplies(wanted, log));
    known.set(key, answer);
    return answer;
  };
  const rule = (one: SigmaRule): boolean => logsource(one.logsource);
  const correlation = (one: CorrelationRule): boolean => {
    const alive = one.parts.map(({ to }) => (to.kind === "rule" ? rule(to.rule) : correlation(to.rule)));
    return NEEDS_ALL.has(one.type) ? alive.every(Boolean) : alive.some(Boolean);
  };
  return { logsource, rule, correlation };
}

const keyOf = ({ product, service, category }: RuleLogSource): string => JSON.stringify([product, service, category]);

/** A rule for any log at all says nothing of a source. */
function sourceRow(live: LiveSource, rules: readonly SigmaRule[]): WireCoverage["sources"][number] {
  const asking = rules.filter(({ logsource }) => names(logsource));
  const admitting = (log: LogSource) => asking.filter(({ logsource }) => logsourceApplies(logsource, log));
  const logs = live.logs.map((log) => ({
    ...log,
    categories: [...log.categories],
    rules: admitting(log).length,
  }));
  const { source, events, lastSeen } = live;
  const covered = new Set(live.logs.flatMap(admitting));
  return { source, events, ...(lastSeen === undefined ? {} : { lastSeen }), logs, rules: covered.size };
}

function missingOf(rules: readonly SigmaRule[], living: Living): WireCoverage["missing"] {
  const rows = new Map<string, WireCoverage["missing"][number]>();
  for (const { logsource, level } of rules) {
    if (living.logsource(logsource)) continue;
    const key = keyOf(logsource);
    const row = rows.get(key) ?? { logsource: { ...logsource }, rules: 0, levels: {} };
    row.rules += 1;
    row.levels[level] = (row.levels[level] ?? 0) + 1;
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => b.rules - a.rules);
}
