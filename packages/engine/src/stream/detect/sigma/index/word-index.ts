/**
 * Finds which of many literals with a long word in them (`MD5=900150983cd24fb0...`) stand in a text, looking at the beginnings of
 * words only.
 *
 * Enters: folded literals for which `longWordAt` is a place; a text as it is. Leaves: the refs of all literals that the text
 * holds, each once. A word that begins within a literal begins in the text, too, so only there is a hash made and looked up.
 * W1. Linear time for any literals and text: comparing has a budget; beyond it the slow search (automaton) takes over.
 */
import { type Automaton, buildAutomaton, searchAll } from "./automaton.ts";
import { FOLDED, unitsOf } from "./fold-table.ts";
import { type Entry, type Hits, report } from "./hits.ts";

/** Units that are hashed; words are long only from twice that on, so that lists of digests come here and little else. */
const HASHED = 8;
const LONG_WORD = 2 * HASHED;

const WORK_PER_UNIT = 8;
const WORK_FREE = 10_000;
/** Bits per literal: few looks are in vain. */
const SPARSENESS = 32;

const IN_WORD: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, unit) =>
  /[0-9a-z]/.test(String.fromCharCode(FOLDED[unit] ?? 0)) ? 1 : 0,
);

interface Filed extends Entry {
  readonly units: Uint16Array;
  /** Where its long word begins. */
  readonly at: number;
}

/** Where a long word begins in a folded literal, behind some unit of no word; -1 = nowhere. */
export function longWordAt(literal: string): number {
  for (let at = 1; at + LONG_WORD <= literal.length; at += 1) {
    if (IN_WORD[literal.charCodeAt(at - 1)] === 1) continue;
    let end = at;
    while (end < at + LONG_WORD && IN_WORD[literal.charCodeAt(end)] === 1) end += 1;
    if (end === at + LONG_WORD) return at;
  }
  return -1;
}

export class WordIndex {
  readonly #entries: readonly Entry[];
  readonly #bits: Int32Array;
  readonly #shift: number;
  readonly #byHash = new Map<number, Filed[]>();
  #slow: Automaton | undefined;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    const size = Math.min(24, Math.max(10, Math.ceil(Math.log2(entries.length * SPARSENESS))));
    this.#shift = 32 - size;
    this.#bits = new Int32Array(2 ** (size - 5));
    for (const entry of entries) this.#file({ ...entry, units: unitsOf(entry.text), at: longWordAt(entry.text) });
  }

  scan(text: string, hits: Hits): void {
    const [bits, shift, inWord] = [this.#bits, this.#shift, IN_WORD];
    const first = hits.count;
    let budget = WORK_FREE + WORK_PER_UNIT * text.length;
    let before = 0;
    for (let at = 0; at + HASHED <= text.length; at += 1) {
      const now = inWord[text.charCodeAt(at)] ?? 0;
      const begins = now > before;
      before = now;
      if (!begins) continue;
      const hash = hashAt(text, at);
      const slot = hash >>> shift;
      if ((((bits[slot >> 5] ?? 0) >> slot) & 1) === 0) continue;
      budget -= this.#compareAll(hash, at, text, { hits, first });
      if (budget >= 0) continue;
      this.#slow ??= buildAutomaton(this.#entries);
      hits.count = first;
      searchAll(this.#slow, text, hits);
      return;
    }
  }

  #compareAll(hash: number, at: number, text: string, { hits, first }: { hits: Hits; first: number }): number {
    let work = 1;
    for (const { units, at: place, ref } of this.#byHash.get(hash) ?? []) {
      const same = sameUnits(units, text, at - place);
      work += same + 1;
      if (same < units.length) continue;
      work += hits.count - first;
      if (!hits.refs.subarray(first, hits.count).includes(ref)) report(hits, ref);
    }
    return work;
  }

  #file(filed: Filed): void {
    const hash = hashAt(filed.text, filed.at);
    const slot = hash >>> this.#shift;
    this.#bits[slot >> 5] = (this.#bits[slot >> 5] ?? 0) | (1 << slot);
    const list = this.#byHash.get(hash);
    if (list === undefined) this.#byHash.set(hash, [filed]);
    else list.push(filed);
  }
}

/** Of the eight units from `at` on. */
export function hashAt(text: string, at: number): number {
  const folded = FOLDED;
  let hash = 0;
  for (let i = at; i < at + HASHED; i += 1) hash = Math.imul(hash ^ (folded[text.charCodeAt(i)] ?? 0), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}

/** How many units of the literal stand in the text from `start` on. */
function sameUnits(literal: Uint16Array, text: string, start: number): number {
  if (start < 0 || start + literal.length > text.length) return 0;
  let same = 0;
  while (same < literal.length && FOLDED[text.charCodeAt(start + same)] === literal[same]) same += 1;
  return same;
}
