/**
 * Linux audit events that a program took apart: Laurel (one object per type of line) and Filebeat's auditd module. Enters: an
 * object nobody recognised. Leaves: the names under which the mapping of auditd reads an event, or undefined.
 */
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type Instant, instant } from "@cordon/model/time";

interface AuditObject {
  readonly raw: JsonObject;
  readonly time: Instant | undefined;
}

const ID = /^(\d{1,12})\.(\d{3}):(\d{1,20})$/;

export function auditObject(raw: JsonObject): AuditObject | undefined {
  const id = typeof raw.ID === "string" ? ID.exec(raw.ID) : null;
  if (id !== null) return ofLaurel(raw, id);
  const log = isJsonObject(raw.auditd) ? raw.auditd.log : undefined;
  if (!isJsonObject(log) || typeof log.record_type !== "string") return undefined;
  const node = isJsonObject(raw.host) ? raw.host.name : undefined;
  return { raw: { ...log, type: log.record_type, ...(typeof node === "string" && { node }) }, time: undefined };
}

/** Types whose fields stand on top; PATH stays a list, arguments of EXECVE and PROCTITLE become text. */
function ofLaurel(whole: JsonObject, [, seconds, ms, serial = ""]: RegExpExecArray): AuditObject {
  const types = Object.keys(whole).filter(
    (key) => /^[A-Z_]{3,40}$/.test(key) && key !== "NODE" && key !== "PARENT_INFO",
  );
  const raw: Record<string, Json> = { type: types, serial };
  for (const type of types) {
    const part = whole[type];
    if (isJsonObject(part) && type !== "EXECVE" && type !== "PROCTITLE") Object.assign(raw, part);
    else if (Array.isArray(part)) raw[type] = part;
  }
  const executed = argumentsOf(whole.EXECVE);
  for (const [i, value] of executed.entries()) raw[`a${i}`] = value;
  if (executed.length > 0) raw.command_line = executed.join(" ");
  const titled = argumentsOf(whole.PROCTITLE);
  if (titled.length > 0) raw.proctitle = titled.join(" ");
  if (typeof whole.NODE === "string") raw.node = whole.NODE;
  if (whole.PARENT_INFO !== undefined) raw.PARENT_INFO = whole.PARENT_INFO;
  return { raw, time: instant(Number(seconds) * 1_000 + Number(ms)) };
}

function argumentsOf(part: Json | undefined): readonly string[] {
  const list = isJsonObject(part) ? part.ARGV : undefined;
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}
