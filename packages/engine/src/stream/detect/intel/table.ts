/**
 * The table of indicators: bits that say "nobody knows this", buckets of keyed digests, and what is said of each.
 *
 * Enters: what `TableBuilder` or an image made. Leaves: the indicators that an entity meets.
 * I1. No false hits: a row answers only for 96 equal bits of a digest under a secret key (keyed-digest.ts). Whole texts
 *     lie on disk (rows.ts); a hit bears the text that was asked for.
 * I2. A row is 16 bytes, its share of the buckets .7, of the bits 1 (a URL: 2), whatever the length of its text.
 * I3. A table never changes. Reloading makes another one and swaps the reference between two batches.
 * I4. A domain meets itself and, for indicators that reach below, each parent. A URL meets at most URL_HOSTS x URL_PATHS keys.
 */
import { INDICATOR_KINDS, type Indicator, type IndicatorFacts, type IndicatorKind } from "@cordon/model/indicator";
import { parseIp } from "@cordon/model/ip";
import { bucketOf, bucketsPerPart, CELL_WORDS, isTag } from "./cells.ts";
import {
  aim,
  digestProbe,
  hashProbe,
  layOut,
  makeLayout,
  makeProbe,
  NO_FACTS,
  type Probe,
  readEntry,
  textOf,
} from "./entry.ts";
import { mayHold } from "./filter.ts";
import { addText, addUnit, begin, mixed } from "./hash-text.ts";
import { type DigestKey, KeyedDigest } from "./keyed-digest.ts";
import { type Ranges, rangesOver } from "./ranges.ts";
import type { RowPiece } from "./rows.ts";
import { factsAt, fromAt, isBelow, untilAt } from "./said.ts";

export interface TableParts {
  /** Names the content; what a detection names as its version. */
  readonly digest: string;
  readonly key: DigestKey;
  readonly facts: readonly IndicatorFacts[];
  /** Where the whole rows lie in their file. */
  readonly pieces: readonly RowPiece[];
  readonly said: Uint8Array;
  readonly cells: Int32Array;
  readonly buckets: Uint32Array;
  readonly filter: Uint8Array;
  /** Ranges, whole: a hit names them, not the address that was asked for. */
  readonly nets: Uint8Array;
  readonly v4: Ranges;
  readonly v6: Ranges;
}

/** The host itself and its last suffixes; the path with query, the path, and the folders above it. 5 x 6 = 30 probes. */
const URL_HOSTS = 5;
const URL_PATHS = 6;
const DOT = 46;

export class IntelTable {
  readonly parts: TableParts;
  private readonly digest: KeyedDigest;
  private readonly seed: number;
  private readonly perPart: number;
  private readonly probe: Probe = makeProbe();
  private readonly layout = makeLayout();
  /** Of the name that is asked about: where parents begin that may be known. */
  private readonly nameStarts: number[] = [];
  /** Of the URL that is asked about: where hosts begin, where paths end, and the hash up to each end. */
  private readonly hostStarts = new Int32Array(URL_HOSTS);
  private readonly pathEnds = new Int32Array(URL_PATHS);
  private readonly hashes = new Int32Array(URL_PATHS);
  private found: Indicator[] | undefined;

  constructor(parts: TableParts) {
    this.parts = parts;
    this.digest = new KeyedDigest(parts.key);
    this.seed = seedOf(this.digest);
    this.perPart = bucketsPerPart(parts.buckets);
  }

  /** Rows that are found; equal ones count once. */
  get rows(): number {
    return this.parts.cells.length / CELL_WORDS;
  }

  get bytes(): number {
    const { said, cells, buckets, filter, nets, v4, v6 } = this.parts;
    const ranges = [v4, v6].flatMap((one) => [one.starts, one.inner, one.parents, one.entries]);
    return [said, cells, buckets, filter, nets, ...ranges].reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Indicators of exactly this kind and value. */
  exact(kind: IndicatorKind, value: string): readonly Indicator[] {
    this.found = undefined;
    if (aim(this.probe, kind, value)) this.search();
    return this.found ?? NONE;
  }

  /** Indicators that an entity of this kind and (canonical) value meets: itself, what it lies below, what it lies in. */
  meets(kind: IndicatorKind, value: string): readonly Indicator[] {
    this.found = undefined;
    if (kind === "url") this.meetUrl(value);
    else if (kind === "domain") this.meetDomain(value);
    else if (aim(this.probe, kind, value)) {
      this.search();
      if (kind === "ip") this.meetRanges();
    }
    return this.found ?? NONE;
  }

  /** The ranges around the address at which the probe is aimed. */
  private meetRanges(): void {
    const { nets, facts, v4, v6 } = this.parts;
    const { bytes, packed } = this.probe;
    const ranges = packed === 4 ? v4 : v6;
    if (ranges.inner.length === 0) return;
    const places: number[] = [];
    rangesOver(ranges, wordsIn(bytes, packed), places);
    for (const place of places) {
      layOut(nets, place, this.layout);
      this.found ??= [];
      this.found.push(readEntry(nets, this.layout, facts));
    }
  }

  /** Parents have two labels at least: a single one is never an indicator. The name itself answers before its parents. */
  private meetDomain(name: string): void {
    const { probe, nameStarts } = this;
    const { filter } = this.parts;
    aim(probe, "domain", name);
    let hash = begin(this.seed, probe.kind);
    let dots = 0;
    nameStarts.length = 0;
    for (let i = name.length - 1; i >= 0; i -= 1) {
      const unit = name.charCodeAt(i);
      if (unit === DOT) {
        if (dots > 0 && mayHold(filter, mixed(hash))) nameStarts.push(i + 1);
        dots += 1;
      }
      hash = addUnit(hash, unit);
    }
    if (dots > 0 && mayHold(filter, mixed(hash))) nameStarts.push(0);
    for (let start = nameStarts.pop(); start !== undefined; start = nameStarts.pop()) {
      probe.start = start;
      this.look(start !== 0);
    }
  }

  /** Keys of one host share their beginning: it is hashed once, and each path goes on from there. */
  private meetUrl(key: string): void {
    const { probe, seed, hostStarts, pathEnds, hashes } = this;
    const { filter } = this.parts;
    const slash = key.indexOf("/");
    const starts = findHostStarts(key, slash, hostStarts);
    const ends = findPathEnds(key, slash, pathEnds);
    aim(probe, "url", key);
    for (let host = 0; host < starts; host += 1) {
      const start = hostStarts[host] ?? 0;
      if (!mayHold(filter, hostHash(seed, key, start, slash))) continue;
      let hash = begin(seed, probe.kind);
      for (let i = 0, from = start; i < ends; i += 1) {
        const end = pathEnds[i] ?? 0;
        hash = addText(hash, key, from, end);
        hashes[i] = hash;
        from = end;
      }
      probe.start = start;
      for (let i = ends - 1; i >= 0; i -= 1) {
        if (!mayHold(filter, mixed(hashes[i] ?? 0))) continue;
        probe.end = pathEnds[i] ?? 0;
        this.look(start > 0 || i < ends - 1);
      }
    }
  }

  private search(): void {
    if (mayHold(this.parts.filter, mixed(hashProbe(this.seed, this.probe)))) this.look(false);
  }

  /** Looks for what the probe asks for among the rows themselves. */
  private look(belowOnly: boolean): void {
    const { cells, buckets, said } = this.parts;
    digestProbe(this.digest, this.probe);
    const { tag } = this.digest;
    const bucket = bucketOf(tag[0] ?? 0, this.perPart);
    const end = (buckets[bucket + 1] ?? 0) * CELL_WORDS;
    for (let at = (buckets[bucket] ?? 0) * CELL_WORDS; at < end; at += CELL_WORDS) {
      if (!isTag(cells, at, tag, 0)) continue;
      const place = (cells[at + CELL_WORDS - 1] ?? 0) >>> 0;
      if (belowOnly && !isBelow(said, place)) continue;
      this.found ??= [];
      this.found.push(this.indicatorOf(place));
    }
  }

  private indicatorOf(place: number): Indicator {
    const { said, facts: all } = this.parts;
    const kind = INDICATOR_KINDS[this.probe.kind] ?? "file";
    const value = textOf(this.probe);
    const below = isBelow(said, place);
    const facts = all[factsAt(said, place)] ?? NO_FACTS;
    // Four shapes, written out: a spread costs as much as the whole look-up.
    const validFrom = fromAt(said, place);
    const validUntil = untilAt(said, place);
    if (validFrom === undefined)
      return validUntil === undefined ? { kind, value, below, facts } : { kind, value, below, facts, validUntil };
    if (validUntil === undefined) return { kind, value, below, facts, validFrom };
    return { kind, value, below, facts, validFrom, validUntil };
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

/** Where quick hashes start: nobody outside can say which keys fall together. */
export function seedOf(digest: KeyedDigest): number {
  digest.digest(0);
  return digest.tag[0] ?? 0;
}

/** "Some URL has this host": no kind of indicator has this number. */
const HOST = 255;
export const hostHash = (seed: number, key: string, start: number, end: number): number =>
  mixed(addText(begin(seed, HOST), key, start, end));

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
