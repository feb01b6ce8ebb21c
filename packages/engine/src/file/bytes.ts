/**
 * Reading bytes that an attacker wrote. Enters: bytes and an offset. Leaves: a number or a text.
 * FB1. Nothing throws: what lies beyond the end reads as zero or as nothing, and callers bound every loop by a named limit.
 */
export interface Reader {
  readonly bytes: Uint8Array;
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** As a double: exact up to 2^53, which no file reaches. */
  u64(at: number): number;
  slice(at: number, length: number): Uint8Array;
  /** Up to the first zero byte, at most `max`. */
  ascii(at: number, max: number): string;
  utf16(at: number, units: number): string;
}

export function makeReader(bytes: Uint8Array, littleEndian = true): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fits = (at: number, size: number): boolean => Number.isInteger(at) && at >= 0 && at + size <= bytes.length;
  const u32 = (at: number): number => (fits(at, 4) ? view.getUint32(at, littleEndian) : 0);
  const u16 = (at: number): number => (fits(at, 2) ? view.getUint16(at, littleEndian) : 0);
  return {
    bytes,
    length: bytes.length,
    u8: (at) => (fits(at, 1) ? view.getUint8(at) : 0),
    u16,
    u32,
    u64: (at) => (littleEndian ? u32(at) + u32(at + 4) * 2 ** 32 : u32(at) * 2 ** 32 + u32(at + 4)),
    slice: (at, length) => (at < 0 || length <= 0 ? new Uint8Array(0) : bytes.subarray(at, at + length)),
    ascii: (at, max) => {
      if (at < 0) return "";
      let end = at;
      while (end < bytes.length && end < at + max && bytes[end] !== 0) end += 1;
      return latin1(bytes.subarray(at, end));
    },
    utf16: (at, units) => {
      let text = "";
      for (let unit = 0; unit < units && fits(at + 2 * unit, 2); unit += 1)
        text += String.fromCharCode(u16(at + 2 * unit));
      return text;
    },
  };
}

/** One character per byte, so that offsets in the text are offsets in the file. */
export const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);

/** Bits per byte, 0 to 8. */
export function entropyOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / bytes.length) * Math.log2(count / bytes.length);
  return sum;
}

/** Offset of the marker at or after `from` and before `to`, -1 for none. */
export function findBytes(bytes: Uint8Array, marker: readonly number[], from = 0, to = bytes.length): number {
  const first = marker[0] ?? 0;
  const last = Math.min(to, bytes.length) - marker.length;
  for (let at = bytes.indexOf(first, from); at !== -1 && at <= last; at = bytes.indexOf(first, at + 1))
    if (marker.every((byte, offset) => bytes[at + offset] === byte)) return at;
  return -1;
}

export const codesOf = (text: string): readonly number[] => Array.from(text, (mark) => mark.charCodeAt(0));
