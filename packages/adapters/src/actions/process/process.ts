/**
 * Ends exactly one process of a Linux machine. Cannot be undone.
 * In: an entity `<host>|pid:<pid>;start:<ticks>;boot:<boot id>[;exe:<path>]`. Out: the process is gone.
 *
 * K1. A pid alone is nobody: start time and boot id must be known and must fit, or nothing is done.
 * K2. The first process and our own are never ended.
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { affectedBy } from "../affected.ts";
import { makeRunner, type Runner } from "../command.ts";
import { type ActionDeps, cannotPlan, makePlan, orderProblem, reachesHost } from "../order.ts";

type Config = ActionConfigOf<"process">;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly start: string;
  readonly boot: string;
  readonly exe?: string;
}

export function makeProcess(config: Config, deps: ActionDeps): ActionPort {
  const self: Self = { config, deps, runner: makeRunner(config) };
  return {
    ...{ name: config.name, kinds: ["kill-process"], redo: "set-like", simulated: false },
    plan: (action, _ttlMs, stop) => plan(self, action, stop),
    probe: (action, _key, stop) => probe(self, action, stop),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order, stop) => probe(self, order.action, stop),
    revert: async () => ({ kind: "refused", reason: "a process that was ended cannot be brought back" }),
  };
}

const ENTITY = /^([^|]+)\|pid:(\d{1,10});start:(\d{1,20});boot:([0-9a-f-]{36})(?:;exe:(\/[^\0]{0,4000}))?$/;

export function parseProcess(value: string): ProcessName | undefined {
  const match = ENTITY.exec(value);
  if (match === null) return undefined;
  const [, host = "", pid = "", start = "", boot = "", exe] = match;
  return { host, pid: Number(pid), start, boot, ...(exe === undefined ? {} : { exe }) };
}

function nameOf({ config, deps }: Self, action: Action): ProcessName {
  if (action.kind !== "kill-process") throw cannotPlan(`process cannot ${action.kind}`);
  const name = parseProcess(action.process.value);
  if (name === undefined)
    throw cannotPlan("the process is not named by pid, start time and boot: it could be another one by now");
  for (const host of [name.host, action.host.value]) {
    if (!reachesHost(config.hosts, deps.hostname, host))
      throw cannotPlan(`${config.name} does not reach host ${host.slice(0, 80)}`);
  }
  const own = config.ssh === undefined && (name.pid === process.pid || name.pid === process.ppid);
  if (name.pid <= 2 || own) throw cannotPlan(`process ${name.pid} is never ended`);
  return name;
}

async function plan(self: Self, action: Action, stop: Stop): Promise<ActionPlan> {
  const name = nameOf(self, action);
  const found = await find(self, name, stop);
  return makePlan(action, {
    ...{ actuator: self.config.name, affected: affectedBy(action), undo: "no" },
    effects: [
      `kill -KILL ${name.pid} (${self.runner.where}; only if it started at tick ${name.start} of boot ${name.boot})`,
    ],
    before: { present: found === "gone" },
  });
}

/** `gone` also when the pid now belongs to another process: then ours is gone. */
async function find({ runner }: Self, name: ProcessName, stop: Stop): Promise<"alive" | "gone"> {
  const boot = await runner.run(["cat", "/proc/sys/kernel/random/boot_id"], stop);
  if (boot.code !== 0) throw cannotPlan(`boot id cannot be read (${runner.where}): ${boot.stderr.slice(0, 200)}`);
  if (boot.stdout.toString("utf8").trim() !== name.boot) return "gone";
  const stat = await runner.run(["cat", `/proc/${name.pid}/stat`], stop);
  if (stat.code !== 0) return "gone";
  const fields = afterName(stat.stdout.toString("utf8"));
  // A zombie has ended; it only waits to be noticed by its parent.
  if (fields[19] !== name.start || fields[0] === "Z" || fields[0] === "X") return "gone";
  if (name.exe === undefined) return "alive";
  const exe = await runner.run(["readlink", `/proc/${name.pid}/exe`], stop);
  const path = exe.stdout
    .toString("utf8")
    .trim()
    .replace(/ \(deleted\)$/, "");
  // Entity values are in lower case: the path is compared the same way.
  return exe.code === 0 && path.toLowerCase() !== name.exe.toLowerCase() ? "gone" : "alive";
}

/** Fields from the third on: the name before them may contain blanks and parentheses. */
const afterName = (stat: string): readonly string[] =>
  stat
    .slice(stat.lastIndexOf(")") + 2)
    .trim()
    .split(" ");

async function probe(self: Self, action: Action, stop: Stop): Promise<Probe> {
  try {
    const found = await find(self, nameOf(self, action), stop);
    if (found === "gone") return { state: "present", ours: true, detail: `the process is gone (${self.runner.where})` };
    return { state: "absent", ours: false, detail: `the process runs (${self.runner.where})` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const name = nameOf(self, order.action);
  if ((await find(self, name, stop)) === "gone") return { kind: "ok", detail: { already: "gone" } };
  const ran = await self.runner.run(["kill", "-KILL", String(name.pid)], stop);
  if (ran.code === 0) {
    await untilGone(self, name, stop);
    return { kind: "ok", detail: { where: self.runner.where } };
  }
  return { kind: "refused", reason: `kill ended with ${ran.code}: ${ran.stderr.slice(0, 200)}` };
}

/** The signal is on its way when kill returns; a process in the kernel's hands takes a moment to go. */
const LOOKS = 20;
const LOOK_PAUSE_MS = 50;

async function untilGone(self: Self, name: ProcessName, stop: Stop): Promise<void> {
  for (let look = 0; look < LOOKS && !stop.stopped; look++) {
    if ((await find(self, name, stop)) === "gone") return;
    await self.deps.runtime.sleep(LOOK_PAUSE_MS, stop);
  }
}
