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
const SIGN = 0x8000_0000;

export function requireHashing(hashing: TextHashing): TextHashing {
  const { bits, wordGrams, charGramsMin, charGramsMax, charsMax } = hashing;
  const whole = [bits, wordGrams, charGramsMin, charGramsMax, charsMax].every(Number.isInteger);
  const inside = bits >= 4 && bits <= 24 && wordGrams >= 0 && wordGrams <= 2 && charsMax >= 1;
  if (!whole || !inside || charGramsMin < 1 || charGramsMax < 0 || charGramsMax > GRAM_MAX)
    throw refusal("parameters-malformed", `hashing of text: ${JSON.stringify(hashing)}`);
  return hashing;
}

export function hashText(text: string, hashing: TextHashing = TEXT_HASHING): HashedText {
  const found: number[] = [];
  eachGram(text, hashing, (hash) => {
    found.push(hash);
  });
  const hashes = Float64Array.from(found).sort();
  const mask = 2 ** hashing.bits - 1;
  const sums = new Map<number, number>();
  for (let at = 0; at < hashes.length; ) {
    const hash = hashes[at] ?? 0;
    let count = 0;
    for (; hashes[at] === hash; at += 1) count += 1;
    const slot = (hash & mask) >>> 0;
    const value = (hash >= SIGN ? -1 : 1) * (1 + Math.log(count));
    sums.set(slot, (sums.get(slot) ?? 0) + value);
  }
  const slots = Int32Array.from(sums.keys()).sort();
  const values = Float64Array.from(slots, (slot) => sums.get(slot) ?? 0);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { slots, values: length === 0 ? values : values.map((v) => v / length), cut: text.length > hashing.charsMax };
}

/** The strings of a text that fall into the given buckets, with their counts: what an explanation may quote. */
export function stringsInSlots(
  text: string,
  slots: ReadonlySet<number>,
  hashing: TextHashing = TEXT_HASHING,
): Map<number, Map<string, number>> {
  const mask = 2 ** hashing.bits - 1;
  const found = new Map<number, Map<string, number>>();
  eachGram(text, hashing, (hash, gram) => {
    const slot = (hash & mask) >>> 0;
    if (!slots.has(slot)) return;
    const strings = found.get(slot) ?? new Map<string, number>();
    found.set(slot, strings);
    const name = gram();
    strings.set(name, (strings.get(name) ?? 0) + 1);
  });
  return found;
}

type SeeGram = (hash: number, gram: () => string) => void;

function eachGram(text: string, hashing: TextHashing, see: SeeGram): void {
  const read = text.slice(0, hashing.charsMax).toLowerCase();
  if (hashing.wordGrams > 0) eachWord(read, hashing.wordGrams, see);
  if (hashing.charGramsMax > 0) eachRun(read.replace(/\s+/g, " "), hashing, see);
}

function eachWord(text: string, grams: number, see: SeeGram): void {
  let before: { readonly hash: number; readonly word: string } | undefined;
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const hash = murmur3(word, WORD);
    see(hash, () => word);
    const first = before;
    if (grams > 1 && first !== undefined) see(murmur3(word, first.hash ^ PAIR), () => `${first.word} ${word}`);
    before = { hash, word };
  }
}

function eachRun(text: string, { charGramsMin, charGramsMax }: TextHashing, see: SeeGram): void {
  for (let size = charGramsMin; size <= charGramsMax; size += 1)
    for (let from = 0; from + size <= text.length; from += 1) {
      const piece = { from, to: from + size };
      see(murmur3(text, CHARS + size, piece), () => text.slice(from, from + size));
    }
}
