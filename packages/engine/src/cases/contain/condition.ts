/**
 * Conditions of CACAO steps: STIX 2.1 comparison expressions over playbook variables (`__name__:value`).
 * Enters: text. Leaves: a tree, or AppError `condition-invalid` that names the character.
 *
 * K1. Text and depth are bounded before anything is parsed.
 * K2. Escapes in strings are only `\\'` and `\\\\`; AND binds tighter than OR; NOT stands before an operator or EXISTS.
 */
import { AppError } from "@cordon/model/error";

export type ConditionError = "condition-invalid" | "condition-untyped";

/** Longest condition read; the longest sensible one is a few hundred characters. */
export const CONDITION_CHARS_MAX = 4_096;
/** Deepest nesting of parentheses; keeps the recursive parser off the stack's end. */
const DEPTH_MAX = 32;

export type Literal =
  | { readonly kind: "string" | "hex"; readonly text: string }
  | { readonly kind: "number"; readonly text: string; readonly integer: boolean }
  | { readonly kind: "bool"; readonly truth: boolean };

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "IN" | "LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET";

export type Condition =
  | { readonly kind: "and"; readonly parts: readonly Condition[] }
  | { readonly kind: "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "exists"; readonly variable: string; readonly not: boolean }
  | {
      readonly kind: "test";
      readonly variable: string;
      readonly not: boolean;
      readonly op: Operator;
      readonly operands: readonly Literal[];
    };

interface Token {
  readonly kind: "word" | "path" | "op" | "string" | "hex" | "number" | "(" | ")" | ",";
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<path>__[A-Za-z_][A-Za-z0-9_-]{0,199}__:value)|(?<hex>h'(?:[0-9a-fA-F]{2})*')|(?<string>'(?:[^'\\]|\\['\\])*')|(?<number>[+-]?(?:\d+\.\d+|\d+))(?![\w.])|(?<op><=|>=|<>|!=|==|=|<|>)|(?<word>[A-Za-z]+)|(?<mark>[(),]))/y;

const invalid = (text: string, at: number): AppError<ConditionError> =>
  new AppError("condition-invalid", `condition: ${text} (character ${at + 1})`);

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    if (text.slice(at).trim() === "") break;
    const match = TOKEN.exec(text);
    const groups = match?.groups;
    if (groups === undefined) throw invalid("not a STIX comparison expression", at);
    found.push(toToken(groups, at));
  }
  return found;
}

function toToken(groups: Record<string, string | undefined>, at: number): Token {
  if (groups.path !== undefined) return { kind: "path", text: groups.path.slice(0, -":value".length), at };
  if (groups.hex !== undefined) return { kind: "hex", text: groups.hex.slice(2, -1).toLowerCase(), at };
  if (groups.string !== undefined) {
    return { kind: "string", text: groups.string.slice(1, -1).replace(/\\(['\\])/g, "$1"), at };
  }
  if (groups.number !== undefined) return { kind: "number", text: groups.number, at };
  if (groups.op !== undefined) return { kind: "op", text: groups.op, at };
  if (groups.word !== undefined) return { kind: "word", text: groups.word, at };
  const mark = groups.mark;
  if (mark === "(" || mark === ")" || mark === ",") return { kind: mark, text: mark, at };
  throw invalid("not a STIX comparison expression", at);
}

interface Cursor {
  readonly list: readonly Token[];
  readonly end: number;
  at: number;
}

export function parseCondition(text: string): Condition {
  if (text.length > CONDITION_CHARS_MAX) throw invalid(`longer than ${CONDITION_CHARS_MAX} characters`, 0);
  const cursor: Cursor = { list: tokens(text), end: text.length, at: 0 };
  const tree = parseOr(cursor, 0);
  const rest = cursor.list[cursor.at];
  if (rest !== undefined) throw invalid(`unexpected "${rest.text}"`, rest.at);
  return tree;
}

function parseOr(cursor: Cursor, depth: number): Condition {
  const parts = [parseAnd(cursor, depth)];
  while (takeWord(cursor, "OR")) parts.push(parseAnd(cursor, depth));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
}

function parseAnd(cursor: Cursor, depth: number): Condition {
  const parts = [parseTest(cursor, depth)];
  while (takeWord(cursor, "AND")) parts.push(parseTest(cursor, depth));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
}

function parseTest(cursor: Cursor, depth: number): Condition {
  if (depth > DEPTH_MAX) throw invalid(`nested deeper than ${DEPTH_MAX}`, here(cursor));
  if (take(cursor, "(") !== undefined) {
    const inner = parseOr(cursor, depth + 1);
    expect(cursor, ")");
    return inner;
  }
  const not = takeWord(cursor, "NOT");
  if (takeWord(cursor, "EXISTS")) return { kind: "exists", variable: expect(cursor, "path").text, not };
  if (not) throw invalid("NOT stands before an operator or EXISTS", here(cursor));
  const variable = expect(cursor, "path").text;
  const negated = takeWord(cursor, "NOT");
  const op = operator(cursor);
  const operands = op === "IN" ? parseSet(cursor) : [parseLiteral(cursor)];
  return { kind: "test", variable, not: negated, op, operands };
}

const WORD_OPS: ReadonlySet<string> = new Set(["IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"]);

function operator(cursor: Cursor): Operator {
  const token = cursor.list[cursor.at];
  cursor.at += 1;
  if (token?.kind === "op") {
    if (token.text === "==" || token.text === "=") return "=";
    if (token.text === "!=" || token.text === "<>") return "!=";
    if (token.text === "<" || token.text === "<=" || token.text === ">" || token.text === ">=") return token.text;
  }
  const word = token?.kind === "word" && WORD_OPS.has(token.text) ? token.text : undefined;
  switch (word) {
    case "IN":
    case "LIKE":
    case "MATCHES":
    case "ISSUBSET":
    case "ISSUPERSET":
      return word;
    default:
      throw invalid(`expected an operator, found "${token?.text ?? "the end"}"`, token?.at ?? cursor.end);
  }
}

function parseSet(cursor: Cursor): readonly Literal[] {
  expect(cursor, "(");
  const items = [parseLiteral(cursor)];
  while (take(cursor, ",") !== undefined) items.push(parseLiteral(cursor));
  expect(cursor, ")");
  return items;
}

function parseLiteral(cursor: Cursor): Literal {
  const token = cursor.list[cursor.at];
  cursor.at += 1;
  if (token?.kind === "string" || token?.kind === "hex") return { kind: token.kind, text: token.text };
  if (token?.kind === "number") return { kind: "number", text: token.text, integer: !token.text.includes(".") };
  if (token?.kind === "word" && (token.text === "true" || token.text === "false")) {
    return { kind: "bool", truth: token.text === "true" };
  }
  throw invalid(`expected a constant, found "${token?.text ?? "the end"}"`, token?.at ?? cursor.end);
}

const here = (cursor: Cursor): number => cursor.list[cursor.at]?.at ?? cursor.end;

function take(cursor: Cursor, kind: Token["kind"]): Token | undefined {
  const token = cursor.list[cursor.at];
  if (token?.kind !== kind) return undefined;
  cursor.at += 1;
  return token;
}

function takeWord(cursor: Cursor, word: string): boolean {
  const token = cursor.list[cursor.at];
  if (token?.kind !== "word" || token.text !== word) return false;
  cursor.at += 1;
  return true;
}

function expect(cursor: Cursor, kind: Token["kind"]): Token {
  const token = take(cursor, kind);
  if (token === undefined) {
    const found = cursor.list[cursor.at]?.text ?? "the end";
    throw invalid(
      `expected ${kind === "path" ? "a variable (__name__:value)" : `"${kind}"`}, found "${found}"`,
      here(cursor),
    );
  }
  return token;
}

export function conditionVariables(condition: Condition): readonly string[] {
  if (condition.kind === "and" || condition.kind === "or") return condition.parts.flatMap(conditionVariables);
  return [condition.variable];
}
