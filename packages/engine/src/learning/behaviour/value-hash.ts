/**
 * Values (countries, programs, places, ...) as numbers that baselines keep instead of texts: HalfSipHash-2-4 with the
 * installation's own key, 48 bits of its 64.
 *
 * VH1. Who writes logs does not know the key, so nobody can craft a value that counts as a usual one, whatever they know of the code.
 * VH2. The key is drawn once and kept with what was learnt: the same text has the same number for as long as that lives.
 * VH3. Without a key (memories from before there was one) it is FNV-1a, as it was then.
 */

export type ValueKey = readonly [number, number];
export type ValueHash = (text: string) => number;

/** Texts whose numbers are kept: what comes on an ordinary day. Longer ones are worked out each time. */
const KEPT_MAX = 32_768;
const KEPT_TEXT_MAX = 200;
/** Numbers stay whole in doubles, and take seven bytes when packed. */
const HIGH_BITS = 0xffff;
const HIGH = 2 ** 32;

export function makeValueHash(key: ValueKey | undefined): ValueHash {
  const work = key === undefined ? hashOf : (text: string): number => halfSip(text, key);
  const kept = new Map<string, number>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const value = work(text);
    if (text.length > KEPT_TEXT_MAX) return value;
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(text, value);
    return value;
  };
}

/** FNV-1a over UTF-16 units: for names that nobody gains by choosing. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Over UTF-16 units, low byte first. Words are two units, the last one says the length; then two words of no text end it. */
function halfSip(text: string, [k0, k1]: ValueKey): number {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  let low = 0;
  const { length } = text;
  const words = (length >> 1) + 1;
  for (let at = 0; at < words + 2; at += 1) {
    let word = 0;
    if (at < words) word = wordAt(text, at);
    else if (at === words) v2 ^= 0xee;
    else {
      low = (v1 ^ v3) >>> 0;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    for (let round = at < words ? 2 : 4; round > 0; round -= 1) {
      v0 = (v0 + v1) | 0;
      v1 = rotated(v1, 5) ^ v0;
      v0 = rotated(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotated(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotated(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotated(v1, 13) ^ v2;
      v2 = rotated(v2, 16);
    }
    v0 ^= word;
  }
  return ((v1 ^ v3) & HIGH_BITS) * HIGH + low;
}

function wordAt(text: string, at: number): number {
  const from = 2 * at;
  const { length } = text;
  if (from + 1 < length) return text.charCodeAt(from) | (text.charCodeAt(from + 1) << 16);
  return (((2 * length) & 255) << 24) | (from < length ? text.charCodeAt(from) : 0);
}
