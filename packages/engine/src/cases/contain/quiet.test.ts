/** Whoever drives incidents asks `nextStep` and calls `step`: when it says "contain", `step` must have something to do. */
import { foldMore } from "@cordon/model/fold";
import { nextStep } from "@cordon/model/next-step";
import { SECOND } from "@cordon/model/time";
import { CASE, proposalsFor } from "@cordon/testkit/contain-case";
import { automatic, BLOCK, makeContainWorld } from "@cordon/testkit/contain-world";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

type Event = "approve" | "deny" | "revert" | "close" | "switch" | "lose" | "minute" | "hour";
const EVENTS: readonly Event[] = ["approve", "deny", "revert", "close", "switch", "lose", "minute", "hour"];

async function playOut(events: readonly Event[], auto: boolean): Promise<void> {
  let killed = false;
  let losing = false;
  const fault = (call: string) => (losing && call === "apply" ? ("lost" as const) : undefined);
  const settings = { killSwitch: () => killed };
  const proposals = proposalsFor([BLOCK]);
  const deps = auto ? { policy: automatic, settings } : { settings };
  const world = await makeContainWorld({ proposals, actuator: { fault }, deps });
  const turns: Readonly<Record<Event, () => Promise<unknown>>> = {
    approve: () => world.approve(),
    deny: async () => world.contain.deny((await world.row()).key, "bob", "no"),
    revert: async () => world.contain.askRevert((await world.row()).key, "carol"),
    async close() {
      const incident = await world.incident();
      if (incident.status === "closed") return;
      const word = { kind: "closed", verdict: "true-positive", note: "", features: {} } as const;
      const entries = [{ ...word, at: world.runtime.now(), by: "alice" }] as const;
      await world.journal.append(CASE, incident.version, entries, foldMore(incident, entries));
    },
    async switch() {
      killed = !killed;
    },
    async lose() {
      losing = !losing;
    },
    minute: () => world.runtime.advance(66 * SECOND),
    hour: () => world.runtime.advance(3_700 * SECOND),
  };
  await world.drive();
  for (const event of events) {
    // A word that is refused is a case too: nothing may have changed by it.
    await turns[event]().catch((error: unknown) => expect(error).toHaveProperty("code"));
    expect(await world.drive()).not.toBe("busy");
    const step = nextStep(await world.incident(), world.runtime.now());
    expect(step.kind).not.toBe("contain");
    // One effect at most, whatever happened so far.
    expect(world.target.log.filter((line) => line.startsWith("+")).length).toBeLessThanOrEqual(1);
  }
}

describe("containment comes to rest", () => {
  it("after any sequence of words, faults and hours", async () => {
    const sequence = fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 8 });
    await fc.assert(fc.asyncProperty(sequence, fc.boolean(), playOut), { numRuns: 150 });
  });
});
