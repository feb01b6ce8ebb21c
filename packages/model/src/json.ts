/** JSON values as they travel and rest; `canonicalJson` is the one byte form that is hashed or signed. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 code units, ECMAScript number form, no white space.
 * `undefined` members are left out, as `JSON.stringify` does. Throws on NaN and infinities, which JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`canonicalJson: ${value} is not a JSON number`);
    return String(value);
  }
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return canonicalArray(value);
  if (typeof value === "object") return canonicalObject(value);
  throw new TypeError(`canonicalJson: ${typeof value} is not a JSON value`);
}

function canonicalArray(items: readonly unknown[]): string {
  let text = "[";
  for (let i = 0; i < items.length; i += 1) text += `${i === 0 ? "" : ","}${canonicalJson(items[i] ?? null)}`;
  return `${text}]`;
}

/** Every event is hashed in this form, so it is written out plainly: one sort, no pairs, no intermediate lists. */
function canonicalObject(value: object): string {
  const members = value as Readonly<Record<string, unknown>>;
  let text = "{";
  for (const key of Object.keys(value).sort()) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text.length === 1 ? "" : ","}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

/** Longer texts are faster through the native writer. */
const QUOTED_HERE_MAX = 96;

function quoted(text: string): string {
  if (text.length > QUOTED_HERE_MAX) return JSON.stringify(text);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    // Controls, the quote, the backslash and lone surrogates need escapes.
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text);
  }
  return `"${text}"`;
}
