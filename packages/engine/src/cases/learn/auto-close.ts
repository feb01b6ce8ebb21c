/**
 * Closing without a person (learning.md 5.4): the owner's permission, a live calibrated model, enough verified positives of this very
 * rule, a low conformal p, no veto, and audits that prove the owner's limit.
 * Enters: permissions, the model that serves, outcomes so far. Leaves: for an incident close, audit or keep open, with every reason.
 *
 * AC1. Without a permission for every rule of the incident nothing is asked and nothing is said.
 * AC2. The draw for the audit is made once per incident, and stored: asking again does not draw again.
 * AC3. No text of a log is among what allows closing: the row holds numbers and the id of a rule.
 * AC4. A closing is an entry under the name of the policy; it is no verdict to learn from.
 */
import type { Inventory } from "@cordon/model/asset";
import { entityKey } from "@cordon/model/entity";
import type { Incident, IncidentEntry, Verdict } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, type Instant, instant, isoTime, MINUTE } from "@cordon/model/time";
import type { TriageClosing, TriageDecision, TriageRow } from "@cordon/model/triage-decision";
import { adaptLevel, startLevel } from "../../learning/conformal/adaptive.ts";
import { type ClosePermission, type GateReason, judgeClosing, type Veto } from "../../learning/conformal/gate.ts";
import { type Mondrian, makeMondrian } from "../../learning/conformal/mondrian.ts";
import type { TriageModel } from "../../learning/triage/triage-model.ts";
import { featuresOf } from "./learn.ts";

export const AUTO_CLOSE = "policy:auto-close";
const UNDO_DAYS = 30;
/** Nothing is closed while it may still grow. */
const QUIET_MS = 10 * MINUTE;

export interface AutoClosePorts {
  readonly permissions: ReadonlyMap<string, ClosePermission>;
  readonly model: () => TriageModel | undefined;
  readonly inventory: Pick<Inventory, "find">;
  /** Outcomes so far, as fresh as the caller keeps them. */
  readonly outcomes: () => readonly Outcome[];
  readonly driftAlarm: () => boolean;
  readonly now: () => Instant;
  readonly random: () => number;
}

interface Question {
  readonly incident: Incident;
  readonly row: TriageRow;
  readonly decision: TriageDecision;
}

export function makeAutoClose(ports: AutoClosePorts) {
  let known: { readonly model: string; readonly mondrian: Mondrian } | undefined;
  const mondrianOf = (model: TriageModel): Mondrian => {
    if (known?.model !== model.id) known = { model: model.id, mondrian: mondrianIn(model) };
    return known.mondrian;
  };
  return ({ incident, row, decision }: Question): Pick<TriageDecision, "closing" | "draw"> => {
    const permission = permissionFor(ports.permissions, incident);
    const model = ports.model();
    if (permission === undefined || model === undefined) return {};
    const draw = incident.decision?.draw ?? ports.random();
    const { audits, level, closuresLastWeek } = auditState(ports, row.rule, permission.alpha);
    const asked = judgeClosing({
      ...{ now: ports.now(), permission, level, audits, closuresLastWeek, draw },
      // Only rows that the forest never saw prove a bound: a cross-fitted model counts as uncalibrated here.
      interval: model.calibratedBy === "split" ? decision.interval : undefined,
      conformal: mondrianOf(model).of(row.rule, decision.score, permission.alpha),
      vetoes: vetoesFor(ports, { incident, row, decision }, model),
    });
    return { closing: inWords(asked), draw };
  };
}

function mondrianIn({ heldScores, heldLabels, heldRules }: TriageModel): Mondrian {
  return makeMondrian(
    heldRules.flatMap((category, at) => (heldLabels[at] === 1 ? [{ category, score: heldScores[at] ?? 0 }] : [])),
  );
}

/** Of several rules the strictest; none when one of them was not allowed. */
function permissionFor(
  permissions: ReadonlyMap<string, ClosePermission>,
  { detections }: Incident,
): ClosePermission | undefined {
  let strictest: ClosePermission | undefined;
  for (const rule of new Set(detections.map(({ detection }) => detection.rule.id))) {
    const own = permissions.get(rule);
    if (own === undefined) return undefined;
    if (strictest === undefined) strictest = own;
    else
      strictest = {
        alpha: Math.min(strictest.alpha, own.alpha),
        omissionMax: Math.min(strictest.omissionMax, own.omissionMax),
        reviewBy: instant(Math.min(strictest.reviewBy, own.reviewBy)),
        auditShare: Math.max(strictest.auditShare ?? 0.05, own.auditShare ?? 0.05),
      };
  }
  return strictest;
}

function vetoesFor(ports: AutoClosePorts, { incident, row }: Question, model: TriageModel): readonly Veto[] {
  const guarded = incident.entities.some((entity) => ports.inventory.find(entityKey(entity))?.protected === true);
  return [
    ...(guarded ? (["protected-entity"] as const) : []),
    ...((row.values.openNear ?? 0) > 0 ? (["open-incident"] as const) : []),
    ...((row.values.intelHits ?? 0) > 0 ? (["intel-hit"] as const) : []),
    ...(row.values.firstAnywhere === 1 || !model.rules.includes(row.rule) ? (["novel"] as const) : []),
    ...(ports.driftAlarm() ? (["drift-alarm"] as const) : []),
    ...(model.heldBack.includes(row.rule) ? (["poisoning-hold"] as const) : []),
  ];
}

/** What audits of this rule's would-be closures found, oldest first. */
function auditState({ outcomes, now }: AutoClosePorts, rule: string, alpha: number) {
  const all = outcomes()
    .filter(({ features }) => ruleIn(features) === rule)
    .toSorted((a, b) => a.at - b.at);
  const weekAgo = now() - 7 * DAY;
  let level = startLevel(alpha);
  let [audited, wrong, closuresLastWeek] = [0, 0, 0];
  for (const { by, at, verdict, features } of all) {
    const drawn = features.audited === true && by !== AUTO_CLOSE;
    if (at > weekAgo && (drawn || by === AUTO_CLOSE)) closuresLastWeek += 1;
    if (!drawn) continue;
    const bad = verdict === "true-positive";
    audited += 1;
    if (bad) wrong += 1;
    level = adaptLevel(level, bad);
  }
  return { audits: { audited, wrong }, level, closuresLastWeek };
}

function ruleIn({ row }: Outcome["features"]): unknown {
  return typeof row === "object" && row !== null && "rule" in row ? row.rule : undefined;
}

function inWords(asked: ReturnType<typeof judgeClosing>): TriageClosing {
  if (asked.kind !== "keep-open") return asked;
  return { kind: "keep-open", reasons: asked.reasons.map(wordsFor) };
}

function wordsFor(reason: GateReason): string {
  switch (reason.kind) {
    case "not-permitted":
      return "refused: the owner has not allowed it for this rule";
    case "review-overdue":
      return `refused: the permission was to be reviewed by ${isoTime(reason.reviewBy).slice(0, 10)}`;
    case "uncalibrated":
      return "refused: not calibrated on verdicts that the model never saw";
    case "unsure":
      return `refused: the chance lies between ${reason.low.toFixed(2)} and ${reason.high.toFixed(2)}, too wide`;
    case "too-few-positives":
      return `refused: ${reason.positives} of ${reason.needed} positives`;
    case "level-stopped":
      return "refused: audits found too many wrong closures";
    case "not-benign-enough":
      return `kept open: p ${reason.p.toFixed(3)} of being malicious is above ${reason.level.toFixed(3)}`;
    case "veto":
      return `kept open: ${reason.veto.replaceAll("-", " ")}`;
  }
}

/** The entry and outcome that close it now, if the stored decision says so and nothing has happened since. */
export function closingNow(
  incident: Incident,
  now: Instant,
): { readonly entry: IncidentEntry; readonly outcome: Outcome } | undefined {
  const { decision, joinedAt, joinedLast } = incident;
  if (decision?.closing?.kind !== "close" || incident.touchedAt !== undefined || incident.status === "closed") return;
  const grown = (joinedAt ?? 0) > incident.scoredAt || now - (joinedLast ?? incident.updatedAt) < QUIET_MS;
  // Whatever acts on it or waits for a person is beyond what a model may end.
  const busy = incident.actions.length > 0 || incident.tasks.length > 0 || incident.investigatedAt === 0;
  if (grown || busy || incident.investigation?.verdict === "malicious") return;
  const { p, level, chance } = decision.closing;
  const verdict: Verdict =
    (decision.p?.benignPositive ?? 0) >= (decision.p?.falsePositive ?? 0) ? "benign-positive" : "false-positive";
  const until = isoTime(instant(now + UNDO_DAYS * DAY)).slice(0, 10);
  const note =
    `Closed by policy: p ${p.toFixed(4)} of being malicious is at most ${level.toFixed(4)} (model ${decision.model.slice(0, 12)}); ` +
    `a person was drawn to look with a chance of ${chance}. Undo until ${until}: reopen it.`;
  const features = { ...featuresOf(incident), propensity: chance };
  const rules = [...new Set(incident.detections.map(({ detection }) => detection.rule.id))];
  return {
    entry: { at: now, by: AUTO_CLOSE, kind: "closed", verdict, note, features },
    outcome: { incident: incident.id, at: now, by: AUTO_CLOSE, verdict, note, rules, features },
  };
}
