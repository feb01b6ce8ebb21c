/**
 * Scans of an event's values: a field's own value by its index, remembered; and for keywords every leaf of the event.
 *
 * Enters: a value and the index that wants it. Leaves: refs, told to `mark`; the same ones whether remembered or scanned.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { elementsOf, someLeaf, textOf } from "../scalar.ts";
import { BETWEEN, type FieldIndex } from "./field-index.ts";
import type { Hits } from "./hits.ts";
import { type Known, ValueMemo } from "./value-memo.ts";

export type Mark = (refs: Int32Array, count: number) => void;

/** Leaves up to this length are searched for keywords in one go: one search of many texts is cheaper than many searches. */
const JOINED_LENGTH_MAX = 2_048;

export class RememberingScan {
  readonly #hits: Hits;
  readonly #mark: Mark;
  readonly #fieldMemo: ValueMemo;

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

  /** Every leaf with a text, as `someLeaf` finds them. */
  leaves(index: FieldIndex, raw: JsonObject): void {
    let joined = BETWEEN;
    someLeaf(raw, (text) => {
      if (index.joins && text.length <= JOINED_LENGTH_MAX) joined += text + BETWEEN;
      else this.#scan(index, text);
      return false;
    });
    const hits = this.#hits;
    hits.count = 0;
    if (joined !== BETWEEN) index.scanJoined(joined, hits);
    this.#mark(hits.refs, hits.count);
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
