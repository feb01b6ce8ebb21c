/**
 * Memory of five million indicators in a process of its own: `node --expose-gc bench/intel-memory.ts KIND UNTIL [ROWS]`.
 * Builds a table (rows go to a file), makes another beside it as a refresh does, and prints what is resident over the empty
 * process at each point, in MiB.
 */
import { hash, randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableBuilder } from "@cordon/engine/stream/detect/intel/build";
import type { IntelTable } from "@cordon/engine/stream/detect/intel/table";
import { LANES, MIXED, rowOf } from "./intel-rows.ts";

const MIB = 1_024 * 1_024;
const SLICE = 65_536;
const [kind = "SHA-256", until = "day", count = "5000000"] = process.argv.slice(2);
const rows = Number(count);
const lane = LANES.findIndex(([name]) => name === kind);
const laneOf = (n: number): number => (lane < 0 ? (MIXED[n % MIXED.length] ?? 0) : lane);
const folder = mkdtempSync(join(tmpdir(), "cordon-bench-"));

/** The pages of collected buffers are given back by another thread. */
const SWEEP_MS = 300;

/** Resident now; pages of garbage that nobody collected are not the table's. */
async function resident(): Promise<number> {
  for (let i = 0; i < 2; i += 1) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, SWEEP_MS));
  }
  return process.memoryUsage.rss() / MIB;
}

/** The highest so far since it was last set back (Linux). */
function peak(): number {
  const found = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(found ?? Number.NaN) / 1_024;
}

function setPeakBack(): void {
  const file = openSync("/proc/self/clear_refs", "w");
  writeSync(file, "5");
  closeSync(file);
}

function build(name: string): IntelTable {
  const file = openSync(join(folder, name), "w");
  const word = (): number => randomBytes(4).readUInt32LE(0);
  const builder = new TableBuilder({
    key: [word(), word(), word(), word()],
    digestOf: (bytes) => hash("sha256", bytes, "hex"),
    onRows: (piece) => void writeSync(file, piece),
  });
  for (let n = 0; n < rows; n += 1) {
    const refusal = builder.add(rowOf(n, laneOf(n), until === "own" ? "own" : "day"));
    if (refusal !== undefined) throw new Error(refusal);
    if (n % SLICE === 0) globalThis.gc?.();
  }
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done !== true) continue;
    closeSync(file);
    return step.value;
  }
}

// The code is warm before the empty process is weighed.
rowOf(1, 0);
const empty = await resident();
setPeakBack();
const first = build("first");
const peakOfBuild = peak() - empty;
const served = (await resident()) - empty;
setPeakBack();
const second = build("second");
const peakOfReload = peak() - empty;
const tables = [first, second].map((table) => ({ rows: table.rows, mib: table.bytes / MIB }));
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ kind, until, empty, served, peakOfBuild, peakOfReload, tables })}\n`);
