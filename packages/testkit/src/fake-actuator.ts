/**
 * An actuator whose world is a table: who is blocked, by which key, how often it was changed.
 * In: a target table (in memory, or behind a wire of the test's own) and faults to play. Out: an `ActionPort`.
 *
 * F1. It checks what every actuator must check: grant, plan hash, deadline. An order that fails is refused.
 * F2. Each change of the world is logged at the target, so a test counts effects, not calls.
 */
import { createHash } from "node:crypto";
import type { Action, ActionPlan } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import { sha256Of } from "@cordon/model/ids";
import { actionTarget } from "@cordon/model/next-step";
import { planPreimage } from "@cordon/model/plan-hash";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";

/** `ours`: made by Cordon; a foreign entry is adopted, never removed. */
export interface FakeEffect {
  readonly key: string;
  readonly ours: boolean;
}

export interface FakeTarget {
  get(name: string): Promise<FakeEffect | undefined>;
  put(name: string, effect: FakeEffect): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface MemoryTarget extends FakeTarget {
  readonly effects: Map<string, FakeEffect>;
  /** `+name key` and `-name`, in order. */
  readonly log: string[];
}

export function makeMemoryTarget(): MemoryTarget {
  const effects = new Map<string, FakeEffect>();
  const log: string[] = [];
  return {
    effects,
    log,
    get: async (name) => effects.get(name),
    async put(name, effect) {
      effects.set(name, effect);
      log.push(`+${name} ${effect.key}`);
    },
    async remove(name) {
      effects.delete(name);
      log.push(`-${name}`);
    },
  };
}

export interface FakeActuatorOptions {
  readonly target: FakeTarget;
  readonly now: () => number;
  readonly name?: string;
  readonly kinds?: readonly Action["kind"][];
  readonly redo?: ActionPort["redo"];
  readonly simulated?: boolean;
  /** Added to the effects: change it and the plan changes. */
  readonly remark?: () => string;
  /** Runs before the named call; throw to fail it, return "lost" to do it and lose the answer. */
  readonly fault?: (
    call: "plan" | "probe" | "apply" | "verify" | "revert",
  ) => "lost" | undefined | Promise<"lost" | undefined>;
}

const ALL = [
  "block-address",
  "disable-account",
  "isolate-host",
  "kill-process",
  "capture-forensics",
  "quarantine-file",
  "purge-mail",
  "block-sender",
  "block-link",
  "revoke-sessions",
  "notify",
] as const;
const LASTING: ReadonlySet<string> = new Set([
  ...["block-address", "disable-account", "isolate-host", "block-sender", "block-link"],
]);

export function makeFakeActuator(options: FakeActuatorOptions): ActionPort {
  const name = options.name ?? "fake";
  const fault = async (call: Parameters<NonNullable<FakeActuatorOptions["fault"]>>[0]) => options.fault?.(call);
  const look = async (action: Action): Promise<Probe> => {
    const found = await options.target.get(actionTarget(action));
    return found === undefined
      ? { state: "absent", ours: false, detail: "not in the table" }
      : { state: "present", ours: found.ours, detail: `in the table as ${found.key}` };
  };
  return {
    name,
    kinds: options.kinds ?? ALL,
    redo: options.redo ?? "probeable",
    simulated: options.simulated ?? false,
    async plan(action, ttlMs) {
      await fault("plan");
      const found = await options.target.get(actionTarget(action));
      return makePlan({ name, remark: options.remark?.() ?? "" }, action, ttlMs, found);
    },
    async probe(action) {
      await fault("probe");
      return look(action);
    },
    async apply(order) {
      const lost = await fault("apply");
      const problem = orderProblem(order, name, options.now());
      if (problem !== undefined) return { kind: "refused", reason: problem };
      const target = actionTarget(order.action);
      const known = await options.target.get(target);
      if (known === undefined && options.simulated !== true)
        await options.target.put(target, { key: order.key, ours: true });
      return lost === "lost"
        ? { kind: "unknown", reason: "connection lost" }
        : { kind: "ok", detail: { handle: target } };
    },
    async verify(order) {
      await fault("verify");
      return look(order.action);
    },
    async revert(order): Promise<ActOutcome> {
      const lost = await fault("revert");
      if (order.deadline <= options.now()) return { kind: "refused", reason: "deadline passed" };
      const target = actionTarget(order.action);
      const known = await options.target.get(target);
      if (known?.ours === true && order.plan.before.present !== true) await options.target.remove(target);
      return lost === "lost" ? { kind: "unknown", reason: "connection lost" } : { kind: "ok", detail: {} };
    },
  };
}

function makePlan(
  by: { readonly name: string; readonly remark: string },
  action: Action,
  ttlMs: number | undefined,
  found: FakeEffect | undefined,
): ActionPlan {
  const target = actionTarget(action);
  if (target.includes("unreachable")) throw new AppError("cannot-plan", `${target} cannot be addressed`);
  const rest = {
    actuator: by.name,
    effects: [`put ${target} into the table${by.remark}`],
    affected: affectedBy(action),
    undo: LASTING.has(action.kind) ? ("yes" as const) : ("no" as const),
    ...(ttlMs === undefined ? {} : { ttlMs }),
  };
  const hash = sha256Of(createHash("sha256").update(planPreimage(action, rest)).digest("hex"));
  return { ...rest, hash, before: { present: found !== undefined && !found.ours } };
}

function affectedBy(action: Action): ActionPlan["affected"] {
  const refs = Object.values(action).flatMap((member) => (typeof member === "object" ? [member] : []));
  return refs.map((ref) => ({ kind: ref.kind, role: "target" as const, value: ref.value }));
}

function orderProblem(order: Authorised, name: string, now: number): string | undefined {
  if (order.plan.actuator !== name) return "the plan is for another actuator";
  const hash = createHash("sha256").update(planPreimage(order.action, order.plan)).digest("hex");
  if (hash !== order.plan.hash) return "the plan does not carry its own hash";
  if (order.deadline <= now) return "deadline passed";
  const valid = order.grants.some((grant) => grant.planHash === order.plan.hash && grant.expiresAt > now);
  return valid ? undefined : "no valid grant";
}
