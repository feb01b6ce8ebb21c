/**
 * Framing: where one record ends and the next begins, for bytes that arrive in pieces.
 * In: chunks. Out: frames. A framer holds at most one frame's `FRAME_BYTES_MAX`, however long the input or a line is.
 *
 * F1. Every byte that is not separator or white space belongs to exactly one frame, cut ones included (their rest is counted).
 * F2. The frames do not depend on how the input was cut into chunks.
 * F3. A framer never throws, whatever the bytes.
 */
import type { RecordFormat } from "@cordon/model/record";

/** 1 MiB per record (sources.md 1): what a decoder, a rule and a page can handle. */
export const FRAME_BYTES_MAX = 2 ** 20;

export interface Frame {
  readonly bytes: Uint8Array;
  /** Of its first byte, in the decompressed input. */
  readonly offset: number;
  /** 1-based line or element, 0-based slot for EVTX. */
  readonly position: number;
  readonly format: RecordFormat;
  readonly meta?: Readonly<Record<string, string>>;
}

export interface Framer {
  push(chunk: Uint8Array): readonly Frame[];
  /** What is left when no more bytes come. The framer must not be used afterwards. */
  end(): readonly Frame[];
}

export const cutRemark = (kept: number, length: number): string => `kept ${kept} of ${length} bytes`;

/** The bytes of the frame in progress: kept up to the limit, counted beyond it. */
export interface Held {
  add(bytes: Uint8Array): void;
  /** Length including what was not kept. */
  readonly length: number;
  take(): { readonly bytes: Uint8Array; readonly cut?: string };
}

export function makeHeld(limit = FRAME_BYTES_MAX): Held {
  let parts: Uint8Array[] = [];
  let kept = 0;
  let length = 0;
  return {
    add(bytes) {
      length += bytes.length;
      if (kept >= limit || bytes.length === 0) return;
      const part = bytes.subarray(0, limit - kept);
      parts.push(part);
      kept += part.length;
    },
    get length() {
      return length;
    },
    take() {
      const only = parts.length === 1 ? parts[0] : undefined;
      const taken = { bytes: only ?? Buffer.concat(parts), ...(length > kept ? { cut: cutRemark(kept, length) } : {}) };
      parts = [];
      kept = 0;
      length = 0;
      return taken;
    },
  };
}

const NEWLINE = 10;
const RETURN = 13;

/** Without a carriage return at its end. */
export function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes[bytes.length - 1] === RETURN ? bytes.subarray(0, -1) : bytes;
}

export function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes)
    if (byte > 32 || (byte !== 32 && byte !== 9 && byte !== RETURN && byte !== NEWLINE)) return false;
  return true;
}
