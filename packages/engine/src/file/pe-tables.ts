/**
 * What a Windows program takes from libraries, and what it offers.
 * FP2. The import hash is that of public feeds (MD5 of `library.function` in file order); where a library's numbers are
 *      not known by name, there is no hash rather than a wrong one.
 */
import type { Reader } from "./bytes.ts";
import { md5 } from "./md5.ts";
import { WINSOCK } from "./winsock.ts";

const LIBRARIES_MAX = 512;
const FUNCTIONS_MAX = 20_000;
const EXPORTS_MAX = 20_000;
const NAME_MAX = 256;

/** Where addresses of the loaded program lie in the file. */
export interface PeMap {
  readonly reader: Reader;
  readonly is64: boolean;
  offsetOf(address: number): number;
}

export interface Directory {
  readonly address: number;
  readonly size: number;
}

export interface PeLibrary {
  readonly name: string;
  readonly functions: readonly string[];
}

export interface PeImports {
  readonly libraries: readonly PeLibrary[];
  readonly functions: number;
  readonly imphash?: string;
}

export interface PeExports {
  readonly name: string;
  readonly names: readonly string[];
  readonly count: number;
}

export function peImports(map: PeMap, { address }: Directory): PeImports {
  const start = address === 0 ? -1 : map.offsetOf(address);
  const libraries: PeLibrary[] = [];
  let functions = 0;
  for (let at = start; start >= 0 && libraries.length < LIBRARIES_MAX; at += 20) {
    const nameAt = map.reader.u32(at + 12);
    const thunks = map.reader.u32(at) || map.reader.u32(at + 16);
    if (nameAt === 0 || thunks === 0) break;
    const name = nameIn(map, nameAt);
    if (name === "") break;
    const own = functionsAt(map, thunks, name, FUNCTIONS_MAX - functions);
    functions += own.length;
    libraries.push({ name, functions: own });
  }
  const hash = imphashOf(libraries);
  return { libraries, functions, ...(hash === undefined ? {} : { imphash: hash }) };
}

const nameIn = (map: PeMap, address: number): string => {
  const at = map.offsetOf(address);
  return at < 0 ? "" : map.reader.ascii(at, NAME_MAX);
};

function functionsAt({ reader, is64, offsetOf }: PeMap, address: number, library: string, max: number): string[] {
  const found: string[] = [];
  const width = is64 ? 8 : 4;
  const start = offsetOf(address);
  for (let at = start; start >= 0 && found.length < max; at += width) {
    const low = reader.u32(at);
    const high = is64 ? reader.u32(at + 4) : 0;
    if (low === 0 && high === 0) break;
    const byNumber = is64 ? high >= 2 ** 31 : low >= 2 ** 31;
    const number = low & 0xffff;
    if (byNumber) found.push((/^ws(?:2_32|ock32)\.dll$/i.test(library) ? WINSOCK[number] : undefined) ?? `#${number}`);
    else {
      const name = reader.ascii(offsetOf(low) + 2, NAME_MAX);
      if (offsetOf(low) < 0 || !/^[\x21-\x7e]+$/.test(name)) break;
      found.push(name);
    }
  }
  return found;
}

function imphashOf(libraries: readonly PeLibrary[]): string | undefined {
  const parts: string[] = [];
  for (const { name, functions } of libraries) {
    const lower = name.toLowerCase();
    const bare = lower.replace(/\.(?:dll|ocx|sys)$/, "");
    for (const one of functions) {
      if (one.startsWith("#") && /^(?:oleaut32|ws2_32|wsock32)\.dll$/.test(lower)) return undefined;
      parts.push(`${bare}.${one.startsWith("#") ? `ord${one.slice(1)}` : one.toLowerCase()}`);
    }
  }
  return parts.length === 0 ? undefined : md5(new TextEncoder().encode(parts.join(",")));
}

export function peExports(map: PeMap, { address, size }: Directory): PeExports | undefined {
  const at = size === 0 ? -1 : map.offsetOf(address);
  if (at < 0) return undefined;
  const { reader } = map;
  const table = map.offsetOf(reader.u32(at + 32));
  const count = Math.min(reader.u32(at + 24), EXPORTS_MAX);
  const names: string[] = [];
  for (let number = 0; table >= 0 && number < count; number += 1) {
    const name = nameIn(map, reader.u32(table + 4 * number));
    if (name === "") break;
    names.push(name);
  }
  return { name: nameIn(map, reader.u32(at + 12)), names, count: reader.u32(at + 20) };
}
