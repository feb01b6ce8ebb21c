/**
 * Raw record -> decoded objects. Enters: bytes and their framing. Leaves: objects under the source's own names, and
 * problems with their offsets.
 *
 * D1. Never throws and never drops: what has no form becomes text.
 * D2. The framing is bound by the input; only `auto`, `text` and message bodies are looked at.
 * D3. A list of events in one record (`Records`, `records`, a JSON array) is taken apart.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import { type Instant, instant } from "@cordon/model/time";
import { parseTime } from "../parse-time.ts";
import { auditEventOf } from "./audit-envelope.ts";
import { parseAudit } from "./auditd.ts";
import { parseCef } from "./cef.ts";
import { parseCsvRow } from "./csv.ts";
import {
  type Decoded,
  type DecodedForm,
  EVENT_CHARS_MAX,
  LIST_EVENTS_MAX,
  PARSE_CHARS_MAX,
  UNKNOWN_TEXT_MAX,
} from "./decoded.ts";
import { type DeviceLine, parseDeviceLine } from "./device-lines.ts";
import { decodeEvtxChunk } from "./evtx/evtx.ts";
import { type Meta, parseW3cRow, parseZeekRow } from "./headed-row.ts";
import { journaldEntry } from "./journald.ts";
import { decodeJson } from "./json.ts";
import { kubernetesOfCloud } from "./kubernetes-cloud.ts";
import { parseLeef } from "./leef.ts";
import { otlpRecords } from "./otlp.ts";
import { parseSnare } from "./snare.ts";
import { parseSyslog } from "./syslog.ts";
import type { DecodeText } from "./utf8.ts";
import { parseWebAccess } from "./web-access.ts";
import { withWindowsData } from "./windows-shipped.ts";
import { parseXmlEvent } from "./xml.ts";

export interface DecodeProblem {
  readonly reason: string;
  readonly offset?: number;
}

interface DecodedRecord {
  readonly decoded: readonly Decoded[];
  readonly problems: readonly DecodeProblem[];
  /** What is odd about the record, with nothing lost. */
  readonly remarks?: readonly DecodeProblem[];
}

export function decodeRecord(record: RawRecord, decodeText: DecodeText): DecodedRecord {
  const bytes = record.body.open();
  if (record.format === "evtx-chunk") return decodeEvtx(bytes, record);
  const { text, remark } = decodeText(bytes);
  const remarks = remark === undefined ? [] : [remark];
  if (text.length > PARSE_CHARS_MAX) {
    return whole(unknownText(text, [...remarks, `cut: a record of ${text.length} characters is not parsed`]));
  }
  switch (record.format) {
    case "json":
      return fromJson(text, remarks);
    case "csv":
      return whole(fromCsv(text, record, remarks));
    case "syslog":
      return whole(fromSyslog(text, record, remarks) ?? fromLine(text, record, remarks));
    case "text":
    case "auto":
      return fromText(text, record, remarks);
  }
}

/** Text that lay inside a record (shipped.ts), read as if it had come alone. */
export function decodeInner(text: string, record: RawRecord): DecodedRecord {
  return fromText(text, record, []);
}

const fromText = (text: string, record: RawRecord, remarks: readonly string[]): DecodedRecord =>
  JSON_START.test(text) ? fromJson(text, remarks) : whole(fromLine(text, record, remarks));

/** A bracket alone also begins many a line of text (`[Mon May 04 ..] [error]`). */
const JSON_START = /^\s*(?:\{|\[\s*(?:[[{"\]]|$))/;

const whole = (decoded: Decoded): DecodedRecord => ({ decoded: [decoded], problems: [] });

function decodeEvtx(bytes: Uint8Array, record: RawRecord): DecodedRecord {
  const chunks = Number(record.meta?.chunks ?? Number.NaN);
  const place = Number.isNaN(chunks) ? undefined : { slot: record.position, chunks };
  const { records, problems, remarks } = decodeEvtxChunk(bytes, place);
  // Whoever reads it knows the event records of a log; its chunks are ours to name.
  const inChunk = (reason: string): string => `chunk ${record.position}: ${reason}`;
  return {
    decoded: records.map(({ recordId, written, event, remarks: odd }) => ({
      raw: event,
      form: "evtx" as const,
      position: recordId,
      ...(written > 0 && { time: instant(written) }),
      remarks: odd ?? [],
    })),
    problems: problems.map(({ offset, reason, kind, recordId }) => {
      const id = recordId === undefined ? "" : ` ${recordId}`;
      return { offset, reason: inChunk(kind === "record" ? `event record${id} cannot be read (${reason})` : reason) };
    }),
    ...(remarks.length > 0 && { remarks: remarks.map(({ offset, reason }) => ({ offset, reason: inChunk(reason) })) }),
  };
}

/** Text of what nobody understands, kept searchable. */
export function unknownText(text: string, remarks: readonly string[]): Decoded {
  const cut = text.length > UNKNOWN_TEXT_MAX;
  const message = (cut ? text.slice(0, UNKNOWN_TEXT_MAX) : text).toWellFormed();
  const remark = `cut: text beyond ${UNKNOWN_TEXT_MAX} characters`;
  return { raw: { message }, form: "text", remarks: cut ? [...remarks, remark] : remarks };
}

function fromJson(text: string, remarks: readonly string[]): DecodedRecord {
  const result = decodeJson(text);
  if (result.kind === "not-json") return whole(unknownText(text, [...remarks, `not JSON: ${result.reason}`]));
  const all = result.remarks.length === 0 ? remarks : [...remarks, ...result.remarks];
  return { decoded: decodeValue(result.value, all), problems: [] };
}

/** The events that a JSON value is, when it came as a record of its own. */
export function decodeValue(value: Json, remarks: readonly string[]): readonly Decoded[] {
  const items = listOf(value);
  if (items !== undefined) return items.map((raw) => fromObject(raw, remarks));
  if (isJsonObject(value)) return [fromObject(value, remarks)];
  return [{ raw: { message: value }, form: "json", remarks: [...remarks, "a JSON value that is no object"] }];
}

function fromObject(raw: JsonObject, remarks: readonly string[]): Decoded {
  const opened = kubernetesOfCloud(raw, remarks) ?? auditEventOf(raw, remarks);
  if (opened !== undefined) return { ...opened, form: "json" };
  const number = raw.EventID ?? raw.event_id ?? raw.EventCode;
  const windows = number === undefined ? undefined : withWindowsData(raw);
  if (windows !== undefined) return { raw: windows, form: "json", remarks };
  return journaldEntry(raw, remarks) ?? { raw, form: "json", remarks };
}

/** The events of an array, or of an envelope that holds nothing but one. */
function listOf(value: Json): readonly JsonObject[] | undefined {
  if (Array.isArray(value)) return allObjects(value);
  if (!isJsonObject(value)) return undefined;
  const items = value.Records ?? value.records;
  if (items === undefined && value.resourceLogs !== undefined) return limited(otlpRecords(value.resourceLogs));
  // The answer of a search, saved.
  if (items === undefined && isJsonObject(value.hits))
    return Array.isArray(value.hits.hits) ? allObjects(value.hits.hits) : undefined;
  return Array.isArray(items) && Object.keys(value).length <= 2 ? allObjects(items) : undefined;
}

function allObjects(items: readonly Json[]): readonly JsonObject[] | undefined {
  return items.length > 0 && items.length <= LIST_EVENTS_MAX && items.every(isJsonObject) ? items : undefined;
}

const limited = (items: readonly JsonObject[] | undefined): readonly JsonObject[] | undefined =>
  items === undefined || items.length > LIST_EVENTS_MAX ? undefined : items;

function fromCsv(text: string, record: RawRecord, remarks: readonly string[]): Decoded {
  const header = record.meta?.header;
  if (header === undefined) return unknownText(text, [...remarks, "CSV row without a header"]);
  const row = rowOf(text, header, record.meta ?? {});
  // W3C logs keep the date and the time of day in columns of their own.
  const time = parseTime(`${String(row.raw.date ?? "")} ${String(row.raw.time ?? "")}`);
  const all = [...remarks, ...row.remarks];
  const opened = auditEventOf(row.raw, all);
  if (opened !== undefined) return { ...opened, form: "json" };
  const windows = row.raw.EventID === undefined ? undefined : withWindowsData(row.raw);
  return { raw: windows ?? row.raw, form: "csv", ...(time !== undefined && { time }), remarks: all };
}

function rowOf(text: string, header: string, meta: Meta): ReturnType<typeof parseCsvRow> {
  if (meta.dialect === "zeek") return parseZeekRow(text, header, meta);
  return meta.dialect === "w3c" ? parseW3cRow(text, header) : parseCsvRow(text, header, meta.delimiter ?? ",");
}

/** One line or message, by its beginning. */
function fromLine(text: string, record: RawRecord, remarks: readonly string[]): Decoded {
  const line = text.length > EVENT_CHARS_MAX ? text.slice(0, EVENT_CHARS_MAX) : text;
  const all = line === text ? remarks : [...remarks, `cut: text beyond ${EVENT_CHARS_MAX} characters`];
  const inner = fromBody(line, all);
  if (inner !== undefined) return inner;
  const access = parseWebAccess(line.trimEnd());
  if (access !== undefined) return { raw: access, form: "web-access", remarks: all };
  const device = parseDeviceLine(line.trimEnd(), "line");
  if (device !== undefined) return { ...device, remarks: all };
  return fromSyslog(line, record, all) ?? bareCisco(line, all) ?? unknownText(line, all);
}

/** `46: *May  4 10:20:30: %SYS-5-CONFIG_I: ..` without any syslog head. */
function bareCisco(line: string, remarks: readonly string[]): Decoded | undefined {
  const device = parseDeviceLine(line.trimEnd(), "message");
  return device && { ...device, remarks };
}

/** Forms that carry their own mark, bare or as the message of a syslog line. */
function fromBody(text: string, remarks: readonly string[]): Decoded | undefined {
  const body = text.charCodeAt(0) <= 32 ? text.trimStart() : text;
  switch (body.charAt(0)) {
    case "{": {
      const result = decodeJson(body);
      if (result.kind !== "value" || !isJsonObject(result.value)) return undefined;
      return { raw: result.value, form: "json", remarks: [...remarks, ...result.remarks] };
    }
    case "C":
      return made("cef", parseCef(body), remarks);
    case "L":
      return made("leef", parseLeef(body), remarks);
    case "M":
      return made("json", parseSnare(body), remarks);
    case "<":
      return body.startsWith("<Event") || body.startsWith("<?xml")
        ? made("xml", parseXmlEvent(body), remarks)
        : undefined;
    default: {
      const audit = body.includes("msg=audit(") ? parseAudit(body) : undefined;
      return audit && { raw: audit.raw, form: "auditd", time: audit.time, remarks: [...remarks, ...audit.remarks] };
    }
  }
}

function made(form: DecodedForm, raw: JsonObject | undefined, remarks: readonly string[]): Decoded | undefined {
  return raw && { raw, form, remarks };
}

/** Header fields beside the message; a message of a known form gives its fields, with the header under `syslog`. */
function fromSyslog(text: string, record: RawRecord, remarks: readonly string[]): Decoded | undefined {
  const parsed = parseSyslog(text, referenceTime(record));
  if (parsed === undefined) return undefined;
  const time = parsed.time === undefined ? {} : { time: parsed.time };
  const inner = fromBody(parsed.message.replace(TAGGED_JSON, ""), remarks);
  if (inner !== undefined) {
    const raw = Object.hasOwn(inner.raw, "syslog") ? inner.raw : { ...inner.raw, syslog: parsed.header };
    return { ...time, ...inner, raw };
  }
  const structured = windowsOfStructured(parsed);
  if (structured !== undefined) return { raw: structured, form: "json", ...time, remarks };
  const { program } = parsed.header;
  // `%ASA-6-302013: text` reads as a program and its message.
  const spoken =
    typeof program === "string" && program.startsWith("%") ? `${program}: ${parsed.message}` : parsed.message;
  const standing = program === undefined || spoken.includes("EventID=") ? "message" : "program";
  const access = WEB_SERVER.test(String(program)) ? fromWebServer(spoken.trimEnd()) : undefined;
  if (access !== undefined)
    return { raw: { ...access.raw, syslog: parsed.header }, form: access.form, ...time, remarks };
  const device = parseDeviceLine(spoken.trimEnd(), standing);
  if (device !== undefined) {
    const form = device.form === "key-value" && device.raw.EventID !== undefined ? "json" : device.form;
    return { raw: { ...device.raw, syslog: parsed.header }, form, ...time, remarks };
  }
  return { raw: { ...parsed.header, message: parsed.message }, form: "syslog", ...time, remarks };
}

/** A tag that no colon ends, before an object: `corelight_dns {".."}`. */
const TAGGED_JSON = /^[A-Za-z][\w-]{1,60} (?=\{")/;
/** Programs that send the lines of their logs as messages of syslog. */
const WEB_SERVER = /nginx|httpd|apache|squid|caddy|traefik|envoy/i;

function fromWebServer(text: string): DeviceLine | undefined {
  const access = parseWebAccess(text);
  if (access !== undefined) return { raw: access, form: "web-access" };
  const device = parseDeviceLine(text, "message");
  // Pairs are what such a program says of itself.
  return device?.form === "key-value" ? undefined : device;
}

/** NXLog's structured data is the event; text and head stand beside it. */
function windowsOfStructured({ header, message }: NonNullable<ReturnType<typeof parseSyslog>>): JsonObject | undefined {
  const { structured_data: elements, ...syslog } = header;
  if (!isJsonObject(elements)) return undefined;
  const event = Object.values(elements).find((one) => isJsonObject(one) && one.EventID !== undefined);
  if (!isJsonObject(event) || (event.Channel ?? event.SourceName) === undefined) return undefined;
  const { program, hostname } = syslog;
  const named = {
    ...(event.SourceName === undefined && program !== undefined && { SourceName: program }),
    ...(event.Hostname === undefined && hostname !== undefined && { Hostname: hostname }),
  };
  return { ...named, ...event, ...(message !== "" && event.Message === undefined && { Message: message }), syslog };
}

/** RFC 3164 has no year: the file's own time, where the source tells it, is a better reference than the time of reading. */
function referenceTime(record: RawRecord): Instant {
  const modified = Number(record.meta?.modifiedAt ?? Number.NaN);
  return Number.isFinite(modified) && modified > 0 && modified < record.receivedAt
    ? instant(modified)
    : record.receivedAt;
}
