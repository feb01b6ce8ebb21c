/** The single most useful next step for a person, worked out from the incident alone. Pure and total. */
import type { WireIncident, WireIncidentAction } from "@cordon/model/api/incidents";
import type { Verdict } from "@cordon/model/incident";

export type NextClick =
  | { readonly kind: "approve"; readonly action: WireIncidentAction; readonly more: number }
  | { readonly kind: "check"; readonly action: WireIncidentAction }
  | { readonly kind: "task"; readonly text: string; readonly more: number }
  | { readonly kind: "wait"; readonly why: string }
  | { readonly kind: "question"; readonly text: string; readonly more: number }
  /** The evidence does not decide it, so nothing is suggested: a person has to read and judge. */
  | { readonly kind: "judge" }
  | { readonly kind: "close"; readonly suggest: Verdict; readonly why: string }
  | { readonly kind: "report"; readonly verdict: Verdict | undefined };

const RUNNING: ReadonlySet<string> = new Set(["authorised", "intent", "dispatched", "reverting"]);

export function nextClick(incident: WireIncident): NextClick {
  if (incident.status === "closed") return { kind: "report", verdict: incident.verdict };
  const waiting = incident.actions.filter(waitsForPerson);
  const [first] = [...waiting].sort((a, b) => a.proposedAt - b.proposedAt);
  if (first !== undefined) return { kind: "approve", action: first, more: waiting.length - 1 };
  const unknown = incident.actions.find((action) => action.state === "unknown" || action.state === "failed");
  if (unknown !== undefined) return { kind: "check", action: unknown };
  const [task] = incident.tasks;
  if (task !== undefined) return { kind: "task", text: task.text, more: incident.tasks.length - 1 };
  if (incident.investigation === undefined) return { kind: "wait", why: "The investigation is not finished yet." };
  if (incident.actions.some((action) => RUNNING.has(action.state))) {
    return { kind: "wait", why: "An approved action is being carried out." };
  }
  return byVerdict(incident.investigation);
}

export const waitsForPerson = (action: WireIncidentAction): boolean =>
  action.state === "proposed" && action.policy.outcome === "needs-approval";

function byVerdict(investigation: NonNullable<WireIncident["investigation"]>): NextClick {
  const [question] = investigation.questions;
  switch (investigation.verdict) {
    case "malicious":
      return { kind: "close", suggest: "true-positive", why: "Nothing waits for you and the evidence says attack." };
    case "benign":
      return { kind: "close", suggest: "benign-positive", why: "The evidence explains it as allowed activity." };
    case "undecided":
      if (question !== undefined) return { kind: "question", text: question, more: investigation.questions.length - 1 };
      return { kind: "judge" };
  }
}
