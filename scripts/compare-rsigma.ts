/**
 * Our engine and rsigma (a Sigma engine in Rust) on the same rules and events: both rates, and where the match sets differ.
 * Usage: node scripts/compare-rsigma.ts RULES_DIR EVENTS.ndjson [--rsigma PATH]
 *
 * rsigma is never needed to build or test; where its program is missing this says so and ends well.
 * To have it: cargo install rsigma --root SOME_FOLDER, then --rsigma SOME_FOLDER/bin/rsigma.
 * Both get JSON lines without any routing. rsigma's rate contains its start and its output, so it is measured twice, on one event
 * and on all, and the difference counts.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Matcher } from "@cordon/engine/stream/detect/sigma/index/matcher";
import { makeTape } from "@cordon/engine/stream/tape/json-tape";
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import { PLAIN_VIEW } from "@cordon/model/view";
import { rulesIn } from "../bench/material.ts";
import { timed } from "../bench/measure.ts";

const OUTPUT_BYTES_MAX = 2 ** 30;
const SHOWN_MAX = 20;

/** Hits by rule id. */
type Counts = ReadonlyMap<string, number>;

function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { rsigma: { type: "string" } } });
  const [rules, events] = positionals;
  if (rules === undefined || events === undefined) {
    process.stderr.write("usage: node scripts/compare-rsigma.ts RULES_DIR EVENTS.ndjson [--rsigma PATH]\n");
    return 2;
  }
  const program = values.rsigma ?? "rsigma";
  if (spawnSync(program, ["--version"]).status !== 0) {
    process.stdout.write(`skipped: no program "${program}" (cargo install rsigma --root FOLDER, then --rsigma)\n`);
    return 0;
  }
  const lines = readFileSync(events, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const ours = runOurs(resolve(rules), lines);
  const theirs = runTheirs(program, resolve(rules), lines);
  process.stdout.write(`ours    ${Math.round(ours.rate)} events/CPU-s, ${sum(ours.hits)} hits\n`);
  process.stdout.write(`rsigma  ${Math.round(theirs.rate)} events/CPU-s, ${sum(theirs.hits)} hits\n`);
  sayDifferences(ours.hits, theirs.hits);
  return 0;
}

interface Run {
  readonly rate: number;
  readonly hits: Counts;
}

function runOurs(folder: string, lines: readonly string[]): Run {
  const { rules } = rulesIn([folder]);
  const matcher = new Matcher(rules);
  const tape = makeTape();
  const bodies = lines.map((line) => new TextEncoder().encode(line));
  const matched = (body: Uint8Array): readonly number[] => {
    const found = tape?.read(body) === true ? matcher.matchTape(PLAIN_VIEW, tape) : undefined;
    if (found !== undefined) return found;
    const raw: JsonObject = JSON.parse(new TextDecoder().decode(body));
    return matcher.match(PLAIN_VIEW, raw);
  };
  const pass = (): Counts => {
    const hits = new Map<string, number>();
    for (const body of bodies) for (const number of matched(body)) add(hits, rules[number]?.id ?? "");
    return hits;
  };
  const hits = pass();
  return { hits, rate: lines.length / timed(pass)[1] };
}

function runTheirs(program: string, folder: string, lines: readonly string[]): Run {
  const work = mkdtempSync(join(tmpdir(), "cordon-compare-"));
  try {
    const first = evaluate(program, folder, write(work, "one.ndjson", lines.slice(0, 1)));
    const whole = evaluate(program, folder, write(work, "all.ndjson", lines));
    return { hits: whole.hits, rate: (lines.length - 1) / Math.max(1e-6, whole.cpuSeconds - first.cpuSeconds) };
  } finally {
    rmSync(work, { recursive: true });
  }
}

function write(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function evaluate(
  program: string,
  rules: string,
  events: string,
): { readonly cpuSeconds: number; readonly hits: Counts } {
  const before = childCpu();
  const run = spawnSync(program, ["engine", "eval", "--rules", rules, "--event", `@${events}`], {
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (run.status !== 0 && run.stdout === "") throw new Error(`rsigma: ${run.stderr.slice(0, 500)}`);
  const hits = new Map<string, number>();
  for (const line of run.stdout.split("\n")) {
    const id = line.startsWith("{") ? ruleIdOf(JSON.parse(line)) : undefined;
    if (id !== undefined) add(hits, id);
  }
  return { cpuSeconds: childCpu() - before, hits };
}

/** CPU time of children that have ended, from the kernel's account of this process. */
function childCpu(): number {
  const fields = readFileSync("/proc/self/stat", "latin1").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function ruleIdOf(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const id = value.rule_id ?? (isJsonObject(value.rule) ? value.rule.id : undefined);
  return typeof id === "string" ? id : undefined;
}

function sayDifferences(ours: Counts, theirs: Counts): void {
  const ids = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  const rows = ids.filter((id) => (ours.get(id) ?? 0) !== (theirs.get(id) ?? 0));
  process.stdout.write(`${ids.length - rows.length} rules with the same number of hits, ${rows.length} with another\n`);
  for (const id of rows.slice(0, SHOWN_MAX)) {
    process.stdout.write(
      `  ${id}  ours ${ours.get(id) ?? 0}, rsigma ${theirs.get(id) ?? 0}: ${reading(id, ours, theirs)}\n`,
    );
  }
}

/** Which side to look at first; `cordon rules explain RULE EVENT` shows ours in full. */
const reading = (id: string, ours: Counts, theirs: Counts): string =>
  !theirs.has(id)
    ? "rsigma never matched it, or did not load it"
    : !ours.has(id)
      ? "we never matched it"
      : "matched on other events";

const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

process.exitCode = main();
