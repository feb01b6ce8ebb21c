/**
 * Takes one file of a Linux machine out of reach, and gives it back as it was: bytes, owner, mode, times.
 * In: orders for a host and a file. Out: the file lies in the quarantine folder, which nobody but its owner may enter.
 *
 * Q1. A path alone is nobody: the plan pins the content by SHA-256, and any other content at that path is left alone, also
 *     when it is exchanged between look and move: then it is given back at once.
 * Q2. Where the evidence names hashes of the file, the content is one of them (evidence.ts).
 * Q3. Files of the system, of Cordon and of its quarantine are never taken; asked of the path without links, too. A link
 *     is never followed to its file.
 * Q4. Nothing is written over: not in the quarantine, and not on the way back.
 * Q5. The file is moved, not copied and deleted, wherever both lie on one file system: it keeps all that it had.
 */
import { createHash } from "node:crypto";
import type { Action, ActionPlan, EntityRef } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { whyNeverQuarantine } from "@cordon/model/protected-path";
import { affectedBy } from "../affected.ts";
import { makeRunner, must, type Runner } from "../command.ts";
import { type FileOnHost, type FileState, hashOf, readFileOnHost, readFileState } from "../file-on-host.ts";
import { safeLine } from "../notice.ts";
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
import { hashesOf, whyNotThat } from "./evidence.ts";

type Config = ActionConfigOf<"quarantine">;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

export function makeQuarantine(config: Config, deps: ActionDeps): ActionPort {
  const self: Self = { config, deps, runner: makeRunner(config) };
  return {
    ...{ name: config.name, kinds: ["quarantine-file"], redo: "probeable", simulated: false },
    plan: (action, _ttlMs, stop) => plan(self, action, stop),
    probe: (action, _key, stop, plan) => probe(self, action, plan, stop),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order, stop) => probe(self, order.action, order.plan, stop),
    revert: (order, stop) => revert(self, order, stop),
  };
}

function fileOf({ config, deps }: Self, action: Action): EntityRef {
  if (action.kind !== "quarantine-file") throw notMine(`quarantine cannot ${action.kind}`);
  const host = action.host.value;
  if (!reachesHost(config.hosts, deps.hostname, host))
    throw notMine(`${config.name} does not reach host ${host.slice(0, 80)}`);
  if (/^(?:[A-Z]:\\|\\\\)/i.test(action.file.value)) throw notMine("a path of Windows");
  return action.file;
}

/** Q3 */
function refuseProtected({ config, deps }: Self, path: string): void {
  const why = whyNeverQuarantine(path);
  if (why !== undefined) throw cannotPlan(`${safeLine(path, 200)} ${why}`);
  const own = [config.folder, ...(config.ssh === undefined ? (deps.ownPaths ?? []) : [])];
  if (own.some((folder) => path === folder || path.startsWith(`${folder.replace(/\/+$/, "")}/`)))
    throw cannotPlan(`${safeLine(path, 200)} belongs to Cordon`);
}

/** What the plan is about, as its approved effects say. */
interface Pin {
  readonly path: string;
  readonly sha256: string;
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
/** Where it lies while it is away: told from the path and the content, so that a later look finds it. */
const prefixOf = (path: string): string => digestOf(path).slice(0, 16);
const placeOf = ({ config }: Self, { path, sha256 }: Pin): string =>
  `${config.folder.replace(/\/+$/, "")}/${prefixOf(path)}-${sha256}`;
const moveLine = (self: Self, pin: Pin): string =>
  `mv ${pin.path} ${placeOf(self, pin)} (${self.runner.where}; only while its SHA-256 is ${pin.sha256})`;

async function plan(self: Self, action: Action, stop: Stop): Promise<ActionPlan> {
  const file = fileOf(self, action);
  refuseProtected(self, file.value);
  const found = (await readFileOnHost(self.runner, file.value, stop)) ?? (await putAway(self, file.value, stop));
  if (found === undefined) throw cannotPlan(`there is no file ${safeLine(file.value, 200)} (${self.runner.where})`);
  refuseProtected(self, found.path);
  const said = hashesOf(await self.deps.events(file.evidence), file.value);
  const problem = whyNotThat(said, found.sha256);
  if (problem !== undefined) throw cannotPlan(`${safeLine(file.value, 200)} (${self.runner.where}): ${problem}`);
  const { path, sha256, mode, uid, gid, size, modified, names } = found;
  return makePlan(action, {
    ...{ actuator: self.config.name, affected: affectedBy(action), undo: "yes" },
    effects: [
      moveLine(self, found),
      said.length > 0
        ? "the evidence names this content"
        : "no evidence names the content: the path alone speaks for it",
      ...(names > 1 ? [`${names - 1} more names of the same content stay where they are`] : []),
    ],
    before: { path, sha256, mode, uid, gid, size, modified },
  });
}

/** The file is in quarantine already: planned anew it is the same plan. */
async function putAway(self: Self, path: string, stop: Stop): Promise<FileOnHost | undefined> {
  const [kept] = await keptFor(self, path, stop);
  if (kept === undefined) return undefined;
  const found = await readFileOnHost(self.runner, kept, stop);
  return found === undefined ? undefined : { ...found, path };
}

async function keptFor({ runner, config }: Self, path: string, stop: Stop): Promise<readonly string[]> {
  const ran = await runner.run(["ls", "-1", "-t", "--", config.folder], stop);
  if (ran.code !== 0) return [];
  const names = ran.stdout.toString("latin1").split("\n");
  return names
    .filter((name) => name.startsWith(`${prefixOf(path)}-`))
    .map((name) => `${config.folder.replace(/\/+$/, "")}/${name}`);
}

function pinOf(self: Self, { effects, before }: ActionPlan): Pin | undefined {
  const { path, sha256 } = before;
  if (typeof path !== "string" || typeof sha256 !== "string") return undefined;
  return effects[0] === moveLine(self, { path, sha256 }) ? { path, sha256 } : undefined;
}

async function probe(self: Self, action: Action, plan: ActionPlan | undefined, stop: Stop): Promise<Probe> {
  const { runner } = self;
  try {
    const file = fileOf(self, action);
    const pin = plan === undefined ? undefined : pinOf(self, plan);
    const path = pin?.path ?? file.value;
    const there = await readFileState(runner, path, stop);
    const kept = pin === undefined ? (await keptFor(self, path, stop))[0] : placeOf(self, pin);
    const away = kept !== undefined && (await readFileState(runner, kept, stop)) !== undefined;
    if (!away)
      return there === undefined
        ? { state: "unknown", detail: `the file is neither at its place nor in quarantine (${runner.where})` }
        : { state: "absent", ours: false, detail: `the file is at its place (${runner.where})` };
    if (pin !== undefined && (await hashOf(runner, kept, stop)) !== pin.sha256)
      return { state: "unknown", detail: `what lies in quarantine was altered (${runner.where})` };
    const back = there !== undefined && (pin === undefined || (await sameContent(self, pin, stop)));
    if (back)
      return { state: "absent", ours: true, detail: `in quarantine, and there again at ${safeLine(path, 200)}` };
    return { state: "present", ours: true, detail: `in quarantine (${runner.where})` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

const sameContent = async ({ runner }: Self, pin: Pin, stop: Stop): Promise<boolean> =>
  (await readFileOnHost(runner, pin.path, stop))?.sha256 === pin.sha256;

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = orderProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { runner } = self;
  const looked = await lookFirst(async () => {
    fileOf(self, order.action);
    const pin = pinOf(self, order.plan);
    if (pin === undefined) throw cannotPlan("the plan does not pin the file that was allowed");
    refuseProtected(self, pin.path);
    if ((await probe(self, order.action, order.plan, stop)).state === "present") return { pin, done: true };
    const found = await readFileOnHost(runner, pin.path, stop);
    if (found === undefined) throw cannotPlan(`there is no file ${safeLine(pin.path, 200)} any more`);
    if (found.path !== pin.path || found.sha256 !== pin.sha256)
      throw cannotPlan(`at ${safeLine(pin.path, 200)} lies another file now`);
    await makeFolder(self, stop);
    return { pin, done: false };
  });
  if ("kind" in looked) return looked;
  const { pin, done } = looked.seen;
  if (done) return { kind: "ok", detail: { already: "in quarantine" } };
  return move(self, pin, stop);
}

async function makeFolder({ runner, config }: Self, stop: Stop): Promise<void> {
  await must(runner, ["mkdir", "-p", "-m", "0700", "--", config.folder], stop);
  const state = await readFileState(runner, config.folder, stop);
  const own = (await must(runner, ["id", "-u"], stop)).toString("latin1").trim();
  // 0x41c0: a folder, open to its owner alone.
  if (state?.mode !== "41c0" || state.uid !== own)
    throw cannotPlan(`${config.folder} must be a folder of mode 0700 and ours (${runner.where})`);
}

/** Q1, Q4 */
async function move(self: Self, pin: Pin, stop: Stop): Promise<ActOutcome> {
  const { runner } = self;
  const place = placeOf(self, pin);
  // The same content was put away from the same path before: one of them is enough, and it is this one that is kept.
  if ((await readFileState(runner, place, stop)) !== undefined) await must(runner, ["rm", "-f", "--", place], stop);
  await must(runner, ["mv", "-n", "-T", "--", pin.path, place], stop);
  const moved = await hashOf(runner, place, stop);
  if (moved === pin.sha256) return { kind: "ok", detail: { place, where: runner.where } };
  await must(runner, ["mv", "-n", "-T", "--", place, pin.path], stop);
  return { kind: "refused", reason: "the file was exchanged while it was taken; it was given back" };
}

async function revert(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const problem = revertProblem(order, self.config.name, self.deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const { runner } = self;
  const looked = await lookFirst(async () => {
    const pin = pinOf(self, order.plan);
    if (pin === undefined) throw cannotPlan("the plan does not pin the file that was taken");
    const place = placeOf(self, pin);
    const there = await readFileState(runner, pin.path, stop);
    if ((await readFileState(runner, place, stop)) === undefined) {
      if (there !== undefined && (await sameContent(self, pin, stop))) return { pin, place, back: true };
      throw cannotPlan(`it is not in quarantine any more: ${place}`);
    }
    if (there !== undefined) throw cannotPlan(`at ${safeLine(pin.path, 200)} lies another file now (Q4)`);
    if ((await hashOf(runner, place, stop)) !== pin.sha256) throw cannotPlan(`${place} was altered`);
    return { pin, place, back: false };
  });
  if ("kind" in looked) return looked;
  const { pin, place, back } = looked.seen;
  if (back) return { kind: "ok", detail: { already: "at its place" } };
  await must(runner, ["mv", "-n", "-T", "--", place, pin.path], stop);
  await restoreState(self, pin.path, order.plan.before, stop);
  return { kind: "ok", detail: { where: runner.where } };
}

/** A move within a file system changes none of it; one across may, where we are not root. */
async function restoreState({ runner }: Self, path: string, before: JsonObject, stop: Stop): Promise<void> {
  const now = await readFileState(runner, path, stop);
  const text = (name: keyof FileState): string | undefined => {
    const value = before[name];
    return typeof value === "string" && /^-?[0-9a-f]{1,20}$/.test(value) ? value : undefined;
  };
  const [uid, gid, mode, modified] = [text("uid"), text("gid"), text("mode"), text("modified")];
  if (uid !== undefined && gid !== undefined && (now?.uid !== uid || now.gid !== gid))
    await must(runner, ["chown", `${uid}:${gid}`, "--", path], stop);
  if (mode !== undefined && now?.mode !== mode)
    await must(runner, ["chmod", (Number.parseInt(mode, 16) & 0o7777).toString(8), "--", path], stop);
  if (modified !== undefined && now?.modified !== modified)
    await must(runner, ["touch", "-d", `@${modified}`, "--", path], stop);
}
