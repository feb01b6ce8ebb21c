import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Action } from "@cordon/model/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { actionCompliance, orderFor } from "@cordon/testkit/action-compliance";
import { ref } from "@cordon/testkit/contain-case";
import { describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeProcess, parseProcess } from "./process.ts";

const skip = process.platform === "linux" ? undefined : "not Linux";
const runtime = makeRuntime();
const deps = {
  runtime,
  evidenceDir: "",
  hostname: "web01",
  notice: async () => Promise.reject(new Error("no notice")),
};
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
const sleeper = async (): Promise<ChildProcess & { pid: number }> => {
  const child = spawn(process.execPath, ["-e", "console.log(1);setInterval(()=>{},1e6)"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  if (child.pid === undefined) throw new Error("no pid");
  return Object.assign(child, { pid: child.pid });
};
const alive = (child: ChildProcess): string =>
  child.exitCode === null && child.signalCode === null ? "alive" : "gone";
const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));

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
      observe: async () => alive(child),
      async close() {
        child.kill("SIGKILL");
        await gone;
      },
    };
  },
});

describe.skipIf(skip !== undefined)("process", () => {
  it.each([
    "web01|pid:1;start:1;boot:BOOT",
    "web01|pid:42",
    "42",
    "web02|pid:42;start:1;boot:BOOT",
    "web01|pid:OWN;start:1;boot:BOOT",
    "web01|pid:4 2;start:1;boot:BOOT",
  ])("%s is not planned (K1, K2)", async (text) => {
    const value = text.replace("BOOT", boot()).replace("OWN", String(process.pid));
    await expect(port().plan(kill(value), undefined, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
  });

  it.each([
    ["another start time", (pid: number) => `web01|pid:${pid};start:1;boot:${boot()}`],
    [
      "another boot",
      (pid: number) => `web01|pid:${pid};start:${startOf(pid)};boot:00000000-0000-0000-0000-000000000000`,
    ],
    ["another program", (pid: number) => `web01|pid:${pid};start:${startOf(pid)};boot:${boot()};exe:/bin/other`],
  ])("a process with the same number but %s is left alone", async (_name, name) => {
    const child = await sleeper();
    const gone = ended(child);
    const action = kill(name(child.pid));
    const plan = await port().plan(action, undefined, NEVER_STOP);
    await port().apply(orderFor({ action, now: () => runtime.now() }, plan), NEVER_STOP);
    expect(alive(child)).toBe("alive");
    child.kill("SIGKILL");
    await gone;
  });

  it("reads what it wrote", () => {
    expect(parseProcess("web01|pid:7;start:9;boot:00000000-0000-0000-0000-000000000000;exe:/usr/bin/x")).toEqual({
      ...{ host: "web01", pid: 7, start: "9", boot: "00000000-0000-0000-0000-000000000000", exe: "/usr/bin/x" },
    });
  });
});
