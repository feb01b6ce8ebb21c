/**
 * Finds the actuator for an action and asks it what it would do.
 * Enters: action, time limit, configured actuators in the owner's order. Leaves: port and plan, or why there is none.
 *
 * O1. The first actuator that handles the kind and can address the target wins; planning has no effect.
 * O2. Only "not my target" passes on to the next one: a device that is down must not turn a block into a simulation.
 * O3. A plan whose hash does not fit its content is refused: a grant must bind to what was shown.
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import { AppError, messageOf } from "@cordon/model/error";
import { planPreimage } from "@cordon/model/plan-hash";
import type { ActionPort } from "@cordon/model/ports/action";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";

export interface Route {
  readonly port: ActionPort;
  readonly plan: ActionPlan;
}

export interface RouteQuestion {
  readonly action: Action;
  readonly ttlMs: number | undefined;
  /** Only actuators that merely say what they would do. */
  readonly simulateOnly: boolean;
}

export async function findRoute(
  question: RouteQuestion,
  deps: { readonly actions: readonly ActionPort[]; readonly runtime: Runtime },
  stop: Stop,
): Promise<Route | string> {
  const { action, ttlMs } = question;
  const fitting = deps.actions.filter(
    (port) => port.kinds.includes(action.kind) && (port.simulated || !question.simulateOnly),
  );
  const reasons: string[] = [];
  for (const port of fitting) {
    const plan = await planWith(port, action, ttlMs, stop);
    if (typeof plan === "string") return `${port.name} should do it and cannot plan now: ${plan}`;
    if ("notMine" in plan) reasons.push(`${port.name}: ${plan.notMine}`);
    else if (!planHolds(deps.runtime, action, plan) || plan.actuator !== port.name) {
      reasons.push(`${port.name}: its plan does not carry its own hash`);
    } else return { port, plan };
  }
  if (reasons.length > 0) return `no actuator can do ${action.kind} here (${reasons.join("; ")})`;
  return `no actuator is configured for ${action.kind}`;
}

async function planWith(
  port: ActionPort,
  action: Action,
  ttlMs: number | undefined,
  stop: Stop,
): Promise<ActionPlan | { readonly notMine: string } | string> {
  try {
    return await port.plan(action, ttlMs, stop);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === "cannot-plan" ? { notMine: messageOf(error) } : messageOf(error);
  }
}

export const planHolds = (runtime: Runtime, action: Action, plan: ActionPlan): boolean =>
  runtime.sha256(planPreimage(action, plan)) === plan.hash;
