import { AppError } from "@cordon/model/error";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { CASE } from "@cordon/testkit/contain-case";
import { makeContainWorld, TARGET } from "@cordon/testkit/contain-world";
import { makeFakeActuator, makeMemoryTarget } from "@cordon/testkit/fake-actuator";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";

describe("when the world misbehaves", () => {
  it("a refused call fails the action and the run", async () => {
    let calls = 0;
    const fault = (call: string) => {
      if (call === "apply") calls += 1;
      return undefined;
    };
    const { drive, approve, row, incident } = await makeContainWorld({
      actuator: { fault, now: () => Number.MAX_SAFE_INTEGER },
    });
    await drive();
    await approve();
    await drive();
    expect(calls).toBe(1);
    expect(await row()).toMatchObject({ state: "failed" });
    expect((await incident()).runs[0]?.state).toBe("failed");
  });

  it.each(["set-like", "keyed", "probeable"] as const)(
    "a lost answer after the effect is found by probing (%s)",
    async (redo) => {
      let lost = true;
      const fault = (call: string) => (call === "apply" && lost ? ("lost" as const) : undefined);
      const { drive, approve, row, runtime, target } = await makeContainWorld({ actuator: { fault, redo } });
      await drive();
      await approve();
      expect(await drive()).toBe("effect");
      expect((await row()).state).toBe("dispatched");
      lost = false;
      await runtime.advance(MINUTE + 5 * SECOND);
      await drive();
      expect((await row()).state).toBe("verified");
      expect(target.log).toHaveLength(1);
    },
  );

  it("a lost request is made again, with the same key", async () => {
    let fail = true;
    const fault = (call: string) => {
      if (call === "apply" && fail) throw new Error("connection refused");
      return undefined;
    };
    const { drive, approve, row, runtime, target } = await makeContainWorld({ actuator: { fault } });
    await drive();
    await approve();
    await drive();
    fail = false;
    await runtime.advance(MINUTE + 5 * SECOND);
    await drive();
    const done = await row();
    expect(done).toMatchObject({ state: "verified", attempts: 2 });
    expect(target.log).toEqual([`+${TARGET} ${done.key}`]);
  });

  it("a blind action is never done twice", async () => {
    const fault = (call: string) => (call === "apply" ? ("lost" as const) : undefined);
    const { drive, approve, row, runtime, target, incident } = await makeContainWorld({
      actuator: { fault, redo: "blind" },
    });
    await drive();
    await approve();
    expect(await drive()).toBe("person");
    await runtime.advance(10 * MINUTE);
    await drive();
    expect((await row()).state).toBe("unknown");
    expect(target.log).toHaveLength(1);
    expect((await incident()).tasks[0]?.text).toContain("Look at the target");
  });

  it("a call that never answers is given up at its deadline", async () => {
    const fault = (call: string) => (call === "apply" ? new Promise<undefined>(() => {}) : undefined);
    const { approve, drive, row, runtime, contain } = await makeContainWorld({ actuator: { fault } });
    await drive();
    await approve();
    const stepping = contain.step({ id: CASE }, NEVER_STOP);
    await runtime.advance(MINUTE);
    await stepping;
    expect(await row()).toMatchObject({ state: "dispatched", detail: { answer: "unknown" } });
  });

  it("an undo that fails is tried again, then a person is told, then it still works", async () => {
    let broken = true;
    const fault = (call: string) => {
      if (call === "revert" && broken) throw new Error("device is down");
      return undefined;
    };
    const { drive, approve, row, runtime, target, incident } = await makeContainWorld({ actuator: { fault } });
    await drive();
    await approve();
    await drive();
    await runtime.advance(HOUR);
    for (let turn = 0; turn < 5; turn++) {
      await drive();
      await runtime.advance(15 * MINUTE);
    }
    expect((await row()).state).toBe("reverting");
    expect((await incident()).tasks.map((task) => task.text).join()).toContain("could not be undone");
    broken = false;
    await drive();
    expect((await row()).state).toBe("reverted");
    expect(target.effects.size).toBe(0);
  });

  it("a foreign effect that was there before stays", async () => {
    const { drive, approve, row, runtime, target } = await makeContainWorld();
    target.effects.set(TARGET, { key: "someone else", ours: false });
    await drive();
    await approve();
    await drive();
    expect((await row()).state).toBe("verified");
    await runtime.advance(HOUR);
    await drive();
    expect((await row()).state).toBe("reverted");
    expect(target.effects.get(TARGET)).toEqual({ key: "someone else", ours: false });
  });

  it("a device that is down does not turn a block into a simulation", async () => {
    const runtime = makeVirtualRuntime();
    const target = makeMemoryTarget();
    const down = makeFakeActuator({
      target,
      now: () => runtime.now(),
      name: "edge",
      fault: () => {
        throw new AppError("command-failed", "no route to host");
      },
    });
    const dry = makeFakeActuator({ target, now: () => runtime.now(), name: "dry", simulated: true });
    const { drive, rows, incident } = await makeContainWorld({ deps: { actions: [down, dry] } });
    await drive();
    expect(await rows()).toEqual([]);
    expect((await incident()).tasks[0]?.text).toContain("edge should do it and cannot plan now");
  });

  it.each([
    ["present", "verified"],
    ["absent", "failed"],
  ] as const)("a person who looked says %s: the action is %s", async (found, expected) => {
    const fault = (call: string) => (call === "apply" ? ("lost" as const) : undefined);
    const { drive, approve, row, contain, incident } = await makeContainWorld({ actuator: { fault, redo: "blind" } });
    await drive();
    await approve();
    await drive();
    await contain.settle((await row()).key, "carol", found);
    expect((await row()).state).toBe(expected);
    expect((await incident()).tasks).toEqual([]);
    await expect(contain.settle((await row()).key, "carol", found)).rejects.toMatchObject({ code: "not-unknown" });
  });
});
