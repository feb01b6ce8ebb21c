/** How a scalar of an event is read as text and as a number: the same for rules, index and reference. */
import type { Json, JsonObject } from "@cordon/model/json";

/** Undefined for null, lists and objects: they have no text. */
export function textOf(value: Json): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const HEX = /^0x[0-9a-f]+$/i;
/** No number that fits a float has more digits before its point. */
const NUMBER_LENGTH_MAX = 400;

/** Strict decimal or `0x` hexadecimal; undefined for anything else. */
export function strictNumber(value: Json): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (text.length > NUMBER_LENGTH_MAX || !(DECIMAL.test(text) || HEX.test(text))) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** The digits of a whole number, decimal or `0x`; undefined for anything else. */
export function wholeDigits(value: Json): string | undefined {
  const text = textOf(value)?.trim() ?? "";
  return text.length <= NUMBER_LENGTH_MAX && (/^[+-]?\d+$/.test(text) || HEX.test(text)) ? text : undefined;
}

/** Lists inside lists are opened this deep; real logs have one level. */
const LIST_DEPTH_MAX = 8;

/** Elements of a list (lists inside are opened), or the value itself. */
export function elementsOf(value: Json): readonly Json[] {
  if (!Array.isArray(value)) return [value];
  return value.some((member) => Array.isArray(member)) ? value.flat(LIST_DEPTH_MAX) : value;
}

/** Keyword search goes this deep; what lies deeper is not searched by any evaluator. */
export const LEAF_DEPTH_MAX = 64;

/** Calls `visit` for every leaf with a text, until it returns true. */
export function someLeaf(value: Json, visit: (text: string, leaf: Json) => boolean, depth = 0): boolean {
  const text = textOf(value);
  if (text !== undefined) return visit(text, value);
  if (value === null || depth >= LEAF_DEPTH_MAX) return false;
  if (Array.isArray(value)) return value.some((member) => someLeaf(member, visit, depth + 1));
  const object = value as JsonObject;
  for (const key in object) {
    const member = object[key];
    if (member !== undefined && someLeaf(member, visit, depth + 1)) return true;
  }
  return false;
}
