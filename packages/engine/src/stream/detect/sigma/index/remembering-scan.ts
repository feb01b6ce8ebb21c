/**
 * Scans of values, remembered: a field's own value by its index, and for keywords every leaf of the event.
 *
 * Enters: a value and the index that wants it. Leaves: refs, told to `mark`; the same ones whether remembered or scanned.
 */
import { isJsonObject, type Json } from "@cordon/model/json";
import { elementsOf, LEAF_DEPTH_MAX, textOf } from "../scalar.ts";
import type { FieldIndex } from "./field-index.ts";
import type { Hits } from "./hits.ts";
import { KeySequence } from "./key-sequence.ts";
import { type Known, ValueMemo } from "./value-memo.ts";

interface Place {
  readonly shelf: number;
  readonly depth: number;
}

/** Numbers keys in the order in which they are first seen. */
function shelfPerKey(): (key: string) => number {
  const shelves = new Map<string, number>();
  return (key) => {
    const known = shelves.get(key);
    if (known !== undefined || shelves.size >= KEYS_MAX) return known ?? KEYS_OTHER;
    shelves.set(key, shelves.size + 1);
    return shelves.size;
  };
}

export type Mark = (refs: Int32Array, count: number) => void;

/** Keys whose values are remembered apart; all others share one shelf. */
const KEYS_MAX = 512;
const KEYS_OTHER = 0;
/** Scanning a shorter text for keywords is as fast as looking it up. */
const LEAF_LENGTH_MIN = 20;

export class RememberingScan {
  readonly #hits: Hits;
  readonly #mark: Mark;
  readonly #fieldMemo: ValueMemo;
  readonly #leafMemo = new ValueMemo(KEYS_MAX + 1);
  readonly #shelves = new KeySequence(shelfPerKey());

  constructor(indexes: Iterable<FieldIndex>, fields: number, mark: Mark) {
    let most = 0;
    for (const { hitsMax } of indexes) most = Math.max(most, hitsMax);
    this.#hits = { refs: new Int32Array(most), count: 0 };
    this.#fieldMemo = new ValueMemo(fields);
    this.#mark = mark;
  }

  /** What is known of the value, when it is one text that is remembered. */
  field(index: FieldIndex, field: number, value: Json | undefined): Known | undefined {
    if (typeof value === "string") return this.#remembered(index, field, value);
    if (typeof value === "number" || typeof value === "boolean") this.#scan(index, String(value));
    else if (Array.isArray(value)) {
      for (const element of elementsOf(value)) {
        const text = textOf(element);
        if (text !== undefined) this.#scan(index, text);
      }
    }
    return undefined;
  }

  /** Every leaf with a text, as `someLeaf` finds them. Values of one key are remembered together. */
  leaves(index: FieldIndex, value: Json): void {
    this.#shelves.restart();
    this.#leaves(index, value, { shelf: KEYS_OTHER, depth: 0 });
  }

  #leaves(index: FieldIndex, value: Json, at: Place): void {
    if (typeof value === "string") {
      this.#leaf(index, at.shelf, value);
      return;
    }
    if (typeof value !== "object") this.#scan(index, String(value));
    if (at.depth >= LEAF_DEPTH_MAX) return;
    const depth = at.depth + 1;
    if (Array.isArray(value)) for (const member of value) this.#leaves(index, member, { shelf: at.shelf, depth });
    else if (isJsonObject(value)) {
      for (const key in value) {
        const member = value[key];
        if (typeof member === "string") this.#leaf(index, this.#shelves.of(key), member);
        else if (member !== undefined) this.#leaves(index, member, { shelf: this.#shelves.of(key), depth });
      }
    }
  }

  #leaf(index: FieldIndex, shelf: number, text: string): void {
    const memo = this.#leafMemo;
    if (text.length < LEAF_LENGTH_MIN || !memo.wants(shelf, text)) {
      this.#scan(index, text);
      return;
    }
    const known = memo.find(shelf, text);
    if (known !== undefined) this.#mark(known.refs, known.refs.length);
    else {
      this.#scan(index, text);
      memo.keep(shelf, text, this.#found());
    }
  }

  #remembered(index: FieldIndex, field: number, text: string): Known | undefined {
    const memo = this.#fieldMemo;
    if (!memo.wants(field, text)) {
      this.#scan(index, text);
      return undefined;
    }
    const known = memo.find(field, text);
    if (known !== undefined) {
      this.#mark(known.refs, known.refs.length);
      return known;
    }
    this.#scan(index, text);
    return memo.keep(field, text, this.#found());
  }

  #scan(index: FieldIndex, text: string): void {
    const hits = this.#hits;
    hits.count = 0;
    index.scan(text, hits);
    this.#mark(hits.refs, hits.count);
  }

  #found = (): Int32Array => (this.#hits.count === 0 ? NOTHING : this.#hits.refs.slice(0, this.#hits.count));
}

const NOTHING = new Int32Array(0);
