/** Programs of macOS (Mach-O, also of several architectures): load commands, libraries, signature presence. Limits as named below. */
import { makeReader, type Reader } from "./bytes.ts";

const ARCHITECTURES_MAX = 16;
const COMMANDS_MAX = 512;
const NAME_MAX = 512;

export interface MachoFacts {
  readonly offset: number;
  readonly cpu: number;
  readonly fileType: number;
  readonly libraries: readonly string[];
  readonly runPaths: readonly string[];
  readonly segments: readonly { readonly name: string; readonly protection: number }[];
  /** Bytes of a code signature are there; whether it holds is not checked. */
  readonly signed: boolean;
  readonly encrypted: boolean;
}

export function parseMacho(bytes: Uint8Array): readonly MachoFacts[] {
  const big = makeReader(bytes, false);
  if (big.u32(0) !== 0xcafebabe) {
    const one = architecture(bytes, 0);
    return one === undefined ? [] : [one];
  }
  return Array.from({ length: Math.min(big.u32(4), ARCHITECTURES_MAX) }, (_, number) =>
    architecture(bytes, big.u32(8 + 20 * number + 8)),
  ).filter((one) => one !== undefined);
}

function architecture(bytes: Uint8Array, offset: number): MachoFacts | undefined {
  if (offset >= bytes.length) return undefined;
  const own = bytes.subarray(offset);
  const magic = makeReader(own, true).u32(0);
  const little = magic === 0xfeedface || magic === 0xfeedfacf;
  if (!little && magic !== 0xcefaedfe && magic !== 0xcffaedfe) return undefined;
  const reader = makeReader(own, little);
  const wide = reader.u32(0) === 0xfeedfacf;
  return { offset, cpu: reader.u32(4), fileType: reader.u32(12), ...commandsOf(reader, wide) };
}

function commandsOf(reader: Reader, wide: boolean) {
  const libraries: string[] = [];
  const runPaths: string[] = [];
  const segments: { name: string; protection: number }[] = [];
  let signed = false;
  let encrypted = false;
  let at = wide ? 32 : 28;
  for (let left = Math.min(reader.u32(16), COMMANDS_MAX); left > 0; left -= 1) {
    const command = reader.u32(at) & 0x7fffffff;
    const size = reader.u32(at + 4);
    if (size < 8 || at + size > reader.length) break;
    const text = (): string => reader.ascii(at + reader.u32(at + 8), Math.min(NAME_MAX, size));
    if ([0xc, 0x18, 0x1f, 0x20].includes(command)) libraries.push(text());
    if (command === 0x1c) runPaths.push(text());
    if (command === 0x1 || command === 0x19)
      segments.push({ name: reader.ascii(at + 8, 16), protection: reader.u32(at + (wide ? 60 : 44)) });
    if (command === 0x1d) signed = true;
    if (command === 0x21 || command === 0x2c) encrypted ||= reader.u32(at + 16) !== 0;
    at += size;
  }
  return { libraries, runPaths, segments, signed, encrypted };
}
