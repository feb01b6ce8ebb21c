/**
 * Sigma string values: text with wildcards, read once into tokens.
 *
 * P1. Modifiers add tokens; text is never pasted together, so a trailing backslash stays a backslash.
 * P2. Literal text of a pattern without `cased` is already folded.
 */
import { fold } from "./fold.ts";

export type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "one" }
  /** Any of the five dashes that command lines accept before an option (`windash`). */
  | { readonly kind: "dash" };

export interface Pattern {
  readonly tokens: readonly Token[];
  readonly cased: boolean;
}

/** Hyphen-minus, slash, en dash, em dash, horizontal bar. */
export const DASHES = ["-", "/", "\u2013", "\u2014", "\u2015"] as const;
const DASH_SET: ReadonlySet<string> = new Set(DASHES);
export const isDash = (unit: string): boolean => DASH_SET.has(unit);

const ANY: Token = { kind: "any" };
const ONE: Token = { kind: "one" };
const DASH: Token = { kind: "dash" };

/** `\*` and `\?` are literal, `\\` is one backslash, a backslash before anything else is itself. */
export function tokenise(value: string): readonly Token[] {
  const tokens: Token[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") tokens.push({ kind: "text", text });
    text = "";
  };
  for (let i = 0; i < value.length; i += 1) {
    const unit = value.charAt(i);
    const next = value.charAt(i + 1);
    if (unit === "\\" && (next === "*" || next === "?" || next === "\\")) {
      text += next;
      i += 1;
    } else if (unit === "*" || unit === "?") {
      flush();
      tokens.push(unit === "*" ? ANY : ONE);
    } else {
      text += unit;
    }
  }
  flush();
  return tokens;
}

/** Two ANY in a row mean one; ANY before ONE is moved behind it, so that equal patterns look equal. */
function tidy(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const last = out.at(-1);
    if (token.kind === "text" && token.text === "") continue;
    if (token.kind === "any" && last?.kind === "any") continue;
    if (token.kind === "one" && last?.kind === "any") out.splice(-1, 0, token);
    else if (token.kind === "text" && last?.kind === "text") {
      out[out.length - 1] = { kind: "text", text: last.text + token.text };
    } else out.push(token);
  }
  return out;
}

export function patternOf(tokens: readonly Token[], cased: boolean): Pattern {
  const folded = cased
    ? tokens
    : tokens.map((token) => (token.kind === "text" ? { ...token, text: fold(token.text) } : token));
  return { tokens: tidy(folded), cased };
}

export const withAnyBefore = (tokens: readonly Token[]): readonly Token[] => [ANY, ...tokens];
export const withAnyAfter = (tokens: readonly Token[]): readonly Token[] => [...tokens, ANY];

/** The literal text, when there is nothing but text. */
export function literalOf(tokens: readonly Token[]): string | undefined {
  let text = "";
  for (const token of tokens) {
    if (token.kind !== "text") return undefined;
    text += token.text;
  }
  return text;
}

const WORD = /[\p{L}\p{N}_]/u;

/** Dashes that begin a word (non-word or nothing before, a word character after) become DASH tokens. */
export function withDashes(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) => (token.kind === "text" ? splitDashes(token.text) : [token]));
}

function splitDashes(text: string): readonly Token[] {
  const out: Token[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (!isDash(text.charAt(i)) || WORD.test(text.charAt(i - 1)) || !WORD.test(text.charAt(i + 1))) continue;
    if (i > from) out.push({ kind: "text", text: text.slice(from, i) });
    out.push(DASH);
    from = i + 1;
  }
  if (from < text.length) out.push({ kind: "text", text: text.slice(from) });
  return out;
}

/** Five dashes to the power of five: the most spellings that are written out; beyond that the token stays a token. */
export const DASH_SPELLINGS_MAX = 3_125;

/** All spellings of a pattern of text and dashes; undefined when it holds wildcards or would give too many. */
export function dashSpellings(tokens: readonly Token[], max: number): readonly string[] | undefined {
  let spellings: readonly string[] = [""];
  for (const token of tokens) {
    if (token.kind === "any" || token.kind === "one") return undefined;
    const pieces: readonly string[] = token.kind === "text" ? [token.text] : DASHES;
    if (spellings.length * pieces.length > max) return undefined;
    spellings = spellings.flatMap((start) => pieces.map((piece) => start + piece));
  }
  return spellings;
}

/** How the pattern sits in the value, when its wildcards stand only at its ends. */
export type Anchor = "equals" | "prefix" | "suffix" | "contains";
export interface Anchored {
  readonly anchor: Anchor;
  /** What lies between the outer wildcards. */
  readonly inner: readonly Token[];
}

export function anchored(pattern: Pattern): Anchored {
  const { tokens } = pattern;
  const before = tokens[0]?.kind === "any";
  const after = tokens.length > (before ? 1 : 0) && tokens.at(-1)?.kind === "any";
  const inner = tokens.slice(before ? 1 : 0, after ? -1 : undefined);
  if (before && tokens.length === 1) return { anchor: "contains", inner: [] };
  return { anchor: before ? (after ? "contains" : "suffix") : after ? "prefix" : "equals", inner };
}
