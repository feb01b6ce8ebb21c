/**
 * CSV rows (RFC 4180 with the usual liberties). The first row is the header and travels in `meta.header` of every other.
 * In: chunks. Out: one frame per row. Rules: frame.ts.
 *
 * C1. A line break inside a quoted field belongs to the row; a quote opens a field only at its start, so a stray quote
 *     within text does not swallow the rows after it.
 * C2. A quoted field that runs over `FRAME_BYTES_MAX` was never closed: the row ends at the next line break instead.
 */
import { FRAME_BYTES_MAX, type Frame, type Framer, isBlank, makeHeld, withoutReturn } from "./frame.ts";

const NEWLINE = 10;
const QUOTE = 34;
const DELIMITERS = [",", "\t", ";", "|"] as const;

export function makeCsvFramer(): Framer {
  const held = makeHeld();
  let offset = 0;
  let line = 1;
  let startLine = 1;
  let delimiter = ",".charCodeAt(0);
  let header: Readonly<Record<string, string>> | undefined;
  let quoted = false;
  let fieldStart = true;
  let before = NEWLINE;

  const finish = (out: Frame[]): void => {
    const start = offset - held.length;
    const { bytes, cut } = held.take();
    const row = withoutReturn(bytes);
    const position = startLine;
    startLine = line;
    quoted = false;
    fieldStart = true;
    if (isBlank(row)) return;
    if (header === undefined) {
      const text = Buffer.from(row).toString();
      // PowerShell's Export-Csv writes the type of its objects above the header.
      if (text.startsWith("#TYPE ")) return;
      delimiter = delimiterOf(text);
      const mark = String.fromCharCode(delimiter);
      header = { header: text, ...(mark === "," ? {} : { delimiter: mark }) };
      return;
    }
    out.push({ bytes: row, offset: start, position, format: "csv", meta: cut ? { ...header, cut } : header });
  };

  return {
    push(chunk) {
      const out: Frame[] = [];
      let start = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at] ?? 0;
        if (byte === NEWLINE) {
          line += 1;
          const open = quoted && held.length + at - start < FRAME_BYTES_MAX;
          if (!open) {
            held.add(chunk.subarray(start, at));
            offset += at - start;
            finish(out);
            offset += 1;
            start = at + 1;
          }
        } else if (byte === QUOTE) {
          // A doubled quote closes and opens again: the same outcome.
          if (quoted) quoted = false;
          else if (fieldStart || before === QUOTE) quoted = true;
          fieldStart = false;
        } else {
          fieldStart = byte === delimiter && !quoted;
        }
        before = byte;
      }
      held.add(chunk.subarray(start));
      offset += chunk.length - start;
      return out;
    },
    end() {
      const out: Frame[] = [];
      finish(out);
      return out;
    },
  };
}

/** The candidate that the header holds most often. */
function delimiterOf(header: string): number {
  const counts = DELIMITERS.map((mark) => header.split(mark).length - 1);
  const best = counts.indexOf(Math.max(...counts));
  return (DELIMITERS[best] ?? ",").charCodeAt(0);
}
