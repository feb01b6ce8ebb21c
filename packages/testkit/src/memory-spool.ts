/**
 * The spool as a list: the simplest thing that keeps the contract of `SpoolLog`. Durable as long as the process lives.
 * `fullWhen` lets a test play a world without room.
 */
import { AppError } from "@cordon/model/error";
import type { NonEmpty } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { AppendResult, CursorName, SpoolBatch, SpoolLog } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";

export interface MemorySpoolOptions {
  readonly bytesMax: number;
  readonly dedupeWindowMs: number;
  readonly dedupeMax: number;
  readonly runtime: Runtime;
}

interface Held {
  readonly batch: SpoolBatch;
  readonly bytes: number;
}

export function makeMemorySpool(options: MemorySpoolOptions): SpoolLog {
  const held: Held[] = [];
  const seen = new Map<string, number>();
  const cursors: Record<CursorName, number> = { detect: 0, store: 0 };
  const waiters = new Set<() => void>();
  const total = { lastSeq: 0, bytes: 0, duplicates: 0, records: 0 };

  const forgetOld = (): void => {
    const oldest = options.runtime.now() - options.dedupeWindowMs;
    for (const [id, at] of seen) {
      if (at >= oldest && seen.size <= options.dedupeMax) return;
      seen.delete(id);
    }
  };

  return {
    async append(batch: NonEmpty<RawRecord>): Promise<AppendResult> {
      forgetOld();
      const { fresh, duplicateIndexes } = splitDuplicates(batch, seen);
      const bytes = fresh.reduce((sum, record) => sum + record.body.open().length, 0);
      if (total.bytes + bytes > options.bytesMax) {
        throw new AppError("spool-full", `spool: ${total.bytes} of ${options.bytesMax} bytes in use`, {
          retry: "later",
        });
      }
      total.duplicates += duplicateIndexes.length;
      if (fresh.length > 0) {
        for (const record of fresh) seen.set(record.id, options.runtime.now());
        total.lastSeq += 1;
        total.bytes += bytes;
        total.records += fresh.length;
        held.push({ batch: { seq: total.lastSeq, records: fresh }, bytes });
        for (const wake of [...waiters]) wake();
      }
      return { accepted: fresh.length, duplicates: duplicateIndexes.length, duplicateIndexes };
    },
    async read(after, maxRecords) {
      const out: SpoolBatch[] = [];
      let records = 0;
      for (const { batch } of held) {
        if (batch.seq <= after) continue;
        if (out.length > 0 && records + batch.records.length > maxRecords) break;
        out.push(batch);
        records += batch.records.length;
      }
      return out;
    },
    async waitFor(after, ms) {
      if (total.lastSeq > after) return;
      let wake = () => {};
      const arrived = new Promise<void>((resolve) => {
        wake = () => resolve();
      });
      waiters.add(wake);
      let cancel = () => {};
      const onStop = (run: () => void) => {
        cancel = run;
        return () => {};
      };
      await Promise.race([arrived, options.runtime.sleep(ms, { stopped: false, onStop })]);
      cancel();
      waiters.delete(wake);
    },
    cursor: async (name) => cursors[name],
    async advance(name, to) {
      if (to < cursors[name])
        throw new AppError("cursor-back", `cursor ${name} stands at ${cursors[name]}, not before ${to}`);
      if (to > total.lastSeq)
        throw new AppError("cursor-ahead", `cursor ${name}: ${to} is past the last batch ${total.lastSeq}`);
      cursors[name] = to;
    },
    async trim() {
      const done = Math.min(cursors.detect, cursors.store);
      while (held[0] !== undefined && held[0].batch.seq <= done) total.bytes -= held.shift()?.bytes ?? 0;
    },
    stats: async () => ({ ...total, bytesMax: options.bytesMax }),
    close: async () => {},
  };
}

function splitDuplicates(
  batch: NonEmpty<RawRecord>,
  seen: ReadonlyMap<string, number>,
): { readonly fresh: RawRecord[]; readonly duplicateIndexes: number[] } {
  const inBatch = new Set<string>();
  const fresh: RawRecord[] = [];
  const duplicateIndexes: number[] = [];
  batch.forEach((record, index) => {
    if (seen.has(record.id) || inBatch.has(record.id)) {
      duplicateIndexes.push(index);
      return;
    }
    inBatch.add(record.id);
    fresh.push(record);
  });
  return { fresh, duplicateIndexes };
}
