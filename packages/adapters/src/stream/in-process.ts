/**
 * The spool of the embedded mode: batches as compressed BLOBs in one SQLite file.
 * In: batches of raw records. Out: the same batches, numbered 1, 2, 3 ..., until both cursors have passed them.
 *
 * P1. `append` resolves only after the commit: with `durable`, after fsync (WAL, synchronous=FULL). Appends that arrive
 *     while a commit runs share the next one.
 * P2. A record id seen within the dedupe window is counted, not stored. Ids are durable with their batch, so a kill
 *     between commit and acknowledgement doubles nothing.
 * P3. Over `bytesMax`: `spool-full`, on a full disk: `disk-full`; both `retry: "later"`, nothing of the batch stored.
 * P4. A batch whose checksum fails is moved to quarantine and read as empty: reported, never in the way.
 * P5. `trim` removes only what lies at or below both cursors; numbers are never given twice, also after trimming everything.
 *
 * Deliberately absent: a second opener. The file is locked for the life of the spool (its counters live in memory).
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { AppError, messageOf } from "@cordon/model/error";
import type { NonEmpty } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { AppendResult, CursorName, SpoolBatch, SpoolLog, SpoolSeq } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { makeStop } from "../runtime.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { ID_BYTES, idBytes, makeSeenIds } from "./seen.ts";
import { openSpoolFile, type StoredBatch } from "./spool-file.ts";
import { dataFailure } from "./sqlite-failure.ts";

export interface SpoolOptions {
  readonly path: string;
  /** Cap on compressed bytes held. */
  readonly bytesMax: number;
  /** false: no fsync, for throw-away scans whose input can be read again. */
  readonly durable: boolean;
  readonly dedupeWindowMs: number;
  /** Ids remembered at most; 22 to 43 bytes of memory each. */
  readonly dedupeMax: number;
  readonly runtime: Runtime;
  readonly onDamaged?: (batch: DamagedBatch) => void;
}

export interface DamagedBatch {
  readonly seq: SpoolSeq;
  readonly records: number;
  readonly reason: string;
}

export type SpoolStats = Awaited<ReturnType<SpoolLog["stats"]>> & {
  /** Ids dropped before the window ended because `dedupeMax` was reached. */
  readonly forgottenEarly: number;
  readonly damaged: number;
};

export interface Spool extends SpoolLog {
  stats(): Promise<SpoolStats>;
  damaged(): Promise<readonly DamagedBatch[]>;
}

/** One commit takes at most this much, so that a flood cannot make a single fsync hold everyone up. */
const COMMIT_BYTES_MAX = 8 * 2 ** 20;
/** One `read` returns at most this much decompressed: what a worker may hold. At least one batch, whatever its size. */
const READ_BYTES_MAX = 16 * 2 ** 20;
/** Rows per transaction of `trim`: keeps each pause of the thread short. */
const TRIM_ROWS = 64;
/** Level 1: compressing costs less than writing the difference (bench/intake.ts). */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Waiting {
  readonly batch: NonEmpty<RawRecord>;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What one append becomes within a commit; `failure` when this one is refused while its neighbours go through. */
interface Planned {
  readonly stored?: StoredBatch;
  readonly ids: readonly Buffer[];
  readonly result?: AppendResult;
  readonly failure?: AppError;
}

export function openSpool(options: SpoolOptions): Spool {
  const { path, bytesMax, durable, runtime } = options;
  const what = `spool ${path}`;
  const file = openSpoolFile(path, durable);
  const seen = makeSeenIds(options.dedupeWindowMs, options.dedupeMax);
  const total = file.totals();
  for (const row of file.ids(runtime.now() - options.dedupeWindowMs)) {
    for (let at = 0; at < row.ids.length; at += ID_BYTES)
      seen.add(row.ids.subarray(at, at + ID_BYTES), row.at, row.seq);
  }
  const queue: Waiting[] = [];
  const arrivals = new Set<() => void>();
  let scheduled = false;
  let closed = false;

  const guarded = <T>(run: () => T): T => {
    try {
      if (closed) throw new AppError("spool-closed", `${what} is closed`);
      return run();
    } catch (error) {
      throw dataFailure(error, what);
    }
  };

  /** Appends that wait in the queue go between two steps. */
  const inSteps = async (step: () => boolean): Promise<void> => {
    while (guarded(step)) await new Promise<void>((resolve) => setImmediate(resolve));
  };

  const plan = (batch: NonEmpty<RawRecord>, seq: SpoolSeq, bytesBefore: number, inCommit: Set<string>): Planned => {
    const { fresh, ids, duplicateIndexes } = withoutDuplicates(
      batch,
      (id, bytes) => inCommit.has(id) || seen.has(bytes),
    );
    const result = { accepted: fresh.length, duplicates: duplicateIndexes.length, duplicateIndexes };
    if (fresh.length === 0) return { ids: [], result };
    const frame = encodeFrame(fresh);
    const body = zstdCompressSync(frame, ZSTD);
    if (bytesBefore + body.length > bytesMax)
      return { ids: [], failure: fullError(what, bytesBefore, body.length, bytesMax) };
    for (const record of fresh) inCommit.add(record.id);
    const stored = {
      seq,
      records: fresh.length,
      rawBytes: frame.length,
      crc32: crc32(body),
      body,
      ids: Buffer.concat(ids),
    };
    return { stored, ids, result };
  };

  const commit = (group: readonly Waiting[]): void => {
    const now = runtime.now();
    const forgotten = seen.forget(now);
    const inCommit = new Set<string>();
    let seq = total.lastSeq;
    let bytes = total.bytes;
    const planned = group.map(({ batch }) => {
      const one = plan(batch, seq + 1, bytes, inCommit);
      if (one.stored !== undefined) {
        seq += 1;
        bytes += one.stored.body.length;
      }
      return one;
    });
    const sum = (of: (result: AppendResult) => number) =>
      planned.reduce((all, one) => all + (one.result === undefined ? 0 : of(one.result)), 0);
    const records = total.records + sum((result) => result.accepted);
    const duplicates = total.duplicates + sum((result) => result.duplicates);
    const stored = planned.flatMap((one) => one.stored ?? []);
    file.append(stored, { at: now, forgotten, records, duplicates });
    Object.assign(total, { lastSeq: seq, bytes, records, duplicates });
    planned.forEach((one, index) => {
      for (const id of one.ids) seen.add(id, now, one.stored?.seq ?? seq);
      if (one.result !== undefined) group[index]?.resolve(one.result);
      else group[index]?.reject(one.failure);
    });
    if (stored.length > 0) for (const arrived of [...arrivals]) arrived();
  };

  const flushOne = (): void => {
    const group = takeGroup(queue);
    try {
      guarded(() => commit(group));
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
    }
  };
  const flush = (): void => {
    scheduled = false;
    if (queue.length > 0) flushOne();
    if (queue.length > 0) schedule();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  const open = (row: StoredBatch): SpoolBatch => {
    if (row.body.length === 0) return { seq: row.seq, records: [] };
    try {
      if (crc32(row.body) !== row.crc32) throw new Error("checksum does not match");
      return { seq: row.seq, records: decodeFrame(zstdDecompressSync(row.body, { maxOutputLength: row.rawBytes })) };
    } catch (error) {
      const damaged = { seq: row.seq, records: row.records, reason: messageOf(error) };
      options.onDamaged?.(damaged);
      file.quarantine(row, damaged.reason, runtime.now());
      total.bytes -= row.body.length;
      total.damaged += 1;
      return { seq: row.seq, records: [] };
    }
  };

  return {
    append(batch) {
      if (closed) return Promise.reject(new AppError("spool-closed", `${what} is closed`));
      return new Promise((resolve, reject) => {
        const bytes = batch.reduce((all, record) => all + record.body.open().length, 0);
        queue.push({ batch, bytes, resolve, reject });
        schedule();
      });
    },
    read: async (after, maxRecords) =>
      guarded(() => {
        const rows: StoredBatch[] = [];
        const left = { records: maxRecords, bytes: READ_BYTES_MAX };
        for (const row of file.read(after)) {
          left.records -= row.records;
          left.bytes -= row.rawBytes;
          if (rows.length > 0 && (left.records < 0 || left.bytes < 0)) break;
          rows.push(row);
        }
        return rows.map(open);
      }),
    async waitFor(after, ms) {
      if (total.lastSeq > after || closed) return;
      const stop = makeStop();
      const arrived = () => stop.stop();
      arrivals.add(arrived);
      await runtime.sleep(ms, stop);
      arrivals.delete(arrived);
    },
    cursor: async (name) => guarded(() => file.cursor(name)),
    advance: async (name, to) => guarded(() => moveCursor(name, to)),
    async trim() {
      await inSteps(() => {
        const gone = file.trim(Math.min(file.cursor("detect"), file.cursor("store")), TRIM_ROWS);
        total.bytes -= gone.bytes;
        return gone.rows === TRIM_ROWS;
      });
      await inSteps(() => file.giveBack());
    },
    stats: async () => ({ ...total, bytesMax, forgottenEarly: seen.forgottenEarly }),
    damaged: async () => guarded(() => file.damaged()),
    async close() {
      if (closed) return;
      while (queue.length > 0) flushOne();
      closed = true;
      for (const arrived of [...arrivals]) arrived();
      file.close();
    },
  };

  function moveCursor(name: CursorName, to: SpoolSeq): void {
    const from = file.cursor(name);
    if (to < from)
      throw new AppError("cursor-back", `${what}: cursor ${name} stands at ${from} and cannot go back to ${to}`);
    if (to > total.lastSeq) {
      throw new AppError(
        "cursor-ahead",
        `${what}: cursor ${name} cannot go to ${to}, the last batch is ${total.lastSeq}`,
      );
    }
    if (to > from) file.advance(name, to);
  }
}

function takeGroup(queue: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  let bytes = 0;
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    if (group.length > 0 && bytes + next.bytes > COMMIT_BYTES_MAX) break;
    bytes += next.bytes;
    group.push(next);
    queue.shift();
  }
  return group;
}

function withoutDuplicates(
  batch: NonEmpty<RawRecord>,
  known: (id: string, bytes: Buffer) => boolean,
): { readonly fresh: RawRecord[]; readonly ids: Buffer[]; readonly duplicateIndexes: number[] } {
  const inBatch = new Set<string>();
  const fresh: RawRecord[] = [];
  const ids: Buffer[] = [];
  const duplicateIndexes: number[] = [];
  batch.forEach((record, index) => {
    const bytes = idBytes(record.id);
    if (inBatch.has(record.id) || known(record.id, bytes)) {
      duplicateIndexes.push(index);
      return;
    }
    inBatch.add(record.id);
    fresh.push(record);
    ids.push(bytes);
  });
  return { fresh, ids, duplicateIndexes };
}

function fullError(what: string, inUse: number, more: number, bytesMax: number): AppError {
  if (more > bytesMax) {
    const text = `${what}: a batch of ${more} compressed bytes is larger than the whole spool of ${bytesMax} bytes`;
    return new AppError("spool-full", text, { fix: "raise the spool's size in the configuration" });
  }
  return new AppError("spool-full", `${what}: ${inUse} of ${bytesMax} bytes in use, no room for ${more} more`, {
    retry: "later",
    fix: "wait until detection and storage have caught up, or raise the spool's size in the configuration",
  });
}
