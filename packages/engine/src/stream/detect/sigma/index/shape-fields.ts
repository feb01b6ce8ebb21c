/**
 * Which field of the rules is which leaf of a shape. Names are resolved by `readField`, once per shape and view; that is enough
 * because it goes by keys, nesting and lists, which all events of a shape share, and by those leaves only that it reads.
 *
 * S1. For every event of the shape and every field the value is the one `readField` gives (tests hold them equal).
 */
import type { Json } from "@cordon/model/json";
import { type FieldView, readField } from "@cordon/model/view";
import type { Shape, Tape } from "../../../tape/tape.ts";
import type { FieldReader } from "./field-reader.ts";

export interface ShapeFields {
  readonly shape: Shape;
  readonly view: FieldView;
  /** Of each field its leaf; -1 = it is none. */
  readonly leafOf: Int32Array;
  /** Fields whose values the shape tells: constants of the view, and objects. */
  readonly fixed: ReadonlyMap<number, Json>;
  /** Fields made of what leaves say (part of a list of digests, joined names, what lies in a list). */
  readonly computed: readonly ComputedField[];
  /** Fields that every event of the shape has. */
  readonly present: readonly number[];
}

export interface ComputedField {
  readonly field: number;
  readonly name: string;
  /** The leaf that is read first, in every event of the shape. */
  readonly leaf: number;
}

interface Asked {
  readonly view: FieldView;
  readonly names: readonly string[];
  readonly reader: FieldReader;
}

/** Of the shape that the tape holds. */
export function fieldsOfShape(tape: Tape, { view, names, reader }: Asked): ShapeFields {
  const { shape } = tape;
  const leafOf = new Int32Array(names.length).fill(-1);
  const fixed = new Map<number, Json>();
  const computed: ComputedField[] = [];
  for (const field of reader.fieldsOf(shape.raw)) {
    const name = names[field] ?? "";
    const { value, reads } = readNoting(tape, view, name);
    const [leaf] = reads;
    if (leaf === undefined) {
      if (value !== undefined) fixed.set(field, value);
    } else if (reads.size > 1 || Object.hasOwn(view.derived, name) || !Object.is(value, tape.value(leaf))) {
      computed.push({ field, name, leaf });
    } else leafOf[field] = leaf;
  }
  const present = [...leafOf.keys()].filter((field) => (leafOf[field] ?? -1) >= 0 || fixed.has(field));
  return { shape, view, leafOf, fixed, computed, present };
}

/** The field of the event at hand, and the leaves that were read for it, in their order. */
export function readNoting(
  tape: Tape,
  view: FieldView,
  name: string,
): { readonly value: Json | undefined; readonly reads: ReadonlySet<number> } {
  const reads: number[] = [];
  tape.reads = reads;
  try {
    return { value: readField(view, tape.shape.raw, name)?.value, reads: new Set(reads) };
  } finally {
    tape.reads = undefined;
  }
}
