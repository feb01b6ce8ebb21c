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
import { type ActionDeps, cannotPlan, makePlan, orderProblem, reachesHost, revertProblem } from "../order.ts";
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

/** The account on this machine; throws `cannot-plan` when it is not one of ours. */
function nameOf({ config, deps }: Self, action: Action): string {
  if (action.kind !== "disable-account") throw cannotPlan(`linux-account cannot ${action.kind}`);
  const { value } = action.account;
  const [name, place] = value.includes("\\")
    ? [value.slice(value.lastIndexOf("\\") + 1), value.slice(0, value.lastIndexOf("\\"))]
    : [value.split("@")[0] ?? "", value.split("@")[1]];
  if (!NAME.test(name)) throw cannotPlan(`not an account name: ${JSON.stringify(value.slice(0, 80))}`);
  for (const host of [place, action.host?.value]) {
    if (host !== undefined && !reachesHost(config.hosts, deps.hostname, host)) {
      throw cannotPlan(`${config.name} does not manage accounts of ${host.slice(0, 80)}`);
    }
  }
  if (place === undefined && action.host === undefined && (config.hosts?.length ?? 1) > 1) {
    throw cannotPlan(`on which host is ${name}? ${config.name} manages several`);
  }
  return name;
}

async function stateOf({ config, runner }: Self, name: string, stop: Stop): Promise<AccountState> {
  const [passwd, shadow] =
    config.prefix === undefined
      ? await Promise.all(["passwd", "shadow"].map((file) => getent(runner, file, name, stop)))
      : await Promise.all(["passwd", "shadow"].map((file) => readFile(join(config.prefix ?? "", "etc", file), "utf8")));
  const state = readAccount(passwd ?? "", shadow ?? "", name);
  if (state === undefined) throw cannotPlan(`no account "${name}" (${runner.where})`);
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
  const name = nameOf(self, action);
  const state = await stateOf(self, name, stop);
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
    const state = await stateOf(self, nameOf(self, action), stop);
    const detail = `password ${state.locked ? "locked" : "open"}, expires ${state.expire || "never"} (${self.runner.where})`;
    return isDisabled(state) ? { state: "present", ours: true, detail } : { state: "absent", ours: false, detail };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const name = nameOf(self, order.action);
  const state = await stateOf(self, name, stop);
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
  const name = nameOf(self, order.action);
  const state = await stateOf(self, name, stop);
  const unlock = before.locked === false && state.locked && state.hasPassword ? ["--unlock"] : [];
  const expire = typeof before.expire === "string" && /^\d*$/.test(before.expire) ? before.expire : "";
  // -1 is how "never" is said without an empty word, which could not go over ssh.
  const restore = state.expire === EXPIRED ? ["--expiredate", expire === "" ? "-1" : expire] : [];
  if (unlock.length + restore.length > 0) {
    await must(self.runner, usermod(self, [...unlock, ...restore], name), stop);
  }
  return { kind: "ok", detail: { where: self.runner.where } };
}
