/**
 * One spool batch as bytes and back.
 * In: records. Out: a frame: version, table of heads (source, input, format, meta; shared by most records of a batch),
 * then per record head number, id, position, receive time, body.
 *
 * F1. `decodeFrame(encodeFrame(records))` gives the same records, whatever bytes and text they hold.
 * F2. A frame that is damaged or of an unknown version throws `FrameError`; it never reads past its end.
 * F3. Decoded bodies are views into the frame: no copy, and the frame lives as long as one of them.
 */
import { recordId } from "@cordon/model/ids";
import type { RawRecord } from "@cordon/model/record";
import { instant } from "@cordon/model/time";
import { Untrusted } from "@cordon/model/untrusted";

export class FrameError extends Error {}

const VERSION = 1;
const HEX_ID = /^[0-9a-f]{32}$/;
/** head u32, id kind u8, position f64, receivedAt f64, body length u32 */
const FIXED_BYTES = 4 + 1 + 8 + 8 + 4;
const ID_BYTES = 16;
const FORMATS = [
  "json",
  "evtx-chunk",
  "csv",
  "syslog",
  "text",
  "auto",
] as const satisfies readonly RawRecord["format"][];

type Head = Pick<RawRecord, "source" | "input" | "format" | "meta">;

export function encodeFrame(records: readonly RawRecord[]): Buffer {
  const { heads, headOf } = headTable(records);
  const bodies = records.map((record) => record.body.open());
  const longIds = records.map((record) => (HEX_ID.test(record.id) ? undefined : Buffer.from(record.id)));
  let size = 1 + 4 + 4 + heads.reduce((sum, head) => sum + 4 + head.length, 0);
  bodies.forEach((body, index) => {
    const long = longIds[index];
    size += FIXED_BYTES + body.length + (long === undefined ? ID_BYTES : 4 + long.length);
  });
  const frame = Buffer.allocUnsafe(size);
  let at = frame.writeUInt8(VERSION, 0);
  at = frame.writeUInt32LE(heads.length, at);
  at = frame.writeUInt32LE(records.length, at);
  for (const head of heads) {
    at = frame.writeUInt32LE(head.length, at);
    at += head.copy(frame, at);
  }
  records.forEach((record, index) => {
    at = frame.writeUInt32LE(headOf[index] ?? 0, at);
    at = writeId(frame, at, record.id, longIds[index]);
    at = frame.writeDoubleLE(record.position, at);
    at = frame.writeDoubleLE(record.receivedAt, at);
    const body = bodies[index] ?? new Uint8Array();
    at = frame.writeUInt32LE(body.length, at);
    frame.set(body, at);
    at += body.length;
  });
  return frame;
}

function writeId(frame: Buffer, at: number, id: string, long: Buffer | undefined): number {
  if (long === undefined) {
    frame.writeUInt8(0, at);
    frame.write(id, at + 1, ID_BYTES, "hex");
    return at + 1 + ID_BYTES;
  }
  frame.writeUInt8(1, at);
  frame.writeUInt32LE(long.length, at + 1);
  frame.set(long, at + 5);
  return at + 5 + long.length;
}

/** Neighbours mostly share their head: comparing with the one before saves building a key per record. */
function headTable(records: readonly RawRecord[]): {
  readonly heads: readonly Buffer[];
  readonly headOf: readonly number[];
} {
  const numbers = new Map<string, number>();
  const headOf: number[] = [];
  let before: RawRecord | undefined;
  for (const record of records) {
    const same =
      before !== undefined &&
      before.source === record.source &&
      before.input === record.input &&
      before.format === record.format &&
      before.meta === record.meta;
    if (same) {
      headOf.push(headOf[headOf.length - 1] ?? 0);
      continue;
    }
    const key = JSON.stringify([record.source, record.input, FORMATS.indexOf(record.format), record.meta ?? null]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    headOf.push(number);
    before = record;
  }
  return { heads: [...numbers.keys()].map((key) => Buffer.from(key)), headOf };
}

export function decodeFrame(bytes: Uint8Array): readonly RawRecord[] {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readFrame(frame);
  } catch (error) {
    if (error instanceof FrameError) throw error;
    // Buffer reads past the end throw RangeError, a broken head SyntaxError: both mean damage.
    throw new FrameError("spool frame is damaged", { cause: error });
  }
}

function readFrame(frame: Buffer): readonly RawRecord[] {
  const version = frame.readUInt8(0);
  if (version !== VERSION) throw new FrameError(`spool frame version ${version} is unknown`);
  const headCount = frame.readUInt32LE(1);
  const recordCount = frame.readUInt32LE(5);
  let at = 9;
  const heads: Head[] = [];
  for (let index = 0; index < headCount; index++) {
    const bytes = take(frame, at + 4, frame.readUInt32LE(at));
    heads.push(parseHead(bytes.toString()));
    at += 4 + bytes.length;
  }
  const records: RawRecord[] = [];
  for (let index = 0; index < recordCount; index++) {
    const head = heads[frame.readUInt32LE(at)];
    if (head === undefined) throw new FrameError("spool frame names a head it does not hold");
    const long = frame.readUInt8(at + 4) === 1;
    const idBytes = long ? take(frame, at + 9, frame.readUInt32LE(at + 5)) : take(frame, at + 5, ID_BYTES);
    at += (long ? 9 : 5) + idBytes.length;
    const body = take(frame, at + 20, frame.readUInt32LE(at + 16));
    records.push({
      ...head,
      id: recordId(idBytes.toString(long ? "utf8" : "hex")),
      position: frame.readDoubleLE(at),
      receivedAt: instant(frame.readDoubleLE(at + 8)),
      body: new Untrusted(new Uint8Array(body.buffer, body.byteOffset, body.length)),
    });
    at += 20 + body.length;
  }
  return records;
}

function take(frame: Buffer, at: number, length: number): Buffer {
  if (at + length > frame.length) throw new FrameError("spool frame ends too early");
  return frame.subarray(at, at + length);
}

function parseHead(text: string): Head {
  const [source, input, format, meta] = JSON.parse(text) as [string, string, number, Record<string, string> | null];
  const name = FORMATS[format];
  if (name === undefined) throw new FrameError(`spool frame names format ${format}, which is unknown`);
  return { source, input, format: name, ...(meta === null ? {} : { meta }) };
}
