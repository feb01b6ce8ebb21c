/** The whole layer against the published description of layer format 4.5: names, types, values, nothing else. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadRules } from "@cordon/engine/stream/detect/sigma/load-rules";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CONTENT } from "./content.ts";
import { coverageOf } from "./coverage.ts";
import { navigatorLayer } from "./coverage-navigator.ts";
import { ruleFiles } from "./rule-files.ts";

const zColor = z.string().regex(/^#[0-9a-f]{6}$/i);
const zMetadata = z.array(
  z.union([z.strictObject({ name: z.string(), value: z.string() }), z.strictObject({ divider: z.boolean() })]),
);
const zTechnique = z.strictObject({
  techniqueID: z.string().regex(/^T\d{4}(?:\.\d{3})?$/),
  tactic: z.string().optional(),
  comment: z.string().optional(),
  enabled: z.boolean().optional(),
  score: z.number().optional(),
  color: zColor.optional(),
  metadata: zMetadata.optional(),
  showSubtechniques: z.boolean().optional(),
});
const zLayer = z.strictObject({
  name: z.string().min(1),
  versions: z.strictObject({
    attack: z.string().regex(/^\d+(?:\.\d+)?$/),
    navigator: z.string().regex(/^(?:4\.9|[5-9])\.\d+(?:\.\d+)?$/),
    layer: z.literal("4.5"),
  }),
  domain: z.literal("enterprise-attack"),
  description: z.string(),
  sorting: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  layout: z.strictObject({
    layout: z.enum(["side", "flat", "mini"]),
    showID: z.boolean(),
    showName: z.boolean(),
    showAggregateScores: z.boolean(),
    countUnscored: z.boolean(),
    aggregateFunction: z.enum(["average", "min", "max", "sum"]),
    expandedSubtechniques: z.enum(["none", "all", "annotated"]),
  }),
  hideDisabled: z.boolean(),
  techniques: z.array(zTechnique),
  gradient: z
    .strictObject({ colors: z.array(zColor).min(2), minValue: z.number(), maxValue: z.number() })
    .refine(({ minValue, maxValue }) => maxValue > minValue),
  legendItems: z.array(z.strictObject({ label: z.string(), color: zColor })),
  metadata: zMetadata,
});

const ATTACK = join(import.meta.dirname, "..", "..", "..", "..", "..", "shared", "data", "attack");
const set = loadRules(["rules", "correlations"].flatMap((part) => ruleFiles(join(CONTENT, part), "cordon")));
const WINDOWS = { product: "windows", service: "security", categories: ["process_creation"] };
const sources = [{ source: "windows.security", events: 1, lastSeen: 1, logs: [WINDOWS] }];
const asFile = (layer: object): unknown => JSON.parse(JSON.stringify(layer));

describe("the layer of the shipped rules", () => {
  const layer = navigatorLayer(coverageOf(set, sources), "1.2.3");

  it("has the names, types and values of format 4.5", () => {
    expect(zLayer.parse(asFile(layer))).toEqual(asFile(layer));
    expect(layer.techniques.length).toBeGreaterThan(100);
  });

  it("names each technique once, and opens every one of which a part is named", () => {
    const ids = layer.techniques.map(({ techniqueID }) => techniqueID);
    expect(new Set(ids).size).toBe(ids.length);
    const open = layer.techniques.filter((row) => "showSubtechniques" in row).map(({ techniqueID }) => techniqueID);
    expect(open).toEqual([...new Set(ids.filter((id) => id.includes(".")).map((id) => id.slice(0, 5)))].sort());
  });

  it("is a layer without any rule, too, and leaves techniques of other domains out", () => {
    expect(zLayer.parse(asFile(navigatorLayer(coverageOf(loadRules([]), []), "1")))).toMatchObject({ techniques: [] });
    const text =
      "title: T\nid: 00000000-0000-4000-8000-000000000009\ntags: [attack.t0885, attack.t1059]\nlogsource: { product: windows }\ndetection: { s: { a: b }, condition: s }\n";
    const mixed = navigatorLayer(coverageOf(loadRules([{ path: "r.yml", text, source: "t" }]), sources), "1");
    expect(mixed.techniques.map(({ techniqueID }) => techniqueID)).toEqual(["T1059"]);
  });

  it.skipIf(!existsSync(ATTACK))("names techniques that the framework has", () => {
    const text = readFileSync(join(ATTACK, "enterprise-techniques.json"), "utf8");
    const unknown = layer.techniques.filter(({ techniqueID }) => !text.includes(`"${techniqueID}"`));
    expect(unknown).toEqual([]);
  });
});
