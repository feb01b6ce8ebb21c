/**
 * Arrays of NumPy's own file format (NEP 1, versions 1 to 3).
 * Enters: the bytes of one .npy. Leaves: shape and values, row-major, as doubles.
 *
 * NP1. Integers, floats (also half) and booleans of either byte order, in C or Fortran order; anything else (objects, texts,
 *      complex numbers) is refused by its name.
 * NP2. A file shorter than its shape says is refused; nothing is read beyond its end.
 */
import { evalError } from "./suite.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** 2^28 doubles are 2 GiB; data sets of tables stay far below. */
const VALUES_MAX = 2 ** 28;

export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

type Reader = (at: number, little: boolean) => number;

export function readNpy(bytes: Uint8Array, where: string): NpyArray {
  const bad = (reason: string): Error => evalError("eval-data-malformed", `${where}: ${reason}`);
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) throw bad("not a NumPy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 1) >= 2;
  if (bytes.length < 12) throw bad("cut within its header");
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw bad("cut within its header");
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const dtype = /'descr'\s*:\s*'([<>|=])([a-z])(\d+)'/.exec(header);
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (dtype === null || shapeText === undefined) throw bad(`no plain array (${header.trim().slice(0, 80)})`);
  const shape = shapeText.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number.parseInt(part, 10)]));
  const count = shape.reduce((product, size) => product * size, 1);
  const [, order = "<", kind = "f", size = "8"] = dtype;
  const read = readerOf(view, `${kind}${size}`);
  if (read === undefined) throw bad(`values of type ${kind}${size}`);
  if (!(count <= VALUES_MAX)) throw bad(`${count} values`);
  const width = Number(size);
  const from = start + length;
  if (from + count * width > bytes.length)
    throw bad(`${bytes.length} bytes, fewer than its shape (${shapeText}) needs`);
  const values = Float64Array.from({ length: count }, (_, at) => read(from + at * width, order !== ">"));
  const fortran = /'fortran_order'\s*:\s*True/.test(header);
  return { shape, values: fortran ? rowMajor(values, shape) : values };
}

function readerOf(view: DataView, type: string): Reader | undefined {
  const readers: Readonly<Record<string, Reader>> = {
    f8: (at, little) => view.getFloat64(at, little),
    f4: (at, little) => view.getFloat32(at, little),
    f2: (at, little) => halfOf(view.getUint16(at, little)),
    i8: (at, little) => Number(view.getBigInt64(at, little)),
    u8: (at, little) => Number(view.getBigUint64(at, little)),
    i4: (at, little) => view.getInt32(at, little),
    u4: (at, little) => view.getUint32(at, little),
    i2: (at, little) => view.getInt16(at, little),
    u2: (at, little) => view.getUint16(at, little),
    i1: (at) => view.getInt8(at),
    u1: (at) => view.getUint8(at),
    b1: (at) => view.getUint8(at),
  };
  return readers[type];
}

function halfOf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1_023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1_024);
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1_024);
}

function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  for (const value of values) {
    let to = 0;
    for (const [axis, size] of shape.entries()) to = to * size + (index[axis] ?? 0);
    out[to] = value;
    // Fortran order: the first index runs fastest.
    for (let axis = 0; axis < shape.length; axis += 1) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 1)) break;
      index[axis] = 0;
    }
  }
  return out;
}
