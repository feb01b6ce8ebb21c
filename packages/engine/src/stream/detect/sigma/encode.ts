/** Byte transforms of literals: what an encoder would have left in the log. Pure arithmetic on bytes. */

export type Utf16 = "utf16le" | "utf16be" | "utf16";

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `utf16` puts the byte order mark FF FE in front of little-endian text. */
export function utf16(text: string, form: Utf16): Uint8Array {
  const start = form === "utf16" ? 2 : 0;
  const bytes = new Uint8Array(start + 2 * text.length);
  if (start > 0) bytes.set([0xff, 0xfe]);
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    const [low, high] = [unit & 0xff, unit >> 8];
    bytes.set(form === "utf16be" ? [high, low] : [low, high], start + 2 * i);
  }
  return bytes;
}

/** Bytes as text of the same units, to be matched where no base64 follows. */
export function bytesAsText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(word >> 18) + ALPHABET.charAt((word >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((word >> 6) & 63) : "=";
    text += left > 2 ? ALPHABET.charAt(word & 63) : "=";
  }
  return text;
}

/** Characters that depend on what stood before the literal, and on what follows it, are cut off. */
const CUT_BEFORE = [0, 2, 3] as const;
const CUT_AFTER = [0, 3, 2] as const;

/** The three spellings a literal can have inside a longer base64 text, by its distance to a three-byte boundary. */
export function base64Offsets(bytes: Uint8Array): readonly string[] {
  return CUT_BEFORE.map((before, shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.set(bytes, shift);
    const text = base64(shifted);
    return text.slice(before, text.length - (CUT_AFTER[shifted.length % 3] ?? 0));
  });
}
