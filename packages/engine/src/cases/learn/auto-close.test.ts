import { foldMore } from "@cordon/model/fold";
import type { Incident } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, instant } from "@cordon/model/time";
import type { TriageDecision } from "@cordon/model/triage-decision";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { sshBruteForce } from "@cordon/testkit/scenarios/ssh-brute-force";
import { describe, expect, it } from "vitest";
import type { TriageModel } from "../../learning/triage/triage-model.ts";
import { AUTO_CLOSE, type AutoClosePorts, closingNow, makeAutoClose } from "./auto-close.ts";

const base = incidentOf(sshBruteForce());
const rules = [...new Set(base.detections.map(({ detection }) => detection.rule.id))];
const [rule = ""] = rules;
const NOW = instant(base.updatedAt + DAY);
const row = { rule, values: { openNear: 0, intelHits: 0, firstAnywhere: 0 } };
const decision: TriageDecision = {
  ...{ model: "m".repeat(64), schema: "s", score: -5, expected: 0, because: [], rest: -5, threshold: 0.5, points: -5 },
  ...{
    p: { truePositive: 0.01, benignPositive: 0.5, falsePositive: 0.49 },
    interval: { low: 0.005, high: 0.02 },
    similar: [],
  },
};
const incident: Incident = { ...base, entities: base.entities, tasks: [], actions: [] };

/** A model whose calibration rows are 99 positives of the rule with scores above 0, and as many others below. */
const model = {
  id: "m".repeat(64),
  calibratedBy: "split",
  rules,
  heldBack: [],
  heldScores: Float64Array.from({ length: 198 }, (_, at) => (at < 99 ? 1 + at / 99 : -1)),
  heldLabels: Float64Array.from({ length: 198 }, (_, at) => Number(at < 99)),
  heldRules: Array.from({ length: 198 }, () => rule),
} as unknown as TriageModel;

const audited = (verdict: string, at: number): Outcome => ({
  incident: `INC-${at}` as Outcome["incident"],
  ...{ at: instant(NOW - 30 * DAY + at), by: "ann", verdict, note: "", rules },
  features: { audited: true, row: { rule, values: {} } },
});
const PROVED = Array.from({ length: 320 }, (_, at) => audited("false-positive", at));

const permission = { alpha: 0.01, omissionMax: 0.01, reviewBy: instant(NOW + DAY) };
function judge(more: Partial<AutoClosePorts> = {}, part: Partial<Incident> = {}, given = row) {
  const ask = makeAutoClose({
    permissions: new Map(rules.map((id) => [id, permission])),
    model: () => model,
    inventory: { find: () => undefined },
    outcomes: () => PROVED,
    driftAlarm: () => false,
    now: () => NOW,
    random: () => 1 - 1e-9,
    ...more,
  });
  return ask({ incident: { ...incident, ...part }, row: given, decision }).closing;
}
const said = (closing: ReturnType<typeof judge>): string =>
  closing?.kind === "keep-open" ? closing.reasons.join("; ") : String(closing?.kind);

describe("closing without a person", () => {
  it("closes when everything holds", () => {
    // So few closures a week are all audited; the draw decides only beyond that.
    expect(judge()).toMatchObject({ kind: "audit", because: "drawn" });
    const many = Array.from({ length: 400 }, (_, at) => ({ ...audited("false-positive", at), at: instant(NOW - at) }));
    expect(judge({ outcomes: () => many })).toMatchObject({ kind: "close", p: 0.01 });
  });

  it("AC1. says nothing where the owner has not allowed every rule", () => {
    expect(judge({ permissions: new Map() })).toBeUndefined();
    expect(judge({ permissions: new Map([["another", permission]]) })).toBeUndefined();
  });

  const few = { ...model, heldLabels: model.heldLabels.map((label, at) => (at < 12 ? label : 0)) };
  it.each<[string, Partial<AutoClosePorts>, string]>([
    ["too few positives, with the counts", { model: () => few }, "refused: 12 of 99 positives"],
    ["a cross-fitted model", { model: () => ({ ...model, calibratedBy: "crossed" }) }, "not calibrated"],
    ["a rule whose verdicts are doubtful", { model: () => ({ ...model, heldBack: [rule] }) }, "poisoning hold"],
    ["a rule the model never saw", { model: () => ({ ...model, rules: [] }) }, "novel"],
    ["a drift alarm", { driftAlarm: () => true }, "drift alarm"],
    ["an overdue review", { now: () => instant(NOW + 2 * DAY) }, "reviewed by"],
    [
      "audits that found errors",
      { outcomes: () => [...PROVED, ...[1, 2, 3].map((at) => audited("true-positive", 400 + at))] },
      "wrong closures",
    ],
    ["nothing proved yet", { outcomes: () => [] }, "audit"],
    [
      "a protected asset",
      { inventory: { find: (key) => ({ key, criticality: 2, protected: true, tags: [] }) } },
      "protected entity",
    ],
  ])("keeps open: %s", (_, more, reason) => {
    expect(said(judge(more))).toContain(reason);
  });

  it.each([
    ["another open incident", { openNear: 1 }, "open incident"],
    ["an indicator hit", { intelHits: 1 }, "intel hit"],
    ["never seen before", { firstAnywhere: 1 }, "novel"],
  ])("keeps open: %s", (_, values, reason) => {
    expect(said(judge({}, {}, { rule, values: { ...row.values, ...values } }))).toContain(reason);
  });

  it("AC2. draws once", () => {
    let draws = 0;
    const random = (): number => {
      draws += 1;
      return 0.5;
    };
    judge({ random }, { decision: { ...decision, draw: 0.25 } });
    expect(draws).toBe(0);
    judge({ random });
    expect(draws).toBe(1);
  });
});

describe("the closing entry", () => {
  const closing = { kind: "close", p: 0.004, level: 0.01, chance: 0.05 } as const;
  const { touchedAt: _touched, ...untouched } = incident;
  const ready: Incident = {
    ...untouched,
    ...{ scoredAt: incident.version, investigatedAt: incident.version, decision: { ...decision, closing } },
  };

  it("AC4. is made in the policy's name, with reason, chance and the way back", () => {
    const made = closingNow({ ...ready, investigation: undefined } as unknown as Incident, NOW);
    expect(made?.entry).toMatchObject({ by: AUTO_CLOSE, kind: "closed", verdict: "benign-positive" });
    expect(made?.outcome.note).toMatch(/Undo until \d{4}-\d\d-\d\d: reopen it/);
    expect(made?.outcome.features).toMatchObject({ propensity: 0.05 });
    const closed = made === undefined ? ready : foldMore(ready, [made.entry]);
    expect(closed.status).toBe("closed");
    const back = foldMore(closed, [{ at: NOW, by: "ann", kind: "reopened", reason: "not benign" }]);
    expect([back.status === "closed", closingNow(back, NOW)]).toEqual([false, undefined]);
  });

  it.each<[string, object]>([
    ["somebody has touched it", { touchedAt: NOW }],
    ["it may still grow", { joinedLast: NOW }],
    ["a task waits", { tasks: [{ task: "t", text: "", at: NOW }] }],
    ["it was not investigated", { investigatedAt: 0 }],
    [
      "the decision says audit",
      { decision: { ...decision, closing: { kind: "audit", p: 0, chance: 1, because: "drawn" } } },
    ],
    ["there is no decision", { decision: undefined }],
  ])("is not made when %s", (_, part) => {
    expect(closingNow({ ...ready, ...part } as Incident, NOW)).toBeUndefined();
  });
});
