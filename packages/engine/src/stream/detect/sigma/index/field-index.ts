/**
 * All literals of one field, arranged by the way they are found: `contains` by windows (or, beyond ASCII, by
 * units), prefix and whole value by a trie from
 * the front, suffix by a trie from the back.
 */
import { isAscii } from "../fold.ts";
import { GramIndex } from "./gram-index.ts";
import type { GramWeights } from "./gram-weights.ts";
import { type Entry, type Hits, report } from "./hits.ts";
import { type Anchored, LiteralTrie } from "./literal-trie.ts";
import type { Literal } from "./literals.ts";
import { isWide, UnitIndex } from "./unit-index.ts";

export interface Placed {
  readonly literal: Literal;
  readonly atom: number;
}

const FIRST_WIDE = 0x80;

export class FieldIndex {
  /** The most hits that one scan can report. */
  readonly hitsMax: number;
  readonly #contains: GramIndex | undefined;
  readonly #wide: UnitIndex | undefined;
  readonly #front: LiteralTrie | undefined;
  readonly #back: LiteralTrie | undefined;
  /** Atoms whose literals say nothing about values beyond ASCII. */
  readonly #openWhenWide: Int32Array;

  constructor(placed: readonly Placed[], weights: GramWeights) {
    const contains = new Map<string, Entry>();
    const front: Anchored[] = [];
    const back: Anchored[] = [];
    for (const { literal, atom } of placed) {
      const { anchor, text, exact } = literal;
      const ref = atom * 2 + (exact ? 1 : 0);
      if (anchor === "contains") contains.set(`${ref} ${text}`, { text, ref });
      else if (anchor === "suffix") back.push({ text, ref, whole: false });
      else front.push({ text, ref, whole: anchor === "equals" });
    }
    const plain = [...contains.values()].filter(({ text }) => !isWide(text));
    const wide = [...contains.values()].filter(({ text }) => isWide(text));
    this.#contains = plain.length === 0 ? undefined : new GramIndex(plain, weights);
    this.#wide = wide.length === 0 ? undefined : new UnitIndex(wide);
    this.#front = front.length === 0 ? undefined : new LiteralTrie(front, "front");
    this.#back = back.length === 0 ? undefined : new LiteralTrie(back, "back");
    const open = new Set(placed.filter(({ literal }) => literal.asciiOnly).map(({ atom }) => atom * 2));
    this.#openWhenWide = Int32Array.from(open);
    this.hitsMax = placed.length + open.size;
  }

  /** Adds the ref of every literal that `text` meets in its place; a ref may come more than once. */
  scan(text: string, hits: Hits): void {
    const all = this.#contains === undefined ? -1 : this.#contains.scan(text, hits);
    if (this.#front !== undefined) this.#front.scan(text, hits);
    if (this.#back !== undefined) this.#back.scan(text, hits);
    if (this.#wide === undefined && this.#openWhenWide.length === 0) return;
    if (all < 0 ? isAscii(text) : all < FIRST_WIDE) return;
    this.#wide?.scan(text, hits);
    for (const ref of this.#openWhenWide) report(hits, ref);
  }
}
