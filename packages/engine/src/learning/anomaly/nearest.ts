/**
 * The nearest of remembered normal rows: exact, through a vantage-point tree.
 * Enters: points of a space, categories as codes. Leaves: distances, and which remembered row is nearest.
 *
 * AN1. The same answer as looking at every row; equal distances go to the row that was remembered first.
 * AN2. A category that differs costs `MISMATCH` (squared), as two one-hot columns of that width would: distances stay a metric.
 */
import { isCategory, type Points, type Space } from "./space.ts";

const MISMATCH = 4;
/** Rows of a leaf: below this a plain look is faster than another split. */
const LEAF_ROWS = 12;

export interface Neighbour {
  readonly row: number;
  readonly distance: number;
}

export interface Nearest {
  /** The k nearest, nearest first; `except` leaves one remembered row out (its own score while fitting). */
  find(point: ArrayLike<number>, k: number, except?: number): readonly Neighbour[];
  /** Squared distance of one dimension between the point and a remembered row. */
  part(point: ArrayLike<number>, row: number, dim: number): number;
  readonly points: Points;
}

interface Node {
  readonly vantage: number;
  readonly radius: number;
  readonly inside: Node | Leaf;
  readonly outside: Node | Leaf;
}

interface Leaf {
  readonly rows: Int32Array;
}

export function makeNearest(points: Points, space: Space): Nearest {
  const codes = Uint8Array.from(space.axes, (_, dim) => Number(isCategory(space, dim)));
  const metric = makeMetric(points, codes);
  const root = grow(
    Int32Array.from({ length: points.rows }, (_, row) => row),
    (a, b) => metric.between(points.values.subarray(a * points.dims, (a + 1) * points.dims), b, Infinity),
  );
  return {
    points,
    part: metric.part,
    find: (point, k, except = -1) => {
      const best: Neighbour[] = [];
      search(root, { point, k, except, best, metric });
      return best;
    },
  };
}

interface Metric {
  /** Distance, or Infinity as soon as it is sure to be above `limit`. */
  between(point: ArrayLike<number>, row: number, limit: number): number;
  part(point: ArrayLike<number>, row: number, dim: number): number;
}

function makeMetric({ dims, values }: Points, codes: Uint8Array): Metric {
  const part = (point: ArrayLike<number>, row: number, dim: number): number => {
    const a = point[dim] ?? 0;
    const b = values[row * dims + dim] ?? 0;
    // Unknown values (below 0) are unlike everything, also unlike each other.
    return codes[dim] === 1 ? (a === b && a >= 0 ? 0 : MISMATCH) : (a - b) * (a - b);
  };
  const between = (point: ArrayLike<number>, row: number, limit: number): number => {
    const most = limit * limit;
    const from = row * dims;
    let sum = 0;
    for (let dim = 0; dim < dims; dim += 1) {
      const a = point[dim] ?? 0;
      const b = values[from + dim] ?? 0;
      if (codes[dim] === 1) sum += a === b && a >= 0 ? 0 : MISMATCH;
      else sum += (a - b) * (a - b);
      if ((dim & 7) === 7 && sum > most) return Number.POSITIVE_INFINITY;
    }
    return Math.sqrt(sum);
  };
  return { between, part };
}

/** The first row of each part is its vantage point: no chance is needed, and the tree is the same each time. */
function grow(rows: Int32Array, between: (a: number, b: number) => number): Node | Leaf {
  if (rows.length <= LEAF_ROWS) return { rows };
  const vantage = rows[rows.length >> 1] ?? 0;
  const rest = rows.filter((row) => row !== vantage);
  const far = Float64Array.from(rest, (row) => between(vantage, row));
  const radius = far.slice().sort()[far.length >> 1] ?? 0;
  const inside = rest.filter((_, at) => (far[at] ?? 0) < radius);
  const outside = rest.filter((_, at) => (far[at] ?? 0) >= radius);
  // Many equal rows: nothing to split by.
  if (inside.length === 0) return { rows };
  return { vantage, radius, inside: grow(inside, between), outside: grow(outside, between) };
}

interface Search {
  readonly point: ArrayLike<number>;
  readonly k: number;
  readonly except: number;
  readonly best: Neighbour[];
  readonly metric: Metric;
}

function search(node: Node | Leaf, state: Search): void {
  if ("rows" in node) {
    for (const row of node.rows) offer(row, state.metric.between(state.point, row, limitOf(state)), state);
    return;
  }
  const distance = state.metric.between(state.point, node.vantage, Number.POSITIVE_INFINITY);
  offer(node.vantage, distance, state);
  const [first, second] = distance < node.radius ? [node.inside, node.outside] : [node.outside, node.inside];
  search(first, state);
  if (Math.abs(distance - node.radius) <= limitOf(state)) search(second, state);
}

const limitOf = ({ best, k }: Search): number =>
  best.length < k ? Number.POSITIVE_INFINITY : (best.at(-1)?.distance ?? Number.POSITIVE_INFINITY);

function offer(row: number, distance: number, { best, k, except }: Search): void {
  if (row === except || distance === Number.POSITIVE_INFINITY) return;
  const isBefore = (one: Neighbour): boolean => one.distance < distance || (one.distance === distance && one.row < row);
  if (best.length === k && best.every(isBefore)) return;
  let at = best.length;
  while (at > 0 && !isBefore(best[at - 1] as Neighbour)) at -= 1;
  best.splice(at, 0, { row, distance });
  if (best.length > k) best.pop();
}
