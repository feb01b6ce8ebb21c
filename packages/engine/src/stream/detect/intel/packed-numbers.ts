/** Numbers in few bytes: varints of at most 5 bytes, times in 6 bytes of ms. */

export const VARINT_BYTES_MAX = 5;
export const TIME_BYTES = 6;
const TIME_MAX = 2 ** 48 - 1;

/** Gives the place behind. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 127) {
    bytes[next] = (rest & 127) | 128;
    rest >>>= 7;
    next += 1;
  }
  bytes[next] = rest;
  return next + 1;
}

export function readVarint(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < VARINT_BYTES_MAX; i += 1) {
    const byte = bytes[at + i] ?? 0;
    value |= (byte & 127) << (7 * i);
    if (byte < 128) break;
  }
  return value;
}

export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : VARINT_BYTES_MAX;
}

export function writeTime(bytes: Uint8Array, at: number, ms: number): number {
  let rest = Math.min(TIME_MAX, Math.max(0, Math.floor(ms)));
  for (let i = 0; i < TIME_BYTES; i += 1) {
    bytes[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return at + TIME_BYTES;
}

export function readTime(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  const high = (bytes[at + 3] ?? 0) | ((bytes[at + 4] ?? 0) << 8) | ((bytes[at + 5] ?? 0) << 16);
  return high * 0x1000000 + low;
}
