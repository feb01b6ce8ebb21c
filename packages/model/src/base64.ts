/** Base64 and base64url (RFC 4648, sections 4 and 5) -> bytes. Never throws. */

const BASE64 = new Int8Array(128).fill(-1);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((letter, value) => {
  BASE64[letter.charCodeAt(0)] = value;
});
// The alphabet for URLs, as Gmail's exports write it.
BASE64["-".charCodeAt(0)] = 62;
BASE64["_".charCodeAt(0)] = 63;

/** Anything that is no base64 is passed over, padding included: some clients join encoded pieces. */
export function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let size = 0;
  let held = 0;
  let bits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 61) {
      bits = 0;
      held = 0;
      continue;
    }
    const value = code < 128 ? (BASE64[code] ?? -1) : -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[size] = (held >>> bits) & 255;
    size += 1;
  }
  return bytes.subarray(0, size);
}
