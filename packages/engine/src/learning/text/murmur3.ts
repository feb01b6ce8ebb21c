/** MurmurHash3 x86_32 of a piece of text, as its UTF-16 code units in little endian: no encoder, no copy. Unsigned. */
export function murmur3(text: string, seed: number, from = 0, to = text.length): number {
  let hash = seed | 0;
  let at = from;
  for (; at + 1 < to; at += 2) {
    const block = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
    hash ^= mixed(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (at < to) hash ^= mixed(text.charCodeAt(at));
  hash ^= 2 * (to - from);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(block: number): number {
  const spread = Math.imul(block, 0xcc9e2d51);
  return Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
}
