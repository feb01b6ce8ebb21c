/** Real kills: a child that appends and seals is killed at random points, started again, and fed the same input. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Event } from "@cordon/model/event";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { openCatalogue } from "./catalogue.ts";
import { openEventStore } from "./event-store.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-crash-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SEQS = 60;
const PER_SEQ = 300;
const KILLS = 8;

/** The cursor is written after `seal` resolved, as the pipeline does; the input is a function of the seq alone. */
const CHILD = `
import { readFileSync, writeFileSync, existsSync, renameSync } from "node:fs";
import { openEventStore } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "event-store.ts")).href)};
const [, , dir] = process.argv;
const cursorFile = dir + "/cursor";
const cursor = existsSync(cursorFile) ? Number(readFileSync(cursorFile, "utf8")) : 0;
const store = await openEventStore({ dir: dir + "/store", views: new Map(), runtime: { now: () => 1 } });
process.stdout.write("ready\\n");
const event = (seq, n) => {
  const record = (seq * 1000 + n).toString(16).padStart(32, "0");
  const host = "h" + (n % 7);
  return { id: record + "-0", time: 1.7e12 + seq * 10 + (n % 5), receivedAt: 1.7e12, source: "s", shape: "s",
    log: { categories: [] }, class: 0, activity: 0, severity: 0, raw: { seq, n, host, pad: "x".repeat(400) },
    entities: [{ kind: "host", role: "device", value: host }],
    provenance: { record, via: "v", input: "i", position: n, mapping: "m", version: "1", sha256: "0".repeat(64) } };
};
const save = (seq) => { writeFileSync(cursorFile + ".tmp", String(seq)); renameSync(cursorFile + ".tmp", cursorFile); };
for (let seq = cursor + 1; seq <= ${SEQS}; seq += 1) {
  await store.append(seq, Array.from({ length: ${PER_SEQ} }, (_, n) => event(seq, n)));
  if (Math.random() < 0.4) save(await store.seal());
}
save(await store.seal());
await store.close();
process.stdout.write("done\\n");
`;

interface Ended {
  readonly done: boolean;
  readonly stderr: string;
}

function runChild(script: string, dir: string, killAfterMs: number | undefined): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, dir], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const before = out;
      out += chunk.toString();
      if (killAfterMs !== undefined && !before.includes("ready") && out.includes("ready")) {
        setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("close", () => resolve({ done: out.includes("done"), stderr }));
  });
}

async function allEvents(dir: string): Promise<readonly Event[]> {
  const store = await openEventStore({ dir, views: new Map(), runtime: { now: () => instant(1) } });
  const found: Event[] = [];
  for (;;) {
    const last = found.at(-1);
    const after = last === undefined ? {} : { after: { time: last.time, id: last.id } };
    const page = await store.search({ order: "oldest", limit: 10_000, ...after }, NEVER_STOP);
    found.push(...page);
    if (page.length < 10_000) break;
  }
  expect((await store.stats()).events).toBe(found.length);
  await store.close();
  return found;
}

describe("kill -9 of the event store", () => {
  it("keeps each event exactly once, whenever the process died", async () => {
    const script = join(root, "child.mts");
    writeFileSync(script, CHILD);
    const dir = join(root, "data");
    mkdirSync(dir);
    let kills = 0;
    for (let run = 0; run < KILLS; run += 1) {
      const delayMs = Math.floor(Math.random() * 120);
      const { done, stderr } = await runChild(script, dir, delayMs);
      expect(stderr).toBe("");
      if (done) break;
      kills += 1;
    }
    const last = await runChild(script, dir, undefined);
    expect(last).toEqual({ done: true, stderr: "" });
    expect(kills).toBeGreaterThan(2);
    expect(readFileSync(join(dir, "cursor"), "utf8")).toBe(String(SEQS));
    const events = await allEvents(join(dir, "store"));
    expect(events.length).toBe(SEQS * PER_SEQ);
    expect(new Set(events.map((event) => event.id)).size).toBe(SEQS * PER_SEQ);
    expectGapless(join(dir, "store"));
  }, 240_000);
});

function expectGapless(dir: string): void {
  const catalogue = openCatalogue(join(dir, "catalogue.db"));
  const ranges = [...catalogue.segments()].sort((a, b) => a.first - b.first);
  expect(ranges.map((range) => range.first)).toEqual([1, ...ranges.slice(0, -1).map((range) => range.last + 1)]);
  expect(ranges.at(-1)?.last).toBe(SEQS);
  expect(catalogue.planned()).toBeUndefined();
  const files = readdirSync(join(dir, "segments")).filter((name) => name !== "spill");
  expect(files.sort()).toEqual(ranges.map((range) => range.path).sort());
  catalogue.close();
}
