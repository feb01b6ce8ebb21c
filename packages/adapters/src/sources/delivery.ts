/**
 * From single records to batches for `Deliver`, with a bounded number of batches on their way.
 * In: records, one by one. Out: batches handed to intake.
 *
 * D1. `flush` resolves only when every record added before is durable; it rejects with the first lasting failure.
 * D2. While the spool says "later" (full, disk full, locked) the same batch is offered again, ever more slowly, until it
 *     is taken or the source is stopped (then it is offered once more): back pressure, not loss.
 * D3. At most `BATCHES_IN_FLIGHT` batches wait: `add` resolves only when there is room.
 */
import { AppError } from "@cordon/model/error";
import { nonEmpty } from "@cordon/model/ids";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { Deliver } from "@cordon/model/ports/source";
import type { RawRecord } from "@cordon/model/record";

/** What one fsync carries well (scale.md 2); intake closes its batches at the same size. */
const BATCH_RECORDS_MAX = 512;
const BATCH_BYTES_MAX = 512 * 1024;
/** One is being written while the next is read and hashed. */
const BATCHES_IN_FLIGHT = 3;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 5_000;

export interface Delivery {
  add(record: RawRecord): Promise<void> | undefined;
  /** Sends what is gathered without waiting for it to be durable; resolves when there is room for more. */
  offer(): Promise<void>;
  flush(): Promise<void>;
}

export interface DeliveryParts {
  readonly deliver: Deliver;
  readonly runtime: Runtime;
  readonly stop: Stop;
}

export function makeDelivery(parts: DeliveryParts): Delivery {
  const inFlight = new Set<Promise<void>>();
  let batch: RawRecord[] = [];
  let bytes = 0;
  let failure: { readonly error: unknown } | undefined;

  const send = (): void => {
    const records = nonEmpty(batch);
    batch = [];
    bytes = 0;
    if (records === undefined) return;
    const sent = deliverPatiently(parts, records)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  };
  const throwFailure = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  const room = async (): Promise<void> => {
    while (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
    throwFailure();
  };

  return {
    add(record) {
      batch.push(record);
      bytes += record.body.open().length;
      if (batch.length < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) return undefined;
      send();
      return room();
    },
    offer() {
      send();
      return room();
    },
    async flush() {
      send();
      await Promise.all(inFlight);
      throwFailure();
    },
  };
}

/** D2. A stopped source throws `stopped`: its records are not acknowledged, and it will find them again. */
export async function deliverPatiently(parts: DeliveryParts, batch: Parameters<Deliver>[0]): Promise<void> {
  for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    if (parts.stop.stopped)
      throw new AppError("stopped", "stopped before the records were durable", { retry: "later" });
    try {
      return await parts.deliver(batch);
    } catch (error) {
      if (!(error instanceof AppError) || error.retry !== "later") throw error;
    }
    // Only now: what was read before the stop is offered once.
    if (parts.stop.stopped)
      throw new AppError("stopped", "stopped before the records were durable", { retry: "later" });
    await parts.runtime.sleep(waitMs, parts.stop);
  }
}
