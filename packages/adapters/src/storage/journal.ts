/**
 * Journals of incidents on SQLite.
 *
 * Enters: entries with the version they were computed at, the folded summary and the ledger rows that moved.
 * Leaves: entries, summaries, incidents by entity.
 * J1. An append is one transaction: version check, entries, summary row, entity index, ledger rows. All or nothing.
 * J2. `expected` must equal the number of stored entries; otherwise nothing is written and the answer is `conflict`.
 * J3. Positions grow by one per entry over all incidents and are never given twice.
 * J4. Well-known entities (loopback, SYSTEM) are in the summary but not in the index: they never join incidents.
 * J5. What was read is kept for the next reading: an entry is never changed, and a summary of one version neither. Only
 *     what is new is read and parsed again, also when another process wrote it.
 */
import type { LedgerRow } from "@cordon/model/action";
import { type EntityKey, entityKey } from "@cordon/model/entity";
import { AppError } from "@cordon/model/error";
import { type IncidentId, incidentId, type NonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { IncidentQuery, Journal } from "@cordon/model/ports/journal";
import type { Instant } from "@cordon/model/time";
import { putLedgerRow } from "./ledger.ts";
import { marks, numberOf, type Row, type Sqlite, textOf } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";
import { makeWeightedCache, type WeightedCache } from "./weighted-cache.ts";

/** Most incidents that `findByEntities` gives: triage looks at the newest only. */
const FOUND_MAX = 200;
/** Keys in one IN list: far below SQLite's bound on variables, and one plan for the common case. */
const KEYS_PER_QUERY = 500;
/** A search text beyond this is a pasted file, and SQLite refuses longer LIKE patterns at 50,000 bytes. */
const SEARCH_TEXT_MAX = 1_000;

/** Characters of stored text whose parsed form is kept, each for entries and summaries: about 40 MB of objects. */
const KEPT_CHARS_MAX = 8 * 1024 * 1024;

interface KeptEntries {
  readonly entries: readonly IncidentEntry[];
  readonly chars: number;
}

export function makeJournal(file: Sqlite): Journal {
  const entries = makeWeightedCache<KeptEntries>(KEPT_CHARS_MAX);
  const db = { ...file, summaries: makeWeightedCache<Incident>(KEPT_CHARS_MAX) };
  return {
    async read(id) {
      const kept = readEntries(db, entries.get(id) ?? { entries: [], chars: 0 }, id);
      entries.put(id, kept, kept.chars);
      return { version: kept.entries.length, entries: kept.entries };
    },
    append: async (id, expected, entries, summary, ledger) =>
      db.transaction(() => append(db, { id, expected, entries, summary, ledger: ledger ?? [] })),
    list: async (query) => list(db, query),
    async count(query) {
      const { where, values } = filterOf(query);
      return numberOf(db.get(`SELECT count(*) AS n FROM incident WHERE ${where}`, ...values) ?? {}, "n");
    },
    async get(id) {
      const row = db.get("SELECT id, version FROM incident WHERE id = ?", id);
      return row === undefined ? undefined : summaryOf(db, row);
    },
    findByEntities: async (keys, since) => findByEntities(db, keys, since),
    position: async () => positionOf(db),
    async entriesAfter(position, limit) {
      const rows = db.all(
        "SELECT position, incident, form, body FROM entry WHERE position > ? ORDER BY position LIMIT ?",
        position,
        limit,
      );
      return rows.map((row) => ({
        position: numberOf(row, "position"),
        incident: incidentId(textOf(row, "incident")),
        entry: unpack<IncidentEntry>(row),
      }));
    },
  };
}

function readEntries(db: Sqlite, known: KeptEntries, id: IncidentId): KeptEntries {
  const rows = db.all(
    "SELECT form, body FROM entry WHERE incident = ? AND number > ? ORDER BY number",
    id,
    known.entries.length,
  );
  if (rows.length === 0) return known;
  return {
    entries: [...known.entries, ...rows.map((row) => unpack<IncidentEntry>(row))],
    chars: rows.reduce((sum, row) => sum + textOf(row, "body").length, known.chars),
  };
}

interface WithSummaries extends Sqlite {
  readonly summaries: WeightedCache<Incident>;
}

/** The summary of a row with `id` and `version`. */
function summaryOf({ summaries, get }: WithSummaries, row: Row): Incident {
  const id = textOf(row, "id");
  const known = summaries.get(id);
  if (known?.version === numberOf(row, "version")) return known;
  const stored = get("SELECT form, body FROM incident WHERE id = ?", id) ?? {};
  const summary = unpack<Incident>(stored);
  summaries.put(id, summary, textOf(stored, "body").length);
  return summary;
}

interface Append {
  readonly id: IncidentId;
  readonly expected: number;
  readonly entries: NonEmpty<IncidentEntry>;
  readonly summary: Incident;
  readonly ledger: readonly LedgerRow[];
}

const positionOf = (db: Sqlite): number =>
  numberOf(db.get("SELECT coalesce(max(position), 0) AS n FROM entry") ?? {}, "n");

function append(db: Sqlite, { id, expected, entries, summary, ledger }: Append): "appended" | "conflict" {
  const version = numberOf(db.get("SELECT coalesce(max(number), 0) AS n FROM entry WHERE incident = ?", id) ?? {}, "n");
  if (version !== expected) return "conflict";
  let position = positionOf(db);
  for (const [index, entry] of entries.entries()) {
    position += 1;
    db.run(
      "INSERT INTO entry (position, incident, number, kind, at, form, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
      position,
      id,
      expected + index + 1,
      entry.kind,
      entry.at,
      FORM,
      pack(entry),
    );
  }
  putSummary(db, id, summary);
  putEntities(db, id, summary);
  for (const row of ledger) putLedgerRow(db, row);
  return "appended";
}

function putSummary(db: Sqlite, id: IncidentId, summary: Incident): void {
  db.run(
    `INSERT INTO incident (id, version, status, priority, opened_at, updated_at, last_seen, merged, search, form, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, priority = excluded.priority,
       opened_at = excluded.opened_at, updated_at = excluded.updated_at, last_seen = excluded.last_seen,
       merged = excluded.merged, search = excluded.search, form = excluded.form, body = excluded.body`,
    id,
    summary.version,
    summary.status,
    summary.priority,
    summary.openedAt,
    summary.updatedAt,
    summary.lastSeen,
    summary.mergedInto === undefined ? 0 : 1,
    searchable([summary.title, id, ...summary.entities.map((entity) => entity.value)].join("\n")),
    FORM,
    pack(summary),
  );
}

function putEntities(db: Sqlite, id: IncidentId, summary: Incident): void {
  const wanted = new Set(summary.entities.filter((entity) => entity.wellKnown !== true).map(entityKey));
  const held = new Set(
    db.all("SELECT entity FROM incident_entity WHERE incident = ?", id).map((row) => textOf(row, "entity")),
  );
  for (const key of wanted) {
    if (!held.has(key)) db.run("INSERT INTO incident_entity (entity, incident) VALUES (?, ?)", key, id);
  }
  for (const key of held) {
    if (!wanted.has(key)) db.run("DELETE FROM incident_entity WHERE entity = ? AND incident = ?", key, id);
  }
}

interface Filter {
  readonly where: string;
  readonly values: readonly (string | number)[];
}

function filterOf(query: Omit<IncidentQuery, "limit" | "after">): Filter {
  const where = ["1 = 1"];
  const values: (string | number)[] = [];
  if (query.status !== undefined) {
    where.push(query.status.length === 0 ? "1 = 0" : `status IN (${marks(query.status.length)})`);
    values.push(...query.status);
  }
  if (query.minPriority !== undefined) {
    where.push("priority >= ?");
    values.push(query.minPriority);
  }
  if (query.text !== undefined) {
    if (query.text.length > SEARCH_TEXT_MAX) {
      throw new AppError("bad-query", `search text: ${query.text.length} characters, at most ${SEARCH_TEXT_MAX}`);
    }
    where.push("search LIKE ? ESCAPE '\\'");
    values.push(`%${searchable(query.text).replace(/[\\%_]/g, "\\$&")}%`);
  }
  return { where: where.join(" AND "), values };
}

/** NUL would end the text for SQL functions. */
const searchable = (text: string): string => text.toLowerCase().replaceAll("\0", " ");

const ORDER_BY: Readonly<Record<IncidentQuery["order"], string>> = {
  priority: "priority DESC, updated_at DESC, id",
  updated: "updated_at DESC, id",
  opened: "opened_at DESC, id",
};

function list(db: WithSummaries, query: IncidentQuery): readonly Incident[] {
  const filter = filterOf(query);
  const where = [filter.where];
  const values = [...filter.values];
  if (query.after !== undefined) {
    const last = db.get("SELECT id, priority, opened_at, updated_at FROM incident WHERE id = ?", query.after);
    if (last === undefined) return [];
    const rest = restAfter(last, query.order);
    where.push(rest.where);
    values.push(...rest.values);
  }
  const sql = `SELECT id, version FROM incident WHERE ${where.join(" AND ")} ORDER BY ${ORDER_BY[query.order]} LIMIT ?`;
  return db.all(sql, ...values, query.limit).map((row) => summaryOf(db, row));
}

/** Keyset: what stands after the last row seen, in the same order. */
function restAfter(last: Row, order: IncidentQuery["order"]): Filter {
  const column = order === "opened" ? "opened_at" : "updated_at";
  const at = numberOf(last, column);
  const later = `(${column} < ? OR (${column} = ? AND id > ?))`;
  const values = [at, at, textOf(last, "id")];
  if (order !== "priority") return { where: later, values };
  const priority = numberOf(last, "priority");
  return { where: `(priority < ? OR (priority = ? AND ${later}))`, values: [priority, priority, ...values] };
}

function findByEntities(db: WithSummaries, keys: readonly EntityKey[], since: Instant): readonly Incident[] {
  const found = new Map<string, Row>();
  const distinct = [...new Set(keys)];
  for (let at = 0; at < distinct.length; at += KEYS_PER_QUERY) {
    const part = distinct.slice(at, at + KEYS_PER_QUERY);
    const rows = db.all(
      `SELECT id, version, last_seen FROM incident
       WHERE status <> 'closed' AND merged = 0 AND last_seen >= ?
         AND id IN (SELECT incident FROM incident_entity WHERE entity IN (${marks(part.length)}))
       ORDER BY last_seen DESC, id LIMIT ${FOUND_MAX}`,
      since,
      ...part,
    );
    for (const row of rows) found.set(textOf(row, "id"), row);
  }
  const rows = [...found.values()].sort(
    (a, b) => numberOf(b, "last_seen") - numberOf(a, "last_seen") || (textOf(a, "id") < textOf(b, "id") ? -1 : 1),
  );
  return rows.slice(0, FOUND_MAX).map((row) => summaryOf(db, row));
}
