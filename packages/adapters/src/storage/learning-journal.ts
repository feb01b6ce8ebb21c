/**
 * The journal of learning on SQLite: appended, never changed.
 * LJ1. `list` gives the newest entries, oldest of them first: folding them in order gives the state.
 */
import type { LearningEntry } from "@cordon/model/learning-entry";
import type { LearningJournal } from "@cordon/model/ports/learning-journal";
import type { Sqlite } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";

export function makeLearningJournal(db: Sqlite): LearningJournal {
  return {
    async append(entry) {
      db.run(
        "INSERT INTO learning_entry (kind, at, form, body) VALUES (?, ?, ?, ?)",
        ...[entry.kind, entry.at, FORM, pack(entry)],
      );
    },
    async list(limit, kinds) {
      const among = kinds === undefined ? "" : `WHERE kind IN (${kinds.map(() => "?").join(", ")})`;
      return db
        .all(`SELECT form, body FROM learning_entry ${among} ORDER BY position DESC LIMIT ?`, ...(kinds ?? []), limit)
        .map((row) => unpack<LearningEntry>(row))
        .reverse();
    },
  };
}
