/**
 * One process per data folder.
 * In: the folder. Out: a lock that lasts until `release` or the end of the process, however it ends.
 *
 * L1. The lock is an open exclusive transaction on `lock.db`: the kernel drops it with the process, so none is ever stale.
 * L2. Who holds it is written beside it (`lock.json`) for the message only; that file decides nothing.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "@cordon/model/error";
import { type DataCode, dataFailure } from "./sqlite-failure.ts";

export interface DataLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly bootId: string;
  readonly startedAt: string;
}

export function lockDataFolder(dir: string): DataLock {
  const database = openLock(dir);
  const holderPath = join(dir, "lock.json");
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    bootId: bootId(),
    startedAt: new Date(Date.now() - process.uptime() * 1_000).toISOString(),
  };
  // A full disk must not keep us from starting: the message is a courtesy (L2).
  ignoreFailure(() => writeFileSync(holderPath, `${JSON.stringify(holder)}\n`));
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      ignoreFailure(() => rmSync(holderPath, { force: true }));
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

function openLock(dir: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dir, { recursive: true });
    database = new DatabaseSync(join(dir, "lock.db"));
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    const failure = dataFailure(error, `data folder ${dir}`);
    if (!(failure instanceof AppError) || failure.code !== "data-locked") throw failure;
    throw new AppError<DataCode>("data-locked", `data folder ${dir} is in use by ${holderText(dir)}`, {
      cause: error,
      fix: "stop that process, or choose another folder with --data",
    });
  }
}

function holderText(dir: string): string {
  try {
    const holder: Partial<Holder> = JSON.parse(readFileSync(join(dir, "lock.json"), "utf8"));
    const boot = holder.bootId === bootId() ? "this boot" : `another boot (${holder.bootId})`;
    return `process ${holder.pid} on ${holder.host}, started ${holder.startedAt}, boot id ${holder.bootId}, ${boot}`;
  } catch {
    return "another process (it left no name)";
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
}

function ignoreFailure(run: () => void): void {
  try {
    run();
  } catch {
    // Deliberately nothing: see the callers.
  }
}
