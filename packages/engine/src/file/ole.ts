/**
 * OLE compound files (old Office documents, MSI, the VBA project inside new ones): the streams and their bytes.
 * FO1. Chains of sectors are followed at most as far as the file has sectors: a ring ends.
 */
import { makeReader, type Reader } from "./bytes.ts";

const ENTRIES_MAX = 10_000;
const STREAM_BYTES_MAX = 8 * 2 ** 20;
const LAST = 0xfffffffa;

export interface OleStream {
  /** Storages and name, joined with `/`. */
  readonly path: string;
  readonly size: number;
  bytes(): Uint8Array;
}

interface Sectors {
  readonly reader: Reader;
  readonly size: number;
  readonly table: Uint32Array;
}

export function parseOle(bytes: Uint8Array): readonly OleStream[] | undefined {
  const reader = makeReader(bytes);
  if (reader.u32(0) !== 0xe011cfd0) return undefined;
  const shift = reader.u16(30);
  if (shift < 7 || shift > 12) return undefined;
  const sectors = { reader, size: 2 ** shift, table: tableOf(reader, 2 ** shift) };
  const directory = chain(sectors, reader.u32(48), ENTRIES_MAX * 128);
  const entries = entriesOf(directory);
  const root = entries[0];
  if (root === undefined) return undefined;
  const small: Sectors = {
    reader: makeReader(chain(sectors, root.start, STREAM_BYTES_MAX)),
    size: 64,
    table: words(chain(sectors, reader.u32(60), STREAM_BYTES_MAX)),
  };
  const threshold = reader.u32(56);
  return pathsOf(entries).map(({ entry, path }) => ({
    path,
    size: entry.size,
    bytes: () =>
      entry.size < threshold
        ? smallChain(small, entry.start, Math.min(entry.size, STREAM_BYTES_MAX))
        : chain(sectors, entry.start, Math.min(entry.size, STREAM_BYTES_MAX)),
  }));
}

function words(bytes: Uint8Array): Uint32Array {
  const reader = makeReader(bytes);
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, at) => reader.u32(4 * at));
}

function tableOf(reader: Reader, size: number): Uint32Array {
  const places: number[] = Array.from({ length: 109 }, (_, at) => reader.u32(76 + 4 * at));
  let more = reader.u32(68);
  for (let left = Math.min(reader.u32(72), reader.length / size); left > 0 && more < LAST; left -= 1) {
    const at = size * (more + 1);
    for (let word = 0; word < size / 4 - 1; word += 1) places.push(reader.u32(at + 4 * word));
    more = reader.u32(at + size - 4);
  }
  const used = places
    .filter((place) => place < LAST && size * (place + 1) < reader.length)
    .slice(0, reader.length / size);
  const table = new Uint32Array((used.length * size) / 4);
  used.forEach((place, at) => {
    table.set(words(reader.slice(size * (place + 1), size)), (at * size) / 4);
  });
  return table;
}

function chain({ reader, size, table }: Sectors, start: number, max: number): Uint8Array {
  return follow({ table, start, max, size }, (sector) => reader.slice(size * (sector + 1), size));
}

function smallChain({ reader, table }: Sectors, start: number, max: number): Uint8Array {
  return follow({ table, start, max, size: 64 }, (sector) => reader.slice(64 * sector, 64));
}

interface Walk {
  readonly table: Uint32Array;
  readonly start: number;
  readonly max: number;
  readonly size: number;
}

function follow({ table, start, max, size }: Walk, piece: (sector: number) => Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let got = 0;
  for (let sector = start, steps = 0; sector < LAST && got < max && steps <= table.length; steps += 1) {
    const own = piece(sector);
    if (own.length === 0) break;
    pieces.push(own.subarray(0, Math.min(size, max - got)));
    got += Math.min(own.length, max - got);
    sector = table[sector] ?? LAST;
  }
  const all = new Uint8Array(got);
  let at = 0;
  for (const own of pieces) {
    all.set(own, at);
    at += own.length;
  }
  return all;
}

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

function entriesOf(directory: Uint8Array): readonly Entry[] {
  const reader = makeReader(directory);
  return Array.from({ length: Math.min(directory.length >> 7, ENTRIES_MAX) }, (_, number) => {
    const at = 128 * number;
    return {
      name: reader.utf16(at, Math.max(0, Math.min(32, reader.u16(at + 64) >> 1) - 1)),
      type: reader.u8(at + 66),
      left: reader.u32(at + 68),
      right: reader.u32(at + 72),
      child: reader.u32(at + 76),
      start: reader.u32(at + 116),
      size: reader.u32(at + 120),
    };
  });
}

function pathsOf(entries: readonly Entry[]): readonly { entry: Entry; path: string }[] {
  const found: { entry: Entry; path: string }[] = [];
  const seen = new Set<number>();
  const waiting = [{ number: entries[0]?.child ?? LAST, folder: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { number, folder } = next;
    const entry = entries[number];
    if (entry === undefined || seen.has(number)) continue;
    seen.add(number);
    waiting.push({ number: entry.left, folder }, { number: entry.right, folder });
    if (entry.type === 1) waiting.push({ number: entry.child, folder: `${folder}${entry.name}/` });
    if (entry.type === 2) found.push({ entry, path: `${folder}${entry.name}` });
  }
  return found;
}
