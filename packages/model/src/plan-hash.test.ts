import { describe, expect, it } from "vitest";
import type { Action, ActionPlan } from "./action.ts";
import { eventId, incidentId, sha256Of } from "./ids.ts";
import { planPreimage } from "./plan-hash.ts";

const address = {
  ...{ kind: "ip" as const, value: "203.0.113.5", incident: incidentId("INC-1"), control: "attacker" as const },
  evidence: [eventId("e1")] as const,
};
const action: Action = { kind: "block-address", address };
const plan: ActionPlan = {
  ...{ hash: sha256Of("0"), actuator: "edge", effects: ["drop"], affected: [], undo: "yes", ttlMs: 1_000, before: {} },
};

describe("what a grant binds to", () => {
  const changes: [string, Action, ActionPlan][] = [
    ["target", { ...action, address: { ...address, value: "203.0.113.6" } }, plan],
    ["scope", { ...action, address: { ...address, incident: incidentId("INC-2") } }, plan],
    ["evidence", { ...action, address: { ...address, evidence: [eventId("e2")] } }, plan],
    ["who chose the value", { ...action, address: { ...address, control: "platform" } }, plan],
    ["kind", { kind: "isolate-host", host: address }, plan],
    ["actuator", action, { ...plan, actuator: "other" }],
    ["effects", action, { ...plan, effects: ["drop", "more"] }],
    ["affected", action, { ...plan, affected: [{ kind: "host", role: "target", value: "x" }] }],
    ["undo", action, { ...plan, undo: "no" }],
    ["time limit", action, { ...plan, ttlMs: 1_001 }],
  ];
  it.each(changes)("another %s is another plan (G5)", (_name, otherAction, otherPlan) => {
    expect(planPreimage(otherAction, otherPlan)).not.toBe(planPreimage(action, plan));
  });
  it("the state before does not take part", () => {
    const later: ActionPlan = { ...plan, before: { present: true } };
    expect(planPreimage(action, later)).toBe(planPreimage(action, plan));
  });
});
