/**
 * Interventional Shapley values: what moved the margin of a row away from the margins of given other rows.
 * For audits, where "compared with whom" must be said: a segment, or a month.
 *
 * LX3. expected = mean margin of the background; expected + values = margin, within 1e-6.
 * LX4. A feature that no tree asks has the value 0, however strongly it goes along with one that is asked.
 * Cost: rows of the background times leaves of the forest, for each row explained.
 */
import { refusal } from "../learning-error.ts";
import { type FeatureTable, requireSchema } from "../table.ts";
import type { Explainer } from "./explain.ts";
import { depthOf } from "./explain.ts";
import { childOf, type Forest, predictMargins, rowValues } from "./forest.ts";

/** More rows move the mean by less than anyone reads, and the cost is linear in them. */
const BACKGROUND_ROWS_MAX = 1_000;

/** Which of two rows a feature follows on the way to the node at hand. */
const ROW = 1;
const OTHER = 2;

interface Walk {
  readonly forest: Forest;
  readonly values: Float64Array;
  readonly other: Float64Array;
  /** Per feature: 0, ROW or OTHER. */
  readonly follows: Uint8Array;
  /** The features that follow anything, as a stack. */
  readonly chosen: Int32Array;
  readonly shares: Float64Array;
  readonly stride: number;
  readonly into: Float64Array;
  offset: number;
}

export function makeExplainerAgainst(forest: Forest, background: FeatureTable): Explainer {
  requireSchema(background, forest.schema);
  if (background.rows < 1 || background.rows > BACKGROUND_ROWS_MAX)
    throw refusal("too-few", `a background of ${background.rows} rows; 1 to ${BACKGROUND_ROWS_MAX} are needed`);
  const width = forest.schema.names.length;
  const stride = depthOf(forest) + 2;
  const shares = subsetShares(stride);
  const others = Array.from({ length: background.rows }, (_, row) =>
    rowValues(background, row, new Float64Array(width)),
  );
  const buffers = { follows: new Uint8Array(width), chosen: new Int32Array(stride) };
  const { outputs } = forest;
  const margins = predictMargins(forest, background);
  const expected = new Float64Array(outputs);
  margins.forEach((margin, at) => {
    expected[at % outputs] = (expected[at % outputs] ?? 0) + margin / background.rows;
  });
  return {
    expected,
    explain: (values, into = new Float64Array(width * outputs)) => {
      into.fill(0);
      for (const other of others) {
        const walk: Walk = { forest, values, other, ...buffers, shares, stride, into, offset: 0 };
        forest.roots.forEach((root, tree) => {
          walk.offset = (tree % outputs) * width;
          visit(walk, root, { rows: 0, others: 0 });
        });
      }
      for (let at = 0; at < into.length; at += 1) into[at] = (into[at] ?? 0) / others.length;
      return into;
    },
  };
}

/** a! b! / (a + b + 1)! at a * size + b: the share of orders in which a given feature comes after a and before b others. */
function subsetShares(size: number): Float64Array {
  const shares = new Float64Array(size * size);
  for (let a = 0; a < size; a += 1)
    for (let b = size - 1; b >= 0; b -= 1) {
      let share = 1 / (a + b + 1);
      for (let k = 1; k <= a; k += 1) share *= k / (b + k);
      shares[a * size + b] = share;
    }
  return shares;
}

interface Counts {
  readonly rows: number;
  readonly others: number;
}

function visit(walk: Walk, node: number, counts: Counts): void {
  const { forest, follows, chosen } = walk;
  const feature = forest.feature[node] ?? -1;
  if (feature < 0) {
    addLeaf(walk, forest.value[node] ?? 0, counts);
    return;
  }
  const mine = childOf(forest, node, walk.values[feature] ?? Number.NaN);
  const theirs = childOf(forest, node, walk.other[feature] ?? Number.NaN);
  const follow = follows[feature] ?? 0;
  if (mine === theirs || follow === ROW) visit(walk, mine, counts);
  else if (follow === OTHER) visit(walk, theirs, counts);
  else {
    chosen[counts.rows + counts.others] = feature;
    follows[feature] = ROW;
    visit(walk, mine, { rows: counts.rows + 1, others: counts.others });
    follows[feature] = OTHER;
    visit(walk, theirs, { rows: counts.rows, others: counts.others + 1 });
    follows[feature] = 0;
  }
}

/** A leaf is reached exactly when all of `rows` are taken from the row and none of `others` is. */
function addLeaf({ follows, chosen, shares, stride, into, offset }: Walk, value: number, counts: Counts): void {
  const { rows, others } = counts;
  const joining = rows === 0 ? 0 : (shares[(rows - 1) * stride + others] ?? 0) * value;
  const leaving = others === 0 ? 0 : (shares[rows * stride + others - 1] ?? 0) * value;
  for (let at = 0; at < rows + others; at += 1) {
    const feature = chosen[at] ?? 0;
    const to = offset + feature;
    into[to] = (into[to] ?? 0) + (follows[feature] === ROW ? joining : -leaving);
  }
}
