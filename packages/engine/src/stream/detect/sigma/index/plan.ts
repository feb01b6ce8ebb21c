/**
 * Which atoms the index sees, which of them stand guard for which rules, and the program that asks them.
 *
 * Made in steps of some milliseconds, so that a stream can go on meanwhile; the largest index of one field is one step.
 */
import type { SigmaRule } from "../rule.ts";
import { type Atom, KEYWORDS } from "./atom.ts";
import { FieldIndex, type Placed } from "./field-index.ts";
import { GramWeights } from "./gram-weights.ts";
import { type LazyAtom, prepareAtom } from "./lazy-atom.ts";
import { type Literal, literalsOf } from "./literals.ts";
import { ALL_ORDINARY, pricesOf } from "./profile.ts";
import { type AtomTable, type AtomTree, emitProgram, type ItemAtoms, type Program, tabulateAtoms } from "./program.ts";
import { mapInSteps, type Steps } from "./steps.ts";
import { isWide } from "./unit-index.ts";
import { type Witness, witnessOf } from "./witness.ts";

export interface IndexPlan {
  readonly fields: readonly string[];
  readonly lazy: readonly LazyAtom[];
  readonly program: Program;
  readonly itemAtoms: ItemAtoms;
  /** By field number, `KEYWORDS` for keywords. */
  readonly indexes: ReadonlyMap<number, FieldIndex>;
  /** 1 = an atom that was not hit does not hold. */
  readonly indexed: Uint8Array;
  /** Rules that an atom witnesses; undefined = the atom is no witness. */
  readonly rulesOfAtom: readonly (Int32Array | undefined)[];
  /** Rules that the mere presence of a field wakes, by field. */
  readonly rulesOfField: readonly (readonly Int32Array[])[];
  /** Rules without a witness. */
  readonly always: readonly number[];
}

/** Pieces of one or two units are met in nearly every text: searching for them would cost more than asking when needed. */
const PIECE_LENGTH_MIN = 3;
/** A field that is there says little; it is a witness only where there is no literal. */
const PRESENCE_COST = 1e9;
/** One ordinary value in a hundred (`pricesOf`). */
const COMMON_PRICE = 1_000;
/** Looking up what the index has answered. */
const INDEXED_COST = 0.01;

export function* planIndex(rules: readonly SigmaRule[]): Steps<IndexPlan> {
  const table = yield* tabulateAtoms(rules);
  const { atoms, fields, trees } = table;
  const searched = yield* mapInSteps(atoms, searchedFor);
  const all = yield* buildIndexes(atoms, searched);
  const prices = yield* pricesOf({ fields, atoms, literals: searched, indexes: all });
  const users = usersOfAtoms(table);
  const priceOf = (atom: number): number | undefined =>
    priced(prices[atom], users[atom] ?? 1) ?? (needsPresence(atoms[atom]) ? PRESENCE_COST : undefined);
  const witnesses = yield* mapInSteps(trees, (tree) => witnessOf(tree, priceOf));
  const byAtom = rulesByAtom(witnesses, atoms.length);
  const common = new Set([...atoms.keys()].filter((atom) => isCommon(atoms[atom], prices[atom], byAtom[atom])));
  const literals = searched.map((list, atom) => (common.has(atom) ? undefined : list));
  const indexes = yield* buildIndexes(atoms, literals, { known: all, changed: (atom) => common.has(atom) });
  const indexed = Uint8Array.from(literals, (list) => (list === undefined ? 0 : 1));
  const numbers = new Map(fields.map((name, i) => [name, i]));
  yield;
  return {
    fields,
    lazy: yield* mapInSteps(atoms, (atom) => prepareAtom(atom, (name) => numbers.get(name) ?? 0)),
    program: yield* emitProgram(table, (atom) => (indexed[atom] === 1 ? INDEXED_COST : (table.costs[atom] ?? 1))),
    itemAtoms: table.itemAtoms,
    indexes,
    indexed,
    rulesOfAtom: byAtom.map((list, atom) => (literals[atom] === undefined ? undefined : list)),
    rulesOfField: fields.map((_, field) =>
      byAtom.flatMap((list, atom) =>
        list === undefined || literals[atom] !== undefined || atoms[atom]?.field !== field ? [] : [list],
      ),
    ),
    always: [...witnesses.keys()].filter((rule) => witnesses[rule] === undefined),
  };
}

function searchedFor(atom: Atom): readonly Literal[] | undefined {
  const list = literalsOf(atom);
  return list?.some(isTiny) === true ? undefined : list;
}

/** No witness, and met so often that looking for it in every value costs more than asking when a rule wants to know. */
const isCommon = (atom: Atom | undefined, price: number | undefined, rules: Int32Array | undefined): boolean =>
  atom !== undefined && atom.field !== KEYWORDS && rules === undefined && price !== undefined && price >= COMMON_PRICE;

/** False for an absent field, whatever its tests. */
const needsPresence = (atom: Atom | undefined): boolean =>
  atom !== undefined &&
  atom.field !== KEYWORDS &&
  atom.tests.every(({ kind, ...test }) => kind !== "null" && !(kind === "exists" && "wanted" in test && !test.wanted));

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

interface Built {
  readonly known: ReadonlyMap<number, FieldIndex>;
  /** Fields without a changed atom keep their index. */
  readonly changed: (atom: number) => boolean;
}

function* buildIndexes(
  atoms: readonly Atom[],
  literals: readonly (readonly Literal[] | undefined)[],
  built?: Built,
): Steps<ReadonlyMap<number, FieldIndex>> {
  const placed = new Map<number, Placed[]>();
  const stale = new Set<number>();
  for (const [number, atom] of atoms.entries()) {
    if (built?.changed(number) === true) stale.add(atom.field);
    const own = literals[number];
    if (own === undefined) continue;
    const list = placed.get(atom.field) ?? [];
    for (const literal of own) list.push({ literal, atom: number });
    placed.set(atom.field, list);
  }
  const weights = new GramWeights(ALL_ORDINARY);
  const indexes = new Map<number, FieldIndex>();
  for (const [field, list] of placed) {
    yield;
    const known = stale.has(field) ? undefined : built?.known.get(field);
    indexes.set(field, known ?? new FieldIndex(list, weights, field === KEYWORDS));
  }
  yield;
  return indexes;
}
