/**
 * A table as one stretch of bytes, and back without copying.
 *
 * `CORDINTL`, version (u32), length of the header (u32), SHA-256 of the header (64 hex digits), header (JSON: facts and
 * where each part lies, with its SHA-256), then the parts, each at a multiple of 8.
 * G1. An image that is cut, changed or of another version is refused with its reason; nothing of it is used.
 */
import { messageOf } from "@cordon/model/error";
import type { IndicatorFacts } from "@cordon/model/indicator";
import type { DigestKey } from "./keyed-digest.ts";
import type { Ranges } from "./ranges.ts";
import type { Digest, RowPiece } from "./rows.ts";
import { IntelTable } from "./table.ts";

const MAGIC = "CORDINTL";
/** 4: digests of 96 bits in memory, whole rows in a file. */
const VERSION = 4;
const PREFIX = MAGIC.length + 8 + 64;
/** Facts of half a million kinds are about 100 MB; more is no header of ours. */
const HEADER_MAX = 256 * 1_024 * 1_024;

interface PartPlace {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}
interface Header {
  readonly digest: string;
  readonly key: DigestKey;
  readonly facts: readonly IndicatorFacts[];
  readonly pieces: readonly RowPiece[];
  readonly parts: readonly PartPlace[];
}

/** The pieces of the file in their order: written one after the other, never joined in memory. */
export function imageOf(table: IntelTable, digestOf: Digest): readonly Uint8Array[] {
  const { digest, key, facts, pieces } = table.parts;
  const arrays = arraysOf(table);
  let offset = 0;
  const parts = arrays.map(([name, bytes]) => {
    const place = { name, offset, bytes: bytes.length, sha256: digestOf(bytes) };
    offset += padded(bytes.length);
    return place;
  });
  const header: Header = { digest, key, facts, pieces, parts };
  const encoder = new TextEncoder();
  const json = encoder.encode(JSON.stringify(header));
  const head = new Uint8Array(padded(PREFIX + json.length));
  head.set(encoder.encode(MAGIC));
  const view = new DataView(head.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, json.length, true);
  head.set(encoder.encode(digestOf(json)), 16);
  head.set(json, PREFIX);
  return [head, ...arrays.flatMap(([, bytes]) => [bytes, new Uint8Array(padded(bytes.length) - bytes.length)])];
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The table, or why there is none. `image` must not be changed afterwards: the table lies in it. */
export function tableOf(image: Uint8Array<ArrayBuffer>, digestOf: Digest): IntelTable | string {
  if (image.byteOffset % 8 !== 0) return tableOf(image.slice(), digestOf);
  const decoder = new TextDecoder();
  if (image.length < PREFIX || decoder.decode(image.subarray(0, MAGIC.length)) !== MAGIC)
    return "not an image of indicators";
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const version = view.getUint32(8, true);
  if (version !== VERSION) return `image of version ${version}, this is version ${VERSION}`;
  const length = view.getUint32(12, true);
  if (length > HEADER_MAX || PREFIX + length > image.length) return "the image is cut: its header is not complete";
  const json = image.subarray(PREFIX, PREFIX + length);
  if (decoder.decode(image.subarray(16, PREFIX)) !== digestOf(json)) return "the header of the image is damaged";
  try {
    // The checksum holds, so this is what `imageOf` wrote.
    const header = JSON.parse(decoder.decode(json)) as Header;
    return fromParts(header, image.subarray(padded(PREFIX + length)), digestOf);
  } catch (error) {
    return `the header of the image is not readable: ${messageOf(error)}`;
  }
}

const NAMES = ["said", "cells", "buckets", "filter", "nets"] as const;
const RANGE_NAMES = ["starts", "inner", "parents", "entries"] as const;

function arraysOf({ parts }: IntelTable): readonly (readonly [string, Uint8Array])[] {
  const bytes = (array: Uint8Array | Int32Array | Uint32Array): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return [
    ...NAMES.map((name) => [name, bytes(parts[name])] as const),
    ...(["v4", "v6"] as const).flatMap((family) =>
      RANGE_NAMES.map((name) => [`${family}.${name}`, bytes(parts[family][name])] as const),
    ),
  ];
}

function fromParts(header: Header, body: Uint8Array, digestOf: Digest): IntelTable | string {
  const found = new Map<string, Uint8Array>();
  for (const { name, offset, bytes, sha256 } of header.parts) {
    const part = body.subarray(offset, offset + bytes);
    if (part.length !== bytes) return `the image is cut: ${name} is not complete`;
    if (digestOf(part) !== sha256) return `${name} in the image is damaged`;
    found.set(name, part);
  }
  const of = (name: string): Uint8Array => found.get(name) ?? new Uint8Array(0);
  const words = (name: string): Uint32Array => {
    const part = of(name);
    return new Uint32Array(part.buffer, part.byteOffset, part.length >> 2);
  };
  const signed = (name: string): Int32Array => {
    const part = of(name);
    return new Int32Array(part.buffer, part.byteOffset, part.length >> 2);
  };
  const ranges = (family: string, size: 1 | 4): Ranges => ({
    words: size,
    ...{ starts: words(`${family}.starts`), inner: words(`${family}.inner`) },
    ...{ parents: words(`${family}.parents`), entries: words(`${family}.entries`) },
  });
  const { digest, key, facts, pieces } = header;
  return new IntelTable({
    ...{ digest, key, facts, pieces, said: of("said"), cells: signed("cells"), buckets: words("buckets") },
    ...{ filter: of("filter"), nets: of("nets"), v4: ranges("v4", 1), v6: ranges("v6", 4) },
  });
}
