/**
 * Records the volatile state of a Linux host as evidence, in order of volatility (RFC 3227), or the content of one file
 * where the order names one. Changes nothing there.
 * In: an order for a host. Out: content-addressed files and a manifest with time, method, size and hash of each.
 *
 * F1. Every item of the list is in the manifest: with its content, or with the reason why there is none.
 * F2. A file is read, never run; only what may also be taken away (protected-path.ts): who named the file may be the
 *     attacker, and secrets of the system are no evidence of his.
 * F3. One capture per action key: asked again, what is there is kept.
 */
import type { Action, ActionPlan } from "@cordon/model/action";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { messageOf } from "@cordon/model/error";
import { isJsonObject, type JsonObject } from "@cordon/model/json";
import type { ActionPort, ActOutcome, Authorised, Probe } from "@cordon/model/ports/action";
import type { Stop } from "@cordon/model/ports/runtime";
import { whyNeverQuarantine } from "@cordon/model/protected-path";
import { isoTime } from "@cordon/model/time";
import { affectedBy } from "../affected.ts";
import { makeRunner, type Runner } from "../command.ts";
import { readFileOnHost } from "../file-on-host.ts";
import { type ActionDeps, cannotPlan, lookFirst, makePlan, notMine, orderProblem, reachesHost } from "../order.ts";
import { isStored, readManifest, storeEvidence, writeManifest } from "./evidence.ts";

type Config = ActionConfigOf<"forensics">;

interface Self {
  readonly config: Config;
  readonly deps: ActionDeps;
  readonly runner: Runner;
}

interface Item {
  readonly name: string;
  /** First of these that can be run. */
  readonly ways: readonly (readonly string[])[];
  /** Of the file whose content it is: says who reads the manifest later what to examine. */
  readonly path?: string;
}

/** Below what a command may answer; the manifest tells the size, so that a cut one is seen to be cut. */
const FILE_BYTES_MAX = 31 * 2 ** 20;

/** Most volatile first. Newest lines of a log only: the log itself is collected as a log. */
const LOG_LINES = "5000";
const ITEMS: readonly Item[] = [
  { name: "time", ways: [["date", "--iso-8601=ns"]] },
  {
    name: "connections",
    ways: [
      ["ss", "-tuanpH"],
      ["cat", "/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"],
    ],
  },
  {
    name: "neighbours",
    ways: [
      ["ip", "neigh"],
      ["cat", "/proc/net/arp"],
    ],
  },
  { name: "processes", ways: [["ps", "-eo", "pid,ppid,user,lstart,stat,comm,args", "-ww"]] },
  {
    name: "logged-in",
    ways: [
      ["who", "-a"],
      ["w", "-h"],
    ],
  },
  { name: "last-logons", ways: [["last", "-F", "-n", "200"]] },
  { name: "listening", ways: [["ss", "-tulnpH"]] },
  { name: "modules", ways: [["cat", "/proc/modules"]] },
  { name: "mounts", ways: [["cat", "/proc/mounts"]] },
  { name: "addresses", ways: [["ip", "addr"]] },
  {
    name: "auth-log",
    ways: [
      ["tail", "-n", LOG_LINES, "/var/log/auth.log"],
      ["tail", "-n", LOG_LINES, "/var/log/secure"],
      ["journalctl", "-n", LOG_LINES, "--no-pager", "-t", "sshd"],
    ],
  },
  { name: "accounts", ways: [["getent", "passwd"]] },
];

export function makeForensics(config: Config, deps: ActionDeps): ActionPort {
  const self: Self = { config, deps, runner: makeRunner(config) };
  return {
    ...{ name: config.name, kinds: ["capture-forensics"], redo: "probeable", simulated: false },
    plan: (action, _ttlMs, stop) => plan(self, action, stop),
    probe: (_action, key) => probe(self, key),
    apply: (order, stop) => apply(self, order, stop),
    verify: (order) => probe(self, order.key),
    revert: async () => ({ kind: "refused", reason: "evidence is not undone" }),
  };
}

function hostOf({ config, deps }: Self, action: Action): string {
  if (action.kind !== "capture-forensics") throw notMine(`forensics cannot ${action.kind}`);
  const host = action.host.value;
  if (!reachesHost(config.hosts, deps.hostname, host))
    throw notMine(`${config.name} does not reach host ${host.slice(0, 80)}`);
  return host;
}

function itemsFor(action: Action): readonly Item[] {
  if (action.kind !== "capture-forensics" || action.file === undefined) return ITEMS;
  const path = action.file.value;
  return [
    { name: "time", ways: [["date", "--iso-8601=ns"]] },
    { name: "file", path, ways: [["head", "-c", String(FILE_BYTES_MAX), "--", path]] },
  ];
}

async function plan(self: Self, action: Action, stop: Stop): Promise<ActionPlan> {
  hostOf(self, action);
  const items = itemsFor(action);
  for (const { path } of items) if (path !== undefined) await mustBePlain(self, path, stop);
  return makePlan(action, {
    ...{ actuator: self.config.name, affected: affectedBy(action), undo: "no", before: {} },
    effects: items.map((item) => `${item.ways[0]?.join(" ")} (${self.runner.where})`),
  });
}

/** F2 */
async function mustBePlain({ runner }: Self, path: string, stop: Stop): Promise<void> {
  if (/^(?:[A-Z]:\\|\\\\)/i.test(path)) throw notMine("a path of Windows");
  const refused = (text: string | undefined): void => {
    if (text !== undefined) throw cannotPlan(`${path.slice(0, 200)} ${text}: it is not captured`);
  };
  refused(whyNeverQuarantine(path));
  const found = await readFileOnHost(runner, path, stop);
  if (found === undefined) throw cannotPlan(`there is no file ${path.slice(0, 200)} (${runner.where})`);
  refused(whyNeverQuarantine(found.path));
}

async function probe({ deps }: Self, key: string): Promise<Probe> {
  try {
    const text = await readManifest(deps.evidenceDir, key);
    if (text === undefined) return { state: "absent", ours: false, detail: "no manifest" };
    const items = itemsOf(JSON.parse(text));
    const kept = await Promise.all(items.map((item) => isStored(deps.evidenceDir, item)));
    if (kept.includes(false)) return { state: "absent", ours: true, detail: "an evidence file is missing or altered" };
    return { state: "present", ours: true, detail: `${items.length} evidence files, hashes checked` };
  } catch (error) {
    return { state: "unknown", detail: messageOf(error) };
  }
}

function itemsOf(manifest: unknown): readonly { sha256: string; bytes: number }[] {
  const list = isJsonObject(manifest) && Array.isArray(manifest.items) ? manifest.items : [];
  return list.flatMap((item) =>
    isJsonObject(item) && typeof item.sha256 === "string" && typeof item.bytes === "number"
      ? [{ sha256: item.sha256, bytes: item.bytes }]
      : [],
  );
}

async function apply(self: Self, order: Authorised, stop: Stop): Promise<ActOutcome> {
  const { deps, config, runner } = self;
  const problem = orderProblem(order, config.name, deps.runtime.now());
  if (problem !== undefined) return { kind: "refused", reason: problem };
  const host = hostOf(self, order.action);
  if ((await probe(self, order.key)).state === "present") return { kind: "ok", detail: { already: "captured" } };
  const wanted = itemsFor(order.action);
  const looked = await lookFirst(async () => {
    for (const { path } of wanted) if (path !== undefined) await mustBePlain(self, path, stop);
  });
  if ("kind" in looked) return looked;
  const items: JsonObject[] = [];
  for (const item of wanted) items.push(await capture(self, item, stop));
  const stored = items.filter((item) => typeof item.sha256 === "string").length;
  if (stored === 0)
    return { kind: "refused", reason: `nothing could be captured (${runner.where}): ${String(items[0]?.failure)}` };
  const grants = order.grants.map((grant) => ("person" in grant.by ? grant.by.person : `policy ${grant.by.policy}`));
  const { incident } = order.action.kind === "capture-forensics" ? order.action.host : { incident: "" };
  const manifest: JsonObject = {
    ...{ form: 1, key: order.key, incident, host, by: config.name, where: runner.where, allowedBy: grants },
    ...{ writtenAt: isoTime(deps.runtime.now()), items },
  };
  await writeManifest(deps.evidenceDir, order.key, manifest);
  return { kind: "ok", detail: { files: stored, failed: items.length - stored } };
}

/** F1 */
async function capture({ deps, runner }: Self, item: Item, stop: Stop): Promise<JsonObject> {
  const startedAt = isoTime(deps.runtime.now());
  const failures: string[] = [];
  for (const argv of item.ways) {
    try {
      const ran = await runner.run(argv, stop);
      if (ran.code === 0) {
        const stored = await storeEvidence(deps.evidenceDir, ran.stdout);
        const path = item.path === undefined ? {} : { path: item.path };
        const endedAt = isoTime(deps.runtime.now());
        return { name: item.name, ...path, method: argv.join(" "), startedAt, endedAt, ...stored };
      }
      failures.push(`${argv[0]} ended with ${ran.code}: ${ran.stderr.slice(0, 200)}`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return { name: item.name, startedAt, failure: failures.join("; ") };
}
