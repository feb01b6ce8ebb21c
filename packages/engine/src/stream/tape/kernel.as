// The kernel of the tape, in AssemblyScript. Compile with `node scripts/kernel.ts`; the compiled bytes are in kernel-code.ts.
//
// Enters: the bytes of one line, copied to INPUT. Leaves: the number of its leaves, or a negative number where it is not vouched
// for; STATE says the final node, where the loose texts end, whether they are beyond ASCII, and both generations.
//
// K1. A trie of nodes: one node per member begun (key and kind of its value) and per object closed. The node at which an event ends
//     names its shape. Paths (chains of keys) are shared by the shapes.
// K2. Values are numbered by path, kind and raw bytes. Raw bytes once checked need no second check.
// K3. No read goes beyond the memory: behind the input lie zeros, which stop every scan; nothing stored holds a zero.
// K4. No search is long: probes are bounded, so that crafted collisions cost no more than a value that is not remembered.

// Memory map, in bytes. The numbers of it that the caller needs are exported below.
const STATE: usize = 0x8000; // final node, end of loose texts, loose texts beyond ASCII, generation, generation of shapes
const MASK: usize = 0x8100; // 16 bytes of ones, then 16 of zeros
const INPUT: usize = 0x10000;
const INPUT_MAX: i32 = 0x40000;
const PAD: usize = 64;
const IDS: usize = 0x51000; // 4 bytes for each leaf
const SPANS: usize = 0x52000; // 8 bytes for each leaf: where a loose value lies, and its length; SPAN_WIDE: it is beyond ASCII
const SPAN_WIDE: i32 = 0x40000000;
const LEAVES_MAX: i32 = 1000;
const SCRATCH: usize = 0x60000; // loose texts; never longer than the input and a byte for each leaf
const NODES: usize = 0x100000; // 64 bytes each
const NODE_SLOTS: u32 = 32768;
const NODE_TABLE: usize = 0x200000;
const PATH_TABLE: usize = 0x220000;
const KEYS: usize = 0x240000;
const KEYS_END: usize = 0x300000 - 0x200;
const PATHS: usize = 0x300000; // 32 bytes each
const VALUE_SLOTS: u32 = 131072;
const VALUE_TABLE: usize = 0x400000; // 8 bytes each: hash, where the value lies
const VALUES: usize = 0x500000; // 4 bytes each: where a value lies, by its number
const ARENA: usize = 0x600000;

// Node: fields and their offsets.
const N_KEY: usize = 0;
const N_KEY_LENGTH: usize = 4;
const N_KIND: usize = 8;
const N_PARENT: usize = 12;
const N_PATH: usize = 16; // of the member
const N_NEXT: usize = 20; // the node that followed last time
const N_LAST: usize = 24; // the value last seen here: where it lies, its length (-1: none), its number
const N_LAST_LENGTH: usize = 28;
const N_LAST_ID: usize = 32;
const N_LEVEL: usize = 36; // path of the object that the next member belongs to

// Path.
const P_KEY: usize = 0;
const P_KEY_LENGTH: usize = 4;
const P_PARENT: usize = 8;
const P_ASKED: usize = 12;
const P_FOUND: usize = 16;
const P_RESTING: usize = 20;
const P_REST: usize = 24; // how long it rests the next time; 0 = as long as the first time

// Value: what is asked of it lies before its text, so that a look-up touches two places of the memory only.
const V_OWNER: usize = 0; // path * 4 + kind
const V_ID: usize = 4;
const V_LENGTH: usize = 8; // 16 bits
const V_FLAGS: usize = 10; // 16 bits: flags, and the items of a list * 4
const V_NEXT: usize = 12; // the text that followed last time: programs come with their names, users with their folders
const V_TEXT: usize = 16;

const TEXT: i32 = 0;
const NUMBER: i32 = 1;
const LIST: i32 = 2;
const TRUE: i32 = 3;
const FALSE: i32 = 4;
const NULL: i32 = 5;
const OPEN: i32 = 6;
const CLOSE: i32 = 7;

const ESCAPED: i32 = 1;
const WIDE: i32 = 2;

const KEY_MAX: i32 = 256;
const DEPTH_MAX: i32 = 32;
/** Members of objects and items of lists in one event, together. Whoever cuts begins at 2,000. */
const WEIGHT_MAX: i32 = 1900;
/** Longer values are mostly unlike each other. */
const VALUE_MAX: i32 = 640;
const PROBES_MAX: i32 = 32;
/** Of integers: those of 64 bits have 20, those of 128 bits 39. */
const DIGITS_MAX: i32 = 40;
/** Look-ups after which a path is judged, and how many values are not looked up where fewer than three of ten were known. */
const TRIAL: i32 = 512;
const REST: i32 = 16384;
/** Each rest in a row is twice as long as the last: ids stay ids. */
const REST_MAX: i32 = 262144;

let nodesMax: i32 = 0;
let valuesMax: i32 = 0;
let arenaEnd: usize = 0;
/** Events between two times at which all shapes are forgotten: a flood of shapes must not make the known ones come and go. */
let shapesRest: i32 = 0;

let nodes: i32 = 0;
let paths: i32 = 0;
let keysAt: usize = KEYS;
let values: i32 = 0;
let arenaAt: usize = ARENA;
let sinceShapes: i32 = 0;
let shapesFull: bool = false;
let valuesFull: bool = false;

// Of the event being read.
let inputEnd: usize = 0;
/** Items of lists. */
let items: i32 = 0;
/** The text remembered that came last in this event. */
let before: usize = 0;
let depth: i32 = 0;
let scratchAt: usize = SCRATCH;
let wide: i32 = 0;
// Results of the scans.
let scanned: i32 = 0;
let shown: i32 = 0;
let flags: i32 = 0;

/** Limits of 16,384 nodes, 65,536 values and 10 MB of them are the most that there is room for. */
export function init(maxNodes: i32, maxValues: i32, maxBytes: i32, rest: i32): void {
  nodesMax = min(maxNodes, 16384);
  valuesMax = min(maxValues, 65536);
  arenaEnd = ARENA + <usize>min(maxBytes, 0x9f0000);
  shapesRest = rest;
  memory.fill(MASK, 0xff, 16);
  memory.fill(MASK + 16, 0, 16);
  forgetShapes();
}

// What the caller reads where.
export function inputAt(): usize { return INPUT; }
export function inputMax(): i32 { return INPUT_MAX; }
export function stateAt(): usize { return STATE; }
export function idsAt(): usize { return IDS; }
export function spansAt(): usize { return SPANS; }
export function scratchStart(): usize { return SCRATCH; }
export function valuesAt(): usize { return VALUES; }
export function nodeParent(n: i32): i32 { return load<i32>(nodeAt(n), N_PARENT); }
export function nodeKind(n: i32): i32 { return load<i32>(nodeAt(n), N_KIND); }
export function nodeKey(n: i32): i32 { return load<i32>(nodeAt(n), N_KEY); }
export function nodeKeyLength(n: i32): i32 { return load<i32>(nodeAt(n), N_KEY_LENGTH); }

function forgetShapes(): void {
  memory.fill(NODE_TABLE, 0, <usize>NODE_SLOTS * 4);
  memory.fill(PATH_TABLE, 0, <usize>NODE_SLOTS * 4);
  memory.fill(NODES, 0, 64);
  memory.fill(PATHS, 0, 32);
  // Node 0 is where every event begins, path 0 the event itself.
  nodes = 1;
  paths = 1;
  keysAt = KEYS;
  sinceShapes = 0;
  shapesFull = false;
  store<i32>(STATE, load<i32>(STATE, 16) + 1, 16);
  forgetValues();
}

function forgetValues(): void {
  memory.fill(VALUE_TABLE, 0, <usize>VALUE_SLOTS * 8);
  values = 0;
  arenaAt = ARENA;
  valuesFull = false;
  for (let n: i32 = 0; n < nodes; n++) store<i32>(nodeAt(n), -1, N_LAST_LENGTH);
  store<i32>(STATE, load<i32>(STATE, 12) + 1, 12);
}

@inline function nodeAt(n: i32): usize { return NODES + (<usize>n << 6); }
@inline function pathAt(n: i32): usize { return PATHS + (<usize>n << 5); }

/** Copies up to 15 bytes more than it should: whatever lies behind a target is written later, or never read. */
@inline function copy(to: usize, from: usize, length: i32): void {
  for (let i: i32 = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}

@inline function same(a: usize, b: usize, length: i32): bool {
  let i: i32 = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  const left = length - i;
  if (left == 0) return true;
  return !v128.any_true(v128.and(v128.xor(v128.load(a + i), v128.load(b + i)), v128.load(MASK + 16 - left)));
}

const MIX_A: u64 = 0x9e3779b97f4a7c15;
const MIX_B: u64 = 0xd6e8feb86659fd93;

@inline function hashOf(p: usize, length: i32, seed: u32): u32 {
  let a: u64 = (<u64>seed << 20) ^ <u64>length;
  let b: u64 = MIX_B;
  let i: i32 = 0;
  for (; i + 16 <= length; i += 16) {
    a = rotl<u64>((a ^ load<u64>(p + i)) * MIX_A, 29);
    b = rotl<u64>((b ^ load<u64>(p + i + 8)) * MIX_B, 31);
  }
  const left = length - i;
  if (left > 0) {
    const rest = v128.and(v128.load(p + i), v128.load(MASK + 16 - left));
    a = rotl<u64>((a ^ i64x2.extract_lane(rest, 0)) * MIX_A, 29);
    b = rotl<u64>((b ^ i64x2.extract_lane(rest, 1)) * MIX_B, 31);
  }
  a = (a ^ (b >> 32) ^ (b << 7)) * MIX_B;
  a ^= a >> 32;
  return <u32>((a * MIX_A) >> 32);
}

/** The path of a key in an object, made where it is new; -1 where there is no room. */
function pathOf(parent: i32, key: usize, length: i32): i32 {
  let slot = hashOf(key, length, <u32>parent) & (NODE_SLOTS - 1);
  for (let probes: i32 = 0; ; probes++) {
    if (probes == PROBES_MAX) return -1;
    const known = load<i32>(PATH_TABLE + (<usize>slot << 2));
    if (known == 0) break;
    const at = pathAt(known);
    if (load<i32>(at, P_PARENT) == parent && load<i32>(at, P_KEY_LENGTH) == length && same(load<u32>(at, P_KEY), key, length)) return known;
    slot = (slot + 1) & (NODE_SLOTS - 1);
  }
  if (keysAt + length > KEYS_END) return -1;
  const path = paths++;
  const at = pathAt(path);
  memory.fill(at, 0, 32);
  copy(keysAt, key, length);
  store<u32>(at, <u32>keysAt, P_KEY);
  store<i32>(at, length, P_KEY_LENGTH);
  store<i32>(at, parent, P_PARENT);
  keysAt += length;
  store<i32>(PATH_TABLE + (<usize>slot << 2), path);
  return path;
}

/** The node that follows, made where it is new; -1 where there is no room. */
function nodeOf(parent: i32, key: usize, length: i32, kind: i32): i32 {
  let slot = hashOf(key, length, <u32>(parent * 8 + kind)) & (NODE_SLOTS - 1);
  for (let probes: i32 = 0; ; probes++) {
    if (probes == PROBES_MAX) return -1;
    const known = load<i32>(NODE_TABLE + (<usize>slot << 2));
    if (known == 0) break;
    const at = nodeAt(known);
    if (load<i32>(at, N_PARENT) == parent && load<i32>(at, N_KIND) == kind && load<i32>(at, N_KEY_LENGTH) == length && same(load<u32>(at, N_KEY), key, length)) return known;
    slot = (slot + 1) & (NODE_SLOTS - 1);
  }
  if (nodes >= nodesMax) return full();
  const level = load<i32>(nodeAt(parent), N_LEVEL);
  let path: i32 = 0;
  if (kind != CLOSE) {
    path = pathOf(level, key, length);
    if (path < 0) return full();
  }
  const node = nodes++;
  const at = nodeAt(node);
  memory.fill(at, 0, 64);
  if (kind != CLOSE) store<u32>(at, load<u32>(pathAt(path), P_KEY), N_KEY);
  store<i32>(at, length, N_KEY_LENGTH);
  store<i32>(at, kind, N_KIND);
  store<i32>(at, parent, N_PARENT);
  store<i32>(at, path, N_PATH);
  store<i32>(at, -1, N_LAST_LENGTH);
  store<i32>(at, kind == OPEN ? path : kind == CLOSE ? load<i32>(pathAt(level), P_PARENT) : level, N_LEVEL);
  store<i32>(NODE_TABLE + (<usize>slot << 2), node);
  return node;
}

/** No room for another shape; also for who makes them. */
export function full(): i32 {
  if (sinceShapes >= shapesRest) shapesFull = true;
  return -1;
}

@inline function space(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c != 0x20 && c != 9 && c != 10 && c != 13) return p;
    p++;
  }
}

/** Where quote, backslash, control character or a byte beyond ASCII comes first. A zero stops it at the end of the input. */
@inline function plainEnd(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const odd = i8x16.bitmask(v128.or(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))), i8x16.lt_s(v, i8x16.splat(0x20))));
    if (odd != 0) return p + ctz(odd);
    p += 16;
  }
}

@inline function trail(p: usize, low: u8, high: u8): bool {
  const c = load<u8>(p);
  return c >= low && c <= high;
}

/** Behind the characters beyond ASCII that begin here; 0 where they are no UTF-8. */
function wideEnd(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (c < 0x80) return p;
    if (c < 0xc2 || c > 0xf4) return 0;
    if (c < 0xe0) {
      if (!trail(p + 1, 0x80, 0xbf)) return 0;
      p += 2;
    } else if (c < 0xf0) {
      if (!trail(p + 1, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf) || !trail(p + 2, 0x80, 0xbf)) return 0;
      p += 3;
    } else {
      if (!trail(p + 1, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf) || !trail(p + 2, 0x80, 0xbf) || !trail(p + 3, 0x80, 0xbf)) return 0;
      p += 4;
    }
  }
}

/** Four hexadecimal digits, -1 where there are none. */
function hexOf(p: usize): i32 {
  let code: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = <i32>load<u8>(p + i);
    const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : (c | 0x20) >= 0x61 && (c | 0x20) <= 0x66 ? (c | 0x20) - 0x57 : -1;
    if (digit < 0) return -1;
    code = (code << 4) | digit;
  }
  return code;
}

/** Behind the escape that begins here; 0 where it is none, a lone surrogate or NUL. */
function escapeEnd(p: usize): usize {
  const c = load<u8>(p + 1);
  if (c == 0x22 || c == 0x5c || c == 0x2f || c == 0x6e || c == 0x74 || c == 0x72 || c == 0x62 || c == 0x66) return p + 2;
  if (c != 0x75) return 0;
  const code = hexOf(p + 2);
  if (code <= 0 || (code >= 0xdc00 && code < 0xe000)) return 0;
  if (code < 0xd800 || code > 0xdbff) return p + 6;
  if (load<u16>(p + 6) != 0x755c) return 0;
  const low = hexOf(p + 8);
  return low >= 0xdc00 && low < 0xe000 ? p + 12 : 0;
}

/** The closing quote of the text that begins here, 0 where it is not well. Sets `flags`. */
@inline function textEnd(p: usize): usize {
  flags = 0;
  while (true) {
    p = plainEnd(p);
    const c = load<u8>(p);
    if (c == 0x22) return p;
    if (c == 0x5c) {
      flags |= ESCAPED;
      p = escapeEnd(p);
    } else if (c >= 0x80) {
      flags |= WIDE;
      p = wideEnd(p);
    } else return 0;
    if (p == 0) return 0;
  }
}

/**
 * Behind the number that begins here; 0 where it is none, or where it would be written in another way than here, but for zeros at
 * its end. Sets `shown`: the length without those.
 */
function numberEnd(p: usize): usize {
  const start = p;
  if (load<u8>(p) == 0x2d) p++;
  const first = p;
  const lead = load<u8>(first);
  while (load<u8>(p) - 0x30 <= 9) p++;
  const whole = <i32>(p - first);
  if (whole == 0 || (whole > 1 && lead == 0x30)) return 0;
  let end = p;
  if (load<u8>(p) == 0x2e) {
    const fraction = ++p;
    while (load<u8>(p) - 0x30 <= 9) p++;
    if (p == fraction) return 0;
    end = p;
    while (load<u8>(end - 1) == 0x30) end--;
    if (end == fraction) end--;
    // Small numbers are written with an exponent.
    if (lead == 0x30 && end > fraction + 6 && load<u32>(fraction) == 0x30303030 && load<u16>(fraction + 4) == 0x3030) return 0;
  }
  shown = <i32>(end - start);
  if (end == first + whole) {
    // What no double holds is kept as it is written, whoever decodes it. Zero loses its sign.
    // With a point it is no whole number, whatever follows the point.
    if (whole > (p == end ? DIGITS_MAX : 15)) return 0;
    return lead == 0x30 && first != start ? 0 : p;
  }
  // Digits that make a number below 2^52 are told apart by a double, wherever the point stands.
  const digits = <i32>(end - first) - 1;
  return digits > 16 || (digits == 16 && lead > 0x33) ? 0 : p;
}

/** Behind the list that begins here; 0 where it does not end. What is in it is looked at by who decodes it. Sets `flags`, `scanned` (its weight). */
function listEnd(p: usize): usize {
  let open: i32 = 0;
  let count: i32 = 0;
  flags = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == 0x22) {
      p++;
      while (true) {
        p = plainEnd(p);
        const d = load<u8>(p);
        if (d == 0x22) break;
        if (d == 0x5c) p += 2;
        else if (d >= 0x80) {
          flags |= WIDE;
          p = wideEnd(p);
          if (p == 0) return 0;
        } else return 0;
      }
    } else if (c == 0x5b || c == 0x7b) {
      count++;
      if (depth + ++open > DEPTH_MAX) return 0;
    } else if (c == 0x2c) count++;
    else if (c == 0x5d || c == 0x7d) {
      if (--open == 0) {
        scanned = count;
        return p + 1;
      }
    } else if (c >= 0x80 || (c < 0x20 && c != 9 && c != 10 && c != 13)) return 0;
    p++;
    if (p >= inputEnd) return 0;
  }
}

/** Number of the value of a node, -1 where it is not remembered. */
function numberOf(at: usize, text: usize, length: i32, kind: i32): i32 {
  const pathNumber = load<i32>(at, N_PATH);
  const path = pathAt(pathNumber);
  const resting = load<i32>(path, P_RESTING);
  if (resting > 0) {
    store<i32>(path, resting - 1, P_RESTING);
    return -1;
  }
  if (length > VALUE_MAX) return -1;
  const owner = (pathNumber << 2) | kind;
  const hash = hashOf(text, length, <u32>owner);
  let slot = hash & (VALUE_SLOTS - 1);
  let value: usize = 0;
  let probes: i32 = 0;
  for (; probes < PROBES_MAX; probes++) {
    const entry = VALUE_TABLE + (<usize>slot << 3);
    const known = <usize>load<u32>(entry, 4);
    if (known == 0) break;
    if (load<u32>(entry) == hash && load<u16>(known, V_LENGTH) == length && load<i32>(known, V_OWNER) == owner && same(known + V_TEXT, text, length)) {
      value = known;
      break;
    }
    slot = (slot + 1) & (VALUE_SLOTS - 1);
  }
  judge(path, value != 0);
  if (value == 0) {
    if (probes == PROBES_MAX) return -1;
    value = remember(slot, hash, owner, text, length);
    if (value == 0) return -1;
  }
  const id = load<i32>(value, V_ID);
  store<u32>(at, <u32>(value + V_TEXT), N_LAST);
  store<i32>(at, length, N_LAST_LENGTH);
  store<i32>(at, id, N_LAST_ID);
  return id;
}

@inline function judge(path: usize, found: bool): void {
  const asked = load<i32>(path, P_ASKED) + 1;
  const known = load<i32>(path, P_FOUND) + (found ? 1 : 0);
  if (asked < TRIAL) {
    store<i32>(path, asked, P_ASKED);
    store<i32>(path, known, P_FOUND);
    return;
  }
  if (known * 10 < asked * 3) {
    const rest = max(load<i32>(path, P_REST), REST);
    store<i32>(path, rest, P_RESTING);
    store<i32>(path, min(2 * rest, REST_MAX), P_REST);
  } else store<i32>(path, 0, P_REST);
  store<i32>(path, 0, P_ASKED);
  store<i32>(path, 0, P_FOUND);
}

/** Where the value lies from now on, 0 where there is no room. */
@inline function remember(slot: u32, hash: u32, owner: i32, text: usize, length: i32): usize {
  if (values >= valuesMax || arenaAt + V_TEXT + length > arenaEnd) {
    valuesFull = true;
    return 0;
  }
  const id = values++;
  const value = arenaAt;
  store<i32>(value, owner, V_OWNER);
  store<i32>(value, id, V_ID);
  store<u16>(value, <u16>length, V_LENGTH);
  store<u16>(value, <u16>(flags | (scanned << 2)), V_FLAGS);
  store<u32>(value, 0, V_NEXT);
  copy(value + V_TEXT, text, length);
  arenaAt += (V_TEXT + length + 15) & ~15;
  store<u32>(VALUES + (<usize>id << 2), <u32>value);
  const entry = VALUE_TABLE + (<usize>slot << 3);
  store<u32>(entry, hash);
  store<u32>(entry, <u32>value, 4);
  return value;
}

@inline function span(leaf: i32, at: usize, length: i32): void {
  store<u32>(SPANS + (<usize>leaf << 3), <u32>at);
  store<i32>(SPANS + (<usize>leaf << 3), length, 4);
}

/** A text or number that is not remembered is put down among the loose ones. */
function loosen(leaf: i32, text: usize, length: i32): void {
  const from = scratchAt;
  const others = wide;
  wide = 0;
  if (flags & ESCAPED) unescape(text, text + length);
  else {
    copy(scratchAt, text, length);
    scratchAt += length;
  }
  span(leaf, from, <i32>(scratchAt - from) | ((wide | (flags & WIDE)) != 0 ? SPAN_WIDE : 0));
  wide |= others | (flags & WIDE);
  store<u8>(scratchAt++, 0);
}

/** Escapes have been checked. What is written is never longer than what is read. */
function unescape(p: usize, end: usize): void {
  let o = scratchAt;
  while (p < end) {
    const v = v128.load(p);
    v128.store(o, v);
    const odd = i8x16.bitmask(i8x16.eq(v, i8x16.splat(0x5c)));
    const plain = odd == 0 ? 16 : ctz(odd);
    if (p + plain >= end) {
      o += end - p;
      break;
    }
    p += plain;
    o += plain;
    if (odd == 0) continue;
    const c = load<u8>(p + 1);
    if (c == 0x75) {
      let code = hexOf(p + 2);
      p += 6;
      if (code >= 0xd800 && code < 0xdc00) {
        code = 0x10000 + ((code - 0xd800) << 10) + hexOf(p + 2) - 0xdc00;
        p += 6;
      }
      o = encode(o, code);
    } else {
      store<u8>(o, c == 0x6e ? 10 : c == 0x74 ? 9 : c == 0x72 ? 13 : c == 0x62 ? 8 : c == 0x66 ? 12 : c);
      p += 2;
      o++;
    }
  }
  scratchAt = o;
}

function encode(o: usize, code: i32): usize {
  if (code < 0x80) {
    store<u8>(o, <u8>code);
    return o + 1;
  }
  wide |= WIDE;
  if (code < 0x800) {
    store<u8>(o, <u8>(0xc0 | (code >> 6)));
    store<u8>(o + 1, <u8>(0x80 | (code & 63)));
    return o + 2;
  }
  if (code < 0x10000) {
    store<u8>(o, <u8>(0xe0 | (code >> 12)));
    store<u8>(o + 1, <u8>(0x80 | ((code >> 6) & 63)));
    store<u8>(o + 2, <u8>(0x80 | (code & 63)));
    return o + 3;
  }
  store<u8>(o, <u8>(0xf0 | (code >> 18)));
  store<u8>(o + 1, <u8>(0x80 | ((code >> 12) & 63)));
  store<u8>(o + 2, <u8>(0x80 | ((code >> 6) & 63)));
  store<u8>(o + 3, <u8>(0x80 | (code & 63)));
  return o + 4;
}

/** Behind the text whose opening quote is before `p`. */
@inline function textLeaf(leaf: i32, at: usize, p: usize): usize {
  let length = load<i32>(at, N_LAST_LENGTH);
  if (length >= 0 && load<u8>(p + length) == 0x22 && same(p, load<u32>(at, N_LAST), length)) {
    store<i32>(IDS + (<usize>leaf << 2), load<i32>(at, N_LAST_ID));
    before = <usize>load<u32>(at, N_LAST) - V_TEXT;
    return p + length + 1;
  }
  const guess: usize = before == 0 ? 0 : <usize>load<u32>(before, V_NEXT);
  if (guess != 0) {
    length = load<u16>(guess, V_LENGTH);
    if (load<u8>(p + length) == 0x22 && load<i32>(guess, V_OWNER) == load<i32>(at, N_PATH) << 2 && same(p, guess + V_TEXT, length)) {
      const path = pathAt(load<i32>(at, N_PATH));
      store<i32>(path, load<i32>(path, P_ASKED) + 1, P_ASKED);
      store<i32>(path, load<i32>(path, P_FOUND) + 1, P_FOUND);
      store<i32>(IDS + (<usize>leaf << 2), load<i32>(guess, V_ID));
      store<u32>(at, <u32>(guess + V_TEXT), N_LAST);
      store<i32>(at, length, N_LAST_LENGTH);
      store<i32>(at, load<i32>(guess, V_ID), N_LAST_ID);
      before = guess;
      return p + length + 1;
    }
  }
  const end = textEnd(p);
  if (end == 0) return 0;
  scanned = 0;
  const id = numberOf(at, p, <i32>(end - p), TEXT);
  store<i32>(IDS + (<usize>leaf << 2), id);
  if (id < 0) loosen(leaf, p, <i32>(end - p));
  else {
    const value = <usize>load<u32>(at, N_LAST) - V_TEXT;
    if (before != 0) store<u32>(before, <u32>value, V_NEXT);
    before = value;
  }
  return end + 1;
}

function numberLeaf(leaf: i32, at: usize, p: usize): usize {
  const lastLength = load<i32>(at, N_LAST_LENGTH);
  if (lastLength >= 0) {
    const c = load<u8>(p + lastLength);
    if ((c == 0x2c || c == 0x7d) && same(p, load<u32>(at, N_LAST), lastLength)) {
      store<i32>(IDS + (<usize>leaf << 2), load<i32>(at, N_LAST_ID));
      return p + lastLength;
    }
  }
  const end = numberEnd(p);
  if (end == 0) return 0;
  flags = 0;
  scanned = 0;
  const id = numberOf(at, p, shown, NUMBER);
  store<i32>(IDS + (<usize>leaf << 2), id);
  if (id < 0) loosen(leaf, p, shown);
  return end;
}

function listLeaf(leaf: i32, at: usize, p: usize): usize {
  const lastLength = load<i32>(at, N_LAST_LENGTH);
  if (lastLength >= 0 && same(p, load<u32>(at, N_LAST), lastLength)) {
    const id = load<i32>(at, N_LAST_ID);
    store<i32>(IDS + (<usize>leaf << 2), id);
    items += <i32>load<u16>(<usize>load<u32>(at, N_LAST) - V_TEXT, V_FLAGS) >> 2;
    return p + lastLength;
  }
  const end = listEnd(p);
  if (end == 0) return 0;
  const length = <i32>(end - p);
  const id = numberOf(at, p, length, LIST);
  store<i32>(IDS + (<usize>leaf << 2), id);
  if (id < 0) span(leaf, p, length);
  items += scanned;
  return end;
}

@inline function wordLeaf(leaf: i32, p: usize, kind: i32): usize {
  store<i32>(IDS + (<usize>leaf << 2), -2);
  if (kind == TRUE) return load<u32>(p) == 0x65757274 ? p + 4 : 0;
  if (kind == NULL) return load<u32>(p) == 0x6c6c756e ? p + 4 : 0;
  return load<u32>(p + 1) == 0x65736c61 ? p + 5 : 0;
}

@inline function kindOf(c: u8): i32 {
  if (c == 0x22) return TEXT;
  if (c - 0x30 <= 9 || c == 0x2d) return NUMBER;
  if (c == 0x7b) return OPEN;
  if (c == 0x5b) return LIST;
  if (c == 0x74) return TRUE;
  if (c == 0x66) return FALSE;
  return c == 0x6e ? NULL : -1;
}

export function parse(length: i32): i32 {
  if (shapesFull) forgetShapes();
  else if (valuesFull) forgetValues();
  sinceShapes += sinceShapes < shapesRest ? 1 : 0;
  inputEnd = INPUT + length;
  for (let i: usize = 0; i < PAD; i += 16) v128.store(inputEnd + i, i64x2.splat(0));
  items = 0;
  before = 0;
  depth = 1;
  wide = 0;
  store<u8>(SCRATCH, 0);
  scratchAt = SCRATCH + 1;
  let p = space(INPUT);
  if (load<u8>(p) != 0x7b) return -1;
  p = space(p + 1);
  let node: i32 = 0;
  let leaves: i32 = 0;
  let opened: i32 = 0;
  while (true) {
    // A member: its key, as it came last time or looked for.
    if (load<u8>(p) != 0x22) return -2;
    const key = ++p;
    let next = load<i32>(nodeAt(node), N_NEXT);
    let keyLength: i32 = 0;
    if (next != 0) {
      keyLength = load<i32>(nodeAt(next), N_KEY_LENGTH);
      if (load<u8>(p + keyLength) != 0x22 || !same(p, load<u32>(nodeAt(next), N_KEY), keyLength)) next = 0;
    }
    if (next == 0) {
      const end = plainEnd(p);
      if (load<u8>(end) != 0x22) return -3;
      keyLength = <i32>(end - p);
      if (keyLength > KEY_MAX) return -3;
    }
    p += keyLength + 1;
    if (load<u8>(p) <= 0x20) p = space(p);
    if (load<u8>(p) != 0x3a) return -4;
    p++;
    if (load<u8>(p) <= 0x20) p = space(p);
    const kind = kindOf(load<u8>(p));
    if (kind < 0) return -5;
    if (next == 0 || load<i32>(nodeAt(next), N_KIND) != kind) {
      next = nodeOf(node, key, keyLength, kind);
      if (next < 0) return -6;
      store<i32>(nodeAt(node), next, N_NEXT);
    }
    node = next;
    if (kind == OPEN) {
      if (++depth > DEPTH_MAX || ++opened > LEAVES_MAX) return -8;
      p = space(p + 1);
      if (load<u8>(p) != 0x7d) continue;
    } else {
      const at = nodeAt(node);
      if (kind == TEXT) p = textLeaf(leaves, at, p + 1);
      else if (kind == NUMBER) p = numberLeaf(leaves, at, p);
      else if (kind == LIST) p = listLeaf(leaves, at, p);
      else p = wordLeaf(leaves, p, kind);
      if (p == 0) return -9;
      if (++leaves >= LEAVES_MAX) return -7;
    }
    // What follows a value: a comma, or the ends of objects.
    while (true) {
      if (load<u8>(p) <= 0x20) p = space(p);
      const c = load<u8>(p);
      if (c == 0x2c) {
        p = p + 1;
        if (load<u8>(p) <= 0x20) p = space(p);
        break;
      }
      if (c != 0x7d) return -10;
      p++;
      if (--depth == 0) return finish(p, node, leaves, opened);
      next = load<i32>(nodeAt(node), N_NEXT);
      if (next == 0 || load<i32>(nodeAt(next), N_KIND) != CLOSE) {
        next = nodeOf(node, p, 0, CLOSE);
        if (next < 0) return -6;
        store<i32>(nodeAt(node), next, N_NEXT);
      }
      node = next;
    }
  }
}

function finish(p: usize, node: i32, leaves: i32, opened: i32): i32 {
  if (space(p) != inputEnd || leaves + opened + items > WEIGHT_MAX) return -11;
  store<i32>(STATE, node);
  store<i32>(STATE, <i32>scratchAt, 4);
  store<i32>(STATE, wide, 8);
  return leaves;
}
