/**
 * One indicator as bytes in the arena: what the table points at and what confirms a hit.
 *
 * `flags, facts (varint), length (varint), key bytes, [valid from], [valid until]`, times in 6 bytes of ms.
 * E1. Addresses are 4 or 16 bytes, hashes their bytes, everything else UTF-8: the text comes back exactly as it was.
 */
import { INDICATOR_KINDS, type Indicator, type IndicatorFacts, type IndicatorKind } from "@cordon/model/indicator";
import { formatIp, type Ip, parseIp } from "@cordon/model/ip";
import { addText, addUnit, begin, type Running } from "./hash-text.ts";

const BELOW = 8;
const WIDE_TEXT = 16;
const HAS_FROM = 32;
const HAS_UNTIL = 64;
const KIND_MASK = 7;
const TIME_BYTES = 6;
const TIME_MAX = 2 ** 48 - 1;
/** Flags, two varints of at most 5 bytes, two times. */
const OVERHEAD_MAX = 11 + 2 * TIME_BYTES;

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

export function hashProbe(state: Running, seed: number, probe: Probe): void {
  beginHash(state, seed, probe);
  if (probe.packed < 0) addText(state, probe.text, probe.start, probe.end);
  else for (let i = 0; i < probe.packed; i += 1) addUnit(state, probe.bytes[i] ?? 0);
}

/** For keys of one beginning: what comes before their text. */
export function beginHash(state: Running, seed: number, probe: Probe): void {
  begin(state, seed);
  addUnit(state, probe.kind);
}

/** Room that an indicator of this value takes at most. */
export const entryBytesMax = (value: string): number => OVERHEAD_MAX + 3 * value.length;

/** Writes at `at` and gives the place after it. */
export function writeEntry(arena: Uint8Array, at: number, indicator: Omit<Indicator, "facts">, facts: number): number {
  const { kind, value, below, validFrom, validUntil } = indicator;
  const probe = WRITE;
  if (!aim(probe, kind, value)) throw new Error(`intel: "${value}" has not the form of its kind ${kind}`);
  const bytes = probe.packed < 0 ? encoder.encode(value) : probe.bytes.subarray(0, probe.packed);
  const wide = probe.packed < 0 && bytes.length !== value.length;
  arena[at] =
    probe.kind |
    (below ? BELOW : 0) |
    (wide ? WIDE_TEXT : 0) |
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

const WRITE = makeProbe();

function writeVarint(arena: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 127) {
    arena[next] = (rest & 127) | 128;
    rest >>>= 7;
    next += 1;
  }
  arena[next] = rest;
  return next + 1;
}

function writeTime(arena: Uint8Array, at: number, ms: number): number {
  let rest = Math.min(TIME_MAX, Math.max(0, Math.floor(ms)));
  for (let i = 0; i < TIME_BYTES; i += 1) {
    arena[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return at + TIME_BYTES;
}

function readTime(arena: Uint8Array, at: number): number {
  let ms = 0;
  for (let i = TIME_BYTES - 1; i >= 0; i -= 1) ms = ms * 256 + (arena[at + i] ?? 0);
  return ms;
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
  let next = at + 1;
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = arena[next] ?? 0;
    next += 1;
    value |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  layout.facts = value;
  value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = arena[next] ?? 0;
    next += 1;
    value |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  layout.flags = flags;
  layout.key = next;
  layout.length = value;
  const times = ((flags & HAS_FROM) === 0 ? 0 : TIME_BYTES) + ((flags & HAS_UNTIL) === 0 ? 0 : TIME_BYTES);
  layout.end = next + value + times;
}

export const kindOf = ({ flags }: Layout): IndicatorKind => INDICATOR_KINDS[flags & KIND_MASK] ?? "file";
export const isBelow = ({ flags }: Layout): boolean => (flags & BELOW) !== 0;

/** Whether the entry is exactly what the probe asks for: this is what makes false hits impossible. */
export function confirms(arena: Uint8Array, layout: Layout, probe: Probe): boolean {
  const { flags, key, length } = layout;
  if ((flags & KIND_MASK) !== probe.kind) return false;
  if (probe.packed >= 0) {
    if (length !== probe.packed) return false;
    for (let i = 0; i < length; i += 1) if (arena[key + i] !== probe.bytes[i]) return false;
    return true;
  }
  const { text, start, end } = probe;
  if ((flags & WIDE_TEXT) !== 0) return decoder.decode(arena.subarray(key, key + length)) === text.slice(start, end);
  if (length !== end - start) return false;
  for (let i = 0; i < length; i += 1) if (arena[key + i] !== text.charCodeAt(start + i)) return false;
  return true;
}

/** Aims a probe at what an entry holds. */
export function aimAtEntry(arena: Uint8Array, layout: Layout, probe: Probe): void {
  const { flags, key, length } = layout;
  probe.kind = flags & KIND_MASK;
  probe.packed = -1;
  const kind = kindOf(layout);
  if (kind === "ip" || kind === "hash") {
    for (let i = 0; i < length; i += 1) probe.bytes[i] = arena[key + i] ?? 0;
    probe.packed = length;
    return;
  }
  probe.text = decoder.decode(arena.subarray(key, key + length));
  probe.start = 0;
  probe.end = probe.text.length;
}

/** `text`: the key's text, where it is known. */
export function readEntry(
  arena: Uint8Array,
  layout: Layout,
  facts: readonly IndicatorFacts[],
  text?: string,
): Indicator {
  const { flags, key, length } = layout;
  const kind = kindOf(layout);
  const value = text ?? keyText(arena, layout);
  const below = isBelow(layout);
  const said = facts[layout.facts] ?? NO_FACTS;
  // Most have no times, and each spread costs as much as the whole look-up.
  if ((flags & (HAS_FROM | HAS_UNTIL)) === 0) return { kind, value, below, facts: said };
  let at = key + length;
  const validFrom = (flags & HAS_FROM) === 0 ? undefined : readTime(arena, at);
  if (validFrom !== undefined) at += TIME_BYTES;
  const validUntil = (flags & HAS_UNTIL) === 0 ? undefined : readTime(arena, at);
  return {
    ...{ kind, value, below, facts: said },
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

const NO_FACTS: IndicatorFacts = { feed: "", confidence: 0 };

function keyText(arena: Uint8Array, { flags, key, length }: Layout): string {
  const kind = INDICATOR_KINDS[flags & KIND_MASK];
  const bytes = arena.subarray(key, key + length);
  if (kind === "hash") {
    let text = "";
    for (let i = 0; i < length; i += 1) text += HEX[arena[key + i] ?? 0];
    return text;
  }
  if (kind !== "ip") return decoder.decode(bytes);
  if (length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups = Array.from({ length: length >> 1 }, (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0));
  return formatIp({ version: 6, groups });
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
