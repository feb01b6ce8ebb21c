import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { zCoverage } from "@cordon/model/api/coverage";
import { describe, expect, it } from "vitest";
import { coverageOf, type LiveSource } from "./coverage.ts";
import { navigatorLayer } from "./coverage-navigator.ts";

const rule = (n: number, tags: string, logsource: string): string =>
  `title: Rule ${n}\nid: 00000000-0000-4000-8000-00000000000${n}\nlevel: high\ntags: [${tags}]\nlogsource: ${logsource}\ndetection: { s: { a: b }, condition: s }\n`;
const both = (n: number, type: string): string =>
  `title: Both ${n}\nid: 00000000-0000-4000-8000-00000000000${n}\ntags: [attack.t1110.003]\ncorrelation: { type: ${type}, rules: [00000000-0000-4000-8000-000000000001, 00000000-0000-4000-8000-000000000002], group-by: [a], timespan: 1m${type === "event_count" ? ", condition: { gte: 2 }" : ""} }\n`;

const files = [
  rule(1, "attack.execution, attack.t1059", "{ product: windows, category: process_creation }"),
  rule(2, "attack.execution, attack.persistence, attack.t1059, attack.t1547.001", "{ product: linux }"),
  rule(3, "", "{ product: aws, service: cloudtrail }"),
].map((text, i) => ({ path: `r${i}.yml`, text, source: "t" }));
const correlations = [both(4, "temporal"), both(5, "event_count")].map((text, i) => ({
  path: `c${i}.yml`,
  text,
  source: "t",
}));
const set = loadRules([...files, ...correlations]);

const SOURCES: readonly LiveSource[] = [
  {
    source: "windows.sysmon",
    events: 9,
    lastSeen: 5,
    logs: [{ product: "windows", service: "sysmon", categories: ["process_creation"] }],
  },
  { source: "acme.door", events: 1, logs: [{ product: "acme", categories: [] }] },
];

describe("coverageOf", () => {
  const coverage = coverageOf(set, SOURCES);
  it("tells techniques with a live source from those that nothing feeds", () => {
    expect(set.rejected).toEqual([]);
    expect(coverage.techniques.map(({ id, state, tactics }) => [id, state, tactics])).toEqual([
      ["T1059", "covered", ["execution"]],
      ["T1110.003", "covered", []],
      ["T1547.001", "no-source", ["execution", "persistence"]],
    ]);
    expect(zCoverage.parse(coverage)).toEqual(coverage);
  });
  it("holds a temporal correlation alive only by all of its rules, another by one (CV2)", () => {
    const row = coverage.techniques.find(({ id }) => id === "T1110.003");
    expect(row?.rules.map(({ title, live }) => [title, live])).toEqual([
      ["Both 4", false],
      ["Both 5", true],
    ]);
  });
  it("names sources without a rule, and log sources that rules ask for in vain", () => {
    expect(coverage.sources.map(({ source, rules }) => [source, rules])).toEqual([
      ["windows.sysmon", 1],
      ["acme.door", 0],
    ]);
    expect(coverage.missing.map(({ logsource }) => logsource)).toEqual([
      { product: "linux" },
      { product: "aws", service: "cloudtrail" },
    ]);
    expect(coverage.rules).toEqual({ total: 5, live: 2, untagged: 1 });
  });
});

describe("navigatorLayer", () => {
  it("scores rules with a live source, and opens a technique of which only parts are covered", () => {
    const layer = navigatorLayer(coverageOf(set, SOURCES), "1.2.3");
    expect(layer.versions).toEqual({ attack: "18", navigator: "5.2.0", layer: "4.5" });
    expect(layer.techniques).toEqual([
      { techniqueID: "T1059", score: 1, comment: "With a live source: Rule 1. Without: Rule 2." },
      { techniqueID: "T1110", showSubtechniques: true },
      { techniqueID: "T1110.003", score: 1, comment: "With a live source: Both 5. Without: Both 4." },
      { techniqueID: "T1547", showSubtechniques: true },
      { techniqueID: "T1547.001", score: 0, comment: "Without: Rule 2.", color: "#f3d9d2" },
    ]);
    expect(layer.gradient.maxValue).toBeGreaterThan(layer.gradient.minValue);
  });
});
