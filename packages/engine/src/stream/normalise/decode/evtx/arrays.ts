/** An array value (type bit 0x80) -> its items: text arrays end each item with a NUL, SIDs tell their own length. */
import type { Json } from "@cordon/model/json";
import { type Slot, step } from "./slot.ts";
import { ARRAY, hexText, TYPE, valueAt } from "./values.ts";

const ITEM_BYTES: Readonly<Record<number, number>> = {
  [TYPE.int8]: 1,
  [TYPE.uint8]: 1,
  [TYPE.int16]: 2,
  [TYPE.uint16]: 2,
  [TYPE.int32]: 4,
  [TYPE.uint32]: 4,
  [TYPE.int64]: 8,
  [TYPE.uint64]: 8,
  [TYPE.real32]: 4,
  [TYPE.real64]: 8,
  [TYPE.boolean]: 4,
  [TYPE.guid]: 16,
  [TYPE.size]: 8,
  [TYPE.filetime]: 8,
  [TYPE.systemtime]: 16,
  [TYPE.hex32]: 4,
  [TYPE.hex64]: 8,
};

/** No bytes, no items. An array that does not divide evenly is one item: the hex of its bytes. */
export function itemsAt(slot: Slot, type: number, at: number, size: number): Json[] {
  const base = type & ~ARRAY;
  const items: Json[] = [];
  let start = at;
  while (start < at + size) {
    step(slot, start);
    const bytes = itemBytes(slot, base, start, at + size);
    if (bytes === undefined || start + bytes > at + size) return [hexText(slot.bytes, at, size)];
    items.push(valueAt(slot, base, start, bytes));
    start += bytes;
  }
  return items;
}

/** Bytes of the item at `start`, its NUL included; undefined when the type has no arrays. */
function itemBytes(slot: Slot, base: number, start: number, end: number): number | undefined {
  switch (base) {
    case TYPE.string:
      return untilNul(slot, start, end, 2);
    case TYPE.ansi:
      return untilNul(slot, start, end, 1);
    case TYPE.sid:
      return start + 2 <= end ? 8 + 4 * slot.view.getUint8(start + 1) : undefined;
    case TYPE.size:
      return (end - start) % 8 === 0 ? 8 : 4;
    default:
      return ITEM_BYTES[base];
  }
}

function untilNul(slot: Slot, start: number, end: number, width: 1 | 2): number {
  const { bytes } = slot;
  for (let i = start; i + width <= end; i += width) {
    if (bytes[i] === 0 && (width === 1 || bytes[i + 1] === 0)) return i + width - start;
  }
  return end - start;
}
