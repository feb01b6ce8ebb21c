/**
 * Finds which of some hundred literals stand in a text, wherever, on its bytes (UTF-8): four at a time are one number, and a
 * bitmap that stays in the nearest cache says of nearly all of them that no literal has them.
 *
 * Enters: folded ASCII literals of three units and more; bytes as they are. Leaves: the refs of all literals that they hold in any
 * case, each once. Only every other place is looked at, so of every literal two neighbouring windows of four bytes are filed, the
 * two that ordinary texts hold most seldom; of a shorter literal, all windows that begin one before it or hold it and what follows.
 * So a literal of three is found only where bytes stand on both sides of it.
 * B1. Linear time for any literals and bytes: comparing has a budget; beyond it the answer is "ask otherwise".
 */
import type { GramWeights } from "./gram-weights.ts";
import { type Entry, type Hits, report } from "./hits.ts";

export const BYTE_LITERAL_MIN = 3;
export const WINDOW = 4;
const STRIDE = 2;
const BYTES = 256;
/** In every byte of a window: letters lose their case. Other bytes may fall together; comparing tells them apart. */
const UNCASED = 0x20202020;
/** 32 KiB of bits. */
const BITS = 18;
const SHIFT = 32 - BITS;
const SPREAD = 0x9e3779b1 | 0;
const SLOTS_FIRST = 1_024;
const WORK_PER_BYTE = 8;
const WORK_FREE = 10_000;

const FOLDED_BYTES = Uint8Array.from({ length: BYTES }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

interface Filed {
  readonly bytes: Uint8Array;
  /** Bytes of the literal before the window; -1: the window begins one before the literal. */
  readonly at: number;
  /** The same for all windows of a literal. */
  readonly seen: { scan: number };
  readonly ref: number;
}

export class ByteIndex {
  readonly #bits = new Int32Array(2 ** (BITS - 5));
  /** A window (as a signed number), then the number of its list: -1 = empty. */
  #slots = new Int32Array(2 * SLOTS_FIRST).fill(-1);
  readonly #lists: Filed[][] = [];
  #scan = 0;

  constructor(entries: readonly Entry[], weights: GramWeights) {
    for (const { text, ref } of entries) {
      const bytes = Uint8Array.from(text, (unit) => unit.charCodeAt(0));
      const filed = { bytes, seen: { scan: 0 }, ref };
      if (bytes.length > WINDOW) {
        const at = rarestAt(text, weights);
        this.#file([bytes.subarray(at)], { ...filed, at });
        this.#file([bytes.subarray(at + 1)], { ...filed, at: at + 1 });
        continue;
      }
      this.#file(bytes.length === WINDOW ? [bytes] : anyByte((byte) => [...bytes, byte]), { ...filed, at: 0 });
      this.#file(
        anyByte((byte) => [byte, ...bytes]),
        { ...filed, at: -1 },
      );
    }
  }

  /** False: too much to compare; nothing that was added counts. */
  scan(bytes: DataView, length: number, hits: Hits): boolean {
    const bits = this.#bits;
    let budget = WORK_FREE + WORK_PER_BYTE * length;
    this.#scan += 1;
    for (let i = 0; i + WINDOW <= length; i += STRIDE) {
      const window = bytes.getInt32(i, true) | UNCASED;
      const slot = Math.imul(window, SPREAD) >>> SHIFT;
      if ((((bits[slot >> 5] ?? 0) >> slot) & 1) === 0) continue;
      budget -= this.#compareAll(window, i, { bytes, length, hits });
      if (budget < 0) return false;
    }
    return true;
  }

  #compareAll(window: number, at: number, { bytes, length, hits }: { bytes: DataView; length: number; hits: Hits }) {
    let work = 1;
    for (const filed of this.#lists[this.#slots[this.#slotOf(window) + 1] ?? -1] ?? []) {
      work += 1;
      const start = at - filed.at;
      if (filed.seen.scan === this.#scan || start < 0 || start + filed.bytes.length > length) continue;
      let same = 0;
      while (same < filed.bytes.length && FOLDED_BYTES[bytes.getUint8(start + same)] === filed.bytes[same]) same += 1;
      work += same;
      if (same < filed.bytes.length) continue;
      filed.seen.scan = this.#scan;
      report(hits, filed.ref);
    }
    return work;
  }

  #file(windows: Iterable<ArrayLike<number>>, filed: Filed): void {
    for (const window of new Set(Array.from(windows, windowAt))) {
      const bit = Math.imul(window, SPREAD) >>> SHIFT;
      this.#bits[bit >> 5] = (this.#bits[bit >> 5] ?? 0) | (1 << bit);
      const slot = this.#slotOf(window);
      const list = this.#lists[this.#slots[slot + 1] ?? -1];
      if (list === undefined) this.#add(slot, window, filed);
      else list.push(filed);
    }
  }

  #add(slot: number, window: number, filed: Filed): void {
    this.#slots[slot] = window;
    this.#slots[slot + 1] = this.#lists.push([filed]) - 1;
    if (this.#lists.length * 4 < this.#slots.length) return;
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2).fill(-1);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] === -1) continue;
      this.#slots.set(before.subarray(at, at + 2), this.#slotOf(before[at] ?? 0));
    }
  }

  /** Where the window is, or could be put. */
  #slotOf(window: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let slot = (Math.imul(window, SPREAD) >>> SHIFT) * 2; ; slot += 2) {
      const at = slot & last;
      if (slots[at + 1] === -1 || slots[at] === window) return at;
    }
  }
}

const anyByte = (window: (byte: number) => readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: BYTES }, (_, byte) => window(byte));

/** Where two windows begin, one after the other, of which the commoner is as rare as can be. */
export function rarestAt(text: string, weights: GramWeights): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  const last = Math.min(text.length - WINDOW - 1, WINDOWS_TRIED_MAX);
  for (let at = 0; at <= last && least > 0; at += 1) {
    const weight = Math.max(weights.of(text, at + WINDOW - 1), weights.of(text, at + WINDOW));
    if (weight >= least) continue;
    least = weight;
    best = at;
  }
  return best;
}

const WINDOWS_TRIED_MAX = 64;

export const windowAt = (bytes: ArrayLike<number>): number =>
  (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 24) | UNCASED;
