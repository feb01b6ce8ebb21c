/**
 * Finds the actuator for an action and asks it what it would do.
 * Enters: action, time limit, configured actuators in the owner's order. Leaves: port and plan, or why there is none.
 *
 * O1. The first actuator that handles the kind and the target wins; planning has no effect.
 * O2. Only "not mine" passes on to the next one: a device that is down, or a target that is gone, must not turn a
 *     containment into a simulation. Any other failure ends the search with its reason.
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
  /** Actuators before it that do this kind, and why not this target. */
  readonly passedOver: readonly string[];
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
  const { action } = question;
  const fitting = deps.actions.filter(
    (port) => port.kinds.includes(action.kind) && (port.simulated || !question.simulateOnly),
  );
  const passedOver: string[] = [];
  for (const port of fitting) {
    const answer = await ask(port, question, deps.runtime, stop);
    if (answer.kind === "plan") return { port, plan: answer.plan, passedOver };
    if (answer.kind === "failed") return `${port.name} should do it and cannot plan now: ${answer.reason}`;
    passedOver.push(`${port.name}: ${answer.reason}`);
  }
  if (passedOver.length > 0) return `no actuator can do ${action.kind} here (${passedOver.join("; ")})`;
  return `no actuator is configured for ${action.kind}`;
}

type Answer =
  | { readonly kind: "plan"; readonly plan: ActionPlan }
  | { readonly kind: "not-mine" | "failed"; readonly reason: string };

async function ask(port: ActionPort, question: RouteQuestion, runtime: Runtime, stop: Stop): Promise<Answer> {
  const { action, ttlMs } = question;
  try {
    const plan = await port.plan(action, ttlMs, stop);
    if (plan.actuator === port.name && planHolds(runtime, action, plan)) return { kind: "plan", plan };
    return { kind: "failed", reason: "its plan does not carry its own hash" };
  } catch (error) {
    // Whatever broke in there, nothing was changed: the reason is worth more to a person than a stopped score (O2).
    const passes = error instanceof AppError && error.code === "not-mine";
    return { kind: passes ? "not-mine" : "failed", reason: messageOf(error) };
  }
}

export const planHolds = (runtime: Runtime, action: Action, plan: ActionPlan): boolean =>
  runtime.sha256(planPreimage(action, plan)) === plan.hash;
