/**
 * Bodies of mails: transfer encodings and character sets. Enters: bytes as a string of one character each. Leaves: bytes, text.
 * MB1. Never throws: what is no base64 or no such character set is read as far as it goes.
 */

import { fromBase64 } from "@cordon/model/base64";

/** One character a byte: a mail is cut at lines and boundaries before its characters are known. */
export function bytesToBinary(bytes: Uint8Array): string {
  let text = "";
  // More arguments than this overflow the stack of a call.
  const step = 8_192;
  for (let at = 0; at < bytes.length; at += step) text += String.fromCharCode(...bytes.subarray(at, at + step));
  return text;
}

export function binaryToBytes(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function decodeTransfer(binary: string, encoding: string): Uint8Array {
  const name = encoding.trim().toLowerCase();
  if (name === "base64") return fromBase64(binary);
  if (name === "quoted-printable") return fromQuotedPrintable(binary);
  return binaryToBytes(binary);
}

/** A blank that a relay put behind a soft line break; more than a line's worth is no relay's doing. */
const BLANKS_MAX = 76;

function fromQuotedPrintable(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  let size = 0;
  for (let at = 0; at < binary.length; at += 1) {
    const code = binary.charCodeAt(at);
    const high = code === 61 ? hexDigit(binary.charCodeAt(at + 1)) : -1;
    const low = high < 0 ? -1 : hexDigit(binary.charCodeAt(at + 2));
    if (low >= 0) {
      bytes[size] = high * 16 + low;
      at += 2;
    } else {
      const end = code === 61 ? softBreak(binary, at + 1) : -1;
      if (end >= 0) {
        at = end;
        continue;
      }
      bytes[size] = code;
    }
    size += 1;
  }
  return bytes.subarray(0, size);
}

/** Where the line break ends that stands behind blanks alone; -1: there is none. */
function softBreak(binary: string, from: number): number {
  let at = from;
  while (at - from <= BLANKS_MAX && (binary[at] === " " || binary[at] === "\t")) at += 1;
  if (binary[at] === "\r") at += 1;
  return binary[at] === "\n" ? at : -1;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** `undefined` and unknown sets: UTF-8 where the bytes are such, else Windows' Western set, which no byte offends. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  for (const label of [charset, "utf-8"]) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // Not a known set, or not of this set: the next one.
    }
  }
  return new TextDecoder("windows-1252").decode(bytes);
}
