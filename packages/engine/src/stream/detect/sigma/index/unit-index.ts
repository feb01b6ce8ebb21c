/**
 * Finds literals that hold a unit beyond ASCII: under the first such unit. Texts without one cost nothing, which are nearly all.
 * U1. Linear time as in the window index: comparing has a budget, then the slow search takes over.
 */
import { type Automaton, buildAutomaton, searchAll } from "./automaton.ts";
import { FOLDED } from "./fold-table.ts";
import { type Entry, type Hits, report } from "./hits.ts";

const ASCII_MAX = 0x7f;
const WORK_PER_UNIT = 64;
const WORK_FREE = 100_000;

interface Wide extends Entry {
  /** Where the unit stands in the literal. */
  readonly at: number;
}

export const isWide = (text: string): boolean => firstWide(text) >= 0;

export class UnitIndex {
  readonly #entries: readonly Entry[];
  readonly #byUnit = new Map<number, Wide[]>();
  #slow: Automaton | undefined;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    for (const entry of entries) {
      const at = firstWide(entry.text);
      const unit = entry.text.charCodeAt(at);
      const list = this.#byUnit.get(unit);
      if (list === undefined) this.#byUnit.set(unit, [{ ...entry, at }]);
      else list.push({ ...entry, at });
    }
  }

  scan(text: string, hits: Hits): void {
    const first = hits.count;
    const met = new Set<Wide>();
    let budget = WORK_FREE + WORK_PER_UNIT * text.length;
    for (let i = 0; i < text.length; i += 1) {
      const unit = FOLDED[text.charCodeAt(i)] ?? 0;
      const list = unit > ASCII_MAX ? this.#byUnit.get(unit) : undefined;
      if (list === undefined) continue;
      for (const entry of list) {
        if (met.has(entry)) continue;
        const same = sameUnits(entry, text, i - entry.at);
        budget -= same + 1;
        if (same < entry.text.length) continue;
        met.add(entry);
        report(hits, entry.ref);
      }
      if (budget < 0) {
        this.#slowly(text, hits, first);
        return;
      }
    }
  }

  #slowly(text: string, hits: Hits, first: number): void {
    this.#slow ??= buildAutomaton(this.#entries);
    hits.count = first;
    searchAll(this.#slow, text, hits);
  }
}

function firstWide(text: string): number {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > ASCII_MAX) return i;
  return -1;
}

/** How many units of the literal stand in the text from `start` on. */
function sameUnits({ text: literal }: Wide, text: string, start: number): number {
  if (start < 0 || start + literal.length > text.length) return 0;
  let same = 0;
  while (same < literal.length && FOLDED[text.charCodeAt(start + same)] === literal.charCodeAt(same)) same += 1;
  return same;
}
