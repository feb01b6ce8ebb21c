/**
 * Which literals stand in a text, on bytes: AssemblyScript, compiled by scripts/kernel.ts into search-code.ts.
 *
 * The tables ("image") are laid out by detect/sigma/index/byte-image.ts; all places in an image are bytes from its beginning.
 * Head of an image, in words: 0 places of windows (bitmap), 1 shift of its hash, 2 slots of windows, 3 mask of slots,
 * 4 literals, 5 bitmap of words (0 = none), 6 its shift, 7 slots of words, 8 their mask, 9 short literals, 10 how many,
 * 11 number of literals, 12 to 15 the same of triples as of windows.
 * A slot is a key and the place of its first filing; a filing is a literal, how far the literal begins before the window or word,
 * and the place of the next filing (0 = none); a literal is the place of its bytes, their number, and its anchor.
 */

const TEXT: usize = 0x10000;
/** Room for the longest text, and for a window that begins at its end. */
export const TEXT_MAX: i32 = 0x5fff0;
const FOUND: usize = 0x70000;
/** Literals of one image. */
const LITERALS_MAX: i32 = 0x10000;
const SEEN: usize = FOUND + 4 * LITERALS_MAX;
const IMAGES: usize = SEEN + 4 * LITERALS_MAX;

const WINDOW: i32 = 4;
const UNCASED: u32 = 0x20202020;
const SPREAD: u32 = 0x9e3779b1;
/** Bytes of a word that are hashed. */
const HASHED: i32 = 8;
const WORK_FREE: i32 = 10000;
const WORK_PER_BYTE: i32 = 8;

const PREFIX: i32 = 1;
const SUFFIX: i32 = 2;

let scans: i32 = 0;
let budget: i32 = 0;
let count: i32 = 0;
let first: usize = 0;
let last: usize = 0;

export function textAt(): i32 { return <i32>TEXT; }
export function textMax(): i32 { return TEXT_MAX; }
export function foundAt(): i32 { return <i32>FOUND; }
export function literalsMax(): i32 { return LITERALS_MAX; }
export function imagesAt(): i32 { return <i32>IMAGES; }

// @ts-ignore: decorator
@inline
function folded(byte: u32): u32 { return byte - 65 < 26 ? byte + 32 : byte; }
// @ts-ignore: decorator
@inline
function inWord(byte: u32): bool { const low = byte | 32; return byte - 48 < 10 || low - 97 < 26; }

/** Numbers of the literals found, -1 where comparing would take too long. One byte stands before and one behind the text. */
export function scan(image: usize, from: i32, end: i32): i32 {
  scans += 1;
  if (scans == 0x7ffffff0) {
    scans = 1;
    memory.fill(SEEN, 0, 4 * LITERALS_MAX);
  }
  count = 0;
  budget = WORK_FREE + WORK_PER_BYTE * (end - from);
  first = TEXT + from;
  last = TEXT + end;
  const short = load<i32>(image, 36);
  for (let i = 0, n = load<i32>(image, 40); i < n; i++) {
    const literal = load<i32>(image + short + (<usize>i << 2));
    const length = load<i32>(image + literalAt(image, literal), 4);
    if (!compare(image, literal, first)) compare(image, literal, last - length);
  }
  if (load<i32>(image) != 0) scanWindows(image);
  if (budget >= 0 && load<i32>(image, 48) != 0) scanTriples(image);
  if (budget >= 0 && load<i32>(image, 20) != 0) scanWords(image);
  return budget < 0 ? -1 : count;
}

/** Of two neighbouring windows of every literal one begins at a place that is looked at. */
function scanWindows(image: usize): void {
  const bits = image + load<i32>(image);
  const shift = load<i32>(image, 4);
  for (let at = first; at + WINDOW <= last; at += 2) {
    const window = load<u32>(at) | UNCASED;
    const bit = (window * SPREAD) >>> shift;
    if (((load<u8>(bits + (bit >>> 3)) >> (bit & 7)) & 1) == 0) continue;
    compareAll(image, filingsOf(image + load<i32>(image, 8), load<i32>(image, 12), window), at);
    if (budget < 0) return;
  }
}

function scanTriples(image: usize): void {
  const bits = image + load<i32>(image, 48);
  const shift = load<i32>(image, 52);
  for (let at = first; at + 3 <= last; at++) {
    const triple = (load<u32>(at) | UNCASED) & 0xffffff;
    const bit = (triple * SPREAD) >>> shift;
    if (((load<u8>(bits + (bit >>> 3)) >> (bit & 7)) & 1) == 0) continue;
    compareAll(image, filingsOf(image + load<i32>(image, 56), load<i32>(image, 60), triple), at);
    if (budget < 0) return;
  }
}

function scanWords(image: usize): void {
  const bits = image + load<i32>(image, 20);
  const shift = load<i32>(image, 24);
  let before = false;
  for (let at = first; at + HASHED <= last; at++) {
    const now = inWord(load<u8>(at));
    const begins = now && !before;
    before = now;
    if (!begins) continue;
    const hash = hashAt(at);
    const bit = (hash * SPREAD) >>> shift;
    if (((load<u8>(bits + (bit >>> 3)) >> (bit & 7)) & 1) == 0) continue;
    compareAll(image, filingsOf(image + load<i32>(image, 28), load<i32>(image, 32), hash), at);
    if (budget < 0) return;
  }
}

function hashAt(at: usize): u32 {
  let hash: u32 = 0;
  for (let i = 0; i < HASHED; i++) hash = (hash ^ folded(load<u8>(at + i))) * SPREAD;
  return hash ^ (hash >>> 15);
}

function filingsOf(slots: usize, mask: i32, key: u32): i32 {
  let slot = ((key * SPREAD) >>> 8) & mask;
  let at = slots + (<usize>slot << 3);
  while (load<i32>(at, 4) != 0 && load<u32>(at) != key) {
    slot = (slot + 1) & mask;
    at = slots + (<usize>slot << 3);
  }
  return load<i32>(at, 4);
}

// @ts-ignore: decorator
@inline
function literalAt(image: usize, literal: i32): usize { return <usize>load<i32>(image, 16) + <usize>literal * 12; }

function compareAll(image: usize, head: i32, at: usize): void {
  for (let filing = head; filing != 0; filing = load<i32>(image + filing, 8)) {
    budget -= 1;
    const literal = load<i32>(image + filing);
    compare(image, literal, at - load<i32>(image + filing, 4));
  }
}

/** Whether the literal stands there; it is noted once. */
function compare(image: usize, literal: i32, start: usize): bool {
  const seen = SEEN + (<usize>literal << 2);
  if (load<i32>(seen) == scans) return true;
  const place = image + literalAt(image, literal);
  const length = load<i32>(place, 4);
  const anchor = load<i32>(place, 8);
  if (start < first || start + length > last) return false;
  if ((anchor & PREFIX) != 0 && start != first) return false;
  if ((anchor & SUFFIX) != 0 && start + length != last) return false;
  const bytes = image + load<i32>(place);
  let same = 0;
  while (same < length && folded(load<u8>(start + same)) == load<u8>(bytes + same)) same++;
  budget -= same;
  if (same < length) return false;
  store<i32>(seen, scans);
  store<i32>(FOUND + (<usize>count << 2), literal);
  count++;
  return true;
}
