/**
 * The frame of a slot: its header and where its records lie. Nothing here understands what a record says.
 *
 * C1. header fields may be stale or wrong (files copied while open): they are compared and reported, not obeyed. Records
 *     are found by walking from size to size; a walk that goes on behind the announced end with the next record id is live.
 * C2. where the walk breaks before the announced end it stops: what follows has lost its frame, and what lies behind the
 *     end are remains of older, replaced records. Neither becomes an event; both are reported with offsets and counts.
 */
import { crc32 } from "./crc32.ts";
import { SLOT_BYTES } from "./slot.ts";

const HEADER_BYTES = 512;
/** Magic, size, record id, time written. */
export const RECORD_HEAD_BYTES = 24;
/** The head and the second copy of the size. */
const RECORD_BYTES_MIN = RECORD_HEAD_BYTES + 4;
/** `**\0\0` */
const RECORD_MAGIC = 0x0000_2a2a;
/** `ElfChnk\0` */
const CHUNK_MAGIC = [0x45, 0x6c, 0x66, 0x43, 0x68, 0x6e, 0x6b, 0];

export interface Frame {
  readonly at: number;
  /** First byte after the record; its last four bytes should repeat its size. */
  readonly end: number;
  /** The frame itself is unusable: the record cannot be decoded. */
  readonly broken?: string;
  readonly remark?: string;
}

export interface Stretch {
  readonly at: number;
  readonly end: number;
  /** Properly framed record magics inside. */
  readonly framed: number;
}

export interface Walk {
  readonly frames: readonly Frame[];
  /** Announced as used, not empty, and not reached by the walk. */
  readonly gap?: Stretch;
  /** Announced as used, but only zeros. */
  readonly empty?: Stretch;
  readonly slack?: Stretch;
}

export interface Header {
  readonly magic: boolean;
  readonly idFirst: number;
  readonly idLast: number;
  /** End of the used part as announced. */
  readonly freeAt: number;
}

export function readHeader(view: DataView): Header | undefined {
  if (view.byteLength < HEADER_BYTES) return undefined;
  return {
    magic: CHUNK_MAGIC.every((byte, i) => view.getUint8(i) === byte),
    idFirst: readId(view, 24),
    idLast: readId(view, 32),
    freeAt: view.getUint32(48, true),
  };
}

/** A 64-bit id as a number; beyond 2^53 it is not exact, the caller asks `Number.isSafeInteger`. */
export function readId(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

/** Names of the checksums that do not fit. A checksum of zero was never written. */
export function wrongChecksums(view: DataView, header: Header): string[] {
  const wrong: string[] = [];
  const ofHeader = view.getUint32(124, true);
  if (ofHeader !== 0 && ofHeader !== crc32(view, 128, HEADER_BYTES, crc32(view, 0, 120))) wrong.push("header");
  const ofRecords = view.getUint32(52, true);
  const end = Math.min(header.freeAt, view.byteLength);
  if (ofRecords !== 0 && ofRecords !== crc32(view, HEADER_BYTES, end)) wrong.push("records");
  return wrong;
}

export function walkRecords(view: DataView, header: Header): Walk {
  const frames: Frame[] = [];
  let at = HEADER_BYTES;
  while (isMagic(view, at) && (at < header.freeAt || follows(view, at, frames.at(-1)))) {
    const frame = frameAt(view, at);
    frames.push(frame);
    at = frame.end;
    if (frame.broken !== undefined) break;
  }
  const used = header.freeAt > SLOT_BYTES ? at : Math.max(at, Math.min(header.freeAt, view.byteLength));
  const unread = stretch(view, at, used);
  const slack = stretch(view, used, view.byteLength);
  return {
    frames,
    ...(used > at && (isZero(view, at, used) ? { empty: unread } : { gap: unread })),
    ...(slack.framed > 0 && { slack }),
  };
}

function frameAt(view: DataView, at: number): Frame {
  const rest = view.byteLength - at;
  if (rest < RECORD_BYTES_MIN) return { at, end: view.byteLength, broken: `record cut after ${rest} bytes` };
  const size = view.getUint32(at + 4, true);
  if (size < RECORD_BYTES_MIN) return { at, end: at + RECORD_BYTES_MIN, broken: `record size ${size}` };
  if (size > rest)
    return { at, end: at + RECORD_BYTES_MIN, broken: `record size ${size}, slot has ${rest} bytes left` };
  const copy = view.getUint32(at + size - 4, true);
  if (copy === size) return { at, end: at + size };
  return { at, end: at + size, remark: `record size ${size}, its copy at the end says ${copy}` };
}

function isMagic(view: DataView, at: number): boolean {
  return at + 4 <= view.byteLength && view.getUint32(at, true) === RECORD_MAGIC;
}

function follows(view: DataView, at: number, before: Frame | undefined): boolean {
  if (before === undefined || at + RECORD_BYTES_MIN > view.byteLength) return false;
  return readId(view, at + 8) === readId(view, before.at + 8) + 1;
}

/** Counts framed magics without decoding; every one moves on by its size, so the search is linear. */
export function stretch(view: DataView, at: number, end: number): Stretch {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, end);
  let framed = 0;
  let i = bytes.indexOf(RECORD_MAGIC & 0xff, at);
  while (i >= 0 && i + RECORD_BYTES_MIN <= end) {
    const frame = isMagic(view, i) ? frameAt(view, i) : undefined;
    const whole = frame !== undefined && frame.broken === undefined && frame.remark === undefined;
    if (whole) framed += 1;
    i = bytes.indexOf(RECORD_MAGIC & 0xff, whole ? frame.end : i + 1);
  }
  return { at, end, framed };
}

function isZero(view: DataView, at: number, end: number): boolean {
  for (let i = at; i < end; i += 1) if (view.getUint8(i) !== 0) return false;
  return true;
}
