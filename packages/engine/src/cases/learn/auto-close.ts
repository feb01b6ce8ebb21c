/**
 * Closing without a person (learning.md 5.4): the owner's permission, a live calibrated model, enough verified positives of this very
 * rule, a low conformal p, no veto, and audits that prove the owner's limit.
 * Enters: permissions, the model that serves, outcomes so far. Leaves: for an incident close, audit or keep open, with every reason.
 *
 * AC1. Without a permission for every rule of the incident nothing is asked and nothing is said.
 * AC2. The draw for the audit is made once per incident, and stored: asking again does not draw again.
 * AC3. No text of a log is among what allows closing: the row holds numbers and the id of a rule.
 * AC5. Where much has moved in the model's inputs, every chance is taken to be higher by as much as estimates became unsure (the rung
 *      "widen" of model health): what would close only without that stays open, and says so.
 * AC4. A closing is an entry under the name of the policy; it is no verdict to learn from.
 */
import type { Inventory } from "@cordon/model/asset";
import { entityKey } from "@cordon/model/entity";
import type { Incident, IncidentEntry, Verdict } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, type Instant, instant, isoTime, MINUTE } from "@cordon/model/time";
import type { ClosingBasis, TriageDecision, TriageRow } from "@cordon/model/triage-decision";
import { calibratedValue } from "../../learning/calibrate/calibrator.ts";
import { omissionBound } from "../../learning/conformal/audit.ts";
import {
  type ClosePermission,
  type GateReason,
  judgeClosing,
  type Veto,
  type Widened,
} from "../../learning/conformal/gate.ts";
import { type Mondrian, makeMondrian } from "../../learning/conformal/mondrian.ts";
import type { TriageModel } from "../../learning/triage/triage-model.ts";
import { type AuditState, auditState } from "./audit-state.ts";
import { featuresOf } from "./learn.ts";
import { AUTO_CLOSE, UNDO_DAYS } from "./undo.ts";

/** Nothing is closed while it may still grow. */
export const QUIET_MS = 10 * MINUTE;

/** The family groups rules whose positives and audits the owner counts together; a rule may be a family of its own. */
export interface FamilyPermission extends ClosePermission {
  readonly family: string;
}

export interface AutoClosePorts {
  /** By id of a rule. */
  readonly permissions: ReadonlyMap<string, FamilyPermission>;
  readonly model: () => TriageModel | undefined;
  readonly inventory: Pick<Inventory, "find">;
  /** Outcomes so far, as fresh as the caller keeps them. */
  readonly outcomes: () => readonly Outcome[];
  readonly driftAlarm: () => boolean;
  /** How unsure chances have become on either side, because inputs have moved; 0: as calibrated. */
  readonly widened: () => number;
  readonly now: () => Instant;
  readonly random: () => number;
}

interface Question {
  readonly incident: Incident;
  readonly row: TriageRow;
  readonly decision: TriageDecision;
}

export function makeAutoClose(ports: AutoClosePorts) {
  const familyOf = (rule: string): string => ports.permissions.get(rule)?.family ?? rule;
  let known: { readonly model: string; readonly mondrian: Mondrian } | undefined;
  const mondrianOf = (model: TriageModel): Mondrian => {
    if (known?.model !== model.id) known = { model: model.id, mondrian: mondrianIn(model, familyOf) };
    return known.mondrian;
  };
  const audit = makeAudit(ports, familyOf);
  return ({ incident, row, decision }: Question): Pick<TriageDecision, "closing" | "draw"> => {
    const permission = permissionFor(ports.permissions, incident);
    const model = ports.model();
    if (permission === undefined || model === undefined) return {};
    const draw = incident.decision?.draw ?? ports.random();
    const family = familyOf(row.rule);
    const mondrian = mondrianOf(model);
    const pOf = (score: number) => mondrian.of(family, score, permission.alpha);
    const plain = pOf(decision.score);
    const by = ports.widened();
    const conformal = by > 0 ? pOf(raisedScore(model, decision.score, by)) : plain;
    const widened = by > 0 && plain.kind === "p" ? { by, plain: plain.p } : undefined;
    const { audits, level, closuresLastWeek } = audit(family, permission.alpha);
    const asked = judgeClosing({
      ...{ now: ports.now(), permission, level, audits, closuresLastWeek, draw, conformal, widened },
      // Only rows that the forest never saw prove a bound: a cross-fitted model counts as uncalibrated here.
      interval: model.calibratedBy === "split" ? decision.interval : undefined,
      vetoes: vetoesFor(ports, { incident, row, decision }, model),
    });
    const basis: ClosingBasis = {
      ...{ family, positives: conformal.positives, alpha: permission.alpha },
      ...{ level: rounded(Math.min(level.level, permission.alpha)), ...audits },
      ...{ bound: rounded(omissionBound(audits)), boundMax: permission.omissionMax },
      ...(by > 0 ? { widened: rounded(by) } : {}),
    };
    if (asked.kind !== "keep-open") return { closing: { ...asked, basis }, draw };
    const near = conformal.kind === "p" ? { p: conformal.p, level: basis.level } : {};
    return { closing: { kind: "keep-open", reasons: asked.reasons.map(wordsFor), ...near }, draw };
  };
}

/** Years of outcomes are not gone through for every incident: only when there are others, or a minute has passed. */
function makeAudit({ outcomes, now }: AutoClosePorts, familyOf: (rule: string) => string) {
  const known = new Map<string, AuditState>();
  let of: unknown;
  let at = Number.NEGATIVE_INFINITY;
  return (family: string, alpha: number): AuditState => {
    const all = outcomes();
    if (of !== all || now() - at >= MINUTE) known.clear();
    if (known.size === 0) [of, at] = [all, now()];
    const key = `${family}\n${alpha}`;
    const state =
      known.get(key) ?? auditState(all, { ...{ now: now(), alpha }, inFamily: (rule) => familyOf(rule) === family });
    known.set(key, state);
    return state;
  };
}

/** The highest score among the calibration rows whose chance is at most `by` above that of `score`; `score` itself where none is. */
function raisedScore({ calibrator, heldScores }: TriageModel, score: number, by: number): number {
  const chance = calibratedValue(calibrator, score);
  // Uncalibrated: the gate refuses for that reason.
  if (chance === undefined) return score;
  let raised = score;
  for (const held of heldScores)
    if (held > raised && (calibratedValue(calibrator, held) ?? 1) <= chance + by) raised = held;
  return raised;
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

function mondrianIn({ heldScores, heldLabels, heldRules }: TriageModel, familyOf: (rule: string) => string): Mondrian {
  return makeMondrian(
    heldRules.flatMap((rule, at) =>
      heldLabels[at] === 1 ? [{ category: familyOf(rule), score: heldScores[at] ?? 0 }] : [],
    ),
  );
}

/** Of several rules the strictest; none when one of them was not allowed. */
function permissionFor(
  permissions: ReadonlyMap<string, FamilyPermission>,
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
  const rules = incident.detections.map(({ detection }) => detection.rule.id);
  const guarded = incident.entities.some((entity) => ports.inventory.find(entityKey(entity))?.protected === true);
  return [
    ...(guarded ? (["protected-entity"] as const) : []),
    ...((row.values.openNear ?? 0) > 0 ? (["open-incident"] as const) : []),
    ...((row.values.intelHits ?? 0) > 0 ? (["intel-hit"] as const) : []),
    ...(row.values.firstAnywhere === 1 || !model.rules.includes(row.rule) ? (["novel"] as const) : []),
    ...(ports.driftAlarm() ? (["drift-alarm"] as const) : []),
    ...([row.rule, ...rules].some((rule) => model.heldBack.includes(rule)) ? (["poisoning-hold"] as const) : []),
  ];
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
      return `kept open: p ${reason.p.toFixed(3)} of being malicious is above ${reason.level.toFixed(3)}${widenedWords(reason.widened)}`;
    case "veto":
      return `kept open: ${reason.veto.replaceAll("-", " ")}`;
  }
}

const widenedWords = (widened: Widened | undefined): string =>
  widened === undefined
    ? ""
    : `; inputs have moved, so the chance is taken ${(100 * widened.by).toFixed(0)} points higher (p ${widened.plain.toFixed(3)} without that)`;

/**
 * What is ripe to be closed: the stored decision says so, it is quiet, and nobody has touched it. The caller asks the gate once more
 * with what is known by then, and gives that answer to `closingOf`.
 */
export function isRipe(incident: Incident, now: Instant, quietMs = QUIET_MS): boolean {
  const { decision, joinedAt, joinedLast } = incident;
  if (decision?.closing?.kind !== "close" || incident.touchedAt !== undefined || incident.status === "closed")
    return false;
  const grown = (joinedAt ?? 0) > incident.scoredAt || now - (joinedLast ?? incident.updatedAt) < quietMs;
  // Whatever acts on it or waits for a person is beyond what a model may end.
  const busy = incident.actions.length > 0 || incident.tasks.length > 0 || incident.investigatedAt === 0;
  return !grown && !busy && incident.investigation?.verdict !== "malicious";
}

/** The entry and outcome that close a ripe incident. */
export function closingOf(
  incident: Incident,
  now: Instant,
): { readonly entry: IncidentEntry; readonly outcome: Outcome } | undefined {
  const { decision } = incident;
  if (decision?.closing?.kind !== "close") return undefined;
  const { p, level, chance, basis } = decision.closing;
  const verdict: Verdict =
    (decision.p?.benignPositive ?? 0) >= (decision.p?.falsePositive ?? 0) ? "benign-positive" : "false-positive";
  const until = isoTime(instant(now + UNDO_DAYS * DAY)).slice(0, 10);
  const proof =
    basis === undefined
      ? ""
      : `; of ${basis.audited} audited ${basis.wrong} wrong: at most ${(100 * basis.bound).toFixed(1)} % of what is closed is malicious (limit ${(100 * basis.boundMax).toFixed(1)} %)`;
  const note =
    `Closed by policy: p ${p.toFixed(4)} of being malicious is at most ${level.toFixed(4)} (model ${decision.model.slice(0, 12)}${proof}); ` +
    `a person was drawn to look with a chance of ${chance}. Undo until ${until}: reopen it.`;
  const features = {
    ...featuresOf(incident),
    ...{ propensity: chance, closing: { p, level, chance, undoUntil: until, ...basis } },
  };
  const rules = [...new Set(incident.detections.map(({ detection }) => detection.rule.id))];
  return {
    entry: { at: now, by: AUTO_CLOSE, kind: "closed", verdict, note, features },
    outcome: { incident: incident.id, at: now, by: AUTO_CLOSE, verdict, note, rules, features },
  };
}
