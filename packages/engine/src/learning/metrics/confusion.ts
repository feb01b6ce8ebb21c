/**
 * What a decision gets right: confusion at a threshold, its rates, and recall per group.
 * LC1. A rate whose denominator is empty is NaN, never 0 or 1: "no alarms" is not "all alarms right".
 */
import { refusal } from "../learning-error.ts";
import { type Numbers, requireLabels } from "./ranking.ts";

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Positive where score >= threshold. */
export function confusionAt(labels: Numbers, scores: Numbers, threshold = 0.5): Confusion {
  requireLabels(labels, scores.length);
  const counts = [0, 0, 0, 0];
  for (let at = 0; at < scores.length; at += 1) {
    const cell = (labels[at] === 1 ? 2 : 0) + ((scores[at] ?? 0) >= threshold ? 1 : 0);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const [trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

export interface Rates {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly fpr: number;
}

export function ratesOf(confusion: Confusion): Rates {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = confusion;
  return {
    accuracy: (tp + tn) / (tp + tn + fp + fn),
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    fpr: fp / (fp + tn),
  };
}

/** Cell [truth][guess] at truth * classes + guess. */
export function confusionMatrix(truths: Numbers, guesses: Numbers, classes: number): Float64Array {
  if (truths.length !== guesses.length)
    throw refusal("labels-malformed", `${truths.length} truths, ${guesses.length} guesses`);
  const cells = new Float64Array(classes * classes);
  for (let at = 0; at < truths.length; at += 1) {
    const truth = truths[at] ?? -1;
    const guess = guesses[at] ?? -1;
    if (!isClass(truth, classes) || !isClass(guess, classes))
      throw refusal("labels-malformed", `row ${at}: class ${truth}, guessed ${guess}, of ${classes} classes`);
    const cell = truth * classes + guess;
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  return cells;
}

export interface GroupRecall {
  readonly group: string;
  readonly positives: number;
  readonly recall: number;
}

/** Recall among the positives of each group (phase, family), and its plain mean: a rare group counts as much as a common one. */
export function macroRecall(
  positives: { readonly scores: Numbers; readonly groups: readonly string[] },
  threshold: number,
): { readonly macro: number; readonly by: readonly GroupRecall[] } {
  const { scores, groups } = positives;
  if (scores.length !== groups.length)
    throw refusal("labels-malformed", `${scores.length} scores, ${groups.length} groups`);
  const counts = new Map<string, { all: number; found: number }>();
  groups.forEach((group, at) => {
    const count = counts.get(group) ?? { all: 0, found: 0 };
    count.all += 1;
    if ((scores[at] ?? 0) >= threshold) count.found += 1;
    counts.set(group, count);
  });
  const by = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, { all, found }]) => ({ group, positives: all, recall: found / all }));
  return { macro: by.reduce((sum, { recall }) => sum + recall, 0) / by.length, by };
}

const isClass = (value: number, classes: number): boolean => Number.isInteger(value) && value >= 0 && value < classes;
