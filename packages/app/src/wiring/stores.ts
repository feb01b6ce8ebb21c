/** Opens everything that rests on disk for one data folder, in order, and closes it in the reverse order. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openEventStore } from "@cordon/adapters/storage/segments/event-store";
import { openState, type StateStore } from "@cordon/adapters/storage/state";
import { lockDataFolder } from "@cordon/adapters/stream/data-lock";
import { openSpool, type Spool } from "@cordon/adapters/stream/in-process";
import { AppError, messageOf } from "@cordon/model/error";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Runtime } from "@cordon/model/ports/runtime";
import { DAY, SECOND } from "@cordon/model/time";
import type { Config } from "../config.ts";
import { type Mappings, readMappings } from "./mapping-files.ts";

/** Ids remembered against records sent twice: 2 million take about 45 MB. */
const DEDUPE_MAX = 2_000_000;
/**
 * Events of a throw-away folder that stay in memory: looking there is a hundred times cheaper than in a file, and what is
 * sealed would never be read again. About 8 kB each; the store's bound on raw bytes holds too.
 */
const THROW_AWAY_TAIL_ROWS = 60_000;

export interface Stores {
  readonly state: StateStore;
  readonly spool: Spool;
  readonly events: EventStore;
  readonly mappings: Mappings;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** False for throw-away folders whose input can be read again. */
  readonly durable: boolean;
  readonly onDamaged: (message: string) => void;
}

export async function openStores(config: Config, runtime: Runtime, options: StoreOptions): Promise<Stores> {
  const mappings = readMappings(config);
  makeFolder(config.data);
  const lock = lockDataFolder(config.data);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const state = openState({ dir: config.data, durable: options.durable });
    closers.push(() => state.close());
    const spool = openSpool({
      path: join(config.data, "spool.db"),
      bytesMax: config.spoolBytesMax,
      durable: options.durable,
      dedupeWindowMs: DAY,
      dedupeMax: DEDUPE_MAX,
      runtime,
      onDamaged: ({ seq, records, reason }) =>
        options.onDamaged(`spool batch ${seq} (${records} records) is damaged and was set aside: ${reason}`),
    });
    closers.push(() => spool.close());
    const events = await openEventStore({
      dir: join(config.data, "events"),
      views: mappings.views,
      runtime,
      tailRowsMax: options.durable ? config.limits.tailRows : Math.max(THROW_AWAY_TAIL_ROWS, config.limits.tailRows),
      tailAgeMaxMs: config.limits.tailSeconds * SECOND,
    });
    closers.push(() => events.close());
    return { state, spool, events, mappings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError("unavailable", `data folder ${path}: ${messageOf(cause)}`, {
      cause,
      fix: "choose another folder with --data, or make it writable",
    });
  }
}
