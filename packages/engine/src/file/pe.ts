/**
 * Windows programs (PE32, PE32+): headers, sections, resources, overlay, certificate, Rich header, version.
 * Enters: bytes. Leaves: facts with offsets; imports and exports are read by pe-tables.ts.
 * FP1. Offsets come from the file and are checked against it; tables are cut at the limits below, and `cut` says so.
 */
import { codesOf, entropyOf, findBytes, makeReader, type Reader } from "./bytes.ts";
import { type Directory, type PeExports, type PeImports, type PeMap, peExports, peImports } from "./pe-tables.ts";

/** Windows refuses more than 96; hostile headers claim 65,535. */
const SECTIONS_MAX = 96;
const DIRECTORIES_MAX = 16;
const RESOURCES_MAX = 500;
const VERSION_BYTES = 8192;

export interface PeSection {
  readonly name: string;
  readonly address: number;
  readonly virtualSize: number;
  readonly offset: number;
  readonly rawSize: number;
  readonly flags: number;
  readonly entropy: number;
}

export interface PeFacts {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly isDll: boolean;
  /** Seconds; a hash, not a time, in reproducible builds. */
  readonly timestamp: number;
  readonly subsystem: number;
  readonly entry: number;
  readonly checksum: number;
  readonly characteristics: number;
  readonly dllCharacteristics: number;
  readonly sections: readonly PeSection[];
  readonly imports: PeImports;
  readonly exports?: PeExports;
  readonly resources: readonly PeResource[];
  readonly version: Readonly<Record<string, string>>;
  readonly overlay?: { readonly offset: number; readonly size: number; readonly entropy: number };
  /** Bytes of a signature are there; whether it holds is not checked. */
  readonly certificate?: { readonly offset: number; readonly size: number };
  readonly rich: readonly { readonly product: number; readonly build: number; readonly count: number }[];
  readonly dotNet: boolean;
  readonly cut: boolean;
}

export interface PeResource {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

export function parsePe(bytes: Uint8Array): PeFacts | undefined {
  const reader = makeReader(bytes);
  const at = reader.u32(0x3c);
  if (reader.u16(0) !== 0x5a4d || reader.u32(at) !== 0x4550) return undefined;
  const optional = at + 24;
  const is64 = reader.u16(optional) === 0x20b;
  const claimed = reader.u16(at + 6);
  const sections = sectionsOf(reader, optional + reader.u16(at + 20), Math.min(claimed, SECTIONS_MAX));
  const map: PeMap = { reader, is64, offsetOf: (address) => offsetIn(sections, address) };
  const tables = optional + (is64 ? 112 : 96);
  const count = Math.min(reader.u32(tables - 4), DIRECTORIES_MAX);
  const directory = (number: number): Directory =>
    number < count
      ? { address: reader.u32(tables + 8 * number), size: reader.u32(tables + 8 * number + 4) }
      : { address: 0, size: 0 };
  const characteristics = reader.u16(at + 22);
  const exported = peExports(map, directory(0));
  const resources = resourcesOf(map, directory(2));
  const signed = directory(4);
  const certificate = signed.size > 0 && signed.address + 8 <= bytes.length;
  return {
    machine: reader.u16(at + 4),
    bits: is64 ? 64 : 32,
    isDll: (characteristics & 0x2000) !== 0,
    timestamp: reader.u32(at + 8),
    subsystem: reader.u16(optional + 68),
    entry: reader.u32(optional + 16),
    checksum: reader.u32(optional + 64),
    characteristics,
    dllCharacteristics: reader.u16(optional + 70),
    sections,
    imports: peImports(map, directory(1)),
    ...(exported === undefined ? {} : { exports: exported }),
    resources,
    version: versionOf(reader, resources),
    ...overlayOf(reader, sections, certificate ? signed : undefined),
    ...(certificate ? { certificate: { offset: signed.address, size: signed.size } } : {}),
    rich: richOf(reader, at),
    dotNet: directory(14).size > 0,
    cut: claimed > SECTIONS_MAX,
  };
}

function sectionsOf(reader: Reader, from: number, count: number): readonly PeSection[] {
  return Array.from({ length: count }, (_, number) => {
    const at = from + 40 * number;
    // The loader rounds the place down to 512 bytes.
    const offset = Math.floor(reader.u32(at + 20) / 512) * 512;
    const rawSize = reader.u32(at + 16);
    return {
      name: reader.ascii(at, 8),
      virtualSize: reader.u32(at + 8),
      address: reader.u32(at + 12),
      ...{ offset, rawSize, flags: reader.u32(at + 36) },
      entropy: entropyOf(reader.slice(reader.u32(at + 20), rawSize)),
    };
  }).filter(({ address, rawSize, virtualSize }) => address + rawSize + virtualSize > 0);
}

function offsetIn(sections: readonly PeSection[], address: number): number {
  const own = sections.find(
    (one) => address >= one.address && address < one.address + Math.max(one.virtualSize, one.rawSize),
  );
  if (own === undefined) return address < (sections[0]?.address ?? 0) ? address : -1;
  return address - own.address + own.offset;
}

/** Three levels (type, name, language); a tree that points to itself is cut by the limit. */
function resourcesOf(map: PeMap, { address, size }: Directory): readonly PeResource[] {
  const root = size === 0 ? -1 : map.offsetOf(address);
  if (root < 0) return [];
  const { reader } = map;
  const found: PeResource[] = [];
  let steps = 0;
  const walk = (at: number, level: number, type: number): void => {
    const entries = reader.u16(at + 12) + reader.u16(at + 14);
    for (let entry = 0; entry < entries && steps < RESOURCES_MAX; entry += 1) {
      steps += 1;
      const id = reader.u32(at + 16 + 8 * entry);
      const to = reader.u32(at + 20 + 8 * entry);
      const kind = level === 0 ? id : type;
      if (to >= 2 ** 31) {
        if (level < 2) walk(root + (to - 2 ** 31), level + 1, kind);
      } else found.push({ type: kind, offset: map.offsetOf(reader.u32(root + to)), size: reader.u32(root + to + 4) });
    }
  };
  walk(root, 0, 0);
  return found.filter(({ offset }) => offset >= 0 && offset < reader.length);
}

const VERSION_NAMES = [
  "CompanyName",
  "FileDescription",
  "FileVersion",
  "InternalName",
  "OriginalFilename",
  "ProductName",
];
const RT_VERSION = 16;

function versionOf(reader: Reader, resources: readonly PeResource[]): Readonly<Record<string, string>> {
  const own = resources.find(({ type }) => type === RT_VERSION);
  if (own === undefined) return {};
  const text = reader.utf16(own.offset, Math.min(own.size, VERSION_BYTES) >> 1);
  return Object.fromEntries(
    VERSION_NAMES.flatMap((name) => {
      const at = text.indexOf(`${name}\0`);
      const value = at < 0 ? "" : (/^\0*([^\0]{0,200})/.exec(text.slice(at + name.length))?.[1] ?? "");
      return value === "" ? [] : [[name, value.trim()]];
    }),
  );
}

function overlayOf(reader: Reader, sections: readonly PeSection[], signed: Directory | undefined) {
  const end = Math.max(0, ...sections.map(({ offset, rawSize }) => offset + rawSize));
  const stop = signed !== undefined && signed.address >= end ? signed.address : reader.length;
  if (end === 0 || stop <= end) return {};
  return { overlay: { offset: end, size: stop - end, entropy: entropyOf(reader.slice(end, stop - end)) } };
}

const DANS = 0x536e6144;

function richOf(reader: Reader, end: number): PeFacts["rich"] {
  const mark = findBytes(reader.bytes, codesOf("Rich"), 0x40, Math.min(end, 4096));
  if (mark < 0) return [];
  const key = reader.u32(mark + 4);
  const found: { product: number; build: number; count: number }[] = [];
  for (let at = mark - 8; at >= 0x40; at -= 8) {
    const id = (reader.u32(at) ^ key) >>> 0;
    if (id === DANS || ((reader.u32(at - 8) ^ key) >>> 0 === DANS && id === 0)) break;
    found.unshift({ product: id >>> 16, build: id & 0xffff, count: (reader.u32(at + 4) ^ key) >>> 0 });
  }
  return found;
}
