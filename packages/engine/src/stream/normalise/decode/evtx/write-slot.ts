/** Writes slots for the tests of the reader, damage included; the product never imports this. */

/** A piece of binary XML to be written: an element, a literal, a hole, or bytes as they are. */
export type Piece =
  | { readonly el: string; readonly attrs?: readonly [string, Piece][]; readonly in?: readonly Piece[] }
  | Leaf;
type Leaf =
  | string
  | { readonly hole: number }
  | { readonly raw: readonly number[] }
  | { readonly instance: number; readonly of: readonly Piece[]; readonly values: readonly Value[] };
export type Value = Plain | { readonly embedded: readonly Piece[]; readonly dependencyIds: boolean };
export type Plain = { readonly type: number; readonly bytes: readonly number[] };

export const FREE_AT = 48;
const utf16 = (text: string) => [...text].flatMap((_, i) => [text.charCodeAt(i) & 0xff, text.charCodeAt(i) >> 8]);
export const str = (text: string): Plain => ({ type: 0x01, bytes: utf16(text) });
export const strings = (...texts: readonly string[]): Plain => ({
  type: 0x81,
  bytes: texts.flatMap((text) => utf16(`${text}\0`)),
});
export const u32 = (value: number): Plain => ({ type: 0x08, bytes: le(value, 4) });
export const none: Plain = { type: 0x00, bytes: [] };
export const le = (value: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 0xff);

interface Out {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Whether open-element tokens carry a dependency id here. */
  dependencyIds: boolean;
  at: number;
}

function put(out: Out, ...values: readonly number[]): void {
  out.bytes.set(values, out.at);
  out.at += values.length;
}

function putName(out: Out, text: string): void {
  put(out, ...le(out.at + 4, 4), ...le(0, 4), 0, 0, ...le(text.length, 2), ...utf16(text), 0, 0);
}

function putPiece(out: Out, piece: Piece): void {
  if (typeof piece === "string") put(out, 0x05, 1, ...le(piece.length, 2), ...utf16(piece));
  else if ("raw" in piece) put(out, ...piece.raw);
  else if ("hole" in piece) put(out, 0x0e, ...le(piece.hole, 2), 1);
  else if ("instance" in piece) putInstance(out, piece);
  else putElement(out, piece);
}

function putElement(out: Out, { el, attrs = [], in: inside = [] }: Extract<Piece, { el: string }>): void {
  put(out, attrs.length > 0 ? 0x41 : 0x01, ...(out.dependencyIds ? [0xff, 0xff] : []), ...le(0, 4));
  putName(out, el);
  if (attrs.length > 0) put(out, ...le(0, 4));
  for (const [name, value] of attrs) {
    put(out, 0x06);
    putName(out, name);
    putPiece(out, value);
  }
  put(out, 0x02);
  for (const piece of inside) putPiece(out, piece);
  put(out, 0x04);
}

function putInstance(out: Out, { instance, of, values }: Extract<Piece, { instance: number }>): void {
  const id = le(instance, 4);
  put(out, 0x0c, 1, ...id, ...le(out.at + 10, 4), ...le(0, 4), ...id, ...new Array<number>(12).fill(7));
  const sizeAt = out.at;
  put(out, 0, 0, 0, 0, 0x0f, 1, 1, 0);
  for (const piece of of) putPiece(out, piece);
  put(out, 0);
  out.view.setUint32(sizeAt, out.at - sizeAt - 4, true);
  put(out, ...le(values.length, 4));
  const descriptors = out.at;
  for (const value of values) put(out, 0, 0, "type" in value ? value.type : 0x21, 0);
  for (const [i, value] of values.entries()) {
    const start = out.at;
    putValue(out, value);
    out.view.setUint16(descriptors + 4 * i, out.at - start, true);
  }
}

function putValue(out: Out, value: Value): void {
  if ("type" in value) {
    put(out, ...value.bytes);
    return;
  }
  const { dependencyIds } = out;
  out.dependencyIds = value.dependencyIds;
  for (const piece of value.embedded) putPiece(out, piece);
  out.dependencyIds = dependencyIds;
}

/** Writes a slot the way Windows does: names and template definitions inline where they are first used. */
export function slotWriter({ dependencyIds = true } = {}) {
  const bytes = new Uint8Array(65_536);
  const view = new DataView(bytes.buffer);
  const out: Out = { bytes, view, dependencyIds, at: 512 };
  const ids: number[] = [];
  bytes.set([..."ElfChnk"].map((char) => char.charCodeAt(0)));
  return {
    bytes,
    view,
    at: () => out.at,
    /** Written at 1970-01-01. Returns where the record starts. */
    record(id: number, pieces: readonly Piece[]): number {
      const start = out.at;
      put(out, 0x2a, 0x2a, 0, 0, 0, 0, 0, 0, ...le(id, 8), ...le(0xd53e_8000, 4), ...le(0x019d_b1de, 4));
      for (const piece of pieces) putPiece(out, piece);
      put(out, ...le(out.at - start + 4, 4));
      view.setUint32(start + 4, out.at - start, true);
      ids.push(id);
      return start;
    },
    done(): Uint8Array {
      view.setBigUint64(24, BigInt(ids[0] ?? 0), true);
      view.setBigUint64(32, BigInt(ids.at(-1) ?? 0), true);
      view.setUint32(FREE_AT, out.at, true);
      return bytes;
    },
  };
}

export const HEAD = { raw: [0x0f, 1, 1, 0] };
export const END = { raw: [0] };
