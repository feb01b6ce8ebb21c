/**
 * One tree, leaf by leaf: the leaf whose best split gains most is split next.
 * Enters: binned rows, gradients, the rows and features of this tree. Leaves: the tree, and which rows ended in which leaf.
 *
 * LW1. Ties between leaves go to the older one; the order of all sums is fixed, so the same input gives the same tree.
 * LW2. Of two children the smaller is counted, the larger is parent minus smaller; neither, where no question can follow: the tree is
 *      full, the depth reached, or both have too few rows or too little hessian. Where a forest is sure of most rows, that is often so.
 */
import type { BinnedRows } from "./bins.ts";
import { canSplit, type LeafSums, leafOutput, type Split, type SplitRules } from "./gain.ts";
import {
  fillHistogram,
  type Gathered,
  type Histogram,
  type LeafRows,
  makeHistogram,
  subtractHistogram,
} from "./histogram.ts";
import { bestSplit, unsplit } from "./split.ts";

/** Bins of a feature with the one for missing values fit into a byte. */
const SIDES = 256;
const SIDES_ASKED = new Uint8Array(SIDES);

export interface GrowRules extends SplitRules {
  readonly leavesMax: number;
  readonly depthMax: number;
  readonly learningRate: number;
}

/** Nodes in the order in which they were made; node 0 is the root. */
export interface Tree {
  readonly nodes: number;
  readonly feature: Int32Array;
  readonly splitBin: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly value: Float64Array;
  readonly cover: Float64Array;
  readonly missingLeft: Uint8Array;
  /** 1 where a bin of the node's feature goes left, at node * SIDES + bin; nothing for a node that has `wideSides`. */
  readonly sides: Uint8Array;
  /** By node, where the bins of its feature do not fit into a byte: bit per bin, 1 goes left. */
  readonly wideSides: (Uint32Array | undefined)[];
}

/** Where a bin of the node's feature goes. */
export function goesLeft({ sides, wideSides }: Tree, node: number, bin: number): boolean {
  const wide = wideSides[node];
  return wide === undefined ? sides[node * SIDES + bin] === 1 : bitOf(wide, bin) === 1;
}

const bitOf = (bits: Uint32Array, at: number): number => ((bits[at >> 5] ?? 0) >>> (at & 31)) & 1;

export interface Growth {
  readonly binned: BinnedRows;
  readonly rules: GrowRules;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  /** Histograms that no leaf holds any more. */
  readonly pool: Histogram[];
  /** As long as there are rows. */
  readonly spare: Int32Array;
  readonly gathered: Gathered;
}

interface Leaf {
  readonly node: number;
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly sums: LeafSums;
  /** None where no further question is possible. */
  readonly histogram: Histogram | undefined;
  readonly split: Split;
  /** Features that the histogram holds and leaves below may be asked for. */
  readonly open: Int32Array;
}

/** Reorders `order`, and writes into `added` what the tree says of each of its rows. */
export function growTree(
  growth: Growth,
  sampled: { readonly order: Int32Array; readonly features: Int32Array },
  added: Float64Array,
): Tree {
  const { rules } = growth;
  const tree = emptyTree(2 * rules.leavesMax - 1);
  const leaves: Leaf[] = [rootLeaf(growth, sampled)];
  let nodes = 1;
  while (leaves.length < rules.leavesMax) {
    const at = bestLeaf(leaves, rules.depthMax);
    const leaf = leaves[at];
    if (leaf === undefined) break;
    writeSplit(tree, growth.binned, leaf, nodes);
    const middle = partition(growth, sampled.order, { leaf, tree });
    const full = leaves.length + 1 === rules.leavesMax;
    const [left, right] = children(growth, sampled.order, { leaf, middle, node: nodes, full });
    leaves[at] = left;
    leaves.push(right);
    nodes += 2;
  }
  for (const leaf of leaves) {
    const value =
      rules.learningRate * leafOutput(leaf.sums.gradient, leaf.sums.hessian, { ...leaf.sums, l2: rules.l2 });
    tree.value[leaf.node] = value;
    tree.cover[leaf.node] = leaf.sums.count;
    for (let at = leaf.begin; at < leaf.end; at += 1) added[sampled.order[at] ?? 0] = value;
    if (leaf.histogram !== undefined) growth.pool.push(leaf.histogram);
  }
  return { ...tree, nodes };
}

/** The same for rows that the tree was not grown on. */
export function binnedValues(
  tree: Tree,
  { binned, rows }: { readonly binned: BinnedRows; readonly rows: Int32Array },
  added: Float64Array,
): void {
  const { feature, sides, wideSides, left, right, value } = tree;
  const hasWide = wideSides.length > 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    let node = 0;
    for (let asked = feature[node] ?? -1; asked >= 0; asked = feature[node] ?? -1) {
      const wide = hasWide ? wideSides[node] : undefined;
      const isLeft =
        wide === undefined
          ? sides[node * SIDES + (binned.bins[asked]?.[row] ?? 0)] === 1
          : bitOf(wide, binned.wide[asked]?.[row] ?? 0) === 1;
      node = (isLeft ? left[node] : right[node]) ?? 0;
    }
    added[row] = value[node] ?? 0;
  }
}

function emptyTree(nodesMax: number): Tree {
  return {
    nodes: 0,
    feature: new Int32Array(nodesMax).fill(-1),
    splitBin: new Int32Array(nodesMax).fill(-1),
    left: new Int32Array(nodesMax),
    right: new Int32Array(nodesMax),
    value: new Float64Array(nodesMax),
    cover: new Float64Array(nodesMax),
    missingLeft: new Uint8Array(nodesMax),
    sides: new Uint8Array(nodesMax * SIDES),
    wideSides: [],
  };
}

function rootLeaf(growth: Growth, { order, features }: { order: Int32Array; features: Int32Array }): Leaf {
  let gradient = 0;
  let hessian = 0;
  for (let at = 0; at < order.length; at += 1) {
    const row = order[at] ?? 0;
    gradient += growth.gradients[row] ?? 0;
    hessian += growth.hessians[row] ?? 0;
  }
  const sums = {
    gradient,
    hessian,
    count: order.length,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  const place = { node: 0, begin: 0, end: order.length, depth: 0, sums };
  if (!canSplit(sums, growth.rules)) return { ...place, histogram: undefined, ...unsplit() };
  const histogram = takeHistogram(growth);
  fillHistogram(histogram, leafRows(growth, order, [0, order.length]), growth.binned, features);
  const asked = bestSplit({ histogram, leaf: sums, rules: growth.rules }, growth.binned, features);
  return { ...place, histogram, ...asked };
}

function bestLeaf(leaves: readonly Leaf[], depthMax: number): number {
  let best = -1;
  let gain = 0;
  leaves.forEach((leaf, at) => {
    if (leaf.split.gain <= gain || leaf.depth >= depthMax) return;
    best = at;
    gain = leaf.split.gain;
  });
  return best;
}

function writeSplit(tree: Tree, binned: BinnedRows, { node, split, sums }: Leaf, next: number): void {
  tree.feature[node] = split.feature;
  tree.splitBin[node] = split.bin;
  tree.left[node] = next;
  tree.right[node] = next + 1;
  tree.cover[node] = sums.count;
  tree.missingLeft[node] = split.missingLeft ? 1 : 0;
  const missing = binned.features[split.feature]?.bins ?? 0;
  if (binned.wide[split.feature] !== undefined) {
    tree.wideSides[node] = sidesOf(split, missing);
    return;
  }
  const sides = tree.sides.subarray(node * SIDES, (node + 1) * SIDES);
  if (split.bin >= 0) sides.fill(1, 0, split.bin + 1);
  for (const bin of split.leftBins) sides[bin] = 1;
  sides[missing] = split.missingLeft ? 1 : 0;
}

function sidesOf({ leftBins, missingLeft }: Split, missing: number): Uint32Array {
  const bits = new Uint32Array((missing >> 5) + 1);
  for (const bin of missingLeft ? [...leftBins, missing] : leftBins)
    bits[bin >> 5] = (bits[bin >> 5] ?? 0) | (1 << (bin & 31));
  return bits;
}

/** Rows that go left to the front, both sides in their old order. Gives where the right side begins. */
function partition(growth: Growth, order: Int32Array, at: { leaf: Leaf; tree: Tree }): number {
  const { binned, spare } = growth;
  const { begin, end, node, split } = at.leaf;
  const wide = at.tree.wideSides[node];
  if (wide !== undefined) return partitionWide(growth, order, { leaf: at.leaf, sides: wide });
  const bins = binned.bins[split.feature] ?? new Uint8Array(0);
  SIDES_ASKED.set(at.tree.sides.subarray(node * SIDES, (node + 1) * SIDES));
  let left = begin;
  let right = 0;
  // Each row is written to both places and only one of the two moves on: which way a row goes, no processor can guess.
  for (let from = begin; from < end; from += 1) {
    const row = order[from] ?? 0;
    const isLeft = SIDES_ASKED[bins[row] ?? 0] ?? 0;
    spare[right] = row;
    order[left] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}

/** The same for bins of two bytes: in a loop of its own, so that the one over bytes knows what it reads. */
function partitionWide(
  { binned, spare }: Growth,
  order: Int32Array,
  { leaf, sides }: { leaf: Leaf; sides: Uint32Array },
): number {
  const bins = binned.wide[leaf.split.feature] ?? new Uint16Array(0);
  let left = leaf.begin;
  let right = 0;
  for (let from = leaf.begin; from < leaf.end; from += 1) {
    const row = order[from] ?? 0;
    const isLeft = bitOf(sides, bins[row] ?? 0);
    spare[right] = row;
    order[left] = row;
    left += isLeft;
    right += 1 - isLeft;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}

interface Children {
  readonly leaf: Leaf;
  readonly middle: number;
  readonly node: number;
  /** No leaf can be split after this one. */
  readonly full: boolean;
}

function children(growth: Growth, order: Int32Array, { leaf, middle, node, full }: Children): [Leaf, Leaf] {
  const { binned, rules } = growth;
  const [leftSums, rightSums] = childSums(leaf, rules);
  const places = [
    { node, begin: leaf.begin, end: middle, depth: leaf.depth + 1, sums: leftSums },
    { node: node + 1, begin: middle, end: leaf.end, depth: leaf.depth + 1, sums: rightSums },
  ] as const;
  const isOpen = (sums: LeafSums): boolean => leaf.depth + 1 < rules.depthMax && canSplit(sums, rules);
  if (leaf.histogram === undefined || full || !(isOpen(leftSums) || isOpen(rightSums))) {
    if (leaf.histogram !== undefined) growth.pool.push(leaf.histogram);
    return [
      { ...places[0], histogram: undefined, ...unsplit() },
      { ...places[1], histogram: undefined, ...unsplit() },
    ];
  }
  const parent = leaf.histogram;
  const leftIsSmaller = middle - leaf.begin <= leaf.end - middle;
  const counted = takeHistogram(growth);
  const rows: [number, number] = leftIsSmaller ? [leaf.begin, middle] : [middle, leaf.end];
  fillHistogram(counted, leafRows(growth, order, rows), binned, leaf.open);
  subtractHistogram(parent, counted, binned, leaf.open);
  const make = (place: (typeof places)[number], smaller: boolean): Leaf => {
    const histogram = smaller ? counted : parent;
    return { ...place, histogram, ...bestSplit({ histogram, leaf: place.sums, rules }, binned, leaf.open) };
  };
  return [make(places[0], leftIsSmaller), make(places[1], !leftIsSmaller)];
}

/** LS4: below a monotone split no leaf of one side passes the middle between the two. */
function childSums({ sums, split }: Leaf, rules: GrowRules): [LeafSums, LeafSums] {
  const { low, high } = sums;
  const left = { gradient: split.gradient, hessian: split.hessian, count: split.count, low, high };
  const right = {
    gradient: sums.gradient - split.gradient,
    hessian: sums.hessian - split.hessian,
    count: sums.count - split.count,
    low,
    high,
  };
  const direction = rules.monotone[split.feature] ?? 0;
  if (direction === 0) return [left, right];
  const bounds = { l2: rules.l2, low, high };
  const middle =
    (leafOutput(left.gradient, left.hessian, bounds) + leafOutput(right.gradient, right.hessian, bounds)) / 2;
  return direction > 0
    ? [
        { ...left, high: middle },
        { ...right, low: middle },
      ]
    : [
        { ...left, low: middle },
        { ...right, high: middle },
      ];
}

const takeHistogram = ({ pool, binned }: Growth): Histogram => pool.pop() ?? makeHistogram(binned.starts.at(-1) ?? 0);

const leafRows = (growth: Growth, order: Int32Array, [begin, end]: [number, number]): LeafRows => ({
  order,
  begin,
  end,
  gradients: growth.gradients,
  hessians: growth.hessians,
  gathered: growth.gathered,
});
