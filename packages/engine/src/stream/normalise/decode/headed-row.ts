/**
 * A row of a log that names its own columns. Enters: the row and the header in force. Leaves: an object by column name.
 *
 * H1. Zeek: values get the type that `#types` says, as in Zeek's own JSON (sets and vectors are lists, `T`/`F` booleans,
 *     times and counts numbers); an unset field is absent; `#path` becomes `_path`.
 * H2. W3C: text as it stands, `-` included; the row tells its own separator, because CDNs write tabs under a header of spaces.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { parseCsvRow, splitCsv } from "./csv.ts";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

export type Meta = Readonly<Record<string, string>>;

interface Row {
  readonly raw: JsonObject;
  readonly remarks: readonly string[];
}

export function parseW3cRow(text: string, header: string): Row {
  const commas = header.includes(",") && !header.includes(" ");
  const delimiter = commas ? "," : text.includes("\t") ? "\t" : " ";
  const names = header.split(commas ? "," : /[ \t]+/);
  return parseCsvRow(text, names.join(delimiter), delimiter);
}

export function parseZeekRow(text: string, header: string, meta: Meta): Row {
  const delimiter = meta.delimiter ?? "\t";
  const names = header.split(delimiter);
  const types = (meta.types ?? "").split(delimiter);
  const cells = text.replace(/[\r\n]+$/, "").split(delimiter);
  const raw: Record<string, Json> = {};
  if (meta.path !== undefined) raw._path = meta.path;
  const unset = meta.unset_field ?? "-";
  for (const [i, cell] of cells.slice(0, FIELDS_MAX).entries()) {
    if (cell !== unset) setOwn(raw, names[i] ?? `column_${i + 1}`, zeekValue(cell, types[i] ?? "string", meta));
  }
  const remarks = cells.length === names.length ? [] : [`row has ${cells.length} cells, header ${names.length}`];
  return { raw, remarks };
}

const NUMBERS = new Set(["time", "interval", "count", "int", "double", "port"]);

function zeekValue(cell: string, type: string, meta: Meta): Json {
  const inner = /^(?:set|vector|table)\[(\w+)/.exec(type)?.[1];
  if (inner !== undefined) {
    if (cell === (meta.empty_field ?? "(empty)")) return [];
    return splitCsv(cell, meta.set_separator ?? ",").map((item) => zeekValue(item, inner, meta));
  }
  if (type === "bool") return cell === "T";
  // Beyond 2^53 a count is not exact as a number: it stays text.
  if (NUMBERS.has(type) && /^-?\d{1,15}(?:\.\d+)?$/.test(cell)) return Number(cell);
  if (cell === (meta.empty_field ?? "(empty)")) return "";
  return cell.includes("\\x") ? unescaped(cell) : cell;
}

/** Zeek escapes bytes, so what is not ASCII is UTF-8 in pieces. */
function unescaped(text: string): string {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  let at = 0;
  for (const found of text.matchAll(/\\x([0-9a-fA-F]{2})/g)) {
    bytes.push(...encoder.encode(text.slice(at, found.index)), Number.parseInt(found[1] ?? "0", 16));
    at = found.index + found[0].length;
  }
  bytes.push(...encoder.encode(text.slice(at)));
  return new TextDecoder("utf-8").decode(Uint8Array.from(bytes));
}
