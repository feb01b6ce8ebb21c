/**
 * Tables of the state database. Portable on purpose (ids text, times integer milliseconds, JSON text), so that
 * PostgreSQL can follow. A migration that was released is never edited: a change is a new one at the end.
 */
export const STATE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE incident (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    priority REAL NOT NULL,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    merged INTEGER NOT NULL,
    search TEXT NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incident_by_priority ON incident (priority DESC, updated_at DESC, id);
  CREATE INDEX incident_by_update ON incident (updated_at DESC, id);
  CREATE INDEX incident_by_opening ON incident (opened_at DESC, id);

  CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (incident, number)
  ) STRICT;

  CREATE TABLE incident_entity (
    entity TEXT NOT NULL,
    incident TEXT NOT NULL REFERENCES incident (id),
    PRIMARY KEY (entity, incident)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incident_entity_by_incident ON incident_entity (incident);

  CREATE TABLE detection (
    id TEXT PRIMARY KEY,
    time INTEGER NOT NULL,
    rule TEXT NOT NULL,
    done INTEGER NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX detection_pending ON detection (time, id) WHERE done = 0;
  CREATE INDEX detection_by_time ON detection (time DESC, id);
  CREATE INDEX detection_by_rule ON detection (rule, time DESC, id);

  CREATE TABLE ledger (
    key TEXT PRIMARY KEY,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revert_at INTEGER,
    intent_at INTEGER,
    form INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX ledger_by_state ON ledger (state, proposed_at, key);
  CREATE INDEX ledger_by_update ON ledger (updated_at DESC, key);
  CREATE INDEX ledger_by_kind ON ledger (kind, intent_at);

  CREATE TABLE outcome (
    incident TEXT NOT NULL,
    at INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (incident, at)
  ) STRICT;
  CREATE INDEX outcome_by_time ON outcome (at DESC, incident);

  CREATE TABLE token (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
  ) STRICT;

  CREATE TABLE checkpoint (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE kv (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE rule_text (
    version TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    title TEXT NOT NULL,
    path TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    fired INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX rule_text_by_worth ON rule_text (fired, last_at);
  `,
  `
  CREATE TABLE model (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE learning_entry (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    form INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX learning_entry_by_kind ON learning_entry (kind, position DESC);
  `,
];
