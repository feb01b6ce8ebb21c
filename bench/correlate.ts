/**
 * Correlations: matched events per CPU-second, from the event and its matched rule to the alert, in batches as the stream
 * brings them. Reading the event's fields counts; parsing and matching do not.
 */
import { Correlator } from "@cordon/engine/stream/detect/correlate/correlator";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { instant } from "@cordon/model/time";
import { PLAIN_VIEW } from "@cordon/model/view";
import { cpuNow, type Effort, type Figure, figure } from "./measure.ts";

const BASE = "title: base\nname: base\nlogsource: { product: x }\ndetection: { s: { kind: a }, condition: s }\n";
const OTHER = BASE.replaceAll("base", "other");
const BATCH = 1_024;

/** Name, correlation, and how many values of each field there are. `ms` between two events. */
const LANES: readonly (readonly [
  string,
  string,
  { readonly groups: number; readonly values: number; readonly ms: number },
])[] = [
  [
    "event_count, 1,000 groups",
    "type: event_count, rules: [base], condition: { gte: 50 }",
    { groups: 1_000, values: 1, ms: 1 },
  ],
  [
    "value_count, 1,800 distinct values in the window",
    "type: value_count, rules: [base], condition: { field: v, gte: 100000 }",
    { groups: 1, values: 1_800, ms: 10 },
  ],
  [
    "value_sum, 1,000 groups",
    "type: value_sum, rules: [base], condition: { field: n, gt: 1000000 }",
    { groups: 1_000, values: 1, ms: 1 },
  ],
  [
    "value_avg (judged at the end), 1,000 groups",
    "type: value_avg, rules: [base], condition: { field: n, gt: 1000000 }",
    { groups: 1_000, values: 1, ms: 1 },
  ],
  [
    "temporal_ordered, 1,000 groups",
    "type: temporal_ordered, rules: [base, other]",
    { groups: 1_000, values: 1, ms: 1 },
  ],
  [
    "event_count, 50,000 groups",
    "type: event_count, rules: [base], condition: { gte: 50 }",
    { groups: 50_000, values: 1, ms: 1 },
  ],
];

export function benchCorrelate(effort: Effort): readonly Figure[] {
  return LANES.map(([name, body, shape]) => {
    const text = `${BASE}---\n${OTHER}---\ntitle: c\ncorrelation: { ${body}, group-by: [g], timespan: 1m }\n`;
    const set = loadRules([{ path: "bench.yml", source: "bench", text }]);
    const [first, second = first] = set.rules;
    if (first === undefined || second === undefined || set.correlations.length !== 1) throw new Error("no correlation");
    const rates = Array.from({ length: effort.rounds + 1 }, () => {
      const correlator = new Correlator({ correlations: set.correlations, muted: new Set(), hash: shortHash });
      return rateOf(correlator, [[first], [second]], { ...shape, cpuSeconds: effort.cpuSeconds });
    });
    return figure(`correlate: ${name}`, rates.slice(1), { unit: "events/CPU-s" });
  });
}

interface Run {
  readonly groups: number;
  readonly values: number;
  readonly ms: number;
  readonly cpuSeconds: number;
}

function rateOf(correlator: Correlator, rules: readonly (readonly SigmaRule[])[], run: Run): number {
  let spent = 0;
  let done = 0;
  while (spent < run.cpuSeconds) {
    const events = Array.from({ length: BATCH }, (_, i) => eventOf(done + i, run));
    const start = cpuNow();
    for (const event of events) {
      correlator.observe(event);
      const matched = rules[event.provenance.position & 1] ?? [];
      correlator.take(event, event.raw.n === 0 ? matched : (rules[0] ?? []), { view: PLAIN_VIEW, raw: event.raw });
    }
    correlator.advance();
    spent += cpuNow() - start;
    done += BATCH;
  }
  return done / spent;
}

const INPUT = "bench.log";

function eventOf(n: number, { groups, values, ms }: Run): Event {
  const record = recordId(n.toString(16).padStart(32, "0"));
  const time = instant(Date.UTC(2026, 0, 1) + n * ms);
  return {
    ...{ id: eventId(`${record}-0`), time, receivedAt: time, source: "bench", shape: "bench", class: 0, activity: 0 },
    ...{ severity: 1, log: { product: "x", categories: [] }, entities: [] },
    raw: { kind: "a", g: `host-${n % groups}`, v: `value-${n % values}`, n: n % 7 },
    provenance: { record, via: "b", input: INPUT, position: n, mapping: "b", version: "1", sha256: sha256Of("0") },
  };
}

function shortHash(text: string) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sha256Of(sum.toString(16).padStart(64, "0"));
}
