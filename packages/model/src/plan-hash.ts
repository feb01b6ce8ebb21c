/**
 * What a grant binds to. The actuator makes the hash when it plans and checks it again before it acts; the engine
 * checks it when it proposes. `before` is left out: the state of the world may move without changing what is allowed.
 */
import type { Action, ActionPlan } from "./action.ts";
import { canonicalJson } from "./json.ts";

/** Version of the form below: a change of form voids every open approval, which is the safe side. */
const FORM = 1;

export function planPreimage(action: Action, plan: Omit<ActionPlan, "hash" | "before">): string {
  const { actuator, effects, affected, undo, ttlMs } = plan;
  return canonicalJson({ form: FORM, action, actuator, effects, affected, undo, ttlMs });
}
