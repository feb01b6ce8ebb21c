/**
 * Files of mail -> messages: EML, mbox, one message or lists of messages as Microsoft Graph and Gmail export them (JSON).
 *
 * MF1. Never throws. What is no mail is said in `unread`; the others of the file are read all the same.
 * MF2. A mbox is cut only at lines that begin with `From `, follow an empty line (or nothing) and carry a date or stand
 *      before a header: a quoted "From here on" in a letter cuts nothing.
 */
import { fromBase64 } from "@cordon/model/base64";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { binaryToBytes, bytesToBinary } from "./body-text.ts";
import type { MailHeader, MailMessage, MailPart } from "./message.ts";
import { messageOfParts, parseMessage } from "./parse-message.ts";

export interface MailFile {
  readonly messages: readonly { readonly where: string; readonly message: MailMessage }[];
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

/** Of one file; a larger one is a whole archive and is to be split by its owner. */
const MESSAGES_MAX = 200_000;
const MULTIPART_DEPTH_MAX = 16;
const SEPARATOR_CHARS_MAX = 256;

export function readMailFile(bytes: Uint8Array, name: string): MailFile {
  if (bytes.length === 0) return { messages: [], unread: [{ where: name, reason: "empty" }] };
  if (firstLetter(bytes) === "{" || firstLetter(bytes) === "[") {
    const read = readJson(bytes, name);
    if (read !== undefined) return read;
  }
  if (!startsWith(bytes, "From ")) return ofPieces([bytes], name);
  return ofPieces(splitMbox(bytes), name);
}

function ofPieces(pieces: readonly Uint8Array[], name: string): MailFile {
  const messages: { where: string; message: MailMessage }[] = [];
  const unread: { where: string; reason: string }[] = [];
  pieces.slice(0, MESSAGES_MAX).forEach((piece, at) => {
    const where = pieces.length === 1 ? name : `${name}#${at + 1}`;
    const message = parseMessage(piece);
    if (message.headers.length === 0) unread.push({ where, reason: "no headers: not a mail" });
    else messages.push({ where, message });
  });
  if (pieces.length > MESSAGES_MAX)
    unread.push({ where: name, reason: `only the first ${MESSAGES_MAX} mails are read` });
  return { messages, unread };
}

/** MF2; `>From ` at the beginning of a line is unquoted by one. */
export function splitMbox(bytes: Uint8Array): readonly Uint8Array[] {
  const text = bytesToBinary(bytes);
  const starts: number[] = [];
  for (const { index, 0: line } of text.matchAll(/^From [^\r\n]*\r?$/gm)) {
    const follows = index === 0 || /\n\r?\n$/.test(text.slice(Math.max(0, index - 3), index));
    const head = line.slice(0, SEPARATOR_CHARS_MAX);
    const dated = /\b\d{1,2}:\d{2}(?::\d{2})?\b.*\b\d{4}\b|\b\d{4}\b.*\b\d{1,2}:\d{2}/.test(head);
    const header = /^\r?\n[!-9;-~]+:[ \t]?/.test(
      text.slice(index + line.replace(/\r$/, "").length, index + line.length + 200),
    );
    if (follows && (dated || header)) starts.push(index);
  }
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((from, at) =>
    binaryToBytes(text.slice(from, starts[at + 1] ?? text.length).replace(/^>(>*From )/gm, "$1")),
  );
}

function firstLetter(bytes: Uint8Array): string {
  const from = startsWith(bytes, "\xef\xbb\xbf") ? 3 : 0;
  const at = bytes.subarray(from, from + 64).findIndex((byte) => byte > 32);
  return at < 0 ? "" : String.fromCharCode(bytes[from + at] ?? 0);
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  text.length <= bytes.length && [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));

function readJson(bytes: Uint8Array, name: string): MailFile | undefined {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
  const items = Array.isArray(value) ? value : listIn(value);
  const messages: { where: string; message: MailMessage }[] = [];
  const unread: { where: string; reason: string }[] = [];
  items.slice(0, MESSAGES_MAX).forEach((item, at) => {
    const where = items.length === 1 ? name : `${name}#${at + 1}`;
    const message = isJsonObject(item) ? messageOfJson(item) : undefined;
    if (message === undefined) unread.push({ where, reason: "neither a Graph nor a Gmail message" });
    else messages.push({ where, message });
  });
  return { messages, unread };
}

function listIn(value: Json): readonly Json[] {
  if (!isJsonObject(value)) return [value];
  for (const key of ["value", "messages"]) {
    const list = value[key];
    if (Array.isArray(list)) return list;
  }
  return [value];
}

function messageOfJson(item: JsonObject): MailMessage | undefined {
  if (typeof item.raw === "string") return parseMessage(fromBase64(item.raw));
  if (isJsonObject(item.payload)) return ofGmail(item.payload);
  if ("body" in item || "internetMessageHeaders" in item || "bodyPreview" in item) return ofGraph(item);
  return undefined;
}

interface Bodies {
  readonly text: string[];
  readonly html: string[];
  readonly parts: MailPart[];
}

function ofGmail(payload: JsonObject): MailMessage {
  const bodies: Bodies = { text: [], html: [], parts: [] };
  collectGmail(payload, bodies, 0);
  return build(namedValues(payload.headers), bodies);
}

function collectGmail(part: JsonObject, into: Bodies, depth: number): void {
  const type = textOf(part.mimeType).toLowerCase();
  const bytes = isJsonObject(part.body) ? fromBase64(textOf(part.body.data)) : new Uint8Array(0);
  const name = textOf(part.filename);
  const children = Array.isArray(part.parts) ? part.parts.filter(isJsonObject) : [];
  if (children.length > 0) {
    if (depth < MULTIPART_DEPTH_MAX) for (const child of children) collectGmail(child, into, depth + 1);
    return;
  }
  if (name === "" && type === "text/html") into.html.push(new TextDecoder().decode(bytes));
  else if (name === "" && type.startsWith("text/")) into.text.push(new TextDecoder().decode(bytes));
  else into.parts.push({ type, name: name === "" ? undefined : name, attachment: name !== "", inline: false, bytes });
}

function ofGraph(item: JsonObject): MailMessage {
  const bodies: Bodies = { text: [], html: [], parts: [] };
  const body = isJsonObject(item.body) ? item.body : {};
  const content = textOf(body.content) || textOf(item.bodyPreview);
  if (textOf(body.contentType).toLowerCase() === "html") bodies.html.push(content);
  else bodies.text.push(content);
  for (const one of Array.isArray(item.attachments) ? item.attachments.filter(isJsonObject) : []) {
    const name = textOf(one.name);
    const bytes = fromBase64(textOf(one.contentBytes));
    const type = textOf(one.contentType).toLowerCase();
    bodies.parts.push({
      type,
      name: name === "" ? undefined : name,
      attachment: one.isInline !== true,
      inline: one.isInline === true,
      bytes,
    });
  }
  const headers = namedValues(item.internetMessageHeaders);
  const known = new Set(headers.map(({ name }) => name));
  return build([...headers, ...graphHeaders(item).filter(({ name }) => !known.has(name))], bodies);
}

function graphHeaders(item: JsonObject): readonly MailHeader[] {
  const mailbox = (value: Json | undefined): string => {
    const address = isJsonObject(value) && isJsonObject(value.emailAddress) ? value.emailAddress : {};
    const name = textOf(address.name).replace(/["\\\r\n]/g, " ");
    return `"${name}" <${textOf(address.address)}>`;
  };
  const list = (value: Json | undefined): string => (Array.isArray(value) ? value.map(mailbox).join(", ") : "");
  const found = [
    ["from", item.from === undefined ? "" : mailbox(item.from)],
    ["sender", item.sender === undefined ? "" : mailbox(item.sender)],
    ["reply-to", list(item.replyTo)],
    ["to", list(item.toRecipients)],
    ["cc", list(item.ccRecipients)],
    ["subject", textOf(item.subject)],
    ["message-id", textOf(item.internetMessageId)],
    ["date", textOf(item.sentDateTime) || textOf(item.receivedDateTime)],
  ] as const;
  return found.filter(([, value]) => value !== "").map(([name, value]) => ({ name, value }));
}

function build(headers: readonly MailHeader[], { text, html, parts }: Bodies): MailMessage {
  return messageOfParts(headers, { text: text.join("\n"), html: html.join("\n"), parts, remarks: [] });
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

const namedValues = (list: Json | undefined): readonly MailHeader[] =>
  (Array.isArray(list) ? list.filter(isJsonObject) : []).map((header) => ({
    name: textOf(header.name).toLowerCase(),
    value: textOf(header.value).replace(/\r?\n[ \t]*/g, " "),
  }));
