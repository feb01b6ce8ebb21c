/**
 * Does a text match a pattern? Two ways on purpose: `globMatches` is the fast one (two pointers, one backtrack point),
 * `patternMatches` the reference (a set of positions, moved through the text). Tests hold them equal.
 * `?` takes one character: a surrogate pair counts as one.
 */
import { fold } from "./fold.ts";
import { isDash, type Pattern, type Token } from "./pattern.ts";

export function patternMatches(pattern: Pattern, text: string): boolean {
  const subject = pattern.cased ? text : fold(text);
  const steps = pattern.tokens.flatMap((token): readonly Token[] =>
    token.kind === "text" ? [...token.text.split("").map((unit): Token => ({ kind: "text", text: unit }))] : [token],
  );
  let positions = new Set([0]);
  for (const step of steps) {
    const next = new Set<number>();
    for (const at of positions) for (const to of reach(step, subject, at)) next.add(to);
    positions = next;
  }
  return positions.has(subject.length);
}

function reach(step: Token, subject: string, at: number): readonly number[] {
  const unit = subject.charAt(at);
  switch (step.kind) {
    case "any":
      return Array.from({ length: subject.length - at + 1 }, (_, i) => at + i);
    case "text":
      return unit === step.text ? [at + 1] : [];
    case "dash":
      return isDash(unit) ? [at + 1] : [];
    case "one":
      return unit === "" ? [] : [at + characterLength(subject, at)];
  }
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
