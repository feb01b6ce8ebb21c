/** What one matcher does with the events of one shape under one view, worked out once. */
import type { FieldView } from "@cordon/model/view";
import type { Tape } from "../../../tape/tape.ts";
import { KEYWORDS } from "./atom.ts";
import type { FieldIndex } from "./field-index.ts";
import type { FieldReader } from "./field-reader.ts";
import type { IndexPlan } from "./plan.ts";
import { fieldsOfShape, type ShapeFields } from "./shape-fields.ts";
import { eachText, type ValueSearch } from "./value-search.ts";

/** How a leaf is searched; the same way is the same object, so that ways can be compared. */
export interface LeafSearch {
  /** Of the fields it feeds. */
  readonly indexes: readonly FieldIndex[];
  readonly isList: boolean;
}

export interface TapePlan {
  readonly fields: ShapeFields;
  /** Leaves that are searched, and how. */
  readonly leaves: Int32Array;
  readonly searches: readonly LeafSearch[];
  /** Rules that wake because fields are there. */
  readonly presence: Int32Array;
  /** What stands in the values that the shape tells. */
  readonly refs: readonly number[];
  /** Place of each computed field among the plan's. */
  readonly computedAt: ReadonlyMap<number, number>;
  /** The next plan of the same shape, for another view. */
  readonly next: TapePlan | undefined;
}

export interface PlanParts {
  readonly view: FieldView;
  readonly reader: FieldReader;
  readonly index: IndexPlan;
  readonly search: ValueSearch;
  /** All that were made so far, by what they are. */
  readonly searches: Map<string, LeafSearch>;
}

/** Of the shape that the tape holds. */
export function makeTapePlan(tape: Tape, parts: PlanParts, next: TapePlan | undefined): TapePlan {
  const { index, reader, view } = parts;
  const fields = fieldsOfShape(tape, { view, names: index.fields, reader });
  const fed = fedBy(fields);
  const { leaves } = fields.shape;
  const varying = [...leaves.keys()].filter((leaf) => isVarying(leaves[leaf]?.kind));
  const searched = varying.filter((leaf) => index.indexes.has(KEYWORDS) || indexesOf(fed[leaf], index).length > 0);
  return {
    fields,
    leaves: Int32Array.from(searched),
    searches: searched.map((leaf) => searchOf(fed[leaf] ?? [], leaves[leaf]?.kind === "list", parts)),
    presence: Int32Array.from(
      new Set(fields.present.flatMap((field) => (index.rulesOfField[field] ?? []).flatMap((rules) => [...rules]))),
    ),
    refs: refsOfShape(fields, parts),
    computedAt: new Map(fields.computed.map(({ field }, at) => [field, at])),
    next,
  };
}

const isVarying = (kind: string | undefined): boolean => kind === "text" || kind === "number" || kind === "list";

/** The fields that each leaf feeds. */
function fedBy({ leafOf, shape }: ShapeFields): readonly (readonly number[])[] {
  const fed = shape.leaves.map((): number[] => []);
  for (const [field, leaf] of leafOf.entries()) fed[leaf]?.push(field);
  return fed;
}

function indexesOf(fields: readonly number[] | undefined, { indexes }: IndexPlan): readonly FieldIndex[] {
  return (fields ?? []).flatMap((field) => indexes.get(field) ?? []);
}

function searchOf(fields: readonly number[], isList: boolean, { index, searches }: PlanParts): LeafSearch {
  const indexed = fields.filter((field) => index.indexes.has(field));
  const key = `${isList} ${indexed.join()}`;
  const known = searches.get(key) ?? { indexes: indexesOf(indexed, index), isList };
  searches.set(key, known);
  return known;
}

/** Of constants, true and false as fields, and of true and false as leaves that keywords are looked for in. */
function refsOfShape({ fixed, shape }: ShapeFields, { index, search }: PlanParts): readonly number[] {
  const refs: number[] = [];
  const add = (where: FieldIndex | undefined, text: string): void => {
    if (where !== undefined) refs.push(...search.refsIn(where, text));
  };
  for (const [field, value] of fixed) eachText(value, (text) => add(index.indexes.get(field), text));
  for (const { kind } of shape.leaves) {
    if (kind === "true" || kind === "false") add(index.indexes.get(KEYWORDS), kind);
  }
  return [...new Set(refs)];
}
