/**
 * What a text must hold for a regular expression to match it, read conservatively: what is not understood gives nothing.
 *
 * R1. Every text that the pattern matches holds, of each clause, at least one literal; folded on both sides when the pattern
 *     ignores case. (Then matching reaches beyond our fold for texts beyond ASCII: these are not judged by clauses.)
 * R2. Every text that the pattern matches holds a run of units as `run` says, unless the pattern ignores case.
 * R3. No text shorter than `least` units matches.
 */
import { fold } from "./fold.ts";
import { type Shape, shapeOf } from "./regex-syntax.ts";

export interface Requirement {
  /** In each of these, one literal stands in the text. The most telling come first. */
  readonly clauses: readonly (readonly string[])[];
  readonly least: number;
  readonly run?: Run;
}

/** So many units one after the other, each of `within`. */
export interface Run {
  readonly within: string;
  readonly least: number;
}

/** Shorter literals are met by nearly every text and would gate nothing. */
const LITERAL_LENGTH_MIN = 3;
/** More alternatives than this gate badly and cost memory. */
const ALTERNATIVES_MAX = 64;
/** Texts that a piece may be in full, while they are joined with their neighbours. */
const EXACT_MAX = 16;
const EXACT_LENGTH_MAX = 256;
/** Checking more clauses costs more than the few texts they would still turn away. */
const CLAUSES_MAX = 6;
/** Numbers of repetitions multiply; a text cannot be that long anyway. */
const LEAST_MAX = 1 << 20;

/** Shorter runs are met in any text. */
const RUN_MIN = 12;

const NOTHING: Requirement = { clauses: [], least: 0 };

export function requirementOf(source: string): Requirement {
  const shape = shapeOf(source);
  if (shape === undefined) return NOTHING;
  const { exact, clauses, least, run } = look(shape);
  const all = withExact(clauses, exact).filter((clause) => clause.length <= ALTERNATIVES_MAX);
  const different = new Map(all.map((clause) => [clause.join("\n"), clause]));
  return {
    clauses: [...different.values()].sort(byWorth).slice(0, CLAUSES_MAX),
    least,
    ...(run !== undefined && run.least >= RUN_MIN && { run }),
  };
}

/** The literals for the index, folded; undefined when there are none worth having. */
export function requiredLiterals({ clauses }: Requirement): readonly string[] | undefined {
  const best = clauses.find((clause) => shortest(clause) >= LITERAL_LENGTH_MIN);
  return best === undefined ? undefined : [...new Set(best.map(fold))];
}

interface Look {
  /** All texts that the piece may be; undefined = too many or unknown. */
  readonly exact: readonly string[] | undefined;
  /** What a repeated piece begins with, and what it ends with. */
  readonly edge?: readonly string[];
  readonly clauses: readonly (readonly string[])[];
  readonly least: number;
  readonly run?: Run;
}

function look(shape: Shape): Look {
  switch (shape.kind) {
    case "text":
      return { exact: [shape.text], clauses: [], least: shape.text.length };
    case "choice":
      return { exact: shape.of, clauses: [], least: 1 };
    case "any":
      return { exact: undefined, clauses: [], least: 1 };
    case "place":
      return { exact: undefined, clauses: [], least: 0 };
    case "row":
      return lookAtRow(shape.of.map(look));
    case "branches":
      return lookAtBranches(shape.of.map(look));
    case "repeat":
      return lookAtRepeat(look(shape.of), { ...shape, within: classOf(shape.of) });
  }
}

function lookAtRow(parts: readonly Look[]): Look {
  let run: readonly string[] = [""];
  let whole = true;
  const clauses: (readonly string[])[] = [];
  const flush = (): void => {
    if (shortest(run) > 0) clauses.push(run);
    run = [""];
  };
  for (const part of parts) {
    const joined = part.exact === undefined ? undefined : product(run, part.exact);
    if (joined !== undefined) {
      run = joined;
      continue;
    }
    whole = false;
    run = (part.edge && product(run, part.edge)) ?? run;
    flush();
    clauses.push(...part.clauses);
    run = part.exact ?? part.edge ?? [""];
  }
  const least = parts.reduce((sum, part) => Math.min(LEAST_MAX, sum + part.least), 0);
  if (whole) return { exact: run, clauses: [], least };
  flush();
  const longest = parts.flatMap((part) => part.run ?? []).sort((a, b) => b.least - a.least)[0];
  return { exact: undefined, clauses, least, ...(longest !== undefined && { run: longest }) };
}

function lookAtBranches(branches: readonly Look[]): Look {
  const least = branches.reduce((min, branch) => Math.min(min, branch.least), LEAST_MAX);
  const exact = branches.every((branch) => branch.exact !== undefined)
    ? [...new Set(branches.flatMap((branch) => branch.exact ?? []))]
    : undefined;
  if (exact !== undefined && exact.length <= EXACT_MAX) return { exact, clauses: [], least };
  const best = branches.map((branch) => [...withExact(branch.clauses, branch.exact)].sort(byWorth)[0]);
  const clause = best.every((one) => one !== undefined) ? [...new Set(best.flatMap((one) => one ?? []))] : undefined;
  return { exact: undefined, clauses: clause === undefined ? [] : [clause], least };
}

/** Set where the shape is one character of a class and nothing else. */
function classOf(shape: Shape): string | undefined {
  if (shape.kind === "row" && shape.of.length === 1) return shape.of[0] && classOf(shape.of[0]);
  return shape.kind === "any" ? shape.within : undefined;
}

interface Repeat {
  readonly least: number;
  readonly once: boolean;
  readonly within: string | undefined;
}

function lookAtRepeat(of: Look, { least, once, within }: Repeat): Look {
  if (once) return of;
  const clauses = least === 0 ? [] : withExact(of.clauses, of.exact);
  const edge = least === 0 || of.exact === undefined ? {} : { edge: of.exact };
  const repeated = within === undefined ? of.run : { within, least };
  const run = least === 0 || repeated === undefined ? {} : { run: repeated };
  return { exact: undefined, ...edge, clauses, least: Math.min(LEAST_MAX, of.least * least), ...run };
}

function product(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length * right.length > EXACT_MAX) return undefined;
  const all = [...new Set(left.flatMap((head) => right.map((tail) => head + tail)))];
  return all.some((text) => text.length > EXACT_LENGTH_MAX) ? undefined : all;
}

function withExact(
  clauses: readonly (readonly string[])[],
  exact: readonly string[] | undefined,
): (readonly string[])[] {
  return exact === undefined || shortest(exact) === 0 ? [...clauses] : [...clauses, exact];
}

const shortest = (texts: readonly string[]): number =>
  texts.reduce((least, text) => Math.min(least, text.length), Number.MAX_SAFE_INTEGER);

/** Long literals first; of the same length, fewer. */
function byWorth(left: readonly string[], right: readonly string[]): number {
  const worth = (clause: readonly string[]): number => Math.min(12, shortest(clause)) - Math.log2(clause.length) / 2;
  return worth(right) - worth(left);
}
