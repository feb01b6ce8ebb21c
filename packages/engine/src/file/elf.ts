/**
 * Linux programs (ELF, 32 and 64 bits, both byte orders): segments, sections, dynamic table, names, marks of packers.
 * FE1. Counts come from the file and are cut at the limits below.
 */
import { codesOf, entropyOf, findBytes, makeReader, type Reader } from "./bytes.ts";

const SEGMENTS_MAX = 128;
const SECTIONS_MAX = 512;
const DYNAMIC_MAX = 1024;
const SYMBOLS_MAX = 20_000;
const NAME_MAX = 512;

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly entropy: number;
}

export interface ElfFacts {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly type: number;
  readonly machine: number;
  readonly entry: number;
  readonly segments: readonly {
    readonly type: number;
    readonly flags: number;
    readonly offset: number;
    readonly size: number;
  }[];
  readonly sections: readonly ElfSection[];
  readonly interpreter?: string;
  readonly needed: readonly string[];
  readonly runPaths: readonly string[];
  /** Of functions and data that it takes from others. */
  readonly imported: readonly string[];
  readonly stripped: boolean;
  readonly entropy: number;
  /** Offset of a packer's mark. */
  readonly packerMark?: number;
}

interface Width {
  readonly reader: Reader;
  readonly wide: boolean;
  word(at: number): number;
}

export function parseElf(bytes: Uint8Array): ElfFacts | undefined {
  if (bytes.length < 52 || findBytes(bytes, codesOf("\x7fELF"), 0, 4) !== 0) return undefined;
  const littleEndian = bytes[5] !== 2;
  const reader = makeReader(bytes, littleEndian);
  const wide = bytes[4] === 2;
  const width: Width = { reader, wide, word: wide ? reader.u64 : reader.u32 };
  const sections = sectionsOf(width);
  const segments = segmentsOf(width);
  const own = segments.find(({ type }) => type === 3);
  const dynamic = dynamicOf(width, sections);
  const mark = findBytes(bytes, codesOf("UPX!"), 0, 65_536);
  return {
    bits: wide ? 64 : 32,
    littleEndian,
    type: reader.u16(16),
    machine: reader.u16(18),
    entry: width.word(24),
    segments,
    sections,
    ...(own === undefined ? {} : { interpreter: reader.ascii(own.offset, NAME_MAX) }),
    ...dynamic,
    imported: importedOf(width, sections),
    stripped: !sections.some(({ type }) => type === 2),
    entropy: entropyOf(bytes),
    ...(mark < 0 ? {} : { packerMark: mark }),
  };
}

function segmentsOf({ reader, wide, word }: Width): ElfFacts["segments"] {
  const from = word(wide ? 32 : 28);
  const size = reader.u16(wide ? 54 : 42);
  const count = Math.min(reader.u16(wide ? 56 : 44), SEGMENTS_MAX);
  return Array.from({ length: size === 0 ? 0 : count }, (_, number) => {
    const at = from + size * number;
    return {
      type: reader.u32(at),
      flags: reader.u32(at + (wide ? 4 : 24)),
      offset: word(at + (wide ? 8 : 4)),
      size: word(at + (wide ? 32 : 16)),
    };
  });
}

function sectionsOf({ reader, wide, word }: Width): readonly ElfSection[] {
  const from = word(wide ? 40 : 32);
  const size = reader.u16(wide ? 58 : 46);
  const count = Math.min(reader.u16(wide ? 60 : 48), SECTIONS_MAX);
  if (from === 0 || size === 0 || from + size > reader.length) return [];
  const offsetAt = (number: number): number => word(from + size * number + (wide ? 24 : 16));
  const names = offsetAt(reader.u16(wide ? 62 : 50));
  return Array.from({ length: count }, (_, number) => {
    const at = from + size * number;
    const type = reader.u32(at + 4);
    const bytes = word(at + (wide ? 32 : 20));
    return {
      name: reader.ascii(names + reader.u32(at), NAME_MAX),
      type,
      flags: word(at + 8),
      address: word(at + (wide ? 16 : 12)),
      offset: offsetAt(number),
      size: bytes,
      entropy: type === 8 ? 0 : entropyOf(reader.slice(offsetAt(number), bytes)),
    };
  });
}

function dynamicOf({ reader, wide, word }: Width, sections: readonly ElfSection[]) {
  const table = sections.find(({ type }) => type === 6);
  const strings = sections.find(({ name }) => name === ".dynstr");
  const needed: string[] = [];
  const runPaths: string[] = [];
  if (table === undefined || strings === undefined) return { needed, runPaths };
  const size = wide ? 16 : 8;
  for (let entry = 0; entry < Math.min(table.size / size, DYNAMIC_MAX); entry += 1) {
    const at = table.offset + entry * size;
    const tag = word(at);
    if (tag === 0) break;
    const text = reader.ascii(strings.offset + word(at + size / 2), NAME_MAX);
    if (tag === 1) needed.push(text);
    if (tag === 15 || tag === 29) runPaths.push(text);
  }
  return { needed, runPaths };
}

function importedOf({ reader, wide }: Width, sections: readonly ElfSection[]): readonly string[] {
  const table = sections.find(({ type }) => type === 11);
  const strings = sections.find(({ name }) => name === ".dynstr");
  if (table === undefined || strings === undefined) return [];
  const size = wide ? 24 : 16;
  const found: string[] = [];
  for (let entry = 1; entry < Math.min(table.size / size, SYMBOLS_MAX); entry += 1) {
    const at = table.offset + entry * size;
    if (reader.u16(at + (wide ? 6 : 14)) !== 0) continue;
    const name = reader.ascii(strings.offset + reader.u32(at), NAME_MAX);
    if (name !== "") found.push(name);
  }
  return found;
}
