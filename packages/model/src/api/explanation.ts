/** Wire shape of "why did this rule match, or not": the condition as a tree with truth values. */
import { z } from "zod";

const zExplainedTest = z.object({
  kind: z.string(),
  ruleValue: z.unknown(),
  holds: z.boolean(),
  /** Where in the event's text the rule's first literal piece stands. */
  offset: z.number().optional(),
});

export const zExplainedItem = z.object({
  kind: z.literal("item"),
  holds: z.boolean(),
  /** Empty for keywords. */
  field: z.string(),
  operator: z.string(),
  link: z.enum(["any", "all"]),
  pointer: z.string().optional(),
  /** The event's own name for the field, where it is another than the rule's. */
  resolved: z.string().optional(),
  eventValue: z.unknown().optional(),
  tests: z.array(zExplainedTest),
  testsTotal: z.number(),
});
export type WireExplainedItem = z.infer<typeof zExplainedItem>;

export type WireExplainedNode =
  | WireExplainedItem
  | {
      readonly kind: "selection" | "and" | "or" | "not" | "at-least";
      readonly holds: boolean;
      readonly name?: string | undefined;
      readonly count?: number | undefined;
      readonly of: readonly WireExplainedNode[];
    };

const zExplainedNode: z.ZodType<WireExplainedNode> = z
  .lazy(() =>
    z.union([
      zExplainedItem,
      z.object({
        kind: z.enum(["selection", "and", "or", "not", "at-least"]),
        holds: z.boolean(),
        name: z.string().optional(),
        count: z.number().optional(),
        of: z.array(zExplainedNode),
      }),
    ]),
  )
  .meta({ id: "ExplainedNode" });

const zRuleExplanation = z.object({
  holds: z.boolean(),
  /** Whether the rule's logsource admits the event at all; `because` says why not. */
  routed: z.boolean(),
  because: z.string().optional(),
  tree: zExplainedNode,
  /** A smallest set of leaves that would have to be different for the rule to hold. */
  change: z.array(zExplainedItem),
  filters: z
    .array(z.object({ id: z.string(), title: z.string(), reading: z.string(), suppresses: z.boolean() }))
    .optional(),
});
export type WireRuleExplanation = z.infer<typeof zRuleExplanation>;

export interface WireCorrelationExplanation {
  readonly kind: "correlation";
  readonly type: string;
  readonly groupBy: readonly string[];
  readonly spanMs: number;
  readonly rules: readonly (WireCorrelationPart &
    (WireRuleExplanation | { readonly correlation: WireCorrelationExplanation }))[];
}

const part = {
  /** As the correlation wrote it: id or name. */
  rule: z.string(),
  title: z.string(),
  /** The event's values under the group-by names; a name without a value keeps the event from being counted. */
  group: z.array(z.object({ name: z.string(), field: z.string(), value: z.unknown().optional() })),
};
interface WireCorrelationPart {
  readonly rule: string;
  readonly title: string;
  readonly group: readonly { readonly name: string; readonly field: string; readonly value?: unknown }[];
}

const zCorrelationExplanation: z.ZodType<WireCorrelationExplanation> = z
  .lazy(() =>
    z.object({
      kind: z.literal("correlation"),
      type: z.string(),
      groupBy: z.array(z.string()),
      spanMs: z.number(),
      rules: z.array(
        z.union([zRuleExplanation.extend(part), z.object({ ...part, correlation: zCorrelationExplanation })]),
      ),
    }),
  )
  .meta({ id: "CorrelationExplanation" });

export const zExplanation = z.union([zCorrelationExplanation, zRuleExplanation]).meta({ id: "Explanation" });
export type WireExplanation = z.infer<typeof zExplanation>;

/** A rule that is not loaded (yet), as text, asked about one stored event. */
export const zTryRequest = z.strictObject({ event: z.string().max(200), text: z.string().min(1).max(1_000_000) });
export const zTryAnswer = z.object({
  rejected: z.array(z.object({ line: z.number().optional(), code: z.string(), reason: z.string() })),
  explained: z.array(z.object({ id: z.string(), title: z.string(), explanation: zExplanation })),
});
