/**
 * The door to the world's switches. Only engine/cases/contain and adapters may import this file (W6).
 * The brand is the rail; adapters check grants, deadline and plan hash again at run time: that is the lock.
 */
import type { Action, ActionPlan, Grant } from "../action.ts";
import type { ActionKey, Brand, NonEmpty } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Instant } from "../time.ts";
import type { Stop } from "./runtime.ts";

/** Made by engine/cases/contain/policy.ts and nowhere else. */
export type Authorised<A extends Action = Action> = Brand<
  {
    readonly action: A;
    readonly key: ActionKey;
    readonly plan: ActionPlan;
    readonly grants: NonEmpty<Grant>;
    /** No request may leave after this. */
    readonly deadline: Instant;
    readonly revertAt?: Instant;
  },
  "Authorised"
>;

export type Probe =
  | { readonly state: "absent" | "present"; readonly ours: boolean; readonly detail: string }
  | { readonly state: "unknown"; readonly detail: string };

export type ActOutcome =
  | { readonly kind: "ok"; readonly detail: JsonObject }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export interface ActionPort {
  /** Configured name, e.g. `edge-fw`. */
  readonly name: string;
  readonly kinds: readonly Action["kind"][];
  /** What may follow a lost answer: set-like = apply again; keyed = again with the same key; probeable = probe first; blind = never again. */
  readonly redo: "set-like" | "keyed" | "probeable" | "blind";
  /** True when it only says what it would do. */
  readonly simulated: boolean;
  /**
   * No effect. Throws AppError `not-mine` when the target belongs to somebody else (another host, another channel): the
   * next actuator is asked. Anything else it throws means "mine, and it cannot be done now": `cannot-plan` and the like.
   */
  plan(action: Action, ttlMs: number | undefined, stop: Stop): Promise<ActionPlan>;
  /** `plan`: what was allowed, where it is known; some targets are only pinned by their plan. */
  probe(action: Action, key: ActionKey, stop: Stop, plan?: ActionPlan): Promise<Probe>;
  apply(order: Authorised, stop: Stop): Promise<ActOutcome>;
  /** By another way than apply's own answer. */
  verify(order: Authorised, stop: Stop): Promise<Probe>;
  revert(order: Authorised, stop: Stop): Promise<ActOutcome>;
}
