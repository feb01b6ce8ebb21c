/** Bytes to text. Bad UTF-8 becomes U+FFFD and a remark; UTF-16 is recognised by its mark. Never throws. */

interface DecodedText {
  readonly text: string;
  readonly remark?: string;
}

export type DecodeText = (bytes: Uint8Array) => DecodedText;

/** Decoders are made once: making one costs more than decoding a line. */
export function makeTextDecoder(): DecodeText {
  const strict = new TextDecoder("utf-8", { fatal: true });
  const lossy = new TextDecoder("utf-8");
  return (bytes) => {
    const wide = wideLabel(bytes);
    if (wide !== undefined) return { text: new TextDecoder(wide).decode(bytes), remark: `${wide} text` };
    // The forgiving decoder is the faster one; only where it may have replaced something has the strict one to say.
    const text = lossy.decode(bytes);
    if (!text.includes(REPLACEMENT) || isStrict(strict, bytes)) return { text };
    return { text, remark: "bytes that are not UTF-8 were replaced" };
  };
}

/** What stands where bytes were no text; a text may hold it by itself. */
const REPLACEMENT = "\ufffd";

function isStrict(strict: { decode(bytes: Uint8Array): string }, bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function wideLabel(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
}
