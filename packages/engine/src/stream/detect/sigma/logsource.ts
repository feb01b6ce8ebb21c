/**
 * Which rules apply to which events. A part the rule does not name means "any"; an event has one product, at most one
 * service and a set of categories. Rules are grouped by their distinct triple; an event's scope is the union of its groups.
 */
import type { LogSource } from "@cordon/model/event";
import type { RuleLogSource, SigmaRule } from "./rule.ts";

/** Names in use for one and the same thing. */
const SAME_CATEGORY: readonly (readonly string[])[] = [
  ["clipboard_capture", "clipboard_change"],
  ["process_termination", "process_terminated"],
];

const CANONICAL: ReadonlyMap<string, string> = new Map(
  SAME_CATEGORY.flatMap(([first = "", ...others]) => others.map((other) => [other, first] as const)),
);

const category = (name: string): string => {
  const lower = name.toLowerCase();
  return CANONICAL.get(lower) ?? lower;
};

/** Same text = same scope. */
export function scopeKey(log: LogSource): string {
  const categories = log.categories.length > 1 ? [...log.categories].sort().join(",") : (log.categories[0] ?? "");
  return `${log.product ?? ""}|${log.service ?? ""}|${categories}`;
}

export function logsourceApplies(rule: RuleLogSource, log: LogSource): boolean {
  if (rule.product !== undefined && rule.product !== log.product?.toLowerCase()) return false;
  if (rule.service !== undefined && rule.service !== log.service?.toLowerCase()) return false;
  const wanted = rule.category === undefined ? undefined : category(rule.category);
  return wanted === undefined || log.categories.some((name) => category(name) === wanted);
}

/** Rules that ask for the same source. */
export interface RuleGroup {
  readonly logsource: RuleLogSource;
  readonly rules: readonly SigmaRule[];
}

export function groupByLogsource(rules: readonly SigmaRule[]): readonly RuleGroup[] {
  const groups = new Map<string, { readonly logsource: RuleLogSource; readonly rules: SigmaRule[] }>();
  for (const rule of rules) {
    const { product, service, category: name } = rule.logsource;
    const key = JSON.stringify([product, service, name]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { logsource: rule.logsource, rules: [rule] });
    else group.rules.push(rule);
  }
  return [...groups.values()];
}
