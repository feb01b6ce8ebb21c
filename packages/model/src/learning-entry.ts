/**
 * What happens to what was learnt, outside of single incidents: found drift, proposals, answers, second reviews, changes around it.
 * One journal per instance; state is the fold of its entries, and every entry of a person bears the authenticated name.
 */
import type { IncidentId } from "./ids.ts";
import type { Verdict } from "./incident.ts";
import type { Instant } from "./time.ts";

/** Something in the surroundings changed; alarms are tied to these before anybody calls them an attack. */
export const CHANGE_KINDS = ["rules", "source", "version", "model", "inventory"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export const FLAG_ANSWERS = ["accept", "mitigate", "remove-feature"] as const;
export type FlagAnswer = (typeof FLAG_ANSWERS)[number];

export type LearningMove =
  | { readonly kind: "change-seen"; readonly change: ChangeKind; readonly what: string }
  /** `since`: when the values began to differ, as estimated; `at` is when it was noticed. */
  | {
      readonly kind: "drift-began";
      readonly feature: string;
      readonly words: string;
      readonly effect: number;
      readonly since: Instant;
    }
  | { readonly kind: "drift-ended"; readonly feature: string; readonly words: string }
  | { readonly kind: "retraining-proposed"; readonly proposal: string; readonly why: string }
  | {
      readonly kind: "retraining-answered";
      readonly proposal: string;
      readonly answer: "accept" | "decline";
      readonly reason: string;
      /** The challenger that came of it. */
      readonly model?: string;
    }
  | {
      readonly kind: "flag-answered";
      readonly flag: string;
      readonly answer: FlagAnswer;
      readonly reason: string;
      /** The gap that the person saw: a larger one needs a new answer. */
      readonly gap: number;
    }
  /** A second person judged a closed case without being shown the first verdict. */
  | {
      readonly kind: "second-verdict";
      readonly incident: IncidentId;
      readonly verdict: Verdict;
      readonly note: string;
    }
  /** Somebody to whom the case was offered wanted to see the first verdict instead: offered to that person no more. */
  | { readonly kind: "review-waived"; readonly incident: IncidentId };

export type LearningEntry = { readonly at: Instant; readonly by: string } & LearningMove;
