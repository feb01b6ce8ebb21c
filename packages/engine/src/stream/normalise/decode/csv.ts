/**
 * One CSV row (RFC 4180) with its header line. Enters: row, header, delimiter. Leaves: an object by column name.
 * Columns beyond the header become `column_<n>`; empty header names too. A row that stops early leaves fields absent.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

interface CsvRow {
  readonly raw: JsonObject;
  readonly remarks: readonly string[];
}

export function parseCsvRow(row: string, header: string, delimiter: string): CsvRow {
  const names = splitCsv(header, delimiter);
  const cells = splitCsv(row, delimiter);
  const raw: Record<string, Json> = {};
  const remarks: string[] = [];
  for (const [i, cell] of cells.slice(0, FIELDS_MAX).entries()) {
    const name = names[i]?.trim() ?? "";
    const key = name === "" ? `column_${i + 1}` : name;
    if (Object.hasOwn(raw, key))
      remarks.push(`duplicate column ${JSON.stringify(key.slice(0, 60))}: the last value was kept`);
    setOwn(raw, key, cell);
  }
  if (cells.length !== names.length) remarks.push(`row has ${cells.length} cells, header ${names.length}`);
  if (cells.length > FIELDS_MAX) remarks.push(`cut: ${cells.length - FIELDS_MAX} fields beyond ${FIELDS_MAX}`);
  return { raw, remarks };
}

/** Quotes count only at the start of a cell; inside quotes the delimiter and line ends are text and `""` is a quote. */
export function splitCsv(text: string, delimiter: string): string[] {
  const line = text.replace(/^\uFEFF/, "").replace(/(?:\r\n|\n|\r)$/, "");
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = line[at] === '"' ? quotedCell(line, at + 1, delimiter) : plainCell(line, at, delimiter);
    cells.push(cell.value);
    if (cell.next > line.length) return cells;
    at = cell.next;
  }
}

interface Cell {
  readonly value: string;
  /** Start of the next cell; beyond the end when this was the last. */
  readonly next: number;
}

function plainCell(line: string, start: number, delimiter: string): Cell {
  const end = line.indexOf(delimiter, start);
  const stop = end < 0 ? line.length : end;
  return { value: line.slice(start, stop), next: end < 0 ? line.length + 1 : end + delimiter.length };
}

function quotedCell(line: string, start: number, delimiter: string): Cell {
  let value = "";
  let from = start;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote < 0) return { value: value + line.slice(from), next: line.length + 1 };
    value += line.slice(from, quote);
    if (line[quote + 1] !== '"') {
      // Text after the closing quote is against the standard; it is kept.
      const tail = plainCell(line, quote + 1, delimiter);
      return { value: value + tail.value, next: tail.next };
    }
    value += '"';
    from = quote + 2;
  }
}
