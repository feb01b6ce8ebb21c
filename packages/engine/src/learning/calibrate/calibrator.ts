/**
 * Scores to probabilities, by as much as the number of verdicts allows.
 * LK1. Isotonic from 1,000 verdicts, Platt from 50; below that, or with one kind of verdict only, "uncalibrated": no probability.
 * LK2. Calibration is monotone: it never changes which of two rows is the more malicious.
 */
import type { Numbers } from "../metrics/ranking.ts";
import { fitIsotonic, type Isotonic, isotonicValue } from "./isotonic.ts";
import { fitPlatt, type Platt, plattValue } from "./platt.ts";

const ISOTONIC_VERDICTS = 1_000;
const PLATT_VERDICTS = 50;

export type Calibrator =
  | ({ readonly kind: "isotonic"; readonly verdicts: number } & Isotonic)
  | ({ readonly kind: "platt"; readonly verdicts: number } & Platt)
  | { readonly kind: "uncalibrated"; readonly verdicts: number; readonly reason: string };

/** Scores: margins of a model, on rows that it was not fitted to. Labels: 1 = malicious. */
export function fitCalibrator(scores: Numbers, labels: Numbers): Calibrator {
  const verdicts = scores.length;
  const positives = Array.from(labels).filter((label) => label === 1).length;
  if (verdicts < PLATT_VERDICTS)
    return { kind: "uncalibrated", verdicts, reason: `${verdicts} of ${PLATT_VERDICTS} verdicts` };
  if (positives === 0 || positives === verdicts)
    return {
      kind: "uncalibrated",
      verdicts,
      reason: `${positives} of ${verdicts} verdicts are malicious: one kind only`,
    };
  if (verdicts >= ISOTONIC_VERDICTS) return { kind: "isotonic", verdicts, ...fitIsotonic(scores, labels) };
  const platt = fitPlatt(scores, labels);
  if (platt.slope > 0)
    return { kind: "uncalibrated", verdicts, reason: "verdicts fall as scores rise: the model is of no use here" };
  return { kind: "platt", verdicts, ...platt };
}

/** undefined: uncalibrated. */
export function calibratedValue(calibrator: Calibrator, score: number): number | undefined {
  if (calibrator.kind === "isotonic") return isotonicValue(calibrator, score);
  return calibrator.kind === "platt" ? plattValue(calibrator, score) : undefined;
}
