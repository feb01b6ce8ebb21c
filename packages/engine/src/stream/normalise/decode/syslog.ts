/**
 * Syslog messages: RFC 5424 with structured data, RFC 3164 with or without priority, and the ISO-time form that rsyslog
 * writes to files. Enters: one message. Leaves: header fields and the message, or undefined when it is not syslog.
 *
 * S1. RFC 3164 has no year: the newest year in which the time is not more than a day ahead of the reference time.
 * S2. RFC 3164 has no zone: UTC, unless the record says otherwise.
 * S3. The message keeps its bytes; only a leading BOM and trailing line ends go.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { DAY, type Instant, instant } from "@cordon/model/time";
import { daysFromCivil, daysInMonth, monthNumber, parseTime } from "../parse-time.ts";
import { setOwn } from "./decoded.ts";

interface SyslogMessage {
  /** `priority, facility, severity, timestamp, hostname, program, pid, msgid, structured_data`: what is present. */
  readonly header: JsonObject;
  readonly message: string;
  readonly time?: Instant;
}

const FACILITIES =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7".split(
    " ",
  );
const SEVERITIES = "emerg alert crit err warning notice info debug".split(" ");

/** Structured data longer than this is not parsed further: it stays in the message. */
const ELEMENTS_MAX = 64;

/** Cisco routers count their messages and mark a clock that is not set: `46: *May  4 10:20:30`. */
const SEQUENCE = /^(?:\d{1,10}: )?(?:\d{1,10}: )?[*.]?(?=[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:)/;

export function parseSyslog(text: string, reference: Instant): SyslogMessage | undefined {
  const line = text.replace(/[\r\n\0]+$/, "");
  const priority = /^<(\d{1,3})>/.exec(line);
  const code = priority === null ? undefined : Number(priority[1]);
  if (code !== undefined && code > 191) return undefined;
  const header: Record<string, Json> = {};
  if (code !== undefined) {
    header.priority = code;
    header.facility = FACILITIES[code >> 3] ?? String(code >> 3);
    header.severity = SEVERITIES[code & 7] ?? String(code & 7);
  }
  const rest = line.slice(priority?.[0].length ?? 0).replace(SEQUENCE, "");
  if (code !== undefined && /^\d{1,2} /.test(rest)) {
    const modern = rfc5424(rest, header);
    if (modern !== undefined) return modern;
  }
  return rfc3164(rest, header, reference) ?? (code === undefined ? undefined : { header, message: rest });
}

const HEADER_5424 = /^(\d{1,2}) (\S+) (\S{1,255}) (\S{1,255}) (\S{1,255}) (\S{1,255})(?: |$)/;

function rfc5424(rest: string, header: Record<string, Json>): SyslogMessage | undefined {
  const found = HEADER_5424.exec(rest);
  if (found === null) return undefined;
  const [whole, , timestamp = "-", ...names] = found;
  const time = timestamp === "-" ? undefined : parseTime(timestamp);
  if (timestamp !== "-" && time === undefined) return undefined;
  header.version = Number(found[1]);
  if (timestamp !== "-") header.timestamp = timestamp;
  for (const [i, key] of ["hostname", "program", "pid", "msgid"].entries()) {
    const value = names[i];
    if (value !== undefined && value !== "-") header[key] = value;
  }
  const { data, next } = structuredData(rest, whole.length);
  if (data !== undefined) header.structured_data = data;
  // Juniper names its element by the platform: `junos@2636.1.1.1.2.129`.
  const junos = data === undefined ? undefined : Object.keys(data).find((id) => id.startsWith("junos@"));
  if (data !== undefined && junos !== undefined) header.junos = data[junos] ?? {};
  const message = rest.slice(next).replace(/^ ?\uFEFF?/, "");
  return { header, message, ...(time !== undefined && { time }) };
}

/** `[id name="value" ...]...` or `-`. What does not parse stays in the message. */
function structuredData(text: string, start: number): { data?: JsonObject; next: number } {
  if (text[start] === "-") return { next: start + 1 };
  const data: Record<string, Json> = {};
  let at = start;
  for (let elements = 0; text[at] === "[" && elements < ELEMENTS_MAX; elements += 1) {
    const element = structuredElement(text, at + 1);
    if (element === undefined) break;
    const known = Object.hasOwn(data, element.id) ? data[element.id] : undefined;
    setOwn(data, element.id, known === undefined ? element.params : { ...(known as JsonObject), ...element.params });
    at = element.next;
  }
  return at === start ? { next: start } : { data, next: at };
}

function structuredElement(text: string, start: number): { id: string; params: JsonObject; next: number } | undefined {
  const id = /^[^\s=\]"]{1,128}/.exec(text.slice(start, start + 130))?.[0];
  if (id === undefined) return undefined;
  const params: Record<string, Json> = {};
  let at = start + id.length;
  while (text[at] === " ") {
    const name = /^[^\s=\]"]{1,128}="/.exec(text.slice(at + 1, at + 132))?.[0];
    if (name === undefined) return undefined;
    const value = quoted(text, at + 1 + name.length);
    if (value === undefined) return undefined;
    setOwn(params, name.slice(0, -2), value.value);
    at = value.next;
  }
  return text[at] === "]" ? { id, params, next: at + 1 } : undefined;
}

/** Up to the closing quote; `\"`, `\\` and `\]` are unescaped, other backslashes are literal (RFC 5424, 6.3.3). */
function quoted(text: string, start: number): { value: string; next: number } | undefined {
  let value = "";
  let from = start;
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') return { value: value + text.slice(from, i), next: i + 1 };
    if (char !== "\\") continue;
    const next = text[i + 1];
    if (next === '"' || next === "\\" || next === "]") {
      value += text.slice(from, i);
      from = i + 1;
      i += 1;
    }
  }
  return undefined;
}

const BSD_TIME = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?:? /;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?) /;
/** Characters of JSON, XML and key=value are no part of a program name: such a body has no tag. */
const TAG = /^(?!CEF:|LEEF:)([^\s:[\]{}"'=<>|]{1,64})(?:\[([^\]]{1,32})\])?: ?/;
/** Log levels after an ISO time belong to application logs, which are no syslog. */
const LEVEL = /^\[?(?:trace|debug|info|notice|warn|warning|error|err|fatal|critical|severe)\]?:?$/i;

function rfc3164(rest: string, header: Record<string, Json>, reference: Instant): SyslogMessage | undefined {
  const bsd = BSD_TIME.exec(rest);
  const iso = bsd === null ? ISO_TIME.exec(rest) : null;
  const time = bsd === null ? parseTime(iso?.[1]) : bsdTime(bsd, reference);
  const stamp = bsd ?? iso;
  if (stamp === null || time === undefined) return undefined;
  header.timestamp = stamp[0].trim();
  let at = stamp[0].length;
  const host = /^(\S{1,255}) /.exec(rest.slice(at));
  // `Mmm dd hh:mm:ss prog[1]: text`: some relays leave the host out.
  if (header.priority === undefined && iso !== null && LEVEL.test(host?.[1] ?? "")) return undefined;
  if (host !== null && !TAG.test(`${host[1]} `)) {
    header.hostname = host[1] ?? "";
    at += host[0].length;
  }
  const tag = TAG.exec(rest.slice(at));
  if (tag === null && header.priority === undefined && iso !== null) return undefined;
  if (tag !== null) {
    header.program = tag[1] ?? "";
    if (tag[2] !== undefined) header.pid = tag[2];
    at += tag[0].length;
  }
  return { header, message: rest.slice(at).replace(/^\uFEFF/, ""), time };
}

function bsdTime(found: RegExpExecArray, reference: Instant): Instant | undefined {
  const [, name = "", day = "", year, hour = "", minute = "", second = "", fraction = ""] = found;
  const month = monthNumber(name);
  if (month === 0) return undefined;
  const ofDay =
    Number(hour) * 3_600_000 +
    Number(minute) * 60_000 +
    Number(second) * 1_000 +
    Math.floor(Number(`0.${fraction === "" ? "0" : fraction}`) * 1_000 + 1e-6);
  const at = (inYear: number): Instant | undefined => {
    if (Number(day) < 1 || Number(day) > daysInMonth(inYear, month)) return undefined;
    return instant(daysFromCivil(inYear, month, Number(day)) * DAY + ofDay);
  };
  if (year !== undefined) return at(Number(year));
  const newest = new Date(reference + DAY).getUTCFullYear();
  // Eight years back: 29 February may be that far away (1900 and 2100 are no leap years).
  for (let candidate = newest; candidate >= newest - 8; candidate -= 1) {
    const time = at(candidate);
    if (time !== undefined && time <= reference + DAY) return time;
  }
  return undefined;
}
