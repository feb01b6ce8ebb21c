import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { blockAddress, proposalsFor } from "@cordon/testkit/contain-case";
import { automatic, makeContainWorld } from "@cordon/testkit/contain-world";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { makeBreaker, makeMemoryBook, type OpenBreaker } from "./breaker.ts";
import { makeLocks } from "./locks.ts";

function setUp(book = makeMemoryBook(), runtime = makeVirtualRuntime()) {
  const told: (readonly string[])[] = [];
  const onChange = (open: readonly OpenBreaker[]) => told.push(open.map((breaker) => breaker.kind));
  return { book, runtime, told, breaker: makeBreaker({ book, runtime, locks: makeLocks(), onChange }) };
}

describe("the breaker", () => {
  it.each([
    ["two", ["not-seen", "not-seen"], 0, false],
    ["three of one sort", ["not-seen", "not-seen", "not-seen"], 0, true],
    ["three undone by people", ["undone-by-person", "undone-by-person", "undone-by-person"], 0, true],
    ["three of two sorts", ["not-seen", "undone-by-person", "not-seen"], 0, false],
    ["three within just under an hour", ["not-seen", "not-seen", "not-seen"], 29 * MINUTE, true],
    ["three within more than an hour", ["not-seen", "not-seen", "not-seen"], 31 * MINUTE, false],
  ] as const)("%s strikes", async (_name, sorts, apartMs, opens) => {
    const { breaker, runtime, told } = setUp();
    for (const sort of sorts) {
      await breaker.strike("block-address", sort);
      await runtime.advance(apartMs);
    }
    expect((await breaker.whyOpen("block-address")) !== undefined).toBe(opens);
    expect(await breaker.whyOpen("isolate-host")).toBeUndefined();
    expect(told).toEqual(opens ? [["block-address"]] : []);
  });

  it("stays open over a restart and over time, until a person closes it", async () => {
    const { book, runtime, breaker } = setUp();
    for (let n = 0; n < 5; n++) await breaker.strike("block-address", "not-seen");
    await runtime.advance(24 * HOUR);
    const next = setUp(book, runtime);
    expect(await next.breaker.whyOpen("block-address")).toContain(
      "3 block-address actions within an hour had no effect",
    );
    expect(await next.breaker.close("block-address", "alice")).toBe(true);
    expect(await next.breaker.open()).toEqual([]);
    expect(await next.breaker.close("block-address", "alice")).toBe(false);
    await next.breaker.strike("block-address", "not-seen");
    expect(await next.breaker.open()).toEqual([]);
    expect(await book.get("breaker")).toContain("alice");
  });

  it("strikes at the same moment are all counted", async () => {
    const { breaker } = setUp();
    await Promise.all([1, 2, 3].map(() => breaker.strike("block-address", "not-seen")));
    expect(await breaker.open()).toHaveLength(1);
  });

  it.each(["", "{", "[]", '{"strikes":[],"open":[{"kind":"x"}],"closed":[]}'])(
    "a record that reads %j opens every kind, and people can still close them one by one (K3)",
    async (text) => {
      const { book, breaker } = setUp();
      await book.set("breaker", text);
      expect(await breaker.whyOpen("isolate-host")).toContain("cannot be read");
      await breaker.close("isolate-host", "alice");
      expect(await breaker.whyOpen("isolate-host")).toBeUndefined();
      expect(await breaker.whyOpen("block-address")).toContain("cannot be read");
    },
  );
});

const many = (count: number, from = 1) =>
  proposalsFor(Array.from({ length: count }, (_item, index) => blockAddress(`203.0.113.${from + index}`)));

describe("containment with the breaker", () => {
  it("three effects that were not there: the fourth needs a person, and one is enough", async () => {
    const nothing = { get: async () => undefined, put: async () => {}, remove: async () => {} };
    const world = await makeContainWorld({
      proposals: many(4),
      deps: { policy: automatic, settings: { verifyWithinMs: 0 } },
      actuator: { target: nothing },
    });
    const driving = world.drive();
    for (let n = 0; n < 8; n++) await world.runtime.advance(10 * SECOND);
    await driving;
    const states = (await world.rows()).map((row) => row.state).sort();
    expect(states.filter((state) => state === "failed")).toHaveLength(3);
    const waiting = (await world.rows()).find((row) => row.state === "proposed");
    expect(waiting?.policy).toMatchObject({ outcome: "needs-approval", approvalsNeeded: 1 });
    expect(waiting?.policy.reasons.join()).toContain("until the breaker is closed");
  });

  it("three undone by people: the next one waits, closed it runs by itself, undos go on all the time", async () => {
    const told: (readonly string[])[] = [];
    const breaker = {
      book: makeMemoryBook(),
      onChange: (open: readonly OpenBreaker[]) => void told.push(open.map((item) => item.kind)),
    };
    const world = await makeContainWorld({ proposals: many(3), deps: { policy: automatic, breaker } });
    await world.drive();
    const rows = await world.rows();
    expect(rows.map((row) => row.state)).toEqual(["verified", "verified", "verified"]);
    for (const row of rows) await world.contain.askRevert(row.key, "carol");
    await world.contain.sweep(world.runtime.now(), NEVER_STOP);
    await world.drive();
    expect((await world.rows()).map((row) => row.state)).toEqual(["reverted", "reverted", "reverted"]);
    expect((await world.contain.openBreakers()).map((item) => item.kind)).toEqual(["block-address"]);
    const dry = () => world.contain.simulate("block-address", { __address__: "ip:203.0.113.9" }, NEVER_STOP);
    expect((await dry()).steps[0]?.policy).toMatchObject({ outcome: "needs-approval", approvalsNeeded: 1 });
    await world.contain.closeBreaker("block-address", "alice");
    expect((await dry()).steps[0]?.policy).toMatchObject({ outcome: "automatic" });
    expect(told).toEqual([["block-address"], []]);
    await expect(world.contain.closeBreaker("block-address", "alice")).rejects.toMatchObject({
      code: "breaker-closed",
    });
  });

  it("withdrawing a proposal, or asking twice, is no strike", async () => {
    const world = await makeContainWorld({ proposals: many(2), deps: { policy: automatic } });
    await world.drive();
    const [first] = await world.rows();
    if (first === undefined) throw new Error("no row");
    for (let n = 0; n < 3; n++) await world.contain.askRevert(first.key, "carol");
    expect(await world.contain.openBreakers()).toEqual([]);
  });
});
