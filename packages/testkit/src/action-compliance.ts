/**
 * What every actuator must hold to, whatever it drives.
 * In: a way to make the actuator with a world that can be looked at. Out: tests.
 *
 * Q1. Planning has no effect and says the same twice; the plan carries its own hash.
 * Q2. An order with a lapsed grant, a changed plan, another actuator's plan or a passed deadline does nothing.
 * Q3. Applied twice is applied once; the observer sees it.
 * Q4. Undone, the world is as it was before; undone twice, too.
 * Q5. The probe tells what is there, before and after.
 */

import { createHash } from "node:crypto";
import { authorise, authoriseRevert } from "@cordon/engine/cases/contain/policy";
import { ACTION_KINDS, type Action, type ActionPlan, type EntityRef, type LedgerRow } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import { actionKey, eventId, incidentId, sha256Of } from "@cordon/model/ids";
import { planPreimage } from "@cordon/model/plan-hash";
import type { ActionPort, Authorised, Probe } from "@cordon/model/ports/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, instant, MINUTE } from "@cordon/model/time";
import { afterEach, describe, expect, it } from "vitest";

export interface ComplianceWorld {
  readonly port: ActionPort;
  readonly action: Action;
  readonly ttlMs?: number;
  now(): number;
  /** The target as it stands, without what changes by itself (times, counters). */
  observe(): Promise<string>;
  close(): Promise<void>;
}

export interface ComplianceOptions {
  readonly name: string;
  /** Why it cannot run here; undefined when it can. */
  readonly skip?: string | undefined;
  make(): Promise<ComplianceWorld>;
}

const KEY = actionKey("ab".repeat(32));

export interface OrderFaults {
  readonly plan?: ActionPlan;
  readonly grantExpiresAt?: number;
  readonly deadline?: number;
}

/** An order as containment would make it, for the time the actuator believes in. */
export function orderFor(
  world: Pick<ComplianceWorld, "action" | "now">,
  plan: ActionPlan,
  faults: OrderFaults = {},
): Authorised {
  const made = authorise(rowFor(world, plan, faults), instant(0));
  if (made === undefined) throw new Error("no order");
  return made;
}

export function revertOrderFor(
  world: Pick<ComplianceWorld, "action" | "now">,
  plan: ActionPlan,
  faults: OrderFaults = {},
): Authorised {
  const made = authoriseRevert({ ...rowFor(world, plan, faults), state: "reverting" }, instant(0));
  if (made === undefined) throw new Error("no order");
  return made;
}

function rowFor(world: Pick<ComplianceWorld, "action" | "now">, plan: ActionPlan, faults: OrderFaults): LedgerRow {
  const at = instant(world.now());
  const expiresAt = instant(faults.grantExpiresAt ?? at + 30 * MINUTE);
  return {
    ...{
      key: KEY,
      incident: incidentId("INC-TEST0001"),
      action: world.action,
      plan,
      state: "intent",
      attempts: 1,
      detail: {},
    },
    policy: { outcome: "needs-approval", approvalsNeeded: 1, policies: [], reasons: [] },
    grants: [{ by: { person: "alice" }, planHash: plan.hash, at, expiresAt }],
    origin: { playbook: "test", run: "run", step: "step" },
    ...{ proposedAt: at, updatedAt: at, deadline: instant(faults.deadline ?? at + MINUTE) },
    ...(plan.ttlMs === undefined ? {} : { revertAt: instant(at + plan.ttlMs) }),
  };
}

type Check = (world: ComplianceWorld) => Promise<void>;

const planOf = ({ port, action, ttlMs }: ComplianceWorld) => port.plan(action, ttlMs, NEVER_STOP);
/** What only its receiver can see, or what never happens, is not there to be looked at. */
const unseen = (w: ComplianceWorld, blank: Probe): boolean => blank.state === "unknown" || w.port.simulated;

const planHasNoEffect: Check = async (w) => {
  const before = await w.observe();
  const [first, second] = [await planOf(w), await planOf(w)];
  expect(await w.observe()).toBe(before);
  expect(first).toEqual(second);
  expect(first.actuator).toBe(w.port.name);
  expect(first.effects.length).toBeGreaterThan(0);
  expect(first.hash).toBe(createHash("sha256").update(planPreimage(w.action, first)).digest("hex"));
};

const badOrdersDoNothing: Check = async (w) => {
  const plan = await planOf(w);
  const before = await w.observe();
  const past = w.now() - 1;
  const orders = [
    orderFor(w, plan, { grantExpiresAt: past }),
    orderFor(w, plan, { deadline: past }),
    orderFor(w, { ...plan, effects: ["something else"] }),
    orderFor(w, rehashed(w.action, { ...plan, actuator: "another" })),
    orderFor(w, { ...plan, hash: sha256Of("0".repeat(64)) }),
  ];
  for (const order of orders) expect(await w.port.apply(order, NEVER_STOP)).toMatchObject({ kind: "refused" });
  expect(await w.observe()).toBe(before);
};

const twiceIsOnce: Check = async (w) => {
  const plan = await planOf(w);
  const blank = await w.port.probe(w.action, KEY, NEVER_STOP, plan);
  expect(["absent", "unknown"]).toContain(blank.state);
  const order = orderFor(w, plan);
  expect(await w.port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
  const once = await w.observe();
  const seen = await w.port.verify(order, NEVER_STOP);
  if (!unseen(w, blank)) expect(seen).toMatchObject({ state: "present", ours: true });
  if (w.port.redo === "blind" || w.port.redo === "keyed") return;
  expect(await w.port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
  expect(await w.observe()).toBe(once);
  if (!unseen(w, blank))
    expect(await w.port.probe(w.action, KEY, NEVER_STOP, plan)).toMatchObject({ state: "present" });
};

const planStaysTheSame: Check = async (w) => {
  const plan = await planOf(w);
  await w.port.apply(orderFor(w, plan), NEVER_STOP);
  const again = await planOf(w).catch((error: unknown) => error);
  // What is gone for good cannot be planned anew; what is planned anew is the same.
  if (plan.undo === "no" && again instanceof AppError) expect(again.code).toBe("cannot-plan");
  else expect(again).toMatchObject({ hash: plan.hash });
};

const undoRestores: Check = async (w) => {
  const plan = await planOf(w);
  const before = await w.observe();
  await w.port.apply(orderFor(w, plan), NEVER_STOP);
  const undo = (faults: OrderFaults = {}) => w.port.revert(revertOrderFor(w, plan, faults), NEVER_STOP);
  if (plan.undo === "no" && !w.port.simulated) {
    expect(await undo()).toMatchObject({ kind: "refused" });
    return;
  }
  expect(await undo({ deadline: w.now() - 1 })).toMatchObject({ kind: "refused" });
  expect(await undo({ grantExpiresAt: w.now() - HOUR })).toMatchObject({ kind: "ok" });
  expect(await w.observe()).toBe(before);
  expect((await w.port.probe(w.action, KEY, NEVER_STOP)).state).toBe("absent");
  expect(await undo()).toMatchObject({ kind: "ok" });
  expect(await w.observe()).toBe(before);
};

const foreignKindIsRefused: Check = async (w) => {
  const foreign = ACTION_KINDS.find((kind) => !w.port.kinds.includes(kind));
  if (foreign === undefined) return;
  const host = {
    kind: "host" as const,
    value: "x",
    incident: incidentId("INC-TEST0001"),
    control: "platform" as const,
  };
  const ref: EntityRef = { ...host, evidence: [eventId("e1")] };
  const actions: Readonly<Record<Action["kind"], Action>> = {
    "block-address": { kind: "block-address", address: ref },
    "disable-account": { kind: "disable-account", account: ref },
    "isolate-host": { kind: "isolate-host", host: ref },
    "kill-process": { kind: "kill-process", host: ref, process: ref },
    "capture-forensics": { kind: "capture-forensics", host: ref },
    "quarantine-file": { kind: "quarantine-file", host: ref, file: ref },
    "purge-mail": { kind: "purge-mail", mails: [ref], mailboxes: [ref] },
    "block-sender": { kind: "block-sender", sender: ref },
    "block-link": { kind: "block-link", link: ref },
    "revoke-sessions": { kind: "revoke-sessions", account: ref },
    notify: { kind: "notify", incident: host.incident, channel: "webhook" },
  };
  await expect(w.port.plan(actions[foreign], HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "not-mine" });
};

const CHECKS: readonly (readonly [string, Check])[] = [
  ["planning has no effect and says the same twice (Q1)", planHasNoEffect],
  ["an order that does not hold does nothing (Q2)", badOrdersDoNothing],
  ["applied twice is applied once, and the observer sees it (Q3, Q5)", twiceIsOnce],
  ["the plan does not change because it was carried out", planStaysTheSame],
  ["undone, the world is as before; what cannot be undone says so (Q4)", undoRestores],
  ["an action of another kind is not planned", foreignKindIsRefused],
];

export function actionCompliance({ name, skip, make }: ComplianceOptions): void {
  const why = skip === undefined ? "" : ` (skipped: ${skip})`;
  describe.skipIf(skip !== undefined)(`${name}: action compliance${why}`, () => {
    let open: ComplianceWorld | undefined;
    afterEach(async () => {
      await open?.close();
      open = undefined;
    });
    it.each(CHECKS)("%s", async (_title, check) => {
      open = await make();
      await check(open);
    });
  });
}

function rehashed(action: Action, plan: ActionPlan): ActionPlan {
  return { ...plan, hash: sha256Of(createHash("sha256").update(planPreimage(action, plan)).digest("hex")) };
}
