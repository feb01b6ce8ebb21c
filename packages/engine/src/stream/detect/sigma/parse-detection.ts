/** `detection` of a rule -> one expression: selections read, condition resolved. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { parseCondition } from "./condition.ts";
import { type ItemContext, parseItem } from "./parse-item.ts";
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import type { Expr } from "./rule.ts";

const SELECTIONS_MAX = 2_000;

export function parseDetection(detection: JsonObject, context: ItemContext): Expr {
  const { at } = context;
  if (Object.hasOwn(detection, "timeframe")) {
    throw new RuleRefusal("obsolete-aggregation", "`timeframe` is Sigma 1; use a correlation", [...at, "timeframe"]);
  }
  const names = Object.keys(detection).filter((name) => name !== "condition");
  if (names.length === 0) throw new RuleRefusal("schema-detection", "no selection", at);
  if (names.length > SELECTIONS_MAX) throw new RuleRefusal("schema-too-large", `${names.length} selections`, at);
  const selections = new Map<string, Expr>();
  for (const name of names) {
    selections.set(name, parseSelection(detection[name] ?? null, { ...context, at: [...at, name] }));
  }
  const condition = conditionOf(detection.condition ?? null, selections, { ...context, at: [...at, "condition"] });
  const used = new Set<string>();
  collectNames(condition, used);
  for (const name of names) if (!used.has(name)) context.lint(`selection \`${name}\` is never used`);
  return condition;
}

/** A list of conditions means any of them. */
function conditionOf(condition: Json, selections: ReadonlyMap<string, Expr>, context: ItemContext): Expr {
  const texts = Array.isArray(condition) ? condition : [condition];
  const of = texts.map((text) => {
    if (typeof text !== "string") throw new RuleRefusal("schema-condition", "the condition is not a text", context.at);
    return parseCondition({ text, at: context.at, lint: context.lint }, selections);
  });
  const [first, ...rest] = of;
  if (first === undefined) throw new RuleRefusal("schema-condition", "empty list of conditions", context.at);
  return rest.length === 0 ? first : { kind: "or", of };
}

/** A map is AND, a list is OR, a plain value is a keyword; members of a mixed list each by their own kind. */
function parseSelection(value: Json, context: ItemContext): Expr {
  if (isJsonObject(value)) return parseMap(value, context);
  if (!Array.isArray(value)) return parseItem(undefined, value, context);
  if (value.length === 0) throw new RuleRefusal("schema-detection", "empty selection", context.at);
  if (!value.some(isJsonObject)) return parseItem(undefined, value, context);
  const of = value.map((member, i) => {
    const at: YamlPath = [...context.at, i];
    if (member === null) throw new RuleRefusal("null-in-list", "null inside a list", at);
    if (Array.isArray(member)) throw new RuleRefusal("schema-detection", "a list inside a list", at);
    return parseSelection(member, { ...context, at });
  });
  return { kind: "or", of };
}

function parseMap(map: JsonObject, context: ItemContext): Expr {
  const keys = Object.keys(map);
  if (keys.length === 0) throw new RuleRefusal("schema-detection", "empty selection", context.at);
  const of = keys.map((key) => parseItem(key, map[key] ?? null, { ...context, at: [...context.at, key] }));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: "and", of };
}

function collectNames(expr: Expr, into: Set<string>): void {
  if (expr.kind === "selection") into.add(expr.name);
  else if (expr.kind === "not") collectNames(expr.of, into);
  else if (expr.kind !== "item") for (const child of expr.of) collectNames(child, into);
}
