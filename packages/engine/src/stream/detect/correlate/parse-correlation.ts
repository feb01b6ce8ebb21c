/** One YAML document of kind correlation -> draft: everything but its references, which are resolved when all files are read. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { parseCondition } from "../sigma/condition.ts";
import { type RuleContext, readHead } from "../sigma/parse-rule.ts";
import { RuleRefusal, type YamlPath } from "../sigma/refusal.ts";
import type { Expr, RuleHead } from "../sigma/rule.ts";
import { readConditionBounds } from "./condition-bounds.ts";
import {
  type Bound,
  type BoundOp,
  CORRELATION_TYPES,
  type CorrelationRule,
  type CorrelationType,
  type Decided,
} from "./correlation.ts";

/** `written` are references as they stand; the rest is final. */
export interface CorrelationDraft
  extends RuleHead,
    Pick<
      CorrelationRule,
      | "type"
      | "groupBy"
      | "aliases"
      | "spanMs"
      | "bounds"
      | "valueNames"
      | "percentile"
      | "expression"
      | "decided"
      | "generate"
    > {
  readonly written: readonly string[];
}

/** Each reference costs a counter per group; nobody writes so many by hand. */
const REFERENCES_MAX = 1_000;
const FIELDS_MAX = 16;
/** A window of years would keep every event of its groups; a month is what memory allows. */
const SPAN_DAYS_MAX = 31;
const SPAN_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const KNOWN_KEYS = ["type", "rules", "group-by", "aliases", "timespan", "condition", "generate"];
const AT: YamlPath = ["correlation"];

export function parseCorrelation(document: JsonObject, context: RuleContext): CorrelationDraft {
  const head = readHead(document, context);
  const body = document.correlation;
  if (!isJsonObject(body)) throw refuse("`correlation` is not a map");
  for (const key of Object.keys(body)) if (!KNOWN_KEYS.includes(key)) context.lint(`unknown key \`${key}\``);
  const type = typeOf(body.type ?? null);
  const written = writtenOf(body.rules ?? null, type, context.lint);
  const groupBy = namesOf(body["group-by"] ?? [], "group-by");
  if (groupBy.length === 0) context.lint("no `group-by`: one group for all events");
  const counted = readConditionBounds(body.condition ?? null, { type, references: written.length, lint: context.lint });
  const expression = expressionOf(body.condition ?? null, type, { written, lint: context.lint });
  return {
    ...head,
    type,
    written,
    groupBy,
    aliases: aliasesOf(body.aliases ?? {}),
    spanMs: spanOf(body.timespan ?? null, context.lint),
    ...counted,
    expression,
    decided: decidedOf(type, counted.bounds, expression),
    generate: generateOf(document.generate ?? body.generate ?? false),
  };
}

const refuse = (reason: string, ...at: string[]): RuleRefusal =>
  new RuleRefusal("schema-correlation", reason, [...AT, ...at]);

function typeOf(value: Json): CorrelationType {
  const type = CORRELATION_TYPES.find((known) => known === value);
  if (type === undefined) throw refuse(`unknown type \`${String(value)}\``, "type");
  return type;
}

function writtenOf(value: Json, type: CorrelationType, lint: (remark: string) => void): readonly string[] {
  const list = namesOf(value, "rules");
  if (list.length === 0) throw refuse("`rules` names no rule", "rules");
  if (list.length > REFERENCES_MAX) {
    throw new RuleRefusal("schema-too-large", `${list.length} referenced rules`, [...AT, "rules"]);
  }
  const distinct = [...new Set(list)];
  if (distinct.length === list.length || type === "temporal_ordered") return list;
  lint("a rule is named twice: counted once");
  return distinct;
}

function namesOf(value: Json, key: string): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  const names = list.map((name) => {
    if (typeof name !== "string" || name === "") throw refuse(`\`${key}\` is not a list of names`, key);
    return name;
  });
  if (key === "group-by" && names.length > FIELDS_MAX) throw refuse(`more than ${FIELDS_MAX} fields`, key);
  return names;
}

function aliasesOf(value: Json): CorrelationRule["aliases"] {
  if (!isJsonObject(value)) throw refuse("`aliases` is not a map", "aliases");
  return new Map(
    Object.entries(value).map(([alias, fields]) => {
      if (!isJsonObject(fields)) throw refuse(`alias \`${alias}\` is not a map of rule to field`, "aliases", alias);
      const pairs = Object.entries(fields).map(([rule, field]) => {
        if (typeof field !== "string") throw refuse(`alias \`${alias}\`: field of ${rule} is not a text`, "aliases");
        return [rule, field] as const;
      });
      return [alias, new Map(pairs)] as const;
    }),
  );
}

function spanOf(value: Json, lint: (remark: string) => void): number {
  const [, digits, unit] = /^(\d{1,9})([smhdw])$/.exec(typeof value === "string" ? value.trim() : "") ?? [];
  const spanMs = Number(digits) * (SPAN_UNITS[unit ?? ""] ?? Number.NaN);
  if (Number.isNaN(spanMs) || spanMs === 0) {
    throw refuse(`timespan \`${String(value)}\` is not a number with s, m, h or d`, "timespan");
  }
  if (unit === "w") lint("weeks in `timespan` are an extension");
  if (spanMs > SPAN_DAYS_MAX * 86_400_000) throw refuse(`timespan longer than ${SPAN_DAYS_MAX} days`, "timespan");
  return spanMs;
}

function generateOf(value: Json): boolean {
  if (typeof value !== "boolean") throw new RuleRefusal("schema-correlation", "`generate` is not true or false");
  return value;
}

interface ExpressionContext {
  readonly written: readonly string[];
  readonly lint: (remark: string) => void;
}

/** Leaves are references; `parseCondition` puts this in their place and it is never evaluated itself. */
const LEAF: Expr = { kind: "item", field: undefined, link: "any", tests: [], modifiers: "" };

function expressionOf(value: Json, type: CorrelationType, { written, lint }: ExpressionContext): Expr | undefined {
  if (type !== "temporal_extended") return undefined;
  const at = [...AT, "condition"];
  if (typeof value !== "string") {
    throw new RuleRefusal("correlation-condition", "`temporal_extended` needs a condition in words", at);
  }
  return parseCondition({ text: value, at, lint }, new Map(written.map((name) => [name, LEAF])));
}

const LOWER: ReadonlySet<BoundOp> = new Set(["gt", "gte"]);
const AT_CLOSE: ReadonlySet<CorrelationType> = new Set(["value_avg", "value_percentile", "value_median"]);

function decidedOf(type: CorrelationType, bounds: readonly Bound[], expression: Expr | undefined): Decided {
  if (expression !== undefined) return denies(expression) ? "at-close" : "at-once";
  return AT_CLOSE.has(type) || bounds.some(({ op }) => !LOWER.has(op)) ? "at-close" : "at-once";
}

function denies(expr: Expr): boolean {
  if (expr.kind === "not") return true;
  if (expr.kind === "item") return false;
  return expr.kind === "selection" ? denies(expr.of) : expr.of.some(denies);
}
