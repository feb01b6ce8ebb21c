/**
 * Finds which of many literals stand in a text, wherever.
 *
 * Enters: folded literals; a text as it is. Leaves: the refs of all literals that the text holds, each once.
 * Of every literal one window of a few units is chosen, the one that ordinary texts hold most seldom. The scan rolls a hash over
 * the last units and asks a bitmap; only where the bit is set are literals compared. So the cost of a unit does not
 * grow with the number of literals, and memory is a few words per literal.
 * G1. Linear time for any literals and text: comparing has a budget; beyond it the slow search (automaton) takes over.
 * G2. Literals shorter than the window set the bits of all windows that end with them.
 */
import { type Automaton, buildAutomaton, searchAll } from "./automaton.ts";
import { FOLDED, unitsOf } from "./fold-table.ts";
import type { GramWeights } from "./gram-weights.ts";
import { type Entry, type Hits, report } from "./hits.ts";

/**
 * A window's hash is made by shifting `shift` bits per unit, so `window * shift` bits remember exactly `window` units.
 * Many literals need a sparse bitmap; few fit in one that stays in the nearest cache.
 */
interface Shape {
  readonly window: number;
  readonly shift: number;
}
const SMALL: Shape = { window: 4, shift: 4 };
const LARGE: Shape = { window: 4, shift: 5 };
const LARGE_FROM = 256;

/** Comparisons per unit of text before the slow search takes over, and what is free. */
const WORK_PER_UNIT = 8;
const WORK_FREE = 10_000;

/** Of a literal: where its units begin, how many, how many stand before the end of its window, the next of its chain. */
const PLACE = 4;
const LENGTH = 1;
const END = 2;
const NEXT = 3;

/** Scans are numbered in 32 bits; then the marks are cleared once. */
const SCANS_MAX = 0x7ffffff0;

export class GramIndex {
  readonly #window: number;
  readonly #shift: number;
  readonly #mask: number;
  readonly #bits: Int32Array;
  readonly #entries: readonly Entry[];
  readonly #units: Uint16Array;
  /** Four numbers per literal (`START`, `LENGTH`, `END`, `NEXT`), so that one look at the memory shows all. */
  readonly #places: Int32Array;
  /** Key of a chain of literals, then its first literal. */
  readonly #chains: Int32Array;
  readonly #shortest: number;
  /** Which ends of windows are ends of literals shorter than a window; 0 = none. */
  readonly #shortBits: Uint8Array;
  readonly #seen: Int32Array;
  #scan = 0;
  #slow: Automaton | undefined;

  constructor(entries: readonly Entry[], weights: GramWeights) {
    this.#entries = entries;
    this.#shortest = entries.reduce((least, { text }) => Math.min(least, text.length), Number.MAX_SAFE_INTEGER);
    const { window, shift } = entries.length < LARGE_FROM ? SMALL : LARGE;
    this.#window = window;
    this.#shift = shift;
    this.#mask = 2 ** (shift * window) - 1;
    this.#shortBits = new Uint8Array(this.#shortest < window ? 2 ** (shift * (window - 1)) : 0);
    this.#bits = new Int32Array((this.#mask + 1) >> 5);
    this.#places = new Int32Array(entries.length * PLACE).fill(-1);
    this.#seen = new Int32Array(entries.length);
    const slots = 2 ** Math.ceil(Math.log2(entries.length * 2 + 2));
    this.#chains = new Int32Array(slots * 2).fill(-1);
    this.#units = joinUnits(entries, this.#places);
    this.#place(weights);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Returns all units of the text, or-ed together: above 0x7f, the text is not ASCII. */
  scan(text: string, hits: Hits): number {
    const bits = this.#bits;
    const folded = FOLDED; // an import is looked up anew each time; this is not
    const shift = this.#shift;
    const mask = this.#mask;
    const first = hits.count;
    let budget = WORK_FREE + WORK_PER_UNIT * text.length;
    let hash = 0;
    let all = 0;
    this.#startScan();
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      all |= unit;
      hash = ((hash << shift) ^ (folded[unit] ?? 0)) & mask;
      if ((((bits[hash >> 5] ?? 0) >> hash) & 1) === 0) continue;
      budget -= this.#look(hash, i, text, hits);
      if (budget < 0) return this.#slowly(text, hits, first);
    }
    return all;
  }

  #startScan(): void {
    this.#scan += 1;
    if (this.#scan < SCANS_MAX) return;
    this.#scan = 1;
    this.#seen.fill(0);
  }

  /** All literals whose window may end here. Returns the work done. */
  #look(hash: number, at: number, text: string, hits: Hits): number {
    let work = this.#compareAll(this.#headOf(hash), at, text, hits);
    if (this.#shortBits[hash & (this.#shortBits.length - 1)] !== 1) return work;
    for (let length = this.#shortest; length < this.#window; length += 1) {
      work += this.#compareAll(this.#headOf(this.#shortKey(hash, length)), at, text, hits);
    }
    return work;
  }

  #compareAll(head: number, at: number, text: string, hits: Hits): number {
    let work = 1;
    const folded = FOLDED;
    const units = this.#units;
    const places = this.#places;
    for (let literal = head, place = 0; literal >= 0; literal = places[place + NEXT] ?? -1) {
      work += 1;
      place = literal * PLACE;
      if (this.#seen[literal] === this.#scan) continue;
      const from = places[place] ?? 0;
      const length = places[place + LENGTH] ?? 0;
      const start = at - (places[place + END] ?? 0);
      if (start < 0 || start + length > text.length) continue;
      let same = 0;
      while (same < length && folded[text.charCodeAt(start + same)] === units[from + same]) same += 1;
      work += same;
      if (same < length) continue;
      this.#seen[literal] = this.#scan;
      report(hits, this.#entries[literal]?.ref ?? 0);
    }
    return work;
  }

  #slowly(text: string, hits: Hits, first: number): number {
    this.#slow ??= buildAutomaton(this.#entries);
    hits.count = first;
    return searchAll(this.#slow, text, hits);
  }

  #place(weights: GramWeights): void {
    for (const [literal, { text }] of this.#entries.entries()) {
      if (text.length < this.#window) {
        this.#places[literal * PLACE + END] = text.length - 1;
        this.#placeShort(literal, text);
      } else {
        const end = this.#rarestEnd(text, weights);
        this.#places[literal * PLACE + END] = end;
        const hash = this.#hashOf(text, end);
        this.#setBit(hash);
        this.#chain(hash, literal);
      }
    }
  }

  /** Sets the bits of all windows that end with the literal. */
  #placeShort(literal: number, text: string): void {
    const hash = this.#hashOf(text, text.length - 1);
    const low = 2 ** (this.#shift * text.length);
    for (let high = 0; high <= this.#mask; high += low) this.#setBit(high | (hash & (low - 1)));
    for (let high = 0; high < this.#shortBits.length; high += low) this.#shortBits[high | (hash & (low - 1))] = 1;
    this.#chain(this.#shortKey(hash, text.length), literal);
  }

  /** Where the window ends that ordinary texts, and the literals placed so far, hold most seldom. */
  #rarestEnd(text: string, weights: GramWeights): number {
    let best = this.#window - 1;
    let least = Number.POSITIVE_INFINITY;
    const last = Math.min(text.length, WINDOWS_TRIED_MAX + this.#window);
    for (let end = this.#window - 1; end < last; end += 1) {
      const hash = this.#hashOf(text, end);
      const weight = weights.of(text, end) * 8 + (this.#isSet(hash) ? 1 : 0);
      if (weight >= least) continue;
      least = weight;
      best = end;
      if (weight === 0) break;
    }
    return best;
  }

  #hashOf(text: string, end: number): number {
    let hash = 0;
    for (let i = Math.max(0, end - this.#window + 1); i <= end; i += 1)
      hash = (hash << this.#shift) ^ text.charCodeAt(i);
    return hash & this.#mask;
  }

  #isSet = (hash: number): boolean => (((this.#bits[hash >> 5] ?? 0) >> hash) & 1) === 1;

  #setBit(hash: number): void {
    this.#bits[hash >> 5] = (this.#bits[hash >> 5] ?? 0) | (1 << hash);
  }

  /** Keys of short literals lie above all hashes. */
  #shortKey(hash: number, length: number): number {
    return (hash & ((1 << (this.#shift * length)) - 1)) + (length << (this.#shift * this.#window));
  }

  #slotOf(key: number): number {
    const chains = this.#chains;
    const last = chains.length - 1;
    let slot = Math.imul(key, 0x9e3779b1) >>> 6;
    for (slot &= last - 1; ; slot = (slot + 2) & last) {
      const held = chains[slot];
      if (held === key || held === -1) return slot;
    }
  }

  #headOf(key: number): number {
    return this.#chains[this.#slotOf(key) + 1] ?? -1;
  }

  #chain(key: number, literal: number): void {
    const slot = this.#slotOf(key);
    this.#chains[slot] = key;
    this.#places[literal * PLACE + NEXT] = this.#chains[slot + 1] ?? -1;
    this.#chains[slot + 1] = literal;
  }
}

/** A literal's first windows are enough to find a rare one, and keep building linear. */
const WINDOWS_TRIED_MAX = 64;

function joinUnits(entries: readonly Entry[], places: Int32Array): Uint16Array {
  const units = new Uint16Array(entries.reduce((sum, { text }) => sum + text.length, 0));
  let start = 0;
  for (const [i, { text }] of entries.entries()) {
    places[i * PLACE] = start;
    places[i * PLACE + LENGTH] = text.length;
    units.set(unitsOf(text), start);
    start += text.length;
  }
  return units;
}
