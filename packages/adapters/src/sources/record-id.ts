/**
 * Record ids: 32 hex digits over where a record stands and what it says, so that reading it again gives the same id.
 * The place (path, file generation, sender) is hashed once; per record that digest, the offset and the bytes are.
 */
import { hash } from "node:crypto";
import { type RecordId, recordId } from "@cordon/model/ids";

const PLACE_BYTES = 32;
const OFFSET_BYTES = 8;
const ID_CHARS = 32;

export type IdOf = (offset: number, bytes: Uint8Array) => RecordId;

export function makeIdOf(...place: readonly string[]): IdOf {
  const prefix = hash("sha256", JSON.stringify(place), "buffer");
  // One hash call over one buffer: the copy costs less than a streaming hash object.
  let scratch = Buffer.alloc(4096);
  prefix.copy(scratch);
  return (offset, bytes) => {
    const length = PLACE_BYTES + OFFSET_BYTES + bytes.length;
    if (scratch.length < length) {
      scratch = Buffer.alloc(length * 2);
      prefix.copy(scratch);
    }
    scratch.writeDoubleLE(offset, PLACE_BYTES);
    scratch.set(bytes, PLACE_BYTES + OFFSET_BYTES);
    return recordId(hash("sha256", scratch.subarray(0, length), "hex").slice(0, ID_CHARS));
  };
}
