import { spawnSync } from "node:child_process";
import type { ActionConfigOf } from "@cordon/model/action-config";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, SECOND } from "@cordon/model/time";
import { actionCompliance, orderFor, revertOrderFor } from "@cordon/testkit/action-compliance";
import { blockAddress, isolateHost } from "@cordon/testkit/contain-case";
import { makeTwoNamespaces, type TwoNamespaces, whyNoNetns } from "@cordon/testkit/network-namespaces";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRuntime } from "../../runtime.ts";
import { makeNftables } from "./nftables.ts";
import { blockScript, blockTarget, managementOf } from "./ruleset.ts";

const skip = whyNoNetns();
const runtime = makeRuntime();
const deps = {
  runtime,
  evidenceDir: "",
  hostname: "elsewhere",
  notice: async () => Promise.reject(new Error("no notice")),
  events: async () => [],
};
const config = (netns: string): ActionConfigOf<"nftables"> => ({
  ...{ kind: "nftables", name: "edge", netns, hosts: ["victim"], management: ["198.51.100.3"], graceMs: 60_000 },
});
/** Rule set without what runs by itself: times and counters. */
const rules = (netns: string): string => {
  const text = spawnSync("ip", ["netns", "exec", netns, "nft", "-s", "list", "ruleset"], { encoding: "utf8" }).stdout;
  return text.replace(/timeout \S+ /g, "").replace(/expires \S+ ?/g, "");
};
/** Empty tables of ours may stay behind: they do nothing. */
const elementsAndIsolation = (netns: string): string =>
  rules(netns)
    .split("\n")
    .filter((line) => line.includes("elements") || line.includes("_isolation"))
    .join("\n");

for (const action of [blockAddress("198.51.100.2"), blockAddress("2001:db8:77::2"), isolateHost("victim")]) {
  actionCompliance({
    name: `nftables ${JSON.stringify(action).slice(9, 60)}`,
    skip,
    async make() {
      const netns = `cordon-c-${process.pid % 100_000}`;
      spawnSync("ip", ["netns", "add", netns]);
      return {
        ...{ port: makeNftables(config(netns), deps), action, ttlMs: HOUR, now: () => runtime.now() },
        observe: async () => elementsAndIsolation(netns),
        close: async () => void spawnSync("ip", ["netns", "del", netns]),
      };
    },
  });
}

describe.skipIf(skip !== undefined)(
  `nftables against real traffic${skip === undefined ? "" : ` (skipped: ${skip})`}`,
  () => {
    let net: TwoNamespaces;
    beforeAll(async () => {
      net = await makeTwoNamespaces();
    });
    afterAll(() => net?.close());
    const world = (action: ReturnType<typeof blockAddress>) => ({ action, now: () => runtime.now() });

    it.each(["v4", "v6"] as const)("blocks and lets go again (%s)", async (family) => {
      const port = makeNftables(config(net.host), deps);
      const action = blockAddress(net.peerAddress[family]);
      const plan = await port.plan(action, HOUR, NEVER_STOP);
      expect(await net.connect(family)).toBe(true);
      expect(await port.apply(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
      expect(await net.connect(family)).toBe(false);
      expect(await port.verify(orderFor(world(action), plan), NEVER_STOP)).toMatchObject({
        state: "present",
        ours: true,
      });
      expect(await port.revert(revertOrderFor(world(action), plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
      expect(await net.connect(family)).toBe(true);
    });

    it("an open connection is cut too, although it was established before", async () => {
      const port = makeNftables(config(net.host), deps);
      const action = blockAddress(net.peerAddress.v4);
      const plan = await port.plan(action, HOUR, NEVER_STOP);
      const open = await net.open("v4");
      expect(await open.alive()).toBe(true);
      await port.apply(orderFor(world(action), plan), NEVER_STOP);
      expect(await open.alive()).toBe(false);
      await port.revert(revertOrderFor(world(action), plan), NEVER_STOP);
      open.close();
    });

    it("the kernel lets go by itself when nobody is there to undo", async () => {
      const port = makeNftables({ ...config(net.host), graceMs: 0 }, deps);
      const action = blockAddress(net.peerAddress.v4);
      const plan = await port.plan(action, 2 * SECOND, NEVER_STOP);
      await port.apply(orderFor(world(action), plan), NEVER_STOP);
      expect(await net.connect("v4")).toBe(false);
      await runtime.sleep(2_500, NEVER_STOP);
      expect(await net.connect("v4")).toBe(true);
      expect(await port.probe(action, orderFor(world(action), plan).key, NEVER_STOP)).toMatchObject({
        state: "absent",
      });
    });

    it("a second claim never shortens the time of the first", async () => {
      const port = makeNftables(config(net.host), deps);
      const action = blockAddress("203.0.113.77");
      const long = await port.plan(action, 2 * HOUR, NEVER_STOP);
      const short = await port.plan(action, 60 * SECOND, NEVER_STOP);
      await port.apply(orderFor(world(action), long), NEVER_STOP);
      await port.apply(orderFor(world(action), short), NEVER_STOP);
      const probe = await port.probe(action, orderFor(world(action), short).key, NEVER_STOP);
      expect(Number(/(\d+) s left/.exec(probe.detail)?.[1])).toBeGreaterThan(3_600);
    });

    it("isolation cuts everything but the management path", async () => {
      const port = makeNftables(config(net.host), deps);
      const action = isolateHost("victim");
      const order = { action, now: () => runtime.now() };
      const plan = await port.plan(action, HOUR, NEVER_STOP);
      expect(await net.connect("v4")).toBe(true);
      expect(await port.apply(orderFor(order, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
      expect(await net.connect("v4")).toBe(false);
      expect(await net.connect("v6")).toBe(false);
      expect(await net.connect("v4", net.managementAddress)).toBe(true);
      expect(await port.revert(revertOrderFor(order, plan), NEVER_STOP)).toMatchObject({ kind: "ok" });
      expect(await net.connect("v4")).toBe(true);
      expect(await net.connect("v6")).toBe(true);
    });

    it("a block whose rules somebody flushed is not called present, and is made whole again", async () => {
      const port = makeNftables(config(net.host), deps);
      const action = blockAddress(net.peerAddress.v4);
      const plan = await port.plan(action, HOUR, NEVER_STOP);
      const order = orderFor(world(action), plan);
      await port.apply(order, NEVER_STOP);
      spawnSync("ip", ["netns", "exec", net.host, "nft", "flush", "chain", "inet", "cordon", "input"]);
      expect(await port.verify(order, NEVER_STOP)).toMatchObject({ state: "absent" });
      await port.apply(order, NEVER_STOP);
      expect(await port.verify(order, NEVER_STOP)).toMatchObject({ state: "present" });
      await port.revert(revertOrderFor(world(action), plan), NEVER_STOP);
    });
  },
);

describe("rule sets", () => {
  it.each([
    "203.0.113.0/24",
    "203.0.113.5; flush ruleset",
    "203.0.113.5 }",
    "fe80::1%eth0",
    "",
    "example.com",
    "1.2.3",
    "203.0.113.5\nflush ruleset",
  ])("%s never becomes a rule (N1)", (text) =>
    expect(() => blockTarget(text)).toThrow(expect.objectContaining({ code: "cannot-plan" })),
  );
  it("one address has one form", () => {
    expect(blockTarget("::ffff:203.0.113.5")).toEqual({ set: "block4", address: "203.0.113.5" });
    expect(blockTarget("2001:DB8:0:0::5")).toEqual({ set: "block6", address: "2001:db8::5" });
  });
  it("a key that is not a key is a bug", () => {
    expect(() => blockScript(blockTarget("203.0.113.5"), 'x" }; flush ruleset', 60)).toThrow("64 hex");
  });
  it.each(["10.0.0.0/33", "nonsense", "10.0.0.1 } accept", "fe80::1%eth0"])("management %s is refused", (text) => {
    expect(() => managementOf([text])).toThrow(expect.objectContaining({ code: "cannot-plan" }));
  });
  it("isolation without a management path, or of another host, is refused", async () => {
    const port = makeNftables({ ...config("none"), management: [] }, deps);
    await expect(port.plan(isolateHost("victim"), HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "cannot-plan" });
    const other = makeNftables(config("none"), deps);
    await expect(other.plan(isolateHost("victim2"), HOUR, NEVER_STOP)).rejects.toMatchObject({ code: "not-mine" });
  });
});
