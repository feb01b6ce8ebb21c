/**
 * One value of the wire -> JSON.
 *
 * V1. numbers that JavaScript cannot hold exactly are decimal text; hex types are `0x...` text; GUIDs carry no braces.
 * V2. a value whose size does not fit its type is never refused and never guessed: it is shown as upper hex of its bytes,
 *     with the two known irregularities (booleans, integers of another width) read by their size.
 */
import type { Json } from "@cordon/model/json";
import { charge, type Slot } from "./slot.ts";
import { ansiText, textAt, utf16Text } from "./texts.ts";
import { filetimeText, systemtimeText } from "./times.ts";

export const TYPE = {
  null: 0x00,
  string: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  real32: 0x0b,
  real64: 0x0c,
  boolean: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  size: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  binxml: 0x21,
} as const;
export const ARRAY = 0x80;

const HEX_DIGITS = "0123456789ABCDEF";
const HYPHEN = 0x2d;
/** Arguments of one call are limited by the stack; this many bytes are far below. */
const HEX_BATCH = 1_024;
/** Where the bytes of a GUID lie in its text: three little-endian numbers, then eight bytes as they are. */
const GUID_ORDER = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];

/** A value with a type that is not an array and not embedded XML. */
export function valueAt(slot: Slot, type: number, at: number, size: number): Json {
  charge(slot, at, size);
  switch (type) {
    case TYPE.null:
      return null;
    case TYPE.string:
      return textAt(slot.texts, TYPE.string, utf16Text, at, size);
    case TYPE.ansi:
      return textAt(slot.texts, TYPE.ansi, ansiText, at, size);
    case TYPE.guid:
      return textAt(slot.texts, TYPE.guid, size === 16 ? guidText : hexText, at, size);
    case TYPE.sid:
      return textAt(slot.texts, TYPE.sid, size >= 8 ? sidText : hexText, at, size);
    case TYPE.binary:
      return hexText(slot.bytes, at, size);
    default:
      return size === 0 ? null : (fixedSize(slot, type, at, size) ?? hexText(slot.bytes, at, size));
  }
}

function fixedSize(slot: Slot, type: number, at: number, size: number): Json | undefined {
  const { view } = slot;
  switch (type) {
    case TYPE.int8:
    case TYPE.int16:
    case TYPE.int32:
    case TYPE.int64:
      return integer(view, at, size, true);
    case TYPE.uint8:
    case TYPE.uint16:
    case TYPE.uint32:
    case TYPE.uint64:
      return integer(view, at, size, false);
    case TYPE.hex32:
    case TYPE.hex64:
    case TYPE.size:
      return hexNumber(view, at, size);
    case TYPE.boolean:
      return booleanOf(view, at, size);
    case TYPE.real32:
      return size === 4 ? real(shortest(view.getFloat32(at, true))) : undefined;
    case TYPE.real64:
      return size === 8 ? real(view.getFloat64(at, true)) : undefined;
    case TYPE.filetime:
      return size === 8 ? filetimeText(view.getUint32(at, true), view.getUint32(at + 4, true)) : undefined;
    case TYPE.systemtime:
      return size === 16 ? systemtimeText(words(view, at)) : undefined;
    default:
      return undefined;
  }
}

function integer(view: DataView, at: number, size: number, signed: boolean): Json | undefined {
  switch (size) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, true) : view.getUint16(at, true);
    case 4:
      return signed ? view.getInt32(at, true) : view.getUint32(at, true);
    case 8: {
      const high = signed ? view.getInt32(at + 4, true) : view.getUint32(at + 4, true);
      const near = high * 0x1_0000_0000 + view.getUint32(at, true);
      if (Number.isSafeInteger(near)) return near;
      return String(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
    }
    default:
      return undefined;
  }
}

function hexNumber(view: DataView, at: number, size: number): string | undefined {
  if (size === 4) return `0x${view.getUint32(at, true).toString(16)}`;
  if (size !== 8) return undefined;
  const low = view.getUint32(at, true).toString(16);
  const high = view.getUint32(at + 4, true);
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, "0")}`;
}

/** Four bytes by the format; some writers use one, two or eight, and values other than 1 for true. */
function booleanOf(view: DataView, at: number, size: number): boolean {
  for (let i = 0; i < size; i += 1) if (view.getUint8(at + i) !== 0) return true;
  return false;
}

/** JSON has no NaN and no infinities. */
function real(value: number): Json {
  return Number.isFinite(value) ? value : String(value);
}

/** The shortest decimal that is this 32-bit number again: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let precision = 6; precision < 10; precision += 1) {
    const near = Number(value.toPrecision(precision));
    if (Math.fround(near) === value) return near;
  }
  return value;
}

function words(view: DataView, at: number): number[] {
  return [0, 2, 4, 6, 8, 10, 12, 14].map((offset) => view.getUint16(at + offset, true));
}

export function guidText(bytes: Uint8Array, at: number): string {
  const codes: number[] = [];
  for (const place of GUID_ORDER) {
    if (place < 0) codes.push(HYPHEN);
    else pushHex(codes, bytes[at + place] ?? 0);
  }
  return String.fromCharCode(...codes);
}

export function hexText(bytes: Uint8Array, at: number, size: number): string {
  let text = "";
  for (let from = at; from < at + size; from += HEX_BATCH) {
    const codes: number[] = [];
    for (let i = from; i < Math.min(from + HEX_BATCH, at + size); i += 1) pushHex(codes, bytes[i] ?? 0);
    text += String.fromCharCode(...codes);
  }
  return text;
}

function pushHex(codes: number[], byte: number): void {
  codes.push(HEX_DIGITS.charCodeAt(byte >> 4), HEX_DIGITS.charCodeAt(byte & 15));
}

/** `S-1-5-21-...`; a SID cut short shows the sub-authorities that are there. */
export function sidText(bytes: Uint8Array, at: number, size: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  const authority = view.getUint16(2) * 0x1_0000_0000 + view.getUint32(4);
  let text = `S-${view.getUint8(0)}-${authority}`;
  const end = Math.min(size - 3, 8 + 4 * view.getUint8(1));
  for (let i = 8; i < end; i += 4) text += `-${view.getUint32(i, true)}`;
  return text;
}
