/**
 * Which fields made a rule hold, for the detection: the true items on the positive side of the condition.
 * Runs once per hit; what holds is known from matching.
 */
import type { MatchedField } from "@cordon/model/detection";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type FieldHit, type FieldView, pointerTo, readField } from "@cordon/model/view";
import { fold } from "./fold.ts";
import { KEYWORDS } from "./index/atom.ts";
import { BETWEEN } from "./index/field-index.ts";
import { elementMeets, type LazyAtom, prepareAtom, UNCASED } from "./index/lazy-atom.ts";
import { evaluate, type Subject } from "./naive.ts";
import type { Expr, Item, SigmaRule } from "./rule.ts";
import { elementsOf, LEAF_DEPTH_MAX, textOf } from "./scalar.ts";

/** Enough to see why; the explanation on demand shows all. */
export const MATCHED_FIELDS_MAX = 16;
export const MATCHED_VALUE_LENGTH_MAX = 256;

/** Answers for the event at hand; the index has them from matching (`Matcher`). */
interface Answers {
  readonly itemHolds: (item: Item) => boolean;
  /** The first leaf that meets an item of keywords, where that is known without a search. */
  readonly leafOf?: (item: Item) => KeywordLeaf | undefined;
}

export interface KeywordLeaf {
  readonly path: readonly string[];
  readonly value: Json;
}

export interface MatchReader {
  /** An event is one subject, for all of its rules, and no other event has that subject. */
  readonly matchedFields: (rule: SigmaRule, subject: Subject, answers: Answers) => readonly MatchedField[];
}

/** Prepared items are kept as long as their rules live. */
export function makeMatchReader(): MatchReader {
  const prepared = new WeakMap<Item, Prepared>();
  const prepare = (item: Item): Prepared => {
    const known = prepared.get(item);
    if (known !== undefined) return known;
    const made = prepareItem(item);
    prepared.set(item, made);
    return made;
  };
  const read = makeReadOnce();
  const leavesOnce = makeLeavesOnce();
  // One for all events: what is made for each hit lives long enough to be copied, and hits come by the thousand.
  const reading: Reading = {
    subject: NOTHING,
    answers: NEVER,
    leaves: () => leavesOnce(reading.subject),
    read: (name) => read(reading.subject, name),
    prepare,
  };
  const holds = (item: Item): boolean => reading.answers.itemHolds(item);
  return {
    matchedFields: (rule, subject, answers) => {
      reading.subject = subject;
      reading.answers = answers;
      const found: MatchedField[] = [];
      collect({ expr: rule.condition, selection: "" }, holds, (item, selection) => {
        if (found.some((hit) => hit.field === (item.field ?? "") && hit.selection === selection)) return true;
        const hit = matchedField(item, reading);
        if (hit !== undefined) found.push({ selection, ...hit });
        return found.length < MATCHED_FIELDS_MAX;
      });
      return found;
    },
  };
}

const NOTHING: Subject = { view: { id: "", roots: [], alias: {}, derived: {} }, raw: {} };
const NEVER: Answers = { itemHolds: () => false };

/** Rules that hit the same event ask for the same fields: they are looked up once. The event is told by its subject. */
function makeReadOnce(): (subject: Subject, name: string) => FieldHit | undefined {
  let event: Subject | undefined;
  // Plain lists, used again for each event: few names, and nothing to be made anew.
  const names: string[] = [];
  const hits: (FieldHit | undefined)[] = [];
  let count = 0;
  const pointers = new Map<string, string>();
  return (subject, name) => {
    const { view, raw } = subject;
    if (event !== subject) count = 0;
    event = subject;
    for (let i = 0; i < count; i += 1) if (names[i] === name) return hits[i];
    const hit = ownField(view, raw, { name, pointers }) ?? readField(view, raw, name);
    if (count < NAMES_MAX) {
      names[count] = name;
      hits[count] = hit;
      count += 1;
    }
    return hit;
  };
}

/** Names kept of one event: hits of one event ask for a handful. */
const NAMES_MAX = 64;

interface Named {
  readonly name: string;
  readonly pointers: Map<string, string>;
}

/** What `readField` looks at first, for events whose own keys are the fields. */
function ownField({ roots }: FieldView, raw: JsonObject, { name, pointers }: Named): FieldHit | undefined {
  if (roots[0]?.length !== 0 || !Object.hasOwn(raw, name)) return undefined;
  const value = raw[name];
  if (value === undefined) return undefined;
  let pointer = pointers.get(name);
  if (pointer === undefined) {
    pointer = pointerTo("", name);
    if (pointers.size < POINTERS_MAX) pointers.set(name, pointer);
  }
  return { value, pointer };
}

/** Names come from rules, so there are few. */
const POINTERS_MAX = 4_096;

/** The leaves of an event as keywords see them, in their order. */
interface Leaves {
  readonly raw: JsonObject;
  readonly texts: string[];
  /** All of them folded, with `BETWEEN` behind each: one search of it takes the place of a search in every leaf. */
  joined: string | undefined;
}

/** Rules of keywords that hit the same event look at the same leaves: they are walked and folded once. */
function makeLeavesOnce(): (subject: Subject) => Leaves {
  let event: Subject | undefined;
  let leaves: Leaves = { raw: {}, texts: [], joined: undefined };
  return (subject) => {
    if (event === subject) return leaves;
    event = subject;
    leaves = { raw: subject.raw, texts: [], joined: undefined };
    addTexts(subject.raw, leaves.texts, 0);
    return leaves;
  };
}

function addTexts(value: Json & object, into: string[], depth: number): void {
  if (depth >= LEAF_DEPTH_MAX) return;
  for (const key in value) {
    const member = memberOf(value, key);
    const text = textOf(member);
    if (text !== undefined) into.push(text);
    else if (member !== null && typeof member === "object") addTexts(member, into, depth + 1);
  }
}

const memberOf = (value: Json & object, key: string): Json => (value as JsonObject)[key] ?? null;

interface Leaf {
  readonly pointer: string;
  readonly value: Json;
}

type IsWanted = (text: string, value: Json) => boolean;

/** The first leaf that is wanted, in the order of `addTexts`. */
function findLeaf(value: Json & object, within: string, isWanted: IsWanted, depth = 0): Leaf | undefined {
  if (depth >= LEAF_DEPTH_MAX) return undefined;
  for (const key in value) {
    const member = memberOf(value, key);
    const text = textOf(member);
    if (text !== undefined) {
      if (isWanted(text, member)) return { pointer: pointerTo(within, key), value: member };
    } else if (member !== null && typeof member === "object") {
      const found = findLeaf(member, pointerTo(within, key), isWanted, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Wants the first leaf that holds one of the texts; undefined = there is none. Folding keeps every offset (fold.ts, F1). */
function firstWith(wanted: readonly string[], leaves: Leaves): IsWanted | undefined {
  leaves.joined ??= fold(leaves.texts.join(BETWEEN)) + BETWEEN;
  let first = leaves.joined.length;
  for (const text of wanted) {
    const at = leaves.joined.indexOf(text);
    if (at >= 0 && at < first) first = at;
  }
  if (first === leaves.joined.length) return undefined;
  let end = 0;
  return (text) => {
    end += text.length + BETWEEN.length;
    return first < end;
  };
}

interface Reading {
  subject: Subject;
  answers: Answers;
  readonly leaves: () => Leaves;
  readonly read: (name: string) => FieldHit | undefined;
  readonly prepare: (item: Item) => Prepared;
}

interface Prepared {
  readonly atoms: readonly LazyAtom[];
  /** All that is asked is whether one of these folded texts stands somewhere; undefined = more than that. */
  readonly texts: readonly string[] | undefined;
}

/** Single elements are asked only, so other fields need no numbers. */
function prepareItem({ field, link, tests }: Item): Prepared {
  const sets = link === "all" ? tests.map((test) => [test]) : [tests];
  const atoms = sets.map((set) => prepareAtom({ field: field === undefined ? KEYWORDS : 0, tests: set }, () => 0));
  const all = atoms.flatMap((atom) => atom.tests);
  const texts = all.flatMap(textWithin);
  return { atoms, texts: texts.length === all.length ? texts : undefined };
}

function textWithin(test: LazyAtom["tests"][number]): readonly string[] {
  if (test.kind !== "place" || test.anchor !== "contains" || test.text.includes(BETWEEN)) return [];
  return test.cased && !UNCASED.test(test.text) ? [] : [test.text];
}

interface Place {
  readonly expr: Expr;
  readonly selection: string;
}

/** Visits true items outside of any `not`, of an expression that holds; stops when `visit` says so. */
function collect(
  { expr, selection }: Place,
  truth: Answers["itemHolds"],
  visit: (item: Item, selection: string) => boolean,
): boolean {
  switch (expr.kind) {
    case "not":
      return true;
    case "item":
      return visit(expr, selection);
    case "selection":
      return collect({ expr: expr.of, selection: expr.name }, truth, visit);
    case "and":
      return expr.of.every((child) => collect({ expr: child, selection }, truth, visit));
    default:
      return expr.of.every((child) => !evaluate(child, truth) || collect({ expr: child, selection }, truth, visit));
  }
}

function matchedField(
  item: Item,
  { leaves, read, prepare, answers }: Reading,
): Omit<MatchedField, "selection"> | undefined {
  const known = item.field === undefined ? answers.leafOf?.(item) : undefined;
  if (known !== undefined)
    return { field: "", pointer: known.path.reduce(pointerTo, ""), value: shortened(known.value) };
  const { atoms, texts } = prepare(item);
  const meets = (text: string, element: Json): boolean =>
    atoms.some((atom) => elementMeets(atom, { text, folded: fold(text), element }));
  if (item.field === undefined) {
    const all = leaves();
    const isWanted = texts === undefined ? meets : firstWith(texts, all);
    const leaf = isWanted && findLeaf(all.raw, "", isWanted);
    return leaf && { field: "", pointer: leaf.pointer, value: shortened(leaf.value) };
  }
  const hit = read(item.field);
  if (hit === undefined) return undefined;
  const met = (element: Json): boolean => {
    const text = textOf(element);
    return text !== undefined && meets(text, element);
  };
  const element = Array.isArray(hit.value) ? (elementsOf(hit.value).find(met) ?? hit.value) : hit.value;
  return { field: item.field, pointer: hit.pointer, value: shortened(element) };
}

/** A copy: the event may be one that shows others later (`Shape.raw`). */
function shortened(value: Json): Json {
  if (typeof value === "string") return cut(value);
  if (Array.isArray(value) || isJsonObject(value)) {
    const text = JSON.stringify(value);
    return text.length > MATCHED_VALUE_LENGTH_MAX ? cut(text) : (JSON.parse(text) as Json);
  }
  return value;
}

const cut = (text: string): string =>
  text.length > MATCHED_VALUE_LENGTH_MAX ? `${text.slice(0, MATCHED_VALUE_LENGTH_MAX - 1)}…` : text;
