import type { ActionKey } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { MINUTE } from "@cordon/model/time";
import { CASE, countingPolicy } from "@cordon/testkit/contain-case";
import { assisted, CONTAINS, type ContainWorld, makeContainWorld } from "@cordon/testkit/contain-world";
import { describe, expect, it } from "vitest";
import { makeContain } from "./contain.ts";

const refusal = (code: string) => expect.objectContaining({ code });

describe("approvals (G5)", () => {
  it.each([
    [
      "a plan that was not shown",
      "plan-changed",
      async (s: ContainWorld) => s.contain.approve((await s.row()).key, "alice", "0".repeat(64)),
    ],
    [
      "an unknown action",
      "action-unknown",
      async (s: ContainWorld) => s.contain.approve("0" as ActionKey, "alice", ""),
    ],
    [
      "after its time",
      "approval-expired",
      async (s: ContainWorld) => {
        await s.runtime.advance(31 * MINUTE);
        return s.approve();
      },
    ],
    [
      "twice",
      "grant-used",
      async (s: ContainWorld) => {
        await s.approve();
        await s.drive();
        return s.approve("bob");
      },
    ],
    [
      "after a refusal",
      "grant-used",
      async (s: ContainWorld) => {
        await s.contain.deny((await s.row()).key, "bob", "no");
        return s.approve();
      },
    ],
  ])("%s is refused: %s", async (_name, code, act) => {
    const setup = await makeContainWorld();
    await setup.drive();
    await expect(act(setup)).rejects.toEqual(refusal(code));
  });

  it("nobody approves what they asked for, under any spelling of the name", async () => {
    const { contain, drive, row } = await makeContainWorld({ proposals: [] });
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
    const second = await makeContainWorld();
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
    const { drive, approve, row, target } = await makeContainWorld({ deps: { policy: countingPolicy(() => 2) } });
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
    const { drive, approve, row, rows, target } = await makeContainWorld({ actuator: { remark: () => remark } });
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
    const { base, drive, approve, rows, target } = await makeContainWorld();
    await drive();
    await approve();
    const other = makeContain({ ...base, policy: countingPolicy((kind) => (CONTAINS.has(kind) ? 1 : 0), "policy-2") });
    await other.step({ id: CASE }, NEVER_STOP);
    expect(target.log).toEqual([]);
    expect((await rows()).map((item) => item.state).sort()).toEqual(["cancelled", "proposed"]);
  });

  it("an approval that is not used in time lapses", async () => {
    const { drive, approve, row, contain, runtime, target } = await makeContainWorld();
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
    const { drive, approve } = await makeContainWorld({ deps: { policy } });
    await drive();
    await expect(approve()).rejects.toEqual(refusal("person-not-allowed"));
  });
});
