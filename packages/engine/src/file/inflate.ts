/**
 * Raw DEFLATE (RFC 1951) without a clock or a stream, for members inside files that are being examined.
 * Enters: compressed bytes and the most that may come out. Leaves: what could be unpacked, and whether it is whole.
 * FI1. Never throws, never gives more than `max` bytes; damage ends it, and `whole` is false.
 */
export interface Inflated {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  readonly read: number;
}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const FAR_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const FAR_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

interface Codes {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

interface State {
  readonly input: Uint8Array;
  readonly max: number;
  out: Uint8Array;
  size: number;
  at: number;
  bits: number;
  held: number;
}

export function inflateRaw(input: Uint8Array, max: number): Inflated {
  const out = new Uint8Array(Math.min(max, Math.max(1024, input.length * 4)));
  const state: State = { input, max, out, size: 0, at: 0, bits: 0, held: 0 };
  let whole = false;
  for (;;) {
    const last = take(state, 1);
    const kind = take(state, 2);
    const fine = last >= 0 && (kind === 0 ? stored(state) : kind === 1 || kind === 2 ? packed(state, kind) : false);
    if (!fine) break;
    if (last === 1) {
      whole = true;
      break;
    }
  }
  return { bytes: state.out.subarray(0, state.size), whole, read: state.at };
}

/** -1: the input is over. */
function take(state: State, count: number): number {
  while (state.held < count) {
    if (state.at >= state.input.length) return -1;
    state.bits |= (state.input[state.at] ?? 0) << state.held;
    state.at += 1;
    state.held += 8;
  }
  const value = state.bits & ((1 << count) - 1);
  state.bits >>>= count;
  state.held -= count;
  return value;
}

function put(state: State, byte: number): boolean {
  if (state.size >= state.max) return false;
  if (state.size === state.out.length) {
    const larger = new Uint8Array(Math.min(state.max, state.out.length * 2));
    larger.set(state.out);
    state.out = larger;
  }
  state.out[state.size] = byte;
  state.size += 1;
  return true;
}

function stored(state: State): boolean {
  state.bits = 0;
  state.held = 0;
  const length = (state.input[state.at] ?? 0) | ((state.input[state.at + 1] ?? 0) << 8);
  state.at += 4;
  for (let done = 0; done < length; done += 1) {
    if (state.at >= state.input.length || !put(state, state.input[state.at] ?? 0)) return false;
    state.at += 1;
  }
  return true;
}

function packed(state: State, kind: number): boolean {
  const tables = kind === 1 ? fixedTables() : dynamicTables(state);
  if (tables === undefined) return false;
  for (;;) {
    const symbol = decode(state, tables.lengths);
    if (symbol < 0) return false;
    if (symbol === 256) return true;
    if (symbol < 256) {
      if (!put(state, symbol)) return false;
    } else if (!copy(state, symbol - 257, tables.distances)) return false;
  }
}

function copy(state: State, code: number, distances: Codes): boolean {
  const extra = take(state, LENGTH_BITS[code] ?? 0);
  const far = decode(state, distances);
  if (extra < 0 || far < 0 || LENGTH_BASE[code] === undefined || FAR_BASE[far] === undefined) return false;
  const more = take(state, FAR_BITS[far] ?? 0);
  const back = (FAR_BASE[far] ?? 0) + more;
  if (more < 0 || back > state.size) return false;
  for (let left = (LENGTH_BASE[code] ?? 0) + extra; left > 0; left -= 1)
    if (!put(state, state.out[state.size - back] ?? 0)) return false;
  return true;
}

function decode(state: State, { counts, symbols }: Codes): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length < 16; length += 1) {
    const bit = take(state, 1);
    if (bit < 0) return -1;
    code |= bit;
    const count = counts[length] ?? 0;
    if (code - count < first) return symbols[index + code - first] ?? -1;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return -1;
}

function codesFrom(lengths: ArrayLike<number>): Codes {
  const counts = new Uint16Array(16);
  for (let at = 0; at < lengths.length; at += 1) counts[lengths[at] ?? 0] = (counts[lengths[at] ?? 0] ?? 0) + 1;
  counts[0] = 0;
  const starts = new Uint16Array(17);
  for (let at = 1; at < 16; at += 1) starts[at + 1] = (starts[at] ?? 0) + (counts[at] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (let at = 0; at < lengths.length; at += 1) {
    const length = lengths[at] ?? 0;
    if (length === 0) continue;
    symbols[starts[length] ?? 0] = at;
    starts[length] = (starts[length] ?? 0) + 1;
  }
  return { counts, symbols };
}

interface Tables {
  readonly lengths: Codes;
  readonly distances: Codes;
}

function fixedTables(): Tables {
  const lengths = Uint8Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8));
  return { lengths: codesFrom(lengths), distances: codesFrom(new Uint8Array(30).fill(5)) };
}

function dynamicTables(state: State): Tables | undefined {
  const [literals, distances, kinds] = [take(state, 5) + 257, take(state, 5) + 1, take(state, 4) + 4];
  if (literals < 257 || distances < 1 || kinds < 4) return undefined;
  const own = new Uint8Array(19);
  for (let at = 0; at < kinds; at += 1) own[ORDER[at] ?? 0] = Math.max(0, take(state, 3));
  const table = codesFrom(own);
  const lengths = new Uint8Array(literals + distances);
  for (let at = 0; at < lengths.length; ) {
    const symbol = decode(state, table);
    if (symbol < 0) return undefined;
    if (symbol < 16) {
      lengths[at] = symbol;
      at += 1;
      continue;
    }
    const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
    const repeat = symbol === 16 ? 3 + take(state, 2) : symbol === 17 ? 3 + take(state, 3) : 11 + take(state, 7);
    if (repeat < 3 || at + repeat > lengths.length) return undefined;
    lengths.fill(value, at, at + repeat);
    at += repeat;
  }
  return { lengths: codesFrom(lengths.subarray(0, literals)), distances: codesFrom(lengths.subarray(literals)) };
}
