/**
 * Every question to the event store goes through here.
 * Enters: a question in words and a typed query. Leaves: rows, and a ledger line from which the same answer can be
 * checked again.
 *
 * Q1. Bounded: at most QUESTIONS_MAX questions, ROWS_MAX rows in all, `limit` rows each; a bound that was hit is named.
 * Q2. The ledger digest is over the ids of the rows in order: `replayLedger` runs the queries again and compares.
 * Q3. The same query is asked once.
 */
import type { Event } from "@cordon/model/event";
import type { LedgerQuery } from "@cordon/model/investigation";
import { canonicalJson } from "@cordon/model/json";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import type { EventQuery } from "@cordon/model/query";

/** A question costs a scan: an investigation that needs more than this is lost in noise. */
export const QUESTIONS_MAX = 120;
/** Events one investigation may hold: about 100 MB at 2 kB each. */
export const ROWS_MAX = 50_000;
/** Entities per question: one IN list. */
export const KEYS_MAX = 50;

export type Ask = (question: string, query: EventQuery) => Promise<readonly Event[]>;

export interface Questions {
  readonly ask: Ask;
  /** Counts without reading; the line in the ledger holds the count. */
  count(question: string, query: EventQuery, cap: number): Promise<number>;
  readonly ledger: LedgerQuery[];
  readonly limits: Set<string>;
}

export interface QuestionPorts {
  readonly events: Pick<EventStore, "search" | "count">;
  readonly runtime: Pick<Runtime, "sha256">;
  readonly stop: Stop;
}

export function makeQuestions(ports: QuestionPorts): Questions {
  const ledger: LedgerQuery[] = [];
  const limits = new Set<string>();
  const asked = new Map<string, readonly Event[]>();
  let rowsLeft = ROWS_MAX;

  const note = (question: string, query: EventQuery, answer: { rows: number; truncated: boolean; digest: string }) => {
    ledger.push({ id: `q${ledger.length + 1}`, question, query, ...answer });
    if (answer.truncated) limits.add(`"${question}" was cut at ${answer.rows} rows`);
  };

  return {
    ledger,
    limits,
    async ask(question, query) {
      const key = canonicalJson(query);
      const known = asked.get(key);
      if (known !== undefined) return known;
      if (ports.stop.stopped) limits.add("stopped before all questions were asked");
      if (ledger.length >= QUESTIONS_MAX) limits.add(`no more than ${QUESTIONS_MAX} questions are asked`);
      if (rowsLeft <= 0) limits.add(`no more than ${ROWS_MAX} events are read`);
      if (ports.stop.stopped || ledger.length >= QUESTIONS_MAX || rowsLeft <= 0) return [];
      const limit = Math.min(query.limit, rowsLeft);
      const rows = await ports.events.search({ ...query, limit }, ports.stop);
      rowsLeft -= rows.length;
      asked.set(key, rows);
      note(
        question,
        { ...query, limit },
        {
          ...{ rows: rows.length, truncated: rows.length >= limit },
          digest: digestOf(ports.runtime, rows),
        },
      );
      return rows;
    },
    async count(question, query, cap) {
      if (ports.stop.stopped || ledger.length >= QUESTIONS_MAX) return 0;
      const rows = await ports.events.count(query, cap, ports.stop);
      note(question, query, { rows, truncated: rows >= cap, digest: ports.runtime.sha256(`count ${rows}`) });
      return rows;
    },
  };
}

const digestOf = (runtime: Pick<Runtime, "sha256">, rows: readonly Event[]): string =>
  runtime.sha256(rows.map((event) => event.id).join("\n"));

export interface Replayed {
  readonly id: string;
  readonly same: boolean;
  readonly rows: number;
}

/** Asks the questions of an investigation again. Differences mean that events came or went since (late arrival, retention). */
export async function replayLedger(ledger: readonly LedgerQuery[], ports: QuestionPorts): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  for (const { id, query, digest, rows } of ledger) {
    const counted = ports.runtime.sha256(`count ${rows}`) === digest;
    if (counted) {
      const count = await ports.events.count(query, Math.max(rows + 1, 1), ports.stop);
      replayed.push({ id, same: count === rows, rows: count });
      continue;
    }
    const found = await ports.events.search(query, ports.stop);
    replayed.push({ id, same: digestOf(ports.runtime, found) === digest, rows: found.length });
  }
  return replayed;
}
