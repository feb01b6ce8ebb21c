/**
 * Which fields made a rule hold, for the detection: the true items on the positive side of the condition.
 * Runs once per hit, on the prepared tests of the index (the reference would be too slow on long texts).
 */
import type { MatchedField } from "@cordon/model/detection";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type FieldHit, type FieldView, pointerTo, readField } from "@cordon/model/view";
import { fold } from "./fold.ts";
import { KEYWORDS } from "./index/atom.ts";
import { atomHolds, elementMeets, type LazyAtom, prepareAtom } from "./index/lazy-atom.ts";
import { evaluate, type Subject } from "./naive.ts";
import type { Expr, Item, SigmaRule } from "./rule.ts";
import { elementsOf, textOf } from "./scalar.ts";

/** Enough to see why; the explanation on demand shows all. */
export const MATCHED_FIELDS_MAX = 16;
export const MATCHED_VALUE_LENGTH_MAX = 256;
const LEAF_DEPTH_MAX = 64;

interface PreparedItem {
  readonly names: readonly string[];
  readonly atoms: readonly LazyAtom[];
}

export interface MatchReader {
  readonly matchedFields: (rule: SigmaRule, subject: Subject) => readonly MatchedField[];
}

/** Prepared items are kept as long as their rules live. */
export function makeMatchReader(): MatchReader {
  const prepared = new WeakMap<Item, PreparedItem>();
  const prepare = (item: Item): PreparedItem => {
    const known = prepared.get(item);
    if (known !== undefined) return known;
    const made = prepareItem(item);
    prepared.set(item, made);
    return made;
  };
  const readOnce = makeReadOnce();
  return {
    matchedFields: (rule, { view, raw }) => {
      const subject = { view, raw, read: readOnce(view, raw) };
      const truths = new Map<Item, boolean>();
      const truth = (item: Item): boolean => {
        const known = truths.get(item);
        if (known !== undefined) return known;
        const holds = preparedHolds(prepare(item), item, subject);
        truths.set(item, holds);
        return holds;
      };
      const found: MatchedField[] = [];
      collect({ expr: rule.condition, selection: "" }, truth, (item, selection) => {
        if (found.some((hit) => hit.field === (item.field ?? "") && hit.selection === selection)) return true;
        const hit = matchedField(item, prepare(item), subject);
        if (hit !== undefined) found.push({ selection, ...hit });
        return found.length < MATCHED_FIELDS_MAX;
      });
      return found;
    },
  };
}

type Read = (name: string) => FieldHit | undefined;

/** Rules that hit the same event ask for the same fields: they are looked up once. */
function makeReadOnce(): (view: FieldView, raw: JsonObject) => Read {
  let event: JsonObject | undefined;
  let under: FieldView | undefined;
  const known = new Map<string, FieldHit | undefined>();
  return (view, raw) => {
    if (event !== raw || under !== view) known.clear();
    [event, under] = [raw, view];
    return (name) => {
      const before = known.get(name);
      if (before !== undefined || known.has(name)) return before;
      const hit = readField(view, raw, name);
      known.set(name, hit);
      return hit;
    };
  };
}

interface Reading extends Subject {
  readonly read: Read;
}

function prepareItem(item: Item): PreparedItem {
  const names: string[] = item.field === undefined ? [] : [item.field];
  const numberOf = (name: string): number => {
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  };
  const field = item.field === undefined ? KEYWORDS : 0;
  const sets = item.link === "all" ? item.tests.map((test) => [test]) : [item.tests];
  return { atoms: sets.map((tests) => prepareAtom({ field, tests }, numberOf)), names };
}

function preparedHolds({ names, atoms }: PreparedItem, item: Item, { read, raw }: Reading): boolean {
  const values = {
    value: (field: number) => read(names[field] ?? "")?.value,
    folded: (_: number, text: string) => fold(text),
    raw: () => raw,
  };
  return item.link === "all"
    ? atoms.every((atom) => atomHolds(atom, values))
    : atoms.some((atom) => atomHolds(atom, values));
}

interface Place {
  readonly expr: Expr;
  readonly selection: string;
}

/** Visits true items outside of any `not`; stops when `visit` says so. */
function collect(
  { expr, selection }: Place,
  truth: (item: Item) => boolean,
  visit: (item: Item, selection: string) => boolean,
): boolean {
  if (expr.kind === "not") return true;
  if (!evaluate(expr, truth)) return true;
  if (expr.kind === "item") return visit(expr, selection);
  if (expr.kind === "selection") return collect({ expr: expr.of, selection: expr.name }, truth, visit);
  return expr.of.every((child) => collect({ expr: child, selection }, truth, visit));
}

function matchedField(
  item: Item,
  { atoms }: PreparedItem,
  { read, raw }: Reading,
): Omit<MatchedField, "selection"> | undefined {
  const meets = (leaf: Json): boolean => {
    const text = textOf(leaf);
    return text !== undefined && atoms.some((atom) => elementMeets(atom, { text, folded: fold(text), element: leaf }));
  };
  if (item.field === undefined) {
    const leaf = findLeaf(raw, "", meets, 0);
    return leaf === undefined ? undefined : { field: "", ...leaf };
  }
  const hit = read(item.field);
  if (hit === undefined) return undefined;
  const element = Array.isArray(hit.value) ? (elementsOf(hit.value).find(meets) ?? hit.value) : hit.value;
  return { field: item.field, pointer: hit.pointer, value: shortened(element) };
}

interface Leaf {
  readonly pointer: string;
  readonly value: Json;
}

function findLeaf(value: Json, pointer: string, meets: (leaf: Json) => boolean, depth: number): Leaf | undefined {
  if (value === null || typeof value !== "object")
    return meets(value) ? { pointer, value: shortened(value) } : undefined;
  if (depth >= LEAF_DEPTH_MAX) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = findLeaf(member, pointerTo(pointer, key), meets, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shortened(value: Json): Json {
  if (typeof value === "string") return cut(value);
  if (Array.isArray(value) || isJsonObject(value)) {
    const text = JSON.stringify(value);
    return text.length > MATCHED_VALUE_LENGTH_MAX ? cut(text) : value;
  }
  return value;
}

const cut = (text: string): string =>
  text.length > MATCHED_VALUE_LENGTH_MAX ? `${text.slice(0, MATCHED_VALUE_LENGTH_MAX - 1)}…` : text;
