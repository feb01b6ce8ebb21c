/**
 * Macro source out of a VBA project ([MS-OVBA] 2.4.1): modules are compressed, at an offset that only `dir` knows exactly.
 * FV1. A damaged chunk ends a module; what was read stays. The offset is found by trying each container signature that
 *      decompresses to a module's first words, which also survives a `dir` stream that lies.
 */
import { latin1 } from "./bytes.ts";
import type { OleStream } from "./ole.ts";

const SOURCE_MAX = 2 * 2 ** 20;
const MODULES_MAX = 200;
const TRIES_MAX = 64;

export interface VbaModule {
  readonly name: string;
  readonly source: string;
}

export function vbaModules(streams: readonly OleStream[]): readonly VbaModule[] {
  return streams
    .filter(({ path }) => /(?:^|\/)VBA\//i.test(path) && !/\/(?:dir|_VBA_PROJECT|__SRP_\w+)$/i.test(path))
    .slice(0, MODULES_MAX)
    .flatMap(({ path, bytes }) => {
      const source = moduleSource(bytes());
      return source === undefined ? [] : [{ name: path.split("/").at(-1) ?? path, source }];
    });
}

function moduleSource(bytes: Uint8Array): string | undefined {
  for (let at = bytes.indexOf(1), tries = 0; at !== -1 && tries < TRIES_MAX * 64; at = bytes.indexOf(1, at + 1)) {
    tries += 1;
    // Header of a chunk: three bits of signature (011), the flag of compression, twelve of size.
    if (((bytes[at + 2] ?? 0) & 0xf0) !== 0xb0) continue;
    const text = latin1(decompressVba(bytes.subarray(at), 64));
    if (/^(?:Attribut|\0?Attri)/.test(text)) return latin1(decompressVba(bytes.subarray(at), SOURCE_MAX));
  }
  return undefined;
}

/** Never more than `max` bytes. */
export function decompressVba(bytes: Uint8Array, max: number): Uint8Array {
  const out: number[] = [];
  if (bytes[0] !== 1) return new Uint8Array(0);
  for (let at = 1; at + 2 <= bytes.length && out.length < max; ) {
    const header = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const end = Math.min(bytes.length, at + (header & 0xfff) + 3);
    if (((header >> 12) & 7) !== 3) break;
    if ((header & 0x8000) === 0) for (const byte of bytes.subarray(at + 2, end)) out.push(byte);
    else if (!chunk(bytes.subarray(at + 2, end), out, max)) break;
    at = end;
  }
  return Uint8Array.from(out.slice(0, max));
}

function chunk(bytes: Uint8Array, out: number[], max: number): boolean {
  const start = out.length;
  for (let at = 0; at < bytes.length; ) {
    const flags = bytes[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length; bit += 1) {
      if (out.length >= max) return true;
      if (((flags >> bit) & 1) === 0) {
        out.push(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const token = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      at += 2;
      const wide = Math.max(4, Math.ceil(Math.log2(Math.max(1, out.length - start))));
      const back = (token >> (16 - wide)) + 1;
      if (back > out.length - start) return false;
      for (let left = (token & (0xffff >> wide)) + 3; left > 0 && out.length < max; left -= 1)
        out.push(out[out.length - back] ?? 0);
    }
  }
  return true;
}
