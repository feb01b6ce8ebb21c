/**
 * One growing file, held open: it can be read to its end even after it was renamed or deleted.
 * In: a path and, after a restart, the mark where to go on. Out: raw records of complete lines, and the mark to save once
 * they are durable.
 */
import { type FileHandle, open } from "node:fs/promises";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { RawRecord, RecordFormat } from "@cordon/model/record";
import { Untrusted } from "@cordon/model/untrusted";
import type { Frame } from "../framing/frame.ts";
import { makeLineRecords } from "../framing/line-records.ts";
import { makeLineFramer } from "../framing/lines.ts";
import { makeIdOf } from "../record-id.ts";
import { type FileMark, fingerprintOf } from "./checkpoint.ts";

export interface FollowerParts {
  readonly source: string;
  /** Shown as the record's input and part of its id, also after the file was renamed. */
  readonly path: string;
  readonly format: RecordFormat;
  readonly runtime: Runtime;
  readonly idleFlushMs: number;
  /** The host whose log it is, where its lines do not name one. */
  readonly host?: string;
}

export interface Follower {
  readonly path: string;
  readonly inode: string;
  /** Reads what is new, up to a budget. `more`: there is more at once. Nothing may be read before the mark is set on. */
  read(): Promise<{ readonly records: readonly RawRecord[]; readonly more: boolean }>;
  /** The unfinished last line, given out because nothing more will come. */
  rest(): readonly RawRecord[];
  /** True while the file is the one that was opened: not truncated, not written anew under the same inode. */
  isSame(): Promise<boolean>;
  /** Where to go on after a restart, when all records given out so far are durable. */
  mark(): FileMark;
  close(): Promise<void>;
}

/** One turn of one file; then the others get theirs. */
const TURN_BYTES = 4 * 2 ** 20;
const READ_BYTES = 256 * 1024;
const NEWLINE = 10;

export async function openFollower(file: string, parts: FollowerParts, from: FileMark): Promise<Follower> {
  const handle = await open(file, "r");
  return makeFollower(handle, parts, from);
}

function makeFollower(handle: FileHandle, parts: FollowerParts, from: FileMark): Follower {
  let identity = { fingerprint: from.fingerprint, fingerprintBytes: from.fingerprintBytes };
  let framer = makeLineFramer(parts.format, from);
  const lines = makeLineRecords(from.header);
  const at = { read: from.offset, safe: from.offset, line: from.line };
  let grewAt = parts.runtime.now();
  let idOf = makeIdOf("tail", parts.source, parts.path, String(from.generation), identity.fingerprint);

  const identify = async (): Promise<void> => {
    if (identity.fingerprint !== "") return;
    identity = (await fingerprintOf(handle)) ?? identity;
    idOf = makeIdOf("tail", parts.source, parts.path, String(from.generation), identity.fingerprint);
  };
  const recordOf = (frame: Frame): RawRecord => ({
    id: idOf(frame.offset, frame.bytes),
    source: parts.source,
    input: parts.path,
    format: frame.format,
    position: frame.position,
    receivedAt: parts.runtime.now(),
    body: new Untrusted(frame.bytes),
    ...metaOf(parts.host, frame),
  });
  const take = (chunk: Uint8Array): readonly RawRecord[] => {
    const records = lines.take(framer.push(chunk)).map(recordOf);
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= 0) at.safe = at.read + last + 1;
    for (let next = chunk.indexOf(NEWLINE); next >= 0; next = chunk.indexOf(NEWLINE, next + 1)) at.line += 1;
    at.read += chunk.length;
    grewAt = parts.runtime.now();
    return records;
  };
  const rest = (): readonly RawRecord[] => {
    if (at.read === at.safe) return lines.flush().map(recordOf);
    const records = [...lines.take(framer.end()), ...lines.flush()].map(recordOf);
    at.safe = at.read;
    framer = makeLineFramer(parts.format, { offset: at.read, line: at.line });
    return records;
  };

  return {
    path: parts.path,
    inode: from.inode,
    async read() {
      await identify();
      const records: RawRecord[] = [];
      for (let left = TURN_BYTES; left > 0; ) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at.read);
        if (bytesRead === 0) {
          const idle = parts.runtime.now() - grewAt >= parts.idleFlushMs;
          return { records: idle ? [...records, ...rest()] : records, more: false };
        }
        records.push(...take(buffer.subarray(0, bytesRead)));
        left -= bytesRead;
      }
      return { records, more: true };
    },
    rest,
    async isSame() {
      const { size } = await handle.stat();
      if (size < at.read) return false;
      if (identity.fingerprint === "") return true;
      return (await fingerprintOf(handle, identity.fingerprintBytes))?.fingerprint === identity.fingerprint;
    },
    mark() {
      // Lines of an event that is not complete yet were not given out: they must be read again.
      const { offset, line } = lines.heldFrom() ?? { offset: at.safe, line: at.line };
      const header = lines.header();
      return { inode: from.inode, ...identity, generation: from.generation, offset, line, ...(header && { header }) };
    },
    close: () => handle.close(),
  };
}

function metaOf(host: string | undefined, { meta }: Frame): Pick<RawRecord, "meta"> {
  if (host === undefined) return meta === undefined ? {} : { meta };
  return { meta: { host, ...meta } };
}
