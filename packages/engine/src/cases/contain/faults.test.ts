import { AppError } from "@cordon/model/error";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import { CASE } from "@cordon/testkit/contain-case";
import { makeContainWorld, TARGET } from "@cordon/testkit/contain-world";
import { makeFakeActuator, makeMemoryTarget } from "@cordon/testkit/fake-actuator";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";

/** One that should do it and fails to plan, and one behind it that only shows. */
function twoActuators(error: Error) {
  const runtime = makeVirtualRuntime();
  const target = makeMemoryTarget();
  const fault = () => {
    throw error;
  };
  const now = () => runtime.now();
  return [
    makeFakeActuator({ target, now, name: "edge", fault }),
    makeFakeActuator({ target, now, name: "dry", simulated: true }),
  ];
}

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

  it("an answer that is lost, and then no way to look: unknown, not failed, and undone at its end all the same", async () => {
    let down = false;
    const fault = (call: string) => {
      if (down) throw new AppError("command-failed", "no route to host");
      if (call !== "apply") return undefined;
      down = true;
      return "lost" as const;
    };
    const { drive, approve, row, runtime, target, incident, contain } = await makeContainWorld({
      actuator: { fault, redo: "set-like" },
    });
    await drive();
    await approve();
    await drive();
    await runtime.advance(MINUTE + 5 * SECOND);
    await drive();
    expect(await row()).toMatchObject({
      state: "unknown",
      detail: { reason: expect.stringContaining("no route to host") },
    });
    expect((await incident()).tasks[0]?.text).toContain("Look at the target");
    down = false;
    await runtime.advance(HOUR);
    await contain.sweep(runtime.now(), NEVER_STOP);
    expect((await row()).state).toBe("reverted");
    expect(target.effects.size).toBe(0);
  });

  it("a second try that is refused does not make the first one undone", async () => {
    let step = 0;
    const blind = { state: "unknown" as const, detail: "cannot look" };
    const runtime = makeVirtualRuntime();
    const target = makeMemoryTarget();
    const made = makeFakeActuator({ target, now: () => runtime.now(), redo: "set-like" });
    const port = {
      ...made,
      probe: async () => blind,
      async apply(order: Parameters<typeof made.apply>[0]) {
        step += 1;
        if (step > 1) return { kind: "refused" as const, reason: "nothing was changed: no route to host" };
        await made.apply(order, NEVER_STOP);
        return { kind: "unknown" as const, reason: "the line broke" };
      },
    };
    const world = await makeContainWorld({ deps: { actions: [port], runtime } });
    await world.drive();
    await world.approve();
    await world.drive();
    for (const clock of [runtime, world.runtime]) await clock.advance(MINUTE + 5 * SECOND);
    await world.drive();
    expect(step).toBe(2);
    expect((await world.row()).state).toBe("unknown");
  });

  it.each([
    ["a device that is down", new AppError("command-failed", "no route to host")],
    ["a target that is gone", new AppError("cannot-plan", "process 7 is gone")],
    ["a program that is not installed", Object.assign(new Error("spawn nft ENOENT"), { code: "ENOENT" })],
    ["a bug", new TypeError("x is not a function")],
  ])("%s does not turn a block into a simulation: a person is told why", async (_name, error) => {
    const { drive, rows, incident } = await makeContainWorld({ deps: { actions: [...twoActuators(error)] } });
    expect(await drive()).toBe("person");
    expect(await rows()).toEqual([]);
    expect((await incident()).tasks[0]?.text).toContain(`edge should do it and cannot plan now: ${error.message}`);
    expect((await incident()).runs[0]?.state).toBe("failed");
  });

  it("a target of somebody else's is shown by simulate, which says that nothing reaches it", async () => {
    const notMine = new AppError("not-mine", "edge does not reach host web02");
    const { drive, row } = await makeContainWorld({ deps: { actions: [...twoActuators(notMine)] } });
    await drive();
    const { plan, policy } = await row();
    expect(plan.actuator).toBe("dry");
    expect(policy.reasons.at(-1)).toBe(
      "Only shown, not done: no actuator reaches this target (edge: edge does not reach host web02).",
    );
  });

  it("a target of nobody's, without simulate, is a task with every reason", async () => {
    const [edge] = twoActuators(new AppError("not-mine", "not my host"));
    const { drive, incident } = await makeContainWorld({ deps: { actions: edge === undefined ? [] : [edge] } });
    await drive();
    expect((await incident()).tasks[0]?.text).toContain("no actuator can do block-address here (edge: not my host)");
  });

  it.each([
    ["is gone", new AppError("cannot-plan", "process 7 is gone"), "cancelled", "process 7 is gone"],
    ["cannot be reached", new AppError("command-failed", "no route"), "authorised", "no route"],
    ["fails in a way nobody foresaw", new TypeError("oops"), "authorised", "oops"],
  ] as const)("after the approval the target %s", async (_name, error, state, reason) => {
    let approved = false;
    const fault = (call: string) => {
      if (approved && call === "plan") throw error;
      return undefined;
    };
    const { drive, approve, row, incident, target, runtime } = await makeContainWorld({ actuator: { fault } });
    await drive();
    await approve();
    approved = true;
    await drive();
    expect(await row()).toMatchObject({ state, detail: { reason: expect.stringContaining(reason) } });
    expect(target.log).toEqual([]);
    await runtime.advance(31 * MINUTE);
    await drive();
    const ended = await row();
    if (state === "cancelled") expect((await incident()).tasks[0]?.text).toContain(reason);
    else expect(ended).toMatchObject({ state: "expired", detail: { reason: expect.stringContaining(reason) } });
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
