/**
 * EVTX cut into its slots; reading them is the decoder's work.
 * In: chunks of a file. Out: one frame per 64 KiB slot after the 4 KiB file header that is not all zero, a partial last
 * one included. `position` is the slot number; `meta.chunks` is how many chunks the file header announces. Also takes a bare run of chunks without a file header (carved files).
 */
import type { Frame, Framer } from "./frame.ts";

const HEADER_BYTES = 4096;
const SLOT_BYTES = 65_536;
/** Number of chunks in the file header; stale in a file that was copied while open. */
const CHUNKS_AT = 42;

export const EVTX_FILE_MAGIC = "ElfFile\0";
export const EVTX_CHUNK_MAGIC = "ElfChnk\0";

export function makeEvtxFramer(hasFileHeader: boolean): Framer {
  let skip = hasFileHeader ? HEADER_BYTES : 0;
  let offset = skip;
  let slot = 0;
  let parts: Uint8Array[] = [];
  let length = 0;
  const header = Buffer.alloc(HEADER_BYTES);
  let chunks: number | undefined;

  const finish = (out: Frame[]): void => {
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    // Slots of a preallocated file that were never used hold zeros and nothing else.
    const meta = chunks === undefined ? {} : { meta: { chunks: String(chunks) } };
    if (bytes.some((byte) => byte !== 0)) out.push({ bytes, offset, position: slot, format: "evtx-chunk", ...meta });
    slot += 1;
    offset += length;
    parts = [];
    length = 0;
  };

  return {
    push(chunk) {
      const out: Frame[] = [];
      let at = Math.min(skip, chunk.length);
      if (skip > 0) {
        header.set(chunk.subarray(0, at), HEADER_BYTES - skip);
        skip -= at;
        if (skip === 0) chunks = header.readUInt16LE(CHUNKS_AT);
      }
      while (at < chunk.length) {
        const part = chunk.subarray(at, at + SLOT_BYTES - length);
        parts.push(part);
        length += part.length;
        at += part.length;
        if (length === SLOT_BYTES) finish(out);
      }
      return out;
    },
    end() {
      const out: Frame[] = [];
      if (length > 0) finish(out);
      return out;
    },
  };
}
