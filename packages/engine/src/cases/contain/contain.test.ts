import type { LedgerRow } from "@cordon/model/action";
import { type ActionKey, incidentId } from "@cordon/model/ids";
import type { Proposal } from "@cordon/model/investigation";
import { nextStep } from "@cordon/model/next-step";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import {
  blockAddress,
  CASE,
  contentPlaybooks,
  countingPolicy,
  disableAccount,
  inventoryOf,
  isolateHost,
  openCase,
  proposalsFor,
} from "@cordon/testkit/contain-case";
import { type FakeActuatorOptions, makeFakeActuator, makeMemoryTarget } from "@cordon/testkit/fake-actuator";
import { makeMemoryState } from "@cordon/testkit/memory-state";
import { makeVirtualRuntime } from "@cordon/testkit/virtual-runtime";
import { describe, expect, it } from "vitest";
import { type ContainDeps, makeContain } from "./contain.ts";

const CONTAINS: ReadonlySet<string> = new Set(["block-address", "disable-account", "isolate-host", "kill-process"]);
const assisted = countingPolicy((kind) => (CONTAINS.has(kind) ? 1 : 0));
const automatic = countingPolicy(() => 0);

interface Setup {
  readonly proposals?: readonly Proposal[];
  readonly deps?: Partial<ContainDeps>;
  readonly actuator?: Partial<FakeActuatorOptions>;
}

const BLOCK = blockAddress("203.0.113.5");
const TARGET = "block-address|ip:203.0.113.5";

async function setUp({ proposals = proposalsFor([BLOCK]), deps = {}, actuator = {} }: Setup = {}) {
  const runtime = makeVirtualRuntime();
  const state = makeMemoryState();
  const target = makeMemoryTarget();
  const port = makeFakeActuator({ target, now: () => runtime.now(), ...actuator });
  const base: ContainDeps = {
    ...{ journal: state.journal, ledger: state.ledger, actions: [port], policy: assisted, inventory: inventoryOf() },
    ...{ runtime, playbooks: contentPlaybooks(runtime) },
  };
  const contain = makeContain({ ...base, ...deps });
  await openCase(state.journal, runtime.now(), proposals);
  const incident = async () => {
    const found = await state.journal.get(CASE);
    if (found === undefined) throw new Error("no incident");
    return found;
  };
  /** What the score does: plan, step, until it has to wait. */
  const drive = async (): Promise<string> => {
    for (let turn = 0; turn < 50; turn++) {
      const step = nextStep(await incident(), runtime.now());
      if (step.kind === "plan-response") await contain.planResponse(await incident(), NEVER_STOP);
      else if (step.kind === "contain") await contain.step({ id: CASE }, NEVER_STOP);
      else return step.kind === "wait" ? step.for : step.kind;
    }
    return "busy";
  };
  const rows = (): Promise<readonly LedgerRow[]> => state.ledger.list(100);
  const row = async (kind = "block-address"): Promise<LedgerRow> => {
    const found = (await rows())
      .filter((item) => item.action.kind === kind)
      .sort((a, b) => b.proposedAt - a.proposedAt || b.updatedAt - a.updatedAt);
    const newest = found.find((item) => item.detail.supersededBy === undefined) ?? found[0];
    if (newest === undefined) throw new Error(`no ${kind}`);
    return newest;
  };
  const approve = async (person = "alice") => {
    const { key, plan } = await row();
    return contain.approve(key, person, plan.hash);
  };
  return { runtime, ...state, target, contain, base, incident, drive, rows, row, approve };
}

const refusal = (code: string) => expect.objectContaining({ code });

describe("the way of an action", () => {
  it("waits for one approval, acts, verifies, and is undone at its time limit", async () => {
    const { runtime, target, drive, row, approve, incident } = await setUp();
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
    const { runtime, drive, approve, journal } = await setUp();
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
    const { target, drive, row } = await setUp({ deps: { policy: automatic } });
    expect(await drive()).toBe("effect");
    expect(await row()).toMatchObject({ state: "verified", grants: [{ by: { policy: "needs-0" } }] });
    expect(target.effects.size).toBe(1);
  });

  it("planning twice starts nothing twice", async () => {
    const { contain, incident, rows, drive } = await setUp();
    expect(await contain.planResponse(await incident(), NEVER_STOP)).toBe(1);
    expect(await contain.planResponse(await incident(), NEVER_STOP)).toBe(0);
    await drive();
    await drive();
    expect(await rows()).toHaveLength(1);
  });

  it("a combined playbook goes capture, isolate, notify", async () => {
    const proposals = proposalsFor([isolateHost("web01")], "contain-compromised-host");
    const { drive, row, contain, target } = await setUp({ proposals });
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
    const { drive, row, approve } = await setUp({ deps: { actions: [simulated], settings: { mode: "simulation" } } });
    await drive();
    await approve();
    await drive();
    expect((await row()).state).toBe("simulated");
    expect(target.log).toEqual([]);
  });
});

describe("approvals (G5)", () => {
  it.each([
    [
      "a plan that was not shown",
      "plan-changed",
      async (s: Awaited<ReturnType<typeof setUp>>) => s.contain.approve((await s.row()).key, "alice", "0".repeat(64)),
    ],
    [
      "an unknown action",
      "action-unknown",
      async (s: Awaited<ReturnType<typeof setUp>>) => s.contain.approve("0" as ActionKey, "alice", ""),
    ],
    [
      "after its time",
      "approval-expired",
      async (s: Awaited<ReturnType<typeof setUp>>) => {
        await s.runtime.advance(31 * MINUTE);
        return s.approve();
      },
    ],
    [
      "twice",
      "grant-used",
      async (s: Awaited<ReturnType<typeof setUp>>) => {
        await s.approve();
        await s.drive();
        return s.approve("bob");
      },
    ],
    [
      "after a refusal",
      "grant-used",
      async (s: Awaited<ReturnType<typeof setUp>>) => {
        await s.contain.deny((await s.row()).key, "bob", "no");
        return s.approve();
      },
    ],
  ])("%s is refused: %s", async (_name, code, act) => {
    const setup = await setUp();
    await setup.drive();
    await expect(act(setup)).rejects.toEqual(refusal(code));
  });

  it("nobody approves what they asked for, under any spelling of the name", async () => {
    const { contain, drive, row } = await setUp({ proposals: [] });
    await expect(
      contain.respond(
        CASE,
        { playbook: "block-address", variables: { __address__: "ip:203.0.113.5" }, person: "alice", reason: "by hand" },
        NEVER_STOP,
      ),
    ).resolves.toContain("run-");
    await drive();
    // The address is no entity of this incident: nothing to approve (G2).
    await expect(row()).rejects.toThrow("no block-address");
    const second = await setUp();
    await second.contain.respond(
      CASE,
      { playbook: "block-address", variables: { __address__: "ip:203.0.113.5" }, person: "alice", reason: "by hand" },
      NEVER_STOP,
    );
    await second.contain.step({ id: CASE }, NEVER_STOP);
    await expect(second.approve(" ALICE ")).rejects.toEqual(refusal("own-proposal"));
    await expect(second.approve("bob")).resolves.toMatchObject({ approvals: 1 });
  });

  it("two approvals are by two persons", async () => {
    const { drive, approve, row, target } = await setUp({ deps: { policy: countingPolicy(() => 2) } });
    await drive();
    await approve("alice");
    await expect(approve("Alice")).rejects.toEqual(refusal("already-approved"));
    expect(await drive()).toBe("person");
    expect(target.log).toEqual([]);
    await approve("bob");
    await drive();
    expect((await row()).state).toBe("verified");
  });

  it("a plan that changed after approval voids it and asks anew", async () => {
    let remark = "";
    const { drive, approve, row, rows, target } = await setUp({ actuator: { remark: () => remark } });
    await drive();
    await approve();
    remark = ", and the next one too";
    expect(await drive()).toBe("person");
    expect(target.log).toEqual([]);
    expect((await rows()).map((item) => item.state).sort()).toEqual(["cancelled", "proposed"]);
    expect((await row()).plan.effects[0]).toContain("the next one");
    await approve();
    await drive();
    expect((await row()).state).toBe("verified");
  });

  it("a changed policy voids approvals given under the old one", async () => {
    const { base, drive, approve, rows, target } = await setUp();
    await drive();
    await approve();
    const other = makeContain({ ...base, policy: countingPolicy((kind) => (CONTAINS.has(kind) ? 1 : 0), "policy-2") });
    await other.step({ id: CASE }, NEVER_STOP);
    expect(target.log).toEqual([]);
    expect((await rows()).map((item) => item.state).sort()).toEqual(["cancelled", "proposed"]);
  });

  it("an approval that is not used in time lapses", async () => {
    const { drive, approve, row, contain, runtime, target } = await setUp();
    await drive();
    await approve();
    await runtime.advance(31 * MINUTE);
    await contain.sweep(runtime.now(), NEVER_STOP);
    expect((await row()).state).toBe("expired");
    expect(target.log).toEqual([]);
    const key = await contain.renew((await row()).key, "carol");
    expect(await drive()).toBe("person");
    expect(await row()).toMatchObject({ key, state: "proposed", grants: [] });
    await approve();
    await drive();
    expect((await row()).state).toBe("verified");
  });

  it("the policy may forbid a person to approve", async () => {
    const policy = {
      ...assisted,
      decide: async (request: Parameters<typeof assisted.decide>[0]) =>
        request.action === "approve"
          ? { decision: "deny" as const, policies: [], reasons: ["viewers look"], errors: [] }
          : assisted.decide(request),
    };
    const { drive, approve } = await setUp({ deps: { policy } });
    await drive();
    await expect(approve()).rejects.toEqual(refusal("person-not-allowed"));
  });
});

describe("rails", () => {
  it.each([
    ["loopback", "127.0.0.1"],
    ["a private address", "10.1.2.3"],
    ["a mapped private address", "::ffff:192.168.1.1"],
    ["link-local", "fe80::1"],
    ["multicast", "224.0.0.9"],
    ["a network", "203.0.113.0/24"],
    ["a resolver", "8.8.8.8"],
    ["own address", "198.51.100.7"],
    ["a protected network", "198.18.5.5"],
    ["no address at all", "203.0.113.5; reboot"],
  ])("%s is never blocked, whatever the policy says", async (_name, value) => {
    const inventory = inventoryOf([{ key: "subnet:198.18.0.0/15", protected: true }]);
    const deps = { policy: automatic, inventory, settings: { ownAddresses: ["198.51.100.0/24"] } };
    const { drive, row, target } = await setUp({ proposals: proposalsFor([blockAddress(value)]), deps });
    await drive();
    expect(await row()).toMatchObject({ state: "forbidden", policy: { outcome: "forbidden" } });
    expect(target.log).toEqual([]);
  });

  it.each([
    "root",
    "CORP\\Administrator",
    "administrator@corp.example",
    "S-1-5-18",
    "S-1-5-21-1-2-3-500",
    "WEB01$",
    "CORP\\Breakglass",
    "boss",
  ])("the account %s is never disabled", async (value) => {
    const inventory = inventoryOf([{ key: "user:boss", protected: true }]);
    const deps = { policy: automatic, inventory, settings: { breakGlass: ["root", "administrator", "breakglass"] } };
    const { drive, row, target } = await setUp({ proposals: proposalsFor([disableAccount(value)]), deps });
    await drive();
    expect((await row("disable-account")).state).toBe("forbidden");
    expect(target.log).toEqual([]);
  });

  it.each(["dc01", "DC01", "dc01.corp.example", "dc01.corp.example.", "cordon01"])(
    "the host %s is never isolated",
    async (value) => {
      const inventory = inventoryOf([{ key: "host:dc01", protected: true }]);
      const deps = { policy: automatic, inventory, settings: { ownHosts: ["cordon01"] } };
      const { drive, row } = await setUp({ proposals: proposalsFor([isolateHost(value)]), deps });
      await drive();
      expect((await row("isolate-host")).state).toBe("forbidden");
    },
  );

  it("a target of another incident is refused (G2)", async () => {
    const foreign = blockAddress("203.0.113.5", incidentId("INC-OTHER000"));
    const { drive, row, target } = await setUp({ proposals: proposalsFor([foreign]), deps: { policy: automatic } });
    await drive();
    // The address is known to this incident too, so it is bound to this incident's own evidence, never to the other's.
    expect((await row()).action).toMatchObject({ address: { incident: CASE } });
    expect(target.log).toHaveLength(1);
  });

  it("over the cap nothing is automatic any more", async () => {
    const actions = [1, 2, 3, 4].map((n) => blockAddress(`203.0.113.${n}`));
    const deps = { policy: automatic, settings: { caps: { perAction: 10, perIncident: 25, perHour: 2 } } };
    const { drive, rows, target } = await setUp({ proposals: proposalsFor(actions), deps });
    expect(await drive()).toBe("person");
    expect((await rows()).map((item) => item.state).sort()).toEqual(["proposed", "proposed", "verified", "verified"]);
    expect(target.log).toHaveLength(2);
  });

  it("the kill switch stops what is new and never an undo", async () => {
    let on = false;
    const { drive, approve, row, contain, runtime, target } = await setUp({
      deps: { settings: { killSwitch: () => on } },
    });
    await drive();
    on = true;
    await expect(approve()).rejects.toEqual(refusal("kill-switch-on"));
    on = false;
    await approve();
    on = true;
    await contain.step({ id: CASE }, NEVER_STOP);
    expect((await row()).state).toBe("proposed");
    expect(target.log).toEqual([]);
    on = false;
    await runtime.advance(MINUTE);
    await drive();
    expect((await row()).state).toBe("verified");
    on = true;
    await runtime.advance(HOUR);
    await contain.sweep(runtime.now(), NEVER_STOP);
    expect((await row()).state).toBe("reverted");
  });

  it("an error of the policy is a no", async () => {
    const policy = {
      digest: "x",
      decide: async () => ({ decision: "permit" as const, policies: ["p"], reasons: [], errors: ["boom"] }),
    };
    const { drive, row } = await setUp({ deps: { policy } });
    await drive();
    expect((await row()).state).toBe("forbidden");
  });
});

describe("when the world misbehaves", () => {
  it("a refused call fails the action and the run", async () => {
    let calls = 0;
    const fault = (call: string) => {
      if (call === "apply") calls += 1;
      return undefined;
    };
    const { drive, approve, row, incident } = await setUp({ actuator: { fault, now: () => Number.MAX_SAFE_INTEGER } });
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
      const { drive, approve, row, runtime, target } = await setUp({ actuator: { fault, redo } });
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
    const { drive, approve, row, runtime, target } = await setUp({ actuator: { fault } });
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
    const { drive, approve, row, runtime, target, incident } = await setUp({ actuator: { fault, redo: "blind" } });
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
    const { approve, drive, row, runtime, contain } = await setUp({ actuator: { fault } });
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
    const { drive, approve, row, runtime, target, incident } = await setUp({ actuator: { fault } });
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
    const { drive, approve, row, runtime, target } = await setUp();
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
});

describe("people and incidents", () => {
  it("two incidents share one effect; the last one to let go removes it", async () => {
    const setup = await setUp({ deps: { policy: automatic } });
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
    const { drive, approve, row, contain, target } = await setUp();
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
    const { drive, row, contain, target, incident } = await setUp();
    await drive();
    await contain.deny((await row()).key, "bob", "that is our partner");
    await drive();
    expect((await row()).state).toBe("denied");
    expect((await incident()).runs[0]?.state).toBe("failed");
    expect(target.log).toEqual([]);
  });

  it("closing an incident withdraws what waits and keeps what stands until its end", async () => {
    const proposals = proposalsFor([BLOCK, blockAddress("203.0.113.6")]);
    const { drive, rows, contain, runtime, journal, incident } = await setUp({ proposals });
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
    const { drive, incident, rows } = await setUp({ deps: { actions: [] } });
    expect(await drive()).toBe("person");
    expect(await rows()).toEqual([]);
    expect((await incident()).tasks[0]?.text).toContain("no actuator is configured for block-address");
  });

  it("simulate says effects and verdict and touches nothing", async () => {
    const { contain, target, journal } = await setUp();
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
    const { base, drive, approve, target, rows } = await setUp();
    await drive();
    await approve();
    const workers = [makeContain(base), makeContain(base), makeContain(base)];
    await Promise.all(workers.map((worker) => worker.step({ id: CASE }, NEVER_STOP)));
    expect(target.log).toHaveLength(1);
    expect((await rows()).map((row) => row.state)).toEqual(["verified"]);
  });
});
