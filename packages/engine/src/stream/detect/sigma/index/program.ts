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

export interface Program {
  readonly fields: readonly string[];
  readonly atoms: readonly Atom[];
  readonly trees: readonly AtomTree[];
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

export function compileProgram(rules: readonly SigmaRule[]): Program {
  const builder: Builder = { fields: new Map(), atoms: [], atomByKey: new Map(), costs: [] };
  const trees = rules.map((rule) => build(builder, rule.condition));
  const code: number[] = [];
  const starts = Int32Array.from(trees, (tree) => {
    const start = code.length;
    emit(tree, code);
    return start;
  });
  return { fields: [...builder.fields.keys()], atoms: builder.atoms, trees, code: Int32Array.from(code), starts };
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
        builder,
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
    builder,
    "and",
    item.tests.map((test) => atomFor(builder, item.field, [test])),
  );
}

/** Cheap children first: the order of AND and OR does not change the answer. */
function joined(builder: Builder, kind: "and" | "or", children: readonly AtomTree[]): AtomTree {
  const flat = children.flatMap((child) => (child.kind === kind ? child.of : [child]));
  const [only] = flat;
  if (flat.length === 1 && only !== undefined) return only;
  const of = flat.map((child) => ({ child, cost: treeCost(builder, child) })).sort((a, b) => a.cost - b.cost);
  return { kind, of: of.map(({ child }) => child) };
}

function treeCost(builder: Builder, tree: AtomTree): number {
  if (tree.kind === "atom") return builder.costs[tree.atom] ?? 0;
  if (tree.kind === "not") return treeCost(builder, tree.of);
  return tree.of.reduce((sum, child) => sum + treeCost(builder, child), 0);
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

function emit(tree: AtomTree, code: number[]): void {
  if (tree.kind === "atom") {
    code.push(ATOM, tree.atom);
    return;
  }
  const at = code.length;
  code.push(tree.kind === "and" ? AND : tree.kind === "or" ? OR : tree.kind === "not" ? NOT : AT_LEAST, 0);
  if (tree.kind === "at-least") code.push(tree.count);
  for (const child of tree.kind === "not" ? [tree.of] : tree.of) emit(child, code);
  code[at + 1] = code.length;
}
