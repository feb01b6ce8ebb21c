/** Outcomes as stored, as rows that health and groups are told from. */
import { isJsonObject } from "@cordon/model/json";
import type { Outcome } from "@cordon/model/ports/journal";

export interface ScoredRow {
  readonly incident: string;
  readonly at: number;
  readonly malicious: boolean;
  readonly rule: string;
  readonly values: Readonly<Record<string, number>>;
  readonly predicted?: number;
  readonly model?: string;
  readonly closedAlone: boolean;
  readonly severity: string;
  /** Kinds of actions that were carried out. */
  readonly actions: readonly string[];
  /** Groups it belongs to, as they were when it was decided: docs/monitoring.md. */
  readonly groups: Readonly<Record<string, string>>;
  /** Digests of what it is about and of whose account it is: rows of one are not independent. */
  readonly subject?: string;
  readonly person?: string;
}

/** Oldest first; outcomes without a row are not rows. */
export function scoredRows(outcomes: readonly Outcome[]): readonly ScoredRow[] {
  return outcomes.flatMap(rowOf).sort((a, b) => a.at - b.at);
}

function rowOf({ incident, at, by, verdict, features }: Outcome): readonly ScoredRow[] {
  const { row, predicted, severity, model, subject, person, undone } = features;
  // Taking a closing back is no verdict.
  if (undone === true) return [];
  if (!isJsonObject(row) || typeof row.rule !== "string" || !isJsonObject(row.values)) return [];
  const values = Object.fromEntries(
    Object.entries(row.values).flatMap(([name, value]) => (typeof value === "number" ? [[name, value]] : [])),
  );
  return [
    {
      ...{ incident, at, rule: row.rule, values, malicious: verdict === "true-positive" },
      ...(typeof predicted === "number" && predicted >= 0 && predicted <= 1 ? { predicted } : {}),
      ...(typeof model === "string" ? { model } : {}),
      closedAlone: by.startsWith("policy:"),
      severity: typeof severity === "string" ? severity : "unknown",
      actions: doneIn(features.actions),
      groups: textsIn(features.groups),
      ...(typeof subject === "string" ? { subject } : {}),
      ...(typeof person === "string" ? { person } : {}),
    },
  ];
}

/** As `kind:state`; what was only proposed or refused touched nobody. */
function doneIn(actions: unknown): readonly string[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((each) => {
    const [kind = "", state = ""] = typeof each === "string" ? each.split(":") : [];
    return ["verified", "simulated", "reverted", "dispatched", "reverting"].includes(state) ? [kind] : [];
  });
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (typeof each === "string" ? [[name, each]] : [])),
  );
}
