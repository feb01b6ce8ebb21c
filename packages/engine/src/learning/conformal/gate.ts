/**
 * The auto-close gate: may this alert be closed without a human? All of its conditions must hold, and every one that does not is named.
 * Enters: what is known of the alert, the owner's permission, the state of audits. Leaves: close, audit (a human decides), or keep open.
 *
 * LO1. Without a permission that is in force, calibration, enough verified positives and p <= alpha nothing is closed.
 * LO2. What was drawn for the audit goes to a human; so does every would-be closure until the audits have proved the owner's limit.
 * LO3. A veto keeps open and is never outvoted by a score.
 * LO5. Where inputs have moved much, chances are unsure: the caller asks for p as if the score were so much higher, and says so here;
 *      a refusal tells both.
 * LO4. A text score may keep open, it cannot close: it is not among what allows closing.
 */
import type { Instant } from "@cordon/model/time";
import { isUnknown, type ProbabilityInterval } from "../calibrate/venn-abers.ts";
import { type AdaptiveLevel, hasStopped } from "./adaptive.ts";
import { type AuditRecord, auditChance, omissionBound } from "./audit.ts";
import type { ConformalP } from "./mondrian.ts";

/** What the owner of a rule family has allowed. */
export interface ClosePermission {
  readonly alpha: number;
  /** Upper bound that P(malicious | closed) must stay under. */
  readonly omissionMax: number;
  readonly reviewBy: Instant;
  readonly auditShare?: number;
}

export type Veto =
  | "protected-entity"
  | "open-incident"
  | "intel-hit"
  | "novel"
  | "drift-alarm"
  | "poisoning-hold"
  | "text-score";

export interface Widened {
  readonly by: number;
  readonly plain: number;
}

export interface GateInput {
  readonly now: Instant;
  readonly permission: ClosePermission | undefined;
  /** undefined: the score is uncalibrated. */
  readonly interval: ProbabilityInterval | undefined;
  readonly conformal: ConformalP;
  /** Inputs have moved: `conformal` is of a chance higher by `by`; `plain`: p without that. */
  readonly widened?: Widened | undefined;
  readonly level: AdaptiveLevel;
  readonly audits: AuditRecord;
  readonly closuresLastWeek: number;
  readonly vetoes: readonly Veto[];
  /** [0, 1), from the runtime: whether this one is audited. */
  readonly draw: number;
}

export type GateReason =
  | { readonly kind: "not-permitted" }
  | { readonly kind: "review-overdue"; readonly reviewBy: Instant }
  | { readonly kind: "uncalibrated" }
  | { readonly kind: "unsure"; readonly low: number; readonly high: number }
  | { readonly kind: "too-few-positives"; readonly positives: number; readonly needed: number }
  | { readonly kind: "level-stopped"; readonly level: number }
  | { readonly kind: "not-benign-enough"; readonly p: number; readonly level: number; readonly widened?: Widened }
  | { readonly kind: "veto"; readonly veto: Veto };

export type GateDecision =
  | { readonly kind: "keep-open"; readonly reasons: readonly [GateReason, ...GateReason[]] }
  /** Would be closed; a human looks instead. `chance`: how likely that was. */
  | { readonly kind: "audit"; readonly p: number; readonly chance: number; readonly because: "drawn" | "unproved" }
  | { readonly kind: "close"; readonly p: number; readonly level: number; readonly chance: number };

export function judgeClosing(input: GateInput): GateDecision {
  const { permission, conformal, level, audits } = input;
  const [first, ...rest] = reasonsAgainst(input);
  if (first !== undefined) return { kind: "keep-open", reasons: [first, ...rest] };
  if (permission === undefined || conformal.kind === "refused")
    return { kind: "keep-open", reasons: [{ kind: "not-permitted" }] };
  const { p } = conformal;
  if (omissionBound(audits) > permission.omissionMax) return { kind: "audit", p, chance: 1, because: "unproved" };
  const chance = auditChance(input.closuresLastWeek, permission.auditShare);
  if (input.draw < chance) return { kind: "audit", p, chance, because: "drawn" };
  return { kind: "close", p, level: Math.min(level.level, permission.alpha), chance };
}

function reasonsAgainst(input: GateInput): GateReason[] {
  const { permission, interval, conformal, vetoes } = input;
  const reasons: GateReason[] = vetoes.map((veto) => ({ kind: "veto", veto }));
  if (permission === undefined) reasons.push({ kind: "not-permitted" });
  else if (permission.reviewBy <= input.now) reasons.push({ kind: "review-overdue", reviewBy: permission.reviewBy });
  if (interval === undefined) reasons.push({ kind: "uncalibrated" });
  else if (isUnknown(interval)) reasons.push({ kind: "unsure", low: interval.low, high: interval.high });
  // A level above what the owner allows now (he has lowered it) counts as what he allows.
  const level = Math.min(input.level.level, permission?.alpha ?? 0);
  if (hasStopped(input.level)) reasons.push({ kind: "level-stopped", level: input.level.level });
  if (conformal.kind === "refused")
    reasons.push({ kind: "too-few-positives", positives: conformal.positives, needed: conformal.needed });
  else if (!(conformal.p <= level))
    reasons.push({
      ...{ kind: "not-benign-enough", p: conformal.p, level },
      ...(input.widened === undefined ? {} : { widened: input.widened }),
    });
  return reasons;
}
