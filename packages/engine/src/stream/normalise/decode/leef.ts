/**
 * Log Event Extended Format. Enters: text that starts with `LEEF:`. Leaves: header and attributes under LEEF's own names.
 * Version 1 separates attributes by tabs; version 2 names the separator in a sixth header field, as a character or as hex.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

const HEADER = ["leefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "eventId"] as const;

export function parseLeef(text: string): JsonObject | undefined {
  if (!text.startsWith("LEEF:")) return undefined;
  const fields: Record<string, Json> = {};
  let at = "LEEF:".length;
  for (const [i, name] of HEADER.entries()) {
    const bar = text.indexOf("|", at);
    if (bar < 0 && i < HEADER.length - 1) return undefined;
    fields[name] = text.slice(at, bar < 0 ? text.length : bar).trim();
    at = bar < 0 ? text.length : bar + 1;
  }
  const { mark, from } = String(fields.leefVersion).startsWith("2") ? separatorAt(text, at) : { mark: "\t", from: at };
  for (const attribute of text
    .slice(from)
    .replace(/[\r\n]+$/, "")
    .split(mark, FIELDS_MAX)) {
    const equals = attribute.indexOf("=");
    const name = attribute.slice(0, Math.max(equals, 0)).trim();
    if (name !== "" && !Object.hasOwn(fields, name)) setOwn(fields, name, attribute.slice(equals + 1).trim());
  }
  return fields;
}

/** `^|`, `x09|`, `0x09|` or nothing before the bar; some senders of version 2 leave the field out. */
function separatorAt(text: string, at: number): { readonly mark: string; readonly from: number } {
  const found = /^(?:0?x([0-9a-fA-F]{1,4})|([^|\w]|))\|/.exec(text.slice(at, at + 8));
  if (found === null) return { mark: "\t", from: at };
  const mark = found[1] === undefined ? (found[2] ?? "") : String.fromCharCode(Number.parseInt(found[1], 16));
  return { mark: mark === "" ? "\t" : mark, from: at + found[0].length };
}
