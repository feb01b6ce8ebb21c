import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/model/error";
import { rawRecord } from "@cordon/testkit/raw-record";
import { spoolContract } from "@cordon/testkit/spool-contract";
import { afterAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../runtime.ts";
import { type DamagedBatch, openSpool, type SpoolOptions } from "./in-process.ts";

const made: string[] = [];
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-spool-"));
  made.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

const options = (path: string, wish: Partial<SpoolOptions> = {}): SpoolOptions => ({
  path,
  bytesMax: 1 << 26,
  durable: true,
  dedupeWindowMs: 86_400_000,
  dedupeMax: 100_000,
  runtime: makeRuntime(),
  ...wish,
});

for (const durable of [true, false]) {
  spoolContract(`SQLite, ${durable ? "durable" : "throw-away"}`, async (wish) => {
    const all = { ...wish, path: join(folder(), "spool.db"), durable };
    const spool = openSpool(all);
    return {
      spool,
      reopen: async () => {
        await spool.close();
        return openSpool(all);
      },
    };
  });
}

/** Bytes that do not compress. */
const noise = (length: number) => new Uint8Array(randomBytes(length));

const shell = (command: string) => spawnSync("sh", ["-c", command]).status === 0;

describe("spool on SQLite", () => {
  it("P1: appends that arrive together share one commit, and each gets its own answer", async () => {
    const spool = openSpool(options(join(folder(), "spool.db")));
    const results = await Promise.all([1, 2, 2, 3].map((n) => spool.append([rawRecord(n)])));
    expect(results.map((result) => result.accepted)).toEqual([1, 1, 0, 1]);
    expect((await spool.read(0, 10)).length).toBe(3);
    await spool.close();
    await expect(spool.append([rawRecord(4)])).rejects.toMatchObject({ code: "spool-closed" });
  });

  it("P3: in one commit a batch that does not fit is refused, its neighbours go through", async () => {
    const spool = openSpool(options(join(folder(), "spool.db"), { bytesMax: 3_000 }));
    const outcomes = await Promise.allSettled([
      spool.append([rawRecord(1, { body: noise(2_000) })]),
      spool.append([rawRecord(2, { body: noise(2_000) })]),
      spool.append([rawRecord(3)]),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(spool.append([rawRecord(4, { body: noise(9_000) })])).rejects.toMatchObject({
      code: "spool-full",
      retry: "never",
    });
    await spool.close();
  });

  it("P4: a batch with a broken checksum is quarantined and read as empty; the rest is read", async () => {
    const path = join(folder(), "spool.db");
    const spool = openSpool(options(path));
    for (const n of [1, 2, 3]) await spool.append([rawRecord(n)]);
    await spool.close();
    const raw = new DatabaseSync(path);
    raw.exec("UPDATE batch SET body = x'00112233' WHERE seq = 2");
    raw.close();
    const reported: DamagedBatch[] = [];
    const again = openSpool(options(path, { onDamaged: (batch) => reported.push(batch) }));
    for (let round = 0; round < 2; round++) {
      expect((await again.read(0, 10)).map((batch) => batch.records.length)).toEqual([1, 0, 1]);
    }
    expect(reported).toEqual([{ seq: 2, records: 1, reason: "checksum does not match" }]);
    expect(await again.damaged()).toEqual(reported);
    expect((await again.stats()).damaged).toBe(1);
    await again.close();
  });

  it("gives space back to the file system after trim", async () => {
    const path = join(folder(), "spool.db");
    const spool = openSpool(options(path, { durable: false }));
    for (let n = 1; n <= 30; n++) await spool.append([rawRecord(n, { body: noise(2 ** 20) })]);
    await spool.advance("detect", 30);
    await spool.advance("store", 30);
    await spool.trim();
    await spool.close();
    expect(statSync(path).size).toBeLessThan(12 * 2 ** 20);
  });

  it("a second opener gets data-locked, a file that is no database data-damaged, a missing right disk-failed", async () => {
    const dir = folder();
    const spool = openSpool(options(join(dir, "spool.db")));
    expect(codeOf(() => openSpool(options(join(dir, "spool.db"))))).toBe("data-locked");
    await spool.close();
    spawnSync("sh", ["-c", `yes nonsense | head -c 20000 > ${join(dir, "garbage.db")}`]);
    expect(codeOf(() => openSpool(options(join(dir, "garbage.db"))))).toBe("data-damaged");
    expect(codeOf(() => openSpool(options(join(dir, "garbage.db", "below", "spool.db"))))).toBe("disk-failed");
  });

  it("P3: a full disk refuses with disk-full, keeps what was acknowledged, and recovers when there is room", async (context) => {
    const dir = folder();
    const mounted = shell(`mount -t tmpfs -o size=2m tmpfs ${dir}`);
    if (!mounted) context.skip("needs the right to mount a small tmpfs");
    try {
      const spool = openSpool(options(join(dir, "spool.db"), { dedupeMax: 1_000 }));
      const acknowledged: string[] = [];
      let refused: unknown;
      for (let n = 1; n <= 40 && refused === undefined; n++) {
        await spool.append([rawRecord(n, { body: noise(100_000) })]).then(
          () => acknowledged.push(rawRecord(n).id),
          (error: unknown) => {
            refused = error;
          },
        );
      }
      expect(refused).toMatchObject({ code: "disk-full", retry: "later" });
      expect(acknowledged.length).toBeGreaterThan(3);
      const held = (await spool.read(0, 1_000)).flatMap((batch) => batch.records.map((record) => record.id));
      expect(held).toEqual(acknowledged);
      shell(`mount -o remount,size=32m ${dir}`);
      const next = acknowledged.length + 1;
      expect(await spool.append([rawRecord(next, { body: noise(100_000) })])).toMatchObject({ accepted: 1 });
      await spool.close();
    } finally {
      shell(`umount ${dir}`);
    }
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return "no error";
}
