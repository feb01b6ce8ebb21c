/**
 * A journald entry as JSON (`journalctl -o json`, the upload protocol) -> a syslog message: its own fields stay, and the
 * names under which syslog mappings read it stand beside them. Values may be byte arrays where the text was not UTF-8.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import { parseTime } from "../parse-time.ts";
import { parseAudit } from "./auditd.ts";
import type { Decoded } from "./decoded.ts";
import { parseXmlEvent } from "./xml.ts";

export function journaldEntry(raw: JsonObject, remarks: readonly string[]): Decoded | undefined {
  if (raw.__REALTIME_TIMESTAMP === undefined || raw.MESSAGE === undefined) return undefined;
  const time = parseTime(raw._SOURCE_REALTIME_TIMESTAMP) ?? parseTime(raw.__REALTIME_TIMESTAMP);
  const entry: Record<string, Json> = { ...raw };
  const name = (key: string, value: Json | undefined): void => {
    if (value !== undefined && entry[key] === undefined) entry[key] = value;
  };
  name("hostname", raw._HOSTNAME);
  name("program", raw.SYSLOG_IDENTIFIER ?? raw._COMM);
  name("pid", raw._PID ?? raw.SYSLOG_PID);
  name("message", textOf(raw.MESSAGE));
  const written = entry.message;
  const xml = typeof written === "string" && written.startsWith("<Event>") ? parseXmlEvent(written) : undefined;
  // Sysmon for Linux writes its events to the journal.
  if (xml !== undefined)
    return { raw: { ...entry, ...xml }, form: "xml", ...(time !== undefined && { time }), remarks };
  const audit = auditOf(raw);
  if (audit !== undefined)
    return { raw: { ...entry, ...audit }, form: "auditd", ...(time !== undefined && { time }), remarks };
  return { raw: entry, form: "syslog", ...(time !== undefined && { time }), remarks };
}

/** journald keeps the kernel's audit records too: `SYSCALL arch=.. syscall=..`, their serial beside them. */
function auditOf(raw: JsonObject): JsonObject | undefined {
  const { _AUDIT_TYPE_NAME: type, _AUDIT_ID: serial, MESSAGE: message, _HOSTNAME: node } = raw;
  if (typeof type !== "string" || typeof serial !== "string" || typeof message !== "string") return undefined;
  const body = message.startsWith(`${type} `) ? message.slice(type.length + 1) : message;
  const audit = parseAudit(`type=${type} msg=audit(0.0:${serial}): ${body}`);
  if (audit === undefined) return undefined;
  const { msg: _, ...fields } = audit.raw;
  return { ...fields, ...(typeof node === "string" && { node }) };
}

function textOf(value: Json): Json {
  if (!Array.isArray(value) || !value.every((byte) => typeof byte === "number")) return value;
  return new TextDecoder("utf-8").decode(Uint8Array.from(value as readonly number[]));
}
