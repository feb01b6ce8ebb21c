/**
 * Does a text match a pattern? Two ways on purpose: `globMatches` is the fast one (two pointers, one backtrack point),
 * `patternMatches` the reference (a set of positions, moved through the text). Tests hold them equal.
 * `?` takes one character: a surrogate pair counts as one.
 */
import { fold } from "./fold.ts";
import { isDash, type Pattern, type Token } from "./pattern.ts";

export function patternMatches(pattern: Pattern, text: string): boolean {
  const subject = pattern.cased ? text : fold(text);
  let positions: readonly number[] = [0];
  // After an ANY, every position from the first one on is reached.
  let open = false;
  for (const token of pattern.tokens) {
    if (token.kind === "any") open = true;
    else {
      positions = open ? advanceAnywhere(token, subject, positions[0] ?? 0) : advance(token, subject, positions);
      open = false;
      if (positions.length === 0) return false;
    }
  }
  return open || positions.includes(subject.length);
}

type Step = Exclude<Token, { readonly kind: "any" }>;

/** In ascending order: every step moves each position on, and none past another. */
function advance(token: Step, subject: string, positions: readonly number[]): readonly number[] {
  const next = positions.flatMap((at) => {
    if (token.kind === "text") return subject.startsWith(token.text, at) ? [at + token.text.length] : [];
    if (token.kind === "dash") return isDash(subject.charAt(at)) ? [at + 1] : [];
    return at < subject.length ? [at + characterLength(subject, at)] : [];
  });
  return [...new Set(next)];
}

function advanceAnywhere(token: Step, subject: string, first: number): readonly number[] {
  if (token.kind !== "text") {
    return advance(
      token,
      subject,
      Array.from({ length: subject.length - first }, (_, i) => first + i),
    );
  }
  const ends: number[] = [];
  for (let at = subject.indexOf(token.text, first); at >= 0; at = subject.indexOf(token.text, at + 1)) {
    ends.push(at + token.text.length);
  }
  return ends;
}

function characterLength(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  return point > 0xffff ? 2 : 1;
}

const ANY = -1;
const ONE = -2;
const DASH = -3;

/** A pattern as units, for `globMatches`. Negative numbers are wildcards. */
export function globUnits(pattern: Pattern): Int32Array {
  const units: number[] = [];
  for (const token of pattern.tokens) {
    if (token.kind === "text") for (let i = 0; i < token.text.length; i += 1) units.push(token.text.charCodeAt(i));
    else units.push(token.kind === "any" ? ANY : token.kind === "one" ? ONE : DASH);
  }
  return Int32Array.from(units);
}

/** `subject` must already be folded, unless the pattern is cased. Linear space; time at most |pattern| x |subject|. */
export function globMatches(units: Int32Array, subject: string): boolean {
  let at = 0;
  let pos = 0;
  let star = -1;
  let starAt = 0;
  while (at < subject.length) {
    const unit = pos < units.length ? (units[pos] ?? 0) : -4;
    const taken = unit === ANY ? 0 : unitTakes(unit, subject, at);
    if (unit === ANY) {
      star = pos;
      starAt = at;
      pos += 1;
    } else if (taken > 0) {
      at += taken;
      pos += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      pos = star + 1;
    } else return false;
  }
  while (pos < units.length && units[pos] === ANY) pos += 1;
  return pos === units.length;
}

function unitTakes(unit: number, subject: string, at: number): number {
  if (unit >= 0) return subject.charCodeAt(at) === unit ? 1 : 0;
  if (unit === ONE) return characterLength(subject, at);
  if (unit === DASH) return isDash(subject.charAt(at)) ? 1 : 0;
  return 0;
}
