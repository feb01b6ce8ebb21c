/**
 * Has this event id been stored? A growing Bloom filter over all ids: "no" is certain, "perhaps" is looked up on disk.
 * Two bytes for each event, so ten million events cost 20 MB.
 */
import { mixKey } from "./id-key.ts";

export interface IdFilter {
  has(key: Buffer): boolean;
  add(key: Buffer): void;
}

/** With 8 probes about 6 in 10,000 new ids are looked up in vain. */
const BITS_PER_ID = 16;
const PROBES = 8;
const FIRST_CAPACITY = 65_536;

export function makeIdFilter(expected = FIRST_CAPACITY): IdFilter {
  const layers = [makeBloom(Math.max(FIRST_CAPACITY, expected))];
  let capacity = Math.max(FIRST_CAPACITY, expected);
  let room = capacity;
  return {
    has: (key) => {
      const [a, b] = [mixKey(key, 1), mixKey(key, 2)];
      return layers.some((layer) => layer.has(a, b));
    },
    add(key) {
      if (room === 0) {
        capacity *= 2;
        room = capacity;
        layers.push(makeBloom(capacity));
      }
      room -= 1;
      layers.at(-1)?.add(mixKey(key, 1), mixKey(key, 2));
    },
  };
}

interface Bloom {
  has(a: number, b: number): boolean;
  add(a: number, b: number): void;
}

function makeBloom(capacity: number): Bloom {
  const bits = capacity * BITS_PER_ID;
  const words = new Uint32Array(Math.ceil(bits / 32));
  return {
    has: (a, b) => {
      for (let i = 0; i < PROBES; i += 1) {
        const bit = probe(a, b, i) % bits;
        if (((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
      }
      return true;
    },
    add: (a, b) => {
      for (let i = 0; i < PROBES; i += 1) {
        const bit = probe(a, b, i) % bits;
        words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
      }
    },
  };
}

/** Double hashing over two hashes of the key; sums stay exact below 2^53. */
const probe = (a: number, b: number, i: number): number => a + i * ((b | 1) >>> 0);
