/**
 * Intake: bound, batch, append to the spool, then acknowledge.
 * In: batches of raw records from any number of sources. Out: batches of good size in the spool; each sender's promise
 * settles when all of its records are durable, or when one of the appends that held them failed.
 *
 * I1. A sender is acknowledged only after the spool's `append` resolved for every one of its records.
 * I2. Records reach the spool in the order in which senders handed them over.
 * I3. At most `queueBytesMax` wait in memory (or a single batch larger than that): further senders wait for room, so a
 *     slow disk slows the sources down instead of filling memory.
 * I4. A failed append rejects every sender it touched with the spool's own error (`spool-full`, `disk-full`, ...). A
 *     sender that sends again is counted once: the spool knows the ids of what was stored the first time.
 * I5. A body over `recordBytesMax` is cut and says so in `meta.cut`; nothing is dropped here.
 */
import { type NonEmpty, nonEmpty } from "@cordon/model/ids";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver, Submit } from "@cordon/model/ports/source";
import type { AppendResult, SpoolLog } from "@cordon/model/ports/spool";
import type { RawRecord } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";

export interface IntakeLimits {
  /** A batch closes at so many records ... */
  readonly batchRecordsMax: number;
  /** ... or bytes: where one fsync per batch costs less than 3 us per record (scale.md 2) ... */
  readonly batchBytesMax: number;
  /** ... or when its first record has waited this long. */
  readonly lingerMs: number;
  readonly queueBytesMax: number;
  readonly recordBytesMax: number;
}

export const INTAKE_LIMITS: IntakeLimits = {
  batchRecordsMax: 512,
  batchBytesMax: 512 * 1024,
  lingerMs: 5,
  // Half a second of a flood at 64 MB/s; together with the workers' queues well inside 1.5 GiB.
  queueBytesMax: 32 * 2 ** 20,
  recordBytesMax: 2 ** 20,
};

/** Handed to the spool together, in order: under load they share one fsync, however slow the disk is. */
const BATCHES_AT_ONCE = 8;

export interface IntakeCounters {
  /** Durable for the first time. */
  readonly accepted: number;
  /** Already durable within the dedupe window. */
  readonly duplicates: number;
  /** Handed back to their senders because an append failed. */
  readonly rejected: number;
  /** Bytes of bodies acknowledged. */
  readonly bytes: number;
  readonly cut: number;
  readonly queuedBytes: number;
}

export interface Intake {
  readonly deliver: Deliver;
  /** `deliver` that answers how many of the sender's records were new. */
  readonly submit: Submit;
  counters(): IntakeCounters;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
}

export interface IntakeParts {
  readonly spool: Pick<SpoolLog, "append">;
  readonly runtime: Pick<Runtime, "sleep">;
  readonly limits?: IntakeLimits;
}

/** One sender's batch on its way. */
interface Ticket {
  left: number;
  accepted: number;
  readonly duplicateIndexes: number[];
  failure: { readonly error: unknown } | undefined;
  readonly settle: (ticket: Ticket) => void;
}

interface Queued {
  readonly record: RawRecord;
  readonly bytes: number;
  readonly ticket: Ticket;
  readonly index: number;
}

export function makeIntake(parts: IntakeParts): Intake {
  const limits = parts.limits ?? INTAKE_LIMITS;
  const count = { accepted: 0, duplicates: 0, rejected: 0, bytes: 0, cut: 0 };
  const queue: Queued[] = [];
  const waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  const drainWaiters: (() => void)[] = [];
  let queuedBytes = 0;
  let ready = { records: 0, bytes: 0 };
  let running = false;
  let full = makeBell();

  const enqueue = (batch: NonEmpty<RawRecord>, settle: Ticket["settle"]): void => {
    const ticket: Ticket = { left: batch.length, accepted: 0, duplicateIndexes: [], failure: undefined, settle };
    batch.forEach((given, index) => {
      const record = bounded(given, limits.recordBytesMax);
      if (record !== given) count.cut += 1;
      const bytes = record.body.open().length;
      queue.push({ record, bytes, ticket, index });
      ready = { records: ready.records + 1, bytes: ready.bytes + bytes };
    });
    if (isFull(ready)) full.ring();
    if (!running) void pump();
  };

  const isFull = (size: { readonly records: number; readonly bytes: number }): boolean =>
    size.records >= limits.batchRecordsMax || size.bytes >= limits.batchBytesMax;

  const pump = async (): Promise<void> => {
    running = true;
    while (queue.length > 0) {
      if (!isFull(ready)) await parts.runtime.sleep(limits.lingerMs, full);
      full = makeBell();
      const batches: NonEmpty<Queued>[] = [];
      do {
        const items = takeBatch(queue, limits);
        const taken = sizeOf(items);
        ready = { records: ready.records - taken.records, bytes: ready.bytes - taken.bytes };
        batches.push(items);
      } while (isFull(ready) && batches.length < BATCHES_AT_ONCE);
      await Promise.all(batches.map(append));
    }
    running = false;
    for (const resolve of drainWaiters.splice(0)) resolve();
  };

  const append = async (items: NonEmpty<Queued>): Promise<void> => {
    const [first, ...rest] = items;
    try {
      const result = await parts.spool.append([first.record, ...rest.map((item) => item.record)]);
      acknowledge(items, result);
    } catch (error) {
      count.rejected += items.length;
      for (const { ticket } of items) {
        ticket.failure ??= { error };
        ticket.left -= 1;
      }
    }
    queuedBytes -= sizeOf(items).bytes;
    for (const ticket of new Set(items.map((item) => item.ticket))) if (ticket.left === 0) ticket.settle(ticket);
    admit();
  };

  const acknowledge = (items: NonEmpty<Queued>, result: AppendResult): void => {
    const duplicates = new Set(result.duplicateIndexes ?? []);
    items.forEach(({ ticket, index }, at) => {
      if (duplicates.has(at)) ticket.duplicateIndexes.push(index);
      else ticket.accepted += 1;
      ticket.left -= 1;
    });
    count.accepted += result.accepted;
    count.duplicates += result.duplicates;
    count.bytes += sizeOf(items).bytes;
  };

  /** First come, first served: a large sender at the head is not overtaken by small ones for ever. */
  const admit = (): void => {
    for (let head = waiting[0]; head !== undefined && fits(head.bytes); head = waiting[0]) {
      waiting.shift();
      queuedBytes += head.bytes;
      head.enter();
    }
  };
  const fits = (bytes: number): boolean => queuedBytes === 0 || queuedBytes + bytes <= limits.queueBytesMax;
  const room = (bytes: number): Promise<void> =>
    new Promise((enter) => {
      waiting.push({ bytes, enter });
      admit();
    });

  const submit: Submit = async (batch) => {
    const bytes = batch.reduce((sum, record) => sum + Math.min(record.body.open().length, limits.recordBytesMax), 0);
    await room(bytes);
    return new Promise((resolve, reject) => {
      enqueue(batch, ({ accepted, duplicateIndexes, failure }) => {
        if (failure !== undefined) reject(failure.error);
        else resolve({ accepted, duplicates: duplicateIndexes.length, duplicateIndexes });
      });
    });
  };

  return {
    submit,
    deliver: async (batch) => {
      await submit(batch);
    },
    counters: () => ({ ...count, queuedBytes }),
    drain: () => (running ? new Promise((resolve) => drainWaiters.push(resolve)) : Promise.resolve()),
  };
}

function takeBatch(queue: Queued[], limits: IntakeLimits): NonEmpty<Queued> {
  let bytes = 0;
  let end = 0;
  while (end < queue.length && end < limits.batchRecordsMax) {
    bytes += queue[end]?.bytes ?? 0;
    // A batch holds at least one record, whatever its size.
    if (end > 0 && bytes > limits.batchBytesMax) break;
    end += 1;
  }
  const items = nonEmpty(queue.splice(0, end));
  if (items === undefined) throw new Error("intake took a batch from an empty queue");
  return items;
}

const sizeOf = (items: readonly Queued[]): { records: number; bytes: number } => ({
  records: items.length,
  bytes: items.reduce((sum, item) => sum + item.bytes, 0),
});

function bounded(record: RawRecord, bytesMax: number): RawRecord {
  const body = record.body.open();
  if (body.length <= bytesMax) return record;
  const meta = { ...record.meta, cut: record.meta?.cut ?? `kept ${bytesMax} of ${body.length} bytes` };
  return { ...record, body: new Untrusted(body.slice(0, bytesMax)), meta };
}

/** Ends a `sleep` early, once. */
function makeBell(): Stop & { ring(): void } {
  const listeners = new Set<() => void>();
  let rung = false;
  return {
    get stopped() {
      return rung;
    },
    onStop(run) {
      if (rung) run();
      else listeners.add(run);
      return () => listeners.delete(run);
    },
    ring() {
      rung = true;
      for (const run of listeners) run();
    },
  };
}
