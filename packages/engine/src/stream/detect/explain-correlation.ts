/**
 * What one event is to a correlation: one event alone makes none, so it is said which of its rules the event satisfies,
 * and under which group it would be counted.
 */
import type { Event } from "@cordon/model/event";
import type { Json } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import type { CorrelationRule, Reference } from "./correlate/correlation.ts";
import { type Explanation, explainRule } from "./sigma/explain.ts";

interface PartFacts {
  readonly rule: string;
  readonly title: string;
  readonly group: readonly { readonly name: string; readonly field: string; readonly value?: Json }[];
}

export interface CorrelationExplanation {
  readonly kind: "correlation";
  readonly type: CorrelationRule["type"];
  readonly groupBy: readonly string[];
  readonly spanMs: number;
  readonly rules: readonly (PartFacts & (Explanation | { readonly correlation: CorrelationExplanation }))[];
}

export function explainCorrelation(
  correlation: CorrelationRule,
  event: Pick<Event, "raw" | "log">,
  view: FieldView,
): CorrelationExplanation {
  const { type, groupBy, spanMs } = correlation;
  return {
    ...{ kind: "correlation", type, groupBy, spanMs },
    rules: correlation.parts.map((part) => {
      const facts = { rule: part.written, title: part.to.rule.title, group: groupOf(part, groupBy, { event, view }) };
      return part.to.kind === "rule"
        ? { ...facts, ...explainRule(part.to.rule, event, view) }
        : { ...facts, correlation: explainCorrelation(part.to.rule, event, view) };
    }),
  };
}

interface Seen {
  readonly event: Pick<Event, "raw">;
  readonly view: FieldView;
}

function groupOf({ groupFields }: Reference, names: readonly string[], { event, view }: Seen): PartFacts["group"] {
  return names.map((name, i) => {
    const field = groupFields[i] ?? name;
    const hit = readField(view, event.raw, field);
    return { name, field, ...(hit === undefined ? {} : { value: hit.value }) };
  });
}
