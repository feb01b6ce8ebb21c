/** Atoms the index does not answer: prepared once, evaluated at most once per event. */
import type { Json, JsonObject } from "@cordon/model/json";
import { type ElementTest, elementHolds, fieldsHold } from "../element.ts";
import { fold } from "../fold.ts";
import { type Anchor, anchored, literalOf, type Pattern } from "../pattern.ts";
import { REGEX_SUBJECT_MAX } from "../regex.ts";
import type { Test } from "../rule.ts";
import { elementsOf, someLeaf, textOf } from "../scalar.ts";
import { globMatches, globUnits } from "../text-match.ts";
import { type Atom, KEYWORDS } from "./atom.ts";

/** What an atom may ask of the event at hand. */
export interface Values {
  readonly value: (field: number) => Json | undefined;
  /** The folded text of a field that holds one text. */
  readonly folded: (field: number, text: string) => string;
  readonly raw: () => JsonObject;
}

type FastTest =
  | { readonly kind: "place"; readonly anchor: Anchor; readonly text: string; readonly cased: boolean }
  | { readonly kind: "glob"; readonly units: Int32Array; readonly cased: boolean }
  | { readonly kind: "element"; readonly test: ElementTest }
  | { readonly kind: "null" }
  | { readonly kind: "present" }
  | { readonly kind: "exists"; readonly wanted: boolean }
  | { readonly kind: "field"; readonly other: number; readonly test: Extract<Test, { readonly kind: "field" }> };

export interface LazyAtom {
  readonly field: number;
  /** All tests are whole folded texts: one look-up answers them. */
  readonly equals: ReadonlySet<string> | undefined;
  readonly tests: readonly FastTest[];
  /** Some test is a regular expression: it sees only the beginning of very long texts. */
  readonly cuts: boolean;
  /** Some test compares folded text. */
  readonly folds: boolean;
  /** Some test looks at the field as a whole (null, present, exists, another field). */
  readonly looksAtWhole: boolean;
}

export function prepareAtom(atom: Atom, fieldNumber: (name: string) => number): LazyAtom {
  const tests = atom.tests.map((test) => prepare(test, fieldNumber));
  const whole = tests.flatMap((test) =>
    test.kind === "place" && test.anchor === "equals" && !test.cased ? [test.text] : [],
  );
  return {
    field: atom.field,
    equals: whole.length === tests.length ? new Set(whole) : undefined,
    tests,
    cuts: tests.some((test) => test.kind === "element" && test.test.kind === "regex"),
    folds: tests.some((test) => (test.kind === "place" || test.kind === "glob") && !test.cased),
    looksAtWhole: tests.some(
      ({ kind }) => kind === "null" || kind === "present" || kind === "exists" || kind === "field",
    ),
  };
}

function prepare(test: Test, fieldNumber: (name: string) => number): FastTest {
  switch (test.kind) {
    case "text":
      return preparePattern(test.pattern);
    case "null":
    case "present":
      return { kind: test.kind };
    case "exists":
      return { kind: "exists", wanted: test.wanted };
    case "field":
      return { kind: "field", other: fieldNumber(test.other), test };
    default:
      return { kind: "element", test };
  }
}

/** Texts that folding leaves as they are, and that nothing else folds to. */
export const UNCASED = /^[\x00-@[-`{-\x7f]*$/;

function preparePattern(pattern: Pattern): FastTest {
  const { anchor, inner } = anchored(pattern);
  const text = literalOf(inner);
  if (text === undefined) return { kind: "glob", units: globUnits(pattern), cased: pattern.cased };
  // Nothing folds to these units but themselves: the text can be looked at as it is.
  return { kind: "place", anchor, text, cased: pattern.cased || (anchor !== "equals" && UNCASED.test(text)) };
}

export function atomHolds(atom: LazyAtom, values: Values): boolean {
  if (atom.field === KEYWORDS)
    return someLeaf(values.raw(), (text, leaf) => elementMeets(atom, elementOf(atom, text, leaf)));
  const value = values.value(atom.field);
  if (atom.looksAtWhole) for (const test of atom.tests) if (wholeHolds(test, value, values)) return true;
  if (value === undefined || value === null) return false;
  if (typeof value === "string") {
    const folded = atom.folds ? values.folded(atom.field, value) : value;
    return elementMeets(atom, { text: value, folded, element: value });
  }
  for (const element of elementsOf(value)) {
    const text = textOf(element);
    if (text !== undefined && elementMeets(atom, elementOf(atom, text, element))) return true;
  }
  return false;
}

const elementOf = ({ folds }: LazyAtom, text: string, element: Json): Element => ({
  text,
  folded: folds ? fold(text) : text,
  element,
});

/** Whether some text that the atom's regular expressions look at is longer than they may see. */
export function seesCutText(atom: LazyAtom, values: Values): boolean {
  if (!atom.cuts) return false;
  const cut = (text: string): boolean => text.length > REGEX_SUBJECT_MAX;
  if (atom.field === KEYWORDS) return someLeaf(values.raw(), cut);
  const value = values.value(atom.field);
  if (typeof value === "string") return cut(value);
  return Array.isArray(value) && elementsOf(value).some((element) => cut(textOf(element) ?? ""));
}

/** Tests that look at the field as a whole. */
function wholeHolds(test: FastTest, value: Json | undefined, values: Values): boolean {
  switch (test.kind) {
    case "null":
      return value === undefined || value === null || (Array.isArray(value) && elementsOf(value).includes(null));
    case "present":
      return value !== undefined && elementsOf(value).some((element) => element !== null);
    case "exists":
      return (value !== undefined) === test.wanted;
    case "field":
      return fieldsHold(value, values.value(test.other), test.test);
    default:
      return false;
  }
}

/** One element (or leaf) against the tests that look at single elements. */
export function elementMeets(atom: LazyAtom, element: Element): boolean {
  const { text, folded } = element;
  if (atom.equals !== undefined) return atom.equals.has(folded);
  for (const test of atom.tests) {
    if (test.kind === "place" ? placed(test, test.cased ? text : folded) : textMeets(test, element)) return true;
  }
  return false;
}

export interface Element {
  readonly text: string;
  readonly folded: string;
  readonly element: Json;
}

function textMeets(test: FastTest, { text, folded, element }: Element): boolean {
  if (test.kind === "glob") return globMatches(test.units, test.cased ? text : folded);
  if (test.kind !== "element") return false;
  if (test.test.kind === "regex" && !test.test.regex.mayMatch(text)) return false;
  return elementHolds(test.test, element);
}

function placed({ anchor, text }: { readonly anchor: Anchor; readonly text: string }, subject: string): boolean {
  switch (anchor) {
    case "equals":
      return subject === text;
    case "prefix":
      return subject.startsWith(text);
    case "suffix":
      return subject.endsWith(text);
    case "contains":
      return subject.includes(text);
  }
}
