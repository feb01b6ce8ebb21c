/**
 * The native parser alone, for texts of which a look at their colons and at the parsed value shows that it does what `decodeJson`
 * promises: nearly all texts of nearly all sources.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { DEPTH_MAX, EVENT_CHARS_MAX, FIELDS_MAX } from "./decoded.ts";

/** Text that is all plain; undefined = somebody else has to look. `null` alone is nothing an event could be. */
export function parsePlain(text: string): Json | undefined {
  if (text.length > EVENT_CHARS_MAX) return undefined;
  const colons = keyColons(text);
  if (colons < 0) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    const counted = countPlain(value, 0);
    const members = counted % ITEM;
    return members === colons && members + (counted - members) / ITEM <= FIELDS_MAX ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Colons that stand behind a closing quote: of all keys, and of texts that begin with one. -1 where a key could hide behind white
 * space or a backslash. Never fewer than there are members, so equality with the parsed members means that no key came twice.
 */
function keyColons(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before === 34) {
      if (text.charCodeAt(at - 2) === 92) return -1;
      colons += 1;
    } else if (before === 32 || before === 9 || before === 10 || before === 13) return -1;
  }
  return colons;
}

/** Members of a value, and `ITEM` for each item of its lists; NaN = a number or a depth that needs care. */
function countPlain(value: Json, depth: number): number {
  if (typeof value === "number") return Math.abs(value) < UNSAFE ? 0 : Number.NaN;
  if (typeof value !== "object" || value === null) return 0;
  if (depth >= DEPTH_MAX) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += ITEM + countPlain(item, depth + 1);
    return count;
  }
  const object = value as JsonObject;
  for (const key in object) {
    count += 1;
    const member = object[key];
    if (typeof member === "string" || member === undefined) continue;
    count += countPlain(member, depth + 1);
  }
  return count;
}

const UNSAFE = 2 ** 53;
/** More than a text of `EVENT_CHARS_MAX` can have members. */
const ITEM = 2 ** 20;
