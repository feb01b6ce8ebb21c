/**
 * Many tests at once: adjusted p-values of Benjamini-Hochberg (independent or positively dependent tests) and
 * Benjamini-Yekutieli (any dependence). Enters: p-values, NaN = no test. Leaves: q-values in the same order.
 * DF1. Alarms at q <= a have an expected share of false ones of at most a. Tests without a p-value do not count as tests.
 */
export function adjustedPs(ps: readonly number[], dependence: "positive" | "any" = "positive"): readonly number[] {
  const order = ps.flatMap((p, at) => (Number.isNaN(p) ? [] : [at])).sort((a, b) => (ps[b] ?? 0) - (ps[a] ?? 0));
  const tests = order.length;
  const harmonic = Array.from({ length: tests }, (_, at) => 1 / (at + 1)).reduce((sum, part) => sum + part, 0);
  const factor = dependence === "any" ? harmonic : 1;
  const adjusted = ps.map(() => Number.NaN);
  let least = 1;
  order.forEach((at, fromTop) => {
    least = Math.min(least, ((ps[at] ?? 1) * tests * factor) / (tests - fromTop));
    adjusted[at] = least;
  });
  return adjusted;
}
