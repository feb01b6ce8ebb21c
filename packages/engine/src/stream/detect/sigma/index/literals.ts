/**
 * Literals of a test: texts of which at least one must be met (in its place) by an element for the test to hold.
 * `exact` literals are the test itself; the others only open the gate to it.
 */
import { fold } from "../fold.ts";
import { type Anchor, anchored, dashSpellings, literalOf, type Pattern } from "../pattern.ts";
import type { Test } from "../rule.ts";
import type { Atom } from "./atom.ts";

export interface Literal {
  readonly anchor: Anchor;
  /** Folded. */
  readonly text: string;
  readonly exact: boolean;
  /** Values with units beyond ASCII may match without it (case-insensitive regex). */
  readonly asciiOnly: boolean;
}

/** Two dashes give 25 spellings; more are gated by the longest piece between them. */
const SPELLINGS_MAX = 25;

/** Undefined when some test of the atom has no literal: the atom cannot witness anything. */
export function literalsOf(atom: Atom): readonly Literal[] | undefined {
  const all: Literal[] = [];
  for (const test of atom.tests) {
    const literals = literalsOfTest(test);
    if (literals === undefined) return undefined;
    all.push(...literals);
  }
  return all;
}

function literalsOfTest(test: Test): readonly Literal[] | undefined {
  if (test.kind === "text") return literalsOfPattern(test.pattern);
  if (test.kind !== "regex" || test.regex.required === undefined) return undefined;
  const asciiOnly = test.regex.ignoreCase;
  return test.regex.required.map((text) => ({ anchor: "contains", text, exact: false, asciiOnly }));
}

function literalsOfPattern(pattern: Pattern): readonly Literal[] | undefined {
  const { anchor, inner } = anchored(pattern);
  const plain = literalOf(inner);
  const texts = plain === undefined ? dashSpellings(inner, SPELLINGS_MAX) : [plain];
  if (texts === undefined) return longestPiece(pattern);
  if (anchor !== "equals" && texts.includes("")) return undefined;
  // A cased pattern is gated by its folded text and then tested exactly.
  return texts.map((text) => ({ anchor, text: foldGate(text, pattern), exact: !pattern.cased, asciiOnly: false }));
}

const foldGate = (text: string, pattern: Pattern): string => (pattern.cased ? fold(text) : text);

function longestPiece({ tokens, cased }: Pattern): readonly Literal[] | undefined {
  let best = -1;
  let length = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "text" || token.text.length <= length) continue;
    best = i;
    length = token.text.length;
  }
  const token = tokens[best];
  if (token?.kind !== "text") return undefined;
  const anchor: Anchor = best === 0 ? "prefix" : best === tokens.length - 1 ? "suffix" : "contains";
  return [{ anchor, text: cased ? fold(token.text) : token.text, exact: false, asciiOnly: false }];
}
