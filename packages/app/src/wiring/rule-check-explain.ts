/**
 * "Why, or why not?" without a server: a rule from a file or of those that apply, an event from a file or given.
 * Enters: where the rule and the events are. Leaves: one explanation per rule of the file, and the rejected ones.
 */
import { existsSync, statSync } from "node:fs";
import type { BacktestTarget } from "@cordon/engine/stream/detect/backtest";
import { explainCorrelation } from "@cordon/engine/stream/detect/explain-correlation";
import { explainRule } from "@cordon/engine/stream/detect/sigma/explain";
import { suppresses } from "@cordon/engine/stream/detect/sigma/filter";
import type { RuleFile, RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { WireExplanation } from "@cordon/model/api/explanation";
import { AppError } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import type { Config } from "../config.ts";
import { targetOf } from "./backtest.ts";
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

/** `rule` is a file, or the id or name of a rule that applies. */
export function explainOffline(config: Config, rule: string, event: Event): ExplainedFile {
  const { views } = readMappings(config);
  const applying = readRules(config, { paths: [], shipped: true });
  if (isFile(rule)) return explainGiven(loadGiven(config, filesOf([rule]), applying), event, views);
  const target = targetOf(applying, rule);
  return { rejected: [], explained: [explainOne(target, applying, { event, views })] };
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
  if (found !== undefined) return { event: found, total: events.length, problems };
  const numbers = events.slice(0, 10).map(({ provenance }) => provenance.position);
  throw new AppError("not-found", `${path}: no record ${record}${cut ? " among the first events" : ""}`, {
    fix: `records are ${numbers.join(", ")}${events.length > numbers.length ? ", …" : ""}`,
  });
}
