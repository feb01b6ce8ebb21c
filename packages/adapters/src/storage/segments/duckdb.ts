/**
 * DuckDB in memory, locked down. It keeps no data: Parquet files are the data, DuckDB reads and writes them.
 *
 * Enters: our SQL with bound values. Leaves: rows, or an AppError that names the folder.
 * D1. An instance reaches the segment folder and nothing else: no other path, no network, no extension, no SET.
 *     The order of the settings matters: the lock comes last.
 * D2. Values are bound. Text that came from outside is never part of an SQL string.
 * D3. A stop interrupts the running statement.
 */

import { AppError, messageOf } from "@cordon/model/error";
import type { Stop } from "@cordon/model/ports/runtime";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";

export interface DuckOptions {
  /** The one folder that may be read and written. */
  readonly dir: string;
  /** `512MB`: beyond this DuckDB spills to `<dir>/spill` or fails the statement, not the process. */
  readonly memoryLimit: string;
  readonly threads: number;
}

export type DuckRow = readonly DuckDBValue[];

export interface Duck {
  /** A connection is one unit of interruption: take one per search. */
  connect(stop: Stop): Promise<DuckSession>;
  close(): void;
}

export interface DuckSession {
  rows(sql: string, values: DuckDBValue[]): Promise<readonly DuckRow[]>;
  /** The only column of a result, in parts of some thousand rows as they are made. */
  texts(sql: string, values: DuckDBValue[]): AsyncGenerator<readonly DuckDBValue[]>;
  readonly connection: DuckDBConnection;
  close(): void;
}

const INTERRUPT_EVERY_MS = 20;

export async function openDuck(options: DuckOptions): Promise<Duck> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: options.memoryLimit,
    threads: String(options.threads),
    temp_directory: `${options.dir}/spill`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const first = await instance.connect();
  const folder = options.dir.replaceAll("'", "''");
  await first.run(`SET allowed_directories = ['${folder}']`);
  await first.run("SET parquet_metadata_cache = true");
  await first.run("SET enable_external_access = false");
  await first.run("SET lock_configuration = true");
  first.closeSync();
  return {
    connect: async (stop) => sessionOf(await instance.connect(), stop, options.dir),
    close: () => instance.closeSync(),
  };
}

function sessionOf(connection: DuckDBConnection, stop: Stop, dir: string): DuckSession {
  let again: NodeJS.Timeout | undefined;
  const forget = stop.onStop(() => {
    connection.interrupt();
    // An interrupt that comes before the statement has begun is lost: repeat it until the session closes.
    again = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
    again.unref();
  });
  return {
    connection,
    async rows(sql, values) {
      if (stop.stopped) throw stopped();
      try {
        return (await connection.runAndReadAll(sql, values)).getRows();
      } catch (error) {
        throw stop.stopped ? stopped() : duckError(error, dir);
      }
    },
    async *texts(sql, values) {
      if (stop.stopped) throw stopped();
      try {
        const result = await connection.stream(sql, values);
        for (;;) {
          const chunk = await result.fetchChunk();
          if (chunk === null || chunk.rowCount === 0) return;
          yield chunk.getColumnValues(0);
        }
      } catch (error) {
        throw stop.stopped ? stopped() : duckError(error, dir);
      }
    },
    close() {
      forget();
      clearInterval(again);
      connection.closeSync();
    },
  };
}

export const stopped = (): AppError => new AppError("stopped", "the search was stopped", { retry: "later" });

/** DuckDB gives failures as text only; the operating system's own words are the only stable part of it. */
export function duckError(error: unknown, dir: string): AppError {
  const said = messageOf(error);
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return new AppError("disk-full", `${dir}: the disk is full (${said})`, {
      cause: error,
      retry: "later",
      fix: "free space on the disk of the data folder",
    });
  }
  if (/out of memory/i.test(said)) {
    return new AppError("query-too-large", `search needs more than its memory limit (${said})`, {
      cause: error,
      fix: "narrow the time range, or raise the memory limit of the store",
    });
  }
  if (/parquet|magic bytes|cannot open file|no files found|corrupt|snappy|zstd|thrift/i.test(said)) {
    return new AppError("data-corrupt", `${dir}: a segment cannot be read (${said})`, {
      cause: error,
      fix: "restore the named file from a backup",
    });
  }
  return new AppError("store-failed", `${dir}: ${said}`, { cause: error });
}
