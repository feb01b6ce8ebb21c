/**
 * The table of indicators: open addressing over typed arrays, every hit confirmed against the stored text.
 *
 * Enters: what `TableBuilder` or an image made. Leaves: the indicators that an entity meets.
 * I1. No false hits: a slot's tag only says where to look; the entry in the arena says whether it is equal.
 * I2. A slot is 6 bytes (place in the arena, 16 bits of the hash) at most 80 % full: 7.5 bytes beside the entry itself.
 * I3. A table never changes. Reloading makes another one and swaps the reference between two batches.
 * I4. A domain meets itself and, for indicators that reach below, each parent. A URL meets at most URL_HOSTS x URL_PATHS keys.
 */
import type { Indicator, IndicatorFacts, IndicatorKind } from "@cordon/model/indicator";
import { parseIp } from "@cordon/model/ip";
import {
  aim,
  beginHash,
  confirms,
  hashProbe,
  isBelow,
  layOut,
  makeLayout,
  makeProbe,
  type Probe,
  readEntry,
} from "./entry.ts";
import { addText, begin, mixed } from "./hash-text.ts";
import { type Ranges, rangesOver } from "./ranges.ts";

export interface TableParts {
  /** Names the content; what a detection names as its version. */
  readonly digest: string;
  readonly seed: number;
  readonly rows: number;
  readonly facts: readonly IndicatorFacts[];
  readonly arena: Uint8Array;
  /** Place of the entry + 1; 0 = free. */
  readonly slots: Uint32Array;
  readonly tags: Uint16Array;
  /** Bits that say "an indicator may have this URL host" and "may be this URL"; a power of two of bytes. */
  readonly hosts: Uint8Array;
  readonly v4: Ranges;
  readonly v6: Ranges;
}

/** The host itself and its last suffixes; the path with query, the path, and the folders above it. 5 x 6 = 30 probes. */
const URL_HOSTS = 5;
const URL_PATHS = 6;
/** A run of full slots is never longer: the builder refuses what would make it so. */
export const RUN_MAX = 4_096;

export class IntelTable {
  readonly parts: TableParts;
  private readonly state = { a: 0, b: 0 };
  private readonly probe: Probe = makeProbe();
  private readonly layout = makeLayout();
  /** Of the URL that is asked about: where hosts begin, where paths end, and the hash up to each end. */
  private readonly hostStarts = new Int32Array(URL_HOSTS);
  private readonly pathEnds = new Int32Array(URL_PATHS);
  private readonly hashes = new Int32Array(URL_PATHS * 2);
  private found: Indicator[] | undefined;

  constructor(parts: TableParts) {
    this.parts = parts;
  }

  get bytes(): number {
    const { arena, slots, tags, hosts, v4, v6 } = this.parts;
    const ranges = [v4, v6].flatMap((one) => [one.starts, one.inner, one.parents, one.entries]);
    return [arena, slots, tags, hosts, ...ranges].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Indicators of exactly this kind and value. */
  exact(kind: IndicatorKind, value: string): readonly Indicator[] {
    this.found = undefined;
    if (aim(this.probe, kind, value)) this.search(false);
    return this.found ?? NONE;
  }

  /** Indicators that an entity of this kind and (canonical) value meets: itself, what it lies below, what it lies in. */
  meets(kind: IndicatorKind, value: string): readonly Indicator[] {
    this.found = undefined;
    if (kind === "url") this.meetUrl(value);
    else if (kind === "domain") this.meetDomain(value);
    else if (aim(this.probe, kind, value)) {
      this.search(false);
      if (kind === "ip") this.meetRanges();
    }
    return this.found ?? NONE;
  }

  /** Every indicator in the order of the arena from a place on; `undefined` at the end. */
  at(place: number): { readonly indicator: Indicator; readonly next: number } | undefined {
    const { arena, facts } = this.parts;
    if (place >= arena.length) return undefined;
    layOut(arena, place, this.layout);
    return { indicator: readEntry(arena, this.layout, facts), next: this.layout.end };
  }

  /** The ranges around the address at which the probe is aimed. */
  private meetRanges(): void {
    const { arena, facts, v4, v6 } = this.parts;
    const { bytes, packed } = this.probe;
    const ranges = packed === 4 ? v4 : v6;
    if (ranges.inner.length === 0) return;
    const places: number[] = [];
    rangesOver(ranges, wordsIn(bytes, packed), places);
    for (const place of places) {
      layOut(arena, place, this.layout);
      this.found ??= [];
      this.found.push(readEntry(arena, this.layout, facts));
    }
  }

  /** Parents have two labels at least: a single one is never an indicator. */
  private meetDomain(name: string): void {
    const { probe } = this;
    aim(probe, "domain", name);
    for (let from = 0; from >= 0; ) {
      probe.start = from;
      const dot = name.indexOf(".", from);
      if (dot < 0) return;
      this.search(from !== 0);
      from = dot + 1;
    }
  }

  /** Keys of one host share their beginning: it is hashed once, and each path goes on from there. */
  private meetUrl(key: string): void {
    const { hosts, seed } = this.parts;
    if (hosts.length === 0) return;
    const { probe, state, hostStarts, pathEnds, hashes } = this;
    const slash = key.indexOf("/");
    const starts = findHostStarts(key, slash, hostStarts);
    const ends = findPathEnds(key, slash, pathEnds);
    aim(probe, "url", key);
    for (let host = 0; host < starts; host += 1) {
      const start = hostStarts[host] ?? 0;
      if (!isSet(hosts, hostBit(key, start, slash, seed))) continue;
      beginHash(state, seed, probe);
      for (let i = 0, from = start; i < ends; i += 1) {
        const end = pathEnds[i] ?? 0;
        addText(state, key, from, end);
        hashes[2 * i] = state.a;
        hashes[2 * i + 1] = state.b;
        from = end;
      }
      probe.start = start;
      for (let i = ends - 1; i >= 0; i -= 1) {
        // Most folders are nobody's: a bit says so, a search would wait for memory.
        if (!isSet(hosts, keyBit(hashes[2 * i] ?? 0))) continue;
        probe.end = pathEnds[i] ?? 0;
        this.searchFrom(hashes[2 * i] ?? 0, hashes[2 * i + 1] ?? 0, start > 0 || i < ends - 1);
      }
    }
  }

  private search(belowOnly: boolean): void {
    hashProbe(this.state, this.parts.seed, this.probe);
    this.searchFrom(this.state.a, this.state.b, belowOnly);
  }

  private searchFrom(a: number, b: number, belowOnly: boolean): void {
    const { slots, tags, arena, facts } = this.parts;
    const { probe, layout } = this;
    if (slots.length === 0) return;
    const tag = mixed(b) & 0xffff;
    let at = placeOf(mixed(a), slots.length);
    for (let run = 0; run <= RUN_MAX; run += 1) {
      const slot = slots[at] ?? 0;
      if (slot === 0) return;
      if (tags[at] === tag) {
        layOut(arena, slot - 1, layout);
        if (confirms(arena, layout, probe) && (!belowOnly || isBelow(layout))) {
          // The text that was asked for is the very text: making it anew would cost more than finding it.
          const text = probe.plain ? probe.text.slice(probe.start, probe.end) : undefined;
          this.found ??= [];
          this.found.push(readEntry(arena, layout, facts, text));
        }
      }
      at = at + 1 === slots.length ? 0 : at + 1;
    }
  }
}

/** Big-endian bytes of an address as numbers of 32 bits. */
function wordsIn(bytes: Uint8Array, length: number): readonly number[] {
  const words: number[] = [];
  for (let i = 0; i < length; i += 4)
    words.push(
      (((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0)) >>> 0,
    );
  return words;
}

const NONE: readonly Indicator[] = [];
const SPREAD = 2 ** 32;

/** Any number of slots serves: the hash is scaled, not masked. */
export function placeOf(hash: number, slots: number): number {
  const at = Math.floor((hash / SPREAD) * slots);
  return at < slots ? at : 0;
}

const HOST_STATE = { a: 0, b: 0 };
export function hostBit(key: string, start: number, end: number, seed: number): number {
  begin(HOST_STATE, seed);
  addText(HOST_STATE, key, start, end);
  return mixed(HOST_STATE.a);
}

/** The bit of a whole URL, by the first part of its hash. */
export const keyBit = (hash: number): number => mixed(hash ^ 0x5bd1e995);

export function setBit(bits: Uint8Array, number: number): void {
  const bit = number & (bits.length * 8 - 1);
  bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
}

function isSet(bits: Uint8Array, number: number): boolean {
  const bit = number & (bits.length * 8 - 1);
  return ((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** Starts of the host and of its last four suffixes with two labels or more, ascending; an address has no suffixes. */
function findHostStarts(key: string, slash: number, into: Int32Array): number {
  into[0] = 0;
  const colon = key.lastIndexOf(":", slash);
  const end = colon > 0 && key[slash - 1] !== "]" && key[0] !== "[" ? colon : slash;
  if (key[0] === "[") return 1;
  const last = key.charCodeAt(end - 1);
  if (last >= 48 && last <= 57 && parseIp(key.slice(0, end)) !== undefined) return 1;
  let found = 1;
  let right = key.lastIndexOf(".", end - 1);
  while (right > 0 && found < URL_HOSTS) {
    right = key.lastIndexOf(".", right - 1);
    if (right <= 0) break;
    into[found] = right + 1;
    found += 1;
  }
  return found;
}

/** Ends of the first folders, of the path without query, and of the whole key, ascending. */
function findPathEnds(key: string, slash: number, into: Int32Array): number {
  const question = key.indexOf("?", slash);
  const path = question < 0 ? key.length : question;
  let found = 0;
  for (let at = slash; at >= 0 && at < path && found < URL_PATHS - 2; at = key.indexOf("/", at + 1)) {
    if (at + 1 >= path) continue;
    into[found] = at + 1;
    found += 1;
  }
  if (question >= 0) {
    into[found] = path;
    found += 1;
  }
  into[found] = key.length;
  return found + 1;
}
