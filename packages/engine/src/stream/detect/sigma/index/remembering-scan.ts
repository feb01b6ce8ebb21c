/**
 * Scans of an event's values: a field's own value by its index, remembered; and for keywords every leaf of the event.
 *
 * Enters: a value and the index that wants it. Leaves: refs, told to `mark`; the same ones whether remembered or scanned.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { elementsOf, LEAF_DEPTH_MAX, textOf } from "../scalar.ts";
import { BETWEEN, type FieldIndex } from "./field-index.ts";
import type { Hits } from "./hits.ts";
import { KeySequence } from "./key-sequence.ts";
import { type Known, ValueMemo } from "./value-memo.ts";

export type Mark = (refs: Int32Array, count: number) => void;

/** Leaves up to this length are searched for keywords in one go: one search of many texts is cheaper than many searches. */
const JOINED_LENGTH_MAX = 2_048;

/** Keys whose values are remembered for keywords; a source that invents keys must not fill the memory. */
const KEYS_MAX = 512;
/** Shorter values are searched as fast as they are looked up. */
const LEAF_REMEMBERED_MIN = 6;
/** A search that finds nothing new costs as much as three look-ups. */
const FIELD_SHARE_MIN = 0.3;
/** A leaf that was not known has cost a look-up and a search of its own instead of a share in the search of all. */
const LEAF_SHARE_MIN = 0.6;

export class RememberingScan {
  readonly #hits: Hits;
  readonly #mark: Mark;
  readonly #fieldMemo: ValueMemo;
  readonly #leafMemo = new ValueMemo(KEYS_MAX, LEAF_SHARE_MIN);
  readonly #keyNumbers = new Map<string, number>();
  readonly #keys = new KeySequence((key) => this.#keyNumber(key));
  #joined = "";

  constructor(indexes: Iterable<FieldIndex>, fields: number, mark: Mark) {
    let most = 0;
    for (const { hitsMax } of indexes) most = Math.max(most, hitsMax);
    this.#hits = { refs: new Int32Array(most), count: 0 };
    this.#fieldMemo = new ValueMemo(fields, FIELD_SHARE_MIN);
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

  /** Every leaf with a text, as `someLeaf` finds them. */
  leaves(index: FieldIndex, raw: JsonObject): void {
    this.#joined = BETWEEN;
    this.#keys.restart();
    this.#membersOf(index, raw, 0);
    if (this.#joined === BETWEEN) return;
    const hits = this.#hits;
    hits.count = 0;
    index.scanJoined(this.#joined, hits);
    this.#mark(hits.refs, hits.count);
  }

  #membersOf(index: FieldIndex, object: JsonObject, depth: number): void {
    for (const key in object) {
      const number = this.#keys.of(key);
      const value = object[key];
      if (typeof value !== "string") this.#leavesOf(index, value ?? null, depth + 1);
      else if (value.length < LEAF_REMEMBERED_MIN || number < 0 || !this.#leafMemo.wants(number, value)) {
        this.#leaf(index, value);
      } else {
        const known =
          this.#leafMemo.find(number, value) ?? this.#search(this.#leafMemo, number, { index, text: value });
        if (known !== undefined && known.refs.length > 0) this.#mark(known.refs, known.refs.length);
      }
    }
  }

  #leavesOf(index: FieldIndex, value: Json, depth: number): void {
    const text = textOf(value);
    if (text !== undefined) this.#leaf(index, text);
    else if (value === null || depth >= LEAF_DEPTH_MAX) return;
    else if (Array.isArray(value)) for (const member of value) this.#leavesOf(index, member, depth + 1);
    else this.#membersOf(index, value as JsonObject, depth);
  }

  #leaf(index: FieldIndex, text: string): void {
    if (index.joins && text.length <= JOINED_LENGTH_MAX) this.#joined += text + BETWEEN;
    else this.#scan(index, text);
  }

  /** -1 = values of this key are not remembered. */
  #keyNumber(key: string): number {
    const known = this.#keyNumbers.get(key);
    if (known !== undefined) return known;
    if (this.#keyNumbers.size >= KEYS_MAX) return -1;
    const number = this.#keyNumbers.size;
    this.#keyNumbers.set(key, number);
    return number;
  }

  #remembered(index: FieldIndex, field: number, text: string): Known | undefined {
    const memo = this.#fieldMemo;
    if (!memo.wants(field, text)) {
      this.#scan(index, text);
      return undefined;
    }
    const known = memo.find(field, text) ?? this.#search(memo, field, { index, text });
    if (known !== undefined) this.#mark(known.refs, known.refs.length);
    return known;
  }

  /** Nothing is marked here. */
  #search(memo: ValueMemo, field: number, { index, text }: { index: FieldIndex; text: string }): Known | undefined {
    const hits = this.#hits;
    hits.count = 0;
    index.scan(text, hits);
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
