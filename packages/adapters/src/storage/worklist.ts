/**
 * Detections between the rivers, on SQLite.
 *
 * W1. Ids are deterministic: offering a detection again stores nothing and does not wake a done one.
 * W2. One offer is one transaction, durable when it resolves.
 */
import type { Detection } from "@cordon/model/detection";
import type { Worklist } from "@cordon/model/ports/journal";
import { numberOf, type Row, type Sqlite } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";

export function makeWorklist(db: Sqlite): Worklist {
  const detectionsOf = (rows: readonly Row[]): readonly Detection[] => rows.map((row) => unpack<Detection>(row));
  return {
    offer: async (detections) =>
      db.transaction(() => {
        let fresh = 0;
        for (const detection of detections) fresh += insert(db, detection);
        return fresh;
      }),
    pending: async (limit) =>
      detectionsOf(db.all("SELECT form, body FROM detection WHERE done = 0 ORDER BY time, id LIMIT ?", limit)),
    done: async (ids) =>
      db.transaction(() => {
        for (const id of ids) db.run("UPDATE detection SET done = 1 WHERE id = ?", id);
      }),
    async count() {
      const row = db.get(
        `SELECT (SELECT count(*) FROM detection) AS total, (SELECT count(*) FROM detection WHERE done = 0) AS pending`,
      );
      return { total: numberOf(row ?? {}, "total"), pending: numberOf(row ?? {}, "pending") };
    },
    async list({ limit, before, rule }) {
      const where: string[] = ["1 = 1"];
      const values: (string | number)[] = [];
      if (before !== undefined) {
        where.push("time < ?");
        values.push(before);
      }
      if (rule !== undefined) {
        where.push("rule = ?");
        values.push(rule);
      }
      const sql = `SELECT form, body FROM detection WHERE ${where.join(" AND ")} ORDER BY time DESC, id LIMIT ?`;
      return detectionsOf(db.all(sql, ...values, limit));
    },
  };
}

function insert(db: Sqlite, detection: Detection): number {
  return db.run(
    `INSERT INTO detection (id, time, rule, done, form, body) VALUES (?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING`,
    detection.id,
    detection.time,
    detection.rule.id,
    FORM,
    pack(detection),
  );
}
