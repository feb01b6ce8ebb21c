/** Pairs of `key=value` text, as audit records and many devices write them. */
import { FIELDS_MAX } from "./decoded.ts";

/** `key=value`, `key="value"`, `key='inner pairs'`; white space separates; words without `=` are skipped. */
export function keyValuePairs(text: string): readonly KeyValue[] {
  const pairs: KeyValue[] = [];
  let at = 0;
  while (at < text.length && pairs.length < FIELDS_MAX) {
    const equals = text.indexOf("=", at);
    if (equals < 0) break;
    const key = lastWord(text, at, equals);
    const mark = text[equals + 1];
    const quote = mark === '"' || mark === "'" ? mark : "";
    const end = quote === "" ? endOfWord(text, equals + 1) : closing(text, equals + 2, quote);
    if (key !== "") pairs.push({ key, value: text.slice(equals + 1 + quote.length, end), quote });
    at = Math.max(end + quote.length, equals + 1);
  }
  return pairs;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly quote: "" | '"' | "'";
}

function lastWord(text: string, from: number, to: number): string {
  let start = to;
  while (start > from && text.charCodeAt(start - 1) > 32 && text[start - 1] !== ",") start -= 1;
  return text.slice(start, to);
}

function endOfWord(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) > 32) end += 1;
  return end;
}

function closing(text: string, from: number, quote: string): number {
  const end = text.indexOf(quote, from);
  return end < 0 ? text.length : end;
}
