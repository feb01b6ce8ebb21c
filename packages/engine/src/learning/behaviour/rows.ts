/**
 * Packed records -> rows of text that any store of texts keeps, and back.
 *
 * RO1. A row is a checksum (CRC-32, 8 hex digits) and base64; what was damaged on the way is refused with its reason.
 * RO2. A row holds about `ROW_BYTES`, so that no text is too long for a store or for the engine's strings.
 */
import { PackError } from "./pack-format.ts";

const ROW_BYTES = 1_024 * 1_024;
const LENGTH = 4;
const CHECK = 8;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const NONE = 255;
const VALUES = new Uint8Array(128).fill(NONE);
for (const [value, code] of CODES.entries()) VALUES[code] = value;
/** Arguments of one call that every engine takes. */
const CALL = 8_192;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i += 1) value = (value & 1) === 0 ? value >>> 1 : 0xedb88320 ^ (value >>> 1);
  return value >>> 0;
});

/** Lent bytes are copied before the next record is asked for; a row is made when it is asked for. */
export function* rowsOf(records: Iterable<Uint8Array>): Iterable<string> {
  let bytes = new Uint8Array(ROW_BYTES);
  let at = 0;
  for (const record of records) {
    const size = LENGTH + record.length;
    if (at > 0 && at + size > ROW_BYTES) {
      yield rowOf(bytes.subarray(0, at));
      at = 0;
    }
    if (size > bytes.length) bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(at, record.length);
    bytes.set(record, at + LENGTH);
    at += size;
  }
  if (at > 0) yield rowOf(bytes.subarray(0, at));
}

const rowOf = (bytes: Uint8Array): string => checkOf(bytes) + toBase64(bytes);

/** Records of all rows in order; throws `PackError` at the first row that is damaged, `before` counts rows seen earlier. */
export function* recordsOf(rows: Iterable<string>, before = 0): Iterable<Uint8Array> {
  let number = before;
  for (const row of rows) {
    number += 1;
    const bytes = fromBase64(row, CHECK);
    if (bytes === undefined) throw new PackError(`row ${number}: not base64`);
    if (checkOf(bytes) !== row.slice(0, CHECK)) throw new PackError(`row ${number}: its checksum differs`);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; ) {
      const size = at + LENGTH <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
      if (at + LENGTH + size > bytes.length) throw new PackError(`row ${number}: ends within a record`);
      yield bytes.subarray(at + LENGTH, at + LENGTH + size);
      at += LENGTH + size;
    }
  }
}

function checkOf(bytes: Uint8Array): string {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(CHECK, "0");
}

function toBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill("=".charCodeAt(0));
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    codes[to] = CODES[word >>> 18] ?? 0;
    codes[to + 1] = CODES[(word >>> 12) & 63] ?? 0;
    if (left > 1) codes[to + 2] = CODES[(word >>> 6) & 63] ?? 0;
    if (left > 2) codes[to + 3] = CODES[word & 63] ?? 0;
    to += 4;
  }
  let text = "";
  for (let at = 0; at < codes.length; at += CALL) text += String.fromCharCode(...codes.subarray(at, at + CALL));
  return text;
}

function fromBase64(text: string, from: number): Uint8Array<ArrayBuffer> | undefined {
  const length = text.length - from;
  if (length < 0 || length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((length / 4) * 3 - padding);
  const valueAt = (at: number): number => (at >= text.length - padding ? 0 : (VALUES[text.charCodeAt(at)] ?? NONE));
  for (let at = from, to = 0; at < text.length; at += 4, to += 3) {
    const [a, b, c, d] = [valueAt(at), valueAt(at + 1), valueAt(at + 2), valueAt(at + 3)];
    if (a === NONE || b === NONE || c === NONE || d === NONE) return undefined;
    const word = (a << 18) | (b << 12) | (c << 6) | d;
    bytes[to] = word >>> 16;
    if (to + 1 < bytes.length) bytes[to + 1] = (word >>> 8) & 255;
    if (to + 2 < bytes.length) bytes[to + 2] = word & 255;
  }
  return bytes;
}
