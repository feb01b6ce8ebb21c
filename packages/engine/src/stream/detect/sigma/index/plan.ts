/** Which atoms the index sees, and which of them stand guard for which rules. */
import type { SigmaRule } from "../rule.ts";
import type { Atom } from "./atom.ts";
import { FieldIndex, type Placed } from "./field-index.ts";
import { GramWeights } from "./gram-weights.ts";
import { type Literal, literalsOf } from "./literals.ts";
import { ALL_ORDINARY, pricesOf } from "./profile.ts";
import { type AtomTable, type AtomTree, tabulateAtoms } from "./program.ts";
import { isWide } from "./unit-index.ts";
import { type Witness, witnessOf } from "./witness.ts";

export interface IndexPlan {
  readonly table: AtomTable;
  /** By field number, `KEYWORDS` for keywords. */
  readonly indexes: ReadonlyMap<number, FieldIndex>;
  /** 1 = an atom that was not hit does not hold. */
  readonly indexed: Uint8Array;
  /** Rules that an atom witnesses; undefined = the atom is no witness. */
  readonly rulesOfAtom: readonly (Int32Array | undefined)[];
  /** Rules without a witness. */
  readonly always: readonly number[];
}

/** Pieces of one or two units are met in nearly every text: searching for them would cost more than asking when needed. */
const PIECE_LENGTH_MIN = 3;
/** So they are a witness only where there is no other. */
const LAST_RESORT = 1e9;

export function planIndex(rules: readonly SigmaRule[]): IndexPlan {
  const table = tabulateAtoms(rules);
  const { atoms, fields, trees } = table;
  const literals = atoms.map(literalsOf);
  const tiny = literals.map((list) => list?.some(isTiny) === true);
  const seen = literals.map((list, atom) => (tiny[atom] ? undefined : list));
  const indexes = buildIndexes(atoms, seen);
  const prices = pricesOf({ fields, atoms, literals: seen, indexes });
  const users = usersOfAtoms(table);
  const priceOf = (atom: number): number | undefined =>
    tiny[atom] ? LAST_RESORT : priced(prices[atom], users[atom] ?? 1);
  const witnesses = trees.map((tree) => witnessOf(tree, priceOf));
  const rulesOfAtom = rulesByAtom(witnesses, atoms.length);
  const needed = literals.map((list, atom) => (rulesOfAtom[atom] === undefined ? seen[atom] : list));
  const again = new Set(
    atoms.flatMap(({ field }, atom) => (tiny[atom] && rulesOfAtom[atom] !== undefined ? [field] : [])),
  );
  for (const [field, index] of buildIndexes(atoms, needed, again)) indexes.set(field, index);
  const always = [...witnesses.keys()].filter((rule) => witnesses[rule] === undefined);
  const indexed = Uint8Array.from(needed, (list) => (list === undefined ? 0 : 1));
  return { table, indexes, indexed, rulesOfAtom, always };
}

const isTiny = ({ anchor, text }: Literal): boolean =>
  anchor === "contains" && text.length < PIECE_LENGTH_MIN && !isWide(text);

/** What many rules ask is the name of something common, also where the samples do not know it. */
const priced = (price: number | undefined, users: number): number | undefined =>
  price === undefined ? undefined : price * Math.sqrt(users);

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

function buildIndexes(
  atoms: readonly Atom[],
  literals: readonly (readonly Literal[] | undefined)[],
  only?: ReadonlySet<number>,
): Map<number, FieldIndex> {
  const placed = new Map<number, Placed[]>();
  for (const [number, atom] of atoms.entries()) {
    const own = literals[number];
    if (own === undefined || only?.has(atom.field) === false) continue;
    const list = placed.get(atom.field) ?? [];
    for (const literal of own) list.push({ literal, atom: number });
    placed.set(atom.field, list);
  }
  const weights = new GramWeights(ALL_ORDINARY);
  return new Map([...placed].map(([field, list]) => [field, new FieldIndex(list, weights)]));
}
