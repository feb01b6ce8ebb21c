/**
 * Verdicts with the features of their moment, on SQLite: the first turn of the learning wheel.
 *
 * O1. Adding the same outcome again (incident and moment) replaces it.
 * O2. `byRule` counts an incident once, by its latest verdict: who reopens and closes again corrects himself. What a policy
 *     closed is no verdict and is not counted: a model must not confirm itself.
 */
import type { Outcome, OutcomeStore } from "@cordon/model/ports/journal";
import type { Sqlite } from "./sqlite.ts";
import { FORM, pack, unpack } from "./stored-json.ts";

export function makeOutcomes(db: Sqlite): OutcomeStore {
  return {
    async add(outcome) {
      db.run(
        `INSERT INTO outcome (incident, at, verdict, form, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (incident, at) DO UPDATE SET verdict = excluded.verdict, form = excluded.form, body = excluded.body`,
        outcome.incident,
        outcome.at,
        outcome.verdict,
        FORM,
        pack(outcome),
      );
    },
    list: async (limit) =>
      db
        .all("SELECT form, body FROM outcome ORDER BY at DESC, incident LIMIT ?", limit)
        .map((row) => unpack<Outcome>(row)),
    async byRule() {
      const latest = db.all(
        `SELECT form, body FROM outcome AS one
         WHERE at = (SELECT max(at) FROM outcome AS other WHERE other.incident = one.incident)`,
      );
      return tally(latest.map((row) => unpack<Outcome>(row)));
    },
  };
}

function tally(outcomes: readonly Outcome[]): Record<string, Record<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const { rules, verdict, by } of outcomes) {
    if (by.startsWith("policy:")) continue;
    for (const rule of new Set(rules)) {
      const verdicts = counts.get(rule) ?? new Map<string, number>();
      counts.set(rule, verdicts);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].map(([rule, verdicts]) => [rule, Object.fromEntries(verdicts)]));
}
