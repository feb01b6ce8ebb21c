/**
 * One indicator as bytes: a row of the file of all rows, and a range that the table keeps whole.
 *
 * `flags, facts (varint), length (varint), key bytes, [valid from], [valid until]`.
 * E1. Addresses are 4 or 16 bytes, hashes their bytes, everything else UTF-8: the text comes back exactly as it was.
 */
import { INDICATOR_KINDS, type Indicator, type IndicatorFacts, type IndicatorKind } from "@cordon/model/indicator";
import { formatIp, type Ip, parseIp } from "@cordon/model/ip";
import { addText, addTextBackwards, addUnit, begin } from "./hash-text.ts";
import type { KeyedDigest } from "./keyed-digest.ts";
import {
  readTime,
  readVarint,
  TIME_BYTES,
  VARINT_BYTES_MAX,
  varintBytes,
  writeTime,
  writeVarint,
} from "./packed-numbers.ts";

const BELOW = 8;
const HAS_FROM = 32;
const HAS_UNTIL = 64;
const KIND_MASK = 7;
/** Flags, two varints, two times. */
const OVERHEAD_MAX = 1 + 2 * VARINT_BYTES_MAX + 2 * TIME_BYTES;

export const KIND_NUMBER: Readonly<Record<IndicatorKind, number>> = Object.fromEntries(
  INDICATOR_KINDS.map((kind, i) => [kind, i]),
) as Record<IndicatorKind, number>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A key ready to be hashed and compared: packed bytes, or a stretch of text. */
export interface Probe {
  kind: number;
  text: string;
  start: number;
  end: number;
  /** Length of `bytes` in use; -1 when the key is text. */
  packed: number;
  /** `text` from start to end is the key as it is written out; else bytes must be written out again. */
  plain: boolean;
  readonly bytes: Uint8Array;
}

/** SHA-512 is the longest packed key. */
export const makeProbe = (): Probe => ({
  ...{ kind: 0, text: "", start: 0, end: 0, packed: -1, plain: true, bytes: new Uint8Array(64) },
});

/** False when the text has not the form of its kind, so that nothing can be equal to it. */
export function aim(probe: Probe, kind: IndicatorKind, text: string): boolean {
  probe.kind = KIND_NUMBER[kind];
  probe.text = text;
  probe.start = 0;
  probe.end = text.length;
  probe.packed = -1;
  probe.plain = true;
  if (kind === "hash") return packHex(probe, text);
  if (kind !== "ip" || packV4(probe, text)) return true;
  const ip = parseIp(text);
  if (ip !== undefined) packIp(probe, ip);
  return ip !== undefined;
}

/** Four octets and three dots, nothing else: nearly all addresses, and without an object. Whatever else is one, `parseIp` knows. */
function packV4(probe: Probe, text: string): boolean {
  const { bytes } = probe;
  if (text.length < 7 || text.length > 15) return false;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || octets === 3) return false;
      bytes[octets] = octet;
      octets += 1;
      octet = -1;
      continue;
    }
    if (code < 48 || code > 57 || octet === 0) return false;
    octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
    if (octet > 255) return false;
  }
  if (octet < 0 || octets !== 3) return false;
  bytes[3] = octet;
  probe.packed = 4;
  return true;
}

function packIp(probe: Probe, ip: Ip): void {
  const { bytes } = probe;
  probe.plain = false;
  if (ip.version === 4) {
    for (let i = 0; i < 4; i += 1) bytes[i] = ip.bits >>> (24 - 8 * i);
    probe.packed = 4;
    return;
  }
  for (let i = 0; i < 8; i += 1) {
    const group = ip.groups[i] ?? 0;
    bytes[2 * i] = group >> 8;
    bytes[2 * i + 1] = group;
  }
  probe.packed = 16;
}

function packHex(probe: Probe, text: string): boolean {
  if (text.length % 2 === 1 || text.length > 128) return false;
  for (let i = 0; i < text.length; i += 2) {
    const high = nibble(text.charCodeAt(i));
    const low = nibble(text.charCodeAt(i + 1));
    if (high < 0 || low < 0) return false;
    probe.bytes[i >> 1] = high * 16 + low;
  }
  probe.packed = text.length >> 1;
  return true;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** The quick hash of what the probe asks for. Names are hashed from their end, as their parents are. */
export function hashProbe(seed: number, probe: Probe): number {
  const { kind, text, start, end, packed, bytes } = probe;
  let hash = begin(seed, kind);
  if (packed < 0)
    return kind === KIND_NUMBER.domain ? addTextBackwards(hash, text, start, end) : addText(hash, text, start, end);
  for (let i = 0; i < packed; i += 1) hash = addUnit(hash, bytes[i] ?? 0);
  return hash;
}

/** Digests what the probe asks for: kind, then the key; no two keys have the same bytes. */
export function digestProbe(digest: KeyedDigest, { kind, text, start, end, packed, bytes }: Probe): void {
  const into = digest.room(1 + (packed < 0 ? WIDE_BYTES * (end - start) : packed));
  into[0] = kind;
  let length = 1;
  if (packed >= 0) {
    for (let i = 0; i < packed; i += 1) into[1 + i] = bytes[i] ?? 0;
    length += packed;
  } else
    for (let i = start; i < end; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit < 128) {
        into[length] = unit;
        length += 1;
        continue;
      }
      into[length] = 128 | (unit >> 14);
      into[length + 1] = 128 | ((unit >> 7) & 127);
      into[length + 2] = 128 | (unit & 127);
      length += WIDE_BYTES;
    }
  digest.digest(length);
}

/** Bytes of a unit beyond ASCII: all have the top bit, so they always stand in threes. */
const WIDE_BYTES = 3;

/** Room that an indicator of this value takes at most. */
export const entryBytesMax = (value: string): number => OVERHEAD_MAX + 3 * value.length;

/** Writes what the probe was aimed at and gives the place after it. */
export function writeEntry(
  arena: Uint8Array,
  at: number,
  { probe, below, validFrom, validUntil, facts }: Written,
): number {
  const bytes = probe.packed < 0 ? encoder.encode(probe.text) : probe.bytes.subarray(0, probe.packed);
  arena[at] =
    probe.kind |
    (below ? BELOW : 0) |
    (validFrom === undefined ? 0 : HAS_FROM) |
    (validUntil === undefined ? 0 : HAS_UNTIL);
  let next = writeVarint(arena, at + 1, facts);
  next = writeVarint(arena, next, bytes.length);
  arena.set(bytes, next);
  next += bytes.length;
  if (validFrom !== undefined) next = writeTime(arena, next, validFrom);
  if (validUntil !== undefined) next = writeTime(arena, next, validUntil);
  return next;
}

export interface Written extends Pick<Indicator, "below" | "validFrom" | "validUntil"> {
  readonly probe: Probe;
  readonly facts: number;
}

/** Where the parts of an entry lie; one object is used again and again. */
export interface Layout {
  flags: number;
  facts: number;
  key: number;
  length: number;
  end: number;
}
export const makeLayout = (): Layout => ({ flags: 0, facts: 0, key: 0, length: 0, end: 0 });

export function layOut(arena: Uint8Array, at: number, layout: Layout): void {
  const flags = arena[at] ?? 0;
  layout.flags = flags;
  layout.facts = readVarint(arena, at + 1);
  const length = at + 1 + varintBytes(layout.facts);
  layout.length = readVarint(arena, length);
  layout.key = length + varintBytes(layout.length);
  const times = ((flags & HAS_FROM) === 0 ? 0 : TIME_BYTES) + ((flags & HAS_UNTIL) === 0 ? 0 : TIME_BYTES);
  layout.end = layout.key + layout.length + times;
}

const kindOf = ({ flags }: Layout): IndicatorKind => INDICATOR_KINDS[flags & KIND_MASK] ?? "file";

export function readEntry(arena: Uint8Array, layout: Layout, facts: readonly IndicatorFacts[]): Indicator {
  const { flags, key, length } = layout;
  const said = { below: (flags & BELOW) !== 0, facts: facts[layout.facts] ?? NO_FACTS };
  let at = key + length;
  const validFrom = (flags & HAS_FROM) === 0 ? undefined : readTime(arena, at);
  if (validFrom !== undefined) at += TIME_BYTES;
  const validUntil = (flags & HAS_UNTIL) === 0 ? undefined : readTime(arena, at);
  return {
    ...{ kind: kindOf(layout), value: keyText(arena, layout), ...said },
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

export const NO_FACTS: IndicatorFacts = { feed: "", confidence: 0 };

function keyText(arena: Uint8Array, layout: Layout): string {
  const kind = kindOf(layout);
  const bytes = arena.subarray(layout.key, layout.key + layout.length);
  return kind === "ip" || kind === "hash" ? packedText(kind, bytes) : decoder.decode(bytes);
}

/** Addresses and hashes written out. */
function packedText(kind: "ip" | "hash", bytes: Uint8Array): string {
  const { length } = bytes;
  if (kind === "hash") {
    let text = "";
    for (let i = 0; i < length; i += 1) text += HEX[bytes[i] ?? 0];
    return text;
  }
  if (length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups = Array.from({ length: length >> 1 }, (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0));
  return formatIp({ version: 6, groups });
}

/** What the probe asks for, as an indicator of it is written. */
export function textOf({ kind, text, start, end, plain, bytes, packed }: Probe): string {
  if (plain) return start === 0 && end === text.length ? text : text.slice(start, end);
  return packedText(kind === KIND_NUMBER.hash ? "hash" : "ip", bytes.subarray(0, packed));
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
