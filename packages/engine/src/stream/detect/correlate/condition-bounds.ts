/** `condition` of a correlation -> bounds that must all hold, the fields counted, and the rank of a percentile. */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { RuleRefusal } from "../sigma/refusal.ts";
import { BOUND_OPS, type Bound, boundsHold, type CorrelationRule, type CorrelationType } from "./correlation.ts";

export interface BoundsContext {
  readonly type: CorrelationType;
  readonly references: number;
  readonly lint: (remark: string) => void;
}

type Counted = Pick<CorrelationRule, "bounds" | "valueNames" | "percentile">;

const VALUE_TYPES: ReadonlySet<CorrelationType> = new Set([
  "value_count",
  "value_sum",
  "value_avg",
  "value_percentile",
  "value_median",
]);
/** Tuples of more fields than this say nothing that fewer would not. */
const FIELDS_MAX = 8;
/** A group keeps its events; a threshold above this could not be reached within its bounds. */
export const THRESHOLD_MAX = 100_000;
const MEDIAN = 50;

const refuse = (reason: string): RuleRefusal =>
  new RuleRefusal("correlation-condition", reason, ["correlation", "condition"]);

export function readConditionBounds(value: Json, context: BoundsContext): Counted {
  const { type, references } = context;
  const none: Counted = { bounds: [], valueNames: [], percentile: undefined };
  if (type === "temporal_extended") return none;
  const temporal = type === "temporal" || type === "temporal_ordered";
  const every: Counted = { ...none, bounds: [{ op: "gte", number: references }] };
  if (value === null && temporal) return every;
  if (!isJsonObject(value)) throw refuse(`\`${type}\` needs a condition with a bound`);
  const bounds = boundsOf(value);
  if (bounds.length === 0) throw refuse("no bound (gt, gte, lt, lte, eq or neq)");
  if (type === "temporal_ordered") {
    orderedOnly(bounds, references);
    return every;
  }
  const reachable = type === "event_count" || type === "value_count";
  if (reachable && bounds.some(({ number }) => number > THRESHOLD_MAX)) {
    throw refuse(`a count beyond ${THRESHOLD_MAX} cannot be reached within the bounds of a group`);
  }
  if (!canHold(bounds, amounts(type, references))) context.lint("no amount meets the condition: this never alerts");
  const valueNames = fieldsOf(value, context);
  return { bounds, valueNames, percentile: percentileOf(value, type) };
}

function boundsOf(value: JsonObject): readonly Bound[] {
  const known: readonly string[] = [...BOUND_OPS, "field", "percentile"];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refuse(`unknown key \`${unknown}\``);
  return BOUND_OPS.flatMap((op) => {
    const number = value[op];
    if (number === undefined) return [];
    if (typeof number !== "number") throw refuse(`\`${op}\` is not a number`);
    return [{ op, number }];
  });
}

interface Amounts {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** What is counted is counted from one on, because no event opens no window; values are any numbers. */
function amounts(type: CorrelationType, references: number): Amounts {
  if (type === "event_count" || type === "value_count") return { least: 1, most: THRESHOLD_MAX + 1, whole: true };
  if (type === "temporal") return { least: 1, most: references, whole: true };
  return { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY, whole: false };
}

/** Whether some amount meets all bounds: if any does, one beside a bound or between two of them does. */
function canHold(bounds: readonly Bound[], { least, most, whole }: Amounts): boolean {
  const at = bounds.map(({ number }) => number);
  const some = at.flatMap((a) => [a - 1, a, a + 1, ...at.map((b) => (a + b) / 2)]);
  const possible = whole ? [least, ...some.flatMap((amount) => [Math.floor(amount), Math.ceil(amount)])] : some;
  return possible.some((amount) => amount >= least && amount <= most && boundsHold(bounds, amount));
}

/** An order of fewer than all steps would have to say which: that is another correlation. */
function orderedOnly(bounds: readonly Bound[], references: number): void {
  const fewer = Array.from({ length: references - 1 }, (_, i) => i + 1);
  if (!boundsHold(bounds, references) || fewer.some((number) => boundsHold(bounds, number))) {
    throw refuse("`temporal_ordered` takes no condition but one that says all rules, in order");
  }
}

function fieldsOf(value: JsonObject, { type, lint }: BoundsContext): readonly string[] {
  const field = value.field;
  if (!VALUE_TYPES.has(type)) {
    if (field !== undefined) lint("`field` says nothing for this type");
    return [];
  }
  const list = Array.isArray(field) ? field : [field];
  const names = list.filter((name) => typeof name === "string" && name !== "");
  if (names.length === 0 || names.length < list.length) throw refuse(`\`${type}\` needs the \`field\` to look at`);
  if (names.length > FIELDS_MAX) throw refuse(`more than ${FIELDS_MAX} fields`);
  if (names.length > 1 && type !== "value_count") throw refuse("several fields can only be counted (value_count)");
  return names;
}

function percentileOf(value: JsonObject, type: CorrelationType): number | undefined {
  const rank = value.percentile;
  if (type === "value_median") return MEDIAN;
  if (rank === undefined) return undefined;
  if (type !== "value_percentile") throw refuse("`percentile` belongs to value_percentile");
  if (typeof rank !== "number" || rank < 0 || rank > 100) throw refuse("`percentile` is not a number from 0 to 100");
  return rank;
}
