/**
 * Our forest, LightGBM and XGBoost on the same rows and folds, in one run: area under the ROC curve and CPU seconds to fit.
 * Usage: node scripts/compare-lightgbm.ts [--python PYTHON] [--rows N]
 *
 * The libraries are never needed to build or test; where they are missing this says so and shows ours alone.
 * To have them: python -m venv V && V/bin/pip install lightgbm xgboost-cpu, then --python V/bin/python.
 * One thread each, the same leaves, rate, shares, penalties and number of trees. CPU seconds hold binning and fitting, not reading.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { auroc } from "@cordon/engine/learning/metrics/ranking";
import { makeRandom, rowNumbers } from "@cordon/engine/learning/random";
import { makeCategoryCodes, makeSchema, makeTable, selectRows, takeValues } from "@cordon/engine/learning/table";
import { fitForest, type TrainingData } from "@cordon/engine/learning/trees/fit";
import { predictForest } from "@cordon/engine/learning/trees/forest";
import { madeRows } from "../bench/learning.ts";
import { timed } from "../bench/measure.ts";

const DATA = join(import.meta.dirname, "..", "..", "shared", "data");
const SEEDS = [1, 2, 3];
/** Share of rows that is fitted; the rest is judged. */
const TRAIN = 0.8;

interface Line {
  readonly name: string;
  readonly auroc: number;
  readonly seconds: number;
}

function main(): void {
  const { values } = parseArgs({ options: { python: { type: "string" }, rows: { type: "string" } } });
  const sets: readonly (readonly [string, TrainingData | undefined])[] = [
    [`made, ${values.rows ?? "125000"} x 30`, madeRows(Number(values.rows ?? 125_000))],
    ["nsl-kdd 20 %, attack or normal", nslKdd()],
    ["ait-ads, alert rows, event label or none", aitAds()],
  ];
  process.stdout.write(`${"data".padEnd(44)}${"".padEnd(10)}AUROC (mean of ${SEEDS.length} splits)  CPU-s\n`);
  for (const [name, data] of sets) {
    if (data === undefined) process.stdout.write(`${name}: data not here, skipped\n`);
    else for (const line of compare(data, values.python)) write(name, line);
  }
}

function write(name: string, line: Line): void {
  process.stdout.write(
    `${name.padEnd(44)}${line.name.padEnd(10)}${line.auroc.toFixed(5).padEnd(28)}${line.seconds.toFixed(2)}\n`,
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

function compare(data: TrainingData, python = "python3"): Line[] {
  const folder = mkdtempSync(join(tmpdir(), "compare-"));
  try {
    const orders = SEEDS.map((seed) => makeRandom(seed).shuffle(rowNumbers(data.table.rows)));
    const parts = orders.map((order) => [order.subarray(0, cutOf(data)), order.subarray(cutOf(data))] as const);
    const ours = parts.map(([train, test], at) => {
      const fold = { table: selectRows(data.table, train), targets: takeValues(data.targets, train) };
      const [{ forest }, seconds] = timed(() => fitForest(fold, { objective: "binary", seed: SEEDS[at] ?? 0 }));
      const p = predictForest(forest, selectRows(data.table, test));
      return { auroc: auroc(takeValues(data.targets, test), p), seconds };
    });
    const line = {
      name: "ours",
      auroc: mean(ours.map((each) => each.auroc)),
      seconds: mean(ours.map((each) => each.seconds)),
    };
    return [line, ...theirs(data, { orders, folder, python })];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const cutOf = (data: TrainingData): number => Math.floor(data.table.rows * TRAIN);

function theirs(data: TrainingData, run: { orders: readonly Int32Array[]; folder: string; python: string }): Line[] {
  const { columns, rows, kinds } = data.table;
  const header = { rows, width: columns.length, cut: cutOf(data), splits: run.orders.length, kinds, seeds: SEEDS };
  const put = (name: string, arrays: readonly (Float64Array | Int32Array)[]): void => {
    writeFileSync(
      join(run.folder, name),
      Buffer.concat(arrays.map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength))),
    );
  };
  writeFileSync(join(run.folder, "header.json"), JSON.stringify(header));
  put("columns.f64", columns);
  put("targets.f64", [Float64Array.from(data.targets)]);
  put("orders.i32", run.orders);
  const { status, stdout, stderr } = spawnSync(
    run.python,
    [join(import.meta.dirname, "compare-lightgbm.py"), run.folder],
    {
      encoding: "utf8",
    },
  );
  if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as Line[];
  process.stdout.write(`LightGBM and XGBoost skipped: ${stderr?.trim().split("\n").at(-1) ?? "no python"}\n`);
  return [];
}

/** 41 features; protocol, service and flag are categories. */
function nslKdd(): TrainingData | undefined {
  const path = join(DATA, "nsl-kdd", "KDDTrain+_20Percent.csv.gz");
  if (!existsSync(path)) return undefined;
  const rows = linesOf(path).map((line) => line.split(","));
  return tabled(
    rows.map((row) => row.slice(0, 41)),
    { targets: rows.map((row) => (row[41] === "normal" ? 0 : 1)), categories: [1, 2, 3] },
  );
}

/** Raw alerts of one organisation: rule and host as categories, hour, and rows since the same rule. A test of trees, not of triage. */
function aitAds(): TrainingData | undefined {
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
  return tabled(rows, { targets, categories: [0, 1] });
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

main();
