/**
 * Answers of regular expressions to long texts, kept with the texts: the same scripts run day after day, and one look at a script of
 * ten thousand units costs as much as ten events.
 *
 * L1. Bounded: two generations; when the young one is full, the old one is forgotten.
 */
import type { Known } from "./value-memo.ts";

/** Shorter texts are looked at as fast as they are looked up. */
const LENGTH_MIN = 1_024;
/** Units of one generation; longer texts than a fourth of it are not kept. */
const UNITS_MAX = 1_048_576;

export class LongTexts {
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();
  #units = 0;

  /** Undefined for texts that are not kept. */
  of(text: string): Known | undefined {
    if (text.length < LENGTH_MIN || text.length > UNITS_MAX / 4) return undefined;
    return this.#young.get(text) ?? this.#keep(text, this.#old.get(text));
  }

  #keep(text: string, before: Known | undefined): Known {
    if (this.#units + text.length > UNITS_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#units = 0;
    }
    const known = before ?? { refs: [], keywords: undefined, truths: undefined };
    this.#young.set(text, known);
    this.#units += text.length;
    return known;
  }
}
