/**
 * Our normality and scikit-learn, PyOD and river on the same rows, in one run: area under the ROC curve and CPU seconds.
 * Usage: node scripts/compare-anomaly.ts DIR [--python PYTHON] [--rows N]
 *
 * DIR holds `.npz` files with X and y, as ADBench has them. Each set twice: fitted on half of its normal rows and asked about the rest
 * (`/normal`), and fitted on 70 % of all rows without labels and asked about the others (`/mixed`). The libraries are never needed to
 * build or test: python -m venv V && V/bin/pip install scikit-learn pyod river, then --python V/bin/python.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { zipMembers } from "@cordon/adapters/sources/files/zip";
import { fitNormality, judgeTable, MIXED_WEIGHTS } from "@cordon/engine/learning/evaluate/normality/normality";
import { readNpy } from "@cordon/engine/learning/evaluate/read-npy";
import { auroc } from "@cordon/engine/learning/metrics/ranking";
import { makeRandom, rowNumbers } from "@cordon/engine/learning/random";
import { type FeatureTable, makeSchema, makeTable, selectRows } from "@cordon/engine/learning/table";
import { timed } from "../bench/measure.ts";

/** A seeded sample of larger sets; river looks at some hundred rows a second. */
const ROWS_MAX = "2000";

interface Part {
  readonly name: string;
  readonly fit: FeatureTable;
  readonly ask: FeatureTable;
  readonly labels: Uint8Array;
}

interface Line {
  readonly name: string;
  readonly auroc: Readonly<Record<string, number>>;
  readonly seconds: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { python: { type: "string" }, rows: { type: "string", default: ROWS_MAX } },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error("usage: node scripts/compare-anomaly.ts DIR [--python PYTHON]");
  const parts: Part[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".npz")))
    parts.push(...(await partsOf(join(folder, file), file.replace(/^\d+_|\.npz$/g, ""), Number(values.rows))));
  const lines = [ours(parts), ...theirs(parts, values.python ?? "python3")];
  for (const kind of ["normal", "mixed"]) {
    process.stdout.write(`\n${`fitted on ${kind} rows`.padEnd(34)}mean    CPU-s (both kinds)\n`);
    for (const { name, auroc: found, seconds } of lines) {
      const own = Object.entries(found).filter(([part]) => part.endsWith(`-${kind}`));
      const mean = own.reduce((sum, [, value]) => sum + value, 0) / own.length;
      const each = own.map(([part, value]) => `${part.replace(/-\w+$/, "")} ${value.toFixed(3)}`).join("  ");
      process.stdout.write(`${name.padEnd(34)}${mean.toFixed(4)}  ${seconds.toFixed(1).padEnd(8)}${each}\n`);
    }
  }
}

async function partsOf(path: string, name: string, rowsMax: number): Promise<readonly Part[]> {
  const members = new Map<string, Uint8Array>();
  for await (const member of zipMembers(path)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.open()) chunks.push(chunk);
    members.set(member.name, Buffer.concat(chunks));
  }
  const [x, y] = ["X", "y"].map((member) =>
    readNpy(members.get(`${member}.npy`) ?? new Uint8Array(0), `${path} ${member}`),
  );
  const [count = 0, dims = 0] = x?.shape ?? [];
  const columns = Array.from({ length: dims }, (_, dim) =>
    Float64Array.from({ length: count }, (_each, row) => x?.values[row * dims + dim] ?? Number.NaN),
  );
  const table = makeTable(makeSchema(columns.map((_, dim) => `x${dim}`)), columns, count);
  const label = (row: number): number => Number((y?.values[row] ?? 0) > 0);
  const order = makeRandom(1).shuffle(rowNumbers(count)).subarray(0, rowsMax);
  const part = (kind: string, fit: Int32Array, ask: Int32Array): Part => ({
    ...{ name: `${name}-${kind}`, fit: selectRows(table, fit), ask: selectRows(table, ask) },
    labels: Uint8Array.from(ask, label),
  });
  const normal = order.filter((row) => label(row) === 0);
  const [half, most] = [Math.ceil(normal.length / 2), Math.round(order.length * 0.7)];
  const odd = order.filter((row) => label(row) === 1);
  return [
    part("normal", normal.subarray(0, half), Int32Array.from([...normal.subarray(half), ...odd])),
    part("mixed", order.subarray(0, most), order.subarray(most)),
  ];
}

function ours(parts: readonly Part[]): Line {
  const [found, seconds] = timed(() =>
    parts.map(({ name, fit, ask, labels }) => {
      const mixed = { neighbours: 20, weights: MIXED_WEIGHTS };
      const normality = fitNormality(fit, { seed: 1, ...(name.endsWith("-mixed") ? mixed : {}) });
      return [name, auroc(labels, judgeTable(normality, ask))] as const;
    }),
  );
  return { name: "ours", auroc: Object.fromEntries(found), seconds };
}

function theirs(parts: readonly Part[], python: string): readonly Line[] {
  const folder = mkdtempSync(join(tmpdir(), "compare-anomaly-"));
  try {
    writeFileSync(
      join(folder, "parts.json"),
      JSON.stringify(parts.map(({ name, fit }) => ({ name, dims: fit.columns.length }))),
    );
    for (const { name, fit, ask, labels } of parts) {
      writeFileSync(join(folder, `${name}.fit`), rowMajor(fit));
      writeFileSync(join(folder, `${name}.ask`), rowMajor(ask));
      writeFileSync(join(folder, `${name}.labels`), labels);
    }
    const script = join(import.meta.dirname, "compare-anomaly.py");
    const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: "utf8" });
    if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as Line[];
    process.stdout.write(`the other libraries are skipped: ${stderr?.trim().split("\n").at(-1) ?? "no python"}\n`);
    return [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowMajor({ columns, rows }: FeatureTable): Uint8Array {
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, dim) => {
    for (let row = 0; row < rows; row += 1) values[row * columns.length + dim] = column[row] ?? 0;
  });
  return new Uint8Array(values.buffer);
}

await main();
