/**
 * Which bracketed expressions may hold for an object, found without asking each: every expression names, per object type,
 * texts of which one must stand at a path (a witness), and one search per path finds all of them at once.
 *
 * I1. An expression that is not named does not hold for the object: a witness is asked in the loosest form.
 * I2. What has no witness (order, negation, numbers in doubt) is named for every object of its type.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { fold } from "../sigma/fold.ts";
import { FieldIndex } from "../sigma/index/field-index.ts";
import { GramWeights } from "../sigma/index/gram-weights.ts";
import type { Literal as IndexLiteral } from "../sigma/index/literals.ts";
import type { Steps } from "../sigma/index/steps.ts";
import { requiredLiterals, requirementOf } from "../sigma/regex-literals.ts";
import { loose, nfc, withHive } from "./forms.ts";
import type { Observation } from "./observation.ts";
import type { Comparison, ComparisonTree, Literal, ObjectPath } from "./pattern.ts";
import { readPath } from "./read-path.ts";

interface Wanted {
  readonly path: ObjectPath;
  readonly literal: IndexLiteral;
}

/** `never`: no object of the type can satisfy it. `always`: nothing can be said. */
type Witness = "never" | "always" | readonly Wanted[];

interface PathIndex {
  readonly path: ObjectPath;
  /** Expressions by whole value, in the loose form. */
  readonly whole: ReadonlyMap<string, readonly number[]>;
  readonly pieces: FieldIndex | undefined;
}

interface TypeIndex {
  readonly always: readonly number[];
  readonly paths: readonly PathIndex[];
}

/** Shorter pieces stand in nearly every text. */
const PIECE_LENGTH_MIN = 3;
/** Expressions looked at in one step: a few milliseconds. */
const STEP = 1_024;
const NO_WEIGHTS = new GramWeights([]);

export class Candidates {
  readonly #types: ReadonlyMap<string, TypeIndex>;
  readonly #hits: { readonly refs: Int32Array; count: number };
  /** Stamp of the object for which an expression was last named. */
  readonly #named: Int32Array;
  #stamp = 0;

  private constructor(types: ReadonlyMap<string, TypeIndex>, trees: number) {
    this.#types = types;
    let most = 0;
    for (const { paths } of types.values()) for (const { pieces } of paths) most = Math.max(most, pieces?.hitsMax ?? 0);
    this.#hits = { refs: new Int32Array(most), count: 0 };
    this.#named = new Int32Array(trees);
  }

  static *of(trees: readonly ComparisonTree[]): Steps<Candidates> {
    const types = new Set<string>();
    for (const tree of trees) collectTypes(tree, types);
    const indexes = new Map<string, TypeIndex>();
    for (const type of types) indexes.set(type, yield* indexOf(trees, type));
    return new Candidates(indexes, trees.length);
  }

  /** Object types that any pattern speaks of. */
  wants(type: string): boolean {
    return this.#types.has(type);
  }

  /** Numbers of the expressions that may hold for this object, each once. */
  of(observation: Observation, object: JsonObject): readonly number[] {
    const index = this.#types.get(String(object.type));
    if (index === undefined) return [];
    this.#stamp = this.#stamp === 0x7fff_ffff ? this.#restamp() : this.#stamp + 1;
    const named: number[] = [];
    for (const tree of index.always) this.#name(tree, named);
    for (const texts of index.paths) {
      for (const { value } of readPath(texts.path, observation, object)) this.#look(texts, value, named);
    }
    return named;
  }

  #restamp(): number {
    this.#named.fill(0);
    return 1;
  }

  #look({ whole, pieces }: PathIndex, value: Json, named: number[]): void {
    if (typeof value === "object") return;
    const key = typeof value === "string" ? loose(value) : scalarText(value);
    for (const tree of whole.get(key) ?? []) this.#name(tree, named);
    if (pieces === undefined || typeof value !== "string") return;
    const text = fold(nfc(value));
    this.#scan(pieces, text, named);
    const written = fold(withHive(text));
    if (written !== text) this.#scan(pieces, written, named);
  }

  #scan(pieces: FieldIndex, text: string, named: number[]): void {
    this.#hits.count = 0;
    pieces.scan(text, this.#hits);
    for (let i = 0; i < this.#hits.count; i += 1) this.#name((this.#hits.refs[i] ?? 0) >> 1, named);
  }

  #name(tree: number, named: number[]): void {
    if (this.#named[tree] === this.#stamp) return;
    this.#named[tree] = this.#stamp;
    named.push(tree);
  }
}

/** Numbers and booleans stand apart from texts that look like them. */
const scalarText = (value: number | boolean): string => `\u0000${value === 0 ? 0 : value}`;

function collectTypes(tree: ComparisonTree, into: Set<string>): void {
  if (tree.kind === "test") into.add(tree.path.type);
  else for (const part of tree.of) collectTypes(part, into);
}

function* indexOf(trees: readonly ComparisonTree[], type: string): Steps<TypeIndex> {
  const always: number[] = [];
  const byPath = new Map<string, Gathered>();
  for (const [number, tree] of trees.entries()) {
    if (number % STEP === 0) yield;
    const witness = witnessOf(tree, type);
    if (witness === "never") continue;
    if (witness === "always") always.push(number);
    else for (const wanted of witness) gather(byPath, wanted, number);
  }
  const paths = [...byPath.values()].map(({ path, whole, placed }) => {
    const pieces = placed.length === 0 ? undefined : new FieldIndex(placed, NO_WEIGHTS);
    return { path, whole, pieces };
  });
  return { always, paths };
}

interface Gathered {
  readonly path: ObjectPath;
  readonly whole: Map<string, number[]>;
  readonly placed: { readonly literal: IndexLiteral; readonly atom: number }[];
}

function gather(byPath: Map<string, Gathered>, { path, literal }: Wanted, number: number): void {
  const key = JSON.stringify(path.steps);
  const gathered = byPath.get(key) ?? { path, whole: new Map<string, number[]>(), placed: [] };
  byPath.set(key, gathered);
  if (literal.anchor !== "equals") {
    gathered.placed.push({ literal, atom: number });
    return;
  }
  const known = gathered.whole.get(literal.text);
  if (known === undefined) gathered.whole.set(literal.text, [number]);
  else if (known.at(-1) !== number) known.push(number);
}

function witnessOf(tree: ComparisonTree, type: string): Witness {
  if (tree.kind === "test") return tree.path.type === type ? witnessOfTest(tree) : "never";
  const parts = tree.of.map((part) => witnessOf(part, type));
  if (tree.kind === "or") {
    const possible = parts.filter((part) => part !== "never");
    if (possible.length === 0) return "never";
    const texts = possible.filter((part) => part !== "always");
    return texts.length < possible.length ? "always" : texts.flat();
  }
  if (parts.includes("never")) return "never";
  const texts = parts.filter((part) => part !== "never" && part !== "always");
  return texts.reduce<Witness>(
    (best, part) => (best === "always" || costOf(part) < costOf(best) ? part : best),
    "always",
  );
}

/** How often it is met, roughly: whole values are rare, short pieces are everywhere. */
function costOf(witness: Witness): number {
  if (typeof witness === "string") return Number.POSITIVE_INFINITY;
  return witness.reduce((sum, { literal }) => sum + (literal.anchor === "equals" ? 1 : 40 / literal.text.length), 0);
}

function witnessOfTest({ path, test, negated }: Comparison): Witness {
  if (negated) return "always";
  const lastKey = path.steps.findLast((step) => step.kind === "key");
  // Bytes are compared decoded.
  if (lastKey?.kind === "key" && /_(?:hex|bin)$/.test(lastKey.key)) return "always";
  switch (test.op) {
    case "=":
      return wholeValues(path, [test.value]);
    case "IN":
      return wholeValues(path, test.values);
    case "LIKE":
      return pieceOf(path, test.text);
    case "MATCHES": {
      const source = nfc(test.text);
      const required = requiredLiterals(requirementOf(source));
      // Case folding of a pattern reaches beyond ours for values beyond ASCII.
      const asciiOnly = /\(\?[a-zA-Z]*i/.test(source);
      return required === undefined ? "always" : required.map((text) => wanted(path, "contains", text, asciiOnly));
    }
    default:
      return "always";
  }
}

function wanted(path: ObjectPath, anchor: IndexLiteral["anchor"], text: string, asciiOnly = false): Wanted {
  return { path, literal: { anchor, text, exact: false, asciiOnly } };
}

function wholeValues(path: ObjectPath, values: readonly Literal[]): Witness {
  const found: Wanted[] = [];
  for (const value of values) {
    if (value.kind === "string") found.push(wanted(path, "equals", loose(value.text)));
    else if (value.kind === "number") found.push(wanted(path, "equals", scalarText(value.number)));
    else if (value.kind === "boolean") found.push(wanted(path, "equals", scalarText(value.boolean)));
    else return "always";
  }
  return found;
}

/** The longest piece. The first one is left out where it is a hive, which values write in two ways. */
function pieceOf(path: ObjectPath, like: string): Witness {
  if (!/[%_]/.test(like)) return wholeValues(path, [{ kind: "string", text: like }]);
  const [first = "", ...rest] = nfc(like).split(/[%_]/);
  const pieces = withHive(first) === first ? [first, ...rest] : rest;
  const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), "");
  return longest.length < PIECE_LENGTH_MIN ? "always" : [wanted(path, "contains", fold(longest))];
}
