/**
 * Runs of characters of a short text as a sparse row, made for texts by the million: a rolling hash, one pass, no sort.
 * The same promises as `hashText` (case folded, length 1, sublinear counts); slots stand in the order they were met.
 */
import type { HashedText } from "../text/hash-text.ts";

export interface GramHashing {
  readonly bits: number;
  readonly min: number;
  readonly max: number;
  readonly charsMax: number;
}

const COUNTS_MAX = 1_024;
const WEIGHT: Float64Array = Float64Array.from({ length: COUNTS_MAX + 1 }, (_, count) =>
  count === 0 ? 0 : 1 + Math.log(count),
);
/** Counts of the text at hand, all 0 between texts; one for each size of table. */
const SCRATCH = new Map<number, Uint16Array>();

function scratchOf(bits: number): Uint16Array {
  const known = SCRATCH.get(bits) ?? new Uint16Array(2 ** bits);
  SCRATCH.set(bits, known);
  return known;
}

const folded = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

export function gramRow(text: string, { bits, min, max, charsMax }: GramHashing): HashedText {
  const counts = scratchOf(bits);
  const length = Math.min(text.length, charsMax);
  const touched = new Int32Array(length * (max - min + 1));
  let size = 0;
  for (let from = 0; from < length; from += 1) {
    let hash = 0x9e37_79b9;
    const end = Math.min(from + max, length);
    for (let at = from; at < end; at += 1) {
      hash = Math.imul(hash ^ folded(text.charCodeAt(at)), 0x5bd1_e995);
      hash ^= hash >>> 15;
      if (at - from + 1 < min) continue;
      const slot = Math.imul(hash, 0x85eb_ca6b) >>> (32 - bits);
      const count = counts[slot] ?? 0;
      if (count === 0) {
        touched[size] = slot;
        size += 1;
      }
      if (count < COUNTS_MAX) counts[slot] = count + 1;
    }
  }
  const slots = touched.subarray(0, size);
  const values = new Float64Array(size);
  let square = 0;
  for (let at = 0; at < size; at += 1) {
    const slot = slots[at] ?? 0;
    const value = WEIGHT[counts[slot] ?? 0] ?? 0;
    counts[slot] = 0;
    values[at] = value;
    square += value * value;
  }
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  for (let at = 0; at < size; at += 1) values[at] = (values[at] ?? 0) * scale;
  return { slots, values, cut: text.length > charsMax };
}
