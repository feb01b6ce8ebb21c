/**
 * Access tokens on SQLite. Only the SHA-256 of a token rests here: who reads the file cannot log in.
 *
 * T1. `find` gives a live token only: not revoked, not expired at `now`.
 */
import type { Sha256 } from "@cordon/model/ids";
import { sha256Of } from "@cordon/model/ids";
import { type Instant, instant } from "@cordon/model/time";
import { numberOf, numberOrNone, type Row, type Sqlite, textOf } from "./sqlite.ts";

export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly sha256: Sha256;
  readonly createdAt: Instant;
  readonly expiresAt?: Instant;
  readonly lastUsedAt?: Instant;
  readonly revokedAt?: Instant;
}

export interface TokenStore {
  add(token: StoredToken): Promise<void>;
  /** The live token with this hash; notes when it was used. */
  find(sha256: Sha256, now: Instant): Promise<StoredToken | undefined>;
  /** All tokens, oldest first, revoked and expired ones too. */
  list(): Promise<readonly StoredToken[]>;
  /** False when there is no such token or it was revoked before. */
  revoke(id: string, now: Instant): Promise<boolean>;
}

/** `last_used_at` is for people; writing it on each request would cost one fsync per request. */
const LAST_USED_STEP_MS = 60_000;

export function makeTokens(db: Sqlite): TokenStore {
  return {
    async add(token) {
      db.run(
        `INSERT INTO token (id, name, role, sha256, created_at, expires_at, last_used_at, revoked_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        token.id,
        token.name,
        token.role,
        token.sha256,
        token.createdAt,
        token.expiresAt ?? null,
        token.lastUsedAt ?? null,
        token.revokedAt ?? null,
      );
    },
    async find(sha256, now) {
      const row = db.get(
        "SELECT * FROM token WHERE sha256 = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        sha256,
        now,
      );
      if (row === undefined) return undefined;
      const token = tokenOf(row);
      if (token.lastUsedAt !== undefined && now - token.lastUsedAt < LAST_USED_STEP_MS) return token;
      db.run("UPDATE token SET last_used_at = ? WHERE id = ?", now, token.id);
      return { ...token, lastUsedAt: now };
    },
    list: async () => db.all("SELECT * FROM token ORDER BY created_at, id").map(tokenOf),
    revoke: async (id, now) =>
      db.run("UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id) > 0,
  };
}

function tokenOf(row: Row): StoredToken {
  const expiresAt = numberOrNone(row, "expires_at");
  const lastUsedAt = numberOrNone(row, "last_used_at");
  const revokedAt = numberOrNone(row, "revoked_at");
  return {
    id: textOf(row, "id"),
    name: textOf(row, "name"),
    role: textOf(row, "role"),
    sha256: sha256Of(textOf(row, "sha256")),
    createdAt: instant(numberOf(row, "created_at")),
    ...(expiresAt === undefined ? {} : { expiresAt: instant(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: instant(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: instant(revokedAt) }),
  };
}
