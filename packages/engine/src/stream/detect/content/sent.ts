/**
 * An event -> what somebody sent: parameters, path, agent of a web request, or the name a host asked for.
 *
 * CS1. Web: classes 4002 and categories `webserver`, `proxy`, `waf`. DNS: class 4003 and categories `dns`, `dns_query`.
 * CS2. Bounded: `PARTS_MAX` values a request, each as long as the model reads.
 */
import type { Event } from "@cordon/model/event";
import { type FieldView, readField } from "@cordon/model/view";

export interface Part {
  /** `parameter id`, `path`, `user agent`, `referrer`. */
  readonly where: string;
  readonly pointer: string;
  readonly text: string;
}

export interface Request {
  readonly kind: "request";
  readonly parts: readonly Part[];
  readonly path: string;
  readonly status: number | undefined;
  readonly bytes: number | undefined;
}

export interface Question {
  readonly kind: "question";
  readonly name: string;
  readonly pointer: string;
  readonly missing: boolean;
}

const WEB = new Set(["webserver", "proxy", "waf", "web"]);
const DNS = new Set(["dns", "dns_query"]);
/** Forms have tens of fields; more is a way to wear the reader out, and the first ones are read all the same. */
const PARTS_MAX = 64;
const TEXT_MAX = 8_192;

const NAMES = {
  uri: ["c-uri", "cs-uri", "url", "uri", "request_uri"],
  stem: ["cs-uri-stem"],
  query: ["cs-uri-query"],
  agent: ["cs-user-agent", "c-useragent", "user_agent"],
  referrer: ["cs-referer", "referrer"],
  status: ["sc-status", "status_code", "status"],
  bytes: ["sc-bytes", "bytes_sent", "response_body_len", "bytes"],
  question: ["query", "QueryName", "query_name", "rrname", "question"],
  code: ["rcode_name", "rcode", "dns.rcode", "QueryStatus", "response_code"],
} as const;

export function sentBy(event: Event, view: FieldView): Request | Question | undefined {
  const { categories } = event.log;
  if (event.class === 4002 || categories.some((category) => WEB.has(category))) return requestOf(event, view);
  if (event.class === 4003 || categories.some((category) => DNS.has(category))) return questionOf(event, view);
  return undefined;
}

interface Found {
  readonly text: string;
  readonly pointer: string;
}

export function fieldOf(event: Event, view: FieldView, names: readonly string[]): Found | undefined {
  for (const name of names) {
    const hit = readField(view, event.raw, name);
    if (hit === undefined || hit.value === null || typeof hit.value === "object") continue;
    const text = String(hit.value);
    if (text !== "" && text !== "-") return { text: text.slice(0, TEXT_MAX), pointer: hit.pointer };
  }
  return undefined;
}

function requestOf(event: Event, view: FieldView): Request | undefined {
  const uri = fieldOf(event, view, NAMES.uri) ?? fieldOf(event, view, NAMES.stem);
  const query = fieldOf(event, view, NAMES.query);
  const parts: Part[] = [];
  let path = "";
  if (uri !== undefined) {
    const mark = uri.text.indexOf("?");
    path = withoutHost(mark < 0 ? uri.text : uri.text.slice(0, mark));
    if (path.length > 1) parts.push({ where: "path", pointer: uri.pointer, text: path });
    if (mark >= 0) addParameters({ text: uri.text.slice(mark + 1), pointer: uri.pointer }, parts);
  }
  if (query !== undefined && query.pointer !== uri?.pointer)
    addParameters({ ...query, text: query.text.replace(/^[^?&=]*\?/, "") }, parts);
  const agent = fieldOf(event, view, NAMES.agent);
  const referrer = fieldOf(event, view, NAMES.referrer);
  if (agent !== undefined) parts.push({ where: "user agent", ...agent });
  if (referrer !== undefined) addReferrer(referrer, parts);
  if (parts.length === 0) return undefined;
  return {
    ...{ kind: "request", parts, path },
    status: numberOf(fieldOf(event, view, NAMES.status)?.text),
    bytes: numberOf(fieldOf(event, view, NAMES.bytes)?.text),
  };
}

const withoutHost = (uri: string): string => uri.replace(/^[a-z]{2,6}:\/\/[^/]*/i, "");

function addParameters({ text, pointer }: Found, into: Part[]): void {
  for (const pair of text.split("&")) {
    if (into.length >= PARTS_MAX) return;
    const mark = pair.indexOf("=");
    const name = mark < 0 ? "" : pair.slice(0, mark);
    const value = (mark < 0 ? pair : pair.slice(mark + 1)).replaceAll("+", " ");
    if (value !== "")
      into.push({ where: name === "" ? "query" : `parameter ${name.slice(0, 40)}`, pointer, text: value });
    // Names of parameters can carry an attack as well; ordinary ones cannot.
    if (/[^\w.[\]-]/.test(name)) into.push({ where: "name of a parameter", pointer, text: name });
  }
}

/** Where somebody came from is an address: only its query is theirs to choose. What is no address at all is read whole. */
function addReferrer({ text, pointer }: Found, into: Part[]): void {
  if (!/^https?:\/\//i.test(text)) into.push({ where: "referrer", pointer, text });
  const mark = text.indexOf("?");
  if (mark >= 0 && /^https?:\/\//i.test(text)) addParameters({ text: text.slice(mark + 1), pointer }, into);
}

/** Nothing of such a name: 3 by its number, `NXDOMAIN`, 9003 as Windows says it. */
const MISSING = /^(?:3|9003|nx_?domain|name ?error|non-existent domain)$/i;

function questionOf(event: Event, view: FieldView): Question | undefined {
  const asked = fieldOf(event, view, NAMES.question) ?? domainOf(event);
  if (asked === undefined) return undefined;
  const code = fieldOf(event, view, NAMES.code)?.text ?? "";
  return {
    kind: "question",
    name: asked.text.toLowerCase(),
    pointer: asked.pointer,
    missing: MISSING.test(code.trim()),
  };
}

function domainOf({ entities }: Event): Found | undefined {
  const domain = entities.find(({ kind, role }) => kind === "domain" && role === "object");
  return domain === undefined ? undefined : { text: domain.value, pointer: "" };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,12}$/.test(text)) return undefined;
  return Number(text);
}
