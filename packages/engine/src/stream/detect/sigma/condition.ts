/**
 * Condition grammar, lowest binding first: `or`, `and`, `not`, `x of`, parentheses. Keywords in any case, identifiers as written.
 * The leaves are resolved through `selections`, so what comes out is the whole tree of the rule.
 */
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import type { Expr } from "./rule.ts";

export type Selections = ReadonlyMap<string, Expr>;

/** Deeper nesting is not written by people, and would let a rule exhaust the stack. */
const NESTING_MAX = 64;
const CONDITION_LENGTH_MAX = 16_384;

interface Reader {
  readonly words: readonly string[];
  readonly selections: Selections;
  readonly at: YamlPath;
  readonly lint: (remark: string) => void;
  next: number;
  depth: number;
}

export interface ConditionText {
  readonly text: string;
  readonly at: YamlPath;
  readonly lint: (remark: string) => void;
}

export function parseCondition(condition: ConditionText, selections: Selections): Expr {
  const { text, at, lint } = condition;
  if (text.length > CONDITION_LENGTH_MAX) {
    throw new RuleRefusal("schema-too-large", `condition of ${text.length} characters`, at);
  }
  const words: readonly string[] = text.match(/[()|]|[^\s()|]+/g) ?? [];
  if (words.includes("|") || words.some((word) => word.toLowerCase() === "near")) {
    throw new RuleRefusal(
      "obsolete-aggregation",
      "aggregation in a condition (`|`, `near`) is Sigma 1; use a correlation",
      at,
    );
  }
  const reader: Reader = { words, selections, at, lint, next: 0, depth: 0 };
  const expr = readChain(reader, "or");
  if (reader.next < words.length) throw refuse(reader, `unexpected \`${words[reader.next]}\``);
  return expr;
}

const refuse = (reader: Reader, reason: string): RuleRefusal => new RuleRefusal("condition-syntax", reason, reader.at);

const peek = (reader: Reader): string | undefined => reader.words[reader.next]?.toLowerCase();

function readChain(reader: Reader, word: "or" | "and"): Expr {
  const read = (): Expr => (word === "or" ? readChain(reader, "and") : readNot(reader));
  const first = read();
  const of = [first];
  while (peek(reader) === word) {
    reader.next += 1;
    of.push(read());
  }
  return of.length === 1 ? first : { kind: word, of };
}

function readNot(reader: Reader): Expr {
  if (peek(reader) !== "not") return readPrimary(reader);
  reader.next += 1;
  return { kind: "not", of: nested(reader, readNot) };
}

function nested(reader: Reader, read: (reader: Reader) => Expr): Expr {
  reader.depth += 1;
  if (reader.depth > NESTING_MAX) throw refuse(reader, `nested deeper than ${NESTING_MAX}`);
  const expr = read(reader);
  reader.depth -= 1;
  return expr;
}

function readPrimary(reader: Reader): Expr {
  const word = reader.words[reader.next];
  const lower = peek(reader);
  reader.next += 1;
  if (word === undefined) throw refuse(reader, "ends where a selection was expected");
  if (word === "(") {
    const expr = nested(reader, (inner) => readChain(inner, "or"));
    if (reader.words[reader.next] !== ")") throw refuse(reader, "missing `)`");
    reader.next += 1;
    return expr;
  }
  if (peek(reader) === "of" && lower !== undefined && /^(all|any|\d{1,9})$/.test(lower)) return readOf(reader, lower);
  if (word === ")" || lower === "and" || lower === "or" || lower === "of")
    throw refuse(reader, `unexpected \`${word}\``);
  return named(reader, word);
}

function named(reader: Reader, name: string): Expr {
  const of = reader.selections.get(name);
  if (of === undefined) throw new RuleRefusal("unknown-identifier", `no selection is called \`${name}\``, reader.at);
  return { kind: "selection", name, of };
}

function readOf(reader: Reader, amount: string): Expr {
  const pattern = reader.words[reader.next + 1];
  reader.next += 2;
  if (pattern === undefined || /^[()]$/.test(pattern))
    throw refuse(reader, `\`${amount} of\` needs \`them\` or a pattern`);
  const names = selected(reader, pattern);
  if (names.length === 0) throw new RuleRefusal("empty-pattern", `\`${pattern}\` selects nothing`, reader.at);
  const of = names.map((name) => named(reader, name));
  if (amount === "all") return { kind: "and", of };
  const count = amount === "any" ? 1 : Number(amount);
  if (count === 0) throw refuse(reader, "`0 of` says nothing");
  if (amount === "any" || count > 1) reader.lint(`\`${amount} of\` is an extension (read as: at least ${count})`);
  if (count > of.length)
    throw new RuleRefusal("empty-pattern", `\`${count} of ${pattern}\`: only ${of.length} exist`, reader.at);
  return count === 1 ? { kind: "or", of } : { kind: "at-least", count, of };
}

/** Identifiers that begin with `_` are left out unless the pattern names the underscore. */
function selected(reader: Reader, pattern: string): readonly string[] {
  const all = [...reader.selections.keys()];
  if (pattern.toLowerCase() === "them") return all.filter((name) => !name.startsWith("_"));
  const pieces = pattern.split("*");
  return all.filter((name) => fits(name, pieces) && (!name.startsWith("_") || pattern.startsWith("_")));
}

function fits(name: string, pieces: readonly string[]): boolean {
  const [head = "", ...rest] = pieces;
  const tail = rest.pop();
  if (tail === undefined) return name === head;
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  const end = name.length - tail.length;
  let from = head.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
}
