/**
 * One JSON line, read without making objects of it. Enters: the bytes of a line. Leaves: its shape (what depends on keys only) and
 * a small integer for each value seen before (what is known of a value is looked up by that integer).
 *
 * T1. What a tape vouches for is exactly what `decodeJson` gives for the same bytes, without a remark. It may refuse anything.
 * T2. Everything is bounded: what is full is forgotten, and `generation` says so.
 * T3. Deterministic: what is kept depends on the lines only.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import type { ByteSearch } from "./byte-search.ts";

/** Same keys in the same order and nesting, same kinds of values: what depends on keys only is the same for all events of a shape. */
export interface Shape {
  /** Small, stable within a generation. */
  readonly number: number;
  /** In the order of the event; leaf numbers are indexes into it. */
  readonly leaves: readonly Leaf[];
  /**
   * The event last read, as an object: own enumerable accessors, nested plain objects of such; equal to what `decodeJson` gives.
   * One object per shape: it shows another event after the next `read`, so never keep it.
   */
  readonly raw: JsonObject;
}

/** `list`: an array, whole, whatever is in it. The value of a `number` that no double holds is its text, as in `decodeJson`. */
export type LeafKind = "text" | "number" | "true" | "false" | "null" | "list";

export interface Leaf {
  readonly path: readonly string[];
  readonly kind: LeafKind;
}

/** Texts that are not remembered, unescaped UTF-8 in the order of the leaves, a NUL byte before and behind each (one between two). */
export interface Loose {
  readonly view: DataView;
  readonly start: number;
  /** Behind the last NUL byte; the same as `start` where no text is loose. */
  readonly end: number;
  readonly ascii: boolean;
}

export interface Tape {
  /** Reads the bytes of one JSON object (line feed or white space around it allowed). False: not vouched for, nothing else of the tape may be asked. */
  read(bytes: Uint8Array): boolean;
  readonly shape: Shape;
  /**
   * >= 0: number of the value: same number = same path and same value, until `generation` changes (then all that is kept by number
   * is void). -1: value not remembered. -2: true, false, null: the shape says it.
   */
  id(leaf: number): number;
  readonly generation: number;
  /** Remembered values are decoded once. */
  value(leaf: number): Json;
  /** The texts of all leaves of kind text or number with id -1. */
  readonly loose: Loose;
  /** Where the text of such a leaf begins and ends in `loose.view`. */
  looseFrom(leaf: number): number;
  looseEnd(leaf: number): number;
  looseIsAscii(leaf: number): boolean;
  /** Where the loose texts may be searched as bytes. */
  readonly search: ByteSearch | undefined;
  /** While set, numbers of leaves whose values are read through `shape.raw` are noted here (once each is not guaranteed; true, false and null are not noted). */
  reads: number[] | undefined;
}
