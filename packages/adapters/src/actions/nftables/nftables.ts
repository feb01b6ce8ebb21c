/**
 * Blocks addresses and isolates hosts with nftables: on this machine, in a network namespace, or over ssh.
 * In: orders. Out: elements and rules in tables of our own; the kernel is the judge.
 *
 * B1. Everything we add carries the action's key and a time of its own, later than ours by `graceMs`.
 * B2. Isolation first holds for a minute only; it is extended after the host could be reached once more.
 * B3. What was there without our tag is left as it is, and stays when we go.
 */
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
import {
  BLOCK_TABLE,
  type BlockTarget,
  blockScript,
  blockTarget,
  type Element,
  ISOLATION_TABLE,
  isolationScript,
  managementOf,
  readTable,
  releaseScript,
  type TableState,
  unblockScript,
} from "./ruleset.ts";

type Config = ActionConfigOf<"nftables">;

/** How long an isolation that nobody has confirmed may last (B2). */
const CONFIRM_S = 60;
/** Rules that must stand for a set to be in force: one per direction it is checked in. */
const BLOCK_DROPS = 4;
const ISOLATION_DROPS = 3;

export function makeNftables(config: Config, deps: ActionDeps): ActionPort {
  const runner = makeRunner(config);
  const self: Self = { config, deps, runner };
  return {
    ...{ name: config.name, redo: "set-like", simulated: false },
    kinds: config.handles ?? (config.management === undefined ? ["block-address"] : ["block-address", "isolate-host"]),
    plan: (action, ttlMs, stop) => plan(self, action, ttlMs, stop),
    probe: (action, _key, stop) => probe(self, action, stop),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order, stop) => probe(self, order.action, stop),
    revert: (order, stop) => revert(self, order, stop),
  };
}

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

/** What an action means here; throws `cannot-plan` when it means nothing. */
type Job = { readonly kind: "block"; readonly target: BlockTarget } | { readonly kind: "isolate" };

function jobOf({ config, deps }: Self, action: Action): Job {
  if (action.kind === "block-address") return { kind: "block", target: blockTarget(action.address.value) };
  if (action.kind !== "isolate-host") throw notMine(`nftables cannot ${action.kind}`);
  if (!reachesHost(config.hosts, deps.hostname, action.host.value)) {
    throw notMine(`${config.name} does not reach host ${action.host.value.slice(0, 80)}`);
  }
  if ((config.management ?? []).length === 0) {
    throw cannotPlan(`${config.name} has no management addresses: isolating would lock everybody out`);
  }
  return { kind: "isolate" };
}

const KEY_SHOWN = "0".repeat(64);

async function plan(self: Self, action: Action, ttlMs: number | undefined, stop: Stop): Promise<ActionPlan> {
  const { config, runner } = self;
  const job = jobOf(self, action);
  const timeoutS = ttlMs === undefined ? undefined : Math.ceil((ttlMs + config.graceMs) / 1000);
  const script = scriptFor(self, job, KEY_SHOWN, timeoutS).replaceAll(KEY_SHOWN, "<action key>");
  const found = elementFor(job, await read(self, job, stop));
  return makePlan(action, {
    ...{ actuator: config.name, affected: affectedBy(action), undo: "yes" },
    effects: [`nft -f - (${runner.where})`, ...script.trim().split("\n")],
    ...(ttlMs === undefined ? {} : { ttlMs }),
    before: { present: found !== undefined, ours: found?.ours ?? false },
  });
}

function scriptFor({ config }: Self, job: Job, key: string, timeoutS: number | undefined): string {
  if (job.kind === "block") return blockScript(job.target, key, timeoutS);
  return isolationScript(managementOf(config.management ?? []), key, timeoutS);
}

async function read({ runner }: Self, job: Job, stop: Stop): Promise<TableState> {
  const table = job.kind === "block" ? BLOCK_TABLE : ISOLATION_TABLE;
  // Listed first: a table that does not exist is an answer, a listing that fails is not.
  const tables = (await must(runner, ["nft", "-j", "list", "tables"], stop)).toString("utf8");
  const parsed: { nftables?: readonly { table?: { family: string; name: string } }[] } = JSON.parse(tables);
  const exists = parsed.nftables?.some((item) => item.table?.family === "inet" && item.table.name === table) === true;
  if (!exists) return { sets: new Map(), drops: new Map() };
  return readTable((await must(runner, ["nft", "-j", "list", "table", "inet", table], stop)).toString("utf8"));
}

function elementFor(job: Job, state: TableState): Element | undefined {
  if (job.kind === "block") return state.sets.get(job.target.set)?.get(job.target.address);
  const active = state.sets.get("active");
  return active?.get("ipv4") !== undefined && active.get("ipv6") !== undefined ? active.get("ipv4") : undefined;
}

function inForce(job: Job, state: TableState): boolean {
  if (job.kind === "block") return (state.drops.get(job.target.set) ?? 0) >= BLOCK_DROPS;
  return (state.drops.get("active") ?? 0) >= ISOLATION_DROPS;
}

async function probe(self: Self, action: Action, stop: Stop): Promise<Probe> {
  try {
    const job = jobOf(self, action);
    const state = await read(self, job, stop);
    const element = elementFor(job, state);
    if (element === undefined)
      return { state: "absent", ours: false, detail: `not in the rule set (${self.runner.where})` };
    if (!inForce(job, state))
      return { state: "absent", ours: element.ours, detail: "listed, but the rules that drop it are gone" };
    const left = element.expiresS === undefined ? "no time limit" : `${element.expiresS} s left in the kernel`;
    return { state: "present", ours: element.ours, detail: `in the rule set (${self.runner.where}), ${left}` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const { config, deps, runner } = self;
  const problem = orderProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const job = jobOf(self, order.action);
  const looked = await lookFirst(() => read(self, job, stop));
  if ("kind" in looked) return looked;
  const state = looked.seen;
  const known = elementFor(job, state);
  if (known !== undefined && !known.ours && inForce(job, state)) return { kind: "ok", detail: { adopted: true } };
  const timeoutS = timeLeft(self, order, known);
  if (job.kind === "isolate") {
    await must(
      runner,
      ["nft", "-f", "-"],
      stop,
      scriptFor(self, job, order.key, Math.min(CONFIRM_S, timeoutS ?? CONFIRM_S)),
    );
    // Fails when the path is gone; the kernel then lets go within a minute and recovery finds nothing.
    await read(self, job, stop);
  }
  await must(runner, ["nft", "-f", "-"], stop, scriptFor(self, job, order.key, timeoutS));
  return {
    kind: "ok",
    detail: { where: runner.where, ...(timeoutS === undefined ? {} : { kernelSeconds: timeoutS }) },
  };
}

/** Never shorter than what another claim on the same effect has already been given. */
function timeLeft({ config, deps }: Self, order: Authorised, known: Element | undefined): number | undefined {
  if (order.revertAt === undefined) return undefined;
  if (known?.ours === true && known.expiresS === undefined) return undefined;
  const own = Math.ceil((order.revertAt + config.graceMs - deps.runtime.now()) / 1000);
  return Math.max(1, own, known?.expiresS ?? 0);
}

async function revert(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const { config, deps, runner } = self;
  const problem = revertProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const job = jobOf(self, order.action);
  const known = elementFor(job, await read(self, job, stop));
  const foreign = known !== undefined && !known.ours;
  if (foreign) return { kind: "ok", detail: { left: "it was there before and is not ours" } };
  const script = job.kind === "block" ? unblockScript(job.target) : releaseScript();
  await must(runner, ["nft", "-f", "-"], stop, script);
  return { kind: "ok", detail: { where: runner.where } };
}
