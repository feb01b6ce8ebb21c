/**
 * Flags of a bias report and the written answers of people.
 * Enters: a report, the journal of learning, the time. Leaves: each flag with the answer that still stands.
 *
 * FF1. An answer stands for its question and groups, for ANSWER_MS, and for a gap that has not grown by more than GROWN.
 * FF2. The latest answer counts; older ones stay in the journal.
 */
import type { LearningEntry } from "@cordon/model/learning-entry";
import type { ModelGate } from "@cordon/model/model-record";
import type { BiasReport, Gap } from "./bias.ts";

/** Half a year, as for the review of a model. */
const ANSWER_MS = 180 * 86_400_000;
const GROWN = 0.05;

export type FlagAnswered = Extract<LearningEntry, { readonly kind: "flag-answered" }>;

export interface Flag extends Gap {
  readonly answer?: FlagAnswered;
  /** An answer that no longer stands, and why. */
  readonly lapsed?: string;
}

export function flagsOf({ gaps }: BiasReport, entries: readonly LearningEntry[], now: number): readonly Flag[] {
  const latest = new Map<string, FlagAnswered>();
  for (const entry of entries) if (entry.kind === "flag-answered") latest.set(entry.flag, entry);
  return gaps
    .filter(({ flagged }) => flagged)
    .map((gap): Flag => {
      const answer = latest.get(gap.id);
      if (answer === undefined) return gap;
      if (now - answer.at > ANSWER_MS) return { ...gap, lapsed: "its answer is older than half a year" };
      if (gap.gap.value > answer.gap + GROWN) return { ...gap, lapsed: "the gap has grown since it was answered" };
      return { ...gap, answer };
    });
}

/** A flag without an answer keeps every model from being promoted. */
export function fairnessGate(flags: readonly Flag[]): ModelGate {
  const open = flags.filter(({ answer }) => answer === undefined);
  const named = open.slice(0, 3).map(({ dimension, said }) => `${dimension}: ${said}`);
  return {
    gate: "fairness",
    passed: open.length === 0,
    said:
      open.length === 0
        ? `${flags.length} flags between groups, all answered`
        : `${open.length} of ${flags.length} flags between groups without an answer (${named.join("; ")}): cordon model bias`,
  };
}
