/**
 * Text to a sparse row: words, pairs of words, and runs of characters, hashed into 2^bits signed buckets.
 *
 * LT4. The same text gives the same row on every machine; case is folded by Unicode's own rules, not by a locale.
 * LT5. Rows have length 1 (L2), values are sublinear in the count: a long text weighs no more than a short one.
 * LT6. Text beyond `charsMax` is not read, and the row says so.
 */
import { refusal } from "../learning-error.ts";
import { murmur3 } from "./murmur3.ts";

export interface TextHashing {
  readonly bits: number;
  /** 0: no words; 1: words; 2: pairs too. */
  readonly wordGrams: 0 | 1 | 2;
  readonly charGramsMin: number;
  /** 0: no runs of characters. */
  readonly charGramsMax: number;
  readonly charsMax: number;
}

export const TEXT_HASHING: TextHashing = {
  bits: 18,
  wordGrams: 2,
  charGramsMin: 1,
  charGramsMax: 4,
  // What an attack or a lure has to say it says early; time per text must have a bound.
  charsMax: 32_768,
};

export interface HashedText {
  /** Ascending, each once. */
  readonly slots: Int32Array;
  readonly values: Float64Array;
  readonly cut: boolean;
}

/** Where a string comes from; also its seed, so that the word "a" and the character "a" differ. */
const WORD = 1;
const PAIR = 2;
const CHARS = 16;
const GRAM_MAX = 8;

export function requireHashing(hashing: TextHashing): TextHashing {
  const { bits, wordGrams, charGramsMin, charGramsMax, charsMax } = hashing;
  const whole = [bits, wordGrams, charGramsMin, charGramsMax, charsMax].every(Number.isInteger);
  const inside = bits >= 4 && bits <= 24 && wordGrams >= 0 && wordGrams <= 2 && charsMax >= 1;
  if (!whole || !inside || charGramsMin < 1 || charGramsMax < 0 || charGramsMax > GRAM_MAX)
    throw refusal("parameters-malformed", `hashing of text: ${JSON.stringify(hashing)}`);
  return hashing;
}

export function hashText(text: string, hashing: TextHashing = TEXT_HASHING): HashedText {
  const { bits } = hashing;
  let found = new Uint32Array(1_024);
  let size = 0;
  eachGram(text, hashing, (hash) => {
    if (size === found.length) {
      const larger = new Uint32Array(2 * size);
      larger.set(found);
      found = larger;
    }
    // Slot bits to the front: one sort brings equal slots together, and equal hashes within them.
    found[size] = (hash << (32 - bits)) | (hash >>> bits);
    size += 1;
  });
  const keys = found.subarray(0, size).sort();
  const slots = new Int32Array(size);
  const values = new Float64Array(size);
  let last = -1;
  for (let at = 0; at < size; ) {
    const key = keys[at] ?? 0;
    let count = 0;
    for (; keys[at] === key; at += 1) count += 1;
    const slot = key >>> (32 - bits);
    if (last < 0 || slots[last] !== slot) last += 1;
    slots[last] = slot;
    const negative = ((key >>> (31 - bits)) & 1) === 1;
    values[last] = (values[last] ?? 0) + (negative ? -1 : 1) * (1 + Math.log(count));
  }
  return {
    slots: slots.slice(0, last + 1),
    values: unit(values.slice(0, last + 1)),
    cut: text.length > hashing.charsMax,
  };
}

function unit(values: Float64Array): Float64Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? values : values.map((value) => value / length);
}

/** The strings of a text that fall into the given buckets, with their counts: what an explanation may quote. */
export function stringsInSlots(
  text: string,
  slots: ReadonlySet<number>,
  hashing: TextHashing = TEXT_HASHING,
): Map<number, Map<string, number>> {
  const mask = 2 ** hashing.bits - 1;
  const found = new Map<number, Map<string, number>>();
  eachGram(text, hashing, (hash, read, from, to) => {
    const slot = (hash & mask) >>> 0;
    if (!slots.has(slot)) return;
    const strings = found.get(slot) ?? new Map<string, number>();
    found.set(slot, strings);
    const name = read.slice(from, to);
    strings.set(name, (strings.get(name) ?? 0) + 1);
  });
  return found;
}

/** The gram is read.slice(from, to): most callers never need it as a string of its own. */
type SeeGram = (hash: number, read: string, from: number, to: number) => void;

function eachGram(text: string, hashing: TextHashing, see: SeeGram): void {
  const read = text.slice(0, hashing.charsMax).toLowerCase();
  if (hashing.wordGrams > 0) eachWord(read, hashing.wordGrams, see);
  if (hashing.charGramsMax > 0) eachRun(read.replace(/\s+/g, " "), hashing, see);
}

function eachWord(text: string, grams: number, see: SeeGram): void {
  let before: { readonly hash: number; readonly from: number } | undefined;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const to = index + word.length;
    const hash = murmur3(text, WORD, index, to);
    see(hash, text, index, to);
    if (grams > 1 && before !== undefined) see(murmur3(text, before.hash ^ PAIR, index, to), text, before.from, to);
    before = { hash, from: index };
  }
}

function eachRun(text: string, { charGramsMin, charGramsMax }: TextHashing, see: SeeGram): void {
  for (let size = charGramsMin; size <= charGramsMax; size += 1)
    for (let from = 0; from + size <= text.length; from += 1)
      see(murmur3(text, CHARS + size, from, from + size), text, from, from + size);
}
