/**
 * What people found of would-be closures: of those drawn for an audit, and of those closed and undone.
 * Enters: outcomes, the rules that count together, the owner's level. Leaves: the level that is left, errors found, closures of a week.
 *
 * AS1. Each incident counts once, by the last word of a person: who undoes and then says benign has taken the error back.
 * AS2. A closing that was undone is a wrong one until a person says otherwise; one that nobody looked at says nothing.
 */
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, type Instant } from "@cordon/model/time";
import { type AdaptiveLevel, adaptLevel, startLevel } from "../../learning/conformal/adaptive.ts";
import type { AuditRecord } from "../../learning/conformal/audit.ts";
import { AUTO_CLOSE, UNDONE } from "./undo.ts";

export interface AuditState {
  readonly audits: AuditRecord;
  readonly level: AdaptiveLevel;
  readonly closuresLastWeek: number;
}

interface Asked {
  readonly now: Instant;
  readonly alpha: number;
  readonly inFamily: (rule: string) => boolean;
}

export function auditState(outcomes: readonly Outcome[], { now, alpha, inFamily }: Asked): AuditState {
  const weekAgo = now - 7 * DAY;
  let level = startLevel(alpha);
  let [audited, wrong, closuresLastWeek] = [0, 0, 0];
  for (const { at, found } of looks(outcomes, inFamily).sort((a, b) => a.at - b.at)) {
    if (at > weekAgo) closuresLastWeek += 1;
    if (found === "unseen") continue;
    audited += 1;
    if (found === "wrong") wrong += 1;
    level = adaptLevel(level, found === "wrong");
  }
  return { audits: { audited, wrong }, level, closuresLastWeek };
}

interface Look {
  readonly at: Instant;
  readonly found: "right" | "wrong" | "unseen";
}

function looks(outcomes: readonly Outcome[], inFamily: Asked["inFamily"]): Look[] {
  const byIncident = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const known = byIncident.get(outcome.incident);
    if (known === undefined) byIncident.set(outcome.incident, [outcome]);
    else known.push(outcome);
  }
  return [...byIncident.values()].flatMap((all) => {
    const told = all.toSorted((a, b) => a.at - b.at);
    return told.some(({ features }) => inFamily(ruleIn(features) ?? "")) ? (lookOf(told) ?? []) : [];
  });
}

/** Of one incident, oldest outcome first. */
function lookOf(told: readonly Outcome[]): Look | undefined {
  const closed = told.find(({ by }) => by === AUTO_CLOSE);
  const said = told.filter(({ by }) => by !== AUTO_CLOSE);
  const last = said.at(-1);
  const bad = last?.verdict === "true-positive" || last?.verdict === UNDONE;
  if (closed !== undefined) return { at: closed.at, found: bad ? "wrong" : "unseen" };
  if (last === undefined || !said.some(({ features }) => features.audited === true)) return undefined;
  return { at: last.at, found: bad ? "wrong" : "right" };
}

function ruleIn({ row }: Outcome["features"]): string | undefined {
  const rule = typeof row === "object" && row !== null && "rule" in row ? row.rule : undefined;
  return typeof rule === "string" ? rule : undefined;
}
