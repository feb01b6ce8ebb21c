/**
 * One slot of an EVTX file while it is being decoded: its bytes, what was already understood of them, and the work left.
 * Everything mutable of the reader lives here, and dies with the slot.
 *
 * E1. no read leaves the slot; a read that would is `Damage`, never an exception of the platform.
 * E2. work is bounded per slot, whatever the bytes say: each token, value and written element costs a step,
 *     each written key and value counts against the output, so a small hostile slot cannot grow into a large event.
 */
import type { Part } from "./plan.ts";
import { makeTexts, type Texts } from "./texts.ts";

export const SLOT_BYTES = 65_536;
/** The busiest of some 700 real slots took 9,300 steps; an exhausted budget costs less than 100 ms of one core. */
const STEPS_MAX = 250_000;
/** Characters of keys and bytes of values written. Real slots stay below 100,000, however long their texts are. */
const OUTPUT_MAX = 16 * SLOT_BYTES;
/** Elements in elements, templates in templates, embedded fragments in fragments, counted together. Real logs reach 12. */
const NESTING_MAX = 64;

/** Remarks per record: the first ones tell what is wrong, thousands would be a way to grow. */
const REMARKS_MAX = 8;

/** The bytes at `offset` do not mean anything. Thrown inside the reader only; the front file turns it into a problem. */
export class Damage extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export type Template =
  | { readonly kind: "ready"; readonly roots: readonly Part[] }
  | { readonly kind: "broken"; readonly damage: Damage }
  | { readonly kind: "open" };

export interface Slot {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly names: Map<number, string>;
  readonly templates: Map<number, Template>;
  readonly texts: Texts;
  /** Remarks about the record in work; the front file empties it per record. */
  readonly remarks: string[];
  /** How deep the reader stands, see `NESTING_MAX`. */
  depth: number;
  steps: number;
  output: number;
}

export function openSlot(bytes: Uint8Array): Slot {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    names: new Map(),
    templates: new Map(),
    texts: makeTexts(bytes),
    remarks: [],
    depth: 0,
    steps: STEPS_MAX,
    output: OUTPUT_MAX,
  };
}

export function step(slot: Slot, offset: number): void {
  slot.steps -= 1;
  if (slot.steps < 0) throw new Damage(offset, `work budget of the slot used up (${STEPS_MAX} steps)`);
}

export function charge(slot: Slot, offset: number, written: number): void {
  slot.output -= written;
  if (slot.output < 0) throw new Damage(offset, `output budget of the slot used up (${OUTPUT_MAX})`);
}

export function remark(slot: Slot, text: string): void {
  if (slot.remarks.length < REMARKS_MAX) slot.remarks.push(text);
}

/** Call `leave` when done; whoever catches `Damage` puts `depth` back. */
export function enter(slot: Slot, offset: number): void {
  slot.depth += 1;
  if (slot.depth > NESTING_MAX) throw new Damage(offset, `nesting deeper than ${NESTING_MAX}`);
}

export function leave(slot: Slot): void {
  slot.depth -= 1;
}

export function u8(slot: Slot, at: number, end: number): number {
  if (at + 1 > end) throw new Damage(at, `1 byte wanted, region ends at ${end}`);
  return slot.view.getUint8(at);
}

export function u16(slot: Slot, at: number, end: number): number {
  if (at + 2 > end) throw new Damage(at, `2 bytes wanted, region ends at ${end}`);
  return slot.view.getUint16(at, true);
}

export function u32(slot: Slot, at: number, end: number): number {
  if (at + 4 > end) throw new Damage(at, `4 bytes wanted, region ends at ${end}`);
  return slot.view.getUint32(at, true);
}
