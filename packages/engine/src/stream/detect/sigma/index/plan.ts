/** Which atoms stand guard for which rules, and the literals by which the index will see them. */
import type { SigmaRule } from "../rule.ts";
import { alphabetOf, isPlain } from "./alphabet.ts";
import { type Atom, KEYWORDS } from "./atom.ts";
import type { LiteralCost } from "./cost.ts";
import { FieldIndex, type Placed } from "./field-index.ts";
import { type Literal, literalsOf } from "./literals.ts";
import { type AtomTable, type AtomTree, tabulateAtoms } from "./program.ts";
import { type Witness, witnessOf } from "./witness.ts";

export interface IndexPlan {
  readonly table: AtomTable;
  readonly fields: readonly string[];
  /** By atom; undefined where an atom has none. */
  readonly literals: readonly (readonly Literal[] | undefined)[];
  /** Rules that an atom witnesses; undefined = the atom is no witness. */
  readonly rulesOfAtom: readonly (Int32Array | undefined)[];
  /** Rules without a witness. */
  readonly always: readonly number[];
}

export function planIndex(rules: readonly SigmaRule[], cost: LiteralCost): IndexPlan {
  const table = tabulateAtoms(rules);
  const { atoms, fields, trees } = table;
  const literals = atoms.map(literalsOf);
  const users = usersOfAtoms(table);
  const prices = literals.map((list, i) =>
    priceOf(list, fields[atoms[i]?.field ?? KEYWORDS], { cost, users: users[i] ?? 1 }),
  );
  const witnesses = trees.map((tree) => witnessOf(tree, (atom) => prices[atom]));
  const always = [...witnesses.keys()].filter((rule) => witnesses[rule] === undefined);
  return { table, fields, literals, rulesOfAtom: rulesByAtom(witnesses, atoms.length), always };
}

/**
 * What many rules ask (the name of a common tool) is met often, and a hit wakes all of them; what one rule asks is special.
 * So the price of an atom grows with the number of its users.
 */
function priceOf(
  literals: readonly Literal[] | undefined,
  field: string | undefined,
  price: { readonly cost: LiteralCost; readonly users: number },
): number | undefined {
  if (literals === undefined) return undefined;
  return price.users * literals.reduce((sum, literal) => sum + price.cost(field, literal), 0);
}

function usersOfAtoms({ atoms, trees }: AtomTable): Int32Array {
  const users = new Int32Array(atoms.length);
  const count = (tree: AtomTree): void => {
    if (tree.kind === "atom") users[tree.atom] = (users[tree.atom] ?? 0) + 1;
    else if (tree.kind === "not") count(tree.of);
    else for (const child of tree.of) count(child);
  };
  for (const tree of trees) count(tree);
  return users;
}

function rulesByAtom(witnesses: readonly (Witness | undefined)[], atoms: number): readonly (Int32Array | undefined)[] {
  const lists = new Array<number[] | undefined>(atoms).fill(undefined);
  for (const [rule, witness] of witnesses.entries()) {
    for (const atom of witness?.atoms ?? []) {
      const list = lists[atom];
      if (list === undefined) lists[atom] = [rule];
      else list.push(rule);
    }
  }
  return lists.map((list) => (list === undefined ? undefined : Int32Array.from(list)));
}

/** Only literals of witnesses go into the index. */
export function buildIndexes(
  atoms: readonly Atom[],
  literals: readonly (readonly Literal[] | undefined)[],
  indexed: Uint8Array,
): ReadonlyMap<number, FieldIndex> {
  const placed = new Map<number, Placed[]>();
  for (const [number, atom] of atoms.entries()) {
    if (indexed[number] !== 1) continue;
    const list = placed.get(atom.field) ?? [];
    for (const literal of literals[number] ?? []) list.push({ literal, atom: number });
    placed.set(atom.field, list);
  }
  const texts = [...placed.values()].flat().map(({ literal }) => literal.text);
  const alphabet = alphabetOf(texts.filter(isPlain));
  return new Map([...placed].map(([field, list]) => [field, new FieldIndex(list, alphabet)]));
}
