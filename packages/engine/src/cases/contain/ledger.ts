/**
 * The action ledger: which moves exist, and how one is written.
 * Enters: a row and a wish. Leaves: the journal entry and the new row, always together (they share one append).
 *
 * A1. Only the moves below exist; asking for another is a bug, not an outcome.
 * A2. A key names one action for good: what it does, to whom, for how long, from which step.
 * A3. Effects are shared: rows with the same `effect` are claims on one change of the world.
 */
import {
  type Action,
  type ActionPlan,
  type Grant,
  LEDGER_STATES,
  type LedgerRow,
  type LedgerState,
} from "@cordon/model/action";
import { type ActionKey, actionKey } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import { canonicalJson, type JsonObject } from "@cordon/model/json";
import { actionTarget } from "@cordon/model/next-step";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type Instant, instant } from "@cordon/model/time";

const MOVES: Readonly<Record<LedgerState, readonly LedgerState[]>> = {
  proposed: ["proposed", "authorised", "denied", "expired", "forbidden", "cancelled"],
  authorised: ["authorised", "intent", "expired", "forbidden", "cancelled"],
  intent: ["intent", "dispatched", "verified", "failed", "unknown", "cancelled", "simulated"],
  dispatched: ["intent", "dispatched", "verified", "failed", "unknown"],
  verified: ["reverting"],
  reverting: ["reverting", "reverted"],
  unknown: ["verified", "failed", "reverting"],
  ...{ reverted: [], denied: [], expired: [], forbidden: [], cancelled: [], failed: [], simulated: [] },
};

/** An effect may stand in the world while a row is in one of these. */
export const LIVE_STATES: readonly LedgerState[] = ["intent", "dispatched", "verified", "unknown", "reverting"];
/** States a row does not leave by itself. */
export const FINAL_STATES: ReadonlySet<LedgerState> = new Set(
  LEDGER_STATES.filter((state) => MOVES[state].length === 0),
);

export interface Move {
  readonly to: LedgerState;
  readonly at: Instant;
  readonly by: string;
  readonly detail: JsonObject;
  readonly patch?: Partial<Pick<LedgerRow, "plan" | "grants" | "deadline" | "revertAt" | "attempts">>;
}

export interface Change {
  readonly entries: readonly IncidentEntry[];
  readonly rows: readonly LedgerRow[];
}

export const NO_CHANGE: Change = { entries: [], rows: [] };

export function moveRow(row: LedgerRow, move: Move): { readonly entry: IncidentEntry; readonly row: LedgerRow } {
  if (!MOVES[row.state].includes(move.to))
    throw new Error(`ledger: ${row.key} cannot go from ${row.state} to ${move.to}`);
  const { to, at, by, detail, patch } = move;
  const next: LedgerRow = { ...row, ...patch, state: to, updatedAt: at, detail: { ...row.detail, ...detail } };
  return { entry: { kind: "action-moved", at, by, key: row.key, to, detail }, row: next };
}

/** Several moves of one row in one append. */
export function moveThrough(row: LedgerRow, moves: readonly Move[]): Change & { readonly row: LedgerRow } {
  let current = row;
  const entries: IncidentEntry[] = [];
  for (const move of moves) {
    const step = moveRow(current, move);
    entries.push(step.entry);
    current = step.row;
  }
  return { entries, rows: [current], row: current };
}

export function joinChanges(...changes: readonly Change[]): Change {
  const rows = new Map(changes.flatMap((change) => change.rows).map((row) => [row.key, row]));
  return { entries: changes.flatMap((change) => change.entries), rows: [...rows.values()] };
}

/** Stable over retries; a new generation is a new proposal of the same step. */
export function keyOf(
  runtime: Runtime,
  origin: LedgerRow["origin"],
  given: { readonly incident: string; readonly planHash: string; readonly generation: number },
): ActionKey {
  return actionKey(runtime.sha256(canonicalJson({ form: 1, ...origin, ...given })));
}

/** What two claims share: the same actuator doing the same to the same target. */
export function effectOf(runtime: Runtime, action: Action, plan: ActionPlan): string {
  return runtime.sha256(canonicalJson({ form: 1, actuator: plan.actuator, target: actionTarget(action) }));
}

/** Distinct persons whose approval is for this very plan and still holds. Names are compared without case and spaces around. */
export function approversOf(row: Pick<LedgerRow, "plan" | "grants">, now: Instant): readonly string[] {
  const valid = row.grants.filter((grant) => grant.planHash === row.plan.hash && grant.expiresAt > now);
  return [...new Set(valid.flatMap((grant: Grant) => ("person" in grant.by ? [samePerson(grant.by.person)] : [])))];
}

export const samePerson = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

export function momentIn(detail: JsonObject, member: string): Instant | undefined {
  const value = detail[member];
  return typeof value === "number" ? instant(value) : undefined;
}

export function numberIn(detail: JsonObject, member: string): number {
  const value = detail[member];
  return typeof value === "number" ? value : 0;
}

export function textIn(detail: JsonObject, member: string): string | undefined {
  const value = detail[member];
  return typeof value === "string" ? value : undefined;
}
