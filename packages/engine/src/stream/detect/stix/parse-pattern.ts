/**
 * Text -> pattern: the whole grammar of STIX 2.1 part 9, by recursive descent.
 *
 * Enters: the text of an indicator's `pattern`. Leaves: a tree, or a `PatternError` with line and column.
 * P1. Observation operators bind AND, then OR, then FOLLOWEDBY; comparisons bind AND, then OR; qualifiers bind to the
 *     expression just before them.
 * P2. Depth, number of comparisons and number of observations that must be bound are limited, each with a name.
 * P3. A qualifier may stand only once on the same bracketed expression; parentheses make a new expression.
 */
import {
  type Comparison,
  type ComparisonTree,
  type Expression,
  type Literal,
  type ObjectPath,
  type Observe,
  type Pattern,
  PatternError,
  type PatternErrorCode,
  placeOf,
  type Step,
  type Test,
} from "./pattern.ts";
import { remarksOf } from "./remarks.ts";
import { KEYWORDS, type Keyword, type Token, tokensOf } from "./tokens.ts";

/** Parentheses within parentheses: people write three. */
const DEPTH_MAX = 64;
/** Comparisons in one pattern: feeds list values with OR. */
const COMPARISONS_MAX = 20_000;
/** Values of one IN. */
const SET_MAX = 20_000;
/** Observations that one match may need, REPEATS multiplied: each must be found and kept. */
const BOUND_MAX = 1_000;
const STEPS_MAX = 64;
/** On one expression: there are three kinds. */
const QUALIFIERS_MAX = 16;

export function parsePattern(text: string): Pattern {
  const parser = new Parser(text);
  const root = parser.pattern();
  const bound = boundBy(root);
  if (bound > BOUND_MAX) {
    throw new PatternError(
      "pattern-too-large",
      `a match would need ${bound} observations (at most ${BOUND_MAX})`,
      placeOf(text, 0),
    );
  }
  const { leaves } = parser;
  return { text, root, leaves, remarks: remarksOf(root, leaves) };
}

/** The most observations that a match takes. */
function boundBy(node: Expression): number {
  switch (node.kind) {
    case "observe":
      return 1;
    case "or":
      return node.of.reduce((most, part) => Math.max(most, boundBy(part)), 0);
    case "and":
    case "followed-by":
      return node.of.reduce((sum, part) => sum + boundBy(part), 0);
    case "repeats":
      return node.times * boundBy(node.of);
    case "within":
    case "between":
      return boundBy(node.of);
  }
}

type Qualifier = "WITHIN" | "REPEATS" | "START";
const ORDER = ["<", "<=", ">", ">="] as const;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly leaves: Observe[] = [];
  #next = 0;
  #depth = 0;
  #comparisons = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  pattern(): Expression {
    const root = this.#followedBy();
    if (this.#peek().kind !== "end") this.#expected("AND, OR, FOLLOWEDBY, a qualifier or the end");
    return root;
  }

  #followedBy(): Expression {
    return this.#nested(() =>
      joined(
        "followed-by",
        this.#listOf("FOLLOWEDBY", () => this.#either()),
      ),
    );
  }

  #either(): Expression {
    return joined(
      "or",
      this.#listOf("OR", () => this.#both()),
    );
  }

  #both(): Expression {
    return joined(
      "and",
      this.#listOf("AND", () => this.#qualified()),
    );
  }

  #qualified(): Expression {
    const simple = this.#peek().text === "[";
    let node = simple ? this.#observe() : this.#parenthesised();
    const seen: Qualifier[] = [];
    for (;;) {
      const token = this.#peek();
      const qualifier = qualifierOf(token);
      if (qualifier === undefined) return node;
      if (simple && seen.includes(qualifier)) this.#fail(`${qualifier} stands twice on the same expression`, token);
      seen.push(qualifier);
      if (seen.length > QUALIFIERS_MAX)
        this.#fail(`more than ${QUALIFIERS_MAX} qualifiers`, token, "pattern-too-large");
      this.#next += 1;
      node = this.#qualify(qualifier, node);
    }
  }

  #qualify(qualifier: Qualifier, of: Expression): Expression {
    if (qualifier === "WITHIN") {
      const seconds = this.#amount("a number of seconds");
      this.#word("SECONDS");
      return { kind: "within", ms: seconds * 1_000, of };
    }
    if (qualifier === "REPEATS") {
      const token = this.#peek();
      const times = this.#amount("a whole number");
      if (!Number.isInteger(times) || token.text.includes(".")) this.#fail("REPEATS takes a whole number", token);
      this.#word("TIMES");
      return { kind: "repeats", times, of };
    }
    const start = this.#time();
    this.#word("STOP");
    return { kind: "between", start, stop: this.#time(), of };
  }

  #amount(what: string): number {
    const token = this.#take();
    if (token.kind !== "literal" || token.value.kind !== "number" || token.text.startsWith("-")) {
      return this.#expected(what, token);
    }
    if (!(token.value.number > 0)) this.#fail(`${token.text} is not above zero`, token, "pattern-value");
    return token.value.number;
  }

  #time(): number {
    const token = this.#take();
    if (token.kind === "literal" && token.value.kind === "time") return token.value.ms;
    return this.#expected("a timestamp like t'2026-11-21T20:24:00Z'", token);
  }

  #parenthesised(): Expression {
    this.#sign("(", "[ or (");
    const node = this.#followedBy();
    this.#sign(")", "AND, OR, FOLLOWEDBY, a qualifier or )");
    return node;
  }

  #observe(): Observe {
    const open = this.#take();
    const of = this.#comparisonOr();
    const close = this.#sign("]", "AND, OR or ]");
    const node: Observe = { kind: "observe", leaf: this.leaves.length, of, text: this.#text.slice(open.at, close.end) };
    this.leaves.push(node);
    return node;
  }

  #comparisonOr(): ComparisonTree {
    const at = placeOf(this.#text, this.#peek().at);
    return this.#nested(() => {
      const of = this.#listOf("OR", () => this.#comparisonAnd());
      return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "or", of, at };
    });
  }

  #comparisonAnd(): ComparisonTree {
    const at = placeOf(this.#text, this.#peek().at);
    const of = this.#listOf("AND", () => this.#test());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: "and", of, at };
  }

  #test(): ComparisonTree {
    const first = this.#peek();
    if (first.text === "(" && first.kind === "sign") {
      this.#next += 1;
      const of = this.#comparisonOr();
      this.#sign(")", "AND, OR or )");
      return of;
    }
    this.#comparisons += 1;
    if (this.#comparisons > COMPARISONS_MAX) {
      this.#fail(`more than ${COMPARISONS_MAX} comparisons`, first, "pattern-too-large");
    }
    const at = placeOf(this.#text, first.at);
    const not = this.#isWord("NOT");
    if (this.#isWord("EXISTS")) {
      return { kind: "test", path: this.#path(), negated: not, test: { op: "EXISTS" }, at };
    }
    if (not) this.#expected("EXISTS (elsewhere, NOT stands behind the path)");
    const path = this.#path();
    const negated = this.#isWord("NOT");
    return { kind: "test", path, negated, test: this.#operator(), at } satisfies Comparison;
  }

  #operator(): Test {
    const token = this.#take();
    if (token.kind === "sign") {
      if (token.text === "=" || token.text === "==") return { op: "=", value: this.#literal() };
      if (token.text === "!=" || token.text === "<>") return { op: "!=", value: this.#literal() };
      const op = ORDER.find((known) => known === token.text);
      if (op !== undefined) return { op, value: this.#orderable() };
    }
    if (token.kind === "word") {
      if (token.text === "IN") return { op: "IN", values: this.#set() };
      const op = TEXT_OPERATORS.find((known) => known === token.text);
      if (op !== undefined) return { op, text: this.#string() };
    }
    return this.#expected("= != < <= > >= IN LIKE MATCHES ISSUBSET or ISSUPERSET", token);
  }

  #literal(): Literal {
    const token = this.#take();
    return token.kind === "literal"
      ? token.value
      : this.#expected("a value ('text', 12, 1.5, true, t'..', h'..', b'..')", token);
  }

  #orderable(): Literal {
    const token = this.#peek();
    const value = this.#literal();
    return value.kind === "boolean" ? this.#fail("true and false have no order", token) : value;
  }

  #string(): string {
    const token = this.#take();
    if (token.kind === "literal" && token.value.kind === "string") return token.value.text;
    return this.#expected("a text in quotes", token);
  }

  #set(): readonly Literal[] {
    this.#sign("(", "( and the values of the set");
    const values: Literal[] = [];
    if (this.#isSign(")")) return values;
    do {
      if (values.length >= SET_MAX) this.#fail(`more than ${SET_MAX} values`, this.#peek(), "pattern-too-large");
      values.push(this.#literal());
    } while (this.#isSign(","));
    this.#sign(")", ", or )");
    return values;
  }

  #path(): ObjectPath {
    const type = this.#take();
    if (type.kind !== "name") return this.#expected("an object path like file:name", type);
    this.#sign(":", `: after the object type ${type.text}`);
    const steps: Step[] = [{ kind: "key", key: this.#key() }];
    for (;;) {
      if (steps.length > STEPS_MAX) this.#fail(`a path of more than ${STEPS_MAX} steps`, type, "pattern-too-large");
      if (this.#isSign(".")) steps.push({ kind: "key", key: this.#key() });
      else if (this.#isSign("[")) steps.push(this.#index());
      else break;
    }
    const end = this.#tokens[this.#next - 1]?.end ?? type.end;
    return { type: type.text, steps, text: this.#text.slice(type.at, end) };
  }

  #key(): string {
    const token = this.#take();
    if (token.kind === "name") {
      return token.hyphen ? this.#fail(`a name with a hyphen needs quotes: '${token.text}'`, token) : token.text;
    }
    if (token.kind === "literal" && token.value.kind === "string") return token.value.text;
    return this.#expected("a property name, or one in quotes", token);
  }

  #index(): Step {
    const token = this.#take();
    const step: Step | undefined =
      token.kind === "literal" && token.whole && token.value.kind === "number"
        ? { kind: "index", index: token.value.number }
        : token.kind === "sign" && token.text === "*"
          ? { kind: "any" }
          : undefined;
    if (step === undefined) return this.#expected("an index or *", token);
    this.#sign("]", "]");
    return step;
  }

  #listOf<T>(word: Keyword, part: () => T): readonly T[] {
    const parts = [part()];
    while (this.#isWord(word)) parts.push(part());
    return parts;
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) this.#fail(`nested deeper than ${DEPTH_MAX}`, this.#peek(), "pattern-too-large");
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "the end of the pattern", at: this.#text.length, end: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== "end") this.#next += 1;
    return token;
  }

  #isWord(word: Keyword): boolean {
    const token = this.#peek();
    const found = token.kind === "word" && token.text === word;
    if (found) this.#next += 1;
    return found;
  }

  #isSign(sign: string): boolean {
    const token = this.#peek();
    const found = token.kind === "sign" && token.text === sign;
    if (found) this.#next += 1;
    return found;
  }

  #word(word: Keyword): void {
    if (!this.#isWord(word)) this.#expected(word);
  }

  #sign(sign: string, what: string): Token {
    const token = this.#peek();
    return this.#isSign(sign) ? token : this.#expected(what);
  }

  #expected(what: string, token: Token = this.#peek()): never {
    const shown = token.text.length > 60 ? `${token.text.slice(0, 60)}...` : token.text;
    const upper = token.kind === "name" ? token.text.toUpperCase() : "";
    const hint = KEYWORD_HINTS.has(upper) ? ` (keywords are upper case: ${upper})` : "";
    return this.#fail(`expected ${what}, found ${shown}${hint}`, token);
  }

  #fail(reason: string, token: Token, code: PatternErrorCode = "pattern-syntax"): never {
    throw new PatternError(code, reason, placeOf(this.#text, token.at));
  }
}

const TEXT_OPERATORS = ["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"] as const;
const KEYWORD_HINTS: ReadonlySet<string> = new Set(KEYWORDS);

function qualifierOf(token: Token): Qualifier | undefined {
  if (token.kind !== "word") return undefined;
  const { text } = token;
  return text === "WITHIN" || text === "REPEATS" || text === "START" ? text : undefined;
}

function joined(kind: "and" | "or" | "followed-by", of: readonly Expression[]): Expression {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind, of };
}
