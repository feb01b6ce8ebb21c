/**
 * Mahalanobis distance: how far a row lies from the middle, seen through how features move together.
 * Enters: points of a space. Leaves: squared distance per dimension, and the share of each feature in it.
 *
 * AL1. The covariance is shrunk towards its diagonal, so that few rows or constant features never make it singular.
 * AL2. The shares of the features add up to the score.
 */
import type { Points } from "../../anomaly/space.ts";

/** Share of the diagonal at many rows; with n rows and d features it is d / (d + n), at least this. */
const SHRINK_MIN = 0.01;
const RIDGE = 1e-3;

export interface Ellipse {
  score(point: ArrayLike<number>): number;
  explain(point: ArrayLike<number>): Float64Array;
}

export function fitEllipse(points: Points): Ellipse {
  const { dims, rows, values } = points;
  const mean = meansOf(points);
  const covariance = new Float64Array(dims * dims);
  const row = new Float64Array(dims);
  for (let at = 0; at < rows; at += 1) {
    for (let dim = 0; dim < dims; dim += 1) row[dim] = (values[at * dims + dim] ?? 0) - (mean[dim] ?? 0);
    for (let a = 0; a < dims; a += 1)
      for (let b = 0; b <= a; b += 1)
        covariance[a * dims + b] = (covariance[a * dims + b] ?? 0) + ((row[a] ?? 0) * (row[b] ?? 0)) / rows;
  }
  const shrink = Math.max(SHRINK_MIN, dims / (dims + rows));
  for (let a = 0; a < dims; a += 1) {
    for (let b = 0; b < a; b += 1) covariance[a * dims + b] = (covariance[a * dims + b] ?? 0) * (1 - shrink);
    covariance[a * dims + a] = (covariance[a * dims + a] ?? 0) + RIDGE;
  }
  const lower = cholesky(covariance, dims);
  const explain = (point: ArrayLike<number>): Float64Array => {
    const centred = Float64Array.from({ length: dims }, (_, dim) => (point[dim] ?? 0) - (mean[dim] ?? 0));
    const solved = solve(lower, dims, centred);
    return centred.map((value, dim) => (value * (solved[dim] ?? 0)) / dims);
  };
  return {
    explain,
    score: (point) =>
      Math.max(
        0,
        explain(point).reduce((sum, part) => sum + part, 0),
      ),
  };
}

function meansOf({ dims, rows, values }: Points): Float64Array {
  const mean = new Float64Array(dims);
  for (let at = 0; at < rows * dims; at += 1) mean[at % dims] = (mean[at % dims] ?? 0) + (values[at] ?? 0) / rows;
  return mean;
}

function cholesky(matrix: Float64Array, dims: number): Float64Array {
  const lower = new Float64Array(dims * dims);
  for (let a = 0; a < dims; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      let sum = matrix[a * dims + b] ?? 0;
      for (let k = 0; k < b; k += 1) sum -= (lower[a * dims + k] ?? 0) * (lower[b * dims + k] ?? 0);
      lower[a * dims + b] = a === b ? Math.sqrt(Math.max(RIDGE, sum)) : sum / (lower[b * dims + b] ?? 1);
    }
  }
  return lower;
}

/** Solves (lower lower') x = right. */
function solve(lower: Float64Array, dims: number, right: Float64Array): Float64Array {
  const x = right.slice();
  for (let a = 0; a < dims; a += 1) {
    let sum = x[a] ?? 0;
    for (let k = 0; k < a; k += 1) sum -= (lower[a * dims + k] ?? 0) * (x[k] ?? 0);
    x[a] = sum / (lower[a * dims + a] ?? 1);
  }
  for (let a = dims - 1; a >= 0; a -= 1) {
    let sum = x[a] ?? 0;
    for (let k = a + 1; k < dims; k += 1) sum -= (lower[k * dims + a] ?? 0) * (x[k] ?? 0);
    x[a] = sum / (lower[a * dims + a] ?? 1);
  }
  return x;
}
