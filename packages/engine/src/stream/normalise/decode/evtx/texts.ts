/**
 * Texts made from bytes of one slot. The same bytes come again and again (host, user, image, provider), so a small
 * direct-mapped table remembers where a text was made last and compares the bytes instead of decoding them again.
 * The texts are copies: none keeps the 64 KiB slot alive.
 */

const ENTRIES = 1_024;
/** Longer values (script blocks, call traces) hardly repeat, and comparing them costs what decoding costs. */
const CACHED_BYTES_MAX = 512;
/** Up to here joining characters beats the call into the platform's decoder, and the result is one flat string. */
const JOINED_CHARS_MAX = 8;

const utf16 = new TextDecoder("utf-16le", { ignoreBOM: true });
const windows1252 = new TextDecoder("windows-1252");

export interface Texts {
  readonly bytes: Uint8Array;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly sizes: Uint16Array;
  readonly made: string[];
}

export type Make = (bytes: Uint8Array, at: number, size: number) => string;

export function makeTexts(bytes: Uint8Array): Texts {
  return {
    bytes,
    kinds: new Uint8Array(ENTRIES),
    starts: new Uint32Array(ENTRIES),
    sizes: new Uint16Array(ENTRIES),
    made: new Array<string>(ENTRIES).fill(""),
  };
}

/** The text of `size` bytes at `at`, made by `make` unless the same bytes of the same kind (1..255) were met just before. */
export function textAt(texts: Texts, kind: number, make: Make, at: number, size: number): string {
  const { bytes } = texts;
  if (size > CACHED_BYTES_MAX || size === 0) return make(bytes, at, size);
  const entry = sample(bytes, at, size) & (ENTRIES - 1);
  const known = texts.starts[entry] ?? 0;
  if (texts.kinds[entry] === kind && texts.sizes[entry] === size && same(bytes, known, at, size)) {
    return texts.made[entry] ?? "";
  }
  const text = make(bytes, at, size);
  texts.kinds[entry] = kind;
  texts.starts[entry] = at;
  texts.sizes[entry] = size;
  texts.made[entry] = text;
  return text;
}

/** A hash of the size and at most 16 bytes spread over the value: enough to tell neighbours apart, cheap for long texts. */
function sample(bytes: Uint8Array, at: number, size: number): number {
  const stride = size <= 16 ? 1 : (size >> 4) | 1;
  let hash = size;
  for (let i = at + size - 1; i >= at; i -= stride) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0;
  return hash ^ (hash >>> 10) ^ (hash >>> 20);
}

function same(bytes: Uint8Array, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i += 1) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** UTF-16 without the trailing NULs that some writers leave. A lone surrogate becomes U+FFFD. */
export function utf16Text(bytes: Uint8Array, at: number, size: number): string {
  let end = at + (size & ~1);
  while (end > at && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  if (end - at > 2 * JOINED_CHARS_MAX) return utf16.decode(bytes.subarray(at, end));
  let text = "";
  for (let i = at; i < end; i += 2) text += String.fromCharCode((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8));
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** "ANSI" text: the writer's code page is not recorded; the western one is the only guess that maps every byte. */
export function ansiText(bytes: Uint8Array, at: number, size: number): string {
  let end = at + size;
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return windows1252.decode(bytes.subarray(at, end));
}
