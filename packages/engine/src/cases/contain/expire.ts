/**
 * Takes effects back: at their time limit, or when a person asks.
 * Enters: a row whose effect stands. Leaves: the effect gone or handed on, and the record of it.
 *
 * E1. Reverts need no new approval and are never held by the kill switch: they were allowed with the action.
 * E2. A shared effect is removed by the last claim only.
 * E3. A failed revert is tried for ever, with growing pauses; from the last pause on a person knows of it.
 * E4. `reverted` is said after an observer no longer sees our effect.
 */
import type { LedgerRow } from "@cordon/model/action";
import type { JsonObject } from "@cordon/model/json";
import type { ActionPort } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { effectName } from "./act.ts";
import { bounded } from "./bounded.ts";
import type { CaseFile } from "./case-file.ts";
import { claimsOn, type Desk, openTask, portOf } from "./desk.ts";
import { momentIn, numberIn } from "./ledger.ts";
import { moveIf, seen } from "./move-row.ts";
import { authoriseRevert } from "./policy.ts";
import { REVERT_BACKOFF_MS } from "./settings.ts";

/** True when the effect of this row has to be taken back now. */
export function isDue(desk: Desk, file: CaseFile, row: LedgerRow): boolean {
  const now = desk.runtime.now();
  const wait = momentIn(row.detail, "waitUntil");
  if (wait !== undefined && wait > now) return false;
  if (row.state === "reverting") return true;
  if (row.state !== "verified" && row.state !== "unknown") return false;
  if (row.plan.undo === "no") return false;
  const asked = file.incident.actions.some((item) => item.key === row.key && item.revertAsked !== undefined);
  return asked || (row.revertAt !== undefined && row.revertAt <= now);
}

export async function revert(desk: Desk, row: LedgerRow, stop: Stop): Promise<void> {
  await desk.locks.hold(effectName(row), async () => {
    // A claim that is itself on its way out does not hold the effect: two of them would wait for each other for ever.
    const holders = (await claimsOn(desk, row)).filter((other) => other.state !== "reverting");
    if (holders.length > 0) return dropClaim(desk, row, holders);
    await takeBack(desk, row, stop);
  });
}

/** E2: somebody else still wants the effect; only our claim goes. */
async function dropClaim(desk: Desk, row: LedgerRow, holders: readonly LedgerRow[]): Promise<void> {
  const detail: JsonObject = {
    claim: "dropped",
    heldBy: holders.map((holder) => holder.key),
    reason: "the effect stays: another incident still holds it",
    waitUntil: null,
  };
  await moveIf(desk, row, [
    { to: "reverting", detail: {} },
    { to: "reverted", detail },
  ]);
}

async function takeBack(desk: Desk, row: LedgerRow, stop: Stop): Promise<void> {
  const now = desk.runtime.now();
  const deadline = instant(now + desk.settings.requestDeadlineMs);
  const tries = numberIn(row.detail, "reverts") + 1;
  const detail = { reverts: tries, waitUntil: deadline + desk.settings.recoveryGraceMs };
  const begun = await moveIf(desk, row, [{ to: "reverting", detail, patch: { deadline } }]);
  if (begun === undefined) return;
  const port = portOf(desk, begun);
  const failure =
    port === undefined
      ? `actuator ${row.plan.actuator} is not configured any more`
      : await undo(desk, begun, port, stop);
  if (failure === undefined) {
    await moveIf(desk, begun, [{ to: "reverted", detail: { waitUntil: null } }]);
    return;
  }
  await later(desk, begun, { tries, failure });
}

/** undefined when the effect is gone; else why not. */
async function undo(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<string | undefined> {
  const order = authoriseRevert(row, desk.runtime.now());
  if (order === undefined) return "the row holds no grant for its plan";
  const limit = { ms: order.deadline - desk.runtime.now(), stop };
  try {
    const outcome = await bounded(desk.runtime, limit, (inner) => port.revert(order, inner));
    if (outcome === undefined) return "no answer before the deadline";
    if (outcome.kind !== "ok") return outcome.reason;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const probe = await bounded(desk.runtime, limit, (inner) => seen(port.verify(order, inner)));
  if (probe?.state === "present" && probe.ours) return `the effect is still there: ${probe.detail}`;
  return undefined;
}

async function later(
  desk: Desk,
  row: LedgerRow,
  { tries, failure }: { readonly tries: number; readonly failure: string },
): Promise<void> {
  const at = desk.runtime.now();
  const pause = REVERT_BACKOFF_MS[Math.min(tries, REVERT_BACKOFF_MS.length) - 1] ?? 0;
  const detail = { reason: failure, waitUntil: instant(at + pause) };
  await moveIf(desk, row, [{ to: "reverting", detail }], (file) => {
    if (tries < REVERT_BACKOFF_MS.length) return { entries: [], rows: [] };
    const text = `${row.action.kind} by ${row.plan.actuator} could not be undone in ${tries} tries: ${failure}. Undo it by hand.`;
    return openTask(file, { at, task: `revert/${row.key}`, text, row });
  });
}
