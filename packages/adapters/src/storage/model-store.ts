/**
 * Triage models on disk: `<dir>/models/<sha256>.model` and one row each in the state database.
 *
 * MS1. A row exists only after its file is whole: written beside, flushed to the disk, renamed, and only then told of.
 * MS2. Which model serves changes in one transaction: after a crash it is the old one or the new one.
 * MS3. Files are never changed; going back to an earlier model gives its very bytes.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { AppError, messageOf } from "@cordon/model/error";
import type { ModelRecord } from "@cordon/model/model-record";
import type { ModelStore } from "@cordon/model/ports/models";
import type { Sqlite } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";

export function makeModelStore(db: Sqlite, dir: string): ModelStore {
  const folder = join(dir, "models");
  const pathOf = (id: string): string => {
    if (!/^[0-9a-f]{64}$/.test(id)) throw new AppError("not-found", `no model ${id.slice(0, 80)}`);
    return join(folder, `${id}.model`);
  };
  const put = (record: ModelRecord): void => {
    db.run(
      `INSERT INTO model (id, status, created_at, form, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, form = excluded.form, body = excluded.body`,
      ...[record.id, record.status, record.createdAt, FORM, pack(record)],
    );
  };
  return {
    async add(record, bytes) {
      writeWhole(folder, pathOf(record.id), bytes);
      if (db.get("SELECT id FROM model WHERE id = ?", record.id) === undefined) put(record);
    },
    async bytes(id) {
      const path = pathOf(id);
      try {
        return new Uint8Array(readFileSync(path));
      } catch (cause) {
        throw new AppError("unavailable", `model file ${path}: ${messageOf(cause)}`, {
          cause,
          fix: "put the file back from a backup, or: cordon model rollback",
        });
      }
    },
    list: async () =>
      db.all("SELECT form, body FROM model ORDER BY created_at DESC, id").map((row) => unpack<ModelRecord>(row)),
    async replace(records) {
      db.transaction(() => {
        for (const record of records) put(record);
      });
    },
  };
}

function writeWhole(folder: string, path: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = `${path}.part`;
  const file = openSync(beside, "w", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  const parent = openSync(folder, "r");
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}
