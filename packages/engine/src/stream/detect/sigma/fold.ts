/**
 * The one case fold for rule literals and event text.
 *
 * F1. Each UTF-16 unit maps to exactly one unit: offsets stay, and no context (final sigma) or length change (U+0130) can hide a match.
 * F2. `fold(fold(x)) === fold(x)`, and folding a piece of a text gives the same piece of the folded text.
 */

const NON_ASCII = /[^\x00-\x7f]/;
/** The only units for which lower-casing a whole text differs from folding it unit by unit. */
const UNEVEN = /[\u0130\u03a3\u03c2\ud800-\udfff]/;

export const isAscii = (text: string): boolean => !NON_ASCII.test(text);

export function fold(text: string): string {
  return UNEVEN.test(text) ? foldUnits(text) : text.toLowerCase();
}

function foldUnits(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i += 1) out += foldUnit(text.charAt(i));
  return out;
}

/** Sigma at the end of a word: the same letter, whose capital does not tell which of the two it is. */
const FINAL_SIGMA = "\u03c2";
const SIGMA = "\u03c3";

/** Lower case of one unit; itself where that would take more than one. */
export function foldUnit(unit: string): string {
  if (unit === FINAL_SIGMA) return SIGMA;
  const lower = unit.toLowerCase();
  return lower.length === 1 ? lower : unit;
}
