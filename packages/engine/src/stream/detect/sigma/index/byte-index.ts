/**
 * Finds which of some hundred literals stand in a text, wherever, on its bytes (UTF-8): four at a time are one number, and a
 * bitmap that stays in the nearest cache says of nearly all of them that no literal has them.
 *
 * Enters: folded ASCII literals of three units and more; folded bytes. Leaves: the refs of all literals that they hold, each once.
 * Of every literal one window of four bytes is filed, the one that ordinary texts hold most seldom; of a literal of three, all
 * windows that end with it, so the bytes must begin with one that no literal begins with.
 * B1. Linear time for any literals and bytes: comparing has a budget; beyond it the answer is "ask otherwise".
 */
import type { GramWeights } from "./gram-weights.ts";
import { type Entry, type Hits, report } from "./hits.ts";

export const BYTE_LITERAL_MIN = 3;
const WINDOW = 4;
const ASCII = 128;
/** 32 KiB of bits. */
const BITS = 18;
const SHIFT = 32 - BITS;
const WORK_PER_BYTE = 8;
const WORK_FREE = 10_000;

interface Filed {
  readonly bytes: Uint8Array;
  /** Bytes of the literal before the window; -1: the window begins one before the literal. */
  readonly at: number;
  readonly ref: number;
  seen: number;
}

export class ByteIndex {
  readonly #bits = new Int32Array(2 ** (BITS - 5));
  readonly #byWindow = new Map<number, Filed[]>();
  #scan = 0;

  constructor(entries: readonly Entry[], weights: GramWeights) {
    for (const { text, ref } of entries) {
      const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      if (bytes.length >= WINDOW) {
        const at = rarestAt(text, weights);
        this.#file(windowAt(bytes, at), { bytes, at, ref, seen: 0 });
      } else {
        const filed = { bytes, at: -1, ref, seen: 0 };
        for (let first = 0; first < ASCII; first += 1) this.#file(windowAt([first, ...bytes], 0), filed);
      }
    }
  }

  /** False: too much to compare; nothing that was added counts. */
  scan(bytes: DataView, length: number, hits: Hits): boolean {
    const bits = this.#bits;
    let budget = WORK_FREE + WORK_PER_BYTE * length;
    this.#scan += 1;
    for (let i = 0; i + WINDOW <= length; i += 1) {
      const window = bytes.getInt32(i, true);
      const slot = Math.imul(window, 0x9e3779b1) >>> SHIFT;
      if ((((bits[slot >> 5] ?? 0) >> slot) & 1) === 0) continue;
      budget -= this.#compareAll(window, i, { bytes, length, hits });
      if (budget < 0) return false;
    }
    return true;
  }

  #compareAll(window: number, at: number, { bytes, length, hits }: { bytes: DataView; length: number; hits: Hits }) {
    let work = 1;
    for (const filed of this.#byWindow.get(window) ?? []) {
      work += 1;
      const start = at - filed.at;
      if (filed.seen === this.#scan || start < 0 || start + filed.bytes.length > length) continue;
      let same = 0;
      while (same < filed.bytes.length && bytes.getUint8(start + same) === filed.bytes[same]) same += 1;
      work += same;
      if (same < filed.bytes.length) continue;
      filed.seen = this.#scan;
      report(hits, filed.ref);
    }
    return work;
  }

  #file(window: number, filed: Filed): void {
    const slot = Math.imul(window, 0x9e3779b1) >>> SHIFT;
    this.#bits[slot >> 5] = (this.#bits[slot >> 5] ?? 0) | (1 << slot);
    const list = this.#byWindow.get(window);
    if (list === undefined) this.#byWindow.set(window, [filed]);
    else list.push(filed);
  }
}

function rarestAt(text: string, weights: GramWeights): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  const last = Math.min(text.length - WINDOW, WINDOWS_TRIED_MAX);
  for (let at = 0; at <= last && least > 0; at += 1) {
    const weight = weights.of(text, at + WINDOW - 1);
    if (weight >= least) continue;
    least = weight;
    best = at;
  }
  return best;
}

const WINDOWS_TRIED_MAX = 64;

const windowAt = (bytes: ArrayLike<number>, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
