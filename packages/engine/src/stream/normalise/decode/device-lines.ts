/**
 * Lines of network devices and web servers that carry a mark of their own. Enters: one line, or the message of a syslog line.
 * Leaves: fields under the vendor's names and the form, or undefined. What is left of the text stays under `message`.
 */
import type { Json, JsonObject } from "@cordon/model/json";
import type { DecodedForm } from "./decoded.ts";
import { FIELDS_MAX, setOwn } from "./decoded.ts";
import { keyValuePairs } from "./key-value.ts";
import { parsePaloAlto } from "./palo-alto.ts";
import { parseProxyLine } from "./proxy-lines.ts";
import { parseVpcFlow } from "./vpc-flow.ts";

export interface DeviceLine {
  readonly raw: JsonObject;
  readonly form: DecodedForm;
}

/**
 * `line`: a whole line, which may have a syslog head; `message`: what follows such a head; `program`: the message of a named
 * program, which may write pairs without being a device.
 */
export type Standing = "line" | "message" | "program";

export function parseDeviceLine(text: string, standing: Standing): DeviceLine | undefined {
  const cisco = standing === "line" && !text.startsWith("%") ? undefined : parseCisco(text);
  if (cisco !== undefined) return { raw: cisco, form: "cisco" };
  const first = text.charCodeAt(0);
  const checkPoint = first === 91 ? parseCheckPoint(text) : undefined;
  if (checkPoint !== undefined) return { raw: checkPoint, form: "key-value" };
  if (standing === "program") return undefined;
  if (first >= 48 && first <= 57) {
    const flow = parseVpcFlow(text);
    if (flow !== undefined) return { raw: flow, form: "csv" };
    const paloAlto = parsePaloAlto(text);
    if (paloAlto !== undefined) return { raw: paloAlto, form: "palo-alto" };
    const squid = parseSquid(text);
    if (squid !== undefined) return { raw: squid, form: "squid" };
    const nginx = parseNginxError(text);
    return nginx && { raw: nginx, form: "nginx-error" };
  }
  if (first === 91) {
    const apache = parseApacheError(text);
    if (apache !== undefined) return { raw: apache, form: "apache-error" };
  }
  const proxy = PROXY.test(text) ? parseProxyLine(text) : undefined;
  if (proxy !== undefined) return { raw: proxy, form: "web-access" };
  if (first === 91) return undefined;
  const pairs = parsePairs(text);
  return pairs && { raw: pairs, form: "key-value" };
}

const CISCO =
  /^(?:: ?|\*|\d{1,10}: ?|[^%]{0,80}?: ?)?%([A-Z][A-Z0-9_]{1,30}(?:-[A-Z][A-Z0-9_]{0,30})?)-([0-7])-([A-Z0-9_]{2,40}): ?/;

/** `%ASA-6-302013: Built ..`, `%SEC_LOGIN-4-LOGIN_FAILED: ..`, with the sequence number and time that IOS puts before it. */
function parseCisco(text: string): JsonObject | undefined {
  if (!text.slice(0, 120).includes("%")) return undefined;
  const found = CISCO.exec(text);
  if (found === null) return undefined;
  const [whole, facility = "", level = "", mnemonic = ""] = found;
  return { cisco_facility: facility, level, message_id: mnemonic, message: text.slice(whole.length) };
}

const PROXY = /^(?:\[\d{4}-|(?:https?|h2|grpcs?|wss?) \d{4}-)/;
const PAIRS_MIN = 4;
const PAIR_FIRST = /^[A-Za-z_][\w.-]{0,40}=/;

/** `date=.. devname=".." logid=".."`, `level=info msg=".."`: text that begins with a pair and holds several. */
function parsePairs(text: string): JsonObject | undefined {
  if (!PAIR_FIRST.test(text)) return undefined;
  const pairs = keyValuePairs(text);
  if (pairs.length < PAIRS_MIN) return undefined;
  const raw: Record<string, Json> = {};
  for (const { key, value } of pairs.slice(0, FIELDS_MAX)) if (!Object.hasOwn(raw, key)) setOwn(raw, key, value);
  if (!Object.hasOwn(raw, "message")) raw.message = text;
  return raw;
}

const CHECK_POINT = /^\[\w{1,40}:"/;

/** Check Point's Log Exporter: `[action:"Drop"; origin:"10.0.0.1"; ..]`. */
function parseCheckPoint(text: string): JsonObject | undefined {
  if (!CHECK_POINT.test(text)) return undefined;
  const raw: Record<string, Json> = {};
  for (const [, key = "", value = ""] of text.matchAll(/(?<=[[ ;])([\w.-]{1,80}):"((?:[^"\\]|\\.)*)"(?=; ?|\])/g)) {
    if (Object.keys(raw).length >= FIELDS_MAX) break;
    if (!Object.hasOwn(raw, key)) setOwn(raw, key, value.replace(/\\(.)/g, "$1"));
  }
  if (Object.keys(raw).length < PAIRS_MIN) return undefined;
  if (!Object.hasOwn(raw, "message")) raw.message = text;
  return raw;
}

const SQUID =
  /^(\d{9,11}\.\d{3}) +(\d{1,12}) (\S{1,255}) ([A-Z_]{3,40})\/(\d{3}) (\d{1,15}) ([A-Z]{1,20}) (\S+) (\S{1,255}) ([A-Z_]{3,40})\/(\S{1,255}) (\S{1,255})/;
const SQUID_NAMES =
  "time elapsed c-ip squid_action sc-status sc-bytes cs-method c-uri cs-username hierarchy r-ip rs-content-type".split(
    " ",
  );

function parseSquid(text: string): JsonObject | undefined {
  const found = SQUID.exec(text);
  if (found === null) return undefined;
  const raw: Record<string, Json> = {};
  for (const [i, name] of SQUID_NAMES.entries()) {
    const value = found[i + 1] ?? "-";
    if (value !== "-") raw[name] = name === "sc-status" || name === "sc-bytes" ? Number(value) : value;
  }
  const host = /^(?:[a-z]{1,10}:\/\/)?(?:[^/@]{1,255}@)?(\[[^\]]{1,60}\]|[^/:?#]{1,255})/i.exec(
    String(raw["c-uri"]),
  )?.[1];
  if (host !== undefined) raw["cs-host"] = host;
  raw.message = text;
  return raw;
}

const NGINX = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[([a-z]{3,8})\] (\d{1,10})#(\d{1,10}): (?:\*(\d{1,20}) )?/;

function parseNginxError(text: string): JsonObject | undefined {
  const found = NGINX.exec(text);
  if (found === null) return undefined;
  const [whole, time = "", level = "", pid = ""] = found;
  const raw: Record<string, Json> = { time, level, pid, message: text.slice(whole.length) };
  for (const name of ["client", "server", "request", "upstream", "host", "referrer"]) {
    const value = new RegExp(`, ${name}: (?:"([^"]*)"|([^,]*))`).exec(text);
    if (value !== null) raw[name] = value[1] ?? value[2] ?? "";
  }
  return raw;
}

const APACHE =
  /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \d{4})\] \[(?:([a-z0-9_-]{1,40}):)?([a-z0-9]{3,10})\] (?:\[pid (\d{1,10})(?::tid \d{1,20})?\] )?(?:\[client ([^\]]{2,80})\] )?/;

function parseApacheError(text: string): JsonObject | undefined {
  const found = APACHE.exec(text);
  if (found === null) return undefined;
  const [whole, time, module, level, pid, client] = found;
  const raw: Record<string, Json> = {};
  for (const [name, value] of Object.entries({ time, module, level, pid, client }))
    if (value !== undefined) raw[name] = value;
  raw.message = text.slice(whole.length);
  return raw;
}
