/** Trees as they were grown, in bins, to a forest that asks raw values. */
import type { BinnedRows, FeatureBins } from "./bins.ts";
import type { Forest } from "./forest.ts";
import { goesLeft, type Tree } from "./grow.ts";

export function assembleForest(
  about: Pick<Forest, "schema" | "objective" | "outputs" | "base">,
  trees: readonly Tree[],
  binned: readonly BinnedRows[],
): Forest {
  const nodes = trees.reduce((sum, tree) => sum + tree.nodes, 0);
  const sets: number[] = [];
  const forest = {
    ...about,
    roots: new Int32Array(trees.length),
    feature: new Int32Array(nodes).fill(-1),
    threshold: new Float64Array(nodes),
    setStart: new Int32Array(nodes).fill(-1),
    missingLeft: new Uint8Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    value: new Float64Array(nodes),
    cover: new Float64Array(nodes),
  };
  let root = 0;
  trees.forEach((tree, index) => {
    forest.roots[index] = root;
    forest.value.set(tree.value.subarray(0, tree.nodes), root);
    forest.cover.set(tree.cover.subarray(0, tree.nodes), root);
    forest.missingLeft.set(tree.missingLeft.subarray(0, tree.nodes), root);
    forest.feature.set(tree.feature.subarray(0, tree.nodes), root);
    for (let node = 0; node < tree.nodes; node += 1) {
      const bins = binned[index % about.outputs]?.features[tree.feature[node] ?? -1];
      if (bins === undefined) continue;
      forest.left[root + node] = root + (tree.left[node] ?? 0);
      forest.right[root + node] = root + (tree.right[node] ?? 0);
      if (bins.order !== undefined) forest.feature[root + node] = bins.order.of;
      if (bins.kind === "category" || bins.order !== undefined) {
        // NaN is below no threshold: the walk goes on to the set.
        forest.threshold[root + node] = Number.NaN;
        forest.setStart[root + node] = sets.length;
        sets.push(...setOf(tree, node, bins));
      } else forest.threshold[root + node] = bins.edges[tree.splitBin[node] ?? 0] ?? Number.MAX_VALUE;
    }
    root += tree.nodes;
  });
  return { ...forest, sets: Int32Array.from(sets) };
}

/**
 * Bit per code. Codes beyond the set, and rare ones inside it, must go where the bin of missing values goes: rare codes are set
 * by the side of that bin, so that a walk needs no list of known codes.
 */
function setOf(tree: Tree, node: number, { codes, bins, order }: FeatureBins): number[] {
  const largest = codes.at(-1) ?? 0;
  const words = new Int32Array((largest >> 5) + 1).fill(goesLeft(tree, node, bins) ? -1 : 0);
  codes.forEach((code, bin) => {
    const bit = 1 << (code & 31);
    const word = words[code >> 5] ?? 0;
    words[code >> 5] = goesLeft(tree, node, order?.ranks[bin] ?? bin) ? word | bit : word & ~bit;
  });
  return [words.length, ...words];
}
