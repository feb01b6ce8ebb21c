/**
 * The nearest of remembered normal rows: exact, through all of them or, where they are many, through a vantage-point tree.
 * Enters: points of a space, categories as codes. Leaves: distances, and which remembered row is nearest.
 *
 * AN1. The same answer as looking at every row; equal distances go to the row that was remembered first.
 * AN2. A category that differs costs `MISMATCH` (squared), as two one-hot columns of that width would: distances stay a metric.
 */
import { isCategory, type Points, type Space } from "./space.ts";

const MISMATCH = 4;
/** Rows of a leaf: below this a plain look is faster than another split. */
const LEAF_ROWS = 12;
/** As many rows as a context remembers are looked at one by one faster than a tree of them is walked, if features are many. */
const SWEPT_ROWS = 2_048;
const SWEPT_DIMS = 8;

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
  const rows = Int32Array.from({ length: points.rows }, (_, row) => row);
  const between = (a: number, b: number): number =>
    metric.between(points.values.subarray(a * points.dims, (a + 1) * points.dims), b, Infinity);
  const swept = rows.length <= SWEPT_ROWS && points.dims >= SWEPT_DIMS;
  const root = swept ? { rows: new Int32Array(0) } : grow(rows, between);
  const line = lineOf(points, codes, swept);
  const along = makeMetric({ rows: line.rows.length, dims: points.dims, values: line.values }, codes);
  const asked = new Float64Array(points.dims);
  const after = new Float64Array(points.dims);
  return {
    points,
    part: metric.part,
    find: (point, k, except = -1) => {
      const best: Neighbour[] = [];
      asked.set(point);
      const state = { point: asked, k, except, best, metric: swept ? along : metric };
      if (swept) sweep(line, leastAfter(asked, { codes, after }), state);
      else search(root, state);
      return best;
    },
  };
}

interface Most {
  readonly limit: number;
  readonly after: Float64Array;
}

interface Metric {
  /** Distance, or Infinity as soon as it is sure to be above `limit`. */
  between(point: ArrayLike<number>, row: number, limit: number): number;
  /** The same, squared, as is what it is sure to be above. `after`: what the dimensions after each one cost at least. */
  squared(point: ArrayLike<number>, row: number, most: Most): number;
  part(point: ArrayLike<number>, row: number, dim: number): number;
}

function makeMetric({ dims, values }: Points, codes: Uint8Array): Metric {
  const part = (point: ArrayLike<number>, row: number, dim: number): number => {
    const a = point[dim] ?? 0;
    const b = values[row * dims + dim] ?? 0;
    // Unknown values (below 0) are unlike everything, also unlike each other.
    return codes[dim] === 1 ? (a === b && a >= 0 ? 0 : MISMATCH) : (a - b) * (a - b);
  };
  const squared = (point: ArrayLike<number>, row: number, { limit, after }: Most): number => {
    const from = row * dims;
    let sum = 0;
    for (let dim = 0; dim < dims; dim += 1) {
      const a = point[dim] ?? 0;
      const b = values[from + dim] ?? 0;
      if (codes[dim] === 1) sum += a === b && a >= 0 ? 0 : MISMATCH;
      else sum += (a - b) * (a - b);
      if ((dim & 1) === 1 && sum + (after[dim] ?? 0) > limit) return Number.POSITIVE_INFINITY;
    }
    return sum;
  };
  const nothing = new Float64Array(dims);
  const between = (point: ArrayLike<number>, row: number, limit: number): number =>
    Math.sqrt(squared(point, row, { limit: limit * limit, after: nothing }));
  return { between, squared, part };
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

/** Rows in the order of the number in which they differ most, and their values beside each other in that order. */
interface Line {
  readonly dim: number;
  readonly rows: Int32Array;
  readonly places: Float64Array;
  readonly values: Float64Array;
}

function lineOf({ rows, dims, values }: Points, codes: Uint8Array, swept: boolean): Line {
  const count = swept ? rows : 0;
  const at = (row: number, dim: number): number => values[row * dims + dim] ?? 0;
  let [dim, widest] = [0, -1];
  for (let each = 0; each < dims; each += 1) {
    if (codes[each] === 1) continue;
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row += 1) {
      sum += at(row, each);
      squares += at(row, each) * at(row, each);
    }
    const spread = squares - (sum * sum) / Math.max(1, count);
    if (spread > widest) [dim, widest] = [each, spread];
  }
  // Of codes alone no order keeps what is near together: then all rows stand in one place.
  const place = (row: number): number => (widest < 0 ? 0 : at(row, dim));
  const order = Float64Array.from({ length: count }, (_, row) => place(row)).sort();
  const taken = new Int32Array(count);
  const sorted = new Int32Array(count);
  const beside = new Float64Array(count * dims);
  for (let row = 0; row < count; row += 1) {
    // Of equal ones the first first.
    const from = firstFrom(order, place(row));
    const to = from + (taken[from] ?? 0);
    taken[from] = (taken[from] ?? 0) + 1;
    sorted[to] = row;
    beside.set(values.subarray(row * dims, (row + 1) * dims), to * dims);
  }
  return { dim: widest < 0 ? -1 : dim, rows: sorted, places: Float64Array.from(sorted, place), values: beside };
}

/** Where the first one stands that is not below. */
function firstFrom(order: Float64Array, place: number): number {
  let low = 0;
  for (let high = order.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Unknown values cost the same with every row: what is left of the limit is for the others. */
function leastAfter(
  point: Float64Array,
  { codes, after }: { readonly codes: Uint8Array; readonly after: Float64Array },
): Float64Array {
  let sum = 0;
  for (let dim = point.length - 1; dim >= 0; dim -= 1) {
    after[dim] = sum;
    if (codes[dim] === 1 && (point[dim] ?? 0) < 0) sum += MISMATCH;
  }
  return after;
}

/** From the row beside the point outwards on both sides, until that number alone is too far. */
function sweep({ dim, rows, places }: Line, after: Float64Array, state: Search): void {
  const from = dim < 0 ? 0 : (state.point[dim] ?? 0);
  let above = firstFrom(places, from);
  let below = above - 1;
  const most = { limit: Number.POSITIVE_INFINITY, after };
  const others = dim < 0 ? 0 : (after[0] ?? 0);
  while (below >= 0 || above < rows.length) {
    const under = below < 0 ? Number.POSITIVE_INFINITY : squareOf(from - (places[below] ?? 0));
    const over = above >= rows.length ? Number.POSITIVE_INFINITY : squareOf((places[above] ?? 0) - from);
    if (Math.min(under, over) + others > most.limit) return;
    const place = under < over ? below : above;
    if (under < over) below -= 1;
    else above += 1;
    const sum = state.metric.squared(state.point, place, most);
    if (sum > most.limit) continue;
    offer(rows[place] ?? 0, Math.sqrt(sum), state);
    most.limit = squareOf(limitOf(state)) * NEARLY_ONE;
  }
}

/** A power of two takes many times as long. */
const squareOf = (value: number): number => value * value;

/** A root squared again may be a little less than what it was taken of. */
const NEARLY_ONE = 1 + 1e-12;

interface Search {
  readonly point: Float64Array;
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
  // Beyond this nothing on the inside can be near enough, and how far beyond does not matter.
  const distance = state.metric.between(state.point, node.vantage, node.radius + limitOf(state));
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
  const last = best[k - 1];
  if (last !== undefined && isBefore(last)) return;
  let at = best.length;
  while (at > 0 && !isBefore(best[at - 1] as Neighbour)) at -= 1;
  best.splice(at, 0, { row, distance });
  if (best.length > k) best.pop();
}
