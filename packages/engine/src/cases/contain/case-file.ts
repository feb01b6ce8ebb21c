/**
 * Reading and writing one incident during containment.
 * Enters: an incident id and a pure decision over its state. Leaves: the state after the append.
 *
 * J1. Entries and ledger rows of a change go into one append, or not at all.
 * J2. A decision is made on the state it is appended to: on conflict it is made again on the newer state.
 */
import type { LedgerRow } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type ActionKey, type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Journal, LedgerIndex } from "@cordon/model/ports/journal";
import type { Change } from "./ledger.ts";

export interface CaseFile {
  readonly id: IncidentId;
  readonly version: number;
  readonly entries: readonly IncidentEntry[];
  readonly incident: Incident;
  readonly rows: ReadonlyMap<ActionKey, LedgerRow>;
}

export interface Books {
  readonly journal: Journal;
  readonly ledger: LedgerIndex;
}

/** Conflicts in a row before giving up for now: others append in milliseconds, so this many means something is stuck. */
const CONFLICTS_MAX = 25;

export async function readCase(books: Books, id: IncidentId): Promise<CaseFile> {
  const { version, entries } = await books.journal.read(id);
  const incident = fold(entries);
  const rows = new Map<ActionKey, LedgerRow>();
  for (const action of incident.actions) {
    const row = await books.ledger.get(action.key);
    if (row !== undefined) rows.set(action.key, row);
  }
  return { id, version, entries, incident, rows };
}

/** `decide` returns undefined when there is nothing (any more) to do. Resolves with the change that was stored. */
export async function commit<C extends Change>(
  books: Books,
  id: IncidentId,
  decide: (file: CaseFile) => C | undefined | Promise<C | undefined>,
): Promise<C | undefined> {
  for (let attempt = 0; attempt < CONFLICTS_MAX; attempt++) {
    const file = await readCase(books, id);
    const change = await decide(file);
    const entries = nonEmpty(change?.entries ?? []);
    if (change === undefined || entries === undefined) return undefined;
    const summary = foldMore(file.incident, entries);
    const answer = await books.journal.append(id, file.version, entries, summary, change.rows);
    if (answer === "appended") return change;
  }
  throw new AppError("journal-busy", `${id}: the journal changed ${CONFLICTS_MAX} times in a row`, { retry: "later" });
}

/** Why nothing new is done for an incident that is closed. */
export const whyOver = ({ mergedInto }: Pick<Incident, "mergedInto">): string =>
  mergedInto === undefined ? "the incident was closed" : `the incident goes on as ${mergedInto}`;
