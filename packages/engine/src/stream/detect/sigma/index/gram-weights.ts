/** How often windows of four units occur in ordinary texts. Only speed depends on it. */
import { FOLDED } from "./fold-table.ts";

const BITS = 16;

export class GramWeights {
  readonly #counts = new Uint16Array(2 ** BITS);

  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      for (let end = 3; end < text.length; end += 1) {
        const slot = slotOf(text, end);
        this.#counts[slot] = Math.min(0xffff, (this.#counts[slot] ?? 0) + 1);
      }
    }
  }

  /** Weight of the window that ends at `end`. */
  of(text: string, end: number): number {
    return this.#counts[slotOf(text, end)] ?? 0;
  }
}

function slotOf(text: string, end: number): number {
  let hash = 0;
  for (let i = end - 3; i <= end; i += 1)
    hash = Math.imul(hash, 31) ^ Math.imul(FOLDED[text.charCodeAt(i)] ?? 0, 0x9e3b);
  return (hash ^ (hash >>> 13)) & (2 ** BITS - 1);
}
