/**
 * The only door to the terminal. Data goes to stdout, progress and errors to stderr.
 * O1. no control, escape, bidi or zero-width character of a log reaches a terminal: each is shown as \uXXXX.
 * O2. one JSON value a line under --json; the same characters are escaped inside JSON too.
 */
import { environment } from "../environment.ts";

/** C0 (but not in our own line ends), DEL, C1, zero-width, bidi controls, line separators, BOM, lone surrogates, tags. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/g;

/** Text from outside made safe for one line of a terminal. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (match) =>
    [...Array(match.length).keys()].map((at) => `\\u${match.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );
}

/** One JSON value on one line, with nothing in it that a terminal would act on. */
export function jsonLine(value: unknown): string {
  return safeText(JSON.stringify(value));
}

export interface Terminal {
  /** Data: one line on stdout. `text` must already be ours or safe. */
  line(text: string): void;
  json(value: unknown): void;
  /** Progress and remarks: lines on stderr, made safe here. */
  note(text: string): void;
  /** Overwritten status line on stderr; silent without a terminal. */
  progress(text: string): void;
  readonly width: number;
  paint(style: Style, text: string): string;
}

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
const CODES: Readonly<Record<Style, string>> = {
  bold: "1",
  dim: "2",
  red: "31",
  yellow: "33",
  green: "32",
  cyan: "36",
};
const WIDTH_DEFAULT = 120;

export function makeTerminal(
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): Terminal {
  const colour = out.isTTY === true && environment("NO_COLOR") === undefined && environment("TERM") !== "dumb";
  const live = err.isTTY === true && environment("TERM") !== "dumb";
  let pending = false;
  const clear = (): void => {
    if (pending) err.write("\r\u001b[K");
    pending = false;
  };
  return {
    line(text) {
      clear();
      out.write(`${text}\n`);
    },
    json(value) {
      clear();
      out.write(`${jsonLine(value)}\n`);
    },
    note(text) {
      clear();
      err.write(`${text.split("\n").map(safeText).join("\n")}\n`);
    },
    progress(text) {
      if (!live) return;
      err.write(`\r\u001b[K${safeText(text).slice(0, (err.columns ?? WIDTH_DEFAULT) - 1)}`);
      pending = true;
    },
    width: out.columns ?? WIDTH_DEFAULT,
    paint: (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text),
  };
}

export interface Column<T> {
  readonly head: string;
  readonly value: (row: T) => string;
  readonly right?: boolean;
  /** Longest cell; the rest is cut with an ellipsis. Absent: as wide as needed. */
  readonly max?: number;
  readonly style?: (row: T) => Style | undefined;
}

/** Rows under a header, columns aligned, every cell made safe. */
export function table<T>(terminal: Terminal, rows: readonly T[], columns: readonly Column<T>[]): void {
  const cells = rows.map((row) => columns.map((column) => cut(safeText(column.value(row)), column.max)));
  const widths = columns.map((column, at) =>
    Math.max(column.head.length, ...cells.map((line) => line[at]?.length ?? 0)),
  );
  const pad = (text: string, at: number): string => {
    const last = at === columns.length - 1;
    if (columns[at]?.right === true) return text.padStart(widths[at] ?? 0);
    return last ? text : text.padEnd(widths[at] ?? 0);
  };
  terminal.line(terminal.paint("bold", columns.map((column, at) => pad(column.head, at)).join("  ")));
  for (const [index, line] of cells.entries()) {
    const row = rows[index];
    terminal.line(
      line
        .map((text, at) => {
          const style = row === undefined ? undefined : columns[at]?.style?.(row);
          return style === undefined ? pad(text, at) : terminal.paint(style, pad(text, at));
        })
        .join("  "),
    );
  }
}

function cut(text: string, max: number | undefined): string {
  return max !== undefined && text.length > max ? `${text.slice(0, max - 1)}…` : text;
}
