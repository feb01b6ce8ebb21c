/**
 * Which literals stand in a text, on bytes in the memory of WebAssembly (search.as). Enters: a block of ASCII texts, taken once, and
 * the image of an index. Leaves: the numbers of the image's literals that stand between two places of the block.
 *
 * Images are copied into the memory when they are first asked; when it is full, all are forgotten and come again as they are asked.
 */
/// <reference path="./web-assembly.d.ts" />
import { fromBase64 } from "@cordon/model/base64";
import { SEARCH_CODE } from "./search-code.ts";

/** Words of the head of an image: where its tables begin, how many literals are short, and how many there are. */
export const HEAD = { windows: 0, literals: 4, words: 5, short: 9, count: 11, triples: 12, size: 16 } as const;

/** Tables of an index, laid out as search.as says. */
export interface ByteImage {
  readonly bytes: Uint8Array;
}

interface Searcher {
  readonly memory: { readonly buffer: ArrayBuffer };
  scan(image: number, from: number, end: number): number;
  textAt(): number;
  textMax(): number;
  foundAt(): number;
  literalsMax(): number;
  imagesAt(): number;
}

export class ByteSearch {
  /** Numbers of the literals that the last search found. */
  readonly found: Int32Array;
  readonly #searcher: Searcher;
  readonly #memory: Uint8Array;
  readonly #textAt: number;
  readonly #textMax: number;
  readonly #literalsMax: number;
  #places = new WeakMap<ByteImage, number>();
  #freeAt: number;

  private constructor(searcher: Searcher) {
    this.#searcher = searcher;
    this.#memory = new Uint8Array(searcher.memory.buffer);
    this.#textAt = searcher.textAt();
    this.#textMax = searcher.textMax();
    this.#literalsMax = searcher.literalsMax();
    this.found = new Int32Array(searcher.memory.buffer, searcher.foundAt(), this.#literalsMax);
    this.#freeAt = searcher.imagesAt();
  }

  /** Undefined where WebAssembly is not to be had. */
  static make(): ByteSearch | undefined {
    if (typeof WebAssembly === "undefined") return undefined;
    const code = fromBase64(SEARCH_CODE);
    if (!WebAssembly.validate(code)) return undefined;
    return new ByteSearch(new WebAssembly.Instance<Searcher>(new WebAssembly.Module(code)).exports);
  }

  /** The block to be searched, from one place of a memory to another; its first and last byte belong to no text. False: too long. */
  take(block: Uint8Array): boolean {
    if (block.length > this.#textMax) return false;
    this.#memory.set(block, this.#textAt);
    return true;
  }

  /** How many literals stand in the block between two places; -1 = not to be had this way. The byte before and the one behind belong to no text. */
  scan(image: ByteImage, from: number, end: number): number {
    const place = this.#places.get(image) ?? this.#load(image);
    return place === 0 ? -1 : this.#searcher.scan(place, from, end);
  }

  /** Place of the image in the memory; 0 = it is too large. */
  #load(image: ByteImage): number {
    const size = (image.bytes.length + 15) & ~15;
    const start = this.#searcher.imagesAt();
    const literals = new DataView(image.bytes.buffer, image.bytes.byteOffset).getInt32(4 * HEAD.count, true);
    let place = this.#freeAt;
    if (literals > this.#literalsMax || start + size > this.#memory.length) place = 0;
    else {
      if (place + size > this.#memory.length) {
        this.#places = new WeakMap();
        place = start;
      }
      this.#memory.set(image.bytes, place);
      this.#freeAt = place + size;
    }
    this.#places.set(image, place);
    return place;
  }
}
