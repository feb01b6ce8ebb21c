/**
 * Platt scaling: p = 1 / (1 + exp(slope * score + intercept)), fitted to targets that the prior has pulled off 0 and 1, so that few
 * verdicts never give certainty. Newton's method with halved steps (Lin, Lin, Weng 2007).
 */
import { type Numbers, requireLabels } from "../metrics/ranking.ts";

/** p rises with the score where slope < 0. */
export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

const STEPS_MAX = 100;
const STEP_MIN = 1e-10;
const GRADIENT_MIN = 1e-9;
/** Keeps the Hessian invertible. */
const RIDGE = 1e-12;

export function fitPlatt(scores: Numbers, labels: Numbers): Platt {
  requireLabels(labels, scores.length);
  let positives = 0;
  for (let at = 0; at < labels.length; at += 1) positives += labels[at] ?? 0;
  const negatives = labels.length - positives;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  const targets = Float64Array.from(labels, (label) => (label === 1 ? high : low));
  let found: Platt = { slope: 0, intercept: Math.log((negatives + 1) / (positives + 1)) };
  let loss = lossOf(found, scores, targets);
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const direction = newtonStep(found, scores, targets);
    if (direction === undefined) break;
    let size = 1;
    for (; size >= STEP_MIN; size /= 2) {
      const next = {
        slope: found.slope + size * direction.slope,
        intercept: found.intercept + size * direction.intercept,
      };
      const nextLoss = lossOf(next, scores, targets);
      if (nextLoss >= loss + 1e-4 * size * direction.descent) continue;
      found = next;
      loss = nextLoss;
      break;
    }
    if (size < STEP_MIN) break;
  }
  return found;
}

export function plattValue({ slope, intercept }: Platt, score: number): number {
  const margin = slope * score + intercept;
  return margin >= 0 ? Math.exp(-margin) / (1 + Math.exp(-margin)) : 1 / (1 + Math.exp(margin));
}

function lossOf({ slope, intercept }: Platt, scores: Numbers, targets: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < targets.length; at += 1) {
    const margin = slope * (scores[at] ?? 0) + intercept;
    const target = targets[at] ?? 0;
    sum +=
      margin >= 0
        ? target * margin + Math.log1p(Math.exp(-margin))
        : (target - 1) * margin + Math.log1p(Math.exp(margin));
  }
  return sum;
}

/** undefined: the gradient is gone. */
function newtonStep(
  at: Platt,
  scores: Numbers,
  targets: Float64Array,
): (Platt & { readonly descent: number }) | undefined {
  let h11 = RIDGE;
  let h22 = RIDGE;
  let h21 = 0;
  let g1 = 0;
  let g2 = 0;
  for (let row = 0; row < targets.length; row += 1) {
    const score = scores[row] ?? 0;
    const p = plattValue(at, score);
    const curvature = p * (1 - p);
    const pull = (targets[row] ?? 0) - p;
    h11 += score * score * curvature;
    h22 += curvature;
    h21 += score * curvature;
    g1 += score * pull;
    g2 += pull;
  }
  if (Math.abs(g1) < GRADIENT_MIN && Math.abs(g2) < GRADIENT_MIN) return undefined;
  const determinant = h11 * h22 - h21 * h21;
  const slope = -(h22 * g1 - h21 * g2) / determinant;
  const intercept = -(-h21 * g1 + h11 * g2) / determinant;
  return { slope, intercept, descent: g1 * slope + g2 * intercept };
}
