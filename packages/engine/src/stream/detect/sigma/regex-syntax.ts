/**
 * The shape of a regular expression, as far as it tells what a matching text must hold. Not a matcher.
 *
 * S1. What is not understood gives no tree: then nothing is required of a text.
 * S2. Flags do not change the shape; letters are kept as written, and who compares must fold when the pattern ignores case.
 */

export type Shape =
  | { readonly kind: "text"; readonly text: string }
  /** One character out of few. */
  | { readonly kind: "choice"; readonly of: readonly string[] }
  /** Some character; with `within`, one of these (ASCII). */
  | { readonly kind: "any"; readonly within?: string }
  /** A place: the beginning, the end, a word's edge. */
  | { readonly kind: "place" }
  | { readonly kind: "row"; readonly of: readonly Shape[] }
  | { readonly kind: "branches"; readonly of: readonly Shape[] }
  | { readonly kind: "repeat"; readonly of: Shape; readonly least: number; readonly once: boolean };

/** A class of more characters than this is as good as any. */
const CHOICE_MAX = 4;
/** Nesting beyond this is not looked into. */
const DEPTH_MAX = 32;

const ASCII: readonly string[] = Array.from({ length: 128 }, (_, unit) => String.fromCharCode(unit));
const ANY: Shape = { kind: "any" };
const PLACE: Shape = { kind: "place" };

interface Reader {
  readonly source: string;
  at: number;
  depth: number;
}

export function shapeOf(source: string): Shape | undefined {
  const reader: Reader = { source, at: 0, depth: 0 };
  const shape = readBranches(reader);
  return reader.at === source.length ? shape : undefined;
}

const peek = ({ source, at }: Reader): string => source.charAt(at);

function readBranches(reader: Reader): Shape | undefined {
  reader.depth += 1;
  if (reader.depth > DEPTH_MAX) return undefined;
  const branches: Shape[] = [];
  for (;;) {
    const row = readRow(reader);
    if (row === undefined) return undefined;
    branches.push(row);
    if (peek(reader) !== "|") break;
    reader.at += 1;
  }
  reader.depth -= 1;
  const [only] = branches;
  return branches.length === 1 ? only : { kind: "branches", of: branches };
}

function readRow(reader: Reader): Shape | undefined {
  const of: Shape[] = [];
  while (reader.at < reader.source.length && peek(reader) !== "|" && peek(reader) !== ")") {
    const piece = readPiece(reader);
    if (piece === undefined) return undefined;
    of.push(readRepeat(reader, piece));
  }
  return { kind: "row", of };
}

function readPiece(reader: Reader): Shape | undefined {
  const unit = peek(reader);
  reader.at += 1;
  if (unit === "\\") return readEscape(reader);
  if (unit === "[") return readClass(reader);
  if (unit === "(") return readGroup(reader);
  if (unit === ".") return ANY;
  if (unit === "^" || unit === "$") return PLACE;
  if (unit === "*" || unit === "+" || unit === "?") return undefined;
  if (unit < "\ud800" || unit > "\udfff") return { kind: "text", text: unit };
  // A surrogate pair is one character to what follows it; half of it must not become a literal.
  if (unit <= "\udbff" && /^[\udc00-\udfff]$/.test(peek(reader))) reader.at += 1;
  return ANY;
}

const CONTROL: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v" };

function readEscape(reader: Reader): Shape | undefined {
  const unit = peek(reader);
  reader.at += 1;
  if (/^[!-/:-@[-`{-~]$/.test(unit)) return { kind: "text", text: unit };
  if (Object.hasOwn(CONTROL, unit)) return { kind: "text", text: CONTROL[unit] ?? "" };
  if (/^[dDwWsS]$/.test(unit)) return ANY;
  return /^[bBAz]$/.test(unit) ? PLACE : undefined;
}

function readClass(reader: Reader): Shape | undefined {
  const { source } = reader;
  const start = reader.at;
  if (peek(reader) === "^") reader.at += 1;
  if (peek(reader) === "]") reader.at += 1;
  while (reader.at < source.length) {
    const unit = peek(reader);
    if (unit === "]") {
      const inner = source.slice(start, reader.at);
      reader.at += 1;
      return choiceOf(inner);
    }
    if (source.startsWith("[:", reader.at)) return undefined;
    reader.at += unit === "\\" ? 2 : 1;
  }
  return undefined;
}

/** Only plain characters and ranges of ASCII: an escape or a negation may be anything. */
function choiceOf(inner: string): Shape {
  if (/^(?:[a-zA-Z0-9]-[a-zA-Z0-9]|[a-zA-Z0-9_+/=])+$/.test(inner) && inner.includes("-")) {
    const ranges = inner.match(/.-.|./g) ?? [];
    const holds = (unit: string): boolean => ranges.some((range) => range.charAt(0) <= unit && unit <= range.slice(-1));
    return { kind: "any", within: ASCII.filter(holds).join("") };
  }
  const plain = inner !== "" && inner.length <= CHOICE_MAX && /^[\x20-\x7e]+$/.test(inner) && !/[\\^[-]/.test(inner);
  return plain ? { kind: "choice", of: [...new Set(inner)] } : ANY;
}

/** `(..)`, `(?:..)`, `(?P<name>..)`, `(?i:..)`, and `(?i)`, which holds nothing. */
function readGroup(reader: Reader): Shape | undefined {
  const head = /^\?(?:P?<\w+>|[imsU-]*[:)])/.exec(reader.source.slice(reader.at, reader.at + 64));
  if (head === null && peek(reader) === "?") return undefined;
  reader.at += head?.[0].length ?? 0;
  if (head?.[0].endsWith(")") === true) return PLACE;
  const inner = readBranches(reader);
  if (inner === undefined || peek(reader) !== ")") return undefined;
  reader.at += 1;
  return inner;
}

/** Repeats follow one another only as a lazy mark; the syntax refuses more. */
function readRepeat(reader: Reader, of: Shape): Shape {
  const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(reader.source.slice(reader.at, reader.at + 24));
  if (match === null) return of;
  reader.at += match[0].length;
  if (match[1] === undefined) return { kind: "repeat", of, least: match[0].startsWith("+") ? 1 : 0, once: false };
  const least = Number(match[1]);
  return { kind: "repeat", of, least, once: least === 1 && (match[2] === undefined || match[3] === "1") };
}
