/**
 * Common Event Format. Enters: text that starts with `CEF:`. Leaves: header and extension fields under CEF's own names.
 * In the header `\|` and `\\` are escapes, in the extension `\=`, `\\`, `\n`, `\r`; an extension value runs up to the next
 * ` key=`, because values may contain spaces.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

const HEADER = [
  "cefVersion",
  "deviceVendor",
  "deviceProduct",
  "deviceVersion",
  "deviceEventClassId",
  "name",
  "severity",
];

export function parseCef(text: string): JsonObject | undefined {
  if (!text.startsWith("CEF:")) return undefined;
  const { parts, rest } = headerParts(text.slice(4));
  if (parts.length < HEADER.length) return undefined;
  const fields: Record<string, Json> = {};
  for (const [i, key] of HEADER.entries()) fields[key] = parts[i] ?? "";
  for (const [key, value] of extensionPairs(rest)) setOwn(fields, key, value);
  return fields;
}

/** The seven header fields; the last may end with the text when there is no extension. */
function headerParts(text: string): { parts: string[]; rest: string } {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] ?? "";
    const next = text[i + 1];
    if (char === "\\" && (next === "|" || next === "\\")) {
      part += next;
      i += 1;
    } else if (char === "|") {
      parts.push(part);
      part = "";
      if (parts.length === HEADER.length) return { parts, rest: text.slice(i + 1) };
    } else {
      part += char;
    }
  }
  parts.push(part.trimEnd());
  return { parts, rest: "" };
}

const KEY = /(?:^|\s)([\w.[\]-]{1,200})=/g;

function extensionPairs(text: string): readonly [string, string][] {
  const starts: { key: string; at: number; from: number }[] = [];
  for (const found of text.matchAll(KEY)) {
    // The rest stays as the value of the last key: bounded, and nothing is lost.
    if (starts.length === FIELDS_MAX) break;
    starts.push({ key: found[1] ?? "", at: found.index, from: found.index + found[0].length });
  }
  return starts.map(({ key, from }, i) => {
    const value = text.slice(from, starts[i + 1]?.at ?? text.length).replace(/[\r\n]+$/, "");
    return [key, i === starts.length - 1 ? unescaped(value.trimEnd()) : unescaped(value)];
  });
}

function unescaped(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\([=\\nr|])/g, (_, char: string) => (char === "n" ? "\n" : char === "r" ? "\r" : char));
}
