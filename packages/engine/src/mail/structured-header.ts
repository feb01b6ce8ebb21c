/** `text/plain; charset=utf-8`, with quoted values and RFC 2231's split and encoded ones. Never throws. */
import { decodeText } from "./body-text.ts";

export interface Structured {
  /** Lower case. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const PARAMETERS_MAX = 64;
const PARAMETER = /;\s*([^\s=;]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g;

export function parseStructured(header: string): Structured {
  const end = header.indexOf(";");
  const value = (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  const pieces = new Map<string, { readonly order: number; readonly text: string; readonly encoded: boolean }[]>();
  let count = 0;
  for (const [, rawName = "", quoted, plain] of header.slice(Math.max(0, end)).matchAll(PARAMETER)) {
    count += 1;
    if (end < 0 || count > PARAMETERS_MAX) break;
    const text = quoted === undefined ? (plain ?? "").trim() : quoted.replace(/\\(.)/g, "$1");
    const split = /^([^*]+)\*(?:(\d{1,3})(\*?))?$/.exec(rawName.toLowerCase());
    if (split === null) {
      if (!parameters.has(rawName.toLowerCase())) parameters.set(rawName.toLowerCase(), text);
      continue;
    }
    const [, name = "", order, star] = split;
    const known = pieces.get(name) ?? [];
    pieces.set(name, known);
    known.push({ order: Number(order ?? 0), text, encoded: order === undefined || star === "*" });
  }
  for (const [name, parts] of pieces) parameters.set(name, joined(parts.toSorted((a, b) => a.order - b.order)));
  return { value, parameters };
}

function joined(parts: readonly { readonly text: string; readonly encoded: boolean }[]): string {
  const first = /^([^']*)'[^']*'/.exec(parts[0]?.text ?? "");
  const charset = first === null || first[1] === "" ? undefined : first[1];
  const text = parts
    .map((part, at) => (at === 0 && first !== null && part.encoded ? part.text.slice(first[0].length) : part.text))
    .join("");
  if (!parts.some(({ encoded }) => encoded)) return text;
  const binary = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (/[^\x00-\xff]/.test(binary)) return binary;
  return decodeText(
    Uint8Array.from(binary, (letter) => letter.charCodeAt(0)),
    charset,
  );
}
