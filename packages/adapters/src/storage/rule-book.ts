/**
 * The text of every version of a rule that was live, and where rules fired, on SQLite.
 *
 * B1. A version is the hash of its text, so a text is never overwritten; live again, it only gets a later `lastAt`.
 * B2. What is dropped first for want of room never fired and was live longest ago. What is live now is never dropped.
 * B3. Incidents are counted from the journal's own entries: nothing to keep in step, and a restart counts the same.
 */
import type { Sha256 } from "@cordon/model/ids";
import { type Instant, instant } from "@cordon/model/time";
import { numberOf, type Sqlite, textOf } from "./sqlite.ts";

export interface RuleText {
  readonly version: Sha256;
  readonly rule: string;
  readonly title: string;
  readonly path: string;
  readonly text: string;
}

export interface KeptRuleText extends RuleText {
  readonly firstAt: Instant;
  /** When it was last known to be live. */
  readonly lastAt: Instant;
  readonly fired: boolean;
}

export interface RuleBook {
  /** Live from now on, or still live: in one transaction. */
  keep(texts: readonly RuleText[], now: Instant): Promise<void>;
  /** Until now they were live. */
  leave(versions: readonly string[], now: Instant): Promise<void>;
  fired(versions: readonly string[]): Promise<void>;
  find(rule: string, version: string): Promise<KeptRuleText | undefined>;
  /** Drops texts beyond `max`, none of those that were live at or after `since`. */
  trim(max: number, since: Instant): Promise<number>;
  /** Incidents that a detection of each rule joined, newest first in the journal: pairs after this position. */
  joined(after: number, limit: number): Promise<readonly { position: number; rule: string; incident: string }[]>;
}

export function makeRuleBook(db: Sqlite): RuleBook {
  return {
    async keep(texts, now) {
      if (texts.length === 0) return;
      db.transaction(() => {
        for (const { version, rule, title, path, text } of texts)
          db.run(
            `INSERT INTO rule_text (version, rule, title, path, first_at, last_at, fired, body)
             VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (version) DO UPDATE SET last_at = excluded.last_at`,
            ...[version, rule, title, path, now, now, text],
          );
      });
    },
    async leave(versions, now) {
      if (versions.length === 0) return;
      db.transaction(() => {
        for (const version of versions) db.run("UPDATE rule_text SET last_at = ? WHERE version = ?", now, version);
      });
    },
    async fired(versions) {
      if (versions.length === 0) return;
      db.transaction(() => {
        for (const version of versions) db.run("UPDATE rule_text SET fired = 1 WHERE version = ?", version);
      });
    },
    async find(rule, version) {
      const row = db.get("SELECT * FROM rule_text WHERE version = ? AND rule = ?", version, rule);
      if (row === undefined) return undefined;
      return {
        version: textOf(row, "version") as Sha256,
        rule: textOf(row, "rule"),
        title: textOf(row, "title"),
        path: textOf(row, "path"),
        text: textOf(row, "body"),
        firstAt: instant(numberOf(row, "first_at")),
        lastAt: instant(numberOf(row, "last_at")),
        fired: numberOf(row, "fired") === 1,
      };
    },
    async trim(max, since) {
      const count = numberOf(db.get("SELECT count(*) AS n FROM rule_text") ?? {}, "n");
      if (count <= max) return 0;
      return db.run(
        `DELETE FROM rule_text WHERE version IN
           (SELECT version FROM rule_text WHERE last_at < ? ORDER BY fired, last_at LIMIT ?)`,
        since,
        count - max,
      );
    },
    joined: async (after, limit) =>
      db
        .all(
          `SELECT position, incident, json_extract(body, '$.detection.rule.id') AS rule FROM entry
           WHERE position > ? AND kind = 'detection-joined' ORDER BY position LIMIT ?`,
          after,
          limit,
        )
        .map((row) => ({
          position: numberOf(row, "position"),
          rule: textOf(row, "rule"),
          incident: textOf(row, "incident"),
        })),
  };
}
