/**
 * Windows event log: one 64 KiB slot of an EVTX file in, event objects out, no XML text in between.
 *
 * In: the bytes of a slot (shorter where the file is cut). Out: the events in the usual JSON form of these logs
 * (`{"Event": {"System": ..., "EventData": ...}}`, attributes under `#attributes`), and what could not be read.
 *
 * E3. never throws, and works within the budgets of slot.ts.
 * E4. nothing is silently short: every record magic that the walk meets becomes a record or a problem of kind `record`;
 *     bytes that should hold records and do not become a problem of kind `gap`, a slot without its magic one of kind `slot`.
 * E5. what was read although something was wrong (checksum, header, size copy) is a remark, not a problem.
 *
 * The form, where readers of these logs differ:
 * - `<Data Name="x">v</Data>` is the member `x`; `<Data>` without a name goes to the array `Data`, even a single one, so
 *   that `Data|contains` sees one shape; empty items stay, in order. Other repeated names become arrays.
 * - an element without content is null, also where the writer left an optional value out; an attribute so left out is absent.
 * - times are UTC text to the microsecond; numbers are numbers up to 2^53 and decimal text beyond; hex types are `0x` text.
 */
import type { JsonObject } from "@cordon/model/json";
import {
  type Frame,
  type Header,
  RECORD_HEAD_BYTES,
  readHeader,
  readId,
  stretch,
  type Walk,
  walkRecords,
  wrongChecksums,
} from "./chunk.ts";
import { fillRecord } from "./fill.ts";
import { Damage, openSlot, remark, SLOT_BYTES, type Slot } from "./slot.ts";
import { filetimeMs } from "./times.ts";

export interface EvtxRecord {
  /** EventRecordID of the record's frame. */
  readonly recordId: number;
  /** When the record was written, ms since 1970. */
  readonly written: number;
  /** Members may be shared between the events of one slot: read only. */
  readonly event: JsonObject;
  /** What was repaired or missing, one remark each. */
  readonly remarks?: readonly string[];
}

export interface EvtxProblem {
  readonly kind: "record" | "gap" | "slot";
  /** Byte offset inside the slot. */
  readonly offset: number;
  readonly recordId?: number;
  readonly reason: string;
}

export interface EvtxRemark {
  readonly offset: number;
  readonly reason: string;
}

export interface EvtxChunk {
  readonly records: readonly EvtxRecord[];
  /** What was lost. */
  readonly problems: readonly EvtxProblem[];
  /** What is odd about the slot, with nothing lost that is known to have been there. */
  readonly remarks: readonly EvtxRemark[];
  /** Record magics met by the walk: records + problems of kind `record`. */
  readonly walked: number;
  readonly headerRange?: { readonly first: number; readonly last: number };
}

/** Where the slot stands in its file, as far as that is known. */
export interface EvtxPlace {
  readonly slot: number;
  /** As the file header announces. */
  readonly chunks: number;
}

export function decodeEvtxChunk(bytes: Uint8Array, place?: EvtxPlace): EvtxChunk {
  const slot = openSlot(bytes.length > SLOT_BYTES ? bytes.subarray(0, SLOT_BYTES) : bytes);
  const header = readHeader(slot.view);
  if (header === undefined) return noRecords(`slot has ${bytes.length} bytes, less than a header`);
  if (!header.magic) return unmarkedSlot(slot, place);
  const walk = walkRecords(slot.view, header);
  const decoded = walk.frames.map((frame) => decodeRecord(slot, frame));
  const records = decoded.flatMap((outcome) => ("event" in outcome ? [outcome] : []));
  const problems = decoded.flatMap((outcome) => ("event" in outcome ? [] : [outcome]));
  return {
    records,
    problems: [...problems, ...gapsOf(slot, header, walk)],
    remarks: remarksOf(slot, header, walk),
    walked: walk.frames.length,
    headerRange: { first: header.idFirst, last: header.idLast },
  };
}

function noRecords(reason: string): EvtxChunk {
  return { records: [], problems: [{ kind: "slot", offset: 0, reason }], remarks: [], walked: 0 };
}

/**
 * Without its header nothing says which of the magics inside are live and which are remains: count, do not decode.
 * Bytes without a single framed record behind the chunks that the file has are what the disk held before: nothing is lost.
 */
function unmarkedSlot(slot: Slot, place: EvtxPlace | undefined): EvtxChunk {
  const { framed } = stretch(slot.view, 0, slot.bytes.length);
  if (framed > 0) {
    return noRecords(`damaged: the chunk's signature is missing, its ${framed} event records cannot be decoded`);
  }
  if (place === undefined || place.slot < place.chunks) {
    return noRecords("damaged: the chunk's signature is missing, and no event record is left in it");
  }
  const reason = `behind the ${place.chunks} chunks of the file: no chunk and no event record in it, old contents of the disk`;
  return { records: [], problems: [], remarks: [{ offset: 0, reason }], walked: 0 };
}

function decodeRecord(slot: Slot, frame: Frame): EvtxRecord | EvtxProblem {
  const { at, end, broken } = frame;
  if (broken !== undefined) return { kind: "record", offset: at, reason: broken };
  const id = readId(slot.view, at + 8);
  slot.remarks.length = 0;
  slot.depth = 0;
  if (frame.remark !== undefined) remark(slot, frame.remark);
  try {
    const event = fillRecord(slot, at + RECORD_HEAD_BYTES, end - 4);
    if (!Object.hasOwn(event, "Event")) return lost(at, id, "no Event element");
    const recordId = recordIdOf(slot, id);
    const written = writtenAt(slot, at + 16);
    const { remarks } = slot;
    return remarks.length === 0 ? { recordId, written, event } : { recordId, written, event, remarks: [...remarks] };
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return lost(at, id, `${error.message} (offset ${error.offset})`);
  }
}

function lost(offset: number, id: number, reason: string): EvtxProblem {
  return Number.isSafeInteger(id)
    ? { kind: "record", offset, recordId: id, reason }
    : { kind: "record", offset, reason };
}

function recordIdOf(slot: Slot, id: number): number {
  if (Number.isSafeInteger(id)) return id;
  remark(slot, `record id ${id} is beyond ${Number.MAX_SAFE_INTEGER}`);
  return Number.MAX_SAFE_INTEGER;
}

function writtenAt(slot: Slot, at: number): number {
  const ms = filetimeMs(slot.view.getUint32(at, true), slot.view.getUint32(at + 4, true));
  if (ms === undefined) remark(slot, "time written is no calendar time");
  return ms ?? 0;
}

function gapsOf(slot: Slot, header: Header, walk: Walk): EvtxProblem[] {
  const gaps: EvtxProblem[] = [];
  const { gap } = walk;
  if (gap !== undefined) {
    const reason = `no record magic; ${gap.end - gap.at} bytes of the used part skipped, ${gap.framed} framed records inside`;
    gaps.push({ kind: "gap", offset: gap.at, reason });
  }
  const missing = Math.min(header.freeAt, SLOT_BYTES) - slot.bytes.length;
  if (missing > 0) {
    gaps.push({
      kind: "gap",
      offset: slot.bytes.length,
      reason: `slot is cut: ${missing} bytes of the used part missing`,
    });
  }
  return gaps;
}

function remarksOf(slot: Slot, header: Header, walk: Walk): EvtxRemark[] {
  const remarks = wrongChecksums(slot.view, header).map((what) => ({
    offset: 0,
    reason: `checksum of ${what} is wrong`,
  }));
  const { empty, slack, frames } = walk;
  if (empty !== undefined) {
    remarks.push({ offset: empty.at, reason: `${empty.end - empty.at} bytes of the used part are empty` });
  }
  if (slack !== undefined) {
    remarks.push({ offset: slack.at, reason: `${slack.framed} older records behind the used part, not decoded` });
  }
  const announced = header.idLast - header.idFirst + 1;
  if (announced !== frames.length) {
    const range = `${header.idFirst} to ${header.idLast}`;
    remarks.push({ offset: 24, reason: `header announces ids ${range}, ${frames.length} records found` });
  }
  return remarks;
}
