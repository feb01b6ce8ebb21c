import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyText, makeCollector, makeTestStop, sourceCompliance, until } from "@cordon/testkit/source-compliance";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import type { CheckpointStore } from "./checkpoint.ts";
import { makeTailSource, type TailConfig } from "./tail.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-tail-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const folder = () => {
  const dir = join(root, String(made++));
  mkdirSync(dir);
  return dir;
};

function memoryCheckpoints(): CheckpointStore & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key),
    async set(key, value) {
      values.set(key, value);
    },
  };
}

function start(dir: string, checkpoints: CheckpointStore, wish: Partial<TailConfig> = {}) {
  const collected = makeCollector();
  const stop = makeTestStop();
  const config = { name: "tail", paths: [dir], suffixes: [".log"], pollMs: 5, idleFlushMs: 60_000, ...wish };
  const running = makeTailSource(config, { runtime: makeRuntime(), checkpoints }).run(
    collected.deliver,
    collected.fail,
    stop,
  );
  return {
    ...collected,
    texts: () => collected.records.map(bodyText),
    sees: (count: number) => until(() => collected.records.length >= count, `${count} records were seen`),
    /** Lets a few polls pass, for what must not happen. */
    idle: () => new Promise((resolve) => setTimeout(resolve, 60)),
    async end() {
      stop.stop();
      await running;
    },
  };
}

sourceCompliance("tail", async () => {
  const dir = folder();
  return {
    source: makeTailSource(
      { name: "tail", paths: [dir], suffixes: [".log"], pollMs: 5 },
      { runtime: makeRuntime(), checkpoints: memoryCheckpoints() },
    ),
    feed: async (bodies) => appendFileSync(join(dir, "a.log"), bodies.map((body) => `${body}\n`).join("")),
    redelivers: true,
  };
});

describe("tail", () => {
  it("T1: holds back an unfinished line until its end comes, and gives it out when nothing follows", async () => {
    const dir = folder();
    const tail = start(dir, memoryCheckpoints(), { idleFlushMs: 150 });
    writeFileSync(join(dir, "a.log"), "one\ntw");
    writeFileSync(join(dir, "not-followed.txt"), "x\n");
    await tail.sees(1);
    appendFileSync(join(dir, "a.log"), "o\nthree");
    await tail.sees(3);
    expect(tail.texts()).toEqual(["one", "two", "three"]);
    appendFileSync(join(dir, "a.log"), "\nfour\n");
    await tail.sees(4);
    expect(tail.records.map((record) => record.position)).toEqual([1, 2, 3, 4]);
    await tail.end();
  });

  it("T3: follows a rotation by rename, with what the old writer still adds", async () => {
    const dir = folder();
    const log = join(dir, "a.log");
    const tail = start(dir, memoryCheckpoints());
    writeFileSync(log, "1\n2\n");
    await tail.sees(2);
    renameSync(log, `${log}.1`);
    writeFileSync(log, "4\n");
    appendFileSync(`${log}.1`, "3\n");
    await tail.sees(4);
    expect(tail.texts().sort()).toEqual(["1", "2", "3", "4"]);
    expect(tail.records.every((record) => record.input === log)).toBe(true);
    await tail.end();
  });

  it("T3: reads a truncated file anew; equal lines of the next generation are other records", async () => {
    const dir = folder();
    const log = join(dir, "a.log");
    const tail = start(dir, memoryCheckpoints());
    writeFileSync(log, "same\nx\n");
    await tail.sees(2);
    truncateSync(log);
    await tail.idle();
    appendFileSync(log, "same\n");
    await tail.sees(3);
    expect(tail.texts()).toEqual(["same", "x", "same"]);
    expect(new Set(tail.records.map((record) => record.id)).size).toBe(3);
    await tail.end();
  });

  it("T2: goes on after a restart, without loss and without doubles", async () => {
    const dir = folder();
    const checkpoints = memoryCheckpoints();
    const log = join(dir, "a.log");
    writeFileSync(log, "1\n2\npart");
    const first = start(dir, checkpoints);
    await first.sees(2);
    await until(() => checkpoints.values.size > 0, "a checkpoint was saved");
    await first.end();
    appendFileSync(log, "ial\n4\n");
    const second = start(dir, checkpoints);
    await second.sees(2);
    await second.end();
    expect([...first.texts(), ...second.texts()]).toEqual(["1", "2", "partial", "4"]);
    expect(second.records.map((record) => record.position)).toEqual([3, 4]);
  });

  it("T2: the lines of one audit event are one record, also when a restart falls between them", async () => {
    const dir = folder();
    const checkpoints = memoryCheckpoints();
    const line = (type: string) => `type=${type} msg=audit(1.0:7): x`;
    writeFileSync(join(dir, "a.log"), `plain\n${line("SYSCALL")}\n`);
    const first = start(dir, checkpoints);
    await first.sees(1);
    await until(() => checkpoints.values.size > 0, "a checkpoint was saved");
    await first.end();
    appendFileSync(join(dir, "a.log"), `${line("CWD")}\n${line("PROCTITLE")}\n`);
    const second = start(dir, checkpoints);
    await second.sees(1);
    await second.end();
    expect([...first.texts(), ...second.texts()]).toEqual([
      "plain",
      ["SYSCALL", "CWD", "PROCTITLE"].map(line).join("\n"),
    ]);
    expect(second.records.map(({ position, meta }) => [position, meta?.host !== undefined])).toEqual([[2, true]]);
  });

  it("T2: names of columns are known after a restart", async () => {
    const dir = folder();
    const checkpoints = memoryCheckpoints();
    writeFileSync(join(dir, "a.log"), "#Version: 1.0\n#Fields: date c-ip\n2026-05-04 192.0.2.1\n");
    const first = start(dir, checkpoints);
    await first.sees(1);
    await until(() => checkpoints.values.size > 0, "a checkpoint was saved");
    await first.end();
    appendFileSync(join(dir, "a.log"), "2026-05-04 192.0.2.2\n");
    const second = start(dir, checkpoints);
    await second.sees(1);
    await second.end();
    expect(second.records.map(({ format, meta }) => [format, meta?.header, meta?.dialect])).toEqual([
      ["csv", "date c-ip", "w3c"],
    ]);
  });

  it("T2: with the checkpoint lost, the ids of what is read again are the same", async () => {
    const dir = folder();
    writeFileSync(join(dir, "a.log"), "1\n2\n");
    const ids: string[][] = [];
    for (let round = 0; round < 2; round++) {
      const tail = start(dir, memoryCheckpoints());
      await tail.sees(2);
      await tail.end();
      ids.push(tail.records.map((record) => record.id));
    }
    expect(ids[1]).toEqual(ids[0]);
  });

  it("T4: finds the rest of a file that was rotated while nobody looked, and says so when it is gone", async () => {
    const dir = folder();
    const log = join(dir, "a.log");
    const checkpoints = memoryCheckpoints();
    writeFileSync(log, "1\n");
    const first = start(dir, checkpoints);
    await first.sees(1);
    await until(
      () => [...checkpoints.values.values()].some((text) => text.includes('"line":2')),
      "the line was marked",
    );
    await first.end();
    appendFileSync(log, "2\n");
    renameSync(log, `${log}.1`);
    writeFileSync(log, "3\n");
    const second = start(dir, checkpoints);
    await second.sees(2);
    expect(second.texts().sort()).toEqual(["2", "3"]);
    await second.end();
    rmSync(`${log}.1`);
    const third = start(dir, checkpoints);
    await until(() => third.failures.length > 0, "the loss was reported");
    expect(third.failures[0]?.reason).toContain("rotated away");
    await third.end();
  });

  it("begins at the end of files that are there, where that is wished, and at the start of new ones", async () => {
    const dir = folder();
    writeFileSync(join(dir, "old.log"), "before\n");
    const tail = start(dir, memoryCheckpoints(), { startAt: "end" });
    await tail.idle();
    appendFileSync(join(dir, "old.log"), "after\n");
    writeFileSync(join(dir, "new.log"), "new\n");
    await tail.sees(2);
    expect(tail.texts().sort()).toEqual(["after", "new"]);
    await tail.end();
  });
});
