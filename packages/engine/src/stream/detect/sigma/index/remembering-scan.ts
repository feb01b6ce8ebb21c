/**
 * Scans of an event's values: a field's own value by its index, remembered; and for keywords every leaf of the event.
 *
 * Enters: a value and the index that wants it. Leaves: refs, told to `mark`; the same ones whether remembered or scanned.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { LEAF_DEPTH_MAX, textOf } from "../scalar.ts";
import { BETWEEN, type FieldIndex } from "./field-index.ts";
import { KeySequence } from "./key-sequence.ts";
import { type Known, ValueMemo } from "./value-memo.ts";
import { eachText, type Mark, NOTHING, ValueSearch } from "./value-search.ts";

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

interface KeyPlace {
  /** Field of that very name, if it is searched; -1 = none. */
  readonly field: number;
  /** Number in the memo of leaves; -1 = values are not remembered there. */
  readonly leaf: number;
}

export class RememberingScan {
  readonly #search: ValueSearch;
  readonly #mark: Mark;
  readonly #fieldMemo: ValueMemo;
  /** Of each field the text seen last and what is known of it. */
  readonly #texts: (string | undefined)[];
  readonly #known: (Known | undefined)[];
  readonly #leafMemo = new ValueMemo(KEYS_MAX, LEAF_SHARE_MIN);
  readonly #fieldNumbers = new Map<string, number>();
  readonly #places = new Map<string, KeyPlace>();
  readonly #keys = new KeySequence((key) => this.#placeOf(key));
  #joined = "";

  constructor(indexes: ReadonlyMap<number, FieldIndex>, fields: readonly string[], mark: Mark) {
    this.#search = new ValueSearch(indexes, mark);
    for (const [number, name] of fields.entries()) if (indexes.has(number)) this.#fieldNumbers.set(name, number);
    this.#fieldMemo = new ValueMemo(fields.length, FIELD_SHARE_MIN);
    this.#texts = new Array<string | undefined>(fields.length).fill(undefined);
    this.#known = new Array<Known | undefined>(fields.length).fill(undefined);
    this.#mark = mark;
  }

  /** What `field` said of this very text. */
  knownOf(field: number, text: string): Known | undefined {
    return this.#texts[field] === text ? this.#known[field] : undefined;
  }

  field(index: FieldIndex, field: number, value: Json | undefined): void {
    if (typeof value === "string") {
      this.#texts[field] = value;
      this.#known[field] = this.#remembered(index, field, value);
    } else eachText(value, (text) => this.#search.mark(index, text));
  }

  /** Every leaf with a text, as `someLeaf` finds them. */
  leaves(index: FieldIndex, raw: JsonObject): void {
    this.#joined = BETWEEN;
    this.#keys.restart();
    this.#membersOf(index, raw, 0);
    if (this.#joined === BETWEEN) return;
    this.#search.markJoined(index, this.#joined);
  }

  #membersOf(index: FieldIndex, object: JsonObject, depth: number): void {
    for (const key in object) {
      const place = this.#keys.of(key);
      const value = object[key];
      if (typeof value !== "string") this.#leavesOf(index, value ?? null, depth + 1);
      else if (!this.#isRemembered(index, place, value)) this.#leaf(index, value);
    }
  }

  /** Marks what is known of the leaf. */
  #isRemembered(index: FieldIndex, { field, leaf }: KeyPlace, text: string): boolean {
    const known = field >= 0 ? this.knownOf(field, text) : this.#knownLeaf(leaf, text);
    if (known === undefined) return false;
    known.keywords ??= this.#search.refsIn(index, text);
    if (known.keywords.length > 0) this.#mark(known.keywords, known.keywords.length);
    return true;
  }

  #knownLeaf(leaf: number, text: string): Known | undefined {
    const memo = this.#leafMemo;
    if (leaf < 0 || text.length < LEAF_REMEMBERED_MIN || !memo.wants(leaf, text)) return undefined;
    return memo.find(leaf, text) ?? memo.keep(leaf, text, NOTHING);
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
    else this.#search.mark(index, text);
  }

  #placeOf(key: string): KeyPlace {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const field = this.#fieldNumbers.get(key) ?? -1;
    if (this.#places.size >= KEYS_MAX) return { field, leaf: -1 };
    const place = { field, leaf: this.#places.size };
    this.#places.set(key, place);
    return place;
  }

  #remembered(index: FieldIndex, field: number, text: string): Known | undefined {
    const memo = this.#fieldMemo;
    if (!memo.wants(field, text)) {
      this.#search.mark(index, text);
      return undefined;
    }
    const known = memo.find(field, text) ?? memo.keep(field, text, this.#search.refsIn(index, text));
    if (known !== undefined) this.#mark(known.refs, known.refs.length);
    return known;
  }
}
