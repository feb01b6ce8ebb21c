/** `fold` as a table, unit by unit: the scans read the text as it is and allocate nothing. */
import { foldUnit } from "../fold.ts";

const UNITS = 65_536;

/** Folded unit of every UTF-16 unit. A constant of the language: the same for all indexes. */
export const FOLDED: Uint16Array = Uint16Array.from({ length: UNITS }, (_, unit) =>
  foldUnit(String.fromCharCode(unit)).charCodeAt(0),
);

/** Units of a folded text. */
export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i += 1) units[i] = text.charCodeAt(i);
  return units;
}
