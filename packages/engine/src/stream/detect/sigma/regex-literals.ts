/**
 * Literals that a regular expression cannot match without, read conservatively: what is not understood gives nothing.
 *
 * R1. Every text that the pattern matches holds, when both are folded, at least one of the returned literals.
 * R2. Nothing is taken from groups, optional parts, classes or escapes that are not plain punctuation.
 *     (Case-insensitive matching reaches beyond the fold for non-ASCII text: the index does not gate such values.)
 */
import { fold } from "./fold.ts";

/** Shorter literals are met by nearly every text and would gate nothing. */
const LITERAL_LENGTH_MIN = 3;
/** More alternatives than this gate badly and cost memory. */
const BRANCHES_MAX = 64;

interface Reader {
  readonly text: string;
  at: number;
}

export function requiredLiterals(source: string): readonly string[] | undefined {
  const branches: string[] = [];
  const reader: Reader = { text: source, at: 0 };
  for (;;) {
    const best = readBranch(reader);
    if (best === undefined || best.length < LITERAL_LENGTH_MIN) return undefined;
    branches.push(best);
    if (reader.at >= source.length) return [...new Set(branches)];
    if (branches.length >= BRANCHES_MAX) return undefined;
    reader.at += 1; // the bar
  }
}

/** Longest run of plain characters up to the next top-level bar; undefined when the syntax is not understood. */
function readBranch(reader: Reader): string | undefined {
  let best = "";
  let run = "";
  const flush = (): void => {
    const folded = fold(run);
    if (folded.length > best.length) best = folded;
    run = "";
  };
  while (reader.at < reader.text.length && reader.text.charAt(reader.at) !== "|") {
    const piece = readPiece(reader);
    if (piece === undefined) return undefined;
    const repeat = readRepeat(reader);
    if (piece === "" || repeat === "may-vanish") {
      flush();
    } else {
      run += piece;
      if (repeat === "at-least-once") flush();
    }
  }
  flush();
  return best;
}

/** One character to be matched literally, `""` for anything else that was understood, undefined otherwise. */
function readPiece(reader: Reader): string | undefined {
  const unit = reader.text.charAt(reader.at);
  reader.at += 1;
  if (unit === "\\") return readEscape(reader);
  if (unit === "[") return skipClass(reader);
  if (unit === "(") return skipGroup(reader);
  if (unit === ")") return undefined;
  if (".^$".includes(unit)) return "";
  if ("*+?{".includes(unit)) return unit === "{" ? "" : undefined;
  // A surrogate pair is one character to a quantifier; half of it must not stay in the run.
  return unit >= "\ud800" && unit <= "\udfff" ? "" : unit;
}

function readEscape(reader: Reader): string | undefined {
  const unit = reader.text.charAt(reader.at);
  reader.at += 1;
  if (/^[!-/:-@[-`{-~]$/.test(unit)) return unit;
  return "dDwWsSbBAztnrfva".includes(unit) && unit !== "" ? "" : undefined;
}

function skipClass(reader: Reader): string | undefined {
  const { text } = reader;
  if (text.charAt(reader.at) === "^") reader.at += 1;
  if (text.charAt(reader.at) === "]") reader.at += 1;
  while (reader.at < text.length) {
    const unit = text.charAt(reader.at);
    if (unit === "]") {
      reader.at += 1;
      return "";
    }
    if (text.startsWith("[:", reader.at)) return undefined;
    reader.at += unit === "\\" ? 2 : 1;
  }
  return undefined;
}

function skipGroup(reader: Reader): string | undefined {
  let depth = 1;
  while (reader.at < reader.text.length) {
    const unit = reader.text.charAt(reader.at);
    reader.at += 1;
    if (unit === "\\") {
      // `\Q` quotes brackets; nothing after it can be trusted.
      if (reader.text.charAt(reader.at) === "Q") return undefined;
      reader.at += 1;
    } else if (unit === "[") {
      if (skipClass(reader) === undefined) return undefined;
    } else if (unit === "(") depth += 1;
    else if (unit === ")") depth -= 1;
    if (depth === 0) return "";
  }
  return undefined;
}

type Repeat = "once" | "at-least-once" | "may-vanish";

function readRepeat(reader: Reader): Repeat {
  const rest = reader.text.slice(reader.at, reader.at + 16);
  const match = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?/.exec(rest);
  if (match === null) return "once";
  reader.at += match[0].length;
  if (rest.startsWith("+")) return "at-least-once";
  return match[1] !== undefined && Number(match[1]) > 0 ? "at-least-once" : "may-vanish";
}
