/**
 * All literals of one field, arranged by the way they are found: `contains` by windows (or, beyond ASCII, by
 * units), prefix and whole value by a trie from the front, suffix by a trie from the back.
 *
 * The searches know every text once, however many atoms ask for it; what was found is then spelled out as refs of atoms.
 */

import type { ByteImage } from "../../../tape/byte-search.ts";
import { isAscii } from "../fold.ts";
import { makeByteImage } from "./byte-image.ts";
import { BYTE_LITERAL_MIN, ByteIndex } from "./byte-index.ts";
import { GramIndex } from "./gram-index.ts";
import type { GramWeights } from "./gram-weights.ts";
import { type Entry, type Hits, report } from "./hits.ts";
import { type Anchored, LiteralTrie } from "./literal-trie.ts";
import type { Literal } from "./literals.ts";
import { isWide, UnitIndex } from "./unit-index.ts";
import { longWordAt, WordIndex } from "./word-index.ts";

export interface Placed {
  readonly literal: Literal;
  readonly atom: number;
}

/** Stands between texts that are searched as one. */
export const BETWEEN = "\0";

/** The only unit beyond ASCII that folds to an ASCII letter. */
const KELVIN = "\u212a";
const FIRST_WIDE = 0x80;
/** Longer texts are searched as they are. */
const JOINED_MAX = 65_536;
const ENCODER = new TextEncoder();
/** Room for any text: a unit takes three bytes at most. ASCII literals are found in UTF-8 as they are. */
const BYTES = new Uint8Array(3 * JOINED_MAX);
const VIEW = new DataView(BYTES.buffer);
const DIGESTS_MIN = 256;

export class FieldIndex {
  /** The most hits that one scan can report. */
  readonly hitsMax: number;
  readonly #contains: GramIndex | undefined;
  readonly #bytes: ByteIndex | undefined;
  readonly #words: WordIndex | undefined;
  readonly #wide: UnitIndex | undefined;
  readonly #front: LiteralTrie | undefined;
  readonly #back: LiteralTrie | undefined;
  /** Atoms whose literals say nothing about values beyond ASCII. */
  readonly #openWhenWide: Int32Array;
  /** Refs of text n: from `starts[n]` to `starts[n + 1]`. */
  readonly #starts: Int32Array;
  readonly #refs: Int32Array;
  /** Numbers of the texts that a scan met. */
  readonly #met: Hits;

  readonly #weights: GramWeights;
  readonly #texts: readonly Pick<Literal, "anchor" | "text">[];
  readonly #goesByWords: boolean;
  /** Made when it is first asked for. Null: the search on bytes cannot serve this field. */
  #image: ByteImage | null | undefined;

  /** Texts with `BETWEEN` between them can be searched as one: no literal is bound to an end, none holds that unit. */
  readonly joins: boolean;

  /** `inLeaves`: it is asked for leaves, joined (`scanJoined`). */
  constructor(placed: readonly Placed[], weights: GramWeights, inLeaves = false) {
    const texts = distinctTexts(placed);
    const entries = texts.map(({ text, anchor }, ref) => ({ text, anchor, ref, whole: anchor === "equals" }));
    this.joins = texts.every(({ anchor, text }) => anchor === "contains" && !text.includes(BETWEEN));
    const contains = entries.filter(({ anchor }) => anchor === "contains");
    const plain = contains.filter(({ text }) => !isWide(text));
    const long = plain.filter(({ text }) => longWordAt(text) > 0);
    // A second pass over the text pays for lists of digests only.
    const words = long.length * 2 > plain.length && long.length >= DIGESTS_MIN;
    const rest = words ? plain.filter(({ text }) => longWordAt(text) < 0) : plain;
    this.#contains = ifAny(rest, (list: readonly Entry[]) => new GramIndex(list, weights));
    const inBytes = inLeaves && this.joins && plain.every(({ text }) => text.length >= BYTE_LITERAL_MIN);
    this.#bytes = ifAny(inBytes ? plain : [], (list: readonly Entry[]) => new ByteIndex(list, weights));
    this.#words = ifAny(words ? long : [], (list: readonly Entry[]) => new WordIndex(list));
    this.#wide = ifAny(
      contains.filter(({ text }) => isWide(text)),
      (list: readonly Entry[]) => new UnitIndex(list),
    );
    this.#front = ifAny(
      entries.filter(({ anchor }) => anchor === "prefix" || anchor === "equals"),
      (list: readonly Anchored[]) => new LiteralTrie(list, "front"),
    );
    this.#back = ifAny(
      entries.filter(({ anchor }) => anchor === "suffix"),
      (list: readonly Anchored[]) => new LiteralTrie(list, "back"),
    );
    const open = new Set(placed.filter(({ literal }) => literal.asciiOnly).map(({ atom }) => atom * 2));
    this.#openWhenWide = Int32Array.from(open);
    this.#refs = Int32Array.from(texts.flatMap(({ refs }) => [...refs]));
    this.#starts = new Int32Array(texts.length + 1);
    for (const [i, { refs }] of texts.entries()) this.#starts[i + 1] = (this.#starts[i] ?? 0) + refs.size;
    this.#met = { refs: new Int32Array(texts.length), count: 0 };
    this.hitsMax = this.#refs.length + open.size;
    this.#weights = weights;
    this.#texts = texts.map(({ anchor, text }) => ({ anchor, text }));
    this.#goesByWords = words;
  }

  /** As `scan`, for texts joined with `BETWEEN`, which comes first, too. */
  scanJoined(text: string, hits: Hits): void {
    const met = this.#met;
    met.count = 0;
    if (this.#bytes === undefined || text.length > JOINED_MAX || text.includes(KELVIN)) {
      this.scan(text, hits);
      return;
    }
    const { written } = ENCODER.encodeInto(text, BYTES);
    if (!this.#bytes.scan(VIEW, written, met)) {
      this.scan(text, hits);
      return;
    }
    if (written !== text.length) this.#scanWide(text, hits);
    if (met.count > 0) this.#spellOut(met, hits);
  }

  /** For the search on bytes, in ASCII text; what it finds is spelled out by `spellOut`. */
  image(): ByteImage | undefined {
    if (this.#image === undefined) this.#image = makeByteImage(this.#texts, this.#weights, this.#goesByWords) ?? null;
    return this.#image ?? undefined;
  }

  /** Adds the refs of the literals with these numbers. */
  spellOut(numbers: Int32Array, count: number, hits: Hits): void {
    this.#spellOut({ refs: numbers, count }, hits);
  }

  /** Adds the ref of every literal that `text` meets in its place; a ref may come more than once. */
  scan(text: string, hits: Hits): void {
    const met = this.#met;
    met.count = 0;
    const all = this.#contains === undefined ? -1 : this.#contains.scan(text, met);
    if (this.#words !== undefined) this.#words.scan(text, met);
    if (this.#front !== undefined) this.#front.scan(text, met);
    if (this.#back !== undefined) this.#back.scan(text, met);
    if (this.#wide !== undefined || this.#openWhenWide.length > 0) {
      if (!(all < 0 ? isAscii(text) : all < FIRST_WIDE)) this.#scanWide(text, hits);
    }
    if (met.count > 0) this.#spellOut(met, hits);
  }

  #scanWide(text: string, hits: Hits): void {
    this.#wide?.scan(text, this.#met);
    for (const ref of this.#openWhenWide) report(hits, ref);
  }

  #spellOut({ refs: met, count }: Hits, hits: Hits): void {
    const [starts, refs, into] = [this.#starts, this.#refs, hits.refs];
    let at = hits.count;
    for (let i = 0; i < count; i += 1) {
      const number = met[i] ?? 0;
      const end = starts[number + 1] ?? 0;
      for (let from = starts[number] ?? 0; from < end; from += 1) {
        into[at] = refs[from] ?? 0;
        at += 1;
      }
    }
    hits.count = at;
  }
}

const ifAny = <T, R>(list: readonly T[], make: (list: readonly T[]) => R): R | undefined =>
  list.length === 0 ? undefined : make(list);

interface Text extends Pick<Literal, "anchor" | "text"> {
  readonly refs: Set<number>;
}

function distinctTexts(placed: readonly Placed[]): readonly Text[] {
  const texts = new Map<string, Text>();
  for (const { literal, atom } of placed) {
    const { anchor, text, exact } = literal;
    const key = `${anchor} ${text}`;
    const known = texts.get(key) ?? { anchor, text, refs: new Set<number>() };
    texts.set(key, known);
    known.refs.add(atom * 2 + (exact ? 1 : 0));
  }
  return [...texts.values()];
}
