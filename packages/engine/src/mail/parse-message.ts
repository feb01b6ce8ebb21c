/**
 * Bytes of one mail (RFC 5322, MIME) -> `MailMessage`.
 *
 * MP1. Never throws and never hangs: each character is looked at a bounded number of times, whatever the bytes are.
 * MP2. Size, headers, parts and depth have limits; what lies beyond is named in `remarks`.
 * MP3. A mail within the mail is a part of its own and its text is not the outer mail's text.
 */
import { type Instant, instant } from "@cordon/model/time";
import { addressParser, decodeWords } from "postal-mime";
import { bytesToBinary, decodeText, decodeTransfer } from "./body-text.ts";
import type { MailAddress, MailHeader, MailMessage, MailPart } from "./message.ts";
import { parseStructured, type Structured } from "./structured-header.ts";

/** Servers refuse larger mails as a rule (35 to 150 MB encoded); what is read of them is their beginning. */
export const MESSAGE_BYTES_MAX = 48 * 2 ** 20;
const HEADERS_MAX = 1_000;
const HEADER_CHARS_MAX = 64 * 1024;
/** Of all headers of one part together: real ones stay below 200 KiB, and each line costs memory of its own. */
const HEAD_CHARS_MAX = 2 * 2 ** 20;
/** Of all fields of one name together: a mail to a few thousand people. */
const ADDRESS_CHARS_MAX = 256 * 1024;
const PARTS_MAX = 400;
const DEPTH_MAX = 16;
/** All texts of a mail together. */
const TEXT_CHARS_MAX = 2 ** 20;
const ADDRESSES_MAX = 500;

export function parseMessage(bytes: Uint8Array): MailMessage {
  const remarks: string[] = [];
  if (bytes.length > MESSAGE_BYTES_MAX) remarks.push(`cut: ${bytes.length} bytes, ${MESSAGE_BYTES_MAX} are read`);
  const binary = bytesToBinary(bytes.subarray(0, MESSAGE_BYTES_MAX)).replace(/^(?:\xef\xbb\xbf)?[\r\n]*/, "");
  const { headers, body } = splitHead(binary, remarks);
  const leaves: Leaves = { text: [], html: [], parts: [], chars: 0, remarks };
  walk({ headers, body, depth: 0 }, leaves);
  return messageOfParts(headers, { ...leaves, text: leaves.text.join("\n"), html: leaves.html.join("\n") });
}

/** Also for exports that hold headers and bodies apart. */
export function messageOfParts(
  headers: readonly MailHeader[],
  body: Pick<MailMessage, "text" | "html" | "parts" | "remarks">,
): MailMessage {
  const first = (name: string): string | undefined => headers.find((header) => header.name === name)?.value;
  const said: string[] = [];
  const addresses = (name: string): readonly MailAddress[] => {
    let left = ADDRESS_CHARS_MAX;
    return headers
      .filter((header) => header.name === name)
      .flatMap(({ value }) => {
        const read = value.slice(0, Math.max(0, left));
        left -= value.length;
        const { list, commas } = read === "" ? NO_ADDRESSES : parseAddresses(read);
        if (commas && name === "from") said.push("From: a name holds a comma without quotes");
        return list;
      })
      .slice(0, ADDRESSES_MAX);
  };
  const { text, html, parts, remarks } = body;
  return {
    headers,
    from: addresses("from"),
    sender: addresses("sender"),
    replyTo: addresses("reply-to"),
    to: addresses("to"),
    cc: addresses("cc"),
    returnPath: returnPathOf(first("return-path")),
    subject: decodeHeader(first("subject") ?? ""),
    messageId: first("message-id")?.trim(),
    date: dateOf(first("date")),
    text,
    html,
    parts,
    remarks: [...remarks, ...said],
  };
}

interface Entity {
  readonly headers: readonly MailHeader[];
  readonly body: string;
  readonly depth: number;
}

interface Leaves {
  readonly text: string[];
  readonly html: string[];
  readonly parts: MailPart[];
  chars: number;
  readonly remarks: string[];
}

function splitHead(binary: string, remarks: string[]): { headers: readonly MailHeader[]; body: string } {
  const blank = /\r?\n\r?\n/.exec(binary);
  // A part without headers begins with its blank line.
  const none = /^\r?\n/.exec(binary);
  const end = none !== null ? 0 : (blank?.index ?? binary.length);
  if (end > HEAD_CHARS_MAX) remarks.push(`cut: headers of ${end} characters, ${HEAD_CHARS_MAX} are read`);
  const head = binary.slice(0, Math.min(end, HEAD_CHARS_MAX));
  const body =
    none !== null ? binary.slice(none[0].length) : blank === null ? "" : binary.slice(blank.index + blank[0].length);
  const headers: { name: string; value: string }[] = [];
  for (const line of head.split(/\r?\n/)) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      if (last.value.length < HEADER_CHARS_MAX) last.value += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(":");
    // The separator of mailboxes, and what is no header at all, is passed over.
    if (colon <= 0 || /[\s]/.test(line.slice(0, colon).trimEnd())) continue;
    if (headers.length >= HEADERS_MAX) {
      remarks.push(`cut: more than ${HEADERS_MAX} headers`);
      break;
    }
    headers.push({
      name: line.slice(0, colon).trimEnd().toLowerCase(),
      value: line.slice(colon + 1, HEADER_CHARS_MAX).trim(),
    });
  }
  return { headers, body };
}

function walk(entity: Entity, leaves: Leaves): void {
  if (leaves.parts.length + leaves.text.length + leaves.html.length >= PARTS_MAX) {
    if (!leaves.remarks.includes(TOO_MANY)) leaves.remarks.push(TOO_MANY);
    return;
  }
  const type = parseStructured(headerIn(entity, "content-type") ?? "text/plain");
  const boundary = type.parameters.get("boundary");
  if (type.value.startsWith("multipart/") && boundary !== undefined && boundary !== "") {
    if (entity.depth >= DEPTH_MAX) {
      leaves.remarks.push(`cut: parts nested deeper than ${DEPTH_MAX}`);
      return;
    }
    for (const piece of splitParts(entity.body, boundary)) {
      const { headers, body } = splitHead(piece, leaves.remarks);
      walk({ headers, body, depth: entity.depth + 1 }, leaves);
    }
    return;
  }
  leaf(entity, type, leaves);
}

const TOO_MANY = `cut: more than ${PARTS_MAX} parts`;

function leaf(entity: Entity, type: Structured, leaves: Leaves): void {
  const disposition = parseStructured(headerIn(entity, "content-disposition") ?? "");
  const name = disposition.parameters.get("filename") ?? type.parameters.get("name");
  const bytes = decodeTransfer(entity.body, headerIn(entity, "content-transfer-encoding") ?? "");
  const attachment = disposition.value === "attachment";
  const isText = type.value === "text/plain" || type.value === "text/html" || !type.value.includes("/");
  if (isText && !attachment && (name === undefined || entity.depth === 0)) {
    const text = decodeText(bytes, type.parameters.get("charset")).slice(0, Math.max(0, TEXT_CHARS_MAX - leaves.chars));
    leaves.chars += text.length;
    // Many senders declare no type, or a wrong one, for text that is plainly HTML.
    (type.value === "text/html" || /^\s*<(?:!doctype html|html|body|table|div|head)[\s>]/i.test(text)
      ? leaves.html
      : leaves.text
    ).push(text);
    return;
  }
  leaves.parts.push({
    type: type.value,
    name: name === undefined ? undefined : decodeHeader(name),
    attachment,
    inline: disposition.value === "inline" || headerIn(entity, "content-id") !== undefined,
    bytes,
  });
}

const headerIn = (entity: Entity, name: string): string | undefined =>
  entity.headers.find((header) => header.name === name)?.value;

/** Pieces between the lines of a boundary; a missing last line ends with the body. */
function splitParts(body: string, boundary: string): readonly string[] {
  const mark = `--${boundary}`;
  const pieces: string[] = [];
  let from = -1;
  for (let at = body.indexOf(mark); at >= 0 && pieces.length <= PARTS_MAX; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== "\n") continue;
    if (from >= 0) pieces.push(body.slice(from, at).replace(/\r?\n$/, ""));
    const line = body.indexOf("\n", at);
    from = line < 0 ? body.length : line + 1;
    if (body.startsWith("--", at + mark.length)) return pieces;
  }
  if (from >= 0 && from < body.length) pieces.push(body.slice(from));
  return pieces;
}

/** Raw UTF-8 in headers is read as such; encoded words are decoded. */
export function decodeHeader(value: string): string {
  const text = plainHeader(value);
  try {
    return decodeWords(text).slice(0, HEADER_CHARS_MAX);
  } catch {
    return text;
  }
}

const plainHeader = (value: string): string =>
  /[\x80-\xff]/.test(value) && !/[^\x00-\xff]/.test(value) ? decodeText(binary(value), undefined) : value;

const binary = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

interface ReadAddresses {
  readonly list: readonly MailAddress[];
  /** A name held a comma without quotes: `Doe, John <j@x.example>`. */
  readonly commas: boolean;
}

const NO_ADDRESSES: ReadAddresses = { list: [], commas: false };

function parseAddresses(value: string): ReadAddresses {
  try {
    const text = plainHeader(value);
    // What encoded words hold separates nothing (RFC 2047, 5): addresses are parted first. Some encode them all the same.
    const read = withNames(addressParser(text, { flatten: true }));
    if (!text.includes("=?") || read.list.some(({ address }) => address !== "")) return read;
    return withNames(addressParser(decodeHeader(text), { flatten: true }));
  } catch {
    return NO_ADDRESSES;
  }
}

/** An encoded word that a comma has cut. */
const OPEN_WORD = /=\?[^?\s]{1,40}\?[bq]\?[^?\s]*$/i;

/** A part without an address is the beginning of the next one's name. */
function withNames(parts: readonly { readonly name?: string; readonly address?: string | undefined }[]): ReadAddresses {
  const list: MailAddress[] = [];
  let [before, commas] = ["", false];
  for (const { name = "", address = "" } of parts.slice(0, ADDRESSES_MAX)) {
    const whole = [before, name.trim()].filter((part) => part !== "").join(OPEN_WORD.test(before) ? "," : ", ");
    if (address.trim() === "") {
      before = whole;
      continue;
    }
    commas ||= before !== "";
    list.push({ name: decodeHeader(whole).trim(), address: address.trim().toLowerCase() });
    before = "";
  }
  if (before !== "") list.push({ name: decodeHeader(before).trim(), address: "" });
  return { list, commas };
}

function returnPathOf(value: string | undefined): string | undefined {
  const found = value === undefined ? null : /<?\s*([^<>\s]*@[^<>\s]+)\s*>?/.exec(value);
  return found?.[1]?.toLowerCase();
}

function dateOf(value: string | undefined): Instant | undefined {
  if (value === undefined) return;
  const text = value
    .slice(0, 100)
    .replace(/\([^)]*\)/g, "")
    .trim();
  // Without a zone the machine's own would be taken, and the same mail would differ between machines.
  const zoned = /(?:[+-]\d{4}|[A-Z]{1,5})$/i.test(text) ? text : `${text} +0000`;
  const time = new Date(zoned).getTime();
  return Number.isFinite(time) ? instant(time) : undefined;
}
