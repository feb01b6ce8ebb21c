/**
 * One SQLite file, opened the same way everywhere: durable on commit, strict, forward-only schema.
 *
 * Enters: a path and the list of migrations. Leaves: a small database handle whose errors are AppErrors.
 * Q1. A transaction that returned is on the disk (WAL, synchronous=FULL); one that threw left nothing behind.
 * Q2. Writers begin IMMEDIATE: a conflict shows at the start, never half way through.
 * Q3. A file made by a newer Cordon is refused, never changed.
 * Q4. Values are bound, never spliced into SQL.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { AppError, messageOf } from "@cordon/model/error";

export type Row = Readonly<Record<string, SQLOutputValue>>;

export type StorageCode =
  | "disk-full"
  | "data-locked"
  | "data-corrupt"
  | "data-readonly"
  | "data-newer"
  | "data-unreadable"
  | "data-io";

export interface Sqlite {
  readonly path: string;
  run(sql: string, ...values: SQLInputValue[]): number;
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** Runs `work` in one durable transaction; a throw rolls back. Not nestable. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export interface SqliteOptions {
  readonly path: string;
  /** One script per schema version, oldest first; applied in order, each in its own transaction. */
  readonly migrations: readonly string[];
  /** How long to wait for another writer. */
  readonly busyTimeoutMs?: number;
  /** False only for throw-away files whose input can be read again: commits do not wait for the disk then. */
  readonly durable?: boolean;
}

/** Long enough for a checkpoint of another connection, short enough for a person waiting at a prompt. */
const BUSY_TIMEOUT_MS = 5_000;
/** Page cache in KiB. */
const CACHE_KIB = 65_536;
/** The write-ahead log is cut back to this after a checkpoint. */
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;
/** Statements are few and written by us; the cap only guards against building SQL in a loop. */
const STATEMENTS_MAX = 500;

export function openSqlite(options: SqliteOptions): Sqlite {
  const { path } = options;
  const db = guarded(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return new DatabaseSync(path, { timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  });
  try {
    guarded(path, () => db.exec(PRAGMAS));
    if (options.durable === false) db.exec("PRAGMA synchronous = OFF");
    const handle = handleOf(db, path);
    migrate(handle, db, options.migrations);
    return handle;
  } catch (error) {
    db.close();
    throw error;
  }
}

const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA mmap_size = 0;
  PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};
  PRAGMA wal_autocheckpoint = 1000;
`;

function handleOf(db: DatabaseSync, path: string): Sqlite {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS_MAX) statements.clear();
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  return {
    path,
    run: (sql, ...values) => guarded(path, () => Number(prepared(sql).run(...values).changes)),
    get: (sql, ...values) => guarded(path, () => prepared(sql).get(...values)),
    all: (sql, ...values) => guarded(path, () => prepared(sql).all(...values)),
    transaction: (work) => transaction(db, path, work),
    close: () => {
      statements.clear();
      guarded(path, () => db.close());
    },
  };
}

function transaction<T>(db: DatabaseSync, path: string, work: () => T): T {
  guarded(path, () => db.exec("BEGIN IMMEDIATE"));
  try {
    const result = work();
    guarded(path, () => db.exec("COMMIT"));
    return result;
  } catch (error) {
    // SQLite rolls back by itself on some errors (disk full); a second ROLLBACK would hide the first error.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function migrate(handle: Sqlite, db: DatabaseSync, migrations: readonly string[]): void {
  const found = schemaVersion(handle);
  if (found > migrations.length) {
    throw new AppError<StorageCode>(
      "data-newer",
      `${handle.path} was written by a newer Cordon (schema ${found}, this one knows ${migrations.length})`,
      { fix: "start the newer version, or restore the backup made before the upgrade" },
    );
  }
  for (const [index, script] of migrations.entries()) {
    if (index < found) continue;
    handle.transaction(() => {
      // Another process may have migrated between the look and the lock.
      const now = schemaVersion(handle);
      if (now > index) return;
      guarded(handle.path, () => db.exec(`${script};\nPRAGMA user_version = ${index + 1};`));
    });
  }
}

const schemaVersion = (handle: Sqlite): number => numberOf(handle.get("PRAGMA user_version") ?? {}, "user_version");

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(error, path);
  }
}

/** Failure of the disk or the database as an AppError that names the file; anything else is returned as it came. */
export function storageError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const why = failureOf(error);
  if (why === undefined) return error;
  const { say, fix, retry } = FAILURES[why];
  return new AppError<StorageCode>(why, `${path}: ${say} (${messageOf(error)})`, { cause: error, fix, retry });
}

const FAILURES: Readonly<Record<StorageCode, { say: string; fix: string; retry: "later" | "never" }>> = {
  "disk-full": { say: "the disk is full", fix: "free space on the disk of the data folder", retry: "later" },
  "data-locked": {
    say: "another process holds the file",
    fix: "stop the other Cordon on this data folder, or give another --data",
    retry: "later",
  },
  "data-corrupt": {
    say: "the file is damaged or not a Cordon data file",
    fix: "move the file away and restore it from a backup",
    retry: "never",
  },
  "data-readonly": {
    say: "the file may not be written",
    fix: "give the user of Cordon write access to the data folder",
    retry: "never",
  },
  "data-newer": { say: "the file is newer than this Cordon", fix: "start the newer version", retry: "never" },
  "data-unreadable": {
    say: "the file cannot be opened",
    fix: "check that the data folder exists and that the user of Cordon may write to it",
    retry: "never",
  },
  "data-io": { say: "the disk reported an error", fix: "check the disk and the system log", retry: "later" },
};

/** SQLite primary result codes; extended codes carry them in the low byte. */
const BY_RESULT: ReadonlyMap<number, StorageCode> = new Map([
  [5, "data-locked"],
  [6, "data-locked"],
  [8, "data-readonly"],
  [10, "data-io"],
  [11, "data-corrupt"],
  [13, "disk-full"],
  [14, "data-unreadable"],
  [26, "data-corrupt"],
]);

const BY_ERRNO: ReadonlyMap<string, StorageCode> = new Map([
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  ["EROFS", "data-readonly"],
  ["EACCES", "data-readonly"],
  ["EPERM", "data-readonly"],
  ["EIO", "data-io"],
  ["ENOTDIR", "data-unreadable"],
  ["EEXIST", "data-unreadable"],
  ["EMFILE", "data-unreadable"],
]);

function failureOf(error: unknown): StorageCode | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") return BY_RESULT.get(error.errcode & 0xff);
  return "code" in error && typeof error.code === "string" ? BY_ERRNO.get(error.code) : undefined;
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column}: text expected, found ${typeof value}`);
  return value;
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new TypeError(`column ${column}: number expected, found ${typeof value}`);
  return value;
}

export function numberOrNone(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberOf(row, column);
}

/** `?, ?, ?`: one mark for each bound value of an IN list. */
export const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");
