/** Bits that say "nobody knows this key", which nearly every look-up is told. A bit that is set says nothing. */
import { WordLog } from "./word-log.ts";

/** One key in eight that is nobody's passes. */
const BYTES_PER_NUMBER = 1;
const BYTES_MIN = 64;
const SPREAD = 2 ** 32;

/** Any number of bits serves: the hash is scaled, not masked. */
const bitOf = (hash: number, filter: Uint8Array): number => Math.floor((hash / SPREAD) * (filter.length * 8));

export function mayHold(filter: Uint8Array, hash: number): boolean {
  const bit = bitOf(hash, filter);
  return ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

export class FilterLog {
  private readonly numbers = new WordLog();

  add(hash: number): void {
    this.numbers.push(hash);
  }

  /** Yields between stretches. */
  *filled(): Generator<void, Uint8Array<ArrayBuffer>> {
    const filter = new Uint8Array(Math.max(BYTES_MIN, this.numbers.length * BYTES_PER_NUMBER));
    for (const words of this.numbers.drain()) {
      for (let i = 0; i < words.length; i += 1) {
        const bit = bitOf((words[i] ?? 0) >>> 0, filter);
        filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
      }
      yield;
    }
    return filter;
  }
}
