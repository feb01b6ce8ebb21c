/** One incident for a terminal: verdict and why first, then root cause, extent, timeline, actions, next click. */

import { decisionLines } from "@cordon/engine/cases/report/decision-lines";
import type { Action } from "@cordon/model/action";
import type { WireIncident, WireIncidentAction } from "@cordon/model/api/incidents";
import { instant, isoTime } from "@cordon/model/time";
import { type Style, safeText, type Terminal, table } from "./terminal.ts";

const TIMELINE_MAX = 40;
const EXTENT_MAX = 30;
const RULES_MAX = 20;

export function levelStyle(level: string): Style | undefined {
  if (level === "critical" || level === "high") return "red";
  return level === "medium" ? "yellow" : undefined;
}

/** The target of an action in one word. */
export function actionTargetOf(action: WireIncidentAction["action"] | Action): string {
  const refs = ["process", "address", "account", "host"] as const;
  const wide = action as WireIncidentAction["action"];
  for (const name of refs) {
    const ref = wide[name];
    if (ref !== undefined) return ref.value;
  }
  return wide.channel ?? "";
}

const at = (ms: number): string => isoTime(instant(ms)).replace("T", " ").slice(0, 19);

export function printIncident(terminal: Terminal, incident: WireIncident): void {
  const bold = (text: string): string => terminal.paint("bold", text);
  const look = incident.investigation;
  terminal.line(`${bold(incident.id)}  ${bold(safeText(incident.title))}`);
  terminal.line(
    `priority ${Math.round(incident.priority)} (${incident.severity}), ${incident.status}, ${at(incident.firstSeen)} to ${at(incident.lastSeen)} UTC`,
  );
  for (const term of incident.terms)
    terminal.line(`  ${String(Math.round(term.points)).padStart(4)}  ${term.term}: ${safeText(term.why)}`);
  printDecision(terminal, incident);
  if (look !== undefined) {
    terminal.line("");
    terminal.line(`${bold("Verdict")} ${look.verdict}, confidence ${Math.round(look.confidence)}`);
    for (const sentence of look.summary)
      terminal.line(`  ${safeText(sentence.text)} [${sentence.events.slice(0, 3).join(", ")}]`);
    printRoot(terminal, look);
    printExtent(terminal, look);
    terminal.line(bold("Timeline"));
    for (const item of look.timeline.slice(0, TIMELINE_MAX))
      terminal.line(
        `  ${at(item.at)}  ${safeText(item.text)}${item.count > 1 ? ` (${item.count} times)` : ""}${item.technique === undefined ? "" : `  ${item.technique}`}`,
      );
    if (look.timeline.length > TIMELINE_MAX)
      terminal.line(`  ... ${look.timeline.length - TIMELINE_MAX} more; see the report`);
    if (look.questions.length > 0) terminal.line(bold("Open questions"));
    for (const question of look.questions) terminal.line(`  - ${safeText(question)}`);
  }
  printRules(terminal, incident);
  printActions(terminal, incident);
}

/** Why the model moved the priority, or did not. */
function printDecision(terminal: Terminal, { decision }: WireIncident): void {
  if (decision === undefined) return;
  for (const text of decisionLines(decision)) terminal.line(`        ${safeText(text)}`);
}

/** Which rules fired, and in which version: `rules history` and the console lead to the text. */
function printRules(terminal: Terminal, incident: WireIncident): void {
  const rules = new Map(incident.detections.map(({ detection: { rule } }) => [`${rule.id} ${rule.version}`, rule]));
  if (rules.size === 0) return;
  terminal.line(terminal.paint("bold", "Rules that fired"));
  for (const rule of [...rules.values()].slice(0, RULES_MAX))
    terminal.line(`  ${safeText(rule.title)}  ${safeText(rule.id)} version ${rule.version.slice(0, 12)}`);
  if (rules.size > RULES_MAX) terminal.line(`  ... ${rules.size - RULES_MAX} more`);
}

function printRoot(terminal: Terminal, look: NonNullable<WireIncident["investigation"]>): void {
  if (look.rootCauses.length === 0) return;
  terminal.line(terminal.paint("bold", "Root cause candidates"));
  for (const [rank, cause] of look.rootCauses.entries())
    terminal.line(
      `  ${rank + 1}. ${safeText(cause.why)} (${cause.boundary}, score ${cause.score.toFixed(2)}) [${cause.event}]`,
    );
}

function printExtent(terminal: Terminal, look: NonNullable<WireIncident["investigation"]>): void {
  if (look.extent.length === 0) return;
  terminal.line(terminal.paint("bold", "Extent"));
  for (const member of look.extent.slice(0, EXTENT_MAX))
    terminal.line(`  ${member.standing.padEnd(9)}  ${member.entity.kind.padEnd(8)}  ${safeText(member.entity.value)}`);
  if (look.extent.length > EXTENT_MAX) terminal.line(`  ... ${look.extent.length - EXTENT_MAX} more`);
}

function printActions(terminal: Terminal, incident: WireIncident): void {
  if (incident.actions.length === 0) return;
  terminal.line(terminal.paint("bold", "Actions"));
  table(terminal, incident.actions, [
    { head: "KEY", value: (row) => row.key.slice(0, 12) },
    { head: "ACTION", value: (row) => row.action.kind },
    { head: "TARGET", value: (row) => actionTargetOf(row.action), max: 40 },
    { head: "STATE", value: (row) => row.state, style: (row) => (row.state === "proposed" ? "yellow" : undefined) },
    { head: "BY", value: (row) => row.plan.actuator },
    { head: "POLICY", value: (row) => `${row.policy.outcome}: ${row.policy.reasons.join("; ")}`, max: 80 },
  ]);
  const waiting = incident.actions.find(
    (action) => action.state === "proposed" && action.policy.outcome === "needs-approval",
  );
  if (waiting !== undefined) terminal.note(`next: cordon approve ${waiting.key.slice(0, 12)}`);
}
