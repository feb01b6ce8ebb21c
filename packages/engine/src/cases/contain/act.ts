/**
 * Carries one action from proposal to effect.
 * Enters: a ledger row and its incident. Leaves: moves in the journal, and at most one effect in the world.
 *
 * C1. Intent is durable before any call leaves; the call must be over at its deadline, or it is not known how it ended.
 * C2. Before intent the plan is made again and policy is asked again: any difference voids the approvals.
 * C3. `verified` is said by an observer, not by the actuator's own answer.
 * C4. The kill switch is looked at before authorisation, before intent and before the call.
 * C5. The state before the first claim on an effect is the one that is restored, whoever lets go last.
 * C6. `failed` and `cancelled` say that nothing stands; where that is not known the row is `unknown`.
 */
import type { Grant, LedgerRow } from "@cordon/model/action";
import { AppError, messageOf } from "@cordon/model/error";
import { nonEmpty } from "@cordon/model/ids";
import type { JsonObject } from "@cordon/model/json";
import type { ActionPort, ActOutcome, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { instant, SECOND } from "@cordon/model/time";
import { bounded } from "./bounded.ts";
import { type CaseFile, whyOver } from "./case-file.ts";
import { CONTAIN, claimsOn, type Desk, extensionOf, openTask, portOf, questionFor } from "./desk.ts";
import { approversOf, numberIn, textIn } from "./ledger.ts";
import { giveUp, moveIf, notDone, seen } from "./move-row.ts";
import { proposal, type Slot } from "./plan.ts";
import { authorise, authoriseLook, judge } from "./policy.ts";
import { isContaining } from "./rails.ts";
import { planHolds } from "./routing.ts";
import { GENERATIONS_MAX, HOLD_MS } from "./settings.ts";

/** Pause between two looks of the observer. */
const VERIFY_PAUSE_MS = SECOND / 4;

/** proposed -> authorised, or to one of the ways in which it ends unheard. */
export async function settleProposal(desk: Desk, file: CaseFile, row: LedgerRow): Promise<void> {
  const now = desk.runtime.now();
  const action = file.incident.actions.find((item) => item.key === row.key);
  const end = (to: "denied" | "expired" | "cancelled", reason: string) =>
    moveIf(desk, row, [{ to, detail: { reason, waitUntil: null } }]);
  if (file.incident.status === "closed") return void (await end("cancelled", whyOver(file.incident)));
  if (action?.refused !== undefined)
    return void (await end("denied", `${action.refused.person}: ${action.refused.reason}`));
  if (action?.revertAsked !== undefined)
    return void (await end("cancelled", `withdrawn by ${action.revertAsked.person}`));
  if ((row.approvalUntil ?? now) <= now) return void (await end("expired", "nobody approved in time"));
  const automatic = row.policy.outcome === "automatic";
  if (!automatic && approversOf(row, now).length < row.policy.approvalsNeeded) return;
  if (desk.settings.killSwitch()) {
    const detail = { waitUntil: instant(now + HOLD_MS), reason: "the kill switch is on" };
    return void (await moveIf(desk, row, [{ to: "proposed", detail }]));
  }
  if (automatic) return void (await grantByPolicy(desk, row));
  await moveIf(desk, row, [{ to: "authorised", detail: { reason: "approved", waitUntil: null } }]);
}

async function grantByPolicy(desk: Desk, row: LedgerRow): Promise<void> {
  const at = desk.runtime.now();
  const policy = row.policy.policies.join(", ") || "policy";
  const grant: Grant = {
    by: { policy },
    planHash: row.plan.hash,
    at,
    expiresAt: instant(at + desk.settings.grantLifeMs),
  };
  const patch = { grants: [...row.grants, grant] };
  await moveIf(desk, row, [{ to: "authorised", detail: { reason: "automatic", waitUntil: null }, patch }], () => ({
    entries: [{ kind: "grant-given", at, by: CONTAIN, key: row.key, grant }],
    rows: [],
  }));
}

/** authorised -> intent -> call -> dispatched -> verified. */
export async function perform(desk: Desk, file: CaseFile, row: LedgerRow, stop: Stop): Promise<void> {
  const port = portOf(desk, row);
  if (port === undefined) {
    await moveIf(desk, row, [
      { to: "cancelled", detail: { reason: `actuator ${row.plan.actuator} is not configured any more` } },
    ]);
    return;
  }
  await desk.locks.hold(effectName(row), async () => {
    const ready = await prepare(desk, { file, row, port }, stop);
    if (ready !== undefined) await call(desk, ready, port, stop);
  });
}

export const effectName = (row: LedgerRow): string => String(row.detail.effect ?? row.key);

interface Prepare {
  readonly file: CaseFile;
  readonly row: LedgerRow;
  readonly port: ActionPort;
}

/** Everything that must hold before the intent; resolves with the row in `intent` when it was written by us. */
async function prepare(desk: Desk, { file, row, port }: Prepare, stop: Stop): Promise<LedgerRow | undefined> {
  const now = desk.runtime.now();
  if (file.incident.status === "closed") return end(desk, row, "cancelled", whyOver(file.incident));
  if (desk.settings.killSwitch()) return hold(desk, row, "the kill switch is on");
  const valid = row.grants.filter((grant) => grant.planHash === row.plan.hash && grant.expiresAt > now);
  if (nonEmpty(valid) === undefined) {
    const held = textIn(row.detail, "held");
    const why = held === undefined ? "" : `: ${held}`;
    return end(desk, row, "expired", `the approval was not used in time${why}`);
  }
  const byPerson = row.grants.some((grant) => "person" in grant.by);
  if (byPerson && row.detail.policyDigest !== desk.policy.digest) {
    return proposeAgain(desk, { file, row, port }, "the policy changed", stop);
  }
  const plan = await replan(desk, row, port, stop);
  if ("failure" in plan) return plan.forGood ? gone(desk, row, plan.failure) : hold(desk, row, plan.failure);
  if (plan.hash !== row.plan.hash) return proposeAgain(desk, { file, row, port }, "the plan changed", stop);
  const verdict = await judge(await questionFor(desk, file, row, port), desk);
  if (verdict.outcome === "forbidden") return end(desk, row, "forbidden", verdict.reasons.join(" "));
  if (approversOf(row, now).length < verdict.approvalsNeeded) {
    return proposeAgain(desk, { file, row, port }, `now ${verdict.approvalsNeeded} approvals are needed`, stop);
  }
  const claims = await claimsOn(desk, row);
  const first = [...claims].sort((a, b) => a.proposedAt - b.proposedAt)[0];
  // What cannot be undone has no state to restore: its `before` is its own.
  const before = first === undefined || plan.undo === "no" ? plan.before : first.plan.before;
  return intent(desk, row, { plan: { ...row.plan, before }, shared: claims.map((claim) => claim.key) });
}

export async function intent(
  desk: Desk,
  row: LedgerRow,
  given: { readonly plan: LedgerRow["plan"]; readonly shared: readonly string[]; readonly lost?: string | null },
): Promise<LedgerRow | undefined> {
  const now = desk.runtime.now();
  const { requestDeadlineMs, recoveryGraceMs } = desk.settings;
  const deadline = instant(now + requestDeadlineMs);
  const ttl = given.plan.ttlMs;
  const revertAt = ttl === undefined ? {} : { revertAt: row.revertAt ?? instant(now + ttl) };
  const detail: JsonObject = {
    ...{ attempt: row.attempts + 1, deadline, waitUntil: deadline + recoveryGraceMs, ...revertAt },
    ...(given.shared.length === 0 ? {} : { sharedWith: [...given.shared] }),
    lost: given.lost ?? null,
  };
  const patch = { plan: given.plan, deadline, attempts: row.attempts + 1, ...revertAt };
  return moveIf(desk, row, [{ to: "intent", detail, patch }]);
}

export async function replan(
  desk: Desk,
  row: LedgerRow,
  port: ActionPort,
  stop: Stop,
): Promise<LedgerRow["plan"] | NoPlan> {
  try {
    const plan = await port.plan(row.action, row.plan.ttlMs, stop);
    if (planHolds(desk.runtime, row.action, plan)) return plan;
    return { failure: "the plan does not carry its own hash", forGood: false };
  } catch (error) {
    const forGood = error instanceof AppError && error.code === "cannot-plan" && error.retry === "never";
    return { failure: `cannot plan now: ${messageOf(error)}`, forGood };
  }
}

/** `forGood`: the actuator looked, and the target is not there to be acted upon. */
export interface NoPlan {
  readonly failure: string;
  readonly forGood: boolean;
}

async function end(
  desk: Desk,
  row: LedgerRow,
  to: "cancelled" | "expired" | "forbidden",
  reason: string,
): Promise<undefined> {
  await moveIf(desk, row, [{ to, detail: { reason, waitUntil: null } }]);
}

async function hold(desk: Desk, row: LedgerRow, reason: string): Promise<undefined> {
  const detail = { reason, held: reason, waitUntil: desk.runtime.now() + HOLD_MS };
  await moveIf(desk, row, [{ to: "authorised", detail }]);
}

/** The target is no more what it was: waiting would not help, and nothing has been done. */
async function gone(desk: Desk, row: LedgerRow, failure: string): Promise<undefined> {
  const at = desk.runtime.now();
  const text = `${row.action.kind} by ${row.plan.actuator} was allowed and not done: ${failure}. Do it by hand if it is needed.`;
  await moveIf(desk, row, [{ to: "cancelled", detail: { reason: failure, waitUntil: null } }], (file) =>
    openTask(file, { at, task: `gone/${row.key}`, text, row }),
  );
}

/** The old approval is void; the same step is proposed again as it now stands (C2). */
async function proposeAgain(desk: Desk, { file, row }: Prepare, why: string, stop: Stop): Promise<undefined> {
  const generation = numberIn(row.detail, "generation") + 1;
  const detail = { reason: `${why}: approvals given before are void`, waitUntil: null };
  if (generation > GENERATIONS_MAX) return void (await moveIf(desk, row, [{ to: "cancelled", detail }]));
  const title = typeof row.detail.title === "string" ? row.detail.title : row.action.kind;
  const slot: Slot = { run: row.origin.run, path: row.origin.step, title, extension: extensionOf(row), generation };
  const again = await proposal(desk, file, { slot, action: row.action }, stop);
  await moveIf(
    desk,
    row,
    [{ to: "cancelled", detail: { ...detail, supersededBy: again.rows[0]?.key ?? null } }],
    () => again,
  );
}

/** The call itself, for a row whose intent this process has just written. */
export async function call(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<void> {
  if (desk.settings.killSwitch()) return notDone(desk, row, "cancelled", "the kill switch is on");
  const order = authorise(row, desk.runtime.now());
  if (order === undefined) return notDone(desk, row, "failed", "no valid grant at the time of the call");
  const limit = order.deadline - desk.runtime.now();
  const outcome = await bounded(desk.runtime, { ms: limit, stop }, (inner) => answered(port.apply(order, inner)));
  await afterCall(desk, { row, port, outcome: outcome ?? LATE, stop });
}

const LATE: ActOutcome = { kind: "unknown", reason: "no answer before the deadline" };

async function answered(outcome: Promise<ActOutcome>): Promise<ActOutcome> {
  try {
    return await outcome;
  } catch (error) {
    return { kind: "unknown", reason: messageOf(error) };
  }
}

interface After {
  readonly row: LedgerRow;
  readonly port: ActionPort;
  readonly outcome: ActOutcome;
  readonly stop: Stop;
}

async function afterCall(desk: Desk, { row, port, outcome, stop }: After): Promise<void> {
  switch (outcome.kind) {
    case "refused":
      return notDone(desk, row, "failed", outcome.reason);
    case "unknown":
      if (port.redo === "blind") return giveUp(desk, row, `it is not known whether it happened: ${outcome.reason}`);
      // Not redone here: the request may still land until the deadline has passed (recover.ts).
      await moveIf(desk, row, [{ to: "dispatched", detail: { reason: outcome.reason, answer: "unknown" } }]);
      return;
    case "ok": {
      if (port.simulated) {
        await moveIf(desk, row, [{ to: "simulated", detail: { ...outcome.detail, waitUntil: null } }]);
        return;
      }
      const sent = await moveIf(desk, row, [{ to: "dispatched", detail: { ...outcome.detail, answer: "ok" } }]);
      if (sent !== undefined) await observe(desk, sent, port, stop);
    }
  }
}

/** dispatched -> verified, failed or unknown. */
export async function observe(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<void> {
  const probe = await look(desk, row, port, stop);
  const detail: JsonObject = { observed: probe.detail, waitUntil: null };
  if (probe.state === "present") {
    await moveIf(desk, row, [{ to: "verified", detail: { ...detail, ours: probe.ours } }]);
    return;
  }
  // A message has no observer but its receiver: the receiver's acceptance is all there is, and it is said so.
  if (probe.state === "unknown" && row.action.kind === "notify" && row.detail.answer === "ok") {
    await moveIf(desk, row, [{ to: "verified", detail: { ...detail, observer: "none: accepted by the receiver" } }]);
    return;
  }
  if (probe.state === "absent") {
    const failed = await moveIf(desk, row, [
      { to: "failed", detail: { ...detail, reason: `the effect is not there: ${probe.detail}` } },
    ]);
    if (failed !== undefined && isContaining(row.action)) await desk.breaker.strike(row.action.kind, "not-seen");
    return;
  }
  await giveUp(desk, row, `the effect cannot be seen: ${probe.detail}`);
}

/** Looks until the effect is there or the time is up. */
async function look(desk: Desk, row: LedgerRow, port: ActionPort, stop: Stop): Promise<Probe> {
  const order = authoriseLook(row);
  if (order === undefined) return { state: "unknown", detail: "the row holds no grant" };
  const within = extensionOf(row).verify?.withinMs ?? desk.settings.verifyWithinMs;
  const until = desk.runtime.now() + Math.min(within, desk.settings.requestDeadlineMs);
  for (;;) {
    const left = Math.max(VERIFY_PAUSE_MS, until - desk.runtime.now());
    const probe = await bounded(desk.runtime, { ms: left, stop }, (inner) => seen(port.verify(order, inner)));
    const answer: Probe = probe ?? { state: "unknown", detail: "no answer from the observer in time" };
    if (answer.state === "present" || stop.stopped || desk.runtime.now() >= until) return answer;
    if (answer.state === "unknown" && row.action.kind === "notify") return answer;
    await desk.runtime.sleep(VERIFY_PAUSE_MS, stop);
  }
}
