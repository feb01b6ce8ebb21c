/**
 * What binary XML means once it is parsed: a tree of elements with holes (substitutions). A template is parsed once per
 * slot into this tree and then filled for every record that uses it.
 */
import type { JsonObject } from "@cordon/model/json";

export type Part = Element | Literal | Hole | Embedded;

export interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

/** Value number `index` of the instance goes here. The wire also says whether it is optional; null reads alike either way. */
export interface Hole {
  readonly kind: "hole";
  readonly index: number;
}

/** A template instance inside a template definition, or where an element's content stands: its own values, its own holes. */
export interface Embedded {
  readonly kind: "embedded";
  readonly instance: Instance;
}

export interface Attribute {
  readonly name: string;
  readonly parts: readonly Part[];
  /** The value is exactly this hole; -1 when it is anything else. */
  readonly hole: number;
}

/** Every field is always there, undefined or -1 where it does not apply: one shape keeps filling fast. */
export interface Element {
  readonly kind: "element";
  /** Key in the parent: the element's name, or the `Name` of a `Data` element. */
  readonly key: string;
  /** Where the `Name` of a `Data` element is itself a hole: the key is known only with the values. */
  readonly keyParts: readonly Part[] | undefined;
  /**
   * `field`: `Data` with a `Name`. `item`: `Data` without one, always in an array, in order, so that a single item looks
   * like many. `element`: everything else.
   */
  readonly role: "element" | "field" | "item";
  readonly attributes: readonly Attribute[];
  /** All attributes are literal: one object, shared by every record of the slot. */
  readonly fixedAttributes: JsonObject | undefined;
  readonly content: readonly Part[];
  /** The content is exactly this hole, the commonest case by far; -1 when it is anything else. */
  readonly hole: number;
  /** The content again, when it is nothing but elements whose keys cannot collide: they can be set without a look. */
  readonly distinct: readonly Element[] | undefined;
  /** Characters of keys and fixed attributes, counted against the output each time the element is written. */
  readonly cost: number;
}

/** A template with values: `starts[i]` is where value i lies, its descriptor (size u16, type u8) is at `descriptors + 4 i`. */
export interface Instance {
  readonly roots: readonly Part[];
  readonly descriptors: number;
  readonly starts: readonly number[];
  /** First byte after the last value. */
  readonly next: number;
}
