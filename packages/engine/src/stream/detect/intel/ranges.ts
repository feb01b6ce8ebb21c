/**
 * Address ranges, flattened: sorted starts of stretches, each with the innermost range that covers it.
 *
 * R1. Prefixes are nested or apart, never across: the innermost range and its parents are all ranges over an address.
 * R2. A look-up is one binary search; the way up the parents is as long as the nesting (129 at most, times equal ranges).
 */
import type { Ip } from "@cordon/model/ip";
import { parseIp } from "@cordon/model/ip";

/** One address family. v4 starts are one word, v6 starts four. */
export interface Ranges {
  readonly words: 1 | 4;
  /** Starts of stretches, ascending, `words` numbers each. */
  readonly starts: Uint32Array;
  /** Innermost range of a stretch + 1; 0 = none. */
  readonly inner: Uint32Array;
  /** By range: the next range around it + 1, and where its entry lies in the arena. */
  readonly parents: Uint32Array;
  readonly entries: Uint32Array;
}

export const NO_RANGES = (words: 1 | 4): Ranges => ({
  words,
  starts: new Uint32Array(0),
  inner: new Uint32Array(0),
  parents: new Uint32Array(0),
  entries: new Uint32Array(0),
});

export interface Prefix {
  /** First address, in words. */
  readonly first: readonly number[];
  readonly bits: number;
  readonly entry: number;
}

export function prefixOf(cidr: string, entry: number): Prefix | undefined {
  const slash = cidr.lastIndexOf("/");
  const ip = parseIp(cidr.slice(0, slash));
  return ip === undefined ? undefined : { first: wordsOf(ip), bits: Number(cidr.slice(slash + 1)), entry };
}

function wordsOf(ip: Ip): readonly number[] {
  if (ip.version === 4) return [ip.bits];
  const { groups } = ip;
  return [0, 2, 4, 6].map((i) => ((groups[i] ?? 0) * 65_536 + (groups[i + 1] ?? 0)) >>> 0);
}

/** One sweep over the prefixes in order of (start, wider first). */
export function flatten(prefixes: readonly Prefix[], words: 1 | 4): Ranges {
  const order = [...prefixes].sort((a, b) => compare(a.first, b.first) || a.bits - b.bits);
  const parents = new Uint32Array(order.length);
  const starts: (readonly number[])[] = [];
  const inner: number[] = [];
  const open: { readonly index: number; readonly after: readonly number[] | undefined }[] = [];
  const say = (start: readonly number[], range: number): void => {
    const last = starts.at(-1);
    if (last !== undefined && compare(last, start) === 0) inner[inner.length - 1] = range;
    else {
      starts.push(start);
      inner.push(range);
    }
  };
  const close = (before: readonly number[] | undefined): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.after === undefined || (before !== undefined && compare(top.after, before) > 0)) return;
      open.pop();
      say(top.after, (open.at(-1)?.index ?? -1) + 1);
    }
  };
  for (const [index, prefix] of order.entries()) {
    close(prefix.first);
    parents[index] = (open.at(-1)?.index ?? -1) + 1;
    open.push({ index, after: afterOf(prefix, words) });
    say(prefix.first, index + 1);
  }
  close(undefined);
  const flat = new Uint32Array(starts.length * words);
  for (const [i, start] of starts.entries()) flat.set(start, i * words);
  return {
    words,
    starts: flat,
    inner: Uint32Array.from(inner),
    parents,
    entries: Uint32Array.from(order, (one) => one.entry),
  };
}

/** The first address behind a prefix; undefined behind the last address of all. */
function afterOf({ first, bits }: Prefix, words: number): readonly number[] | undefined {
  const after = [...first];
  const word = bits === 0 ? -1 : (bits - 1) >> 5;
  let carry = bits === 0 ? 1 : 2 ** (31 - ((bits - 1) & 31));
  for (let i = Math.min(word, words - 1); i >= 0; i -= 1) {
    const sum = (after[i] ?? 0) + carry;
    after[i] = sum >>> 0;
    carry = sum > 0xffffffff ? 1 : 0;
    if (carry === 0) return after;
  }
  return undefined;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Places in the arena of every range over the address, innermost first. */
export function rangesOver(ranges: Ranges, address: readonly number[], into: number[]): void {
  const { words, starts, inner, parents, entries } = ranges;
  let low = 0;
  let high = inner.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(starts, middle * words, address)) high = middle;
    else low = middle + 1;
  }
  for (let range = low === 0 ? 0 : (inner[low - 1] ?? 0); range > 0; range = parents[range - 1] ?? 0)
    into.push(entries[range - 1] ?? 0);
}

function isAfter(starts: Uint32Array, at: number, address: readonly number[]): boolean {
  for (let i = 0; i < address.length; i += 1) {
    const start = starts[at + i] ?? 0;
    const word = address[i] ?? 0;
    if (start !== word) return start > word;
  }
  return false;
}
