/**
 * A boosted forest as flat arrays, and what it says of a row.
 * Enters: a table of the forest's own schema. Leaves: margins (before the link function) or probabilities.
 *
 * LF1. A forest is data: the same arrays give the same bytes of answers on every machine.
 * LF2. A table of another schema is refused, never guessed at.
 * LF3. A missing value, and a category that the training never saw, takes the side that the node has learnt.
 */
import { type FeatureSchema, type FeatureTable, requireSchema } from "../table.ts";

export type ObjectiveKind = "binary" | "multiclass" | "regression" | "ranking";

/** Nodes of all trees, one after the other; children stand behind their parent. Tree t adds to output t % outputs. */
export interface Forest {
  readonly schema: FeatureSchema;
  readonly objective: ObjectiveKind;
  readonly outputs: number;
  /** Margin of each output before any tree. */
  readonly base: Float64Array;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Feature that a node asks, -1 for a leaf. */
  readonly feature: Int32Array;
  /** A number goes left where it is <= threshold; NaN for a category. */
  readonly threshold: Float64Array;
  /** A category goes left where its code is in the set that starts here in `sets`; -1 for a number. */
  readonly setStart: Int32Array;
  /** Each set: number of words, then the words, bit c of them for code c. */
  readonly sets: Int32Array;
  /** 1: missing values go left. */
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf adds; 0 elsewhere. */
  readonly value: Float64Array;
  /** Rows of the training that came to the node. */
  readonly cover: Float64Array;
}

/** The child that a value goes to. */
export function childOf(forest: Forest, node: number, value: number): number {
  return goesLeft(forest, node, value) ? (forest.left[node] ?? 0) : (forest.right[node] ?? 0);
}

function goesLeft(forest: Forest, node: number, value: number): boolean {
  const missing = forest.missingLeft[node] === 1;
  if (Number.isNaN(value)) return missing;
  const start = forest.setStart[node] ?? -1;
  if (start < 0) return value <= (forest.threshold[node] ?? 0);
  const word = value >> 5;
  if (word >= (forest.sets[start] ?? 0)) return missing;
  return (((forest.sets[start + 1 + word] ?? 0) >>> (value & 31)) & 1) === 1;
}

/** Row-major: output k of row i at i * outputs + k. */
export function predictMargins(forest: Forest, table: FeatureTable): Float64Array {
  requireSchema(table, forest.schema);
  const { base, outputs } = forest;
  const margins = new Float64Array(table.rows * outputs);
  for (let at = 0; at < margins.length; at += 1) margins[at] = base[at % outputs] ?? 0;
  addTrees(forest, table, margins);
  return margins;
}

/** Rows of a block: their numbers, values of a column and margins stay in the processor's cache. */
const BLOCK = 8_192;

interface Block {
  readonly forest: Forest;
  readonly table: FeatureTable;
  /** First row of the block. */
  readonly first: number;
  /** Rows of the block, from 0, in the order of the leaves they are on the way to. */
  readonly order: Int32Array;
  readonly spare: Int32Array;
}

/** Nodes still to be visited, and the run of rows of each. */
interface Agenda {
  readonly nodes: Int32Array;
  readonly begins: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Adds all trees to `margins` (row-major), tree by tree, and in a tree node by node, all rows of a block together: the same bytes as
 * row by row. The rows that came to a node are parted by one loop over one column that no branch interrupts; row by row, a
 * processor guesses at each node which way it will go, and is often wrong. A node that no row came to costs nothing.
 */
export function addTrees(forest: Forest, table: FeatureTable, margins: Float64Array): void {
  const { roots, outputs, feature } = forest;
  const order = new Int32Array(Math.min(BLOCK, table.rows));
  const spare = new Int32Array(order.length);
  // A chain of nodes leaves one open side each.
  const places = feature.length + 1;
  const agenda = { nodes: new Int32Array(places), begins: new Int32Array(places), ends: new Int32Array(places) };
  for (let first = 0; first < table.rows; first += BLOCK) {
    const block = { forest, table, first, order: order.subarray(0, Math.min(BLOCK, table.rows - first)), spare };
    for (let tree = 0; tree < roots.length; tree += 1)
      addTree(block, agenda, { root: roots[tree] ?? 0, output: tree % outputs, margins });
  }
}

function addTree(block: Block, agenda: Agenda, at: { root: number; output: number; margins: Float64Array }): void {
  const { forest, order, first } = block;
  const { nodes, begins, ends } = agenda;
  for (let row = 0; row < order.length; row += 1) order[row] = row;
  nodes[0] = at.root;
  begins[0] = 0;
  ends[0] = order.length;
  for (let open = 1; open > 0; ) {
    open -= 1;
    const node = nodes[open] ?? 0;
    const [begin, end] = [begins[open] ?? 0, ends[open] ?? 0];
    if ((forest.feature[node] ?? -1) < 0) {
      const value = forest.value[node] ?? 0;
      for (let from = begin; from < end; from += 1) {
        const to = (first + (order[from] ?? 0)) * forest.outputs + at.output;
        at.margins[to] = (at.margins[to] ?? 0) + value;
      }
      continue;
    }
    const middle = part(block, node, [begin, end]);
    if (begin < middle) {
      nodes[open] = forest.left[node] ?? 0;
      begins[open] = begin;
      ends[open] = middle;
      open += 1;
    }
    if (middle < end) {
      nodes[open] = forest.right[node] ?? 0;
      begins[open] = middle;
      ends[open] = end;
      open += 1;
    }
  }
}

/** Rows that go left to the front. Gives where the right side begins. */
function part(block: Block, node: number, run: readonly [number, number]): number {
  const { forest, table, first, spare, order } = block;
  const column = table.columns[forest.feature[node] ?? 0] ?? new Float64Array(0);
  const values = column.subarray(first, first + order.length);
  const middle = partRows(block, { node, values, run });
  order.set(spare.subarray(0, run[1] - middle), middle);
  return middle;
}

interface Parting {
  readonly node: number;
  readonly values: Float64Array;
  readonly run: readonly [number, number];
}

/** Each row is written to both places, and only one of them moves on. One loop per kind of node: a test inside would double its cost. */
function partRows({ forest, order, spare }: Block, { node, values, run: [begin, end] }: Parting): number {
  const edge = forest.threshold[node] ?? 0;
  let left = begin;
  if ((forest.setStart[node] ?? -1) >= 0) {
    for (let from = begin; from < end; from += 1) {
      const row = order[from] ?? 0;
      spare[from - left] = row;
      order[left] = row;
      left += goesLeft(forest, node, values[row] ?? Number.NaN) ? 1 : 0;
    }
  } else if (forest.missingLeft[node] === 1) {
    for (let from = begin; from < end; from += 1) {
      const row = order[from] ?? 0;
      spare[from - left] = row;
      order[left] = row;
      left += (values[row] ?? Number.NaN) > edge ? 0 : 1;
    }
  } else {
    for (let from = begin; from < end; from += 1) {
      const row = order[from] ?? 0;
      spare[from - left] = row;
      order[left] = row;
      left += (values[row] ?? Number.NaN) <= edge ? 1 : 0;
    }
  }
  return left;
}

/** Values of one row in the order of the schema, into a buffer that the caller keeps. */
export function rowValues(table: FeatureTable, row: number, into: Float64Array): Float64Array {
  for (let at = 0; at < into.length; at += 1) into[at] = table.columns[at]?.[row] ?? Number.NaN;
  return into;
}

/** Adds the base and all trees to `margins`, one number per output. For callers that score one event at a time. */
export function addRowMargins(forest: Forest, values: Float64Array, margins: Float64Array): void {
  const { roots, outputs, base, value } = forest;
  for (let output = 0; output < outputs; output += 1) margins[output] = (margins[output] ?? 0) + (base[output] ?? 0);
  for (let tree = 0, output = 0; tree < roots.length; tree += 1) {
    margins[output] = (margins[output] ?? 0) + (value[leafOf(forest, roots[tree] ?? 0, values)] ?? 0);
    output = output + 1 === outputs ? 0 : output + 1;
  }
}

function leafOf(forest: Forest, root: number, values: Float64Array): number {
  const { feature, threshold, left, right } = forest;
  let node = root;
  for (let asked = feature[node] ?? -1; asked >= 0; asked = feature[node] ?? -1) {
    const x = values[asked] ?? Number.NaN;
    const edge = threshold[node] ?? Number.NaN;
    // Neither holds for a missing value, nor for a category, whose threshold is NaN.
    if (x <= edge) node = left[node] ?? 0;
    else if (x > edge) node = right[node] ?? 0;
    else node = childOf(forest, node, x);
  }
  return node;
}

/**
 * binary: one probability per row; multiclass: `outputs` per row, row-major; regression and ranking: the margins.
 * Not calibrated: see calibrate/.
 */
export function predictForest(forest: Forest, table: FeatureTable): Float64Array {
  const margins = predictMargins(forest, table);
  if (forest.objective === "binary") return margins.map(logistic);
  if (forest.objective === "multiclass") softmax(margins, forest.outputs);
  return margins;
}

export const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** In place, `outputs` margins a row; the largest is taken off first, so that nothing overflows. */
export function softmax(margins: Float64Array, outputs = margins.length): void {
  for (let from = 0; from < margins.length; from += outputs) {
    const end = from + outputs;
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = from; at < end; at += 1) largest = Math.max(largest, margins[at] ?? 0);
    let sum = 0;
    for (let at = from; at < end; at += 1) {
      const power = Math.exp((margins[at] ?? 0) - largest);
      margins[at] = power;
      sum += power;
    }
    for (let at = from; at < end; at += 1) margins[at] = (margins[at] ?? 0) / sum;
  }
}
