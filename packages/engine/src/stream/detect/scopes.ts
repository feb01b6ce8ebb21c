/**
 * Which rules are asked about an event. Enters: rules and the log source of an event. Leaves: the scope, one index over the rules
 * that the log source admits, built when its first event comes.
 */
import type { LogSource } from "@cordon/model/event";
import { Matcher } from "./sigma/index/matcher.ts";
import { planIndex } from "./sigma/index/plan.ts";
import { atOnce, type Steps } from "./sigma/index/steps.ts";
import { groupByLogsource, logsourceApplies, scopeKey } from "./sigma/logsource.ts";
import type { SigmaRule } from "./sigma/rule.ts";

/** Indexes by the very rules they are made of; they hold nothing between events that another detector must not see. */
export type MatcherStock = readonly { readonly rules: readonly SigmaRule[]; readonly matcher: Matcher }[];

/** Log sources come from mappings, so scopes are few; beyond this the least recently made are built again when needed. */
const SCOPES_MAX = 256;

export interface Scope {
  readonly matcher: Matcher;
  readonly rules: readonly SigmaRule[];
  readonly routed: boolean;
}

export interface Scopes {
  readonly scopeOf: (log: LogSource) => Scope;
  readonly prepare: (log: LogSource) => Iterable<void>;
  readonly logSources: () => readonly LogSource[];
  readonly matchers: () => MatcherStock;
  readonly stats: () => { readonly scopes: number; readonly candidates: number };
}

/** One index per distinct set of applicable rule groups, built when its first event comes. */
export function makeScopes(rules: readonly SigmaRule[], routing: "on" | "off", stock: () => MatcherStock): Scopes {
  const groups = groupByLogsource(rules);
  const order = new Map(rules.map((rule, i) => [rule, i]));
  const byKey = new Map<string, Scope>();
  const logs = new Map<string, LogSource>();
  const byGroups = new Map<string, Scope>();
  /** Mappings give the same object for the same source: it spares making the key. */
  let byLog = new WeakMap<LogSource, Scope>();

  function* matcherOf(chosen: readonly SigmaRule[]): Steps<Matcher> {
    const known = stock().find(
      (one) => one.rules.length === chosen.length && one.rules.every((rule, i) => rule === chosen[i]),
    );
    return known?.matcher ?? new Matcher(chosen, yield* planIndex(chosen));
  }

  function* build(log: LogSource): Steps<Scope> {
    const numbers = [...groups.keys()].filter(
      (i) => routing === "off" || logsourceApplies(groups[i]?.logsource ?? {}, log),
    );
    const shared = byGroups.get(numbers.join());
    if (shared !== undefined) return shared;
    const chosen = numbers.flatMap((i) => groups[i]?.rules ?? []);
    chosen.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const named = numbers.some((i) => Object.keys(groups[i]?.logsource ?? {}).length > 0);
    const scope = { matcher: yield* matcherOf(chosen), rules: chosen, routed: named };
    byGroups.set(numbers.join(), scope);
    return scope;
  }

  function* make(key: string, log: LogSource): Steps<Scope> {
    if (byKey.size >= SCOPES_MAX) {
      byKey.clear();
      byGroups.clear();
      logs.clear();
      byLog = new WeakMap();
    }
    const scope = yield* build(log);
    byKey.set(key, scope);
    logs.set(key, log);
    return scope;
  }

  const keyOf = (log: LogSource): string => (routing === "off" ? "" : scopeKey(log));

  return {
    scopeOf: (log) => {
      const known = byLog.get(log);
      if (known !== undefined) return known;
      const key = keyOf(log);
      const scope = byKey.get(key) ?? atOnce(make(key, log));
      byLog.set(log, scope);
      return scope;
    },
    *prepare(log) {
      const key = keyOf(log);
      if (!byKey.has(key)) yield* make(key, log);
    },
    logSources: () => [...logs.values()],
    matchers: () => [...byGroups.values()],
    stats: () => ({
      scopes: byGroups.size,
      candidates: [...byGroups.values()].reduce((sum, { matcher }) => sum + matcher.stats.candidates, 0),
    }),
  };
}
