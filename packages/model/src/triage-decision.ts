/**
 * What the triage model said of an incident, and why: stored with the score, recomputable from the model file and the row.
 * Features are numbers and the id of a rule: no text of a log, no name of a person.
 */
import type { Level } from "./rule.ts";

/** Feature values by name as they were when the decision was made; absent: not known. `rule` is the rule the incident is about. */
export interface TriageRow {
  readonly rule: string;
  readonly values: Readonly<Record<string, number>>;
}

/** One addend of the score, in words. `effect` is in the unit of the score (log odds). */
export interface TriageReason {
  readonly feature: string;
  readonly words: string;
  readonly value: string;
  /** What is usual: the median of the rows that the model learnt from. */
  readonly baseline: string;
  readonly effect: number;
}

export interface TriageSimilar {
  readonly incident: string;
  readonly verdict: "true-positive" | "benign-positive" | "false-positive";
  /** 0 to 1. */
  readonly likeness: number;
}

export interface AdviceReason {
  readonly words: string;
  readonly value: string;
  readonly effect: number;
}

export interface NoAdvice {
  readonly kind: "refused";
  readonly reason: string;
}

/** For people to read: changes no severity and starts no action. `of`: cases that it was learnt from. */
export interface TriageAdvice {
  /** The severity that people would set. */
  readonly severity:
    | NoAdvice
    | {
        readonly kind: "told";
        readonly level: Level;
        readonly p: number;
        readonly of: number;
        readonly because: readonly AdviceReason[];
      };
  /** Responses, the most helpful first; "none": no containment. `held` of `tried`: stood at the end of a true positive. */
  readonly response:
    | NoAdvice
    | {
        readonly kind: "told";
        readonly of: number;
        readonly ranked: readonly {
          readonly action: string;
          readonly p?: number;
          readonly tried: number;
          readonly held: number;
        }[];
        readonly because: readonly AdviceReason[];
      };
}

/** Whether the incident may be closed without a person. `p`: conformal, of being malicious; `level`: at most so much may be closed. */
export type TriageClosing =
  | { readonly kind: "keep-open"; readonly reasons: readonly string[]; readonly p?: number; readonly level?: number }
  /** Would be closed; a person looks instead. */
  | {
      readonly kind: "audit";
      readonly p: number;
      readonly chance: number;
      readonly because: "drawn" | "unproved";
      readonly basis?: ClosingBasis;
    }
  | {
      readonly kind: "close";
      readonly p: number;
      readonly level: number;
      readonly chance: number;
      readonly basis?: ClosingBasis;
    };

/** What the gate rested on at that moment. */
export interface ClosingBasis {
  /** Rules whose positives and audits are counted together. */
  readonly family: string;
  /** Malicious cases among the calibration rows. */
  readonly positives: number;
  /** What the owner allows, and what audits have left of it. */
  readonly alpha: number;
  readonly level: number;
  /** Would-be closures that people looked at, and how many of them, or of the undone ones, were wrong. */
  readonly audited: number;
  readonly wrong: number;
  /** Upper 95 % bound of the share of wrong ones among what is closed, and the owner's limit for it. */
  readonly bound: number;
  readonly boundMax: number;
  /** Inputs of the model had moved: the chance was taken to be so much higher. */
  readonly widened?: number;
}

export interface TriageDecision {
  /** SHA-256 of the model file. */
  readonly model: string;
  /** Digest of names and kinds of the features. */
  readonly schema: string;
  /** Sum of `expected`, all `because` and `rest`. */
  readonly score: number;
  readonly expected: number;
  readonly because: readonly TriageReason[];
  /** Effect of all features that are not listed. */
  readonly rest: number;
  /** Calibrated; absent when the model is uncalibrated. */
  readonly p?: { readonly truePositive: number; readonly benignPositive: number; readonly falsePositive: number };
  readonly interval?: { readonly low: number; readonly high: number };
  /** Share of malicious verdicts that the model learnt from: above it the priority rises, below it falls. */
  readonly threshold: number;
  readonly points: number;
  /** The smallest change of one feature that would turn the sign of the points. */
  readonly counterfactual?: string;
  readonly similar: readonly TriageSimilar[];
  /** From similar true positives: how severe they became, and the response that was in force when they were closed. */
  readonly expects?: { readonly severity?: string; readonly response?: string; readonly of: number };
  readonly advice?: TriageAdvice;
  /** Why nothing was made of it. */
  readonly refusal?: string;
  readonly closing?: TriageClosing;
  /** Draw of [0, 1) for the audit: made once per incident. */
  readonly draw?: number;
}
