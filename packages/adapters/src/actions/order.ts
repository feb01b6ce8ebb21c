/**
 * What every actuator does the same way: make a plan that carries its hash, and look an order over before it acts.
 *
 * D1. The brand of an order is the rail, this is the lock: grant, plan hash and deadline are checked again here.
 * D2. An undo needs a grant for its plan and a deadline; that the grant has expired since does not matter.
 */
import { createHash } from "node:crypto";
import type { Action, ActionPlan } from "@cordon/model/action";
import { AppError, messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { type EventId, type NonEmpty, sha256Of } from "@cordon/model/ids";
import { planPreimage } from "@cordon/model/plan-hash";
import type { ActOutcome, Authorised } from "@cordon/model/ports/action";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Notice } from "./notice.ts";

export type ActionError = "cannot-plan" | "not-mine" | "command-failed";

export interface ActionDeps {
  readonly runtime: Runtime;
  /** Folder of evidence files. */
  readonly evidenceDir: string;
  /** Stored events that name a target: what its evidence says of it. */
  readonly events: (ids: NonEmpty<EventId>) => Promise<readonly Event[]>;
  /** What to tell people about an incident. */
  readonly notice: (incident: string) => Promise<Notice>;
  /** Folders of Cordon itself on this machine: nothing in them is ever taken away. */
  readonly ownPaths?: readonly string[];
  /** Name of this machine, as entities name it. */
  readonly hostname: string;
}

export function makePlan(action: Action, draft: Omit<ActionPlan, "hash">): ActionPlan {
  return { ...draft, hash: sha256Of(createHash("sha256").update(planPreimage(action, draft)).digest("hex")) };
}

/** It is ours to do and cannot be done: a person has to know. */
export const cannotPlan = (text: string): AppError<ActionError> => new AppError("cannot-plan", text);
/** Another actuator may know this target: not a failure. */
export const notMine = (text: string): AppError<ActionError> => new AppError("not-mine", text);

/** Why this order must not be carried out; undefined when it may. */
export function orderProblem(order: Authorised, actuator: string, now: number): string | undefined {
  const problem = revertProblem(order, actuator, now);
  if (problem !== undefined) return problem;
  const valid = order.grants.some((grant) => grant.planHash === order.plan.hash && grant.expiresAt > now);
  return valid ? undefined : "no grant for this plan is valid any more";
}

export function revertProblem(order: Authorised, actuator: string, now: number): string | undefined {
  if (order.plan.actuator !== actuator) return `the plan is for actuator ${order.plan.actuator}`;
  if (makePlan(order.action, order.plan).hash !== order.plan.hash) return "the plan is not the one that was allowed";
  if (!order.grants.some((grant) => grant.planHash === order.plan.hash)) return "no grant is for this plan";
  return order.deadline > now ? undefined : "the deadline has passed";
}

/** Does this actuator reach that host? Whether it may is the engine's affair. */
export function reachesHost(hosts: readonly string[] | undefined, own: string, wanted: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/\.$/, "");
  const short = (text: string): string => plain(text).split(".")[0] ?? "";
  const list = hosts ?? [own];
  // A short name stands for a long one only when one of the two is short: web01.a and web01.b are different hosts.
  return list.some((host) => {
    const same = plain(host) === plain(wanted);
    const oneShort = !plain(host).includes(".") || !plain(wanted).includes(".");
    return same || (oneShort && short(host) === short(wanted));
  });
}

/** Looks that come before anything is changed: when one fails, it is known that nothing happened. */
export async function lookFirst<T>(look: () => Promise<T>): Promise<{ readonly seen: T } | ActOutcome> {
  try {
    return { seen: await look() };
  } catch (error) {
    return { kind: "refused", reason: `nothing was changed: ${messageOf(error)}` };
  }
}
