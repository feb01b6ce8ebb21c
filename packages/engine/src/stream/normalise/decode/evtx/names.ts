/**
 * Names of elements and attributes: stored once per slot and referred to by offset. The slot header's table of hashes is
 * never used, so a damaged table changes nothing: the name is read at the offset itself.
 */
import { charge, Damage, type Slot, u16 } from "./slot.ts";
import { utf16Text } from "./texts.ts";

/** Offset of the next name (u32), hash (u16), number of characters (u16), before the characters; a NUL (u16) after them. */
const HEAD_BYTES = 8;
const TAIL_BYTES = 2;

export function nameAt(slot: Slot, at: number): string {
  const known = slot.names.get(at);
  if (known !== undefined) return known;
  const end = slot.bytes.length;
  if (at + HEAD_BYTES > end) throw new Damage(at, `name offset ${at} lies outside the slot`);
  const size = 2 * u16(slot, at + 6, end);
  if (size === 0 || at + HEAD_BYTES + size > end) throw new Damage(at, `name at ${at} has ${size / 2} characters`);
  charge(slot, at, size);
  const name = utf16Text(slot.bytes, at + HEAD_BYTES, size);
  slot.names.set(at, name);
  return name;
}

/** Bytes that a name takes where it stands inline, right after the reference to it. */
export function inlineNameBytes(slot: Slot, at: number): number {
  return HEAD_BYTES + 2 * u16(slot, at + 6, slot.bytes.length) + TAIL_BYTES;
}
