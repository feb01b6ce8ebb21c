/**
 * How a row is moved, and how it is said that nobody knows.
 * Enters: a row as a decision saw it, and where it should go. Leaves: the row as stored, or nothing when it had moved on.
 */
import type { LedgerRow } from "@cordon/model/action";
import { messageOf } from "@cordon/model/error";
import type { Probe } from "@cordon/model/ports/action";
import { type CaseFile, commit } from "./case-file.ts";
import { CONTAIN, type Desk, openTask } from "./desk.ts";
import { type Change, joinChanges, type Move, moveThrough, textIn } from "./ledger.ts";

/** Writes moves of one row if it still stands where the decision saw it. Resolves with the new row. */
export async function moveIf(
  desk: Desk,
  row: LedgerRow,
  moves: readonly Omit<Move, "at" | "by">[],
  more: (file: CaseFile) => Change = () => ({ entries: [], rows: [] }),
): Promise<LedgerRow | undefined> {
  const change = await commit(desk, row.incident, (file) => {
    const fresh = file.rows.get(row.key);
    if (fresh?.state !== row.state || fresh.attempts !== row.attempts) return undefined;
    const at = desk.runtime.now();
    const moved = moveThrough(
      fresh,
      moves.map((move) => ({ ...move, at, by: CONTAIN })),
    );
    return { ...joinChanges(moved, more(file)), row: moved.row };
  });
  return change?.row;
}

/** This try did nothing; what an earlier one did, whose answer was lost, may still stand (act.ts C6). */
export async function notDone(desk: Desk, row: LedgerRow, to: "cancelled" | "failed", reason: string): Promise<void> {
  const lost = textIn(row.detail, "lost");
  if (lost !== undefined) return giveUp(desk, row, `an earlier answer was lost (${lost}); then: ${reason}`);
  await moveIf(desk, row, [{ to, detail: { reason, waitUntil: null } }]);
}

export async function seen(probe: Promise<Probe>): Promise<Probe> {
  try {
    return await probe;
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

/** -> unknown, with a task for a person: nothing is done again by itself. */
export async function giveUp(desk: Desk, row: LedgerRow, reason: string): Promise<void> {
  const at = desk.runtime.now();
  const text = `${row.action.kind} by ${row.plan.actuator}: ${reason}. Look at the target and say what is there.`;
  await moveIf(desk, row, [{ to: "unknown", detail: { reason, waitUntil: null } }], (file) =>
    openTask(file, { at, task: `unknown/${row.key}`, text, row }),
  );
}
