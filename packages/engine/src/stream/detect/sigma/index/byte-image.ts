/**
 * The literals of one field as tables for the search on bytes (tape/search.as), which finds what `FieldIndex.scan` finds in ASCII
 * text: long literals by a rare window of four bytes, short ones by their first three, digests by the beginning of a long word.
 */
import { type ByteImage, HEAD } from "../../../tape/byte-search.ts";
import { rarestAt, WINDOW, windowAt } from "./byte-index.ts";
import type { GramWeights } from "./gram-weights.ts";
import { isWide } from "./unit-index.ts";
import { hashAt, longWordAt } from "./word-index.ts";

export interface ImageText {
  /** Folded. */
  readonly text: string;
  readonly anchor: "contains" | "prefix" | "suffix" | "equals";
}

const ANCHORS: Readonly<Record<ImageText["anchor"], number>> = { contains: 0, prefix: 1, suffix: 2, equals: 3 };
const SPREAD = 0x9e3779b1 | 0;
/** Shorter than this, a literal is compared one by one; longer than a window, it goes by windows. */
const TRIPLE = 3;
/** Literals too short for a window are compared one by one, so there may be few. */
const SHORT_MAX = 32;
/** Bits per key: few looks are in vain. */
const SPARSENESS = 32;
const BITS_LEAST = 10;
/** Of windows: 32 KiB, which stay in the nearest cache. */
const WINDOW_BITS_MOST = 18;
const WORD_BITS_MOST = 24;

/** A literal is found under a key; it begins `at` bytes before the window or word that has the key. */
interface Filing {
  readonly key: number;
  readonly literal: number;
  readonly at: number;
}

interface Filed {
  readonly windows: readonly Filing[];
  /** By the first three bytes. */
  readonly triples: readonly Filing[];
  readonly words: readonly Filing[];
  readonly short: readonly number[];
}

/**
 * The number of a text is its literal's number; texts beyond ASCII stand in no ASCII text. `words`: literals with a long word go by
 * it. Undefined: the search cannot serve these texts.
 */
export function makeByteImage(
  texts: readonly ImageText[],
  weights: GramWeights,
  words: boolean,
): ByteImage | undefined {
  const windows: Filing[] = [];
  const triples: Filing[] = [];
  const begun: Filing[] = [];
  const short: number[] = [];
  for (const [literal, { text, anchor }] of texts.entries()) {
    const word = words && anchor === "contains" && !isWide(text) ? longWordAt(text) : -1;
    if (isWide(text)) continue;
    if (word >= 0) begun.push({ key: hashAt(text, word), literal, at: word });
    else if (text.length > WINDOW) windows.push(...windowsOf(text, literal, weights));
    else if (text.length >= TRIPLE) triples.push({ key: tripleOf(text), literal, at: 0 });
    else if (anchor === "contains") return undefined;
    else short.push(literal);
  }
  return short.length > SHORT_MAX ? undefined : { bytes: layOut(texts, { windows, triples, words: begun, short }) };
}

/** As in `ByteIndex`: of two neighbouring windows one is met by a look at every other place. */
function windowsOf(text: string, literal: number, weights: GramWeights): readonly Filing[] {
  const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
  const at = rarestAt(text, weights);
  return [at, at + 1].map((from) => ({ key: windowAt(bytes.subarray(from)), literal, at: from }));
}

const tripleOf = (text: string): number => windowAt([0, 1, 2].map((at) => text.charCodeAt(at))) & 0xffffff;

function layOut(texts: readonly ImageText[], { windows, triples, words, short }: Filed): Uint8Array {
  const image = new Image();
  image.reserve(4 * HEAD.size);
  const literals = image.reserve(12 * texts.length);
  for (const [literal, { text, anchor }] of texts.entries()) {
    const bytes = isWide(text) ? 0 : image.text(text);
    image.words(literals + 12 * literal, [bytes, text.length, ANCHORS[anchor] ?? 0]);
  }
  const shortAt = image.reserve(4 * short.length);
  image.words(shortAt, short);
  image.words(4 * HEAD.windows, image.table(windows, WINDOW_BITS_MOST));
  image.words(4 * HEAD.literals, [literals]);
  image.words(4 * HEAD.triples, image.table(triples, WINDOW_BITS_MOST));
  image.words(4 * HEAD.words, image.table(words, WORD_BITS_MOST));
  image.words(4 * HEAD.short, [shortAt, short.length, texts.length]);
  return image.bytes();
}

/** Grows as it is written; places are bytes from its beginning. */
class Image {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  /** Place of so many bytes, a multiple of four. */
  reserve(size: number): number {
    const at = this.#size;
    this.#size = (at + size + 3) & ~3;
    if (this.#size <= this.#bytes.length) return at;
    const larger = new Uint8Array(Math.max(this.#size, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
    return at;
  }

  words(at: number, words: readonly number[]): void {
    for (const [i, word] of words.entries()) this.#view.setInt32(at + 4 * i, word, true);
  }

  text(text: string): number {
    const at = this.reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.#bytes[at + i] = text.charCodeAt(i);
    return at;
  }

  /** Bitmap, its shift, slots and their mask; all zero where nothing is filed. */
  table(filings: readonly Filing[], bitsMost: number): readonly number[] {
    if (filings.length === 0) return [0, 0, 0, 0];
    const size = Math.min(bitsMost, Math.max(BITS_LEAST, Math.ceil(Math.log2(filings.length * SPARSENESS))));
    const bits = this.reserve(2 ** (size - 3));
    const count = 2 ** Math.ceil(Math.log2(filings.length * 2));
    const slots = this.reserve(8 * count);
    for (const { key, literal, at } of filings) {
      const bit = Math.imul(key, SPREAD) >>> (32 - size);
      this.#bytes[bits + (bit >>> 3)] = (this.#bytes[bits + (bit >>> 3)] ?? 0) | (1 << (bit & 7));
      const slot = this.#slotOf(slots, count - 1, key);
      const filing = this.reserve(12);
      this.words(filing, [literal, at, this.#view.getInt32(slot + 4, true)]);
      this.words(slot, [key, filing]);
    }
    return [bits, 32 - size, slots, count - 1];
  }

  #slotOf(slots: number, mask: number, key: number): number {
    for (let slot = (Math.imul(key, SPREAD) >>> 8) & mask; ; slot = (slot + 1) & mask) {
      const at = slots + 8 * slot;
      if (this.#view.getInt32(at + 4, true) === 0 || this.#view.getInt32(at, true) === key) return at;
    }
  }
}
