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
import type { Action, ActionPlan, LedgerRow } from "@cordon/model/action";
import { actionKey, incidentId, sha256Of } from "@cordon/model/ids";
import { planPreimage } from "@cordon/model/plan-hash";
import type { ActionPort, Authorised } from "@cordon/model/ports/action";
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

export function actionCompliance({ name, skip, make }: ComplianceOptions): void {
  describe.skipIf(skip !== undefined)(
    `${name}: action compliance${skip === undefined ? "" : ` (skipped: ${skip})`}`,
    () => {
      let open: ComplianceWorld | undefined;
      const world = async (): Promise<ComplianceWorld> => {
        open = await make();
        return open;
      };
      afterEach(async () => {
        await open?.close();
        open = undefined;
      });
      const planOf = ({ port, action, ttlMs }: ComplianceWorld) => port.plan(action, ttlMs, NEVER_STOP);

      it("planning has no effect and says the same twice (Q1)", async () => {
        const w = await world();
        const before = await w.observe();
        const [first, second] = [await planOf(w), await planOf(w)];
        expect(await w.observe()).toBe(before);
        expect(first).toEqual(second);
        expect(first.actuator).toBe(w.port.name);
        expect(first.effects.length).toBeGreaterThan(0);
        expect(first.hash).toBe(createHash("sha256").update(planPreimage(w.action, first)).digest("hex"));
      });

      it("an order that does not hold does nothing (Q2)", async () => {
        const w = await world();
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
      });

      it("applied twice is applied once, and the observer sees it (Q3, Q5)", async () => {
        const w = await world();
        const plan = await planOf(w);
        const blank = await w.port.probe(w.action, KEY, NEVER_STOP);
        expect(["absent", "unknown"]).toContain(blank.state);
        const order = orderFor(w, plan);
        expect(await w.port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
        const once = await w.observe();
        const seen = await w.port.verify(order, NEVER_STOP);
        const blind = blank.state === "unknown" || w.port.simulated;
        if (!blind) expect(seen).toMatchObject({ state: "present", ours: true });
        if (w.port.redo === "blind" || w.port.redo === "keyed") return;
        expect(await w.port.apply(order, NEVER_STOP)).toMatchObject({ kind: "ok" });
        expect(await w.observe()).toBe(once);
        if (!blind) expect(await w.port.probe(w.action, KEY, NEVER_STOP)).toMatchObject({ state: "present" });
      });

      it("the plan does not change because it was carried out", async () => {
        const w = await world();
        const plan = await planOf(w);
        if (w.port.redo === "blind" || w.action.kind === "kill-process") return;
        await w.port.apply(orderFor(w, plan), NEVER_STOP);
        expect((await planOf(w)).hash).toBe(plan.hash);
      });

      it("undone, the world is as before; what cannot be undone says so (Q4)", async () => {
        const w = await world();
        const plan = await planOf(w);
        const before = await w.observe();
        await w.port.apply(orderFor(w, plan), NEVER_STOP);
        if (plan.undo === "no" && !w.port.simulated) {
          expect(await w.port.revert(revertOrderFor(w, plan), NEVER_STOP)).toMatchObject({ kind: "refused" });
          return;
        }
        expect(await w.port.revert(revertOrderFor(w, plan, { deadline: w.now() - 1 }), NEVER_STOP)).toMatchObject({
          kind: "refused",
        });
        expect(
          await w.port.revert(revertOrderFor(w, plan, { grantExpiresAt: w.now() - HOUR }), NEVER_STOP),
        ).toMatchObject({ kind: "ok" });
        expect(await w.observe()).toBe(before);
        expect((await w.port.probe(w.action, KEY, NEVER_STOP)).state).toBe("absent");
        expect(await w.port.revert(revertOrderFor(w, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
        expect(await w.observe()).toBe(before);
      });

      it("an action of another kind is not planned", async () => {
        const w = await world();
        if (w.port.kinds.length === 6) return;
        const ref = {
          kind: "host" as const,
          value: "x",
          incident: incidentId("INC-TEST0001"),
          control: "platform" as const,
          evidence: [],
        };
        const foreign =
          w.action.kind === "isolate-host"
            ? { kind: "block-address" as const, address: ref }
            : { kind: "isolate-host" as const, host: ref };
        await expect(w.port.plan(foreign as unknown as Action, HOUR, NEVER_STOP)).rejects.toMatchObject({
          code: "cannot-plan",
        });
      });
    },
  );
}

function rehashed(action: Action, plan: ActionPlan): ActionPlan {
  return { ...plan, hash: sha256Of(createHash("sha256").update(planPreimage(action, plan)).digest("hex")) };
}
