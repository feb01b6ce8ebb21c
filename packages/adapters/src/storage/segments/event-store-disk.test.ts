/** What only the store on disk can get wrong: plans, files, locks of the query engine, stops, moments in between. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Event } from "@cordon/model/event";
import { eventId, recordId, sha256Of } from "@cordon/model/ids";
import { NEVER_STOP, type Stop } from "@cordon/model/ports/runtime";
import type { EventQuery } from "@cordon/model/query";
import { instant } from "@cordon/model/time";
import { afterAll, describe, expect, it } from "vitest";
import { openCatalogue } from "./catalogue.ts";
import { openDuck } from "./duckdb.ts";
import { EVENT_MEMBERS } from "./event-row.ts";
import { type EventStoreOptions, openEventStore } from "./event-store.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const freshDir = (): string => {
  made += 1;
  return join(root, `it's ${made}`);
};

const ALL: EventQuery = { order: "oldest", limit: 10_000 };

function event(n: number, extra: Partial<Event> = {}): Event {
  const record = n.toString(16).padStart(32, "0");
  return {
    id: eventId(`${record}-0`),
    time: instant(1_700_000_000_000 + n),
    receivedAt: instant(1_700_000_000_000),
    source: "s",
    shape: "s",
    log: { categories: [] },
    class: 0,
    activity: 0,
    severity: 0,
    raw: { n },
    entities: [{ kind: "host", role: "device", value: `h${n % 3}` }],
    provenance: {
      record: recordId(record),
      via: "v",
      input: "i",
      position: n,
      mapping: "m",
      version: "1",
      sha256: sha256Of("0".repeat(64)),
    },
    ...extra,
  };
}

const events = (from: number, to: number): readonly Event[] =>
  Array.from({ length: to - from }, (_, index) => event(from + index));

const open = (dir: string, extra: Partial<EventStoreOptions> = {}) =>
  openEventStore({ dir, views: new Map(), runtime: { now: () => instant(1_000) }, ...extra });

describe("sealing", () => {
  it("finishes a plan from before a crash under the same name, once the replay has brought it back", async () => {
    const dir = freshDir();
    const first = await open(dir);
    await first.append(1, events(0, 10));
    await first.seal();
    await first.close();
    const catalogue = openCatalogue(join(dir, "catalogue.db"));
    catalogue.plan({ first: 2, last: 3 });
    catalogue.close();
    const name = "p0-000000000002-000000000003.parquet";
    writeFileSync(join(dir, "segments", name), "a half built file under its final name");
    writeFileSync(join(dir, "segments", `${name}.tmp`), "a temporary one");

    const store = await open(dir, { tailRowsMax: 1 });
    expect(existsSync(join(dir, "segments", `${name}.tmp`))).toBe(false);
    await store.append(2, events(10, 20));
    expect([store.sealDue(), await store.seal()]).toEqual([false, 1]);
    await store.append(3, events(20, 30));
    await store.append(4, events(30, 40));
    expect([store.sealDue(), await store.seal()]).toEqual([true, 4]);
    expect(
      readdirSync(join(dir, "segments"))
        .filter((file) => file.endsWith(".parquet"))
        .sort(),
    ).toEqual(["p0-000000000001-000000000001.parquet", name, "p0-000000000004-000000000004.parquet"]);
    expect((await store.search(ALL, NEVER_STOP)).map((one) => one.raw.n)).toEqual(
      events(0, 40).map((one) => one.raw.n),
    );
    await store.close();
  });

  it("cuts a long tail into several segments, whole seqs each", async () => {
    const dir = freshDir();
    const store = await open(dir);
    for (let seq = 1; seq <= 6; seq += 1) await store.append(seq, events(seq * 20_000, (seq + 1) * 20_000));
    expect(store.sealDue()).toBe(true);
    expect(await store.seal()).toBe(6);
    expect(await store.stats()).toMatchObject({ events: 120_000, tail: 0, segments: 3 });
    expect(await store.count(ALL, 200_000, NEVER_STOP)).toBe(120_000);
    await store.close();
  });

  it.each(["oldest", "newest"] as const)(
    "orders events of one moment by id over many segments, %s first",
    async (order) => {
      const store = await open(freshDir());
      const time = instant(1_700_000_000_000);
      const ids = Array.from({ length: 20 }, (_, n) => (order === "oldest" ? 19 - n : n));
      for (const [index, n] of ids.entries()) {
        await store.append(index + 1, [event(n, { time })]);
        await store.seal();
      }
      const [first] = await store.search({ order, limit: 1 }, NEVER_STOP);
      expect(first?.raw.n).toBe(order === "oldest" ? 0 : 19);
      await store.close();
    },
  );

  it("is due by age too", async () => {
    let now = 0;
    const store = await open(freshDir(), { runtime: { now: () => instant(now) }, tailAgeMaxMs: 50 });
    expect(store.sealDue()).toBe(false);
    await store.append(1, events(0, 1));
    now = 49;
    expect(store.sealDue()).toBe(false);
    now = 50;
    expect(store.sealDue()).toBe(true);
    await store.close();
  });

  it("shows each event once at every moment of a seal", async () => {
    const store = await open(freshDir());
    for (let seq = 1; seq <= 4; seq += 1) await store.append(seq, events(seq * 500, seq * 500 + 500));
    let sealed = false;
    const seal = store.seal().then(() => {
      sealed = true;
    });
    const counts = new Set<number>();
    while (!sealed) {
      counts.add((await store.search(ALL, NEVER_STOP)).length);
      await turn();
    }
    await seal;
    counts.add((await store.search(ALL, NEVER_STOP)).length);
    expect([...counts]).toEqual([2_000]);
    await store.close();
  });

  it("refuses an event whose numbers no column can hold, and takes the rest afterwards", async () => {
    const store = await open(freshDir());
    await expect(store.append(1, [event(1), event(2, { time: instant(1.5) })])).rejects.toMatchObject({
      code: "bad-event",
    });
    await store.append(1, [event(1)]);
    expect(await store.seal()).toBe(1);
    expect(await store.count(ALL, 9, NEVER_STOP)).toBe(1);
    await store.close();
  });
});

describe("rows", () => {
  it("bring every member of an event back, also those that few events have", async () => {
    const full = event(1, { outcome: "failure", log: { product: "p", service: "s", categories: ["a", "b"] } });
    const whole = { ...full, provenance: { ...full.provenance, remarks: ["cut at 64 KiB"] } };
    const members = [...Object.keys(whole), ...Object.keys(whole.log), ...Object.keys(whole.provenance)];
    expect([...new Set(members)].sort()).toEqual([...EVENT_MEMBERS].sort());
    const store = await open(freshDir());
    await store.append(1, [whole]);
    await store.seal();
    expect(await store.get([whole.id])).toEqual([whole]);
    await store.close();
  });
});

describe("files of the store", () => {
  const sealedDir = async (): Promise<{ dir: string; file: string }> => {
    const dir = freshDir();
    const store = await open(dir);
    await store.append(1, events(0, 10));
    await store.seal();
    await store.close();
    return { dir, file: join(dir, "segments", "p0-000000000001-000000000001.parquet") };
  };

  it.each([
    ["a missing segment", (file: string) => rmSync(file)],
    ["a segment of another size", (file: string) => appendFileSync(file, "x")],
    [
      "a segment that the catalogue does not know",
      (file: string) => copyFileSync(file, file.replaceAll("0001", "0009")),
    ],
  ])("names %s", async (_, harm) => {
    const { dir, file } = await sealedDir();
    harm(file);
    await expect(open(dir)).rejects.toMatchObject({
      code: "data-corrupt",
      message: expect.stringContaining(".parquet"),
    });
  });

  it("names a segment that was damaged while it was open", async () => {
    const { dir, file } = await sealedDir();
    const store = await open(dir);
    writeFileSync(file, "damaged");
    await expect(store.search(ALL, NEVER_STOP)).rejects.toMatchObject({ code: "data-corrupt" });
    await store.close();
  });

  it("says so when a sealed seq comes with other events: the spool was replaced", async () => {
    const { dir } = await sealedDir();
    const store = await open(dir);
    await expect(store.append(1, events(500, 510))).rejects.toMatchObject({ code: "spool-mismatch" });
    await store.append(1, events(0, 10));
    await store.close();
  });
});

describe("query engine", () => {
  it("reaches its folder and nothing else", async () => {
    const dir = freshDir();
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "inside.csv"), "a\n1\n");
    const duck = await openDuck({ dir, memoryLimit: "64MB", threads: 1 });
    const session = await duck.connect(NEVER_STOP);
    expect(await session.rows("SELECT a FROM read_csv($1)", [join(dir, "inside.csv")])).toEqual([[1n]]);
    for (const sql of [
      "SELECT * FROM read_text('/etc/hostname')",
      `SELECT * FROM read_text('${dir.replaceAll("'", "''")}/../outside')`,
      "COPY (SELECT 1) TO '/tmp/cordon-escape.csv'",
      "ATTACH '/tmp/cordon-escape.db'",
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET memory_limit = '8GB'",
      "SET enable_external_access = true",
    ]) {
      await expect(session.rows(sql, []), sql).rejects.toThrow();
    }
    session.close();
    duck.close();
  });

  it("stops when asked: before, and in the middle of a long statement", async () => {
    const dir = freshDir();
    mkdirSync(dir, { recursive: true });
    const duck = await openDuck({ dir, memoryLimit: "64MB", threads: 1 });
    const runs: (() => void)[] = [];
    const onStop = (run: () => void): (() => void) => {
      runs.push(run);
      return () => undefined;
    };
    const stop = { stopped: false, onStop };
    const session = await duck.connect(stop satisfies Stop);
    const long = session.rows("SELECT count(*) FROM range(20000000000) a WHERE (range * 7) % 3 = 5", []);
    stop.stopped = true;
    for (const run of runs) run();
    await expect(long).rejects.toMatchObject({ code: "stopped" });
    await expect(session.rows("SELECT 1", [])).rejects.toMatchObject({ code: "stopped" });
    session.close();
    duck.close();
  });

  it("refuses a limit outside its bounds", async () => {
    const store = await open(freshDir());
    for (const limit of [0, 10_001, 1.5]) {
      await expect(store.search({ order: "oldest", limit }, NEVER_STOP)).rejects.toMatchObject({ code: "bad-query" });
    }
    await store.close();
  });
});
