/**
 * The first turn of the learning wheel: a verdict of a person, stored with the features of that moment.
 * Enters: a folded incident, a person's verdict and note. Leaves: the closing entry and the outcome to store.
 *
 * L1. Features are counts, ids and names of kinds; no free text of a log is among them (investigation.md G1).
 * L2. Features are those of the moment: taken from the folded state, before the entry that closes it.
 * L3. Only a person closes: `person` is an authenticated name, never a stage.
 */
import { AppError } from "@cordon/model/error";
import type { Incident, IncidentEntry, Verdict } from "@cordon/model/incident";
import type { JsonObject } from "@cordon/model/json";
import type { Outcome } from "@cordon/model/ports/journal";
import type { Level } from "@cordon/model/rule";
import type { Instant } from "@cordon/model/time";

/** Rule and technique ids kept per outcome. */
const IDS_MAX = 100;
export const NOTE_MAX = 10_000;

export function featuresOf(incident: Incident): JsonObject {
  const { investigation } = incident;
  const kinds: Record<string, number> = {};
  for (const { kind } of incident.entities) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const standing = { confirmed: 0, likely: 0, exposed: 0 };
  for (const member of investigation?.extent ?? []) standing[member.standing] += 1;
  return {
    openedAt: incident.openedAt,
    priority: incident.priority,
    severity: incident.severity,
    terms: Object.fromEntries(incident.terms.map((term) => [term.term, term.points])),
    rules: rulesOf(incident),
    techniques: incident.techniques.slice(0, IDS_MAX),
    tactics: incident.tactics.slice(0, IDS_MAX),
    detections: incident.detections.length,
    repeats: incident.detections.reduce((sum, joined) => sum + joined.times - 1, 0),
    durationMs: incident.lastSeen - incident.firstSeen,
    entities: kinds,
    extent: standing,
    machineVerdict: investigation?.verdict ?? null,
    machineConfidence: investigation?.confidence ?? null,
    boundary: investigation?.rootCauses[0]?.boundary ?? null,
    claims: investigation?.claims.length ?? 0,
    openQuestions: investigation?.questions.length ?? 0,
    row: incident.row === undefined ? null : { rule: incident.row.rule, values: incident.row.values },
    ...decisionFeatures(incident),
    actions: incident.actions.map((action) => `${action.action.kind}:${action.state}`).slice(0, IDS_MAX),
  };
}

/** Which model spoke, and with what chance a person was to look: for weights of what is learnt (learning.md 5.5). */
function decisionFeatures({ decision }: Incident): JsonObject {
  if (decision === undefined) return {};
  const { model, p, closing } = decision;
  return {
    model,
    ...(p === undefined ? {} : { predicted: p.truePositive }),
    ...(closing?.kind === "audit" ? { audited: true, propensity: closing.chance } : {}),
  };
}

export interface Closing {
  readonly person: string;
  readonly verdict: Verdict;
  readonly note: string;
  /** How severe it was in the end. */
  readonly severity?: Level | undefined;
  readonly at: Instant;
}

export interface Closed {
  readonly entries: readonly [IncidentEntry];
  readonly outcome: Outcome;
}

/** Throws AppError `already-closed`: a second verdict needs `reopened` first, so that both are in the journal. */
export function closeIncident(incident: Incident, closing: Closing): Closed {
  if (incident.status === "closed") {
    throw new AppError("already-closed", `incident ${incident.id} is closed`, { fix: "Reopen it first." });
  }
  if (closing.note.length > NOTE_MAX) {
    throw new AppError("note-too-long", `note of ${closing.note.length} characters, at most ${NOTE_MAX}`);
  }
  const { person, verdict, note, severity, at } = closing;
  const features = { ...featuresOf(incident), ...(severity === undefined ? {} : { setSeverity: severity }) };
  return {
    entries: [{ at, by: person, kind: "closed", verdict, note, features }],
    outcome: { incident: incident.id, at, by: person, verdict, note, rules: rulesOf(incident), features },
  };
}

const rulesOf = (incident: Incident): readonly string[] =>
  [...new Set(incident.detections.map(({ detection }) => detection.rule.id))].slice(0, IDS_MAX);
