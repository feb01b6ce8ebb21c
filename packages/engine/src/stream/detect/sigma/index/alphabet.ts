/**
 * Compressed alphabet: characters that occur in literals get a class each, all others class 0. Folding is part of the table,
 * so the scan reads the text as it is. ASCII and the three long dashes of `windash` are in it; other literals go another way.
 */
import { fold, foldUnit } from "../fold.ts";
import { DASHES } from "../pattern.ts";

export interface Alphabet {
  /** Class of every UTF-16 unit, both cases of a letter alike. */
  readonly classOf: Uint8Array;
  readonly width: number;
}

const LONG_DASHES: ReadonlySet<string> = new Set(DASHES.filter((dash) => dash > "\x7f"));

/** All units that fold to another unit of ASCII: the capitals, and the Kelvin sign, which folds to `k`. */
const FOLDS_TO_ASCII = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ", "\u212a"];

/** Can the automata hold this literal? */
export function isPlain(text: string): boolean {
  for (const unit of text) if (unit > "\x7f" && !LONG_DASHES.has(unit)) return false;
  return true;
}

export function alphabetOf(literals: Iterable<string>): Alphabet {
  const classOf = new Uint8Array(65_536);
  let width = 1;
  for (const text of literals) {
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (classOf[unit] !== 0) continue;
      classOf[unit] = width;
      width += 1;
    }
  }
  for (const unit of FOLDS_TO_ASCII) classOf[unit.charCodeAt(0)] = classOf[foldUnit(unit).charCodeAt(0)] ?? 0;
  return { classOf, width };
}

export const classesOf = (alphabet: Alphabet, text: string): number[] =>
  Array.from(fold(text).split(""), (unit) => alphabet.classOf[unit.charCodeAt(0)] ?? 0);
