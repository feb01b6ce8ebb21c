/**
 * Records of which no mapping knows anything: what a shipper or a store wrapped may be known. Enters: a decoded record. Leaves:
 * what it may hold, the likeliest first, each to be asked again; nothing where the record is no envelope.
 *
 * H1. Only what nobody recognised is opened: a record that a mapping knows is never taken for an envelope.
 * H2. Text that was kept as it came (`_raw`, `event.original`, `full_log`) is opened always; a message only where every name
 *     around it is one that shippers add, or where the name of the program stands beside it.
 * H3. What stood around the event stays beside it, under `envelope`.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import type { RawRecord } from "@cordon/model/record";
import type { Instant } from "@cordon/model/time";
import { scalarText } from "../field-path.ts";
import { parseTime } from "../parse-time.ts";
import { auditObject } from "./audit-objects.ts";
import { decodeInner } from "./decode.ts";
import { type Decoded, setOwn } from "./decoded.ts";
import { openWindowsEnvelope, withWindowsData } from "./windows-shipped.ts";

export interface Shipped {
  readonly decoded: Decoded;
  /** The host that the envelope names. */
  readonly host: string | undefined;
}

export function* openShipped(decoded: Decoded, record: RawRecord): Iterable<Shipped> {
  const { raw, form } = decoded;
  if (form !== "json" && form !== "csv") return;
  // Read only where something is opened: nearly nothing is.
  const timeAround = (): Instant | undefined => timeOf(raw) ?? decoded.time;
  const made = (inner: Decoded): Shipped => ({ decoded: inner, host: hostOf(raw) });
  const object = (inner: JsonObject): Shipped => {
    const time = timeAround();
    return made({ raw: inner, form: "json", ...(time !== undefined && { time }), remarks: decoded.remarks });
  };
  const windows = openWindowsEnvelope(raw);
  if (windows !== undefined) yield object(windows);
  const audit = auditObject(raw);
  if (audit !== undefined) {
    const at = audit.time ?? timeAround();
    yield made({ raw: audit.raw, form: "auditd", ...(at !== undefined && { time: at }), remarks: decoded.remarks });
  }
  const gelf = openGelf(raw);
  if (gelf !== undefined) yield object(withWindowsData(gelf) ?? gelf);
  const inside = objectInside(raw);
  if (inside !== undefined) yield object(inside);
  const text = textInside(raw);
  if (text !== undefined) {
    const inner = fromText(text, record, timeAround());
    if (inner !== undefined) yield made(withEnvelope(inner, text.envelope, decoded.remarks));
  }
  const line = namedLine(raw);
  if (line !== undefined) yield { ...object(line), decoded: { ...object(line).decoded, form: "syslog" } };
}

const TIME_KEYS = ["@timestamp", "timestamp", "_time", "time", "date", "ts"];

function timeOf(raw: JsonObject): Instant | undefined {
  for (const key of TIME_KEYS) {
    const time = parseTime(raw[key]);
    if (time !== undefined) return time;
  }
  return undefined;
}

function hostOf(raw: JsonObject): string | undefined {
  for (const value of [raw.host, raw.hostname, raw.logsource, raw.computer, raw._HOSTNAME, raw.agent]) {
    const text = scalarText(isJsonObject(value) ? (value.name ?? value.hostname) : value);
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

/** Graylog's form: names of the sender begin with `_`, by its specification. */
function openGelf(raw: JsonObject): JsonObject | undefined {
  if (typeof raw.short_message !== "string" || (raw.version ?? raw.host) === undefined) return undefined;
  const opened: Record<string, Json> = {};
  for (const key of Object.keys(raw)) setOwn(opened, key.startsWith("_") ? key.slice(1) : key, raw[key] ?? null);
  return { message: raw.short_message, ...opened };
}

/** A hit of a search, an event of Splunk's collector, the body of a log record. */
function objectInside(raw: JsonObject): JsonObject | undefined {
  for (const [key, isEnvelope] of OBJECTS) {
    const inner = raw[key];
    if (!isJsonObject(inner) || !isEnvelope(raw)) continue;
    const { [key]: _, ...envelope } = raw;
    const opened = openWindowsEnvelope(inner) ?? inner;
    return withWindowsData(opened) ?? { ...opened, envelope };
  }
  return undefined;
}

const OTEL = "attributes Attributes resource Resource severityText severity_text".split(" ");
/** What Splunk's collector takes beside an event. */
const COLLECTOR: ReadonlySet<string> = new Set("event fields host index source sourcetype time".split(" "));
const isLogRecord = (raw: JsonObject): boolean => OTEL.some((key) => raw[key] !== undefined);
const OBJECTS: readonly (readonly [key: string, isEnvelope: (raw: JsonObject) => boolean])[] = [
  ["_source", (raw) => (raw._index ?? raw._id) !== undefined],
  ["event", (raw) => Object.keys(raw).every((key) => COLLECTOR.has(key))],
  ["body", isLogRecord],
  ["Body", isLogRecord],
  // The target under which a shipper was told to put what it decoded.
  ["json", (raw) => Object.keys(raw).every((key) => key === "json" || AROUND.has(key))],
];

interface Text {
  readonly text: string;
  readonly envelope: JsonObject;
}

const MESSAGES = ["message", "log", "event", "body", "Body", "line", "MESSAGE", "msg"];

/** Names that shippers put around a line. */
const AROUND: ReadonlySet<string> = new Set(
  "@timestamp @version _id _index _p _raw _time agent attributes aws beat body Body Attributes Resource Timestamp cloud container container_id container_name data_stream date docker ecs elastic_agent envelope event eventId extractedFields file fields fileset filename host hostname index ingestionTime input kubernetes labels level line linecount log logGroup logStream logStreamName logtag message MESSAGE metadata msg offset orchestrator path port prospector resource service severity severityText severity_text source source_ip source_type sourcetype splunk_server stream tag tags time time_nano timestamp ts type".split(
    " ",
  ),
);

function textInside(raw: JsonObject): Text | undefined {
  for (const key of ["_raw", "full_log"]) {
    const text = raw[key];
    if (typeof text !== "string" || text.length < 2) continue;
    const { [key]: _, ...envelope } = raw;
    return { text, envelope };
  }
  const original = isJsonObject(raw.event) ? raw.event.original : raw["event.original"];
  if (typeof original === "string" && original.length > 1) return { text: original, envelope: raw };
  if (!Object.keys(raw).every((key) => AROUND.has(key))) return undefined;
  for (const key of MESSAGES) {
    const text = raw[key];
    if (typeof text !== "string" || text.length < 2) continue;
    const { [key]: _, ...envelope } = raw;
    return { text, envelope };
  }
  return undefined;
}

/** The one event that a text is, if it has a form of its own. */
function fromText({ text }: Text, record: RawRecord, time: Instant | undefined): Decoded | undefined {
  const classic = classicText(text);
  if (classic !== undefined) return { raw: classic, form: "json", ...(time !== undefined && { time }), remarks: [] };
  // Times without a year are read beside the time of the envelope.
  const meta = time === undefined ? {} : { meta: { ...record.meta, modifiedAt: String(time) } };
  const [inner, ...more] = decodeInner(text, { ...record, ...meta }).decoded;
  if (inner === undefined || more.length > 0) return undefined;
  return inner.time === undefined && time !== undefined ? { ...inner, time } : inner;
}

function withEnvelope(inner: Decoded, envelope: JsonObject, remarks: readonly string[]): Decoded {
  const raw = Object.hasOwn(inner.raw, "envelope") ? inner.raw : { ...inner.raw, envelope };
  return { ...inner, raw, remarks: [...remarks, ...inner.remarks] };
}

const CLASSIC = /^[^\n]{8,60}\nLogName=/;

/** Splunk's rendering of a Windows event: pairs in lines, the last of them the rendered text. */
function classicText(text: string): JsonObject | undefined {
  if (!CLASSIC.test(text)) return undefined;
  const raw: Record<string, Json> = {};
  const end = text.indexOf("\nMessage=");
  for (const line of text
    .slice(0, end < 0 ? text.length : end)
    .split("\n")
    .slice(1)) {
    const equals = line.indexOf("=");
    if (equals > 0) setOwn(raw, line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  if (end >= 0) raw.Message = text.slice(end + "\nMessage=".length);
  return withWindowsData(raw) ?? raw;
}

const PROGRAMS =
  "program programname appname app_name application_name app ident syslog_program syslog_identifier SYSLOG_IDENTIFIER".split(
    " ",
  );
const PIDS = ["pid", "procid", "process_id", "proc_id", "SYSLOG_PID"];

/** A line of syslog that its shipper took apart: the names under which its mappings read it stand beside those it came with. */
function namedLine(raw: JsonObject): JsonObject | undefined {
  const message = raw.message ?? raw.msg ?? raw.short_message ?? raw.MESSAGE;
  if (typeof message !== "string") return undefined;
  const process = isJsonObject(raw.process) && typeof raw.process.name === "string" ? raw.process : undefined;
  const program = PROGRAMS.map((key) => raw[key]).find((value) => typeof value === "string") ?? process?.name;
  if (typeof program !== "string" || program === "") return undefined;
  const host = hostOf(raw);
  const pid = PIDS.map((key) => scalarText(raw[key])).find((value) => value !== undefined) ?? scalarText(process?.pid);
  return {
    ...raw,
    ...{ message, program },
    ...(host !== undefined && raw.hostname === undefined && { hostname: host }),
    ...(pid !== undefined && raw.pid === undefined && { pid }),
  };
}
