/**
 * Isolation forest: rows that few random cuts set apart.
 * Enters: points of a space, a seed. Leaves: 2 ^ (-mean path / expected path), above 1/2 for what is set apart early.
 *
 * AI1. The same points and seed give the same trees.
 * AI2. The depth that a feature's cuts save is that feature's share of the explanation.
 */

import type { Points } from "../../anomaly/space.ts";
import type { Random } from "../../random.ts";

const TREES = 150;
const SAMPLE = 256;

interface Cut {
  readonly dim: number;
  readonly at: number;
  readonly rows: number;
  readonly below: Cut | number;
  readonly above: Cut | number;
}

export interface Isolation {
  score(point: ArrayLike<number>): number;
  /** Per dimension: bits by which its cuts set the point apart earlier than even halves would; higher is stranger. */
  explain(point: ArrayLike<number>): Float64Array;
}

export function fitIsolation(points: Points, random: Random): Isolation {
  const size = Math.min(SAMPLE, points.rows);
  const depthMax = Math.ceil(Math.log2(Math.max(2, size)));
  const trees = Array.from({ length: TREES }, () =>
    growCut(points, random.sample(points.rows, size), { depth: 0, depthMax, random }),
  );
  const expected = Math.max(1e-9, pathOf(size));
  return {
    score: (point) => {
      let sum = 0;
      for (const tree of trees) sum += depthAt(tree, point);
      return 2 ** (-sum / trees.length / expected);
    },
    explain: (point) => shares(trees, point, points.dims),
  };
}

interface Growth {
  readonly depth: number;
  readonly depthMax: number;
  readonly random: Random;
}

/** A leaf is the number of its rows. */
function growCut({ dims, values }: Points, rows: Int32Array, growth: Growth): Cut | number {
  const { depth, depthMax, random } = growth;
  if (rows.length <= 1 || depth >= depthMax) return rows.length;
  // A few tries for a dimension that still moves; rows that are all alike make a leaf.
  for (let attempt = 0; attempt < dims + 4; attempt += 1) {
    const dim = random.below(dims);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      const value = values[row * dims + dim] ?? 0;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (!(high > low)) continue;
    const at = low + random.next() * (high - low);
    const isBelow = (row: number): boolean => (values[row * dims + dim] ?? 0) <= at;
    const below = rows.filter(isBelow);
    const above = rows.filter((row) => !isBelow(row));
    const deeper = { ...growth, depth: depth + 1 };
    const points = { dims, values, rows: 0 };
    return { dim, at, rows: rows.length, below: growCut(points, below, deeper), above: growCut(points, above, deeper) };
  }
  return rows.length;
}

function depthAt(tree: Cut | number, point: ArrayLike<number>): number {
  let node = tree;
  let depth = 0;
  while (typeof node !== "number") {
    node = (point[node.dim] ?? 0) <= node.at ? node.below : node.above;
    depth += 1;
  }
  return depth + pathOf(node);
}

function shares(trees: readonly (Cut | number)[], point: ArrayLike<number>, dims: number): Float64Array {
  const parts = new Float64Array(dims);
  for (const tree of trees) {
    let node = tree;
    while (typeof node !== "number") {
      const next: Cut | number = (point[node.dim] ?? 0) <= node.at ? node.below : node.above;
      parts[node.dim] = (parts[node.dim] ?? 0) + Math.log2((rowsOf(node) + 1) / (rowsOf(next) + 1)) - 1;
      node = next;
    }
  }
  return parts.map((part) => part / trees.length);
}

const rowsOf = (node: Cut | number): number => (typeof node === "number" ? node : node.rows);

/** Expected depth of an unsuccessful search in a random binary tree of n rows. */
function pathOf(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}
