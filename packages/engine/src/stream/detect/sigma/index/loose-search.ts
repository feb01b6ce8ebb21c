/**
 * Search of an event's values that are not remembered: on the tape's bytes, where these are ASCII and the index can be laid out so
 * (tape/byte-search.ts); else as texts. Both ways find the same.
 */
import type { ByteSearch } from "../../../tape/byte-search.ts";
import type { Tape } from "../../../tape/tape.ts";
import { someLeaf } from "../scalar.ts";
import { BETWEEN, type FieldIndex } from "./field-index.ts";
import type { LeafSearch, TapePlan } from "./tape-plan.ts";
import { eachText, NOTHING, type ValueSearch } from "./value-search.ts";

export class LooseSearch {
  readonly #values: ValueSearch;
  readonly #keywords: FieldIndex | undefined;
  #memory: Uint8Array = new Uint8Array(0);
  /** Holds the event's texts. */
  #bytes: ByteSearch | undefined;
  #start = 0;
  #end = 0;
  #isAscii = true;

  constructor(values: ValueSearch, keywords: FieldIndex | undefined) {
    this.#values = values;
    this.#keywords = keywords;
  }

  begin({ loose, search }: Tape): void {
    this.#bytes = undefined;
    this.#start = loose.start;
    this.#end = loose.end;
    this.#isAscii = loose.ascii;
    if (search === undefined || loose.start === loose.end) return;
    const { buffer } = loose.view;
    if (this.#memory.buffer !== buffer) this.#memory = new Uint8Array(buffer);
    if (search.take(this.#memory.subarray(loose.start, loose.end))) this.#bytes = search;
  }

  /** What the fields that the leaf feeds want of it; of a list, what keywords want, too. */
  leaf(tape: Tape, leaf: number, { indexes, isList }: LeafSearch): void {
    for (const index of indexes) {
      if (!isList && this.#leafOnBytes(index, tape, leaf)) continue;
      eachText(tape.value(leaf), (text) => this.#values.mark(index, text));
    }
    const keywords = this.#keywords;
    if (!isList || keywords === undefined) return;
    someLeaf(tape.value(leaf), (text) => {
      this.#values.mark(keywords, text);
      return false;
    });
  }

  /** Refs of the keywords that stand in one text. */
  keywordsOf(tape: Tape, leaf: number): readonly number[] {
    const index = this.#keywords;
    if (index === undefined) return NOTHING;
    const count = tape.looseIsAscii(leaf) ? this.#find(index, tape.looseFrom(leaf), tape.looseEnd(leaf)) : -1;
    if (count === 0) return NOTHING;
    if (count < 0 || this.#bytes === undefined) return this.#values.refsIn(index, String(tape.value(leaf)));
    return this.#values.refsFound(index, this.#bytes.found, count);
  }

  /** What keywords want of all texts. */
  keywords(tape: Tape, { leaves, searches }: TapePlan): void {
    const index = this.#keywords;
    if (index === undefined || this.#start === this.#end) return;
    if (index.joins && this.#isAscii && this.#onBytes(index, this.#start + 1, this.#end - 1)) return;
    let joined = BETWEEN;
    for (let i = 0; i < leaves.length; i += 1) {
      const leaf = leaves[i] ?? 0;
      if (searches[i]?.isList === true || tape.id(leaf) !== -1 || this.#leafOnBytes(index, tape, leaf)) continue;
      const text = String(tape.value(leaf));
      if (index.joins) joined += text + BETWEEN;
      else this.#values.mark(index, text);
    }
    if (joined !== BETWEEN) this.#values.markJoined(index, joined);
  }

  #leafOnBytes(index: FieldIndex, tape: Tape, leaf: number): boolean {
    return tape.looseIsAscii(leaf) && this.#onBytes(index, tape.looseFrom(leaf), tape.looseEnd(leaf));
  }

  /** Marks what stands between two places of the tape's memory. False: not to be had this way, nothing is marked. */
  #onBytes(index: FieldIndex, from: number, end: number): boolean {
    const count = this.#find(index, from, end);
    if (count > 0 && this.#bytes !== undefined) this.#values.markFound(index, this.#bytes.found, count);
    return count >= 0;
  }

  /** How many literals were found; -1 = not to be had this way. */
  #find(index: FieldIndex, from: number, end: number): number {
    const image = this.#bytes === undefined ? undefined : index.image();
    if (this.#bytes === undefined || image === undefined) return -1;
    return this.#bytes.scan(image, from - this.#start, end - this.#start);
  }
}
