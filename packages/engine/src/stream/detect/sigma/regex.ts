/**
 * Regular expressions of rules: re2js only (linear time), never the native engine.
 * `required` are literals of which at least one stands in every text that matches, folded: the gate in front of the regex.
 */
import { messageOf } from "@cordon/model/error";
import { RE2JS } from "re2js";
import { fold, isAscii } from "./fold.ts";
import { RuleRefusal, type YamlPath } from "./refusal.ts";
import { type Requirement, type Run, requiredLiterals, requirementOf } from "./regex-literals.ts";

export interface Regex {
  readonly source: string;
  /** Sorted letters out of `ims`. */
  readonly flags: string;
  readonly required: readonly string[] | undefined;
  readonly ignoreCase: boolean;
  readonly test: (subject: string) => boolean;
  /** False only for subjects that cannot match: far cheaper than the test, and enough for nearly all of them. */
  readonly mayMatch: (subject: string) => boolean;
}

/** Longest pattern seen in the wild is below 700 characters; more is a mistake or an attack. */
const PATTERN_LENGTH_MAX = 2_048;
/** Longest text a pattern is run on: long enough for script blocks, short enough to keep one event cheap. */
export const REGEX_SUBJECT_MAX = 65_536;

export function compileRegex(source: string, flags: string, at: YamlPath): Regex {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw new RuleRefusal(
      "regex-too-large",
      `pattern of ${source.length} characters (at most ${PATTERN_LENGTH_MAX})`,
      at,
    );
  }
  const compiled = compile(flags === "" ? source : `(?${flags})${source}`, at);
  const requirement = requirementOf(source);
  const runs = requirement.run === undefined ? undefined : runSearch(requirement.run);
  const ignoreCase = flags.includes("i") || /\(\?[a-zA-Z]*i/.test(source);
  return {
    source,
    flags,
    ignoreCase,
    required: requiredLiterals(requirement),
    test: (subject) => testOn(compiled, subject),
    mayMatch: (subject) =>
      mayMatch(requirement, ignoreCase, subject) && (runs === undefined || ignoreCase || runs(subject)),
  };
}

function compile(pattern: string, at: YamlPath): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = messageOf(error);
    const code = /repeat count|too large|too deep|size/i.test(reason) ? "regex-too-large" : "regex-unsupported";
    throw new RuleRefusal(code, `${reason} (linear-time syntax: no look-around, no back-references)`, at);
  }
}

function testOn(compiled: RE2JS, subject: string): boolean {
  return compiled.test(subject.length > REGEX_SUBJECT_MAX ? subject.slice(0, REGEX_SUBJECT_MAX) : subject);
}

function mayMatch({ clauses, least }: Requirement, ignoreCase: boolean, subject: string): boolean {
  if (subject.length < least) return false;
  if (clauses.length === 0) return true;
  if (ignoreCase && !isAscii(subject)) return true;
  const text = ignoreCase ? fold(subject) : subject;
  return clauses.every((clause) => clause.some((literal) => text.includes(ignoreCase ? fold(literal) : literal)));
}

/** Whether a text has such a run: looks at every `least`th unit, and around it only where that is of the class. */
function runSearch({ within, least }: Run): (subject: string) => boolean {
  const units = new Uint8Array(128);
  for (const unit of within) units[unit.charCodeAt(0)] = 1;
  return (subject) => {
    for (let at = least - 1; at < subject.length; ) {
      let start = at;
      while (start > at - least && units[subject.charCodeAt(start)] === 1) start -= 1;
      if (start === at - least) return true;
      at = start + least;
    }
    return false;
  };
}
