import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActionPlan, LEDGER_STATES, type LedgerState, type PolicyVerdict } from "./action.ts";
import type { Detection } from "./detection.ts";
import { fold } from "./fold.ts";
import { actionKey, detectionId, eventId, incidentId, sha256Of } from "./ids.ts";
import type { IncidentEntry, IncidentMove } from "./incident.ts";
import type { Investigation } from "./investigation.ts";
import { APPROVAL_MS, LATE_LOOK_MS, nextStep, proposalKey, QUIET_MS, REINVESTIGATE_MS } from "./next-step.ts";
import { instant } from "./time.ts";

const id = incidentId("INC-00000001");
const host = { kind: "host", value: "a", incident: id, control: "environment", evidence: [eventId("e-0")] } as const;
const action = { kind: "isolate-host", host } as const;
const plan: ActionPlan = { hash: sha256Of("p"), actuator: "s", effects: [], affected: [], undo: "yes", before: {} };
const proposal = { action, playbook: "isolate-host", reason: "r", claims: [] };
const opened: IncidentMove = { kind: "opened", id, title: "t" };
const joined = (name = "a"): Extract<IncidentMove, { kind: "detection-joined" }> => ({
  kind: "detection-joined",
  detection: {
    id: detectionId(name),
    rule: {},
    techniques: [],
    tactics: [],
    entities: [],
    time: 0,
  } as unknown as Detection,
  because: [],
});
const scored: IncidentMove = { kind: "scored", priority: 1, severity: "low", terms: [], title: "t" };
/** By default late enough to have seen late logs too. */
const investigated = (proposals: readonly (typeof proposal)[] = [], at = LATE_LOOK_MS): IncidentMove => ({
  kind: "investigated",
  investigation: { at: instant(at), proposals, techniques: [], extent: [] } as unknown as Investigation,
});
const proposed = (outcome: PolicyVerdict["outcome"], ttlMs?: number): IncidentMove => ({
  ...{ kind: "action-proposed", key: actionKey("k"), action, run: "r1", reason: "" },
  plan: ttlMs === undefined ? plan : { ...plan, ttlMs },
  policy: { outcome, approvalsNeeded: 1, policies: [], reasons: [] },
});
const moved = (to: LedgerState, detail = {}): IncidentMove => ({
  kind: "action-moved",
  key: actionKey("k"),
  to,
  detail,
});
const granted = (hash = plan.hash, expiresAt = 1e9): IncidentMove => ({
  ...{ kind: "grant-given", key: actionKey("k") },
  grant: { by: { person: "ann" }, planHash: hash, at: instant(0), expiresAt: instant(expiresAt) },
});
const closed: IncidentMove = { kind: "closed", verdict: "true-positive", note: "", features: {} };
const run = (variables = {}): IncidentMove => ({
  ...{ kind: "run-started", run: "r1", playbook: "isolate-host", digest: "d", reason: "", variables },
});
const ready = [opened, joined(), scored, investigated()];

const rows: readonly (readonly [string, readonly IncidentMove[], number, unknown])[] = [
  ["nothing", [], 0, { kind: "done" }],
  ["a new detection", [opened, joined()], 0, { kind: "score" }],
  ["scored, never investigated", [opened, joined(), scored], 0, { kind: "investigate" }],
  ["investigated, nothing proposed", ready, 0, { kind: "wait", for: "person" }],
  [
    "looked at once, logs may come late",
    [opened, joined(), scored, investigated([], 0)],
    0,
    { kind: "wait", for: "person", until: LATE_LOOK_MS },
  ],
  [
    "late logs may be there now",
    [opened, joined(), scored, investigated([], 0)],
    LATE_LOOK_MS,
    { kind: "investigate" },
  ],
  ["more came: quiet first", [...ready, joined("b"), scored], 5, { kind: "wait", for: "quiet", until: QUIET_MS }],
  [
    "a merged incident came in: nothing to wait for",
    [...ready, { ...joined("b"), because: [{ by: "chain", key: "INC-2", weight: 1 }] }, scored],
    5,
    { kind: "investigate" },
  ],
  ["more came, and it is quiet", [...ready, joined("b"), scored], QUIET_MS, { kind: "investigate" }],
  [
    "proposals without a run",
    [opened, joined(), scored, investigated([proposal])],
    0,
    { kind: "plan-response", proposals: [proposal] },
  ],
  [
    "a run carries the proposal",
    [opened, joined(), scored, investigated([proposal]), run({ proposal: proposalKey(proposal) })],
    0,
    { kind: "contain" },
  ],
  [
    "the action answers the proposal",
    [...ready, investigated([proposal]), proposed("needs-approval")],
    0,
    { kind: "wait", for: "person", until: APPROVAL_MS },
  ],
  ["automatic", [...ready, proposed("automatic")], 0, { kind: "contain" }],
  ["forbidden", [...ready, proposed("forbidden")], 0, { kind: "contain" }],
  [
    "waits for approval",
    [...ready, proposed("needs-approval")],
    1,
    { kind: "wait", for: "person", until: APPROVAL_MS },
  ],
  ["approved", [...ready, proposed("needs-approval"), granted()], 1, { kind: "contain" }],
  [
    "approved for another plan",
    [...ready, proposed("needs-approval"), granted(sha256Of("q"))],
    1,
    { kind: "wait", for: "person", until: APPROVAL_MS },
  ],
  [
    "approval of the past",
    [...ready, proposed("needs-approval"), granted(plan.hash, 5)],
    6,
    { kind: "wait", for: "person", until: APPROVAL_MS },
  ],
  ["approval lapsed", [...ready, proposed("needs-approval")], APPROVAL_MS, { kind: "contain" }],
  [
    "refused",
    [...ready, proposed("needs-approval"), { kind: "grant-refused", key: actionKey("k"), person: "b", reason: "" }],
    1,
    { kind: "contain" },
  ],
  ["in flight", [...ready, proposed("automatic"), moved("dispatched")], 0, { kind: "contain" }],
  [
    "in flight, must wait",
    [...ready, proposed("automatic"), moved("dispatched", { waitUntil: 50 })],
    0,
    { kind: "wait", for: "effect", until: 50 },
  ],
  ["verified for good", [...ready, proposed("automatic"), moved("verified")], 0, { kind: "wait", for: "effect" }],
  [
    "verified, limited",
    [...ready, proposed("automatic", 100), moved("verified")],
    1,
    { kind: "wait", for: "effect", until: 100 },
  ],
  ["limit reached", [...ready, proposed("automatic", 100), moved("verified")], 100, { kind: "contain" }],
  [
    "asked to undo",
    [
      ...ready,
      proposed("automatic"),
      moved("verified"),
      { kind: "revert-asked", key: actionKey("k"), person: "a", reason: "" },
    ],
    0,
    { kind: "contain" },
  ],
  ["unknown without a task", [...ready, proposed("automatic"), moved("unknown")], 0, { kind: "contain" }],
  [
    "unknown with a task",
    [
      ...ready,
      proposed("automatic"),
      moved("unknown"),
      { kind: "task-opened", task: "t", text: "", key: actionKey("k") },
    ],
    0,
    { kind: "wait", for: "person" },
  ],
  ["a running playbook", [...ready, run()], 0, { kind: "contain" }],
  [
    "a playbook waits for a task",
    [...ready, run(), { kind: "task-opened", task: "r1/s", text: "" }],
    0,
    { kind: "wait", for: "person" },
  ],
  [
    "a playbook is over",
    [...ready, run(), { kind: "run-moved", run: "r1", step: "", state: "succeeded", detail: {} }],
    0,
    { kind: "wait", for: "person" },
  ],
  ["closed", [...ready, closed], 0, { kind: "done" }],
  ["closed with an open proposal", [...ready, proposed("needs-approval"), closed], 0, { kind: "contain" }],
  [
    "closed with an effect",
    [...ready, proposed("automatic", 100), moved("verified"), closed],
    0,
    { kind: "wait", for: "effect", until: 100 },
  ],
  [
    "undo comes before new thoughts",
    [...ready, proposed("automatic", 100), moved("verified"), joined("b"), scored],
    100,
    { kind: "contain" },
  ],
];

describe("nextStep", () => {
  for (const [title, moves, now, expected] of rows) {
    it(title, () => {
      const incident = fold(moves.map((move): IncidentEntry => ({ at: instant(0), by: "t", ...move })));
      expect(nextStep(incident, instant(now))).toEqual(expected);
    });
  }

  it("is looked at again in the end, though it is never quiet", () => {
    const entries = [opened, joined(), scored, investigated([], 0), joined("b"), scored].map(
      (move): IncidentEntry => ({ at: instant(REINVESTIGATE_MS), by: "t", ...move }),
    );
    expect(nextStep(fold(entries), instant(REINVESTIGATE_MS)).kind).toBe("investigate");
  });

  it("never waits for a moment that has passed", () => {
    const state = fc.constantFrom(...LEDGER_STATES);
    fc.assert(
      fc.property(state, fc.option(fc.nat(100), { nil: undefined }), fc.nat(200), (to, ttlMs, now) => {
        const moves = [...ready, proposed("needs-approval", ttlMs), moved(to)];
        const step = nextStep(
          fold(moves.map((move): IncidentEntry => ({ at: instant(0), by: "t", ...move }))),
          instant(now),
        );
        if (step.kind === "wait" && step.until !== undefined) expect(step.until).toBeGreaterThan(now);
      }),
    );
  });
});
