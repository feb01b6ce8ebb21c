/**
 * How true probabilities are: Brier score with its parts, log loss, calibration error, and the bins of a reliability plot.
 * Enters: labels (0 or 1) and probabilities in [0, 1]; anything else is refused. Leaves: numbers; NaN for no rows.
 */
import { refusal } from "../learning-error.ts";
import { type Numbers, requireLabels } from "./ranking.ts";

/** Bins of equal width; the same everywhere, or figures cannot be compared. */
const CALIBRATION_BINS = 15;
/** Keeps the logarithm finite; the smallest double step above 0 that scikit-learn uses too. */
const PROBABILITY_MIN = 2 ** -52;

export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly meanProbability: number;
  readonly rate: number;
}

/** Empty bins are left out. A bin holds its lower edge; 1 belongs to the last. */
export function reliabilityBins(labels: Numbers, probabilities: Numbers, bins = CALIBRATION_BINS): ReliabilityBin[] {
  requireProbabilities(labels, probabilities);
  const n = new Float64Array(bins);
  const sumP = new Float64Array(bins);
  const sumY = new Float64Array(bins);
  for (let at = 0; at < probabilities.length; at += 1) {
    const p = probabilities[at] ?? 0;
    const bin = Math.min(bins - 1, Math.floor(p * bins));
    n[bin] = (n[bin] ?? 0) + 1;
    sumP[bin] = (sumP[bin] ?? 0) + p;
    sumY[bin] = (sumY[bin] ?? 0) + (labels[at] ?? 0);
  }
  return Array.from(n, (count, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    n: count,
    meanProbability: (sumP[bin] ?? 0) / count,
    rate: (sumY[bin] ?? 0) / count,
  })).filter((bin) => bin.n > 0);
}

/** Expected calibration error: mean over rows of |rate - probability| of their bin. */
export function calibrationError(labels: Numbers, probabilities: Numbers, bins = CALIBRATION_BINS): number {
  const found = reliabilityBins(labels, probabilities, bins);
  const sum = found.reduce((all, bin) => all + bin.n * Math.abs(bin.rate - bin.meanProbability), 0);
  return sum / probabilities.length;
}

export interface BrierParts {
  readonly brier: number;
  /** Distance of the bins' rates from their probabilities: 0 is best. */
  readonly reliability: number;
  /** How far the bins' rates differ from the base rate: more is better. */
  readonly resolution: number;
  /** What the base rate alone leaves open. */
  readonly uncertainty: number;
  /** What is lost inside bins: brier = reliability - resolution + uncertainty + withinBins. */
  readonly withinBins: number;
}

export function brierParts(labels: Numbers, probabilities: Numbers, bins = CALIBRATION_BINS): BrierParts {
  const found = reliabilityBins(labels, probabilities, bins);
  const rows = probabilities.length;
  const base = found.reduce((sum, bin) => sum + bin.n * bin.rate, 0) / rows;
  const mean = (of: (bin: ReliabilityBin) => number): number =>
    found.reduce((sum, bin) => sum + bin.n * of(bin), 0) / rows;
  const brier = brierScore(labels, probabilities);
  const reliability = mean((bin) => (bin.meanProbability - bin.rate) ** 2);
  const resolution = mean((bin) => (bin.rate - base) ** 2);
  const uncertainty = base * (1 - base);
  return { brier, reliability, resolution, uncertainty, withinBins: brier - reliability + resolution - uncertainty };
}

export function brierScore(labels: Numbers, probabilities: Numbers): number {
  requireProbabilities(labels, probabilities);
  let sum = 0;
  for (let at = 0; at < probabilities.length; at += 1) sum += ((probabilities[at] ?? 0) - (labels[at] ?? 0)) ** 2;
  return sum / probabilities.length;
}

export function logLoss(labels: Numbers, probabilities: Numbers): number {
  requireProbabilities(labels, probabilities);
  let sum = 0;
  for (let at = 0; at < probabilities.length; at += 1) {
    const p = Math.min(1 - PROBABILITY_MIN, Math.max(PROBABILITY_MIN, probabilities[at] ?? 0));
    sum -= labels[at] === 1 ? Math.log(p) : Math.log(1 - p);
  }
  return sum / probabilities.length;
}

function requireProbabilities(labels: Numbers, probabilities: Numbers): void {
  requireLabels(labels, probabilities.length);
  for (let at = 0; at < probabilities.length; at += 1) {
    const p = probabilities[at] ?? Number.NaN;
    if (!(p >= 0 && p <= 1)) throw refusal("scores-malformed", `row ${at}: ${p} is no probability`);
  }
}
