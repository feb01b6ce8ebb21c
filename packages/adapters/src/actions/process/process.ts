/**
 * Ends exactly one process of a Linux machine. Cannot be undone.
 * In: an entity `<host>|pid:<pid>`, or one that is pinned already: `<host>|pid:<pid>;start:<ticks>;boot:<id>[;exe:<path>]`.
 * Out: the process is gone.
 *
 * K1. A pid alone is nobody: the plan pins start time and boot id, and what does not fit them is left alone.
 * K2. The first process, the kernel's and our own are never ended.
 * K3. A pid from a log is pinned only to the process that the evidence speaks of (evidence.ts).
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { isoTime } from "@cordon/model/time";
import { affectedBy } from "../affected.ts";
import { makeRunner, type Runner } from "../command.ts";
import { safeLine } from "../notice.ts";
import { type ActionDeps, cannotPlan, lookFirst, makePlan, notMine, orderProblem, reachesHost } from "../order.ts";
import { type Said, saidOf, whyNotIt } from "./evidence.ts";
import { type Found, type Pin, type Program, readProcess, readProgram } from "./process-table.ts";

type Config = ActionConfigOf<"process">;
type Kill = Extract<Action, { readonly kind: "kill-process" }>;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  readonly start?: string;
  readonly boot?: string;
  readonly exe?: string;
}

export function makeProcess(config: Config, deps: ActionDeps): ActionPort {
  const self: Self = { config, deps, runner: makeRunner(config) };
  return {
    ...{ name: config.name, kinds: ["kill-process"], redo: "probeable", simulated: false },
    plan: (action, _ttlMs, stop) => plan(self, action, stop),
    probe: (action, _key, stop, plan) => probe(self, action, plan, stop),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order, stop) => probe(self, order.action, order.plan, stop),
    revert: async () => ({ kind: "refused", reason: "a process that was ended cannot be brought back" }),
  };
}

const ENTITY = /^([^|]+)\|pid:(\d{1,10})(?:;start:(\d{1,20});boot:([0-9a-f-]{36})(?:;exe:(\/[^\0]{0,4000}))?)?$/;

export function parseProcess(value: string): ProcessName | undefined {
  const match = ENTITY.exec(value);
  if (match === null) return undefined;
  const [, host = "", pid = "", start, boot, exe] = match;
  const pin = start === undefined || boot === undefined ? {} : { start, boot };
  return { host, pid: Number(pid), ...pin, ...(exe === undefined ? {} : { exe }) };
}

function nameOf({ config, deps }: Self, action: Action): { readonly name: ProcessName; readonly action: Kill } {
  if (action.kind !== "kill-process") throw notMine(`process cannot ${action.kind}`);
  const { value } = action.process;
  const bar = value.indexOf("|");
  for (const host of [action.host.value, ...(bar < 0 ? [] : [value.slice(0, bar)])]) {
    if (!reachesHost(config.hosts, deps.hostname, host))
      throw notMine(`${config.name} does not reach host ${host.slice(0, 80)}`);
  }
  const name = parseProcess(value);
  if (name === undefined) {
    // Identities of Sysmon and of sensors say nothing to the kernel of this machine.
    throw notMine("the process is named by an identity of its sensor, not by its number: it cannot be found in /proc");
  }
  const own = config.ssh === undefined && (name.pid === process.pid || name.pid === process.ppid);
  if (name.pid <= 2 || own) throw cannotPlan(`process ${name.pid} is never ended`);
  return { name, action };
}

async function plan(self: Self, wanted: Action, stop: Stop): Promise<ActionPlan> {
  const { name, action } = nameOf(self, wanted);
  const { runner } = self;
  const found = await readProcess(runner, name.pid, stop);
  if (found === undefined) throw cannotPlan(`process ${name.pid} is gone (${runner.where})`);
  if (found.kernel) throw cannotPlan(`process ${name.pid} belongs to the kernel`);
  const program = await readProgram(runner, name.pid, stop);
  const said =
    name.start === undefined
      ? saidOf(await self.deps.events(action.process.evidence), action.process.value)
      : undefined;
  const problem = said === undefined ? whyNotPinned(name, found, program) : whyNotIt(said, found, program);
  if (problem !== undefined) throw cannotPlan(`process ${name.pid} (${runner.where}): ${problem}`);
  return makePlan(action, {
    ...{ actuator: self.config.name, affected: affectedBy(action), undo: "no" },
    effects: [killLine(self, found), ...(said === undefined ? [] : evidenceLine(said))],
    before: {
      ...{ pid: found.pid, start: found.start, boot: found.boot },
      // Not in the effects: a process (and a clock) can change these at any time, and void its approval each time.
      ...{ startedAt: Math.round(found.startedAt), exe: safeLine(program.exe) },
      command: safeLine(program.argv.join(" ")),
    },
  });
}

const killLine = ({ runner }: Self, { pid, start, boot }: Pin): string =>
  `kill -KILL ${pid} (${runner.where}; only if it started at tick ${start} of boot ${boot})`;

/** For the approver; it stays the same however often it is planned. */
function evidenceLine({ seenAt, programs, commands }: Said): readonly string[] {
  if (seenAt === undefined) return [];
  const named = [...programs, ...commands].slice(0, 3).map((text) => safeLine(text, 120));
  const known = named.length === 0 ? "" : ` as ${named.join(", ")}`;
  return [`the evidence saw it first at ${isoTime(seenAt)}${known}`];
}

function whyNotPinned(name: ProcessName, found: Found, program: Program): string | undefined {
  if (!isSame(found, { pid: name.pid, start: name.start ?? "", boot: name.boot ?? "" }))
    return "it is gone, and its number belongs to another one";
  if (name.exe === undefined || program.exe.toLowerCase() === name.exe.toLowerCase()) return undefined;
  return `it runs ${safeLine(program.exe, 120)} now, not ${safeLine(name.exe, 120)}`;
}

const isSame = (found: Found | undefined, pin: Pin): boolean =>
  found?.pid === pin.pid && found.start === pin.start && found.boot === pin.boot;

/** The process the plan is about. What the plan carries counts only as far as its approved effects say the same (K1). */
function pinOf(self: Self, name: ProcessName, plan: ActionPlan | undefined): Pin | undefined {
  const { pid } = name;
  if (name.start !== undefined && name.boot !== undefined) return { pid, start: name.start, boot: name.boot };
  const { start, boot } = plan?.before ?? {};
  if (typeof start !== "string" || typeof boot !== "string") return undefined;
  return plan?.effects[0] === killLine(self, { pid, start, boot }) ? { pid, start, boot } : undefined;
}

async function probe(self: Self, action: Action, plan: ActionPlan | undefined, stop: Stop): Promise<Probe> {
  try {
    const { name } = nameOf(self, action);
    const pin = pinOf(self, name, plan);
    if (pin === undefined) return { state: "unknown", detail: "which process is meant says only its plan" };
    const alive = isSame(await readProcess(self.runner, pin.pid, stop), pin);
    if (alive) return { state: "absent", ours: false, detail: `the process runs (${self.runner.where})` };
    return { state: "present", ours: true, detail: `the process is gone (${self.runner.where})` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const pin = pinOf(self, nameOf(self, order.action).name, order.plan);
  if (pin === undefined) return { kind: "refused", reason: "the plan does not pin the process that was allowed" };
  const looked = await lookFirst(() => readProcess(self.runner, pin.pid, stop));
  if ("kind" in looked) return looked;
  if (!isSame(looked.seen, pin)) return { kind: "ok", detail: { already: "gone" } };
  const ran = await self.runner.run(["kill", "-KILL", String(pin.pid)], stop);
  if (ran.code === 0) {
    await untilGone(self, pin, stop);
    return { kind: "ok", detail: { where: self.runner.where } };
  }
  return { kind: "refused", reason: `kill ended with ${ran.code}: ${ran.stderr.slice(0, 200)}` };
}

/** The signal is on its way when kill returns; a process in the kernel's hands takes a moment to go. */
const LOOKS = 20;
const LOOK_PAUSE_MS = 50;

async function untilGone(self: Self, pin: Pin, stop: Stop): Promise<void> {
  for (let look = 0; look < LOOKS && !stop.stopped; look++) {
    if (!isSame(await readProcess(self.runner, pin.pid, stop), pin)) return;
    await self.deps.runtime.sleep(LOOK_PAUSE_MS, stop);
  }
}
