import { incidentId } from "@cordon/model/ids";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE } from "@cordon/model/time";
import {
  blockAddress,
  CASE,
  disableAccount,
  inventoryOf,
  isolateHost,
  proposalsFor,
} from "@cordon/testkit/contain-case";
import { automatic, makeContainWorld } from "@cordon/testkit/contain-world";
import { describe, expect, it } from "vitest";

const refusal = (code: string) => expect.objectContaining({ code });

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
    const { drive, row, target } = await makeContainWorld({ proposals: proposalsFor([blockAddress(value)]), deps });
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
    const { drive, row, target } = await makeContainWorld({ proposals: proposalsFor([disableAccount(value)]), deps });
    await drive();
    expect((await row("disable-account")).state).toBe("forbidden");
    expect(target.log).toEqual([]);
  });

  it.each(["dc01", "DC01", "dc01.corp.example", "dc01.corp.example.", "cordon01"])(
    "the host %s is never isolated",
    async (value) => {
      const inventory = inventoryOf([{ key: "host:dc01", protected: true }]);
      const deps = { policy: automatic, inventory, settings: { ownHosts: ["cordon01"] } };
      const { drive, row } = await makeContainWorld({ proposals: proposalsFor([isolateHost(value)]), deps });
      await drive();
      expect((await row("isolate-host")).state).toBe("forbidden");
    },
  );

  it("a target of another incident is refused (G2)", async () => {
    const foreign = blockAddress("203.0.113.5", incidentId("INC-OTHER000"));
    const { drive, row, target } = await makeContainWorld({
      proposals: proposalsFor([foreign]),
      deps: { policy: automatic },
    });
    await drive();
    // The address is known to this incident too, so it is bound to this incident's own evidence, never to the other's.
    expect((await row()).action).toMatchObject({ address: { incident: CASE } });
    expect(target.log).toHaveLength(1);
  });

  it("over the cap nothing is automatic any more", async () => {
    const actions = [1, 2, 3, 4].map((n) => blockAddress(`203.0.113.${n}`));
    const deps = { policy: automatic, settings: { caps: { perAction: 10, perIncident: 25, perHour: 2 } } };
    const { drive, rows, target } = await makeContainWorld({ proposals: proposalsFor(actions), deps });
    expect(await drive()).toBe("person");
    expect((await rows()).map((item) => item.state).sort()).toEqual(["proposed", "proposed", "verified", "verified"]);
    expect(target.log).toHaveLength(2);
  });

  it("the kill switch stops what is new and never an undo", async () => {
    let on = false;
    const { drive, approve, row, contain, runtime, target } = await makeContainWorld({
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
    const { drive, row } = await makeContainWorld({ deps: { policy } });
    await drive();
    expect((await row()).state).toBe("forbidden");
  });
});
