/**
 * "Why, or why not?" without a server: a rule from a file or of those that apply, an event from a file or given.
 * Enters: where the rule and the events are. Leaves: one explanation per rule of the file, and the rejected ones.
 */
import { existsSync, statSync } from "node:fs";
import { makeRuntime } from "@cordon/adapters/runtime";
import { type BacktestTarget, makeBacktest } from "@cordon/engine/stream/detect/backtest";
import type { CorrelationRule } from "@cordon/engine/stream/detect/correlate/correlation";
import { explainCorrelation } from "@cordon/engine/stream/detect/explain-correlation";
import { explainRule } from "@cordon/engine/stream/detect/sigma/explain";
import { suppresses } from "@cordon/engine/stream/detect/sigma/filter";
import type { RuleFile, RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { logsourceApplies } from "@cordon/engine/stream/detect/sigma/logsource";
import { holds } from "@cordon/engine/stream/detect/sigma/naive";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { WireExplanation } from "@cordon/model/api/explanation";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { instant } from "@cordon/model/time";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { Config } from "../config.ts";
import { baseRules, targetOf } from "./backtest.ts";
import { readEvents } from "./event-files.ts";
import { readMappings } from "./mapping-files.ts";
import { filesOf, loadGiven } from "./rule-check.ts";
import { readRules } from "./rule-files.ts";

export interface Explained {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly explanation: WireExplanation;
}

export interface ExplainedFile {
  readonly rejected: readonly {
    readonly path: string;
    readonly line?: number;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly explained: readonly Explained[];
}

type Views = ReadonlyMap<string, FieldView>;

export const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** What a correlation makes of all events of a file: what one event alone cannot say. */
export interface CorrelatedFile {
  readonly id: string;
  readonly events: number;
  readonly parts: readonly { readonly rule: string; readonly title: string; readonly held: number }[];
  readonly fires: number;
  readonly groups: readonly { readonly name: string; readonly values: readonly string[] }[];
}

/** `rule` is a file, or the id or name of a rule that applies. `all` = the file's events, where correlations may look at all. */
export function explainOffline(
  config: Config,
  rule: string,
  { event, all = [] }: { readonly event: Event; readonly all?: readonly Event[] },
): ExplainedFile & { readonly correlated: readonly CorrelatedFile[] } {
  const { views } = readMappings(config);
  const applying = readRules(config, { paths: [], shipped: true });
  const given = isFile(rule) ? loadGiven(config, filesOf([rule]).files, applying) : undefined;
  if (given !== undefined && given.rules.length + given.correlations.length + given.rejected.length === 0)
    throw new AppError("bad-request", `${rule}: no rule in it`);
  const target = given === undefined ? targetOf(applying, rule) : undefined;
  const set = given ?? applying;
  const correlations = target === undefined ? set.correlations : target.kind === "correlation" ? [target.rule] : [];
  const correlated = all.length < 2 ? [] : correlations.map((one) => correlate(one, set, { all, views }));
  if (target === undefined) return { ...explainGiven(set, event, views), correlated };
  return { rejected: [], explained: [explainOne(target, set, { event, views })], correlated };
}

function correlate(
  rule: CorrelationRule,
  set: RuleSet,
  { all, views }: { readonly all: readonly Event[]; readonly views: Views },
): CorrelatedFile {
  const { sha256 } = makeRuntime();
  const target = { kind: "correlation" as const, rule };
  const backtest = makeBacktest({ set, target, views, hash: (text) => sha256(text), closedAs: () => undefined });
  const events = [...all].sort((a, b) => a.time - b.time);
  backtest.take(events);
  const report = backtest.report({ wantedFrom: instant(0), wantedTo: instant(0) });
  const viewOf = (event: Event): FieldView => views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
  const held = (one: SigmaRule): number =>
    events.filter(
      (event) =>
        logsourceApplies(one.logsource, event.log) && holds(one.condition, { view: viewOf(event), raw: event.raw }),
    ).length;
  return {
    ...{ id: rule.id, events: events.length, fires: report.hits },
    parts: baseRules(target).map((one) => ({ rule: one.id, title: one.title, held: held(one) })),
    groups: report.fields.map(({ field, values }) => ({ name: field, values: values.map(({ value }) => value) })),
  };
}

/** The rule as text: a file that was not saved yet. */
export function explainText(
  config: Config,
  text: string,
  given: { readonly set: RuleSet; readonly views: Views; readonly event: Event },
): ExplainedFile {
  const file: RuleFile = { path: "(given)", text, source: "(given)" };
  return explainGiven(loadGiven(config, [file], given.set), given.event, given.views);
}

function explainGiven(set: RuleSet, event: Event, views: Views): ExplainedFile {
  const targets: readonly BacktestTarget[] = [
    ...set.rules.map((rule) => ({ kind: "rule" as const, rule })),
    ...set.correlations.map((rule) => ({ kind: "correlation" as const, rule })),
  ];
  return { rejected: set.rejected, explained: targets.map((target) => explainOne(target, set, { event, views })) };
}

interface Asked {
  readonly event: Event;
  readonly views: Views;
}

function explainOne(target: BacktestTarget, set: RuleSet, { event, views }: Asked): Explained {
  const view = views.get(event.shape) ?? views.get(event.source) ?? PLAIN_VIEW;
  const { id, title, path } = target.rule;
  if (target.kind === "correlation")
    return { id, title, path, explanation: wire(explainCorrelation(target.rule, event, view)) };
  const filters = (set.filtersOf.get(target.rule) ?? []).map((filter) => ({
    ...{ id: filter.id, title: filter.title, reading: filter.reading },
    suppresses: suppresses(filter, { view, raw: event.raw }),
  }));
  const explained = explainRule(target.rule, event, view);
  return { id, title, path, explanation: wire({ ...explained, ...(filters.length === 0 ? {} : { filters }) }) };
}

/** The engine's nouns are readonly, the wire's are plain: the same JSON. */
const wire = (value: object): WireExplanation => JSON.parse(JSON.stringify(value)) as WireExplanation;

/** The event of a file: record number as `cordon scan` shows it; the first without one. */
export async function eventOfFile(config: Config, path: string, record: number | undefined) {
  const { events, problems, cut } = await readEvents(path, readMappings(config));
  const found = record === undefined ? events[0] : events.find(({ provenance }) => provenance.position === record);
  if (found !== undefined) return { event: found, all: events, problems };
  const numbers = events.slice(0, 10).map(({ provenance }) => provenance.position);
  throw new AppError("not-found", `${path}: no record ${record}${cut ? " among the first events" : ""}`, {
    fix: `records are ${numbers.join(", ")}${events.length > numbers.length ? ", …" : ""}`,
  });
}
