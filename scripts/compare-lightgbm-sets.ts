/** Rows that compare-lightgbm.ts fits: made ones of every kind of target, and two public sets where they lie beside the repository. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { makeRandom } from "@cordon/engine/learning/random";
import { makeCategoryCodes, makeSchema, makeTable } from "@cordon/engine/learning/table";
import type { TrainingData } from "@cordon/engine/learning/trees/fit";
import { madeRows } from "../bench/learning.ts";

const DATA = join(import.meta.dirname, "..", "..", "shared", "data");
/** Names of attacks with fewer rows are one class. */
const CLASS_ROWS_MIN = 100;
/** Rows of a group that is ranked. */
const GROUP = 20;

export interface CompareSet extends TrainingData {
  readonly objective: "binary" | "multiclass" | "regression" | "ranking";
  readonly classes: number;
}

/** undefined: the data is not here. */
export const compareSets = (rows: number): readonly (readonly [string, (seed: number) => CompareSet | undefined])[] => [
  [`made, ${rows} x 30`, () => ({ ...madeRows(rows), objective: "binary", classes: 2 })],
  ["nsl-kdd 20 %, attack or normal", () => nslKdd("binary")],
  ["ait-ads, alert rows, event label or none", aitAds],
  ["nsl-kdd 20 %, which attack", () => nslKdd("multiclass")],
  ["made, 4 classes, a quarter missing", (seed) => madeMixed(30_000, "multiclass", seed)],
  ["made, categories of 10, 100 and 1,000 codes", (seed) => madeMixed(60_000, "binary", seed)],
  ["made, a number", (seed) => madeMixed(60_000, "regression", seed)],
  ["made, ranking in groups of 20", (seed) => madeMixed(60_000, "ranking", seed)],
];

/** 41 features; protocol, service and flag are categories. */
function nslKdd(objective: "binary" | "multiclass"): CompareSet | undefined {
  const path = join(DATA, "nsl-kdd", "KDDTrain+_20Percent.csv.gz");
  if (!existsSync(path)) return undefined;
  const rows = linesOf(path).map((line) => line.split(","));
  const names = rows.map((row) => row[41] ?? "");
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const frequent = [...counts.keys()].filter((name) => (counts.get(name) ?? 0) >= CLASS_ROWS_MIN);
  const classOf = (name: string): number => (frequent.includes(name) ? frequent.indexOf(name) : frequent.length);
  const targets = names.map((name) => (objective === "multiclass" ? classOf(name) : name === "normal" ? 0 : 1));
  const features = rows.map((row) => row.slice(0, 41));
  const classes = objective === "multiclass" ? frequent.length + 1 : 2;
  return { ...tabled(features, { targets, categories: [1, 2, 3] }), objective, classes };
}

/** Raw alerts of one organisation: rule and host as categories, hour, and rows since the same rule. A test of trees, not of triage. */
function aitAds(): CompareSet | undefined {
  const path = join(DATA, "ait-ads", "russellmitchell_alerts.csv.gz");
  if (!existsSync(path)) return undefined;
  const last = new Map<string, number>();
  const targets: number[] = [];
  const rows = linesOf(path)
    .slice(1)
    .map((line, at) => {
      const fields = line.split(",");
      const [time = "0", name = "", , host = ""] = fields;
      const gap = at - (last.get(name) ?? at);
      last.set(name, at);
      targets.push(fields.at(-1) === "-" ? 0 : 1);
      return [name, host, String((Number(time) / 3_600) % 24), String(gap)];
    });
  return { ...tabled(rows, { targets, categories: [0, 1] }), objective: "binary", classes: 2 };
}

const linesOf = (path: string): string[] => gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");

function tabled(
  rows: readonly (readonly string[])[],
  about: { targets: readonly number[]; categories: readonly number[] },
): TrainingData {
  const width = rows[0]?.length ?? 0;
  const isCategory = (at: number): boolean => about.categories.includes(at);
  const columns = Array.from({ length: width }, (_, at) => {
    const values = rows.map((row) => row[at] ?? "");
    if (!isCategory(at)) return Float64Array.from(values, Number);
    return Float64Array.from(values, makeCategoryCodes(values).codeOf);
  });
  const names = columns.map((_, at) => `f${at}`);
  const schema = makeSchema(
    names,
    names.map((_, at) => (isCategory(at) ? "category" : "number")),
  );
  return { table: makeTable(schema, columns), targets: about.targets };
}

/** Ten numbers, a quarter of four of them missing (which tells something of the target), three categories whose codes each have an effect. */
function madeMixed(rows: number, objective: CompareSet["objective"], seed: number): CompareSet {
  const random = makeRandom(seed);
  const numbers = Array.from({ length: 10 }, (_, feature) =>
    Float64Array.from({ length: rows }, () => (feature < 4 && random.next() < 0.25 ? Number.NaN : random.normal())),
  );
  const sizes = [10, 100, 1_000];
  const codes = sizes.map((size) => Float64Array.from({ length: rows }, () => Math.floor(size * random.next() ** 2)));
  const effects = sizes.map((size) => Float64Array.from({ length: size }, () => random.normal()));
  const margins = Float64Array.from({ length: rows }, (_, row) => {
    const at = (feature: number): number => numbers[feature]?.[row] || 0;
    const holes = numbers.slice(0, 2).filter((column) => Number.isNaN(column[row])).length;
    const told = codes.map((column, of) => effects[of]?.[column[row] ?? 0] ?? 0);
    return at(4) * at(5) + Math.sin(2 * at(1)) + 0.8 * holes + told.reduce((sum, each) => sum + each, 0) - 0.5;
  });
  const noisy = margins.map((margin) => margin + random.normal());
  const targets = {
    binary: () => margins.map((margin) => (random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0)),
    multiclass: () => noisy.map((value) => (value < -1.5 ? 0 : value < 0 ? 1 : value < 1.5 ? 2 : 3)),
    regression: () => noisy,
    ranking: () => noisy.map((value) => Math.min(4, Math.max(0, Math.round(value)))),
  }[objective]();
  const columns = [...numbers, ...codes];
  const schema = makeSchema(
    columns.map((_, at) => `f${at}`),
    columns.map((_, at) => (at < numbers.length ? "number" : "category")),
  );
  const groups = Float64Array.from({ length: rows }, (_, row) => Math.floor(row / GROUP));
  return { table: makeTable(schema, columns), targets, groups, objective, classes: objective === "multiclass" ? 4 : 2 };
}
