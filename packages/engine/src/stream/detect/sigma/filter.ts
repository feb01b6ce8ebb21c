/**
 * Sigma filters: what an operator knows to be harmless, said once for several rules.
 *
 * The specification's purpose is suppression and its sample says `condition: selection`; others AND the condition as
 * written and write `condition: not selection`. Both are served: a condition that begins with `not` says what may
 * pass, and so does one in which every part is denied (`not a and not b`); any other says what is harmless. `x-cordon-reading: exclude | as-written` forces one of them.
 *
 * P1. A filter reaches a rule only if it names it (or `any`) and its logsource contains the rule's.
 * P2. It is asked after the rule held, with its own names: it can neither see nor hide selections of the rule.
 * P3. Correlations are never filtered themselves; what their rules lose, they lose.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { holds, type Subject } from "./naive.ts";
import { parseDetection } from "./parse-detection.ts";
import { type RuleContext, readHead, readLogsource } from "./parse-rule.ts";
import { RuleRefusal } from "./refusal.ts";
import type { Expr, RuleHead, RuleLogSource, SigmaRule } from "./rule.ts";

export type FilterReading = "exclude" | "as-written";

export interface SigmaFilter extends RuleHead {
  readonly logsource: RuleLogSource;
  /** Ids and names as written; undefined = any. */
  readonly written: readonly string[] | undefined;
  readonly condition: Expr;
  readonly reading: FilterReading;
}

const READING_KEY = "x-cordon-reading";
const NAMES_MAX = 10_000;

export function parseFilter(document: JsonObject, context: RuleContext): SigmaFilter {
  const head = readHead(document, context);
  const body = document.filter;
  if (!isJsonObject(body)) throw new RuleRefusal("schema-filter", "`filter` is not a map", ["filter"]);
  const { rules, ...detection } = body;
  const condition = parseDetection(detection, {
    placeholders: context.placeholders,
    at: ["filter"],
    lint: context.lint,
  });
  return {
    ...head,
    logsource: readLogsource(document, context.lint),
    written: writtenOf(rules ?? null),
    condition,
    reading: readingOf(document[READING_KEY] ?? null, condition),
  };
}

function writtenOf(value: Json): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const names = list.filter((name) => typeof name === "string" && name !== "");
  if (names.length === 0 || names.length < list.length || names.length > NAMES_MAX) {
    throw new RuleRefusal("schema-filter", "`rules` is neither `any` nor a list of ids and names", ["filter", "rules"]);
  }
  return names.some((name) => name.toLowerCase() === "any") ? undefined : names;
}

function readingOf(forced: Json, condition: Expr): FilterReading {
  if (forced === "exclude" || forced === "as-written") return forced;
  if (forced !== null) {
    throw new RuleRefusal("schema-filter", `\`${READING_KEY}\` is neither exclude nor as-written`, [READING_KEY]);
  }
  return denies(condition) ? "as-written" : "exclude";
}

/** Read as harmless things, conditions that only deny would silence the rule for nearly every event. */
function denies(condition: Expr): boolean {
  switch (condition.kind) {
    case "not":
      return true;
    case "and":
    case "or":
    case "at-least":
      return condition.of.every(denies);
    default:
      return false;
  }
}

/** Whether the filter takes this event away from a rule that held. */
export const suppresses = ({ condition, reading }: SigmaFilter, subject: Subject): boolean =>
  holds(condition, subject) === (reading === "exclude");

export interface Applied {
  readonly filters: ReadonlyMap<SigmaRule, readonly SigmaFilter[]>;
  readonly remarks: readonly { readonly filter: SigmaFilter; readonly remark: string }[];
}

/** Which filters stand before which rules; what a filter names in vain is a remark. */
export function applyFilters(rules: readonly SigmaRule[], filters: readonly SigmaFilter[]): Applied {
  const byRule = new Map<SigmaRule, SigmaFilter[]>();
  const named = new Map<string, SigmaRule[]>();
  for (const rule of rules) for (const name of namesOf(rule)) append(named, name, rule);
  const remarks: Applied["remarks"][number][] = [];
  for (const filter of filters) {
    const before = filter.reading === "exclude" ? "and not (condition)" : "and condition, as written";
    remarks.push({ filter, remark: `read as: ${before}` });
    const reached = filter.written === undefined ? rules : filter.written.flatMap((name) => find(name, filter));
    for (const rule of new Set(reached)) {
      if (contains(filter.logsource, rule.logsource)) append(byRule, rule, filter);
      else if (filter.written !== undefined) {
        remarks.push({ filter, remark: `logsource does not contain that of ${rule.id}: not applied there` });
      }
    }
  }
  return { filters: byRule, remarks };

  function find(name: string, filter: SigmaFilter): readonly SigmaRule[] {
    const found = named.get(name) ?? named.get(name.toLowerCase()) ?? [];
    if (found.length === 0) remarks.push({ filter, remark: `no loaded rule has the id or name \`${name}\`` });
    return found;
  }
}

const namesOf = ({ id, name }: SigmaRule): ReadonlySet<string> =>
  new Set(name === undefined ? [id.toLowerCase()] : [id.toLowerCase(), name]);

/** A part that the filter does not name contains any; a named part contains only itself. */
function contains(filter: RuleLogSource, rule: RuleLogSource): boolean {
  const part = (key: keyof RuleLogSource): boolean => filter[key] === undefined || filter[key] === rule[key];
  return part("product") && part("service") && part("category");
}

function append<K, T>(map: Map<K, T[]>, key: K, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
