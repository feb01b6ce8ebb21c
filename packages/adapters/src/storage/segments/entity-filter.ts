/** Bloom filter over the entity keys of one segment: a search for a rare address opens only the files that may hold it. */

/** About 1 false answer in 300. */
const BITS_PER_KEY = 12;
const PROBES = 8;

export function makeEntityFilter(keys: ReadonlySet<string>): Uint8Array {
  const filter = new Uint8Array(Math.max(8, Math.ceil((keys.size * BITS_PER_KEY) / 8)));
  const bits = filter.length * 8;
  for (const key of keys) {
    const { start, step } = hashOf(key);
    for (let i = 0; i < PROBES; i += 1) {
      const bit = (start + i * step) % bits;
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return filter;
}

export function mayHold(filter: Uint8Array, key: string): boolean {
  const bits = filter.length * 8;
  const { start, step } = hashOf(key);
  for (let i = 0; i < PROBES; i += 1) {
    const bit = (start + i * step) % bits;
    if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/** Double hashing; an odd step, so that the probes of one key differ. */
function hashOf(key: string): { readonly start: number; readonly step: number } {
  return { start: fnv1a(key, 0x811c9dc5), step: (fnv1a(key, 0x9747b28c) | 1) >>> 0 };
}

/** FNV-1a over UTF-16 code units, 32 bit. */
function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // One avalanche round: FNV's low bits of similar texts are close to each other.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
