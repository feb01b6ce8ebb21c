/**
 * One verdict with the row that was stored when the decision was made.
 * Enters: outcomes as stored. Leaves: rows to learn from; what cannot be one is counted with its reason.
 *
 * TV1. The row is that of the first closing, the verdict that of the last: what was known before anybody had spoken.
 * TV2. A verdict of a stage or a policy is none: labels come from authenticated people only.
 */
import { VERDICTS, type Verdict } from "@cordon/model/incident";
import { isJsonObject } from "@cordon/model/json";
import type { Outcome } from "@cordon/model/ports/journal";
import { LEVELS, type Level } from "@cordon/model/rule";
import type { TriageRow } from "@cordon/model/triage-decision";
import { ROW_NAMES } from "../triage/features.ts";

export interface VerdictRow {
  readonly incident: string;
  readonly at: number;
  readonly by: string;
  readonly verdict: Verdict;
  readonly row: TriageRow;
  /** Rules, techniques, tactics and kinds of entities. */
  readonly facts: readonly string[];
  readonly severity: string;
  readonly responses: readonly string[];
  /** As `kind:state` at the last closing. */
  readonly actions: readonly string[];
  /** What the person set when closing it. */
  readonly setSeverity?: Level;
  /** Chance that a person looked at it at all. */
  readonly chance: number;
  /** Model whose decision stood when it was closed. */
  readonly model?: string;
  /** Drawn as an audit of would-be closures. */
  readonly audited: boolean;
}

export interface ReadVerdicts {
  /** Oldest verdict first. */
  readonly rows: readonly VerdictRow[];
  readonly skipped: Readonly<Record<string, number>>;
}

/** Names under which no person writes. */
const NOT_A_PERSON = /^(?:policy:|triage$|investigator$|contain$|system$|playbook)/;

export function readVerdicts(outcomes: readonly Outcome[]): ReadVerdicts {
  const skipped: Record<string, number> = {};
  const skip = (reason: string): void => {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  };
  const byIncident = new Map<string, Outcome[]>();
  for (const outcome of [...outcomes].sort((a, b) => a.at - b.at)) {
    const known = byIncident.get(outcome.incident);
    if (known === undefined) byIncident.set(outcome.incident, [outcome]);
    else known.push(outcome);
  }
  const rows: VerdictRow[] = [];
  for (const all of byIncident.values()) {
    const first = all.find(({ features }) => rowOf(features.row) !== undefined);
    const own = all.filter(({ by }) => !NOT_A_PERSON.test(by));
    const last = own.findLast(({ features }) => features.undone !== true);
    if (last === undefined)
      skip(own.length === 0 ? "closed by policy, not by a person" : "undone, and not closed by a person since");
    else if (first === undefined) skip("closed before features were kept");
    else {
      const made = verdictRowOf(first, last);
      if (made === undefined) skip("not a verdict that is known here");
      else rows.push(made);
    }
  }
  return { rows: rows.sort((a, b) => a.at - b.at || (a.incident < b.incident ? -1 : 1)), skipped };
}

function verdictRowOf(first: Outcome, last: Outcome): VerdictRow | undefined {
  const verdict = VERDICTS.find((each) => each === last.verdict);
  const row = rowOf(first.features.row);
  if (verdict === undefined || row === undefined) return undefined;
  const { severity, model, audited, propensity } = first.features;
  const setSeverity = LEVELS.find((level) => level === last.features.setSeverity);
  // A closing of the policy that was undone was not drawn: it stands for itself alone.
  const drawn = audited === true && typeof propensity === "number" && propensity > 0 && propensity <= 1;
  return {
    ...{ incident: last.incident, at: last.at, by: last.by, verdict, row },
    facts: factsOf(first),
    severity: typeof severity === "string" ? severity : "medium",
    actions: textsOf(last.features.actions),
    responses: textsOf(last.features.actions).flatMap((text) => {
      const [kind = "", state] = text.split(":");
      return state === "verified" || state === "simulated" ? [kind] : [];
    }),
    chance: drawn ? propensity : 1,
    audited: audited === true,
    ...(setSeverity === undefined ? {} : { setSeverity }),
    ...(typeof model === "string" ? { model } : {}),
  };
}

function factsOf({ rules, features }: Outcome): readonly string[] {
  const kinds = isJsonObject(features.entities) ? Object.keys(features.entities) : [];
  return typedFacts({ rules, techniques: textsOf(features.techniques), tactics: textsOf(features.tactics), kinds });
}

export function typedFacts(of: {
  readonly rules: readonly string[];
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly kinds: readonly string[];
}): readonly string[] {
  return [
    ...of.rules.map((rule) => `rule:${rule}`),
    ...of.techniques.map((technique) => `technique:${technique}`),
    ...of.tactics.map((tactic) => `tactic:${tactic}`),
    ...of.kinds.map((kind) => `kind:${kind}`),
  ];
}

function rowOf(value: unknown): TriageRow | undefined {
  if (!isJsonObject(value) || typeof value.rule !== "string" || !isJsonObject(value.values)) return undefined;
  const values: Record<string, number> = {};
  for (const name of ROW_NAMES) {
    const member = Object.hasOwn(value.values, name) ? value.values[name] : undefined;
    if (typeof member === "number" && Number.isFinite(member)) values[name] = member;
  }
  return { rule: value.rule, values };
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
