/**
 * The witness of a rule: the cheapest set of atoms of which at least one is true whenever the rule is.
 * Atom: itself, when it has literals. AND: the cheapest child. OR: all children, if each has one. NOT: none.
 */
import { unreachable } from "@cordon/model/error";
import type { AtomTree } from "./program.ts";

export interface Witness {
  readonly cost: number;
  readonly atoms: readonly number[];
}

/** `costOf` gives undefined for atoms without literals. */
export function witnessOf(tree: AtomTree, costOf: (atom: number) => number | undefined): Witness | undefined {
  switch (tree.kind) {
    case "atom": {
      const cost = costOf(tree.atom);
      return cost === undefined ? undefined : { cost, atoms: [tree.atom] };
    }
    case "not":
      return undefined;
    case "and":
      return cheapest(tree.of, tree.of.length, costOf);
    case "or":
      return cheapest(tree.of, 1, costOf);
    case "at-least":
      return cheapest(tree.of, tree.count, costOf);
    default:
      return unreachable(tree);
  }
}

/** When `count` of n children are true, one of any n - count + 1 is: take the cheapest of those that have a witness. */
function cheapest(
  children: readonly AtomTree[],
  count: number,
  costOf: (atom: number) => number | undefined,
): Witness | undefined {
  const needed = children.length - count + 1;
  const found = children.flatMap((child) => witnessOf(child, costOf) ?? []).sort((a, b) => a.cost - b.cost);
  if (found.length < needed || needed < 1) return undefined;
  const taken = found.slice(0, needed);
  return {
    cost: taken.reduce((sum, witness) => sum + witness.cost, 0),
    atoms: [...new Set(taken.flatMap((witness) => witness.atoms))],
  };
}
