/**
 * Rules -> atoms and a program of integers.
 *
 * An atom is one test-set on one field ("some element meets one of these tests"); rules that say the same share it.
 * The program holds operators and atom numbers only, never text of a rule: it may be interpreted or turned into code.
 */
import { unreachable } from "@cordon/model/error";
import type { Expr, Item, SigmaRule, Test } from "../rule.ts";
import { type Atom, KEYWORDS } from "./atom.ts";
import { evaluationCost } from "./cost.ts";
import { mapInSteps, type Steps } from "./steps.ts";

export type AtomTree =
  | { readonly kind: "atom"; readonly atom: number }
  | { readonly kind: "and" | "or"; readonly of: readonly AtomTree[] }
  | { readonly kind: "not"; readonly of: AtomTree }
  | { readonly kind: "at-least"; readonly count: number; readonly of: readonly AtomTree[] };

/** Rules as trees of atoms, before it is known which atoms the index will answer. */
export interface AtomTable {
  readonly fields: readonly string[];
  readonly atoms: readonly Atom[];
  readonly trees: readonly AtomTree[];
  /** Cost of evaluating an atom, by its number. */
  readonly costs: readonly number[];
  /** An item holds when all of these atoms hold. */
  readonly itemAtoms: ItemAtoms;
}

export type ItemAtoms = ReadonlyMap<Item, readonly number[]>;

/**
 * Steps of three numbers: what to ask, where to go when it holds, where to go when not. What to ask is an atom, or, from
 * `atoms` on, a count over sub-programs.
 */
export interface Program {
  readonly code: Int32Array;
  /** Where each rule's program begins in `code`. */
  readonly starts: Int32Array;
  readonly atoms: number;
  readonly counts: readonly Count[];
}

/** At least `wanted` of these programs hold. */
export interface Count {
  readonly wanted: number;
  readonly starts: Int32Array;
}

export const HOLDS = -1;
export const FAILS = -2;

interface Builder {
  readonly fields: Map<string, number>;
  readonly atoms: Atom[];
  readonly atomByKey: Map<string, number>;
  readonly costs: number[];
  readonly itemAtoms: Map<Item, readonly number[]>;
}

export function* tabulateAtoms(rules: readonly SigmaRule[]): Steps<AtomTable> {
  const builder: Builder = { fields: new Map(), atoms: [], atomByKey: new Map(), costs: [], itemAtoms: new Map() };
  const trees = yield* mapInSteps(rules, (rule) => build(builder, rule.condition));
  const { fields, atoms, costs, itemAtoms } = builder;
  return { fields: [...fields.keys()], atoms, trees, costs, itemAtoms };
}

/** `costOf` orders the children of AND and OR: what the index already knows comes first. */
export function* emitProgram(table: AtomTable, costOf: (atom: number) => number): Steps<Program> {
  const writer: Writer = { code: [], counts: [], atoms: table.atoms.length, costOf };
  const starts = yield* mapInSteps(table.trees, (tree) => emit(writer, tree, { holds: HOLDS, fails: FAILS }));
  return {
    code: Int32Array.from(writer.code),
    starts: Int32Array.from(starts),
    atoms: writer.atoms,
    counts: writer.counts,
  };
}

function build(builder: Builder, expr: Expr): AtomTree {
  switch (expr.kind) {
    case "selection":
      return build(builder, expr.of);
    case "not":
      return { kind: "not", of: build(builder, expr.of) };
    case "item":
      return buildItem(builder, expr);
    case "and":
    case "or":
      return joined(
        expr.kind,
        expr.of.map((child) => build(builder, child)),
      );
    case "at-least":
      return { kind: "at-least", count: expr.count, of: expr.of.map((child) => build(builder, child)) };
    default:
      return unreachable(expr);
  }
}

function buildItem(builder: Builder, item: Item): AtomTree {
  const sets = item.link === "any" ? [item.tests] : item.tests.map((test) => [test]);
  const atoms = sets.map((tests) => atomFor(builder, item.field, tests));
  builder.itemAtoms.set(item, atoms);
  return joined(
    "and",
    atoms.map((atom) => ({ kind: "atom", atom })),
  );
}

function joined(kind: "and" | "or", children: readonly AtomTree[]): AtomTree {
  const of = children.flatMap((child) => (child.kind === kind ? child.of : [child]));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

function atomFor(builder: Builder, field: string | undefined, tests: readonly Test[]): number {
  const number = field === undefined ? KEYWORDS : fieldNumber(builder, field);
  for (const test of tests) if (test.kind === "field") fieldNumber(builder, test.other);
  const key = JSON.stringify([number, tests.map(testKey)]);
  const known = builder.atomByKey.get(key);
  if (known !== undefined) return known;
  const atom = builder.atoms.length;
  builder.atoms.push({ field: number, tests });
  builder.costs.push(tests.reduce((sum, test) => sum + evaluationCost(test), 0));
  builder.atomByKey.set(key, atom);
  return atom;
}

function fieldNumber(builder: Builder, field: string): number {
  const known = builder.fields.get(field);
  if (known !== undefined) return known;
  builder.fields.set(field, builder.fields.size);
  return builder.fields.size - 1;
}

/** Two tests with one key are the same test, whatever they look like in their rules. */
function testKey(test: Test): unknown {
  switch (test.kind) {
    case "text":
      return [
        test.pattern.cased,
        test.pattern.tokens.map((token) => (token.kind === "text" ? `=${token.text}` : token.kind)),
      ];
    case "regex":
      return ["re", test.regex.flags, test.regex.source];
    case "cidr":
      return ["cidr", test.network.prefix, test.network.bytes];
    case "null":
    case "present":
      return [test.kind];
    default:
      return { ...test, shown: undefined };
  }
}

interface Writer {
  readonly code: number[];
  readonly counts: Count[];
  readonly atoms: number;
  readonly costOf: (atom: number) => number;
}

interface Exits {
  readonly holds: number;
  readonly fails: number;
}

/** Written from the end, so that a step knows where the next ones stand. Returns where the tree begins. */
function emit(writer: Writer, tree: AtomTree, exits: Exits): number {
  switch (tree.kind) {
    case "atom":
      return ask(writer, tree.atom, exits);
    case "not":
      return emit(writer, tree.of, { holds: exits.fails, fails: exits.holds });
    case "and":
      return cheapFirst(tree.of, writer.costOf).reduceRight(
        (next, child) => emit(writer, child, { holds: next, fails: exits.fails }),
        exits.holds,
      );
    case "or":
      return cheapFirst(tree.of, writer.costOf).reduceRight(
        (next, child) => emit(writer, child, { holds: exits.holds, fails: next }),
        exits.fails,
      );
    case "at-least": {
      const children = cheapFirst(tree.of, writer.costOf);
      const starts = Int32Array.from(children, (child) => emit(writer, child, { holds: HOLDS, fails: FAILS }));
      return ask(writer, writer.atoms + writer.counts.push({ wanted: tree.count, starts }) - 1, exits);
    }
    default:
      return unreachable(tree);
  }
}

function ask({ code }: Writer, question: number, { holds, fails }: Exits): number {
  return code.push(question, holds, fails) - 3;
}

/** The order of children does not change the answer, only the work. */
function cheapFirst(children: readonly AtomTree[], costOf: (atom: number) => number): readonly AtomTree[] {
  const priced = children.map((child) => ({ child, cost: treeCost(child, costOf) }));
  return priced.sort((a, b) => a.cost - b.cost).map(({ child }) => child);
}

function treeCost(tree: AtomTree, costOf: (atom: number) => number): number {
  if (tree.kind === "atom") return costOf(tree.atom);
  if (tree.kind === "not") return treeCost(tree.of, costOf);
  return tree.of.reduce((sum, child) => sum + treeCost(child, costOf), 0);
}
