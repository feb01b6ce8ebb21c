import { fold } from "@cordon/model/fold";
import { actionKey, incidentId, sha256Of } from "@cordon/model/ids";
import type { IncidentEntry, IncidentMove } from "@cordon/model/incident";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { blindEntries } from "./blind.ts";

const key = actionKey("a".repeat(64));
const grant = {
  planHash: sha256Of("b".repeat(64)),
  at: instant(3),
  expiresAt: instant(9),
};
const scored = (priority: number): IncidentMove => ({
  ...{ kind: "scored", priority, severity: "high", title: "T" },
  terms: [{ term: "severity", points: priority, why: `priority ${priority}` }],
});
const MOVES: readonly (readonly [by: string, move: IncidentMove])[] = [
  ["triage", { kind: "opened", id: incidentId("INC-1"), title: "T" }],
  ["triage", scored(40)],
  ["zoe", { kind: "assigned", person: "zoe" }],
  ["zoe", { kind: "note-added", text: "the backup, harmless" }],
  ["zoe", { kind: "grant-given", key, grant: { ...grant, by: { person: "zoe" } } }],
  ["contain", { kind: "grant-given", key, grant: { ...grant, by: { policy: "auto-low" } } }],
  ["zoe", { kind: "grant-refused", key, person: "zoe", reason: "harmless" }],
  ["zoe", { kind: "revert-asked", key, person: "zoe", reason: "harmless" }],
  ["zoe", { kind: "task-done", task: "t", person: "zoe", outcome: "done", text: "harmless" }],
  ["contain", { kind: "action-moved", key, to: "denied", detail: { person: "zoe" } }],
  ["zoe", { kind: "closed", verdict: "false-positive", note: "harmless", features: {} }],
  ["zoe", { kind: "reopened", reason: "or not harmless" }],
  ["triage", scored(77)],
  ["zoe", { kind: "closed", verdict: "true-positive", note: "it was", features: {} }],
];
const ENTRIES = MOVES.map(([by, move], at): IncidentEntry => ({ at: instant(at), by, ...move }));

describe("blind view", () => {
  it("BL1, BL2. neither verdict, nor words, nor names of people, nor scores after the verdict", () => {
    const left = blindEntries(ENTRIES);
    const text = JSON.stringify(left);
    for (const hidden of ["zoe", "harmless", "it was", "false-positive", "true-positive", "77"])
      expect(text).not.toContain(hidden);
    expect(text).toContain("auto-low");
    expect(left.map(({ kind }) => kind)).toEqual([
      ...["opened", "scored", "grant-given", "grant-given", "grant-refused"],
      ...["revert-asked", "task-done", "action-moved"],
    ]);
    const { priority, verdict, closedBy, assignee, notes, status } = fold(left.slice(0, 2));
    expect({ priority, verdict, closedBy, assignee, notes, status }).toMatchObject({ priority: 40, notes: [] });
  });

  it("BL1. leaves what nobody closed as it is, but for what people thought", () => {
    const open = ENTRIES.slice(0, 2);
    expect(blindEntries(open)).toEqual(open);
  });
});
