/**
 * Our forest, LightGBM and XGBoost on the same rows and folds, in one run: how good, CPU seconds to fit, rows judged per CPU-second.
 * Usage: node scripts/compare-lightgbm.ts [--python PYTHON] [--rows N] [--only WORD] [--made SEED,SEED]
 *
 * The libraries are never needed to build or test; where they are missing this says so and shows ours alone.
 * To have them: python -m venv V && V/bin/pip install lightgbm xgboost-cpu, then --python V/bin/python.
 * One thread each, the same leaves, rate, shares, penalties and number of trees. CPU seconds hold binning and fitting, not reading.
 * --made: rows of made sets are drawn anew for each of these seeds; then it also says by how much ours is above each, over all splits.
 * All figures are worked out here from what each says of the same rows.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { auroc } from "@cordon/engine/learning/metrics/ranking";
import { makeRandom, rowNumbers } from "@cordon/engine/learning/random";
import { selectRows, takeValues } from "@cordon/engine/learning/table";
import { fitForest } from "@cordon/engine/learning/trees/fit";
import { predictForest } from "@cordon/engine/learning/trees/forest";
import { ndcg } from "@cordon/engine/learning/trees/objective-ranking";
import { timed } from "../bench/measure.ts";
import { type CompareSet, compareSets } from "./compare-lightgbm-sets.ts";

const SEEDS = [1, 2, 3];
/** Share of rows (of groups, where groups are ranked) that is fitted; the rest is judged. */
const TRAIN = 0.8;

/** What one library said of the test rows of each split, and how long it took. */
interface Said {
  readonly name: string;
  readonly scores: readonly Float64Array[];
  readonly fitSeconds: readonly number[];
  readonly judgeSeconds: readonly number[];
}

interface Split {
  readonly order: Int32Array;
  readonly train: Int32Array;
  readonly test: Int32Array;
}

const MEASURE = { binary: "AUROC", multiclass: "log loss", regression: "RMSE", ranking: "NDCG" };

function main(): void {
  const { values } = parseArgs({
    options: {
      python: { type: "string" },
      rows: { type: "string" },
      only: { type: "string" },
      made: { type: "string" },
    },
  });
  process.stdout.write(`mean of ${SEEDS.length} splits\n${row(["data", "", "", "", "fit CPU-s", "rows/CPU-s"])}`);
  const seeds = values.made?.split(",").map(Number) ?? [7];
  for (const [name, load] of compareSets(Number(values.rows ?? 125_000))) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const found = seeds.map((seed) => {
      const data = load(seed);
      if (data !== undefined) return compare(name, data, values.python ?? "python3");
      process.stdout.write(`${name}: data not here, skipped\n`);
      return new Map<string, number[]>();
    });
    if (seeds.length > 1) process.stdout.write(differences(found));
  }
}

/** Ours less each library, split by split: mean, standard deviation, lowest and highest. */
function differences(found: readonly ReadonlyMap<string, readonly number[]>[]): string {
  const lines = [...(found[0]?.keys() ?? [])].slice(1).map((library) => {
    const each = found.flatMap((of) =>
      (of.get("ours") ?? []).map((figure, at) => figure - (of.get(library)?.[at] ?? 0)),
    );
    const middle = mean(each);
    const spread = Math.sqrt(each.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (each.length - 1));
    const [low, high] = [Math.min(...each), Math.max(...each)].map((one) => one.toFixed(4));
    return `  ours less ${library}: ${middle.toFixed(5)}, deviation ${spread.toFixed(5)}, ${low} to ${high}, ${each.length} splits\n`;
  });
  return lines.join("");
}

const row = (cells: readonly string[]): string =>
  `${cells.map((cell, at) => cell.padEnd([46, 18, 10, 10, 11, 12][at] ?? 0)).join("")}\n`;

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Figures by library, ours first. */
function compare(name: string, data: CompareSet, python: string): ReadonlyMap<string, number[]> {
  const splits = SEEDS.map((seed) => splitOf(data, seed));
  const folder = mkdtempSync(join(tmpdir(), "compare-"));
  const found = new Map<string, number[]>();
  try {
    for (const said of [ours(data, splits), ...theirs(data, splits, { folder, python })]) {
      const figures = splits.map((split, at) => figureOf(data, split, said.scores[at] ?? new Float64Array(0)));
      found.set(said.name, figures);
      const judged = splits.map((split, at) => split.test.length / (said.judgeSeconds[at] ?? 0));
      const [first, second] = [mean(figures).toFixed(5), mean(said.fitSeconds).toFixed(2)];
      process.stdout.write(
        row([name, said.name, MEASURE[data.objective], first, second, String(Math.round(mean(judged)))]),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return found;
}

/** Groups stay whole and together. */
function splitOf({ table, objective, groups }: CompareSet, seed: number): Split {
  const random = makeRandom(seed);
  if (objective !== "ranking" || groups === undefined) {
    const order = random.shuffle(rowNumbers(table.rows));
    const cut = Math.floor(table.rows * TRAIN);
    return { order, train: order.subarray(0, cut), test: order.subarray(cut) };
  }
  const size = Array.from(groups).indexOf(1);
  const shuffled = random.shuffle(rowNumbers(table.rows / size));
  const order = Int32Array.from({ length: table.rows }, (_, at) => {
    return (shuffled[Math.floor(at / size)] ?? 0) * size + (at % size);
  });
  const cut = Math.floor(shuffled.length * TRAIN) * size;
  return { order, train: order.subarray(0, cut), test: order.subarray(cut) };
}

function ours(data: CompareSet, splits: readonly Split[]): Said {
  const runs = splits.map(({ train, test }, at) => {
    const fold = {
      table: selectRows(data.table, train),
      targets: takeValues(data.targets, train),
      ...(data.groups && { groups: takeValues(data.groups, train) }),
    };
    const { objective, classes } = data;
    const [{ forest }, fitSeconds] = timed(() => fitForest(fold, { objective, classes, seed: SEEDS[at] ?? 0 }));
    const judged = selectRows(data.table, test);
    const [scores, judgeSeconds] = timed(() => predictForest(forest, judged));
    return { scores, fitSeconds, judgeSeconds };
  });
  return {
    name: "ours",
    scores: runs.map(({ scores }) => scores),
    fitSeconds: runs.map(({ fitSeconds }) => fitSeconds),
    judgeSeconds: runs.map(({ judgeSeconds }) => judgeSeconds),
  };
}

function figureOf(data: CompareSet, { test }: Split, scores: Float64Array): number {
  const targets = takeValues(data.targets, test);
  if (data.objective === "binary") return auroc(targets, scores);
  if (data.objective === "regression")
    return Math.sqrt(mean([...targets].map((target, at) => (target - (scores[at] ?? 0)) ** 2)));
  if (data.objective === "multiclass")
    return mean([...targets].map((target, at) => -Math.log(scores[at * data.classes + target] ?? 0)));
  const groups = takeValues(data.groups ?? [], test);
  const starts = [...groups.keys()].filter((at) => at === 0 || groups[at] !== groups[at - 1]);
  return mean(
    starts.map((from, at) => ndcg(targets.subarray(from, starts[at + 1]), scores.subarray(from, starts[at + 1]))),
  );
}

/** Said by compare-lightgbm.py: scores lie in files, the rest is its last line. */
function theirs(data: CompareSet, splits: readonly Split[], run: { folder: string; python: string }): Said[] {
  const { columns, rows, kinds } = data.table;
  const { objective, classes } = data;
  const cut = splits[0]?.train.length ?? 0;
  const header = { rows, width: columns.length, cut, splits: splits.length, kinds, seeds: SEEDS, objective, classes };
  const put = (name: string, arrays: readonly (Float64Array | Int32Array)[]): void => {
    writeFileSync(
      join(run.folder, name),
      Buffer.concat(arrays.map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength))),
    );
  };
  writeFileSync(join(run.folder, "header.json"), JSON.stringify(header));
  put("columns.f64", columns);
  put("targets.f64", [Float64Array.from(data.targets)]);
  put("groups.f64", [Float64Array.from(data.groups ?? [])]);
  put(
    "orders.i32",
    splits.map(({ order }) => order),
  );
  const script = join(import.meta.dirname, "compare-lightgbm.py");
  const { status, stdout, stderr } = spawnSync(run.python, [script, run.folder], { encoding: "utf8" });
  if (status !== 0) {
    process.stdout.write(`LightGBM and XGBoost skipped: ${stderr?.trim().split("\n").at(-1) ?? "no python"}\n`);
    return [];
  }
  const lines = JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as Omit<Said, "scores">[];
  const scoresOf = (name: string, at: number): Float64Array =>
    new Float64Array(Uint8Array.from(readFileSync(join(run.folder, `${name}-${at}.f64`))).buffer);
  return lines.map((line) => ({ ...line, scores: splits.map((_, at) => scoresOf(line.name, at)) }));
}

main();
