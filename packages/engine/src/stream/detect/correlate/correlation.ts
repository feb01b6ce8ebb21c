/** A Sigma correlation as it is understood: references resolved, fields known per reference. */
import type { Expr, RuleHead, SigmaRule } from "../sigma/rule.ts";

export const CORRELATION_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "temporal_extended",
  "value_sum",
  "value_avg",
  "value_percentile",
  "value_median",
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export const BOUND_OPS = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;
export type BoundOp = (typeof BOUND_OPS)[number];

export interface Bound {
  readonly op: BoundOp;
  readonly number: number;
}

/**
 * `at-once`: a further event can only make it true, so it fires on the event that does. `at-close`: decided when the
 * window that began with the group's first event is over, because a later event may still change the answer.
 */
export type Decided = "at-once" | "at-close";

export interface Reference {
  /** As the correlation wrote it: id or name. */
  readonly written: string;
  readonly to:
    | { readonly kind: "rule"; readonly rule: SigmaRule }
    | { readonly kind: "correlation"; readonly rule: CorrelationRule };
  /** Field of this reference for each group-by name, aliases applied. */
  readonly groupFields: readonly string[];
  /** Field of this reference for each counted name, aliases applied. */
  readonly valueFields: readonly string[];
}

export interface CorrelationRule extends RuleHead {
  readonly type: CorrelationType;
  /** `rules` as written, resolved. */
  readonly parts: readonly Reference[];
  readonly groupBy: readonly string[];
  /** alias -> reference as written -> field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly spanMs: number;
  /** All must hold. */
  readonly bounds: readonly Bound[];
  /** Fields whose values are counted or summed; empty for event counts and temporal types. */
  readonly valueNames: readonly string[];
  /** `value_percentile` with a rank, and the median: 0..100. */
  readonly percentile: number | undefined;
  /** `temporal_extended`: over references as written. */
  readonly expression: Expr | undefined;
  readonly decided: Decided;
  /** Referenced rules make detections of their own too. */
  readonly generate: boolean;
  /** Text of this correlation and of everything it refers to: state survives a reload only while it stays the same. */
  readonly definition: string;
}

export function boundHolds({ op, number }: Bound, amount: number): boolean {
  switch (op) {
    case "gt":
      return amount > number;
    case "gte":
      return amount >= number;
    case "lt":
      return amount < number;
    case "lte":
      return amount <= number;
    case "eq":
      return amount === number;
    case "neq":
      return amount !== number;
  }
}

export const boundsHold = (bounds: readonly Bound[], amount: number): boolean =>
  bounds.every((bound) => boundHolds(bound, amount));
