/**
 * Exact Shapley values of a forest (TreeSHAP): how much each feature moved the margin of a row.
 * Enters: the values of one row. Leaves: one number per output and feature.
 *
 * LX1. expected[k] + sum of the values of output k = margin of output k, within 1e-6, on every row.
 * LX2. Path-dependent: a feature that is not known is averaged over the rows of the training, as each node's cover has them.
 *      (Lundberg, Erion, Lee 2018, algorithm 2: polynomial in depth, not exponential in features.)
 * `explain-against.ts` has the interventional values, against rows of one's choice.
 */
import { childOf, type Forest } from "./forest.ts";

export interface Explainer {
  /** Margin of each output when nothing is known. */
  readonly expected: Float64Array;
  /** Value of feature f for output k at k * features + f. Written into `into`, if given. */
  explain(values: Float64Array, into?: Float64Array): Float64Array;
}

/** The path to the node at hand: one entry per distinct feature, per level of the walk a row of `stride` entries. */
interface Walk {
  readonly forest: Forest;
  readonly values: Float64Array;
  readonly stride: number;
  readonly features: Int32Array;
  readonly zeros: Float64Array;
  readonly ones: Float64Array;
  readonly weights: Float64Array;
  readonly into: Float64Array;
  offset: number;
}

export function makeExplainer(forest: Forest): Explainer {
  const stride = depthOf(forest) + 2;
  const size = stride * stride;
  const buffers = {
    features: new Int32Array(size),
    zeros: new Float64Array(size),
    ones: new Float64Array(size),
    weights: new Float64Array(size),
  };
  const width = forest.schema.names.length;
  return {
    expected: expectedMargins(forest),
    explain: (values, into = new Float64Array(width * forest.outputs)) => {
      into.fill(0);
      const walk: Walk = { forest, values, stride, ...buffers, into, offset: 0 };
      forest.roots.forEach((root, tree) => {
        walk.offset = (tree % forest.outputs) * width;
        extend(walk, 0, { length: 0, zero: 1, one: 1, feature: -1 });
        visit(walk, root, { level: 0, length: 1 });
      });
      return into;
    },
  };
}

function depthOf({ roots, left, right, feature }: Forest): number {
  const depths = new Int32Array(feature.length);
  let deepest = 0;
  for (const root of roots) depths[root] = 0;
  // Children stand behind their parents (LF), so one pass is enough.
  for (let node = 0; node < feature.length; node += 1) {
    if ((feature[node] ?? -1) < 0) continue;
    const depth = (depths[node] ?? 0) + 1;
    depths[left[node] ?? 0] = depth;
    depths[right[node] ?? 0] = depth;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function expectedMargins(forest: Forest): Float64Array {
  const { base, roots, feature, left, right, value, cover, outputs } = forest;
  const means = value.slice();
  for (let node = feature.length - 1; node >= 0; node -= 1) {
    if ((feature[node] ?? -1) < 0) continue;
    const a = left[node] ?? 0;
    const b = right[node] ?? 0;
    means[node] = ((means[a] ?? 0) * (cover[a] ?? 0) + (means[b] ?? 0) * (cover[b] ?? 0)) / (cover[node] ?? 1);
  }
  const expected = base.slice();
  roots.forEach((root, tree) => {
    expected[tree % outputs] = (expected[tree % outputs] ?? 0) + (means[root] ?? 0);
  });
  return expected;
}

function visit(walk: Walk, node: number, at: { readonly level: number; readonly length: number }): void {
  const { forest, into, offset } = walk;
  const from = at.level * walk.stride;
  const feature = forest.feature[node] ?? -1;
  if (feature < 0) {
    const value = forest.value[node] ?? 0;
    for (let entry = 1; entry < at.length; entry += 1) {
      const to = offset + (walk.features[from + entry] ?? 0);
      const gap = (walk.ones[from + entry] ?? 0) - (walk.zeros[from + entry] ?? 0);
      into[to] = (into[to] ?? 0) + unwoundSum(walk, from, { length: at.length, entry }) * gap * value;
    }
    return;
  }
  let { length } = at;
  let zero = 1;
  let one = 1;
  for (let entry = 1; entry < length; entry += 1) {
    if (walk.features[from + entry] !== feature) continue;
    zero = walk.zeros[from + entry] ?? 0;
    one = walk.ones[from + entry] ?? 0;
    unwind(walk, from, { length, entry });
    length -= 1;
    break;
  }
  const hot = childOf(forest, node, walk.values[feature] ?? Number.NaN);
  const next = (at.level + 1) * walk.stride;
  for (const child of [forest.left[node] ?? 0, forest.right[node] ?? 0]) {
    copyPath(walk, from, { next, length });
    const share = (forest.cover[child] ?? 0) / (forest.cover[node] ?? 1);
    extend(walk, next, { length, zero: zero * share, one: child === hot ? one : 0, feature });
    visit(walk, child, { level: at.level + 1, length: length + 1 });
  }
}

function copyPath(walk: Walk, from: number, { next, length }: { next: number; length: number }): void {
  walk.features.copyWithin(next, from, from + length);
  walk.zeros.copyWithin(next, from, from + length);
  walk.ones.copyWithin(next, from, from + length);
  walk.weights.copyWithin(next, from, from + length);
}

interface Entry {
  readonly length: number;
  readonly zero: number;
  readonly one: number;
  readonly feature: number;
}

/** One more feature on the path: the weights of all subset sizes grow by it. */
function extend({ features, zeros, ones, weights }: Walk, from: number, { length, zero, one, feature }: Entry): void {
  features[from + length] = feature;
  zeros[from + length] = zero;
  ones[from + length] = one;
  weights[from + length] = length === 0 ? 1 : 0;
  for (let at = length - 1; at >= 0; at -= 1) {
    const weight = weights[from + at] ?? 0;
    weights[from + at + 1] = (weights[from + at + 1] ?? 0) + (one * weight * (at + 1)) / (length + 1);
    weights[from + at] = (zero * weight * (length - at)) / (length + 1);
  }
}

interface Place {
  readonly length: number;
  readonly entry: number;
}

/** Takes an entry off the path again, as if it had never been put there. */
function unwind({ features, zeros, ones, weights }: Walk, from: number, { length, entry }: Place): void {
  const last = length - 1;
  const one = ones[from + entry] ?? 0;
  const zero = zeros[from + entry] ?? 0;
  let next = weights[from + last] ?? 0;
  for (let at = last - 1; at >= 0; at -= 1) {
    const weight = weights[from + at] ?? 0;
    if (one === 0) weights[from + at] = (weight * length) / (zero * (last - at));
    else {
      const now = (next * length) / ((at + 1) * one);
      weights[from + at] = now;
      next = weight - (now * zero * (last - at)) / length;
    }
  }
  features.copyWithin(from + entry, from + entry + 1, from + length);
  zeros.copyWithin(from + entry, from + entry + 1, from + length);
  ones.copyWithin(from + entry, from + entry + 1, from + length);
}

/** The sum of the weights after `unwind`, without doing it. */
function unwoundSum({ zeros, ones, weights }: Walk, from: number, { length, entry }: Place): number {
  const last = length - 1;
  const one = ones[from + entry] ?? 0;
  const zero = zeros[from + entry] ?? 0;
  let next = weights[from + last] ?? 0;
  let sum = 0;
  for (let at = last - 1; at >= 0; at -= 1) {
    const weight = weights[from + at] ?? 0;
    if (one === 0) sum += (weight * length) / (zero * (last - at));
    else {
      const now = (next * length) / ((at + 1) * one);
      sum += now;
      next = weight - (now * zero * (last - at)) / length;
    }
  }
  return sum;
}
