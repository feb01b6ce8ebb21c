/**
 * bzip2 without a stream, for members inside files that are examined and for data sets as their authors publish them.
 * Enters: compressed bytes and the most that may come out. Leaves: what could be unpacked, and whether it is whole.
 *
 * BZ1. Never throws, never gives more than `max` bytes; damage (each block's checksum too) ends it, and `whole` is false.
 * BZ2. Files of several streams, one behind the other, are one file, as `bzip2 -d` has it; what follows is left alone.
 * BZ3. A block is worked on only when it gives bytes: time is bounded by what comes out and what went in.
 * Blocks of the "randomised" kind, which no program has written since 1998, are damage here.
 */
import { makeByteSink } from "./byte-sink.ts";

export interface Unpacked {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

const BLOCK = [0x314159, 0x265359];
const END = [0x177245, 0x385090];
const SYMBOLS_MAX = 258;
const CODE_BITS_MAX = 20;
const GROUP = 50;
/** More are not used even by the largest block; they are read and left. */
const SELECTORS_USED = 18_002;
const LEVEL_BYTES = 100_000;

interface Bits {
  readonly input: Uint8Array;
  at: number;
  hold: number;
  held: number;
  over: boolean;
}

export function bunzip2(input: Uint8Array, max: number): Unpacked {
  const sink = makeByteSink(max, input.length * 4);
  const bits: Bits = { input, at: 0, hold: 0, held: 0, over: false };
  let streams = 0;
  while (isStream(input, bits.at)) {
    const level = (input[bits.at + 3] ?? 0x30) - 0x30;
    bits.at += 4;
    if (!streamOf(bits, level, sink.put)) return { bytes: sink.taken(), whole: false };
    // A stream ends at a whole byte.
    bits.hold = 0;
    bits.held = 0;
    streams += 1;
  }
  return { bytes: sink.taken(), whole: streams > 0 };
}

const isStream = (input: Uint8Array, at: number): boolean =>
  input[at] === 0x42 && input[at + 1] === 0x5a && input[at + 2] === 0x68 && inLevels(input[at + 3] ?? 0);
const inLevels = (code: number): boolean => code >= 0x31 && code <= 0x39;

/** A stream with a first block, or an empty one. */
export const bzip2Begins = (bytes: Uint8Array): boolean =>
  isStream(bytes, 0) && [BLOCK, END].some((mark) => mark[0] === threeAt(bytes, 4) && mark[1] === threeAt(bytes, 7));
const threeAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);

type Put = (byte: number) => boolean;

function streamOf(bits: Bits, level: number, put: Put): boolean {
  const table = new Uint32Array(level * LEVEL_BYTES);
  let whole = 0;
  for (;;) {
    const mark = [take(bits, 24), take(bits, 24)];
    const sum = take32(bits);
    if (bits.over) return false;
    if (mark[0] === END[0] && mark[1] === END[1]) return sum === whole;
    if (mark[0] !== BLOCK[0] || mark[1] !== BLOCK[1]) return false;
    const found = blockOf(bits, table, put);
    if (found !== sum) return false;
    whole = (((whole << 1) | (whole >>> 31)) ^ found) >>> 0;
  }
}

/** The checksum of what the block gave; undefined: damaged, or more than may come out. */
function blockOf(bits: Bits, table: Uint32Array, put: Put): number | undefined {
  const randomised = take(bits, 1);
  const origin = take(bits, 24);
  const used = usedBytes(bits);
  const groups = take(bits, 3);
  const count = take(bits, 15);
  if (bits.over || randomised === 1 || used.length === 0 || groups < 2 || groups > 6 || count === 0) return undefined;
  const selectors = selectorsOf(bits, groups, count);
  const codes: Codes[] = [];
  for (let group = 0; group < groups; group += 1) {
    const own = codesOf(bits, used.length + 2);
    if (own === undefined) return undefined;
    codes.push(own);
  }
  if (selectors === undefined) return undefined;
  const size = symbolsOf(bits, table, { selectors, codes, used });
  return size === undefined || origin >= size ? undefined : write(table, size, { origin, put });
}

function usedBytes(bits: Bits): Uint8Array {
  const rows = take(bits, 16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const marks = take(bits, 16);
    for (let at = 0; at < 16; at += 1) if ((marks & (0x8000 >>> at)) !== 0) used.push(16 * row + at);
  }
  return Uint8Array.from(used);
}

/** Which table serves which fifty symbols: places in a list whose last used entry stands first. */
function selectorsOf(bits: Bits, groups: number, count: number): Uint8Array | undefined {
  const order = Uint8Array.from({ length: groups }, (_, at) => at);
  const selectors = new Uint8Array(Math.min(count, SELECTORS_USED));
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (take(bits, 1) === 1) {
      place += 1;
      if (place >= groups) return undefined;
    }
    const chosen = order[place] ?? 0;
    order.copyWithin(1, 0, place);
    order[0] = chosen;
    if (at < selectors.length) selectors[at] = chosen;
  }
  return bits.over ? undefined : selectors;
}

/** A canonical code: for each length the greatest code, and where its symbols begin. */
interface Codes {
  readonly least: number;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

function codesOf(bits: Bits, count: number): Codes | undefined {
  const lengths = new Uint8Array(SYMBOLS_MAX).subarray(0, count);
  let length = take(bits, 5);
  for (let at = 0; at < count; at += 1) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_MAX || bits.over) return undefined;
      if (take(bits, 1) === 0) break;
      length += take(bits, 1) === 0 ? 1 : -1;
    }
    lengths[at] = length;
  }
  const order = [...lengths.keys()].toSorted((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const limits = new Int32Array(CODE_BITS_MAX + 2).fill(-1);
  const bases = new Int32Array(CODE_BITS_MAX + 2);
  let code = 0;
  let before = 0;
  for (let own = 1; own <= CODE_BITS_MAX; own += 1) {
    const here = lengths.reduce((sum, each) => sum + Number(each === own), 0);
    bases[own] = before - code;
    code += here;
    limits[own] = code - 1;
    before += here;
    code <<= 1;
  }
  return { least: lengths[order[0] ?? 0] ?? 1, limits, bases, symbols: Uint16Array.from(order) };
}

function symbolOf(bits: Bits, { least, limits, bases, symbols }: Codes): number {
  let code = take(bits, least);
  for (let length = least; length <= CODE_BITS_MAX; length += 1) {
    if (code <= (limits[length] ?? -1)) return symbols[code + (bases[length] ?? 0)] ?? -1;
    code = (code << 1) | take(bits, 1);
    if (bits.over) return -1;
  }
  return -1;
}

interface Coding {
  readonly selectors: Uint8Array;
  readonly codes: readonly Codes[];
  readonly used: Uint8Array;
}

/** Symbols to the block's last column, one byte in the low bits of each entry of `table`. */
function symbolsOf(bits: Bits, table: Uint32Array, { selectors, codes, used }: Coding): number | undefined {
  const order = used.slice();
  const end = used.length + 1;
  let size = 0;
  let run = 0;
  let weight = 1;
  for (let at = 0; ; at += 1) {
    const own = codes[selectors[Math.floor(at / GROUP)] ?? -1];
    const symbol = own === undefined ? -1 : symbolOf(bits, own);
    if (symbol < 0) return undefined;
    if (symbol < 2) {
      run += weight << symbol;
      weight <<= 1;
      if (size + run > table.length) return undefined;
      continue;
    }
    if (run > 0) {
      table.fill(order[0] ?? 0, size, size + run);
      size += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return size;
    if (size >= table.length) return undefined;
    const byte = order[symbol - 1] ?? 0;
    order.copyWithin(1, 0, symbol - 1);
    order[0] = byte;
    table[size] = byte;
    size += 1;
  }
}

/** The Burrows-Wheeler transform back, and runs of four and more written out. */
function write(table: Uint32Array, size: number, { origin, put }: { origin: number; put: Put }): number | undefined {
  const starts = new Uint32Array(257);
  for (let at = 0; at < size; at += 1) {
    const next = ((table[at] ?? 0) & 0xff) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let byte = 1; byte < 257; byte += 1) starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
  for (let at = 0; at < size; at += 1) {
    const byte = (table[at] ?? 0) & 0xff;
    const to = starts[byte] ?? 0;
    starts[byte] = to + 1;
    table[to] = ((table[to] ?? 0) & 0xff) | (at << 8);
  }
  let sum = 0xffffffff;
  let place = (table[origin] ?? 0) >>> 8;
  let last = -1;
  let same = 0;
  for (let at = 0; at < size; at += 1) {
    const entry = table[place] ?? 0;
    const byte = entry & 0xff;
    place = entry >>> 8;
    const counts = same === 4;
    const times = counts ? byte : 1;
    const written = counts ? last : byte;
    for (let done = 0; done < times; done += 1) {
      if (!put(written)) return undefined;
      sum = ((sum << 8) ^ (CRC[(sum >>> 24) ^ written] ?? 0)) >>> 0;
    }
    same = counts ? 0 : byte === last ? same + 1 : 1;
    last = counts ? -1 : byte;
  }
  return ~sum >>> 0;
}

/** The checksum of bzip2: CRC-32 with its highest bit first. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** At most 24 bits, highest first; beyond the end `over` is set and zeros are given. */
function take(bits: Bits, count: number): number {
  while (bits.held < count) {
    if (bits.at >= bits.input.length) {
      bits.over = true;
      return 0;
    }
    bits.hold = (bits.hold << 8) | (bits.input[bits.at] ?? 0);
    bits.at += 1;
    bits.held += 8;
  }
  bits.held -= count;
  return (bits.hold >>> bits.held) & ((1 << count) - 1);
}

const take32 = (bits: Bits): number => ((take(bits, 16) << 16) | take(bits, 16)) >>> 0;
