/** What every `SpoolLog` keeps to. Run by the memory fake and by each real spool. */
import { AppError } from "@cordon/model/error";
import type { NonEmpty } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { SpoolLog, SpoolSeq } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { describe, expect, it } from "vitest";
import { laidOpen, rawRecord } from "./raw-record.ts";
import { makeVirtualRuntime } from "./virtual-runtime.ts";

export interface SpoolWish {
  readonly bytesMax: number;
  readonly dedupeWindowMs: number;
  readonly dedupeMax: number;
  readonly runtime: Runtime;
}

/** `reopen` closes and opens again over the same storage; undefined where nothing outlives the object. */
export interface OpenedSpool {
  readonly spool: SpoolLog;
  readonly reopen?: () => Promise<SpoolLog>;
}

const WIDE = { bytesMax: 1 << 24, dedupeWindowMs: 1_000, dedupeMax: 1_000 };

export function spoolContract(name: string, open: (wish: SpoolWish) => Promise<OpenedSpool>): void {
  const fresh = async (wish: Partial<SpoolWish> = {}) => {
    const runtime = makeVirtualRuntime();
    return { runtime, ...(await open({ ...WIDE, runtime, ...wish })) };
  };

  describe(`spool contract: ${name}`, () => {
    it("gives back what was appended, in order, numbered from 1 without gaps", async () => {
      const { spool } = await fresh();
      const records = [
        rawRecord(1, { body: Uint8Array.from([0, 255, 10, 13]), meta: { header: "a,b" }, receivedAt: 7 }),
        rawRecord(2, { id: "not-hex", input: "ünïcode/\u0000", format: "evtx-chunk", body: "" }),
        rawRecord(3, { source: "other", format: "auto" }),
      ] as const;
      expect(await spool.append([records[0], records[1]])).toMatchObject({ accepted: 2, duplicates: 0 });
      expect(await spool.append([records[2]])).toMatchObject({ accepted: 1, duplicates: 0 });
      const batches = await spool.read(0, 100);
      expect(batches.map((batch) => batch.seq)).toEqual([1, 2]);
      expect(batches.map((batch) => batch.records.map(laidOpen))).toEqual([
        [laidOpen(records[0]), laidOpen(records[1])],
        [laidOpen(records[2])],
      ]);
      await spool.close();
    });

    it("reads after a number, up to so many records, and at least one batch", async () => {
      const { spool } = await fresh();
      for (const start of [0, 3, 6]) await spool.append(numbered(start, 3));
      const seqs = async (after: SpoolSeq, max: number) => (await spool.read(after, max)).map((batch) => batch.seq);
      expect(await seqs(0, 1)).toEqual([1]);
      expect(await seqs(0, 6)).toEqual([1, 2]);
      expect(await seqs(1, 100)).toEqual([2, 3]);
      expect(await seqs(3, 100)).toEqual([]);
      await spool.close();
    });

    it("counts a record sent again once: within a batch, across batches, across concurrent appends", async () => {
      const { spool } = await fresh();
      const [a, b, c] = numbered(0, 3);
      if (a === undefined || b === undefined || c === undefined) throw new Error("three records were made");
      expect(await spool.append([a, a, b])).toEqual({ accepted: 2, duplicates: 1, duplicateIndexes: [1] });
      expect(await spool.append([b])).toEqual({ accepted: 0, duplicates: 1, duplicateIndexes: [0] });
      const both = await Promise.all([spool.append([c]), spool.append([c])]);
      expect(both.map((result) => result.accepted).sort()).toEqual([0, 1]);
      const batches = await spool.read(0, 100);
      expect(batches.flatMap((batch) => batch.records.map((record) => record.id))).toEqual([a.id, b.id, c.id]);
      expect(batches.map((batch) => batch.seq)).toEqual([1, 2]);
      expect(await spool.stats()).toMatchObject({ records: 3, duplicates: 3, lastSeq: 2 });
      await spool.close();
    });

    it("forgets ids after the window, and not before", async () => {
      const { spool, runtime } = await fresh();
      await spool.append(numbered(0, 1));
      await runtime.advance(WIDE.dedupeWindowMs);
      expect(await spool.append(numbered(0, 1))).toMatchObject({ duplicates: 1 });
      await runtime.advance(WIDE.dedupeWindowMs * 2);
      expect(await spool.append(numbered(0, 1))).toMatchObject({ accepted: 1, duplicates: 0 });
      await spool.close();
    });

    it("refuses a batch over the byte cap with spool-full, stores nothing of it, and takes it after trim", async () => {
      const { spool } = await fresh({ bytesMax: 3_000 });
      const noise = (n: number) => rawRecord(n, { body: chance(n, 2_000) });
      await spool.append([noise(1)]);
      await expect(spool.append([noise(2)])).rejects.toMatchObject({ code: "spool-full", retry: "later" });
      expect(await spool.stats()).toMatchObject({ lastSeq: 1, records: 1 });
      await spool.advance("detect", 1);
      await spool.advance("store", 1);
      await spool.trim();
      expect(await spool.append([noise(2)])).toMatchObject({ accepted: 1, duplicates: 0 });
      expect((await spool.read(0, 100)).map((batch) => batch.seq)).toEqual([2]);
      await spool.close();
    });

    it("trims only what both cursors have passed, and never gives a number twice", async () => {
      const { spool, reopen } = await fresh();
      for (const start of [0, 1, 2]) await spool.append(numbered(start, 1));
      await spool.advance("detect", 3);
      await spool.advance("store", 1);
      await spool.trim();
      expect((await spool.read(0, 100)).map((batch) => batch.seq)).toEqual([2, 3]);
      await spool.advance("store", 3);
      await spool.trim();
      expect((await spool.stats()).bytes).toBe(0);
      const again = reopen === undefined ? spool : await reopen();
      await again.append(numbered(3, 1));
      expect((await again.read(0, 100)).map((batch) => batch.seq)).toEqual([4]);
      await again.close();
    });

    it("moves cursors forward only, and not past the last batch", async () => {
      const { spool } = await fresh();
      await spool.append(numbered(0, 1));
      await spool.append(numbered(1, 1));
      expect(await spool.cursor("detect")).toBe(0);
      await spool.advance("detect", 2);
      await spool.advance("detect", 2);
      expect(await spool.cursor("detect")).toBe(2);
      expect(await spool.cursor("store")).toBe(0);
      await expect(spool.advance("detect", 1)).rejects.toBeInstanceOf(AppError);
      await expect(spool.advance("store", 3)).rejects.toBeInstanceOf(AppError);
      await spool.close();
    });

    it("wakes a waiting reader when a batch arrives, and lets it go when the time is over", async () => {
      const { spool, runtime } = await fresh();
      const woken: string[] = [];
      const waits = [
        spool.waitFor(0, 1_000).then(() => woken.push("arrival")),
        spool.waitFor(5, 1_000).then(() => woken.push("time")),
      ];
      await spool.append(numbered(0, 1));
      await spool.waitFor(0, 1_000_000);
      await runtime.advance(10);
      expect(woken[0]).toBe("arrival");
      await runtime.advance(1_000);
      await Promise.all(waits);
      expect(woken).toContain("time");
      await spool.close();
    });

    it("keeps batches, cursors, counters and known ids across a restart", async () => {
      const { spool, reopen } = await fresh();
      if (reopen === undefined) return;
      await spool.append(numbered(0, 5));
      await spool.append([rawRecord(0), rawRecord(9)]);
      await spool.advance("detect", 1);
      const before = await spool.stats();
      const again = await reopen();
      expect(await again.stats()).toEqual(before);
      expect(await again.cursor("detect")).toBe(1);
      expect((await again.read(0, 100)).map((batch) => batch.records.length)).toEqual([5, 1]);
      expect(await again.append(numbered(0, 5))).toMatchObject({ accepted: 0, duplicates: 5 });
      await again.close();
    });
  });
}

function numbered(start: number, count: number): NonEmpty<RawRecord> {
  const [first, ...rest] = Array.from({ length: count }, (_, index) => rawRecord(start + index));
  if (first === undefined) throw new Error("count must be at least 1");
  return [first, ...rest];
}

/** Bytes that do not compress. */
function chance(seed: number, length: number): Uint8Array {
  const random = makeVirtualRuntime({ seed }).random;
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}
