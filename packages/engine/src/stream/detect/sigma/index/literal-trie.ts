/**
 * Finds which literals begin (or, read backwards, end) a text, or are the whole of it.
 *
 * T1. A walk takes at most as many steps as the longest literal has units.
 * T2. A path is stored only as far as literals share it; the rest of the last one left is compared. Transitions lie in one
 *     hash table, so memory grows with the number of literals and not with the alphabet.
 */
import { FOLDED } from "./fold-table.ts";
import { type Entry, type Hits, report } from "./hits.ts";

export interface Anchored extends Entry {
  /** The literal is the whole text. */
  readonly whole: boolean;
}

export type End = "front" | "back";

const SLOT = 4;
const UNIT = 1;
const CHILD = 2;
const SLOTS_FIRST = 64;

export class LiteralTrie {
  readonly #entries: readonly Anchored[];
  readonly #back: boolean;
  /** Literals that end at a node, by node. */
  readonly #ending: (readonly number[] | undefined)[] = [undefined];
  /** Four numbers per transition: the node, the unit, the child (a node, or `~literal` where only one is left), nothing. */
  #table: Int32Array;
  #count = 0;

  constructor(entries: readonly Anchored[], from: End) {
    this.#entries = entries;
    this.#back = from === "back";
    this.#table = new Int32Array(SLOTS_FIRST * SLOT).fill(-1);
    this.#build();
  }

  scan(text: string, hits: Hits): void {
    const length = text.length;
    const folded = FOLDED;
    let node = 0;
    for (let depth = 0; ; depth += 1) {
      const ending = this.#ending[node];
      if (ending !== undefined) this.#speak(ending, depth === length, hits);
      if (depth === length) return;
      const unit = folded[text.charCodeAt(this.#back ? length - 1 - depth : depth)] ?? 0;
      const slot = this.#slotOf(node, unit);
      if (this.#table[slot] === -1) return;
      const child = this.#table[slot + CHILD] ?? 0;
      if (child < 0) {
        this.#compareRest(~child, depth + 1, text, hits);
        return;
      }
      node = child;
    }
  }

  #speak(literals: readonly number[], atEnd: boolean, hits: Hits): void {
    for (let i = 0; i < literals.length; i += 1) {
      const entry = this.#entries[literals[i] ?? 0];
      if (entry !== undefined && (atEnd || !entry.whole)) report(hits, entry.ref);
    }
  }

  #compareRest(literal: number, depth: number, text: string, hits: Hits): void {
    const entry = this.#entries[literal];
    if (entry === undefined) return;
    const { length } = entry.text;
    if (entry.whole ? length !== text.length : length > text.length) return;
    const from = this.#back ? text.length - length : 0;
    const last = this.#back ? length - depth : length;
    for (let i = this.#back ? 0 : depth; i < last; i += 1) {
      if (FOLDED[text.charCodeAt(from + i)] !== entry.text.charCodeAt(i)) return;
    }
    report(hits, entry.ref);
  }

  #build(): void {
    const order = [...this.#entries.keys()];
    const groups: { readonly literals: readonly number[]; readonly node: number; readonly depth: number }[] = [];
    if (order.length > 0) groups.push({ literals: order, node: 0, depth: 0 });
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      const { literals, node, depth } = group;
      for (const [unit, members] of this.#byUnit(literals, node, depth)) {
        const [only] = members;
        if (members.length === 1 && only !== undefined) this.#put(node, unit, ~only);
        else {
          const child = this.#ending.push(undefined) - 1;
          this.#put(node, unit, child);
          groups.push({ literals: members, node: child, depth: depth + 1 });
        }
      }
    }
  }

  /** Literals that end here are noted at the node, the others go on. */
  #byUnit(literals: readonly number[], node: number, depth: number): ReadonlyMap<number, number[]> {
    const ending: number[] = [];
    const groups = new Map<number, number[]>();
    for (const literal of literals) {
      const text = this.#entries[literal]?.text ?? "";
      if (text.length === depth) {
        ending.push(literal);
        continue;
      }
      const unit = text.charCodeAt(this.#back ? text.length - 1 - depth : depth);
      const group = groups.get(unit);
      if (group === undefined) groups.set(unit, [literal]);
      else group.push(literal);
    }
    if (ending.length > 0) this.#ending[node] = ending;
    return groups;
  }

  #put(node: number, unit: number, child: number): void {
    if (this.#count * 2 * SLOT >= this.#table.length) this.#grow();
    const slot = this.#slotOf(node, unit);
    this.#table[slot] = node;
    this.#table[slot + UNIT] = unit;
    this.#table[slot + CHILD] = child;
    this.#count += 1;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Int32Array(before.length * 2).fill(-1);
    this.#count = 0;
    for (let slot = 0; slot < before.length; slot += SLOT) {
      const node = before[slot] ?? -1;
      if (node >= 0) this.#put(node, before[slot + UNIT] ?? 0, before[slot + CHILD] ?? 0);
    }
  }

  #slotOf(node: number, unit: number): number {
    const table = this.#table;
    const last = table.length - SLOT;
    const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
    for (let slot = (mixed ^ (mixed >>> 15)) & last & -SLOT; ; slot = (slot + SLOT) & last) {
      const held = table[slot];
      if (held === -1 || (held === node && table[slot + UNIT] === unit)) return slot;
    }
  }
}
