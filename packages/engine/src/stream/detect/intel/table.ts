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
import { type Ip, parseIp } from "@cordon/model/ip";
import {
  aim,
  aimAtIp,
  confirms,
  hashProbe,
  isBelow,
  KIND_NUMBER,
  layOut,
  makeLayout,
  makeProbe,
  type Probe,
  readEntry,
} from "./entry.ts";
import { addText, begin, mixed } from "./hash-text.ts";
import { type Ranges, rangesOver, wordsOf } from "./ranges.ts";

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
  /** Bits that say "an indicator may have this URL host"; a power of two of bytes. */
  readonly hosts: Uint8Array;
  readonly v4: Ranges;
  readonly v6: Ranges;
}

/** The host itself and its last suffixes; the path with query, the path, and the folders above it. 5 x 6 = 30 probes. */
export const URL_HOSTS = 5;
export const URL_PATHS = 6;
/** A run of full slots is never longer: the builder refuses what would make it so. */
export const RUN_MAX = 4_096;

export class IntelTable {
  readonly parts: TableParts;
  private readonly state = { a: 0, b: 0 };
  private readonly probe: Probe = makeProbe();
  private readonly layout = makeLayout();
  private found: number[] = [];
  /** Texts of what was found, where the one that was asked for is the very text: making it anew would cost more than finding it. */
  private texts: (string | undefined)[] = [];

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
    this.forget();
    if (aim(this.probe, kind, value)) this.search(false);
    return this.read();
  }

  /** Indicators that an entity of this kind and (canonical) value meets: itself, what it lies below, what it lies in. */
  meets(kind: IndicatorKind, value: string): readonly Indicator[] {
    this.forget();
    if (kind === "url") this.meetUrl(value);
    else if (kind === "domain") this.meetDomain(value, 0, value.length);
    else if (kind === "ip") this.meetIp(value);
    else if (aim(this.probe, kind, value)) this.search(false);
    return this.found.length === 0 ? NONE : this.read();
  }

  /** Every indicator in the order of the arena from a place on; `undefined` at the end. */
  at(place: number): { readonly indicator: Indicator; readonly next: number } | undefined {
    const { arena, facts } = this.parts;
    if (place >= arena.length) return undefined;
    layOut(arena, place, this.layout);
    return { indicator: readEntry(arena, this.layout, facts), next: this.layout.end };
  }

  private forget(): void {
    this.found = [];
    this.texts = [];
  }

  private read(): readonly Indicator[] {
    const { arena, facts } = this.parts;
    return this.found.map((place, i) => {
      layOut(arena, place, this.layout);
      return readEntry(arena, this.layout, facts, this.texts[i]);
    });
  }

  private meetIp(value: string): void {
    const ip = parseIp(value);
    if (ip !== undefined) this.meetAddress(ip);
  }

  private meetAddress(ip: Ip): void {
    aimAtIp(this.probe, ip);
    this.search(false);
    const ranges = ip.version === 4 ? this.parts.v4 : this.parts.v6;
    if (ranges.inner.length > 0) rangesOver(ranges, wordsOf(ip), this.found);
  }

  /** Parents have two labels at least: a single one is never an indicator. */
  private meetDomain(name: string, start: number, end: number): void {
    const { probe } = this;
    aim(probe, "domain", name);
    probe.end = end;
    for (let from = start; from >= 0; ) {
      probe.start = from;
      const dot = name.indexOf(".", from);
      if (dot < 0 || dot >= end) return;
      this.search(from !== start);
      from = dot + 1;
    }
  }

  private meetUrl(key: string): void {
    const { hosts } = this.parts;
    if (hosts.length === 0) return;
    const slash = key.indexOf("/");
    const suffixes = hostSuffixes(key, slash);
    const ends = pathEnds(key, slash);
    const { probe } = this;
    aim(probe, "url", key);
    for (const start of suffixes) {
      if (!this.mayHaveHost(key, start, slash)) continue;
      probe.start = start;
      for (const [i, end] of ends.entries()) {
        probe.end = end;
        this.search(start > 0 || i > 0);
      }
    }
  }

  private mayHaveHost(key: string, start: number, end: number): boolean {
    const { hosts, seed } = this.parts;
    const bit = hostBit(key, start, end, seed) & (hosts.length * 8 - 1);
    return ((hosts[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  private search(belowOnly: boolean): void {
    const { slots, tags, arena, seed } = this.parts;
    const { state, probe, layout } = this;
    if (slots.length === 0) return;
    hashProbe(state, seed, probe);
    const tag = mixed(state.b) & 0xffff;
    let at = placeOf(mixed(state.a), slots.length);
    for (let run = 0; run <= RUN_MAX; run += 1) {
      const slot = slots[at] ?? 0;
      if (slot === 0) return;
      if (tags[at] === tag) {
        layOut(arena, slot - 1, layout);
        if (confirms(arena, layout, probe) && (!belowOnly || isBelow(layout))) {
          if (probe.kind !== KIND_NUMBER.ip) this.texts[this.found.length] = probe.text.slice(probe.start, probe.end);
          this.found.push(slot - 1);
        }
      }
      at = at + 1 === slots.length ? 0 : at + 1;
    }
  }
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

/** Starts of the host and of its last four suffixes with two labels or more; an address has no suffixes. */
export function hostSuffixes(key: string, slash: number): readonly number[] {
  const colon = key.lastIndexOf(":", slash);
  const end = colon > 0 && key[slash - 1] !== "]" && key[0] !== "[" ? colon : slash;
  const starts: number[] = [];
  if (key[0] !== "[" && parseIp(key.slice(0, end)) === undefined) {
    let right = key.lastIndexOf(".", end - 1);
    while (right > 0 && starts.length < URL_HOSTS - 1) {
      right = key.lastIndexOf(".", right - 1);
      if (right > 0) starts.push(right + 1);
    }
  }
  return [0, ...starts.reverse()];
}

/** Ends of the whole key, the path without query, and the first folders of it, longest first. */
export function pathEnds(key: string, slash: number): readonly number[] {
  const question = key.indexOf("?", slash);
  const path = question < 0 ? key.length : question;
  const ends = question < 0 ? [key.length] : [key.length, path];
  const folders: number[] = [];
  for (let at = slash; at >= 0 && at < path && folders.length < URL_PATHS - 2; at = key.indexOf("/", at + 1))
    if (at + 1 < path) folders.push(at + 1);
  return [...ends, ...folders.reverse()];
}
