import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Action } from "@cordon/model/action";
import type { Event } from "@cordon/model/event";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, isoTime } from "@cordon/model/time";
import { actionCompliance, orderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { seenRunning } from "@cordon/testkit/process-event";
import { afterEach, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makePlan } from "../order.ts";
import { makeProcess, parseProcess } from "./process.ts";

const skip = process.platform === "linux" ? undefined : "not Linux";
const runtime = makeRuntime();
const deps = {
  runtime,
  evidenceDir: "",
  hostname: "web01",
  notice: async () => Promise.reject(new Error("no notice")),
  events: async () => events,
};
let events: readonly Event[] = [];
const port = () => makeProcess({ kind: "process", name: "processes" }, deps);
const boot = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
const startOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
};
const kill = (value: string): Action => ({
  kind: "kill-process",
  host: ref("host", "web01"),
  process: ref("process", value),
});
const sleeper = async (first = ""): Promise<ChildProcess & { pid: number }> => {
  const child = spawn(process.execPath, ["-e", `${first}console.log(1);setInterval(()=>{},1e6)`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  if (child.pid === undefined) throw new Error("no pid");
  return Object.assign(child, { pid: child.pid });
};
const alive = (child: ChildProcess): string =>
  child.exitCode === null && child.signalCode === null ? "alive" : "gone";
/** As the kernel has it: our own runtime hears of the end a moment later. */
function inTable(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z") ? "gone" : "alive";
  } catch {
    return "gone";
  }
}
const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));

const NO_BOOT = "00000000-0000-0000-0000-000000000000";
const running: ChildProcess[] = [];
afterEach(async () => {
  events = [];
  await Promise.all(
    running.splice(0).map((child) => {
      const gone = alive(child) === "gone" ? undefined : ended(child);
      child.kill("SIGKILL");
      return gone;
    }),
  );
});
async function started(first = "") {
  const child = await sleeper(first);
  running.push(child);
  return child;
}

actionCompliance({
  name: "process",
  skip,
  async make() {
    const child = await sleeper();
    const gone = ended(child);
    return {
      ...{
        port: port(),
        action: kill(`web01|pid:${child.pid};start:${startOf(child.pid)};boot:${boot()}`),
        now: () => runtime.now(),
      },
      observe: async () => inTable(child.pid),
      async close() {
        child.kill("SIGKILL");
        await gone;
      },
    };
  },
});

actionCompliance({
  name: "process, by its number",
  skip,
  async make() {
    const child = await started();
    const value = `web01|pid:${child.pid}`;
    events = [seenRunning(value, runtime.now(), { exe: process.execPath })];
    return {
      ...{ port: port(), action: kill(value), now: () => runtime.now() },
      observe: async () => inTable(child.pid),
      close: async () => {},
    };
  },
});

describe.skipIf(skip !== undefined)("process", () => {
  it.each([
    ["web01|pid:1;start:1;boot:BOOT", "cannot-plan", "never ended"],
    ["web01|pid:1", "cannot-plan", "never ended"],
    ["web01|pid:2", "cannot-plan", "never ended"],
    ["web01|pid:OWN;start:1;boot:BOOT", "cannot-plan", "never ended"],
    ["web01|pid:OWN", "cannot-plan", "never ended"],
    ["web01|pid:4194304999", "cannot-plan", "gone"],
    ["web01|pid:4194304999;start:1;boot:BOOT", "cannot-plan", "gone"],
    ["42", "not-mine", "identity of its sensor"],
    ["web01|8d3a9c0e-1111-2222-3333-444455556666", "not-mine", "identity of its sensor"],
    ["web01|pid:4 2;start:1;boot:BOOT", "not-mine", "identity of its sensor"],
    ["web01|pid:42;id", "not-mine", "identity of its sensor"],
    ["web02|pid:42;start:1;boot:BOOT", "not-mine", "does not reach host web02"],
    ["web02|pid:42", "not-mine", "does not reach host web02"],
  ])("%s is not planned (K1, K2)", async (text, code, why) => {
    const value = text.replace("BOOT", boot()).replace("OWN", String(process.pid));
    const planning = port().plan(kill(value), undefined, NEVER_STOP);
    await expect(planning).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
  });

  it.each([
    ["another start time", (pid: number) => `web01|pid:${pid};start:1;boot:${boot()}`],
    ["another boot", (pid: number) => `web01|pid:${pid};start:${startOf(pid)};boot:${NO_BOOT}`],
    ["another program", (pid: number) => `web01|pid:${pid};start:${startOf(pid)};boot:${boot()};exe:/bin/other`],
  ])("a process with the same number but %s is not planned", async (_name, name) => {
    const child = await started();
    const planning = port().plan(kill(name(child.pid)), undefined, NEVER_STOP);
    await expect(planning).rejects.toMatchObject({ code: "cannot-plan" });
  });

  it("a process that took the number after the plan was made is left alone", async () => {
    const child = await started();
    const action = kill(`web01|pid:${child.pid};start:1;boot:${boot()}`);
    const effects = [`kill -KILL ${child.pid} (local; only if it started at tick 1 of boot ${boot()})`];
    const plan = makePlan(action, { actuator: "processes", affected: [], undo: "no", effects, before: {} });
    const order = orderFor({ action, now: () => runtime.now() }, plan);
    expect(await port().apply(order, NEVER_STOP)).toEqual({ kind: "ok", detail: { already: "gone" } });
    expect(alive(child)).toBe("alive");
  });

  it("reads what it wrote", () => {
    expect(parseProcess("web01|pid:7;start:9;boot:00000000-0000-0000-0000-000000000000;exe:/usr/bin/x")).toEqual({
      ...{ host: "web01", pid: 7, start: "9", boot: "00000000-0000-0000-0000-000000000000", exe: "/usr/bin/x" },
    });
  });
});

describe.skipIf(skip !== undefined)("a process known by its number (K3)", () => {
  const order = (action: Action, plan: Awaited<ReturnType<ReturnType<typeof port>["plan"]>>) =>
    orderFor({ action, now: () => runtime.now() }, plan);

  it("is pinned to what runs now, says so, and ends", async () => {
    const child = await started();
    const value = `web01|pid:${child.pid}`;
    const at = runtime.now();
    events = [seenRunning(value, at, { exe: process.execPath, command: "node -e x" })];
    const plan = await port().plan(kill(value), undefined, NEVER_STOP);
    expect(plan.effects).toEqual([
      `kill -KILL ${child.pid} (local; only if it started at tick ${startOf(child.pid)} of boot ${boot()})`,
      `the evidence saw it first at ${isoTime(at)} as ${process.execPath}, node`,
    ]);
    expect(plan.before).toMatchObject({ start: startOf(child.pid), boot: boot(), exe: process.execPath });
    expect(await port().plan(kill(value), undefined, NEVER_STOP)).toEqual(plan);
    const made = order(kill(value), plan);
    const look = () => port().probe(kill(value), made.key, NEVER_STOP, plan);
    expect(await look()).toMatchObject({ state: "absent" });
    expect(await port().apply(made, NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(await look()).toMatchObject({ state: "present", ours: true });
    expect(await port().probe(kill(value), made.key, NEVER_STOP)).toMatchObject({ state: "unknown" });
    await expect(port().plan(kill(value), undefined, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
  });

  it.each([
    ["the full path", { exe: process.execPath }],
    ["one of several programs it was", { exe: process.execPath, command: "bash -c x" }],
    ["a command line only", { command: "node -e x" }],
    ["a command line with a quoted path", { command: `"${process.execPath}" -e x` }],
    ["neither", {}],
  ])("is found when the evidence names %s", async (_name, said) => {
    const child = await started();
    const value = `web01|pid:${child.pid}`;
    events = [seenRunning(value, runtime.now(), said)];
    expect(await port().plan(kill(value), undefined, NEVER_STOP)).toMatchObject({ before: { pid: child.pid } });
  });

  it.each([
    ["it was seen before this one began", (value: string) => [seenRunning(value, runtime.now() - HOUR)], "another one"],
    [
      "the evidence names another program",
      (value: string) => [seenRunning(value, runtime.now(), { exe: "/usr/bin/nc" })],
      "/usr/bin/nc",
    ],
    [
      "the evidence names another command",
      (value: string) => [seenRunning(value, runtime.now(), { command: "nc -l 1" })],
      "names nc",
    ],
    ["no event is stored any more", () => [], "no stored event names it"],
    ["the events name another process", () => [seenRunning("web01|pid:3", runtime.now())], "no stored event names it"],
  ])("is not planned when %s", async (_name, said, why) => {
    const child = await started();
    const value = `web01|pid:${child.pid}`;
    events = said(value);
    const planning = port().plan(kill(value), undefined, NEVER_STOP);
    await expect(planning).rejects.toMatchObject({ code: "cannot-plan", message: expect.stringContaining(why) });
    expect(alive(child)).toBe("alive");
  });

  it.each([
    ["start", { start: "1" }],
    ["boot", { boot: NO_BOOT }],
    ["nothing", { start: null, boot: null }],
  ])("an order whose saved state says another %s than its approved effects does nothing", async (_name, other) => {
    const child = await started();
    const value = `web01|pid:${child.pid}`;
    events = [seenRunning(value, runtime.now())];
    const plan = await port().plan(kill(value), undefined, NEVER_STOP);
    const bent = order(kill(value), { ...plan, before: { ...plan.before, ...other } });
    expect(await port().apply(bent, NEVER_STOP)).toMatchObject({ kind: "refused" });
    expect(alive(child)).toBe("alive");
  });

  it("a process that calls itself by lines of /proc is read right", async () => {
    const title = `x) S 1 1\n4 (y\nbtime 0`;
    const child = await started(`process.title=${JSON.stringify(title)};`);
    const value = `web01|pid:${child.pid}`;
    events = [seenRunning(value, runtime.now(), { exe: process.execPath })];
    expect(await port().plan(kill(value), undefined, NEVER_STOP)).toMatchObject({
      before: { start: startOf(child.pid) },
    });
  });
});
