/**
 * Comma-separated rows of data sets (RFC 4180, and what people make of it): quotes, doubled quotes, line ends within quotes,
 * CR LF, a byte order mark. Enters: bytes. Leaves: rows of texts.
 * CS1. Every row is given, also one with too many or too few fields: the suite decides, and names it.
 * CS2. A quote that never ends makes one last row with what is left, marked in `open`.
 */
export interface CsvRows {
  readonly rows: readonly (readonly string[])[];
  readonly open: boolean;
}

const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;

export function readCsv(bytes: Uint8Array, separator = COMMA): CsvRows {
  const text = new TextDecoder("utf-8").decode(bytes);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  let open = false;
  const endRow = (): void => {
    if (row.length > 1 || (row[0] ?? "") !== "") rows.push(row);
    row = [];
  };
  while (at < text.length) {
    const field = text.charCodeAt(at) === QUOTE ? quotedAt(text, at, separator) : plainAt(text, at, separator);
    row.push(field.text);
    open ||= field.open;
    at = field.end;
    const code = text.charCodeAt(at);
    if (code === separator) {
      at += 1;
      if (at === text.length) row.push("");
      continue;
    }
    if (code === CR && text.charCodeAt(at + 1) === LF) at += 1;
    at += 1;
    endRow();
  }
  endRow();
  return { rows, open };
}

interface Field {
  readonly text: string;
  readonly end: number;
  readonly open: boolean;
}

const isEnd = (code: number, separator: number): boolean => code === separator || code === LF || code === CR;

function plainAt(text: string, from: number, separator: number): Field {
  let end = from;
  while (end < text.length && !isEnd(text.charCodeAt(end), separator)) end += 1;
  return { text: text.slice(from, end), end, open: false };
}

/** What follows a closing quote up to the separator belongs to the field as it stands. */
function quotedAt(text: string, from: number, separator: number): Field {
  let quote = text.indexOf('"', from + 1);
  while (quote !== -1 && text.charCodeAt(quote + 1) === QUOTE) quote = text.indexOf('"', quote + 2);
  if (quote === -1) return { text: text.slice(from + 1).replaceAll('""', '"'), end: text.length, open: true };
  const inner = text.slice(from + 1, quote).replaceAll('""', '"');
  const rest = plainAt(text, quote + 1, separator);
  return { text: inner + rest.text, end: rest.end, open: false };
}

/** Of a file with more lines than `most`, every so many-th line, the first among them. Not for quoted fields that hold line ends. */
export function everyLine(bytes: Uint8Array, most: number): { readonly bytes: Uint8Array; readonly step: number } {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count += 1;
  const step = Math.ceil(count / most);
  if (step <= 1) return { bytes, step: 1 };
  const kept = new Uint8Array(bytes.length);
  let size = 0;
  for (let from = 0, line = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(LF, from);
    const to = end < 0 ? bytes.length : end + 1;
    if (line % step === 0) {
      kept.set(bytes.subarray(from, to), size);
      size += to - from;
    }
    from = to;
  }
  return { bytes: kept.subarray(0, size), step };
}
