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

/** Opcodes. Layout: ATOM n | AND end .. | OR end .. | NOT end x | AT_LEAST end count .. */
export const ATOM = 0;
export const AND = 1;
export const OR = 2;
export const NOT = 3;
export const AT_LEAST = 4;

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
}

export interface Program {
  readonly code: Int32Array;
  /** Where each rule's program begins in `code`. */
  readonly starts: Int32Array;
}

interface Builder {
  readonly fields: Map<string, number>;
  readonly atoms: Atom[];
  readonly atomByKey: Map<string, number>;
  readonly costs: number[];
}

export function tabulateAtoms(rules: readonly SigmaRule[]): AtomTable {
  const builder: Builder = { fields: new Map(), atoms: [], atomByKey: new Map(), costs: [] };
  const trees = rules.map((rule) => build(builder, rule.condition));
  return { fields: [...builder.fields.keys()], atoms: builder.atoms, trees, costs: builder.costs };
}

/** `costOf` orders the children of AND and OR: what the index already knows comes first. */
export function emitProgram(trees: readonly AtomTree[], costOf: (atom: number) => number): Program {
  const code: number[] = [];
  const starts = Int32Array.from(trees, (tree) => {
    const start = code.length;
    emit(tree, code, costOf);
    return start;
  });
  return { code: Int32Array.from(code), starts };
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
  if (item.link === "any" || item.tests.length === 1) return atomFor(builder, item.field, item.tests);
  return joined(
    "and",
    item.tests.map((test) => atomFor(builder, item.field, [test])),
  );
}

function joined(kind: "and" | "or", children: readonly AtomTree[]): AtomTree {
  const of = children.flatMap((child) => (child.kind === kind ? child.of : [child]));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

function atomFor(builder: Builder, field: string | undefined, tests: readonly Test[]): AtomTree {
  const number = field === undefined ? KEYWORDS : fieldNumber(builder, field);
  for (const test of tests) if (test.kind === "field") fieldNumber(builder, test.other);
  const key = JSON.stringify([number, tests.map(testKey)]);
  const known = builder.atomByKey.get(key);
  if (known !== undefined) return { kind: "atom", atom: known };
  const atom = builder.atoms.length;
  builder.atoms.push({ field: number, tests });
  builder.costs.push(tests.reduce((sum, test) => sum + evaluationCost(test), 0));
  builder.atomByKey.set(key, atom);
  return { kind: "atom", atom };
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

function emit(tree: AtomTree, code: number[], costOf: (atom: number) => number): void {
  if (tree.kind === "atom") {
    code.push(ATOM, tree.atom);
    return;
  }
  const at = code.length;
  code.push(tree.kind === "and" ? AND : tree.kind === "or" ? OR : tree.kind === "not" ? NOT : AT_LEAST, 0);
  if (tree.kind === "at-least") code.push(tree.count);
  for (const child of tree.kind === "not" ? [tree.of] : cheapFirst(tree.of, costOf)) emit(child, code, costOf);
  code[at + 1] = code.length;
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
