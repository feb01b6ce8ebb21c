import { foldMore } from "@cordon/model/fold";
import type { Incident } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, HOUR, instant } from "@cordon/model/time";
import type { TriageDecision } from "@cordon/model/triage-decision";
import { incidentOf } from "@cordon/testkit/scenarios/scenario-incident";
import { sshBruteForce } from "@cordon/testkit/scenarios/ssh-brute-force";
import { describe, expect, it } from "vitest";
import type { TriageModel } from "../../learning/triage/triage-model.ts";
import { type AutoClosePorts, closingOf, isRipe, makeAutoClose } from "./auto-close.ts";
import { AUTO_CLOSE, reopenIncident, UNDONE } from "./undo.ts";

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

const permission = { family: rule, alpha: 0.01, omissionMax: 0.01, reviewBy: instant(NOW + DAY) };
function judge(more: Partial<AutoClosePorts> = {}, part: Partial<Incident> = {}, given = row) {
  const ask = makeAutoClose({
    permissions: new Map(rules.map((id) => [id, permission])),
    model: () => model,
    inventory: { find: () => undefined },
    outcomes: () => PROVED,
    driftAlarm: () => false,
    widened: () => 0,
    now: () => NOW,
    random: () => 1 - 1e-9,
    ...more,
  });
  return ask({ incident: { ...incident, ...part }, row: given, decision }).closing;
}
const closed = (at: number, by: string, verdict: string): Outcome => ({
  ...audited(verdict, at),
  ...{ by, at: instant(NOW - DAY + at * 10), features: { row: { rule, values: {} } } },
});
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

  it("AC5. where inputs have moved, a chance counts as higher: what is far from the malicious closes, what is near stays open", () => {
    // Chances by Platt: .007 at the score that is judged, .73 and more where the malicious ones begin, .08 where they lie near.
    const platt = { ...model, calibrator: { kind: "platt", slope: -1, intercept: 0 } } as unknown as TriageModel;
    const many = Array.from({ length: 400 }, (_, at) => ({ ...audited("false-positive", at), at: instant(NOW - at) }));
    const widened = (by: number, given = platt) =>
      judge({ outcomes: () => many, model: () => given, widened: () => by });
    expect(widened(0)).toMatchObject({ kind: "close", p: 0.01 });
    const near = { ...platt, heldScores: platt.heldScores.map((score) => score - 3.5) };
    expect(widened(0.125)).toMatchObject({ kind: "close", p: 0.01, basis: { widened: 0.125 } });
    expect(widened(0, near)).toMatchObject({ kind: "close" });
    expect(said(widened(0.125, near))).toMatch(
      /^kept open: p 0\.\d+ of being malicious is above 0\.010; inputs have moved, so the chance is taken 13 points higher \(p 0\.010 without that\)$/,
    );
  });

  it.each([
    ["another open incident", { openNear: 1 }, "open incident"],
    ["an indicator hit", { intelHits: 1 }, "intel hit"],
    ["never seen before", { firstAnywhere: 1 }, "novel"],
  ])("keeps open: %s", (_, values, reason) => {
    expect(said(judge({}, {}, { rule, values: { ...row.values, ...values } }))).toContain(reason);
  });

  const undone = (count: number, last = UNDONE): readonly Outcome[] =>
    Array.from({ length: count }, (_, at) => [
      closed(1_000 + at, AUTO_CLOSE, "benign-positive"),
      { ...closed(1_000 + at, "bob", last), at: instant(NOW - HOUR) },
    ]).flat();

  it("AS2. undone closings tighten the level, then stop closing; a later benign verdict takes that back", () => {
    const level = (outcomes: readonly Outcome[]): number | undefined => {
      const closing = judge({ outcomes: () => [...PROVED, ...outcomes] });
      return closing?.kind === "keep-open" ? closing.level : closing?.basis?.level;
    };
    expect(level([])).toBe(0.01);
    expect(level(undone(1))).toBeCloseTo(0.01 + 0.005 * (0.01 - 1), 6);
    expect(said(judge({ outcomes: () => [...PROVED, ...undone(1)] }))).toContain("above 0.005");
    expect(said(judge({ outcomes: () => [...PROVED, ...undone(3)] }))).toContain("wrong closures");
    expect(level(undone(3, "benign-positive"))).toBe(0.01);
  });

  it("counts positives and audits of a family together", () => {
    const rival = { ...model, heldRules: model.heldRules.map((id, at) => (at % 2 === 0 ? id : "sibling")) };
    expect(said(judge({ model: () => rival }))).toContain("refused: 50 of 99 positives");
    const permissions = new Map([...rules, "sibling"].map((id) => [id, { ...permission, family: "both" }]));
    expect(judge({ model: () => rival, permissions })).toMatchObject({ kind: "audit", basis: { family: "both" } });
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
  const { touchedAt: _touched, investigation: _found, ...untouched } = incident;
  const ready: Incident = {
    ...untouched,
    ...{ scoredAt: incident.version, investigatedAt: incident.version, decision: { ...decision, closing } },
  };
  const made = closingOf(ready, NOW);
  const ended = made === undefined ? ready : foldMore(ready, [made.entry]);
  const severe = { ...ready, severity: "critical" as const };

  it("AC4. is made in the policy's name, with reason, chance and the way back; severity and priority stay", () => {
    expect(isRipe(ready, NOW)).toBe(true);
    expect(made?.entry).toMatchObject({ by: AUTO_CLOSE, kind: "closed", verdict: "benign-positive" });
    expect(made?.outcome.note).toMatch(/Undo until \d{4}-\d\d-\d\d: reopen it/);
    expect(made?.outcome.features).toMatchObject({ propensity: 0.05, closing: { p: 0.004, level: 0.01 } });
    expect([ended.status, ended.closedBy]).toEqual(["closed", AUTO_CLOSE]);
    const gone = closingOf(severe, NOW);
    expect(gone && foldMore(severe, [gone.entry]).severity).toBe("critical");
  });

  it("UN1. is undone within 30 days, as a wrong closure, and refused afterwards", () => {
    const ask = (at: number) => reopenIncident(ended, { person: "ann", reason: "not benign", at: instant(at) });
    const { entry, outcome } = ask(NOW + 29 * DAY);
    expect(outcome).toMatchObject({ by: "ann", verdict: UNDONE, features: { undone: true } });
    expect(isRipe(foldMore(ended, [entry]), instant(NOW + 60 * DAY))).toBe(false);
    expect(() => ask(NOW + 31 * DAY)).toThrow("could be undone for 30 days");
  });

  it("UN2. what a person closed may be opened again at any time, and is no undo", () => {
    const own = { ...ended, closedBy: "ann" };
    expect(reopenIncident(own, { person: "bob", reason: "no", at: instant(NOW + 99 * DAY) }).outcome).toBeUndefined();
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
    expect(isRipe({ ...ready, ...part } as Incident, NOW)).toBe(false);
  });
});
