import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActionPlan, LedgerState, PolicyVerdict } from "./action.ts";
import { LEDGER_STATES } from "./action.ts";
import type { Detection } from "./detection.ts";
import { fold, foldMore } from "./fold.ts";
import { actionKey, detectionId, eventId, incidentId, sha256Of } from "./ids.ts";
import type { IncidentEntry, IncidentMove } from "./incident.ts";
import { instant } from "./time.ts";

const plan: ActionPlan = {
  hash: sha256Of("p"),
  actuator: "simulate",
  effects: [],
  affected: [],
  undo: "yes",
  before: {},
};
const policy = (outcome: PolicyVerdict["outcome"]): PolicyVerdict => ({
  outcome,
  approvalsNeeded: 1,
  policies: [],
  reasons: [],
});
const id = incidentId("INC-00000001");
const host = { kind: "host", value: "a", incident: id, control: "environment", evidence: [eventId("e-0")] } as const;

function detection(name: string, time = 0): Detection {
  return {
    id: detectionId(name),
    rule: { id: "r", title: "t", level: "high", source: "s", version: sha256Of("0") },
    severity: "high",
    ...{ confidence: 50, techniques: [`T${name}`], tactics: ["execution"], time: instant(time) },
    evidence: [eventId(`${name}-0`)],
    entities: [{ kind: "host", role: "device", value: name }],
    ...{ dedupKey: name, input: "i", position: 1, matched: [] },
  };
}

const name = fc.constantFrom("a", "b", "c");
const key = name.map(actionKey);
const move: fc.Arbitrary<IncidentMove> = fc.oneof(
  fc.constant<IncidentMove>({ kind: "opened", id, title: "t" }),
  fc
    .tuple(name, fc.nat(99))
    .map(([one, at]): IncidentMove => ({ kind: "detection-joined", detection: detection(one, at), because: [] })),
  fc.tuple(name, fc.nat(99)).map(
    ([one, at]): IncidentMove => ({
      kind: "detection-repeated",
      detection: detectionId(one),
      times: 2,
      last: instant(at),
      evidence: [eventId(`${at}-0`)],
    }),
  ),
  fc.nat(100).map((priority): IncidentMove => ({ kind: "scored", priority, severity: "low", terms: [], title: "s" })),
  name.map(
    (run): IncidentMove => ({ kind: "run-started", run, playbook: "p", digest: "d", reason: "r", variables: {} }),
  ),
  fc
    .tuple(name, fc.constantFrom("", "s1", "s2"), fc.constantFrom("running", "waiting", "succeeded", "failed", "ended"))
    .map(([run, step, state]): IncidentMove => ({ kind: "run-moved", run, step, state, detail: {} })),
  fc.tuple(key, fc.constantFrom("automatic", "needs-approval", "forbidden")).map(
    ([one, outcome]): IncidentMove => ({
      kind: "action-proposed",
      key: one,
      action: { kind: "isolate-host", host },
      plan,
      policy: policy(outcome),
      run: "a",
      reason: "r",
    }),
  ),
  key.map(
    (one): IncidentMove => ({
      kind: "grant-given",
      key: one,
      grant: { by: { person: "ann" }, planHash: plan.hash, at: instant(0), expiresAt: instant(9) },
    }),
  ),
  key.map((one): IncidentMove => ({ kind: "grant-refused", key: one, person: "bob", reason: "no" })),
  fc
    .tuple(key, fc.constantFrom(...LEDGER_STATES))
    .map(([one, to]): IncidentMove => ({ kind: "action-moved", key: one, to, detail: { [to]: 1 } })),
  key.map((one): IncidentMove => ({ kind: "revert-asked", key: one, person: "ann", reason: "r" })),
  fc.tuple(name, key).map(([task, one]): IncidentMove => ({ kind: "task-opened", task, text: "do", key: one })),
  name.map((task): IncidentMove => ({ kind: "task-done", task, person: "ann", outcome: "done", text: "" })),
  fc.constant<IncidentMove>({ kind: "note-added", text: "n" }),
  fc.constantFrom("ann", null).map((person): IncidentMove => ({ kind: "assigned", person })),
  fc.constant<IncidentMove>({ kind: "reported", format: "html", sha256: "x" }),
  fc.constant<IncidentMove>({ kind: "closed", verdict: "true-positive", note: "", features: {} }),
  fc.constant<IncidentMove>({ kind: "reopened", reason: "r" }),
  fc.constant<IncidentMove>({ kind: "merged-into", incident: incidentId("INC-2") }),
  fc.constant({ kind: "from-the-future", what: 1 } as unknown as IncidentMove),
);
const entries = fc.array(
  fc.tuple(move, fc.nat(1_000)).map(([one, at]): IncidentEntry => ({ at: instant(at), by: "t", ...one })),
  { maxLength: 25 },
);
const at = (one: IncidentMove, time = 0): IncidentEntry => ({ at: instant(time), by: "t", ...one });

describe("fold", () => {
  it("F1: folding on equals folding all; no order of entries makes it throw", () => {
    fc.assert(
      fc.property(entries, entries, (first, then) => {
        const whole = fold([...first, ...then]);
        expect(foldMore(fold(first), then)).toEqual(whole);
        expect(whole.version).toBe(first.length + then.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a stored summary folds on like a fresh one", () => {
    fc.assert(
      fc.property(entries, entries, (first, then) => {
        const stored = JSON.parse(JSON.stringify(fold(first)));
        expect(foldMore(stored, then)).toEqual(fold([...first, ...then]));
      }),
      { numRuns: 500 },
    );
  });

  const proposed = (outcome: PolicyVerdict["outcome"] = "needs-approval"): IncidentMove => ({
    ...{ kind: "action-proposed", key: actionKey("k"), action: { kind: "isolate-host", host }, plan },
    ...{ policy: policy(outcome), run: "r", reason: "x" },
  });
  const moved = (to: LedgerState): IncidentMove => ({ kind: "action-moved", key: actionKey("k"), to, detail: {} });
  const opened: IncidentMove = { kind: "opened", id, title: "t" };
  const rows: readonly (readonly [string, readonly IncidentMove[], string])[] = [
    ["opened", [opened], "new"],
    ["scored by the machine", [opened, { kind: "scored", priority: 5, severity: "low", terms: [], title: "t" }], "new"],
    ["a note", [opened, { kind: "note-added", text: "x" }], "open"],
    ["an approval waits", [opened, proposed()], "waiting"],
    ["an automatic action", [opened, proposed("automatic")], "open"],
    ["refused", [opened, proposed(), { kind: "grant-refused", key: actionKey("k"), person: "b", reason: "" }], "open"],
    ["verified", [opened, proposed(), moved("authorised"), moved("intent"), moved("verified")], "contained"],
    ["only simulated", [opened, proposed(), moved("simulated")], "open"],
    ["reverted", [opened, proposed(), moved("verified"), moved("reverted")], "open"],
    ["effect unknown", [opened, proposed(), moved("unknown")], "waiting"],
    ["a task waits", [opened, { kind: "task-opened", task: "t", text: "x" }], "waiting"],
    [
      "a task done",
      [
        opened,
        { kind: "task-opened", task: "t", text: "x" },
        { kind: "task-done", task: "t", person: "a", outcome: "done", text: "" },
      ],
      "open",
    ],
    ["closed", [opened, proposed(), { kind: "closed", verdict: "false-positive", note: "", features: {} }], "closed"],
    ["merged", [opened, { kind: "merged-into", incident: incidentId("INC-9") }], "closed"],
    [
      "reopened",
      [opened, { kind: "closed", verdict: "false-positive", note: "", features: {} }, { kind: "reopened", reason: "" }],
      "open",
    ],
  ];
  for (const [title, moves, status] of rows) {
    it(`status: ${title}`, () => expect(fold(moves.map((one) => at(one))).status).toBe(status));
  }

  it("counts repeats and keeps the newest evidence", () => {
    const repeats = Array.from({ length: 10 }, (_, i) =>
      at({
        kind: "detection-repeated",
        detection: detectionId("a"),
        times: 3,
        last: instant(i),
        evidence: [eventId(`n${i}-0`)],
      }),
    );
    const [joined] = fold([
      at({ kind: "detection-joined", detection: detection("a"), because: [] }),
      ...repeats,
    ]).detections;
    expect([joined?.times, joined?.recent?.length, joined?.recent?.at(-1), joined?.last]).toEqual([31, 5, "n9-0", 9]);
  });
});
