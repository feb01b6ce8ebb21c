/**
 * 128 bits under a secret key that stand for a key of any length: Chaskey-12 (ISO/IEC 29192-6), made for words of 32 bits.
 *
 * Enters: key, bytes. Leaves: `tag`, four words, until the next digest.
 * K1. A keyed pseudo-random function: who does not know the key cannot choose two texts of one tag, and by chance one of n
 *     rows has the tag of a given other text once in 2^128 / n.
 */

/** Four words of 32 bits that nobody outside knows. */
export type DigestKey = readonly [number, number, number, number];

const BLOCK = 16;
const ROUNDS = 12;

export class KeyedDigest {
  readonly tag = new Int32Array(4);
  /** Bytes to be digested are put here; `room` first. */
  bytes = new Uint8Array(256);
  private words = new Int32Array(this.bytes.buffer);
  private readonly key: Int32Array;
  private readonly whole: Int32Array;
  private readonly padded: Int32Array;

  constructor(key: DigestKey) {
    this.key = Int32Array.from(key);
    this.whole = doubled(this.key);
    this.padded = doubled(this.whole);
  }

  /** Bytes that hold `length` and the padding behind. */
  room(length: number): Uint8Array {
    if (length + BLOCK > this.bytes.length) {
      this.bytes = new Uint8Array(2 ** Math.ceil(Math.log2(length + BLOCK)));
      this.words = new Int32Array(this.bytes.buffer);
    }
    return this.bytes;
  }

  /** Of the first `length` of `bytes`; what lies in the rest of the last block is written over. */
  digest(length: number): void {
    const { bytes, words, key, tag } = this;
    const last = length === 0 ? 0 : (length - 1) & -BLOCK;
    const end = length - last === BLOCK ? this.whole : this.padded;
    if (end === this.padded) {
      bytes[length] = 1;
      for (let i = length + 1; i < last + BLOCK; i += 1) bytes[i] = 0;
    }
    let a = key[0] ?? 0;
    let b = key[1] ?? 0;
    let c = key[2] ?? 0;
    let d = key[3] ?? 0;
    for (let at = 0; at <= last; at += BLOCK) {
      const word = at >> 2;
      a ^= words[word] ?? 0;
      b ^= words[word + 1] ?? 0;
      c ^= words[word + 2] ?? 0;
      d ^= words[word + 3] ?? 0;
      if (at === last) {
        a ^= end[0] ?? 0;
        b ^= end[1] ?? 0;
        c ^= end[2] ?? 0;
        d ^= end[3] ?? 0;
      }
      for (let round = 0; round < ROUNDS; round += 1) {
        a = (a + b) | 0;
        b = ((b << 5) | (b >>> 27)) ^ a;
        a = (a << 16) | (a >>> 16);
        c = (c + d) | 0;
        d = ((d << 8) | (d >>> 24)) ^ c;
        a = (a + d) | 0;
        d = ((d << 13) | (d >>> 19)) ^ a;
        c = (c + b) | 0;
        b = ((b << 7) | (b >>> 25)) ^ c;
        c = (c << 16) | (c >>> 16);
      }
    }
    tag[0] = a ^ (end[0] ?? 0);
    tag[1] = b ^ (end[1] ?? 0);
    tag[2] = c ^ (end[2] ?? 0);
    tag[3] = d ^ (end[3] ?? 0);
  }
}

/** Times two in the field of 2^128 elements. */
function doubled(words: Int32Array): Int32Array {
  const word = (i: number): number => words[i] ?? 0;
  const carry = word(3) < 0 ? 0x87 : 0;
  return Int32Array.of(
    (word(0) << 1) ^ carry,
    (word(1) << 1) | (word(0) >>> 31),
    (word(2) << 1) | (word(1) >>> 31),
    (word(3) << 1) | (word(2) >>> 31),
  );
}
