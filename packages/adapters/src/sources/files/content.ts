/**
 * What a file holds, by its first bytes and its name.
 * In: name and head of the (decompressed) content. Out: the container to open, the framer to use, or why neither fits.
 * Magic bytes come before names: a wrong name must not turn an EVTX file into lines of noise.
 */

import { makeCsvFramer } from "../framing/csv.ts";
import { EVTX_CHUNK_MAGIC, EVTX_FILE_MAGIC, makeEvtxFramer } from "../framing/evtx.ts";
import type { Framer } from "../framing/frame.ts";
import { makeJsonFramer } from "../framing/json.ts";
import { withLineRecords } from "../framing/line-records.ts";
import { makeLineFramer } from "../framing/lines.ts";
import { isXmlEvents, makeXmlEventFramer } from "../framing/xml-events.ts";

export type Content =
  | { readonly kind: "gzip" | "zstd" | "zip" }
  /** `encoding`: what has to be turned into UTF-8 first; `skip`: length of the byte order mark. */
  | {
      readonly kind: "frames";
      readonly framer: Framer;
      readonly encoding?: "utf-16le" | "utf-16be";
      readonly skip: number;
    }
  | { readonly kind: "empty" }
  | { readonly kind: "unknown"; readonly reason: string };

/** Logs whose columns are named in lines of their own (line-header.ts), whatever the ending of their name. */
const NAMES_COLUMNS = /^#(?:separator |Software:|Version:|Fields:|Date:)/;
/** Enough for every magic and for a look at the first line. */
export const HEAD_BYTES = 4096;

/** `start`: the first bytes, of which these many are looked at. */
export function contentOf(name: string, start: Uint8Array): Content {
  const head = start.subarray(0, HEAD_BYTES);
  if (head.length === 0) return { kind: "empty" };
  if (startsWith(head, [0x1f, 0x8b])) return { kind: "gzip" };
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return { kind: "zstd" };
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return { kind: "zip" };
  if (startsWith(head, Buffer.from(EVTX_FILE_MAGIC))) return { kind: "frames", framer: makeEvtxFramer(true), skip: 0 };
  if (startsWith(head, Buffer.from(EVTX_CHUNK_MAGIC)))
    return { kind: "frames", framer: makeEvtxFramer(false), skip: 0 };
  if (startsWith(head, [0xff, 0xfe]))
    return textContent(name, utf8Of(head, "utf-16le"), { encoding: "utf-16le", skip: 2 });
  if (startsWith(head, [0xfe, 0xff]))
    return textContent(name, utf8Of(head, "utf-16be"), { encoding: "utf-16be", skip: 2 });
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return textContent(name, head.subarray(3), { skip: 3 });
  if (isWideText(head)) return textContent(name, utf8Of(head, "utf-16le"), { encoding: "utf-16le", skip: 0 });
  const bad = whyNotText(name, head);
  return bad === undefined ? textContent(name, head, { skip: 0 }) : { kind: "unknown", reason: bad };
}

/**
 * The same for those who read line by line: where the first two lines are an object each, every line is taken for one, which is
 * several times faster than following brackets. A value over several lines is no such file.
 */
export function lineContentOf(name: string, start: Uint8Array): Content {
  const content = contentOf(name, start);
  const plain = content.kind === "frames" && content.encoding === undefined;
  if (!plain || !looksLikeJson(start.subarray(content.skip, HEAD_BYTES))) return content;
  const text = Buffer.from(start.subarray(content.skip)).toString("utf8");
  const [first = "", second = "", ...more] = text.split("\n", 3);
  return more.length > 0 && isBareObject(first) && isBareObject(second)
    ? { ...content, framer: makeLineFramer() }
    : content;
}

/** An object that is a record itself: a wrapper of records is taken apart by the framer of JSON. */
function isBareObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && !WRAPPERS.some((name) => Object.hasOwn(value, name));
  } catch {
    return false;
  }
}

const WRAPPERS = ["Records", "records", "value"];

function textContent(
  name: string,
  head: Uint8Array,
  how: { readonly encoding?: "utf-16le" | "utf-16be"; readonly skip: number },
): Content {
  const lower = name.toLowerCase();
  const csv = lower.endsWith(".csv") || lower.endsWith(".tsv");
  if (csv && !NAMES_COLUMNS.test(Buffer.from(head).toString("latin1")))
    return { kind: "frames", framer: makeCsvFramer(), ...how };
  if (isXmlEvents(Buffer.from(head).toString("latin1")))
    return { kind: "frames", framer: withLineRecords(makeXmlEventFramer()), ...how };
  return { kind: "frames", framer: looksLikeJson(head) ? makeJsonFramer() : withLineRecords(makeLineFramer()), ...how };
}

/** An object with a key, or a list that begins with one: a bracket alone also begins many a line of text. */
function looksLikeJson(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString("latin1").trimStart();
  return /^\{\s*(["}]|$)/.test(text) || /^\[\s*([{\]["]|$)/.test(text);
}

function whyNotText(name: string, head: Uint8Array): string | undefined {
  if (name.toLowerCase().endsWith(".evtx")) {
    return head.every((byte) => byte === 0)
      ? "the file holds only zeros"
      : "not an EVTX file: the signature ElfFile is missing";
  }
  return head.includes(0) && !mostlyText(head) ? "binary content in no format that is known here" : undefined;
}

/** Above this share of bytes that no text has, a head with NULs is a program or an image and not a log. */
const NOT_TEXT_SHARE_MAX = 0.1;

/**
 * A log may hold NULs: copytruncate leaves a run of them, and an attacker may write one to have the rest passed over.
 * So NULs themselves do not count; what decides is how much of the rest is neither text nor UTF-8.
 */
function mostlyText(head: Uint8Array): boolean {
  const rest = head.filter((byte) => byte !== 0);
  const text = new TextDecoder("utf-8").decode(rest);
  const odd = [...text].filter((letter) => NOT_TEXT.test(letter)).length;
  return odd <= text.length * NOT_TEXT_SHARE_MAX;
}

/** Replacement character, and controls other than tab, line ends, form feed and escape. */
const NOT_TEXT = /[\ufffd\u0001-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

/** UTF-16 without a byte order mark, as Windows tools write it: plain letters, each followed by a zero. */
function isWideText(head: Uint8Array): boolean {
  const start = head.subarray(0, 64);
  return start.length >= 4 && start.every((byte, index) => (index % 2 === 1 ? byte === 0 : byte !== 0 && byte < 128));
}

function startsWith(head: Uint8Array, magic: ArrayLike<number>): boolean {
  return head.length >= magic.length && Array.from(magic).every((byte, index) => head[index] === byte);
}

function utf8Of(head: Uint8Array, encoding: string): Uint8Array {
  return Buffer.from(new TextDecoder(encoding).decode(head));
}
