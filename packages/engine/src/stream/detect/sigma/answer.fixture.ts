/** For tests of what rules mean: one rule, one event, asked of the reference and of the index. */
import type { JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { Matcher } from "./index/matcher.ts";
import { loadRules } from "./load-rules.ts";
import { holds } from "./naive.ts";
import type { SigmaRule } from "./rule.ts";

const placeholders = new Map([
  ["admins", ["alice", "adm_*"]],
  ["ports", ["22"]],
  ["nets", ["10.0.0.0/8"]],
  ["half", ["50%"]],
]);

export type Row = readonly [detection: string, raw: JsonObject, expected: boolean];

/** A selection with one line, `f` being the usual field. */
export const line = (text: string): string => `s:\n  ${text}\ncondition: s`;

function ruleOf(detection: string): SigmaRule {
  const text = `title: t\nlogsource: {}\ndetection:\n${detection.replace(/^/gm, "  ")}\n`;
  const { rules, rejected } = loadRules([{ path: "t.yml", text, source: "test" }], { placeholders });
  const [rule] = rules;
  if (rule === undefined) throw new Error(`${rejected[0]?.code}: ${rejected[0]?.reason}`);
  return rule;
}

export function answer(detection: string, raw: JsonObject): boolean {
  const rule = ruleOf(detection);
  const reference = holds(rule.condition, { view: PLAIN_VIEW, raw });
  const indexed = new Matcher([rule]).match(PLAIN_VIEW, raw).length === 1;
  if (reference !== indexed) throw new Error(`reference ${reference}, index ${indexed}`);
  return reference;
}
