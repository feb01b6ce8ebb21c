/**
 * All witness literals of one field, arranged by the way they are found: equality by hash, `contains` by automaton,
 * prefix and suffix by trie, literals beyond the alphabet one by one (only when the value has such units).
 * A ref is `atom * 2 + exact`: a hit that is not exact opens the gate, and the atom is then tested for itself.
 */
import { fold, isAscii } from "../fold.ts";
import type { Anchor } from "../pattern.ts";
import { type Alphabet, isPlain } from "./alphabet.ts";
import { type Automaton, buildAutomaton, buildTrie, type Entry } from "./automaton.ts";
import type { Literal } from "./literals.ts";

export interface Placed {
  readonly literal: Literal;
  readonly atom: number;
}

interface Wide {
  readonly anchor: Anchor;
  readonly text: string;
  readonly ref: number;
}

export class FieldIndex {
  readonly #classOf: Uint8Array;
  readonly #width: number;
  readonly #equals = new Map<string, number[]>();
  readonly #contains: Automaton | undefined;
  readonly #prefix: Automaton | undefined;
  readonly #suffix: Automaton | undefined;
  readonly #wide: readonly Wide[];
  /** Atoms whose literals say nothing about values beyond ASCII. */
  readonly #openWhenWide: readonly number[];

  constructor(placed: readonly Placed[], alphabet: Alphabet) {
    this.#classOf = alphabet.classOf;
    this.#width = alphabet.width;
    const byAnchor: Record<Anchor, Entry[]> = { equals: [], contains: [], prefix: [], suffix: [] };
    const wide: Wide[] = [];
    for (const { literal, atom } of placed) {
      const ref = atom * 2 + (literal.exact ? 1 : 0);
      const { anchor, text } = literal;
      if (anchor === "equals") append(this.#equals, text, ref);
      else if (isPlain(text)) byAnchor[anchor].push({ text, ref });
      else wide.push({ anchor, text, ref });
    }
    const { contains, prefix, suffix } = byAnchor;
    this.#contains = contains.length === 0 ? undefined : buildAutomaton(contains, alphabet);
    this.#prefix = prefix.length === 0 ? undefined : buildTrie(prefix, alphabet, "front");
    this.#suffix = suffix.length === 0 ? undefined : buildTrie(suffix, alphabet, "back");
    this.#wide = wide;
    this.#openWhenWide = [...new Set(placed.filter(({ literal }) => literal.asciiOnly).map(({ atom }) => atom * 2))];
  }

  /** Whether `scan` will want the folded text, too. */
  get needsFold(): boolean {
    return this.#equals.size > 0;
  }

  /** Calls `hit` with the ref of every literal that `text` meets in its place; may repeat itself. */
  scan(text: string, folded: string | undefined, hit: (ref: number) => void): void {
    if (this.#contains !== undefined) this.#scanAll(this.#contains, text, hit);
    if (this.#prefix !== undefined) this.#walk(this.#prefix, text, 0, 1, hit);
    if (this.#suffix !== undefined) this.#walk(this.#suffix, text, text.length - 1, -1, hit);
    if (this.#equals.size > 0) {
      const refs = this.#equals.get(folded ?? fold(text));
      if (refs !== undefined) for (let i = 0; i < refs.length; i += 1) hit(refs[i] ?? 0);
    }
    if (this.#wide.length + this.#openWhenWide.length > 0 && !isAscii(text)) this.#scanWide(folded ?? fold(text), hit);
  }

  #scanAll(automaton: Automaton, text: string, hit: (ref: number) => void): void {
    const { table } = automaton;
    const classOf = this.#classOf;
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      state = table[state + (classOf[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state < 0) {
        state = ~state;
        this.#speak(automaton, state, hit);
      }
    }
  }

  /** One direction until nothing can follow. */
  #walk(trie: Automaton, text: string, start: number, step: 1 | -1, hit: (ref: number) => void): void {
    const { table } = trie;
    const classOf = this.#classOf;
    let state = 0;
    for (let i = start; i >= 0 && i < text.length; i += step) {
      state = table[state + (classOf[text.charCodeAt(i)] ?? 0)] ?? 0;
      if (state === 0) return;
      if (state < 0) {
        state = ~state;
        this.#speak(trie, state, hit);
      }
    }
  }

  #speak({ heads, refs, link }: Automaton, offset: number, hit: (ref: number) => void): void {
    let state = offset / this.#width;
    while (state >= 0) {
      const end = heads[state + 1] ?? 0;
      for (let i = heads[state] ?? 0; i < end; i += 1) hit(refs[i] ?? 0);
      state = link[state] ?? -1;
    }
  }

  #scanWide(text: string, hit: (ref: number) => void): void {
    for (const ref of this.#openWhenWide) hit(ref);
    for (const { anchor, text: literal, ref } of this.#wide) {
      const met =
        anchor === "contains"
          ? text.includes(literal)
          : anchor === "prefix"
            ? text.startsWith(literal)
            : text.endsWith(literal);
      if (met) hit(ref);
    }
  }
}

function append(map: Map<string, number[]>, key: string, ref: number): void {
  const refs = map.get(key);
  if (refs === undefined) map.set(key, [ref]);
  else if (!refs.includes(ref)) refs.push(ref);
}
