/**
 * What a forest is fitted to: gradients and hessians of a loss, its best constant, and the loss itself.
 * Margins are row-major (row * outputs + output). Weights multiply gradients and hessians, never counts of rows.
 */
import { refusal } from "../learning-error.ts";
import { logistic, type ObjectiveKind, softmax } from "./forest.ts";
import { rankingObjective } from "./objective-ranking.ts";
import type { Objective, Targets } from "./targets.ts";

/** Hessians never reach 0: a leaf of rows that are all certain must still have an output. */
const HESSIAN_MIN = 1e-16;
/** A base rate of 0 or 1 has no finite margin. */
const RATE_MIN = 1e-12;

export function makeObjective(kind: ObjectiveKind, data: Targets, classes: number): Objective {
  const rows = data.targets.length;
  if (rows === 0) throw refusal("too-few", "no rows to fit a forest to");
  const weights = Float64Array.from({ length: rows }, (_, at) => data.weights?.[at] ?? 1);
  if (data.weights !== undefined && data.weights.length !== rows)
    throw refusal("labels-malformed", `${rows} targets, ${data.weights.length} weights`);
  if (weights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY)))
    throw refusal("labels-malformed", "a weight is negative or not a number");
  const targets = Float64Array.from(data.targets);
  requireTargets(kind, targets, classes);
  if (kind === "binary") return binary(targets, weights);
  if (kind === "multiclass") return multiclass(targets, weights, classes);
  if (kind === "regression") return regression(targets, weights);
  return rankingObjective(targets, weights, data.groups);
}

function requireTargets(kind: ObjectiveKind, targets: Float64Array, classes: number): void {
  const limit = { binary: 2, multiclass: classes, regression: Number.POSITIVE_INFINITY, ranking: 32 }[kind];
  const good = (value: number): boolean =>
    kind === "regression" ? Number.isFinite(value) : Number.isInteger(value) && value >= 0 && value < limit;
  const bad = targets.findIndex((value) => !good(value));
  if (bad >= 0) throw refusal("labels-malformed", `row ${bad}: ${targets[bad]} is no target of a ${kind} forest`);
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function binary(targets: Float64Array, weights: Float64Array): Objective {
  const total = sumOf(weights);
  const hits = targets.reduce((sum, target, at) => sum + target * (weights[at] ?? 0), 0);
  const rate = Math.min(1 - RATE_MIN, Math.max(RATE_MIN, hits / total));
  return {
    outputs: 1,
    base: Float64Array.of(Math.log(rate / (1 - rate))),
    gradients: (margins, _, { gradients, hessians }) => {
      for (let at = 0; at < margins.length; at += 1) {
        const p = logistic(margins[at] ?? 0);
        const weight = weights[at] ?? 0;
        gradients[at] = weight * (p - (targets[at] ?? 0));
        hessians[at] = Math.max(HESSIAN_MIN, weight * p * (1 - p));
      }
    },
    loss: (margins) => {
      let sum = 0;
      for (let at = 0; at < margins.length; at += 1) {
        const signed = targets[at] === 1 ? (margins[at] ?? 0) : -(margins[at] ?? 0);
        // log(1 + e^-x) without overflow on either side.
        sum += (weights[at] ?? 0) * (Math.log1p(Math.exp(-Math.abs(signed))) + Math.max(0, -signed));
      }
      return sum / total;
    },
  };
}

function multiclass(targets: Float64Array, weights: Float64Array, classes: number): Objective {
  const total = sumOf(weights);
  const rates = new Float64Array(classes);
  targets.forEach((target, at) => {
    rates[target] = (rates[target] ?? 0) + (weights[at] ?? 0) / total;
  });
  const rows = targets.length;
  const shared = new Float64Array(rows * classes);
  // Class by class, as gradients are read: a step of a whole row would fetch a line of the cache for each.
  const byClass = new Float64Array(rows * classes);
  const probabilities = (margins: Float64Array): Float64Array => {
    shared.set(margins);
    softmax(shared, classes);
    return shared;
  };
  return {
    outputs: classes,
    base: rates.map((rate) => Math.log(Math.max(RATE_MIN, rate))),
    // The trees of a round share its probabilities: they are worked out with the first.
    gradients: (margins, output, { gradients, hessians }) => {
      if (output === 0) transpose(probabilities(margins), classes, byClass);
      for (let at = 0, from = output * rows; at < rows; at += 1, from += 1) {
        const p = byClass[from] ?? 0;
        const weight = weights[at] ?? 0;
        gradients[at] = weight * (p - (targets[at] === output ? 1 : 0));
        // The diagonal alone understates how classes move together; K / (K - 1) makes up for it (Friedman 2001).
        hessians[at] = Math.max(HESSIAN_MIN, (weight * p * (1 - p) * classes) / (classes - 1));
      }
    },
    loss: (margins) => {
      const p = probabilities(margins);
      let sum = 0;
      for (let at = 0; at < targets.length; at += 1)
        sum -= (weights[at] ?? 0) * Math.log(Math.max(RATE_MIN, p[at * classes + (targets[at] ?? 0)] ?? 0));
      return sum / total;
    },
  };
}

/** From row by row to column by column. */
function transpose(values: Float64Array, width: number, into: Float64Array): void {
  const rows = values.length / width;
  for (let row = 0, from = 0; row < rows; row += 1)
    for (let to = row; to < into.length; to += rows, from += 1) into[to] = values[from] ?? 0;
}

function regression(targets: Float64Array, weights: Float64Array): Objective {
  const total = sumOf(weights);
  return {
    outputs: 1,
    base: Float64Array.of(targets.reduce((sum, target, at) => sum + target * (weights[at] ?? 0), 0) / total),
    gradients: (margins, _, { gradients, hessians }) => {
      for (let at = 0; at < margins.length; at += 1) {
        const weight = weights[at] ?? 0;
        gradients[at] = weight * ((margins[at] ?? 0) - (targets[at] ?? 0));
        hessians[at] = Math.max(HESSIAN_MIN, weight);
      }
    },
    loss: (margins) => {
      let sum = 0;
      for (let at = 0; at < margins.length; at += 1)
        sum += (weights[at] ?? 0) * ((margins[at] ?? 0) - (targets[at] ?? 0)) ** 2;
      return sum / total;
    },
  };
}
