/** Which fields a correlation must remember of its events because an outer one groups or counts by them. */
import type { CorrelationRule } from "./correlation.ts";

/** `correlations` with what is referred to before what refers to it. */
export function carriedFields(
  correlations: readonly CorrelationRule[],
): ReadonlyMap<CorrelationRule, readonly string[]> {
  const carried = new Map<CorrelationRule, Set<string>>();
  for (const outer of correlations.toReversed()) {
    for (const { to, groupFields, valueFields } of outer.parts) {
      if (to.kind === "rule") continue;
      const own = carried.get(to.rule) ?? new Set<string>();
      for (const name of [...groupFields, ...valueFields, ...(carried.get(outer) ?? [])]) {
        if (!to.rule.groupBy.includes(name)) own.add(name);
      }
      carried.set(to.rule, own);
    }
  }
  return new Map([...carried].map(([rule, names]) => [rule, [...names]]));
}
