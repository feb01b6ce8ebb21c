/**
 * Small named texts on SQLite: where a source stopped reading (`checkpoint`), and odd state that must survive a
 * restart (`kv`). Durable when the promise resolves; the last write wins.
 */
import { type Sqlite, textOf } from "./sqlite.ts";

export interface NamedTexts {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

export const makeCheckpoints = (db: Sqlite): NamedTexts => namedTexts(db, "checkpoint");

export const makeKv = (db: Sqlite): NamedTexts => namedTexts(db, "kv");

function namedTexts(db: Sqlite, table: "checkpoint" | "kv"): NamedTexts {
  return {
    async get(key) {
      const row = db.get(`SELECT value FROM ${table} WHERE name = ?`, key);
      return row === undefined ? undefined : textOf(row, "value");
    },
    async set(key, value) {
      db.run(
        `INSERT INTO ${table} (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        key,
        value,
      );
    },
    async delete(key) {
      db.run(`DELETE FROM ${table} WHERE name = ?`, key);
    },
  };
}
