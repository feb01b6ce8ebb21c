/**
 * Text of a pattern -> tokens, as the lexer rules of the STIX 2.1 grammar give them: the longest token wins, keywords are
 * upper case, object types alone may hold hyphens.
 *
 * T1. Every character belongs to a token, white space or a comment; anything else is an error that names its place.
 * T2. Time is linear in the text.
 */
import type { Literal } from "./pattern.ts";
import { PatternError, placeOf } from "./pattern.ts";

export type Token =
  | {
      readonly kind: "name";
      readonly text: string;
      readonly hyphen: boolean;
      readonly at: number;
      readonly end: number;
    }
  | { readonly kind: "word"; readonly text: Keyword; readonly at: number; readonly end: number }
  | { readonly kind: "sign"; readonly text: string; readonly at: number; readonly end: number }
  | {
      readonly kind: "literal";
      readonly text: string;
      readonly value: Literal;
      /** Integers without a fraction: what an index and REPEATS take. */
      readonly whole: boolean;
      readonly at: number;
      readonly end: number;
    }
  | { readonly kind: "end"; readonly text: string; readonly at: number; readonly end: number };

export const KEYWORDS = [
  ...["AND", "OR", "NOT", "FOLLOWEDBY", "LIKE", "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS", "LAST", "IN", "START"],
  ...["STOP", "SECONDS", "WITHIN", "REPEATS", "TIMES"],
] as const;
export type Keyword = (typeof KEYWORDS)[number];

/** Feeds write thousands of values into one pattern; more than this is no pattern any more. */
const PATTERN_LENGTH_MAX = 262_144;

const SPACE = /[ \t\r\n\u000b\u000c\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/y;
const LINE_COMMENT = /\/\/[^\r\n]*/y;
const NAME = /[a-zA-Z_][a-zA-Z0-9_-]*/y;
const NUMBER = /[+-]?(?:[0-9]*\.[0-9]+|0|[1-9][0-9]*)/y;
const SIGN = /==|!=|<>|<=|>=|[=<>:.,()[\]*]/y;
const TEXT = /'[^'\\]*(?:\\['\\][^'\\]*)*'/y;
const TIME = /^(\d{4})-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?Z$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;

export function tokensOf(text: string): readonly Token[] {
  if (text.length > PATTERN_LENGTH_MAX) {
    throw new PatternError("pattern-too-large", `${text.length} characters (at most ${PATTERN_LENGTH_MAX})`, FIRST);
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const next = skipped(text, at);
    if (next > at) {
      at = next;
      continue;
    }
    const token = prefixed(text, at) ?? plain(text, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: "end", text: "the end of the pattern", at, end: at });
  return tokens;
}

const FIRST = { line: 1, column: 1 };

function skipped(text: string, at: number): number {
  const space = endOf(SPACE, text, at);
  if (space !== undefined) return space;
  if (text.startsWith("/*", at)) {
    const close = text.indexOf("*/", at + 2);
    if (close < 0) fail(text, at, "this comment has no end");
    return close + 2;
  }
  return endOf(LINE_COMMENT, text, at) ?? at;
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function fail(text: string, at: number, reason: string): never {
  throw new PatternError("pattern-syntax", reason, placeOf(text, at));
}

/** `t'..'`, `h'..'`, `b'..'`: no grammar rule lets a name stand before a text, so the letter always means a literal. */
function prefixed(text: string, at: number): Token | undefined {
  const letter = text[at] ?? "";
  if (text[at + 1] !== "'" || !"thb".includes(letter)) return undefined;
  const close = text.indexOf("'", at + 2);
  if (close < 0) fail(text, at, "this literal has no closing quote");
  const body = text.slice(at + 2, close);
  const value = letter === "t" ? timeOf(body) : letter === "h" ? hexOf(body) : base64Of(body);
  if (value === undefined) fail(text, at, `${text.slice(at, Math.min(close + 1, at + 80))} is not ${WANTED[letter]}`);
  return { kind: "literal", text: text.slice(at, close + 1), value, whole: false, at, end: close + 1 };
}

const WANTED: Readonly<Record<string, string>> = {
  t: "a timestamp like t'2026-11-21T20:24:00Z'",
  h: "pairs of hex digits like h'ffd8'",
  b: "Base64 like b'dGVzdA=='",
};

/** Milliseconds; finer digits are dropped, as our events have none. */
export function readTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  if (midnight.getUTCDate() !== day) return Number.NaN;
  const fraction = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction;
}

function timeOf(body: string): Literal | undefined {
  const ms = readTime(body);
  return ms === undefined ? undefined : { kind: "time", ms };
}

function hexOf(body: string): Literal | undefined {
  const bytes = bytesOfHex(body);
  return bytes === undefined ? undefined : { kind: "binary", bytes };
}

export function bytesOfHex(text: string): string | undefined {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return undefined;
  let bytes = "";
  for (let i = 0; i < text.length; i += 2) bytes += String.fromCharCode(Number.parseInt(text.slice(i, i + 2), 16));
  return bytes;
}

function base64Of(body: string): Literal | undefined {
  const bytes = BASE64.test(body) ? bytesOfBase64(body) : undefined;
  return bytes === undefined ? undefined : { kind: "binary", bytes };
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function bytesOfBase64(text: string): string | undefined {
  let bytes = "";
  let held = 0;
  let bits = 0;
  for (const digit of text.replace(/=+$/, "")) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 0xff);
  }
  return bytes;
}

function plain(text: string, at: number): Token {
  const name = endOf(NAME, text, at);
  if (name !== undefined) return wordOf(text.slice(at, name), at, name);
  if (text[at] === "'") return textAt(text, at);
  const number = endOf(NUMBER, text, at);
  if (number !== undefined) return numberOf(text.slice(at, number), at, number);
  const sign = endOf(SIGN, text, at);
  if (sign !== undefined) return { kind: "sign", text: text.slice(at, sign), at, end: sign };
  return fail(text, at, `${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} has no meaning here`);
}

function wordOf(text: string, at: number, end: number): Token {
  if (text === "true" || text === "false") {
    return { kind: "literal", text, value: { kind: "boolean", boolean: text === "true" }, whole: false, at, end };
  }
  const keyword = KEYWORDS.find((known) => known === text);
  return keyword === undefined
    ? { kind: "name", text, hyphen: text.includes("-"), at, end }
    : { kind: "word", text: keyword, at, end };
}

function numberOf(text: string, at: number, end: number): Token {
  const whole = !text.includes(".");
  return { kind: "literal", text, value: { kind: "number", number: Number(text) }, whole, at, end };
}

function textAt(text: string, at: number): Token {
  const end = endOf(TEXT, text, at);
  if (end === undefined) {
    const stray = strayBackslash(text, at);
    if (stray === undefined) return fail(text, at, "this text has no closing quote");
    return fail(
      text,
      stray,
      "in a text, a backslash is written \\\\ and a quote \\' (nothing else follows a backslash)",
    );
  }
  const value: Literal = { kind: "string", text: text.slice(at + 1, end - 1).replace(/\\(['\\])/g, "$1") };
  return { kind: "literal", text: text.slice(at, end), value, whole: false, at, end };
}

function strayBackslash(text: string, at: number): number | undefined {
  for (let i = at + 1; i < text.length && text[i] !== "'"; i += 1) {
    if (text[i] !== "\\") continue;
    if (text[i + 1] !== "'" && text[i + 1] !== "\\") return i;
    i += 1;
  }
  return undefined;
}
