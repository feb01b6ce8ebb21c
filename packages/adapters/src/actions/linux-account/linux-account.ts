/**
 * Locks accounts of a Linux machine and gives them back as they were.
 * In: orders for an account. Out: password locked and account expired; the state before is restored on revert.
 *
 * U1. The name is a plain account name of that machine; root and every other uid 0 is refused here too.
 * U2. What was locked before stays locked; only what we changed is changed back. The hash is never read into a plan.
 * U3. An account expired the way we do it counts as locked; whether it was us says the saved state, not the account.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Action, ActionPlan } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { affectedBy } from "../affected.ts";
import { makeRunner, must, type Runner } from "../command.ts";
import {
  type ActionDeps,
  cannotPlan,
  lookFirst,
  makePlan,
  notMine,
  orderProblem,
  reachesHost,
  revertProblem,
} from "../order.ts";
import { type AccountState, EXPIRED, readAccount } from "./account-file.ts";

type Config = ActionConfigOf<"linux-account">;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

export function makeLinuxAccount(config: Config, deps: ActionDeps): ActionPort {
  const self: Self = { config, deps, runner: makeRunner(config) };
  return {
    ...{ name: config.name, kinds: ["disable-account"], redo: "set-like", simulated: false },
    plan: (action, ttlMs, stop) => plan(self, action, ttlMs, stop),
    probe: (action, _key, stop) => probe(self, action, stop),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order, stop) => probe(self, order.action, stop),
    revert: (order, stop) => revert(self, order, stop),
  };
}

const NAME = /^[a-z_][a-z0-9_.-]{0,31}$/;

interface Target {
  readonly name: string;
  /** Somebody says that it belongs to this machine: then its absence is a matter for a person. */
  readonly placed: boolean;
}

/** The account on this machine; `not-mine` for identities of other places, `cannot-plan` for what is ours and cannot be. */
function targetOf({ config, deps }: Self, action: Action): Target {
  if (action.kind !== "disable-account") throw notMine(`linux-account cannot ${action.kind}`);
  const { value } = action.account;
  const { name, place } = splitAccount(value);
  const places = [place, action.host?.value].filter((host) => host !== undefined);
  for (const host of places) {
    if (!reachesHost(config.hosts, deps.hostname, host)) {
      throw notMine(`${config.name} does not manage accounts of ${host.slice(0, 80)}`);
    }
  }
  const placed = places.length > 0;
  const missing = placed ? cannotPlan : notMine;
  if (!NAME.test(name)) throw missing(`not an account name of Linux: ${JSON.stringify(value.slice(0, 80))}`);
  if (!placed && (config.hosts?.length ?? 1) > 1) {
    throw cannotPlan(`on which host is ${name}? ${config.name} manages several`);
  }
  return { name, placed };
}

/** `place\name`, `name@place` or a bare name. */
function splitAccount(value: string): { readonly name: string; readonly place: string | undefined } {
  const slash = value.lastIndexOf("\\");
  if (slash >= 0) return { name: value.slice(slash + 1), place: value.slice(0, slash) };
  const at = value.lastIndexOf("@");
  return at >= 0 ? { name: value.slice(0, at), place: value.slice(at + 1) } : { name: value, place: undefined };
}

async function stateOf({ config, runner }: Self, { name, placed }: Target, stop: Stop): Promise<AccountState> {
  const [passwd, shadow] =
    config.prefix === undefined
      ? await Promise.all(["passwd", "shadow"].map((file) => getent(runner, file, name, stop)))
      : await Promise.all(["passwd", "shadow"].map((file) => readFile(join(config.prefix ?? "", "etc", file), "utf8")));
  const state = readAccount(passwd ?? "", shadow ?? "", name);
  if (state === undefined) throw (placed ? cannotPlan : notMine)(`no account "${name}" (${runner.where})`);
  if (state.uid === 0) throw cannotPlan(`"${name}" is the superuser`);
  return state;
}

/** getent ends with 2 when there is no such entry: an answer, not a failure. */
async function getent(runner: Runner, file: string, name: string, stop: Stop): Promise<string> {
  const ran = await runner.run(["getent", file, name], stop);
  if (ran.code === 2) return "";
  return ran.code === 0
    ? ran.stdout.toString("utf8")
    : (await must(runner, ["getent", file, name], stop)).toString("utf8");
}

const usermod = ({ config }: Self, words: readonly string[], name: string): readonly string[] => [
  "usermod",
  ...(config.prefix === undefined ? [] : ["--prefix", config.prefix]),
  ...words,
  name,
];

async function plan(self: Self, action: Action, ttlMs: number | undefined, stop: Stop): Promise<ActionPlan> {
  const target = targetOf(self, action);
  const { name } = target;
  const state = await stateOf(self, target, stop);
  const { config, runner } = self;
  const sessions = config.endSessions ? [`pkill -KILL -U ${state.uid} (${runner.where})`] : [];
  return makePlan(action, {
    ...{ actuator: config.name, affected: affectedBy(action), undo: config.endSessions ? "partly" : "yes" },
    effects: [`${usermod(self, ["--lock", "--expiredate", EXPIRED], name).join(" ")} (${runner.where})`, ...sessions],
    ...(ttlMs === undefined ? {} : { ttlMs }),
    before: { present: isDisabled(state), locked: state.locked, hasPassword: state.hasPassword, expire: state.expire },
  });
}

const isDisabled = (state: AccountState): boolean => state.expire === EXPIRED && (state.locked || !state.hasPassword);

async function probe(self: Self, action: Action, stop: Stop): Promise<Probe> {
  try {
    const state = await stateOf(self, targetOf(self, action), stop);
    const detail = `password ${state.locked ? "locked" : "open"}, expires ${state.expire || "never"} (${self.runner.where})`;
    return isDisabled(state) ? { state: "present", ours: true, detail } : { state: "absent", ours: false, detail };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const looked = await lookFirst(async () => {
    const target = targetOf(self, order.action);
    return { ...target, state: await stateOf(self, target, stop) };
  });
  if ("kind" in looked) return looked;
  const { name, state } = looked.seen;
  if (!isDisabled(state)) {
    const lock = state.hasPassword && !state.locked ? ["--lock"] : [];
    await must(self.runner, usermod(self, [...lock, "--expiredate", EXPIRED], name), stop);
  }
  const ended = await endSessions(self, state, stop);
  return { kind: "ok", detail: { where: self.runner.where, ...ended } };
}

async function endSessions(
  { config, runner }: Self,
  state: AccountState,
  stop: Stop,
): Promise<{ sessionsEnded?: boolean }> {
  if (!config.endSessions || config.prefix !== undefined) return {};
  const ran = await runner.run(["pkill", "-KILL", "-U", String(state.uid)], stop);
  // 1 = nobody was logged in.
  return { sessionsEnded: ran.code === 0 };
}

async function revert(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = revertProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { before } = order.plan;
  if (before.present === true) return { kind: "ok", detail: { left: "it was disabled before" } };
  const target = targetOf(self, order.action);
  const { name } = target;
  const state = await stateOf(self, target, stop);
  const unlock = before.locked === false && state.locked && state.hasPassword ? ["--unlock"] : [];
  const expire = typeof before.expire === "string" && /^\d*$/.test(before.expire) ? before.expire : "";
  // -1 is how "never" is said without an empty word, which could not go over ssh.
  const restore = state.expire === EXPIRED ? ["--expiredate", expire === "" ? "-1" : expire] : [];
  if (unlock.length + restore.length > 0) {
    await must(self.runner, usermod(self, [...unlock, ...restore], name), stop);
  }
  return { kind: "ok", detail: { where: self.runner.where } };
}
