/**
 * A person opens an incident again. Where a policy had closed it, that is an undo: possible for UNDO_DAYS, and counted as a wrong closure.
 * Enters: a folded incident, the person, the reason. Leaves: the entry, and for an undo the outcome to store.
 *
 * UN1. After UNDO_DAYS an undo is refused: closings must come to rest. What comes to light later is a case of its own.
 * UN2. What a person closed may be opened again at any time: that takes back a verdict, not a decision of a machine.
 */
import { AppError } from "@cordon/model/error";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, type Instant, instant, isoTime } from "@cordon/model/time";

export const AUTO_CLOSE = "policy:auto-close";
export const UNDO_DAYS = 30;
/** Verdict of an outcome that takes a closing back; no verdict to learn from. */
export const UNDONE = "undone";

export interface Reopening {
  readonly person: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface Reopened {
  readonly entry: IncidentEntry;
  readonly outcome?: Outcome;
}

export function reopenIncident(incident: Incident, { person, reason, at }: Reopening): Reopened {
  if (incident.status !== "closed") throw new AppError("conflict", `incident ${incident.id} is not closed`);
  const entry: IncidentEntry = { at, by: person, kind: "reopened", reason };
  if (incident.closedBy !== AUTO_CLOSE) return { entry };
  const until = instant((incident.closedAt ?? at) + UNDO_DAYS * DAY);
  if (at > until)
    throw new AppError(
      "undo-expired",
      `incident ${incident.id} was closed by policy; that could be undone for ${UNDO_DAYS} days, until ${isoTime(until).slice(0, 16)}Z`,
      { fix: "if it was malicious after all, say so in a note; what happens from now on opens an incident of its own" },
    );
  const { row, decision } = incident;
  const rules = [...new Set(incident.detections.map(({ detection }) => detection.rule.id))];
  const features = {
    undone: true,
    ...(row === undefined ? {} : { row: { rule: row.rule, values: row.values } }),
    ...(decision === undefined ? {} : { model: decision.model }),
  };
  return { entry, outcome: { incident: incident.id, at, by: person, verdict: UNDONE, note: reason, rules, features } };
}
