/**
 * A model as bytes: what it is, as JSON, then its arrays.
 * Enters: kind, facts about it, named arrays. Leaves: bytes and their SHA-256, which is the model's id. And back.
 *
 *   "CORDONM1" | length of header (u32, little endian) | header, ASCII JSON | arrays, little endian | SHA-256 of all before, 64 hex digits
 *
 * LM1. The same content gives the same bytes; `id` is what sha256sum says of the file.
 * LM2. A file that is foreign, of another version, cut short, longer than it says, or changed in any bit is refused, and why is said.
 * LM3. Reading makes arrays no larger than the file: a forged header cannot ask for memory.
 */
import type { Sha256 } from "@cordon/model/ids";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { refusal } from "../learning-error.ts";

const MAGIC = "CORDONM1";
const DIGEST_LENGTH = 64;
const LENGTH_AT = MAGIC.length;
const HEADER_AT = LENGTH_AT + 4;
/** Headers hold names and metrics, not data. */
const HEADER_BYTES_MAX = 8 * 2 ** 20;

export type ModelArray = Float64Array | Int32Array | Uint8Array;

export interface ModelContent {
  /** What the arrays are: "forest", "text", ... */
  readonly kind: string;
  readonly about: JsonObject;
  readonly arrays: Readonly<Record<string, ModelArray>>;
}

export interface ModelFile extends ModelContent {
  readonly id: Sha256;
}

export type Hash = (bytes: Uint8Array) => Sha256;

export function writeModel(content: ModelContent, hash: Hash): { readonly id: Sha256; readonly bytes: Uint8Array } {
  const names = Object.keys(content.arrays).sort();
  const arrays = names.map((name) => {
    const array = content.arrays[name] ?? new Uint8Array(0);
    return { name, type: typeOf(array), length: array.length };
  });
  const header = asciiJson({ kind: content.kind, about: content.about, arrays });
  if (header.length > HEADER_BYTES_MAX)
    throw refusal("model-malformed", `header of ${header.length} bytes, at most ${HEADER_BYTES_MAX}`);
  const size = arrays.reduce((sum, { type, length }) => sum + WIDTHS[type] * length, HEADER_AT + header.length);
  const bytes = new Uint8Array(size + DIGEST_LENGTH);
  const view = new DataView(bytes.buffer);
  putAscii(bytes, 0, MAGIC);
  view.setUint32(LENGTH_AT, header.length, true);
  putAscii(bytes, HEADER_AT, header);
  let at = HEADER_AT + header.length;
  for (const name of names) at = putArray(view, at, content.arrays[name] ?? new Uint8Array(0));
  putAscii(bytes, size, hash(bytes.subarray(0, size)));
  return { id: hash(bytes), bytes };
}

export function readModel(bytes: Uint8Array, hash: Hash): ModelFile {
  if (ascii(bytes, 0, Math.min(bytes.length, MAGIC.length)) !== MAGIC)
    throw refusal("model-foreign", `does not begin with ${MAGIC}: not a model file, or of another version`);
  if (bytes.length < HEADER_AT + DIGEST_LENGTH) throw refusal("model-damaged", `cut short after ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - DIGEST_LENGTH;
  const length = view.getUint32(LENGTH_AT, true);
  if (length > HEADER_BYTES_MAX || HEADER_AT + length > end)
    throw refusal("model-damaged", `a header of ${length} bytes in a file of ${bytes.length}: cut short or changed`);
  if (ascii(bytes, end, bytes.length) !== hash(bytes.subarray(0, end)))
    throw refusal("model-damaged", `the checksum of ${bytes.length} bytes does not hold: cut short or changed`);
  const { kind, about, shapes } = headerOf(ascii(bytes, HEADER_AT, HEADER_AT + length));
  const arrays: Record<string, ModelArray> = {};
  let at = HEADER_AT + length;
  for (const shape of shapes) {
    const size = WIDTHS[shape.type] * shape.length;
    if (at + size > end)
      throw refusal("model-malformed", `array "${shape.name}" reaches ${at + size - end} bytes past the end`);
    arrays[shape.name] = getArray(view, at, shape);
    at += size;
  }
  if (at !== end) throw refusal("model-malformed", `${end - at} bytes that no array claims`);
  return { id: hash(bytes), kind, about, arrays };
}

const WIDTHS = { f64: 8, i32: 4, u8: 1 } as const;
type ArrayType = keyof typeof WIDTHS;

interface Shape {
  readonly name: string;
  readonly type: ArrayType;
  readonly length: number;
}

const typeOf = (array: ModelArray): ArrayType =>
  array instanceof Float64Array ? "f64" : array instanceof Int32Array ? "i32" : "u8";

function headerOf(text: string): { kind: string; about: JsonObject; shapes: readonly Shape[] } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw refusal("model-malformed", "the header is not JSON");
  }
  if (!isJsonObject(header)) throw refusal("model-malformed", "the header is not an object");
  const { kind, about, arrays } = header;
  if (typeof kind !== "string" || !isJsonObject(about) || !Array.isArray(arrays))
    throw refusal("model-malformed", "the header lacks kind, about or arrays");
  return { kind, about, shapes: arrays.map(shapeOf) };
}

function shapeOf(value: Json): Shape {
  const { name, type, length } = isJsonObject(value) ? value : {};
  const known = type === "f64" || type === "i32" || type === "u8" ? type : undefined;
  if (
    typeof name !== "string" ||
    known === undefined ||
    typeof length !== "number" ||
    !(Number.isInteger(length) && length >= 0)
  )
    throw refusal("model-malformed", `an array without name, type or length: ${JSON.stringify(value).slice(0, 80)}`);
  return { name, type: known, length };
}

/** Byte by byte in little endian, whatever the machine's own order. */
function putArray(view: DataView, from: number, array: ModelArray): number {
  let at = from;
  for (let i = 0; i < array.length; i += 1) {
    const value = array[i] ?? 0;
    if (array instanceof Float64Array) view.setFloat64(at, value, true);
    else if (array instanceof Int32Array) view.setInt32(at, value, true);
    else view.setUint8(at, value);
    at += array.BYTES_PER_ELEMENT;
  }
  return at;
}

function getArray(view: DataView, from: number, { type, length }: Shape): ModelArray {
  if (type === "f64") return Float64Array.from({ length }, (_, i) => view.getFloat64(from + 8 * i, true));
  if (type === "i32") return Int32Array.from({ length }, (_, i) => view.getInt32(from + 4 * i, true));
  return Uint8Array.from({ length }, (_, i) => view.getUint8(from + i));
}

/** Other characters as \u escapes: the header needs no encoder, which pure code does not have. */
const asciiJson = (value: Json): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

function putAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i);
}

/** In pieces: a call with millions of arguments overflows the stack. */
function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 4_096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(to, at + 4_096)));
  return text;
}
