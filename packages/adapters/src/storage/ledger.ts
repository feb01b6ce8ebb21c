/**
 * Index of the action ledger on SQLite. Rows are written by the journal's append and by nobody else.
 *
 * L1. `intent_at` is the moment a row first reached intent and stays: caps count attempts, not present states.
 */
import type { LedgerRow } from "@cordon/model/action";
import type { LedgerIndex } from "@cordon/model/ports/journal";
import { marks, numberOf, type Row, type Sqlite } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";

/** States that a row can only have after its intent was committed. */
const PAST_INTENT: ReadonlySet<LedgerRow["state"]> = new Set([
  "intent",
  "dispatched",
  "verified",
  "reverting",
  "reverted",
  "unknown",
]);

export function putLedgerRow(db: Sqlite, row: LedgerRow): void {
  db.run(
    `INSERT INTO ledger (key, incident, kind, state, proposed_at, updated_at, revert_at, intent_at, form, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET incident = excluded.incident, kind = excluded.kind, state = excluded.state,
       proposed_at = excluded.proposed_at, updated_at = excluded.updated_at, revert_at = excluded.revert_at,
       intent_at = coalesce(ledger.intent_at, excluded.intent_at), form = excluded.form, body = excluded.body`,
    row.key,
    row.incident,
    row.action.kind,
    row.state,
    row.proposedAt,
    row.updatedAt,
    row.revertAt ?? null,
    PAST_INTENT.has(row.state) ? row.updatedAt : null,
    FORM,
    pack(row),
  );
}

export function makeLedger(db: Sqlite): LedgerIndex {
  const rowsOf = (rows: readonly Row[]): readonly LedgerRow[] => rows.map((row) => unpack<LedgerRow>(row));
  return {
    async get(key) {
      const row = db.get("SELECT form, body FROM ledger WHERE key = ?", key);
      return row === undefined ? undefined : unpack<LedgerRow>(row);
    },
    async byState(states, limit) {
      if (states.length === 0) return [];
      const sql = `SELECT form, body FROM ledger WHERE state IN (${marks(states.length)})
        ORDER BY proposed_at, key LIMIT ?`;
      return rowsOf(db.all(sql, ...states, limit));
    },
    async due(now) {
      const sql = `SELECT form, body FROM ledger
        WHERE state = 'reverting' OR (state = 'verified' AND revert_at <= ?)
        ORDER BY coalesce(revert_at, 0), key`;
      return rowsOf(db.all(sql, now));
    },
    list: async (limit) => rowsOf(db.all("SELECT form, body FROM ledger ORDER BY updated_at DESC, key LIMIT ?", limit)),
    async countSince(kind, since) {
      const row = db.get("SELECT count(*) AS n FROM ledger WHERE kind = ? AND intent_at >= ?", kind, since);
      return numberOf(row ?? {}, "n");
    },
  };
}
