/**
 * What became of a call whose end nobody wrote down: the process died, or the answer was lost.
 * Enters: a row in `intent` or `dispatched` whose deadline and grace have passed. Leaves: the truth as far as it can be seen.
 *
 * V1. Nobody looks before no request of the old attempt can land any more.
 * V2. Probe before redo: present = verify, absent = again with the same key, not knowable = by class.
 * V3. A blind action is never done twice; it becomes `unknown` with a task for a person.
 * V4. A redo needs what the first try needed: a grant that still holds, the same plan, no kill switch.
 * V5. `failed` is said only when the observer saw nothing: a lost request that nobody can look for stays `unknown`.
 */
import type { LedgerRow } from "@cordon/model/action";
import type { ActionPort, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { call, effectName, intent, observe, replan } from "./act.ts";
import { bounded } from "./bounded.ts";
import { type Desk, portOf } from "./desk.ts";
import { momentIn } from "./ledger.ts";
import { giveUp, notDone, seen } from "./move-row.ts";
import { ATTEMPTS_MAX } from "./settings.ts";

/** True once no request of the last attempt can land any more (V1). */
export function isOverdue(desk: Desk, row: LedgerRow): boolean {
  const until = momentIn(row.detail, "waitUntil") ?? (row.deadline ?? row.updatedAt) + desk.settings.recoveryGraceMs;
  return until <= desk.runtime.now();
}

export async function recover(desk: Desk, row: LedgerRow, stop: Stop): Promise<void> {
  const port = portOf(desk, row);
  if (port === undefined) return giveUp(desk, row, `actuator ${row.plan.actuator} is not configured any more`);
  await desk.locks.hold(effectName(row), async () => {
    const fresh = await desk.ledger.get(row.key);
    // Somebody else has moved it while we waited for the lock.
    if (fresh?.state !== row.state || fresh.attempts !== row.attempts) return;
    if (row.detail.answer === "ok") return observe(desk, row, port, stop);
    const probe = await probeNow(desk, row, port, stop);
    if (probe.state === "present") return observe(desk, row, port, stop);
    if (mayRedo(port, probe)) return redo(desk, row, { port, probe }, stop);
    await giveUp(desk, row, `the answer was lost and it cannot be seen whether it happened: ${probe.detail}`);
  });
}

async function probeNow(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<Probe> {
  const ms = desk.settings.requestDeadlineMs;
  const probe = await bounded(desk.runtime, { ms, stop }, (inner) =>
    seen(port.probe(row.action, row.key, inner, row.plan)),
  );
  return probe ?? { state: "unknown", detail: "no answer to the probe in time" };
}

/** V2, V3 */
function mayRedo(port: ActionPort, probe: Probe): boolean {
  switch (port.redo) {
    case "set-like":
    case "keyed":
      return true;
    case "probeable":
      return probe.state === "absent";
    case "blind":
      return false;
  }
}

async function redo(
  desk: Desk,
  row: LedgerRow,
  { port, probe }: { readonly port: ActionPort; readonly probe: Probe },
  stop: Stop,
): Promise<void> {
  // Only an observer that saw nothing says that the lost request did nothing (V5).
  const lost = probe.state === "absent" ? null : probe.detail;
  const stopped = await whyNot(desk, row, port, stop);
  if (stopped !== undefined) {
    const seenAs = { ...row, detail: { ...row.detail, lost } };
    return notDone(desk, seenAs, "failed", `${stopped}; ${probe.detail}`);
  }
  const again = await intent(desk, row, { plan: row.plan, shared: [], lost });
  if (again !== undefined) await call(desk, again, port, stop);
}

/** V4 */
async function whyNot(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<string | undefined> {
  if (row.attempts >= ATTEMPTS_MAX) return `not done after ${row.attempts} attempts`;
  if (desk.settings.killSwitch()) return "not done again: the kill switch is on";
  const now = desk.runtime.now();
  if (row.revertAt !== undefined && row.revertAt <= now) return "not done again: its time limit has passed";
  const valid = row.grants.some((grant) => grant.planHash === row.plan.hash && grant.expiresAt > now);
  if (!valid) return "not done again: the approval has expired";
  const plan = await replan(desk, row, port, stop);
  if ("failure" in plan) return `not done again: ${plan.failure}`;
  return plan.hash === row.plan.hash ? undefined : "not done again: the plan changed";
}
