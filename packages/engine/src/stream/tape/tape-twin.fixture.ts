/** A tape held against the old way, event after event: whatever it vouches for must be exactly what `decodeJson` says. */
import { isJsonObject, type Json } from "@cordon/model/json";
import { decodeJson } from "../normalise/decode/json.ts";
import { makeTextDecoder } from "../normalise/decode/utf8.ts";
import { makeTape, type TapeLimits } from "./json-tape.ts";
import type { LeafKind, Tape } from "./tape.ts";

export interface TapeTwin {
  readonly tape: Tape;
  /** Whether the tape vouched for it. Throws where it says something else than the old way. */
  check(bytes: Uint8Array): boolean;
}

interface PlainLeaf {
  readonly path: readonly string[];
  readonly kind: LeafKind;
  readonly value: Json;
}

const decodeText = makeTextDecoder();
const encoder = new TextEncoder();

export function makeTwin(limits: Partial<TapeLimits>): TapeTwin {
  const tape = makeTape(limits);
  if (tape === undefined) throw new Error("no WebAssembly here");
  let generation = -1;
  /** Path, kind and value by number; numbers by path, kind and text as it is usually written. */
  let said = new Map<number, string>();
  let numberOf = new Map<string, number>();
  const checkIds = (leaves: readonly PlainLeaf[], usual: boolean): void => {
    if (tape.generation !== generation) {
      said = new Map();
      numberOf = new Map();
      generation = tape.generation;
    }
    for (const [leaf, { path, kind, value }] of leaves.entries()) {
      const id = tape.id(leaf);
      if ((id === -2) !== (kind === "true" || kind === "false" || kind === "null")) fail(`id ${id} of a ${kind}`);
      if (id < 0) continue;
      const known = JSON.stringify([path, kind, value]);
      if ((said.get(id) ?? known) !== known) fail(`${id} is ${said.get(id)} and ${known}`);
      said.set(id, known);
      if (!usual) continue;
      if ((numberOf.get(known) ?? id) !== id) fail(`${known} is ${numberOf.get(known)} and ${id}`);
      numberOf.set(known, id);
    }
  };
  const check = (bytes: Uint8Array): boolean => {
    if (!tape.read(bytes)) return false;
    const { text, remark } = decodeText(bytes);
    const decoded = decodeJson(text);
    if (decoded.kind === "not-json" || remark !== undefined) fail(`vouched for ${text}`);
    if (decoded.remarks.length > 0 || !isJsonObject(decoded.value)) fail(`vouched for ${text}`);
    const written = JSON.stringify(decoded.value);
    if (JSON.stringify(tape.shape.raw) !== written) fail(`${JSON.stringify(tape.shape.raw)} is not ${written}`);
    if (!equal(tape.shape.raw, decoded.value)) fail(`unequal: ${written}`);
    const leaves = asWritten(tape, leavesOf(decoded.value, []));
    checkLeaves(tape, leaves);
    checkLoose(tape, leaves);
    checkIds(leaves, text.trim() === written);
    return true;
  };
  return { tape, check };
}

function fail(what: string): never {
  throw new Error(what);
}

/** Zeros keep their sign, members their owner. */
function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const keys = Object.keys(a);
  if (keys.join() !== Object.keys(b).join()) return false;
  const [left, right] = [new Map<string, Json>(Object.entries(a)), new Map<string, Json>(Object.entries(b))];
  return keys.every((key) => equal(left.get(key), right.get(key)));
}

function leavesOf(value: Json, path: readonly string[]): readonly PlainLeaf[] {
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  const kind =
    typeof value === "string" ? "text" : typeof value === "number" ? "number" : value === null ? "null" : undefined;
  return [{ path, value, kind: kind ?? (value === true ? "true" : value === false ? "false" : "list") }];
}

/** A whole number that no double holds is decoded to its text, and is a number still. */
function asWritten(tape: Tape, leaves: readonly PlainLeaf[]): readonly PlainLeaf[] {
  return leaves.map((leaf, at) => {
    const isLong = typeof leaf.value === "string" && /^-?[1-9]\d{15,}$/.test(leaf.value);
    return isLong && tape.shape.leaves[at]?.kind === "number" ? { ...leaf, kind: "number" } : leaf;
  });
}

function checkLeaves(tape: Tape, leaves: readonly PlainLeaf[]): void {
  const kinds = leaves.map(({ path, kind }) => ({ path, kind }));
  const given = tape.shape.leaves.map(({ path, kind }) => ({ path, kind }));
  if (JSON.stringify(given) !== JSON.stringify(kinds)) fail(`leaves ${JSON.stringify(given)}`);
  for (const [leaf, { value }] of leaves.entries()) {
    if (!equal(tape.value(leaf), value)) fail(`leaf ${leaf} is ${JSON.stringify(tape.value(leaf))}`);
  }
}

function checkLoose(tape: Tape, leaves: readonly PlainLeaf[]): void {
  const texts = leaves
    .filter(({ kind }, leaf) => tape.id(leaf) === -1 && (kind === "text" || kind === "number"))
    .map(({ value }) => String(value));
  const { view, start, end, ascii } = tape.loose;
  const expected = encoder.encode(texts.length === 0 ? "" : `\0${texts.join("\0")}\0`);
  const said = new Uint8Array(view.buffer, start, end - start);
  if (said.join() !== expected.join()) fail(`loose ${new TextDecoder().decode(said)}`);
  if (ascii !== expected.every((byte) => byte < 0x80)) fail(`ascii ${ascii}`);
}
