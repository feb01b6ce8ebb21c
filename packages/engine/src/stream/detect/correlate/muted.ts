/** Which rules make no detections of their own: referred to by a correlation, and by none that lets them (`generate`). */
import type { CorrelationRule } from "./correlation.ts";

/** By id. `unmuted` is the operator's word and wins. */
export function mutedRules(
  correlations: readonly CorrelationRule[],
  unmuted: ReadonlySet<string>,
): ReadonlyMap<string, readonly CorrelationRule[]> {
  const by = new Map<string, CorrelationRule[]>();
  const free = new Set(unmuted);
  for (const correlation of correlations) {
    for (const { to } of correlation.parts) {
      if (correlation.generate) free.add(to.rule.id);
      const muting = by.get(to.rule.id) ?? [];
      if (!muting.includes(correlation)) muting.push(correlation);
      by.set(to.rule.id, muting);
    }
  }
  for (const id of free) by.delete(id);
  return by;
}
