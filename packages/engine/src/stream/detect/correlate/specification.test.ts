/** The correlation and filter samples of the Sigma specification: each loads beside rules it may refer to, and behaves. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "@cordon/model/json";
import { describe, expect, it } from "vitest";
import { loadRules } from "../sigma/load-rules.ts";
import { detectorFor, testEvent } from "./correlate.fixture.ts";

const folder = join(import.meta.dirname, "../../../../../../../shared/data/sigma/specification/tests/schema");
const missing = !existsSync(folder);

const base = (name: string, id: string, logsource = "{ product: test }"): string =>
  `title: ${name}\nname: ${name}\nid: ${id}\nlogsource: ${logsource}\ndetection: { s: { kind: ${name} }, condition: s }\n`;
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const NAMED = ["recon_cmd_a", "recon_cmd_b", "recon_cmd_c", "rule_a_id", "process_creation", "website_access"];
const BASES = [
  base("failed", "5638f7c0-ac70-491d-8465-2a65075e0d86"),
  ...NAMED.map((name, i) => base(name, uuid(i))),
  base("archive", "6f3e2987-db24-4c78-a860-b4f4095a7095", "{ product: windows, category: process_creation }"),
  base("jump", "df0841c0-9846-4e9f-ad8a-7df91571771b", "{ category: network, service: dns }"),
].join("---\n");

function load(path: string) {
  const text = readFileSync(join(folder, path), "utf8");
  return loadRules([
    { path: "bases.yml", source: "test", text: BASES },
    { path, source: "specification", text },
  ]);
}

interface Step {
  readonly at: number;
  readonly raw: JsonObject;
}
const many = (count: number, every: number, raw: (n: number) => JsonObject): readonly Step[] =>
  Array.from({ length: count }, (_, n) => ({ at: n * every, raw: raw(n) }));
const recon = (...letters: readonly string[]): readonly Step[] =>
  letters.map((letter, n) => ({ at: n * 60, raw: { kind: `recon_cmd_${letter}`, ComputerName: "pc", User: "anna" } }));

const failed = (n: number): JsonObject => ({
  kind: "failed",
  ComputerName: "pc",
  WorkstationName: "ws",
  User: `u${n}`,
});
const sent = (n: number) => (): JsonObject => ({
  kind: "website_access",
  SourceIP: "10.0.0.1",
  User: "a",
  bytes_sent: n,
});
const out = (n: number) => (): JsonObject => ({ kind: "rule_a_id", SourceIP: "10.0.0.1", User: "a", BytesOut: n });
const started =
  (rare: number) =>
  (n: number): JsonObject => ({
    kind: "process_creation",
    ComputerName: "pc",
    Image: n === rare ? "odd.exe" : "usual.exe",
  });
const asked = (n: number): JsonObject => ({ kind: "failed", dns: { question: { name: "a.example" } }, n });

const SAMPLES: readonly (readonly [string, readonly Step[], readonly Step[]])[] = [
  ["event_count.yml", many(100, 30, failed), many(99, 30, failed)],
  ["event_count_ecs.yml", many(100, 30, asked), many(100, 60, asked)],
  ["value_count.yml", many(100, 60, failed), many(500, 60, () => failed(1))],
  ["temporal.yml", recon(..."cab"), recon(..."aab")],
  ["temporal_ordered.yml", recon(..."abc"), recon(..."cab")],
  ["value_sum.yml", many(3, 60, sent(400_000)), many(3, 60, sent(300_000))],
  ["value_avg.yml", many(3, 60, out(501)), many(3, 60, out(500))],
  ["value_percentile.yml", many(200, 60, started(7)), many(50, 60, started(7))],
];

describe.skipIf(missing)("the specification's correlations", () => {
  it.each(SAMPLES)("%s", (name, fires, silent) => {
    const set = load(`correlation/${name}`);
    expect(set.rejected).toEqual([]);
    expect(set.correlations).toHaveLength(1);
    const count = (steps: readonly Step[]): number => {
      const detector = detectorFor(set);
      const events = steps.map(({ at, raw }, id) => testEvent({ id, at, raw }));
      const own = set.correlations[0]?.id;
      return [...detector.detect(events), ...detector.finish()].filter(({ rule }) => rule.id === own).length;
    };
    expect([count(fires), count(silent)]).toEqual([1, 0]);
  });
});

describe.skipIf(missing)("the specification's filters", () => {
  it.each<readonly [string, JsonObject, JsonObject, readonly string[]]>([
    ["filter_1.yml", { kind: "archive", User: "adm_anna" }, { kind: "archive", User: "anna" }, ["process_creation"]],
    [
      "filter_ecs.yml",
      { kind: "jump", dns: { question: { name: "www.google.com" } } },
      { kind: "jump", dns: { question: { name: "www.example" } } },
      ["network"],
    ],
  ])("%s", (name, harmless, other, categories) => {
    const set = load(`filter/${name}`);
    expect(set.rejected).toEqual([]);
    expect(set.filters.map(({ reading }) => reading)).toEqual(["exclude"]);
    const count = (raw: JsonObject): number => {
      const event = testEvent({ id: 1, at: 1, raw });
      return detectorFor(set).detect([{ ...event, log: { product: "windows", service: "dns", categories } }]).length;
    };
    expect([count(harmless), count(other)]).toEqual([0, 1]);
  });
});
