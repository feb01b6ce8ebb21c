/**
 * Writes one segment: events of one spool range as one Parquet file.
 *
 * Enters: events in file order. Leaves: the finished file, durable under its final name, with its size and hash.
 * P1. A file under a final name is complete: temporary name, fsync, rename, fsync of the folder, in that order.
 * P2. The name is a pure function of the spool range: a replay overwrites, it never doubles.
 * P3. A failed write leaves a temporary file at most; opening the store removes those.
 */
import { createHash } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { storageError } from "../sqlite.ts";
import { type DuckSession, duckError, openDuck } from "./duckdb.ts";
import { appendRow, CREATE_TABLE, SELECT_FOR_PARQUET, type StoredEvent } from "./event-row.ts";

export interface SegmentFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** DuckDB's own buffers while a segment is built; a segment of 50,000 rows of 1 kB takes about a quarter. */
const WRITER_MEMORY = "256MB";
/** Rows per row group: small enough that reading one raw record unpacks little, large enough to compress. */
const ROW_GROUP_ROWS = 8_192;
/** The appender is synchronous: give the loop a turn after so many rows (about 10 ms). */
const ROWS_PER_TURN = 500;
const TEMPORARY = ".tmp";

export async function writeSegment(dir: string, name: string, events: readonly StoredEvent[]): Promise<SegmentFile> {
  const temporary = join(dir, `${name}${TEMPORARY}`);
  const path = join(dir, name);
  try {
    await rm(temporary, { force: true });
    await build(dir, temporary, events);
    const digest = await settle(temporary);
    await rename(temporary, path);
    await syncFolder(dir);
    return { path: name, ...digest };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, path);
  }
}

/** A fresh instance for each segment: a thrown error poisons an appender, and its memory is given back at the end. */
async function build(dir: string, target: string, events: readonly StoredEvent[]): Promise<void> {
  const duck = await openDuck({ dir, memoryLimit: WRITER_MEMORY, threads: 1 });
  try {
    const session = await duck.connect(NEVER_STOP);
    try {
      await session.rows(CREATE_TABLE, []);
      await appendAll(session, events, dir);
      const file = target.replaceAll("'", "''");
      await session.rows(
        `COPY (${SELECT_FOR_PARQUET}) TO '${file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
        [],
      );
    } finally {
      session.close();
    }
  } finally {
    duck.close();
  }
}

async function appendAll(session: DuckSession, events: readonly StoredEvent[], dir: string): Promise<void> {
  const appender = await session.connection.createAppender("event");
  try {
    for (const [index, stored] of events.entries()) {
      appendRow(appender, stored);
      if (index % ROWS_PER_TURN === ROWS_PER_TURN - 1) await breathe();
    }
    appender.closeSync();
  } catch (error) {
    throw duckError(error, dir);
  }
}

async function settle(path: string): Promise<{ bytes: number; sha256: string }> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const content = await readFile(path);
  return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

export async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a crash left half written. */
export async function removeTemporary(dir: string): Promise<void> {
  for (const name of await readdir(dir)) if (name.endsWith(TEMPORARY)) await rm(join(dir, name), { force: true });
}
