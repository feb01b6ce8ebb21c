/** LIKE: `%` is any run, `_` one character, everything else itself. Whole value. Time is linear in the value per piece. */
import { type Form, inForm, nfc, withHive } from "./forms.ts";

export type Like = (text: string, form: Form) => boolean;

export function compileLike(source: string): Like {
  const made = new Map<Form, (text: string) => boolean>();
  return (text, form) => {
    let like = made.get(form);
    if (like === undefined) {
      like = compileIn(source, form);
      made.set(form, like);
    }
    return like(formed(text, form));
  };
}

/** A pattern for an address is no address: only what does not change the shape of a text is applied. */
function formed(text: string, form: Form): string {
  return form === "exact" || form === "address" ? nfc(text) : inForm(text, form);
}

function compileIn(source: string, form: Form): (text: string) => boolean {
  const text = form === "registry" ? inForm(withHive(source), "folded") : formed(source, form);
  const pieces = text.split("%");
  const [first = ""] = pieces;
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return (value) => standsAt(first, value, 0) === value.length;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  return (value) => {
    const start = standsAt(first, value, 0);
    if (start < 0) return false;
    let at = start;
    for (const piece of middle) {
      at = endOfNext(piece, value, at);
      if (at < 0) return false;
    }
    return endsWith(last, value, at);
  };
}

/** Where the piece ends when it stands at `at`; -1 when it does not. A `_` takes a whole surrogate pair. */
function standsAt(piece: string, value: string, at: number): number {
  if (!piece.includes("_")) return value.startsWith(piece, at) ? at + piece.length : -1;
  let place = at;
  for (let i = 0; i < piece.length; i += 1) {
    if (place >= value.length) return -1;
    if (piece[i] === "_") place += (value.codePointAt(place) ?? 0) > 0xffff ? 2 : 1;
    else if (piece.charCodeAt(i) === value.charCodeAt(place)) place += 1;
    else return -1;
  }
  return place;
}

function endOfNext(piece: string, value: string, from: number): number {
  if (!piece.includes("_")) {
    const found = value.indexOf(piece, from);
    return found < 0 ? -1 : found + piece.length;
  }
  for (let at = from; at < value.length; at += 1) {
    const end = standsAt(piece, value, at);
    if (end >= 0) return end;
  }
  return -1;
}

function endsWith(piece: string, value: string, from: number): boolean {
  if (!piece.includes("_")) return value.length - piece.length >= from && value.endsWith(piece);
  // A `_` takes one unit or two, so the piece may begin at several places.
  const latest = value.length - piece.length;
  for (let at = Math.max(from, latest - piece.length); at <= latest; at += 1) {
    if (standsAt(piece, value, at) === value.length) return true;
  }
  return false;
}
