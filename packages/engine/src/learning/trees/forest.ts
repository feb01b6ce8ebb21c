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
  const margins = new Float64Array(table.rows * forest.outputs);
  const values = new Float64Array(table.columns.length);
  for (let row = 0; row < table.rows; row += 1) {
    rowValues(table, row, values);
    addRowMargins(forest, values, margins.subarray(row * forest.outputs, (row + 1) * forest.outputs));
  }
  return margins;
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
  if (forest.objective === "multiclass")
    for (let at = 0; at < margins.length; at += forest.outputs) softmax(margins.subarray(at, at + forest.outputs));
  return margins;
}

export const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/** In place; the largest margin is taken off first, so that nothing overflows. */
export function softmax(margins: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < margins.length; at += 1) largest = Math.max(largest, margins[at] ?? 0);
  let sum = 0;
  for (let at = 0; at < margins.length; at += 1) {
    const power = Math.exp((margins[at] ?? 0) - largest);
    margins[at] = power;
    sum += power;
  }
  for (let at = 0; at < margins.length; at += 1) margins[at] = (margins[at] ?? 0) / sum;
}
