/** The actuators that work over ssh, against a real sshd: the far side is judged by traffic, logins and the process table. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "@cordon/model/action";
import type { Event } from "@cordon/model/event";
import type { ActionPort } from "@cordon/model/ports/action";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, SECOND } from "@cordon/model/time";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { blockAddress, disableAccount, isolateHost, ref } from "@cordon/testkit/contain-case";
import { makeTwoNamespaces, type TwoNamespaces, whyNoNetns } from "@cordon/testkit/network-namespaces";
import { seenRunning } from "@cordon/testkit/process-event";
import { makeSshServer, type SshServer, whyNoSshd } from "@cordon/testkit/ssh-server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../runtime.ts";
import { makeRunner, must } from "./command.ts";
import { makeForensics } from "./forensics/forensics.ts";
import { makeLinuxAccount } from "./linux-account/linux-account.ts";
import { makeNftables } from "./nftables/nftables.ts";
import { makeProcess } from "./process/process.ts";

const skip = whyNoSshd() ?? whyNoNetns();
const skipped = skip === undefined ? "" : ` (skipped: ${skip})`;
const runtime = makeRuntime();
const evidenceDir = mkdtempSync(join(tmpdir(), "cordon-ssh-evidence-"));
afterAll(() => rmSync(evidenceDir, { recursive: true }));
let events: readonly Event[] = [];
const deps = {
  ...{ runtime, evidenceDir, hostname: "elsewhere", events: async () => events },
  notice: async () => Promise.reject(new Error("no notice")),
};
/** Starting an ssh session takes a while on a crowded machine; nothing is measured by the time. */
const PATIENCE = { timeout: 60_000 };
const world = (action: Action) => ({ action, now: () => runtime.now() });

async function carryOut(port: ActionPort, action: Action, ttlMs?: number) {
  const plan = await port.plan(action, ttlMs, NEVER_STOP);
  expect(await port.apply(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
  expect(await port.verify(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({ state: "present", ours: true });
  return plan;
}

describe.skipIf(skip !== undefined)(`nftables over ssh${skipped}`, PATIENCE, () => {
  let net: TwoNamespaces;
  let server: SshServer;
  beforeAll(async () => {
    net = await makeTwoNamespaces();
    server = await makeSshServer(net.host);
  });
  afterEach(() => server.set("up"));
  afterAll(async () => {
    await server?.close();
    net?.close();
  });
  const port = (more: Partial<SshServer["ssh"]> = {}) =>
    makeNftables(
      {
        ...{ kind: "nftables", name: "edge", hosts: ["victim"], management: [net.managementAddress], graceMs: 60_000 },
        ssh: { ...server.ssh, ...more },
      },
      deps,
    );

  it("traffic stops and comes back", async () => {
    const action = blockAddress(net.peerAddress.v4);
    expect(await net.connect("v4")).toBe(true);
    const plan = await carryOut(port(), action, HOUR);
    expect(plan.effects[0]).toBe(`nft -f - (ssh root@127.0.0.1)`);
    expect(await net.connect("v4")).toBe(false);
    expect(await port().revert(revertOrderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(await net.connect("v4")).toBe(true);
  });

  it("isolation leaves the management path and comes back", async () => {
    const plan = await carryOut(port(), isolateHost("victim"), HOUR);
    expect(await net.connect("v4")).toBe(false);
    expect(await net.connect("v4", net.managementAddress)).toBe(true);
    await port().revert(revertOrderFor(world(isolateHost("victim")), plan), NEVER_STOP);
    expect(await net.connect("v4")).toBe(true);
  });

  it.each([
    [
      "another host key",
      () => ({ knownHosts: server.otherHosts }),
      /Host key verification failed|IDENTIFICATION HAS CHANGED/,
    ],
    ["an unknown host key", () => ({ knownHosts: server.noHosts }), /Host key verification failed/],
    ["a key nobody authorised", () => ({ keyFile: server.strangerKey }), /Permission denied/],
    ["a key that is not there", () => ({ keyFile: "/nonexistent/key" }), /Permission denied|no such identity/i],
    ["an account that is not there", () => ({ user: "nobody-here" }), /Permission denied/],
  ])("%s is refused, and said", async (_name, more, reason) => {
    const planning = port(more()).plan(blockAddress("203.0.113.9"), HOUR, NEVER_STOP);
    await expect(planning).rejects.toMatchObject({ code: "command-failed", message: expect.stringMatching(reason) });
    await expect(planning).rejects.toThrow(/^ssh \S+@127\.0\.0\.1 port \d+ failed: /);
  });

  it("a closed port is said at once", async () => {
    const planning = port({ port: 1 }).plan(blockAddress("203.0.113.9"), HOUR, NEVER_STOP);
    await expect(planning).rejects.toThrow(/port 1 failed: .*Connection refused/s);
  });

  it("a server that says nothing is given up", async () => {
    server.set("hang");
    const before = runtime.now();
    await expect(port().plan(blockAddress("203.0.113.9"), HOUR, NEVER_STOP)).rejects.toThrow(/failed: .*timed out/s);
    // ConnectTimeout is 10 s; 30 s is where our own watch would end it.
    expect(runtime.now() - before).toBeLessThan(30 * SECOND);
  });

  it("a line that is gone before the first look: refused, nothing was changed", async () => {
    const action = blockAddress("203.0.113.10");
    const plan = await port().plan(action, HOUR, NEVER_STOP);
    server.set("closed");
    const outcome = await port().apply(orderFor(world(action), plan), NEVER_STOP);
    expect(outcome).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("nothing was changed: ssh root@"),
    });
    expect(await port().probe(action, orderFor(world(action), plan).key, NEVER_STOP)).toMatchObject({
      state: "unknown",
    });
  });
});

actionCompliance({
  name: "nftables over ssh",
  skip,
  async make() {
    const netns = `cordon-s-${process.pid % 100_000}`;
    spawnSync("ip", ["netns", "add", netns]);
    const server = await makeSshServer(netns);
    const config = { kind: "nftables", name: "edge", ssh: server.ssh, graceMs: 60_000 } as const;
    const list = ["ip", "netns", "exec", netns, "nft", "-s", "list", "ruleset"];
    return {
      ...{
        port: makeNftables(config, deps),
        action: blockAddress("203.0.113.5"),
        ttlMs: HOUR,
        now: () => runtime.now(),
      },
      async observe() {
        const text = spawnSync(list[0] ?? "", list.slice(1), { encoding: "utf8" }).stdout;
        return text
          .split("\n")
          .filter((line) => line.includes("elements"))
          .join()
          .replace(/(timeout|expires) \S+ ?/g, "");
      },
      async close() {
        await server.close();
        spawnSync("ip", ["netns", "del", netns]);
      },
    };
  },
});

const noUser = skip ?? (spawnSync("useradd", ["--help"]).status === 0 ? undefined : "useradd is not installed");

describe.skipIf(noUser !== undefined)(`linux-account over ssh${skipped}`, PATIENCE, () => {
  const user = `cordon-s${process.pid % 100_000}`;
  let server: SshServer;
  beforeAll(async () => {
    spawnSync("useradd", ["--no-create-home", "--shell", "/bin/sh", "--password", "$6$abc$def", user]);
    server = await makeSshServer();
  });
  afterAll(async () => {
    await server?.close();
    spawnSync("userdel", [user]);
  });
  const port = () =>
    makeLinuxAccount(
      { kind: "linux-account", name: "accounts", hosts: ["web01"], ssh: server.ssh, endSessions: false },
      deps,
    );
  const shadow = () => spawnSync("getent", ["shadow", user], { encoding: "utf8" }).stdout;

  it("the account cannot log in, and can again: nothing of it is lost", async () => {
    const action = disableAccount(user);
    const before = shadow();
    expect(await server.login(user)).toBe(true);
    const plan = await carryOut(port(), action, HOUR);
    expect(plan.effects).toEqual([`usermod --lock --expiredate 1 ${user} (ssh root@127.0.0.1)`]);
    expect(await server.login(user)).toBe(false);
    expect(await port().revert(revertOrderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
    expect(await server.login(user)).toBe(true);
    expect(shadow()).toBe(before);
  });

  it.each([
    "x;touch /tmp/cordon-owned",
    "$(id)",
    "-R/",
    "a b",
    "a\nb",
    "`id`",
    "../x",
    "x'",
    "",
    "ünïcode",
    "a".repeat(40),
  ])("the name %j goes nowhere: refused when it is planned, no connection is made", async (name) => {
    server.set("up");
    const placed: Action = { ...disableAccount(name), kind: "disable-account", host: ref("host", "web01") } as Action;
    await expect(port().plan(placed, HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
    await expect(port().plan(disableAccount(name), HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "not-mine" });
    expect(server.connections()).toBe(0);
  });

  it.each([
    "203.0.113.5;id",
    "203.0.113.0/24",
    "203.0.113.5 }",
    "$(id)",
    "fe80::1%eth0",
    "203.0.113.5\n",
    "0x7f.1",
    "",
  ])("the address %j goes nowhere", async (address) => {
    server.set("up");
    const edge = makeNftables({ kind: "nftables", name: "edge", ssh: server.ssh, graceMs: 0 }, deps);
    await expect(edge.plan(blockAddress(address), HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
    expect(server.connections()).toBe(0);
  });

  it("a word that a shell could read stops here, whoever made it", async () => {
    server.set("up");
    const runner = makeRunner({ ssh: server.ssh });
    await expect(must(runner, ["echo", "$(id)"], NEVER_STOP)).rejects.toThrow("refused to send a word over ssh");
    expect(server.connections()).toBe(0);
  });
});

describe.skipIf(skip !== undefined)(`forensics and processes over ssh${skipped}`, PATIENCE, () => {
  let server: SshServer;
  let child: ChildProcess;
  let gone: Promise<unknown>;
  beforeAll(async () => {
    server = await makeSshServer();
  });

  afterAll(() => server?.close());

  afterEach(async () => {
    events = [];
    server.set("up");
    child?.kill("SIGKILL");
    await gone;
  });
  async function start(): Promise<number> {
    child = spawn(process.execPath, ["-e", "console.log(1);setInterval(()=>{},1e6)"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    gone = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    return child.pid ?? 0;
  }

  it("the volatile state is captured, each item with its hash", async () => {
    const port = makeForensics({ kind: "forensics", name: "capture", hosts: ["web01"], ssh: server.ssh }, deps);
    const action: Action = { kind: "capture-forensics", host: ref("host", "web01") };
    const plan = await carryOut(port, action);
    expect(plan.effects[0]).toBe("date --iso-8601=ns (ssh root@127.0.0.1)");
    const [manifest = ""] = readdirSync(join(evidenceDir, "captures"));
    const { items, where } = JSON.parse(readFileSync(join(evidenceDir, "captures", manifest), "utf8"));
    expect(where).toBe("ssh root@127.0.0.1");
    const processes = items.find((item: { name: string }) => item.name === "processes");
    const text = readFileSync(join(evidenceDir, "blobs", processes.sha256), "utf8");
    expect(text).toContain(String(process.pid));
  });

  it("a process known by its number only is pinned and ended", async () => {
    const pid = await start();
    const value = `web01|pid:${pid}`;
    events = [seenRunning(value, runtime.now())];
    const port = makeProcess({ kind: "process", name: "processes", hosts: ["web01"], ssh: server.ssh }, deps);
    const action: Action = { kind: "kill-process", host: ref("host", "web01"), process: ref("process", value) };
    expect(child.signalCode).toBe(null);
    await carryOut(port, action);
    await gone;
    expect(child.signalCode).toBe("SIGKILL");
  });

  it("a lost connection is not taken for a process that is gone", async () => {
    const pid = await start();
    const value = `web01|pid:${pid}`;
    events = [seenRunning(value, runtime.now())];
    const port = makeProcess({ kind: "process", name: "processes", hosts: ["web01"], ssh: server.ssh }, deps);
    const action: Action = { kind: "kill-process", host: ref("host", "web01"), process: ref("process", value) };
    const plan = await port.plan(action, undefined, NEVER_STOP);
    server.set("closed");
    expect(await port.verify(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({ state: "unknown" });
    expect(await port.apply(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "refused" });
    expect(child.signalCode).toBe(null);
  });
});
