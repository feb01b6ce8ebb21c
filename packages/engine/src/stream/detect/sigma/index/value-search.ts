/** A search of one text by an index: what stands in it is told at once, or kept as a list. */
import type { Json } from "@cordon/model/json";
import { elementsOf, textOf } from "../scalar.ts";
import type { FieldIndex } from "./field-index.ts";
import type { Hits } from "./hits.ts";
import type { Known } from "./value-memo.ts";

export type Mark = (refs: ArrayLike<number>, count: number) => void;

/** Wakes the rules from one place of the list to another. */
export type Wake = (rules: Int32Array, from: number, end: number) => void;

/** The event at hand, as a matcher asks for it. */
export interface EventSource {
  /** Tells everything that stands in the event; before anything else is asked. */
  scan(): void;
  /** Undefined = the event has no such field. */
  value(field: number): Json | undefined;
  /** What is remembered of the field's value, if it is one text that was met before. */
  knownOf(field: number): Known | undefined;
}

export const NOTHING: readonly number[] = [];

export class ValueSearch {
  readonly #hits: Hits;
  readonly #mark: Mark;

  constructor(indexes: ReadonlyMap<number, FieldIndex>, mark: Mark) {
    let most = 0;
    for (const { hitsMax } of indexes.values()) most = Math.max(most, hitsMax);
    this.#hits = { refs: new Int32Array(most), count: 0 };
    this.#mark = mark;
  }

  /** What stands in the text; nothing is marked. */
  refsIn(index: FieldIndex, text: string): readonly number[] {
    const hits = this.#emptied();
    index.scan(text, hits);
    return hits.count === 0 ? NOTHING : Array.from(hits.refs.subarray(0, hits.count));
  }

  mark(index: FieldIndex, text: string): void {
    const hits = this.#emptied();
    index.scan(text, hits);
    this.#mark(hits.refs, hits.count);
  }

  /** Texts joined with `BETWEEN`, which comes first, too. */
  markJoined(index: FieldIndex, joined: string): void {
    const hits = this.#emptied();
    index.scanJoined(joined, hits);
    this.#mark(hits.refs, hits.count);
  }

  /** The literals of the index that were found otherwise. */
  markFound(index: FieldIndex, numbers: Int32Array, count: number): void {
    const hits = this.#emptied();
    index.spellOut(numbers, count, hits);
    this.#mark(hits.refs, hits.count);
  }

  refsFound(index: FieldIndex, numbers: Int32Array, count: number): readonly number[] {
    const hits = this.#emptied();
    index.spellOut(numbers, count, hits);
    return Array.from(hits.refs.subarray(0, hits.count));
  }

  #emptied(): Hits {
    this.#hits.count = 0;
    return this.#hits;
  }
}

/** Calls `visit` with the text of a value, or of each element of a list. */
export function eachText(value: Json | undefined, visit: (text: string) => void): void {
  if (typeof value === "string") visit(value);
  else if (typeof value === "number" || typeof value === "boolean") visit(String(value));
  else if (Array.isArray(value)) {
    for (const element of elementsOf(value)) {
      const text = textOf(element);
      if (text !== undefined) visit(text);
    }
  }
}
