/** Event ids as fixed 20-byte keys, and the index of keys to rows that rests beside each segment. */
import { createHash } from "node:crypto";
import type { EventId } from "@cordon/model/ids";

/** 16 bytes of record id and 4 of index; other spellings are hashed to the same length. */
export const KEY_BYTES = 20;
/** A key and the row of the event in its segment. */
const ENTRY_BYTES = KEY_BYTES + 4;
/** Lookups read one bucket of every candidate segment: 256 keep that near 2 KB for each segment of 25,000 rows. */
export const BUCKETS = 256;

const REGULAR = /^[0-9a-f]{32}-(?:0|[1-9][0-9]{0,8})$/;

export function idKey(id: EventId): Buffer {
  if (!REGULAR.test(id)) return createHash("sha256").update(id).digest().subarray(0, KEY_BYTES);
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.write(id, 0, 16, "hex");
  key.writeUInt32LE(Number(id.slice(33)), 16);
  return key;
}

export const bucketOf = (key: Buffer): number => mixKey(key, 0x2545f491) % BUCKETS;

/** 32 bits over the whole key: ids are hashes as a rule, but a source that counts must not fall into one bucket. */
export function mixKey(key: Buffer, seed: number): number {
  let hash = seed;
  for (let at = 0; at < KEY_BYTES; at += 4) {
    hash = Math.imul(hash ^ key.readUInt32LE(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Rows of one segment by bucket, from the ids in row order. */
export function indexIds(ids: readonly EventId[]): ReadonlyMap<number, Buffer> {
  const buckets = new Map<number, Buffer[]>();
  for (const [row, id] of ids.entries()) {
    const key = idKey(id);
    const entry = Buffer.allocUnsafe(ENTRY_BYTES);
    key.copy(entry, 0);
    entry.writeUInt32LE(row, KEY_BYTES);
    const held = buckets.get(bucketOf(key));
    if (held === undefined) buckets.set(bucketOf(key), [entry]);
    else held.push(entry);
  }
  return new Map([...buckets].map(([bucket, entries]) => [bucket, Buffer.concat(entries)]));
}

/** Row of a key in a bucket, or nothing. */
export function rowIn(bucket: Uint8Array, key: Buffer): number | undefined {
  const bytes = Buffer.from(bucket.buffer, bucket.byteOffset, bucket.byteLength);
  for (let from = 0; ; ) {
    const at = bytes.indexOf(key, from);
    if (at < 0) return undefined;
    if (at % ENTRY_BYTES === 0) return bytes.readUInt32LE(at + KEY_BYTES);
    from = at + 1;
  }
}

export function* keysIn(bucket: Uint8Array): Generator<Buffer> {
  const bytes = Buffer.from(bucket.buffer, bucket.byteOffset, bucket.byteLength);
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) yield bytes.subarray(at, at + KEY_BYTES);
}
