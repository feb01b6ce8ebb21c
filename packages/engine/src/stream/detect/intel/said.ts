/**
 * What rows say of their value: facts, whether it reaches below, from when and until when. Kept once for all rows that say
 * the same; a row names the place.
 *
 * `flags, facts (varint), [valid from], [valid until]`.
 * A1. Times come back to the millisecond; what a feed says is not rounded to save room.
 */
import type { Indicator } from "@cordon/model/indicator";
import { addUnit, begin, mixed } from "./hash-text.ts";
import {
  readTime,
  readVarint,
  TIME_BYTES,
  VARINT_BYTES_MAX,
  varintBytes,
  writeTime,
  writeVarint,
} from "./packed-numbers.ts";

const BELOW = 1;
const HAS_FROM = 2;
const HAS_UNTIL = 4;
const BYTES_MAX = 1 + VARINT_BYTES_MAX + 2 * TIME_BYTES;
const FIRST_BYTES = 4_096;
const FIRST_SLOTS = 1_024;

type Said = Pick<Indicator, "below" | "validFrom" | "validUntil">;

export const isBelow = (said: Uint8Array, place: number): boolean => ((said[place] ?? 0) & BELOW) !== 0;
export const factsAt = (said: Uint8Array, place: number): number => readVarint(said, place + 1);

export function fromAt(said: Uint8Array, place: number): number | undefined {
  const flags = said[place] ?? 0;
  return (flags & HAS_FROM) === 0 ? undefined : readTime(said, timesFrom(said, place));
}

export function untilAt(said: Uint8Array, place: number): number | undefined {
  const flags = said[place] ?? 0;
  if ((flags & HAS_UNTIL) === 0) return undefined;
  return readTime(said, timesFrom(said, place) + ((flags & HAS_FROM) === 0 ? 0 : TIME_BYTES));
}

const timesFrom = (said: Uint8Array, place: number): number => place + 1 + varintBytes(factsAt(said, place));

/** Collects what is said while a table is made. */
export class SaidBook {
  private bytes = new Uint8Array(FIRST_BYTES);
  private used = 0;
  /** Place + 1; 0 = free. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private count = 0;
  private last: (Said & { readonly facts: number; readonly place: number }) | undefined;
  private readonly seed: number;

  /** `seed`: nobody outside may choose what falls together. */
  constructor(seed: number) {
    this.seed = seed;
  }

  /** The place of what is said. */
  intern(said: Said, facts: number): number {
    const { below, validFrom, validUntil } = said;
    const last = this.last;
    if (last?.facts === facts && last.below === below && last.validFrom === validFrom && last.validUntil === validUntil)
      return last.place;
    const place = this.placeOf(this.write(said, facts));
    this.last = { ...said, facts, place };
    return place;
  }

  /** The book, cut to its length; nothing can be added afterwards. */
  close(): Uint8Array<ArrayBuffer> {
    this.slots = new Uint32Array(0);
    return this.bytes.slice(0, this.used);
  }

  /** Writes behind what is used and gives where that ends: it counts only when it is new. */
  private write({ below, validFrom, validUntil }: Said, facts: number): number {
    if (this.used + BYTES_MAX > this.bytes.length) {
      const grown = new Uint8Array(Math.ceil(this.bytes.length * 1.5));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    const { bytes, used } = this;
    bytes[used] =
      (below ? BELOW : 0) | (validFrom === undefined ? 0 : HAS_FROM) | (validUntil === undefined ? 0 : HAS_UNTIL);
    let end = writeVarint(bytes, used + 1, facts);
    if (validFrom !== undefined) end = writeTime(bytes, end, validFrom);
    if (validUntil !== undefined) end = writeTime(bytes, end, validUntil);
    return end;
  }

  private placeOf(end: number): number {
    if (this.count * 4 > this.slots.length * 3) this.grow();
    const { slots, used } = this;
    const length = end - used;
    for (let slot = this.slotOf(used, end); ; slot = (slot + 1) & (slots.length - 1)) {
      const there = slots[slot] ?? 0;
      if (there !== 0 && !this.isSame(there - 1, length)) continue;
      if (there !== 0) return there - 1;
      slots[slot] = used + 1;
      this.used = end;
      this.count += 1;
      return used;
    }
  }

  private slotOf(from: number, end: number): number {
    let hash = begin(this.seed, 0);
    for (let i = from; i < end; i += 1) hash = addUnit(hash, this.bytes[i] ?? 0);
    return mixed(hash) & (this.slots.length - 1);
  }

  private isSame(place: number, length: number): boolean {
    const { bytes, used } = this;
    for (let i = 0; i < length; i += 1) if (bytes[place + i] !== bytes[used + i]) return false;
    return true;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (const there of old) {
      if (there === 0) continue;
      let slot = this.slotOf(there - 1, there - 1 + saidBytes(this.bytes, there - 1));
      while (this.slots[slot] !== 0) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = there;
    }
  }
}

function saidBytes(said: Uint8Array, place: number): number {
  const flags = said[place] ?? 0;
  const times = ((flags & HAS_FROM) === 0 ? 0 : TIME_BYTES) + ((flags & HAS_UNTIL) === 0 ? 0 : TIME_BYTES);
  return 1 + varintBytes(factsAt(said, place)) + times;
}
