/** Correlator against its naive twin: same alerts, same first and last events; and what late events may change. */
import type { Detection } from "@cordon/model/detection";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseRule, correlation, detectorFor, rulesOf, testEvent } from "./correlate.fixture.ts";
import type { CorrelationRule } from "./correlation.ts";
import { type NaiveAlert, type NaiveEvent, naiveAlerts } from "./naive-correlate.ts";

const SPAN = 10;
const head = (type: string, rules: string): string =>
  `type: ${type}\nrules: [${rules}]\ngroup-by: [g]\ntimespan: ${SPAN}s\n`;

const CASES: readonly (readonly [string, string])[] = [
  ["event_count gte", `${head("event_count", "a, b")}condition: { gte: 3 }`],
  ["event_count gt", `${head("event_count", "a")}condition: { gt: 1 }`],
  ["event_count range", `${head("event_count", "a")}condition: { gte: 2, lt: 4 }`],
  ["event_count eq", `${head("event_count", "a")}condition: { eq: 2 }`],
  ["event_count neq", `${head("event_count", "a")}condition: { neq: 2 }`],
  ["event_count lte", `${head("event_count", "a, b")}condition: { lte: 2 }`],
  ["value_count gte", `${head("value_count", "a, b")}condition: { field: v, gte: 3 }`],
  ["value_count lt", `${head("value_count", "a")}condition: { field: v, lt: 3 }`],
  ["temporal", head("temporal", "a, b, c")],
  ["temporal two of three", `${head("temporal", "a, b, c")}condition: { gte: 2 }`],
  ["temporal few", `${head("temporal", "a, b, c")}condition: { lt: 2 }`],
  ["temporal_ordered", head("temporal_ordered", "a, b, c")],
  ["temporal_ordered pair", head("temporal_ordered", "a, b")],
  ["temporal_extended", `${head("temporal_extended", "a, b, c")}condition: a and (b or c)`],
  ["temporal_extended not", `${head("temporal_extended", "a, b, c")}condition: a and not c`],
  ["value_sum gt", `${head("value_sum", "a, b")}condition: { field: v, gt: 6 }`],
  ["value_sum lte", `${head("value_sum", "a")}condition: { field: v, lte: 3 }`],
  ["value_avg", `${head("value_avg", "a")}condition: { field: v, gt: 2 }`],
  ["value_percentile rank", `${head("value_percentile", "a, b")}condition: { field: v, percentile: 75, gte: 3 }`],
  ["value_percentile share", `${head("value_percentile", "a, b")}condition: { field: v, lte: 30 }`],
  ["value_median", `${head("value_median", "a")}condition: { field: v, lt: 2 }`],
];

const KINDS = ["a", "b", "c"] as const;

const onlyCorrelated = (found: readonly Detection[]): readonly Detection[] =>
  found.filter(({ rule }) => rule.title === "Correlation");

interface Made {
  readonly at: number;
  readonly kind: number;
  readonly group: number;
  readonly value: number;
}

const made: fc.Arbitrary<readonly Made[]> = fc.array(
  fc.record({
    at: fc.nat(60),
    kind: fc.nat(KINDS.length - 1),
    group: fc.nat(1),
    value: fc.integer({ min: -2, max: 4 }),
  }),
  { maxLength: 40 },
);

function ruleOf(body: string): { readonly set: ReturnType<typeof rulesOf>; readonly rule: CorrelationRule } {
  const set = rulesOf(...KINDS.map(baseRule), correlation(body));
  const [rule] = set.correlations;
  expect(set.rejected).toEqual([]);
  if (rule === undefined) throw new Error("no correlation");
  return { set, rule };
}

const sorted = (events: readonly Made[]): readonly Made[] => events.toSorted((a, b) => a.at - b.at);

const eventOf = ({ at, kind, group, value }: Made, id: number) =>
  testEvent({ id, at, raw: { kind: KINDS[kind] ?? "", g: `G${group}`, v: value } });

function twinOf(rule: CorrelationRule, events: readonly Made[]): readonly NaiveAlert[] {
  return naiveAlerts(
    rule,
    events.flatMap((one, id): readonly NaiveEvent[] => {
      const ref = rule.parts.findIndex(({ written }) => written === KINDS[one.kind]);
      if (ref < 0) return [];
      const event = eventOf(one, id);
      return [{ id: event.id, time: event.time, group: `G${one.group}`, refs: [ref], value: String(one.value) }];
    }),
  );
}

const rows = (alerts: readonly NaiveAlert[]): readonly string[] =>
  alerts.map(({ group, first }) => `${group} ${first}`).sort();

describe("the correlator says what its naive twin says", () => {
  it.each(CASES)("%s: in order, in batches of any size", (_, body) => {
    const { set, rule } = ruleOf(body);
    fc.assert(
      fc.property(made, fc.integer({ min: 1, max: 9 }), (list, size) => {
        const events = sorted(list);
        const detector = detectorFor(set);
        const all: Detection[] = [];
        for (let i = 0; i < events.length; i += size) {
          all.push(...detector.detect(events.slice(i, i + size).map((one, at) => eventOf(one, i + at))));
        }
        all.push(...detector.finish());
        const found = onlyCorrelated(all);
        const mine = found.map(({ evidence, matched }) => `${matched[0]?.value} ${evidence[0]}`).sort();
        expect(mine).toEqual(rows(twinOf(rule, events)));
      }),
      { numRuns: 200 },
    );
  });

  it.each(CASES)("%s: one unsorted batch is as if it had come in order", (_, body) => {
    const { set, rule } = ruleOf(body);
    fc.assert(
      fc.property(made, (list) => {
        const ids = new Map(sorted(list).map((one, id) => [one, id]));
        const detector = detectorFor(set, { correlate: { latenessMs: Number.POSITIVE_INFINITY } });
        const all = [...detector.detect(list.map((one) => eventOf(one, ids.get(one) ?? 0))), ...detector.finish()];
        const found = onlyCorrelated(all);
        const mine = found.map(({ evidence, matched }) => `${matched[0]?.value} ${evidence[0]}`).sort();
        expect(mine).toEqual(rows(twinOf(rule, sorted(list))));
      }),
      { numRuns: 100 },
    );
  });

  it.each(CASES.filter(([name]) => !name.startsWith("value_sum gt")))("%s: late events, one by one", (_, body) => {
    const { set, rule } = ruleOf(body);
    fc.assert(
      fc.property(made, (list) => {
        const ids = new Map(sorted(list).map((one, id) => [one, id]));
        const detector = detectorFor(set, { correlate: { latenessMs: Number.POSITIVE_INFINITY } });
        const all = list.flatMap((one) => detector.detect([eventOf(one, ids.get(one) ?? 0)]));
        all.push(...detector.finish());
        const found = onlyCorrelated(all);
        const twin = twinOf(rule, sorted(list));
        // What only the end of a window decides does not depend on the order of arrival at all.
        if (rule.decided === "at-close") expect(found.length).toBe(twin.length);
        // Nothing is lost, and nothing fires where the whole story has nothing.
        const groups = (of: readonly string[]) => [...new Set(of)].sort();
        expect(groups(found.map(({ matched }) => String(matched[0]?.value)))).toEqual(groups(twin.map((a) => a.group)));
        // An episode that was told already takes a late event in: temporal rules may then tell fewer, never none.
        if (!rule.type.startsWith("temporal")) expect(found.length).toBeGreaterThanOrEqual(twin.length);
      }),
      { numRuns: 100 },
    );
  });
});
