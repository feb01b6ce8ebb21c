import { incidentId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE } from "@cordon/model/time";
import { blockAddress, CASE, isolateHost, openCase, proposalsFor } from "@cordon/testkit/contain-case";
import { automatic, BLOCK, makeContainWorld, TARGET } from "@cordon/testkit/contain-world";
import { makeFakeActuator, makeMemoryTarget } from "@cordon/testkit/fake-actuator";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { makeContain } from "./contain.ts";

const refusal = (code: string) => expect.objectContaining({ code });

describe("the way of an action", () => {
  it("waits for one approval, acts, verifies, and is undone at its time limit", async () => {
    const { runtime, target, drive, row, approve, incident } = await makeContainWorld();
    expect(await drive()).toBe("person");
    expect(await row()).toMatchObject({ state: "proposed", policy: { outcome: "needs-approval", approvalsNeeded: 1 } });
    expect(target.log).toEqual([]);
    expect(await approve()).toMatchObject({ approvals: 1, needed: 1 });
    expect(await drive()).toBe("effect");
    const done = await row();
    expect(done.state).toBe("verified");
    expect(target.log).toEqual([`+${TARGET} ${done.key}`]);
    expect((await incident()).runs[0]?.state).toBe("succeeded");
    await runtime.advance(HOUR);
    await drive();
    expect((await row()).state).toBe("reverted");
    expect(target.effects.size).toBe(0);
  });

  it("passes through every state in order, each in the journal", async () => {
    const { runtime, drive, approve, journal } = await makeContainWorld();
    await drive();
    await approve();
    await drive();
    await runtime.advance(HOUR);
    await drive();
    const { entries } = await journal.read(CASE);
    const states = entries.flatMap((entry) => (entry.kind === "action-moved" ? [entry.to] : []));
    expect(states).toEqual(["authorised", "intent", "dispatched", "verified", "reverting", "reverted"]);
  });

  it("runs at once when the policy says automatic", async () => {
    const { target, drive, row } = await makeContainWorld({ deps: { policy: automatic } });
    expect(await drive()).toBe("effect");
    expect(await row()).toMatchObject({ state: "verified", grants: [{ by: { policy: "needs-0" } }] });
    expect(target.effects.size).toBe(1);
  });

  it("planning twice starts nothing twice", async () => {
    const { contain, incident, rows, drive } = await makeContainWorld();
    expect(await contain.planResponse(await incident(), NEVER_STOP)).toBe(1);
    expect(await contain.planResponse(await incident(), NEVER_STOP)).toBe(0);
    await drive();
    await drive();
    expect(await rows()).toHaveLength(1);
  });

  it("a combined playbook goes capture, isolate, notify", async () => {
    const proposals = proposalsFor([isolateHost("web01")], "contain-compromised-host");
    const { drive, row, contain, target } = await makeContainWorld({ proposals });
    expect(await drive()).toBe("person");
    expect((await row("capture-forensics")).state).toBe("verified");
    const isolate = await row("isolate-host");
    await contain.approve(isolate.key, "alice", isolate.plan.hash);
    expect(await drive()).toBe("effect");
    expect(target.log.map((line) => line.split("|")[0])).toEqual(["+capture-forensics", "+isolate-host", "+notify"]);
  });

  it("in simulation nothing is touched and the row says simulated", async () => {
    const runtime = makeVirtualRuntime();
    const target = makeMemoryTarget();
    const simulated = makeFakeActuator({ target, now: () => runtime.now(), simulated: true, name: "dry" });
    const { drive, row, approve } = await makeContainWorld({
      deps: { actions: [simulated], settings: { mode: "simulation" } },
    });
    await drive();
    await approve();
    await drive();
    expect((await row()).state).toBe("simulated");
    expect(target.log).toEqual([]);
  });
});

describe("people and incidents", () => {
  it("two incidents share one effect; the last one to let go removes it", async () => {
    const setup = await makeContainWorld({ deps: { policy: automatic } });
    const other = incidentId("INC-TEST0002");
    await setup.drive();
    await setup.runtime.advance(30 * MINUTE);
    await openCase(setup.journal, setup.runtime.now(), proposalsFor([blockAddress("203.0.113.5", other)]), {
      id: other,
    });
    const second = await setup.journal.get(other);
    if (second === undefined) throw new Error("no incident");
    await setup.contain.planResponse(second, NEVER_STOP);
    await setup.contain.step({ id: other }, NEVER_STOP);
    expect((await setup.rows()).map((row) => row.state)).toEqual(["verified", "verified"]);
    expect(setup.target.log).toHaveLength(1);
    await setup.runtime.advance(30 * MINUTE);
    await setup.contain.sweep(setup.runtime.now(), NEVER_STOP);
    expect((await setup.rows()).map((row) => row.state).sort()).toEqual(["reverted", "verified"]);
    expect(setup.target.effects.size).toBe(1);
    await setup.runtime.advance(30 * MINUTE);
    await setup.contain.sweep(setup.runtime.now(), NEVER_STOP);
    expect((await setup.rows()).map((row) => row.state)).toEqual(["reverted", "reverted"]);
    expect(setup.target.effects.size).toBe(0);
  });

  it("a person undoes early, and cannot undo what cannot be undone", async () => {
    const { drive, approve, row, contain, target } = await makeContainWorld();
    await drive();
    await approve();
    await drive();
    await contain.askRevert((await row()).key, "carol");
    await drive();
    expect((await row()).state).toBe("reverted");
    expect(target.effects.size).toBe(0);
    await expect(contain.askRevert((await row()).key, "carol")).rejects.toEqual(refusal("cannot-revert"));
  });

  it("a refusal ends it", async () => {
    const { drive, row, contain, target, incident } = await makeContainWorld();
    await drive();
    await contain.deny((await row()).key, "bob", "that is our partner");
    await drive();
    expect((await row()).state).toBe("denied");
    expect((await incident()).runs[0]?.state).toBe("failed");
    expect(target.log).toEqual([]);
  });

  it("closing an incident withdraws what waits and keeps what stands until its end", async () => {
    const proposals = proposalsFor([BLOCK, blockAddress("203.0.113.6")]);
    const { drive, rows, contain, runtime, journal, incident } = await makeContainWorld({ proposals });
    await drive();
    const [first] = await rows();
    if (first === undefined) throw new Error("no row");
    await contain.approve(first.key, "alice", first.plan.hash);
    await drive();
    const { foldMore } = await import("@cordon/model/fold");
    const now = await incident();
    const closed = [
      {
        kind: "closed" as const,
        at: runtime.now(),
        by: "alice",
        verdict: "true-positive" as const,
        note: "",
        features: {},
      },
    ] as const;
    await journal.append(CASE, now.version, closed, foldMore(now, closed));
    expect(await drive()).toBe("effect");
    expect((await rows()).map((row) => row.state).sort()).toEqual(["cancelled", "verified"]);
    await runtime.advance(HOUR);
    expect(await drive()).toBe("done");
    expect((await rows()).map((row) => row.state).sort()).toEqual(["cancelled", "reverted"]);
  });

  it("without an actuator the step fails with a task for a person", async () => {
    const { drive, incident, rows } = await makeContainWorld({ deps: { actions: [] } });
    expect(await drive()).toBe("person");
    expect(await rows()).toEqual([]);
    expect((await incident()).tasks[0]?.text).toContain("no actuator is configured for block-address");
  });

  it("without a playbook the proposal is answered by a task, once", async () => {
    const { drive, incident } = await makeContainWorld({ deps: { playbooks: [] } });
    expect(await drive()).toBe("person");
    expect(await drive()).toBe("person");
    expect((await incident()).tasks).toHaveLength(1);
    expect((await incident()).runs.map((run) => run.state)).toEqual(["failed"]);
  });

  it("simulate says effects and verdict and touches nothing", async () => {
    const { contain, target, journal } = await makeContainWorld();
    const { version } = await journal.read(CASE);
    const outcome = await contain.simulate(
      "contain-compromised-host",
      { __host__: "host:web01", __channel__: "webhook" },
      NEVER_STOP,
    );
    expect(outcome.ends).toBe("succeeded");
    expect(outcome.steps.map((step) => step.action?.kind)).toEqual(["capture-forensics", "isolate-host", "notify"]);
    expect(outcome.steps[1]).toMatchObject({
      effects: ["put isolate-host|host:web01 into the table"],
      policy: { outcome: "needs-approval", approvalsNeeded: 1 },
    });
    expect(target.log).toEqual([]);
    expect((await journal.read(CASE)).version).toBe(version);
  });

  it("two workers at once do a thing once", async () => {
    const { base, drive, approve, target, rows } = await makeContainWorld();
    await drive();
    await approve();
    const workers = [makeContain(base), makeContain(base), makeContain(base)];
    await Promise.all(workers.map((worker) => worker.step({ id: CASE }, NEVER_STOP)));
    expect(target.log).toHaveLength(1);
    expect((await rows()).map((row) => row.state)).toEqual(["verified"]);
  });
});
