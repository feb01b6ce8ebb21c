/**
 * Linux audit records: `[node=H ]type=T msg=audit(SEC.MS:SERIAL): k=v ...`. Enters: one line. Leaves: fields under
 * auditd's names, its time, and for EXECVE the arguments joined to one command line.
 *
 * A1. Values that the kernel hex-encodes (no quotes) are decoded; hex numbers such as SYSCALL a0..a3 are not.
 * A2. Long arguments come in pieces (`a1_len`, `a1[0]`, `a1[1]`): the pieces are joined.
 * A3. The enriched part after 0x1D (`UID="root"`) keeps its upper-case names.
 * A4. `msg='op=.. acct="x" res=success'` is opened: its pairs join the record's own, which win.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { type Instant, instant } from "@cordon/model/time";
import { FIELDS_MAX, setOwn } from "./decoded.ts";

interface AuditRecord {
  readonly raw: JsonObject;
  readonly time: Instant;
  readonly remarks: readonly string[];
}

const HEAD = /^(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,64}) msg=audit\((\d{1,12})\.(\d{1,3}):(\d{1,20})\):? ?/;

export function parseAudit(text: string): AuditRecord | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [whole, node, type = "", seconds, ms = "0", serial = ""] = head;
  const raw: Record<string, Json> = {};
  if (node !== undefined) raw.node = node;
  raw.type = type;
  raw.msg = `audit(${seconds}.${ms}:${serial})`;
  raw.serial = serial;
  const body = text.slice(whole.length).replace(/[\r\n]+$/, "");
  const mark = body.indexOf("\u001d");
  addPairs(raw, mark < 0 ? body : body.slice(0, mark), type);
  if (mark >= 0) addPairs(raw, body.slice(mark + 1), "");
  if (type === "EXECVE") joinArguments(raw);
  const time = instant(Number(seconds) * 1_000 + Number(ms.padEnd(3, "0")));
  const remarks = Object.keys(raw).length >= FIELDS_MAX ? [`cut: fields beyond ${FIELDS_MAX}`] : [];
  return { raw, time, remarks };
}

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

interface KeyValue {
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

/** Fields the kernel or user space writes through the untrusted-string encoder: quoted, or bare hex when it has odd bytes. */
const ENCODED = new Set(
  "comm exe name cwd proctitle cmd path data key acct dir file device vm ocomm old_name new_name ruleset exename sw comm_name old-disk new-disk".split(
    " ",
  ),
);

function addPairs(raw: Record<string, Json>, text: string, type: string): void {
  for (const { key, value, quote } of keyValuePairs(text)) {
    if (quote === "'" && key === "msg") {
      addPairs(raw, value, type);
    } else if (!Object.hasOwn(raw, key)) {
      setOwn(raw, key, quote === "" ? bareValue(key, value, type) : value);
    }
  }
}

function bareValue(key: string, value: string, type: string): string {
  const argument = type === "EXECVE" && /^a\d+(\[\d+\])?$/.test(key);
  if (!argument && !ENCODED.has(key)) return value;
  return fromHex(value) ?? value;
}

/** Upper-case hex of at least one byte; NULs between arguments become spaces. */
function fromHex(value: string): string | undefined {
  if (value.length < 2 || value.length % 2 !== 0 || !/^[0-9A-F]+$/.test(value)) return undefined;
  const bytes = new Uint8Array(value.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
  return new TextDecoder("utf-8").decode(bytes).replace(/\0+$/, "").replaceAll("\0", " ");
}

/** Arguments of one process that are joined; the kernel splits beyond that anyway. */
const ARGUMENTS_MAX = 1_000;

function joinArguments(raw: Record<string, Json>): void {
  const words: string[] = [];
  for (let i = 0; i < ARGUMENTS_MAX; i += 1) {
    const whole = raw[`a${i}`] ?? joinPieces(raw, i);
    if (typeof whole !== "string") break;
    words.push(whole);
  }
  if (words.length > 0) raw.command_line = words.join(" ");
}

function joinPieces(raw: Record<string, Json>, index: number): string | undefined {
  let text = "";
  for (let piece = 0; piece < ARGUMENTS_MAX; piece += 1) {
    const part = raw[`a${index}[${piece}]`];
    if (typeof part !== "string") break;
    text += part;
  }
  if (text === "") return undefined;
  raw[`a${index}`] = text;
  return text;
}
