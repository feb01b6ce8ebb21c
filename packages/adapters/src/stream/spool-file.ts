/**
 * The SQLite file under the spool: tables, statements, transactions. No policy here: in-process.ts decides, this file stores.
 * In: planned batches and cursor moves. Out: rows. Every method is one transaction and throws what node:sqlite throws.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { CursorName, SpoolSeq } from "@cordon/model/ports/spool";
import { dataFailure } from "./sqlite-failure.ts";

export interface StoredBatch {
  readonly seq: SpoolSeq;
  readonly records: number;
  /** Length of the frame before compression. */
  readonly rawBytes: number;
  /** Over `body`. */
  readonly crc32: number;
  /** Empty when the batch lies in quarantine. */
  readonly body: Uint8Array;
  readonly ids: Uint8Array;
}

export interface SpoolFile {
  totals(): { lastSeq: SpoolSeq; bytes: number; records: number; duplicates: number; damaged: number };
  /** Ids of batches that came at or after `since`, oldest first. */
  ids(since: number): Iterable<{ readonly seq: SpoolSeq; readonly at: number; readonly ids: Buffer }>;
  append(
    batches: readonly StoredBatch[],
    also: { readonly at: number; readonly forgotten: SpoolSeq; readonly records: number; readonly duplicates: number },
  ): void;
  read(after: SpoolSeq): Iterable<StoredBatch>;
  cursor(name: CursorName): SpoolSeq;
  advance(name: CursorName, to: SpoolSeq): void;
  /** Removes the oldest batches up to `upTo`, at most `rowsMax`. */
  trim(upTo: SpoolSeq, rowsMax: number): { readonly rows: number; readonly bytes: number };
  /** Returns some free pages to the file system, beyond what the next batches will reuse; true when there are more. */
  giveBack(): boolean;
  quarantine(batch: StoredBatch, reason: string, at: number): void;
  damaged(): readonly { readonly seq: SpoolSeq; readonly records: number; readonly reason: string }[];
  close(): void;
}

/** Free space kept in the file for reuse: giving back and growing again on each trim would move pages for nothing. */
const FREE_BYTES_KEPT = 8 * 2 ** 20;
/** Pages given back per step, so that one step does not hold up an append. */
const PAGES_PER_STEP = 512;
const PAGE_BYTES = 8192;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS batch(seq INTEGER PRIMARY KEY, records INTEGER NOT NULL, raw_bytes INTEGER NOT NULL,
  bytes INTEGER NOT NULL, crc32 INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, ids BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS cursor(name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS quarantine(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, records INTEGER NOT NULL,
  reason TEXT NOT NULL, body BLOB NOT NULL) STRICT;
INSERT OR IGNORE INTO cursor VALUES ('detect', 0), ('store', 0);
INSERT OR IGNORE INTO counter VALUES ('records', 0), ('duplicates', 0);
`;

export function openSpoolFile(path: string, durable: boolean): SpoolFile {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path);
    prepareFile(db, durable);
    return spoolFile(db);
  } catch (error) {
    db?.close();
    throw dataFailure(error, `spool ${path}`);
  }
}

function prepareFile(db: DatabaseSync, durable: boolean): void {
  // Page size and auto_vacuum take effect only before the first table.
  db.exec(`PRAGMA page_size=${PAGE_BYTES}; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA locking_mode=EXCLUSIVE;`);
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${durable ? "FULL" : "OFF"};`);
  db.exec("PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA journal_size_limit=67108864;");
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
}

function spoolFile(db: DatabaseSync): SpoolFile {
  const insert = db.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)");
  const insertIds = db.prepare("INSERT INTO seen VALUES (?, ?, ?)");
  const forgetIds = db.prepare("DELETE FROM seen WHERE seq <= ?");
  const count = db.prepare("UPDATE counter SET value = ? WHERE name = ?");
  const select = db.prepare("SELECT * FROM batch WHERE seq > ? ORDER BY seq");
  const getCursor = db.prepare("SELECT seq FROM cursor WHERE name = ?");
  const setCursor = db.prepare("UPDATE cursor SET seq = ? WHERE name = ?");
  const oldest = db.prepare("SELECT seq, bytes FROM batch WHERE seq <= ? ORDER BY seq LIMIT ?");
  const remove = db.prepare("DELETE FROM batch WHERE seq <= ?");
  const number = (sql: string): number => integer(Object.values(db.prepare(sql).get() ?? {})[0]);

  const transaction = (run: () => void): void => {
    db.exec("BEGIN IMMEDIATE");
    try {
      run();
      db.exec("COMMIT");
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  return {
    totals: () => ({
      // Trimmed batches lie at or below the cursors: numbers go on after them (P5).
      lastSeq: number("SELECT max(coalesce((SELECT max(seq) FROM batch), 0), (SELECT max(seq) FROM cursor))"),
      bytes: number("SELECT coalesce(sum(bytes), 0) FROM batch"),
      records: number("SELECT value FROM counter WHERE name = 'records'"),
      duplicates: number("SELECT value FROM counter WHERE name = 'duplicates'"),
      damaged: number("SELECT count(*) FROM quarantine"),
    }),
    *ids(since) {
      for (const row of db.prepare("SELECT seq, at, ids FROM seen WHERE at >= ? ORDER BY seq").iterate(since)) {
        yield { seq: integer(row.seq), at: integer(row.at), ids: Buffer.from(blob(row.ids)) };
      }
    },
    append: (batches, also) =>
      transaction(() => {
        for (const { seq, records, rawBytes, crc32, body, ids } of batches) {
          insert.run(seq, records, rawBytes, body.length, crc32, body);
          insertIds.run(seq, also.at, ids);
        }
        if (also.forgotten > 0) forgetIds.run(also.forgotten);
        count.run(also.records, "records");
        count.run(also.duplicates, "duplicates");
      }),
    *read(after) {
      for (const row of select.iterate(after)) yield batchOf(row);
    },
    cursor: (name) => integer(getCursor.get(name)?.seq),
    advance: (name, to) => transaction(() => setCursor.run(to, name)),
    trim(upTo, rowsMax) {
      const rows = oldest.all(upTo, rowsMax);
      const last = rows[rows.length - 1];
      if (last !== undefined) transaction(() => remove.run(integer(last.seq)));
      return { rows: rows.length, bytes: rows.reduce((sum, row) => sum + integer(row.bytes), 0) };
    },
    giveBack() {
      const before = number("PRAGMA freelist_count");
      const spare = before - FREE_BYTES_KEPT / PAGE_BYTES;
      if (spare <= 0) return false;
      db.exec(`PRAGMA incremental_vacuum(${Math.min(PAGES_PER_STEP, spare)})`);
      // Without progress (a file made without auto_vacuum) asking again would never end.
      return spare > PAGES_PER_STEP && number("PRAGMA freelist_count") < before;
    },
    quarantine: (batch, reason, at) =>
      transaction(() => {
        const { seq, records, body } = batch;
        db.prepare("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?)").run(seq, at, records, reason, body);
        db.prepare("UPDATE batch SET body = x'', bytes = 0 WHERE seq = ?").run(seq);
      }),
    damaged: () =>
      db
        .prepare("SELECT seq, records, reason FROM quarantine ORDER BY seq")
        .all()
        .map((row) => ({ seq: integer(row.seq), records: integer(row.records), reason: String(row.reason) })),
    close: () => db.close(),
  };
}

function batchOf(row: Record<string, SQLOutputValue>): StoredBatch {
  return {
    seq: integer(row.seq),
    records: integer(row.records),
    rawBytes: integer(row.raw_bytes),
    crc32: integer(row.crc32),
    body: blob(row.body),
    ids: new Uint8Array(),
  };
}

/** STRICT tables: another type here means a file that is not ours. */
function integer(value: SQLOutputValue | undefined): number {
  if (typeof value !== "number") throw new TypeError(`spool: expected an integer, got ${typeof value}`);
  return value;
}

function blob(value: SQLOutputValue | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`spool: expected a blob, got ${typeof value}`);
  return value;
}
