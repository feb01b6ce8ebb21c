/**
 * One spelling for each entity: what is extracted, searched, approved and inventoried meets only because all of them
 * call `canonicalise`. Taxonomy and forms: sources.md section 2.
 *
 * C1. Total: any text of any kind gives a form or `undefined` (not such a thing); it never throws.
 * C2. Idempotent: a canonical form is its own canonical form.
 * C3. Secrets are not a kind: `credential` is a key or token id, never its secret.
 */

import type { EntityKind } from "./entity.ts";
import { canonicalSubnet, formatIp, isSpecialIp, parseIp } from "./ip.ts";

export interface Canonical {
  readonly value: string;
  /** Loopback, SYSTEM, `-`, the empty file and the like: kept, never an indicator, never joins incidents. */
  readonly wellKnown?: true;
}

/** Longest entity value kept. A Windows command line ends at 32,767 units; more is an attack on the store. */
const ENTITY_VALUE_MAX = 32_768;

export function canonicalise(kind: EntityKind, text: string): Canonical | undefined {
  if (text.length > ENTITY_VALUE_MAX * 2) return undefined;
  const value = FORMS[kind](text);
  if (value === undefined || value === "" || value.length > ENTITY_VALUE_MAX) return undefined;
  return isWellKnown(kind, value) ? { value, wellKnown: true } : { value };
}

type Form = (text: string) => string | undefined;

const verbatim: Form = (text) => cleanEnds(cleanEnds(text).slice(0, ENTITY_VALUE_MAX)).toWellFormed();
const lower: Form = (text) => verbatim(text)?.toLowerCase();

const FORMS: Readonly<Record<EntityKind, Form>> = {
  ip: (text) => {
    const ip = parseIp(text);
    return ip && formatIp(ip);
  },
  subnet: (text) => canonicalSubnet(text.trim()),
  mac: macForm,
  domain: domainForm,
  host: hostForm,
  url: urlForm,
  hash: hashForm,
  file: fileForm,
  process: processForm,
  cmdline: verbatim,
  user: userForm,
  email: emailForm,
  message: (text) => verbatim(unwrap(text.trim(), "<", ">")),
  credential: verbatim,
  session: sessionForm,
  resource: resourceForm,
  container: (text) => verbatim(cleanEnds(text).replace(/^(?:[a-z-]{1,20}:\/\/|[\s\0])+/, "")),
  regkey: regkeyForm,
  useragent: verbatim,
  cert: certForm,
  script: (text) => hexOf(text.trim(), [64]),
  service: lower,
  cve: (text) => /^cve-\d{4}-\d{4,}$/i.exec(text.trim())?.[0].toUpperCase(),
  other: verbatim,
};

/** Surrounding white space and NULs go: they are padding of the source, never part of a name. */
function cleanEnds(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (first > 32 && first < 127 && last > 32 && last < 127) return text;
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start += 1;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isPadding = (code: number): boolean => code <= 32 || code === 0xa0 || code === 0xfeff;

function unwrap(text: string, open: string, close: string): string {
  let inner = text;
  while (inner.length >= 2 && inner.startsWith(open) && inner.endsWith(close)) inner = inner.slice(1, -1).trim();
  return inner;
}

function macForm(text: string): string | undefined {
  const hex = text.trim().replace(/[:.-]/g, "").toLowerCase();
  return /^[0-9a-f]{12}$/.test(hex) ? (hex.match(/../g) ?? []).join(":") : undefined;
}

/** Lower-case A-labels, no final dot. An address is not a domain. */
function domainForm(text: string): string | undefined {
  let name = cleanEnds(text).toLowerCase();
  if (name.endsWith(".")) name = name.slice(0, -1);
  if (name.length === 0 || name.length > 253) return undefined;
  if (!isAscii(name)) name = toAscii(name) ?? "";
  return isDomain(name) && parseIp(name) === undefined ? name : undefined;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function toAscii(name: string): string | undefined {
  try {
    return new URL(`http://${name}/`).hostname;
  } catch {
    return undefined;
  }
}

/** Labels of 1 to 63 letters, digits, `-` and `_` (service names have it). */
function isDomain(name: string): boolean {
  if (name.length > 253) return false;
  let label = 0;
  for (let i = 0; i < name.length; i += 1) {
    const code = name.charCodeAt(i);
    if (code === 46) {
      if (label === 0) return false;
      label = 0;
      continue;
    }
    const known = (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95;
    if (!known || label === 63) return false;
    label += 1;
  }
  return label > 0;
}

/** Lower short name: the first label. A host that is known only by its address keeps it. */
function hostForm(text: string): string | undefined {
  let name = cleanEnds(text);
  while (name.startsWith("\\") || name.startsWith(".")) name = name.slice(1);
  if (name.length > 255) return undefined;
  const ip = mayBeIp(name) ? parseIp(name) : undefined;
  if (ip !== undefined) return formatIp(ip);
  const dot = name.indexOf(".");
  const short = cleanEnds(dot < 0 ? name : name.slice(0, dot))
    .toLowerCase()
    .toWellFormed();
  return /[\\/|\u0000-\u001f]/.test(short) ? undefined : short;
}

function mayBeIp(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 48 && first <= 57) || text.includes(":");
}

function urlForm(text: string): string | undefined {
  const trimmed = cleanEnds(text);
  if (!/^[a-z][a-z0-9+.-]{0,30}:\/\//i.test(trimmed)) return undefined;
  try {
    const href = new URL(trimmed).href;
    return new URL(href).href;
  } catch {
    return undefined;
  }
}

/** MD5, SHA-1, SHA-256, SHA-384, SHA-512 in lower hex; a label before it (`SHA256=`, `sha256:`) goes. */
function hashForm(text: string): string | undefined {
  const trimmed = text.trim();
  const mark = trimmed.search(/[=:]/);
  const labelled = mark > 1 && mark < 12 && /^[a-z][a-z0-9-]+$/i.test(trimmed.slice(0, mark));
  return hexOf(labelled ? trimmed.slice(mark + 1) : trimmed, [32, 40, 64, 96, 128]);
}

function hexOf(text: string, lengths: readonly number[]): string | undefined {
  if (!lengths.includes(text.length)) return undefined;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i) | 32;
    const digit = code >= 48 && code <= 57 && text.charCodeAt(i) === code;
    if (!digit && !(code >= 97 && code <= 102)) return undefined;
  }
  return text.toLowerCase();
}

const WINDOWS_PREFIX =
  /^(?:\\\\\?\\UNC\\|\\\?\?\\UNC\\|\\\\[?.]\\|\\\?\?\\|file:\/\/\/(?=[a-z]:)|(?:container)?file:_)/i;

/** Case is kept. Quotes, NT prefixes (`\??\`, `\\?\`) and Defender's `file:_` go; on a drive path the letter is upper and `/` becomes `\`. */
function fileForm(text: string): string | undefined {
  let path = cleanEnds(text);
  for (;;) {
    const inner = cleanEnds(unwrap(path, '"', '"'));
    const prefix = WINDOWS_PREFIX.exec(inner)?.[0];
    if (inner === path && prefix === undefined) break;
    path = inner;
    if (prefix === undefined) continue;
    const rest = path.slice(prefix.length);
    path = cleanEnds(prefix.toUpperCase().endsWith("UNC\\") ? `\\\\${rest.replace(/^[\\?.]+/, "")}` : rest);
  }
  if (/^[a-z]:[\\/]/i.test(path)) path = path.charAt(0).toUpperCase() + path.slice(1).replaceAll("/", "\\");
  return verbatim(path);
}

/** `<host>|<ProcessGuid>` without braces, else `<host>|pid:<decimal pid>`; a text without `|` is a bare GUID or pid. */
function processForm(text: string): string | undefined {
  const clean = cleanEnds(text).toWellFormed();
  const bar = clean.indexOf("|");
  const id = processId(bar < 0 ? clean : clean.slice(bar + 1));
  if (bar < 0 || id === undefined) return id;
  const host = hostForm(clean.slice(0, bar));
  return host === undefined || host === "" ? undefined : `${host}|${id}`;
}

function processId(text: string): string | undefined {
  const id = unwrap(cleanEnds(text).toLowerCase(), "{", "}");
  if (!id.startsWith("pid:")) return cleanEnds(id);
  const pid = /^pid:(0x[0-9a-f]{1,12}|\d{1,15})(.*)$/s.exec(id);
  const number = pid === null ? undefined : decimalOf(pid[1] ?? "");
  return cleanEnds(number === undefined ? id : `pid:${number}${pid?.[2] ?? ""}`);
}

const decimalOf = (text: string): number => Number.parseInt(text, text.startsWith("0x") ? 16 : 10);

/** `<host>|luid:0x3e7`; other session ids are lower text. */
function sessionForm(text: string): string | undefined {
  const clean = cleanEnds(text).toLowerCase().toWellFormed();
  const luid = /^([^|]*)\|luid:(0x[0-9a-f]{1,16}|\d{1,15})$/.exec(clean);
  if (luid === null) return clean;
  const digits = luid[2] ?? "";
  const hex = digits.startsWith("0x") ? digits.slice(2).replace(/^0+(?=.)/, "") : Number(digits).toString(16);
  const host = hostForm(luid[1] ?? "");
  return host === undefined || host === "" ? undefined : `${host}|luid:0x${hex}`;
}

/** `domain\name` and UPN in lower case; SIDs in upper case; ARNs as they are. */
function userForm(text: string): string | undefined {
  const clean = cleanEnds(text).toWellFormed();
  if (clean.length > 1024) return undefined;
  if (/^arn:/.test(clean)) return clean;
  if (/^s-1-\d[\d-]*$/i.test(clean)) return clean.toUpperCase();
  let name = clean.toLowerCase();
  // An empty, `-` or `.` domain says "this machine" and no more than the bare name does.
  while (/^[-.]?\\/.test(name)) name = cleanEnds(name.slice(name.indexOf("\\") + 1));
  return name;
}

function emailForm(text: string): string | undefined {
  const trimmed = text.trim();
  const bracketed = /<([^<>]+)>\s*$/.exec(trimmed)?.[1]?.trim() ?? trimmed;
  const address = bracketed.replace(/^(?:(?:mailto|smtp):)+/i, "");
  const at = address.lastIndexOf("@");
  if (at < 1 || address.length > 320 || /[\s<>"(),:;]/.test(address)) return undefined;
  const domain = domainForm(address.slice(at + 1));
  return domain === undefined ? undefined : `${address.slice(0, at).toWellFormed()}@${domain}`;
}

/** ARNs and GCP names as they are; Azure resource ids in lower case, because Azure itself varies it. */
function resourceForm(text: string): string | undefined {
  const clean = verbatim(text);
  return clean !== undefined && /^\/(subscriptions|tenants|providers)\//i.test(clean) ? clean.toLowerCase() : clean;
}

const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^(?:\\registry\\machine|hkey_local_machine|hklm)(?=$|[\\:])/i, "HKLM"],
  [/^(?:\\registry\\user|hkey_users|hku)(?=$|[\\:])/i, "HKU"],
  [/^(?:hkey_current_user|hkcu)(?=$|[\\:])/i, "HKCU"],
  [/^(?:hkey_classes_root|hkcr)(?=$|[\\:])/i, "HKCR"],
  [/^(?:hkey_current_config|hkcc)(?=$|[\\:])/i, "HKCC"],
];

/** `HKLM\...`: short upper hive, the rest keeps its case, no final backslash. */
function regkeyForm(text: string): string | undefined {
  const path = cleanEnds(unwrap(cleanEnds(text), '"', '"').replace(/^(?:(?:computer\\)|(?:registry::))+/i, ""));
  for (const [pattern, hive] of HIVES) {
    const found = pattern.exec(path)?.[0];
    if (found === undefined) continue;
    const rest = path.slice(found.length).replace(/^:/, "");
    return trimKey(`${hive}${rest === "" || rest.startsWith("\\") ? rest : `\\${rest}`}`);
  }
  return trimKey(path);
}

function trimKey(path: string): string | undefined {
  let end = path.length;
  while (end > 0 && (path[end - 1] === "\\" || isPadding(path.charCodeAt(end - 1)))) end -= 1;
  return verbatim(path.slice(0, end));
}

function certForm(text: string): string | undefined {
  const hex = text.trim().replaceAll(":", "");
  return hexOf(hex, [40, 64]) ?? verbatim(text);
}

const WELL_KNOWN: Partial<Record<EntityKind, ReadonlySet<string>>> = {
  host: new Set(["localhost", "127.0.0.1", "::1"]),
  domain: new Set(["localhost", "localhost.localdomain"]),
  user: new Set(
    `system|local service|network service|anonymous logon|nt authority\\system|nt authority\\local service|local system|localsystem
localservice|networkservice|nt authority\\network service|nt authority\\anonymous logon|nt-autorität\\system|autorite nt\\système|aws internal|root
S-1-0-0|S-1-5-7|S-1-5-18|S-1-5-19|S-1-5-20|S-1-1-0|system:anonymous|system:unauthenticated|unset|4294967295`.split(
      /[|\n]/,
    ),
  ),
  hash: new Set([
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "0".repeat(32),
    "0".repeat(40),
    "0".repeat(64),
  ]),
  file: new Set(["/dev/null", "NUL", "System", "Registry", "MemCompression"]),
  credential: new Set(["AWS Internal"]),
  regkey: new Set(["HKLM", "HKU", "HKCU", "HKCR", "HKCC"]),
};

const SYSTEM_SESSION = /\|luid:0x(?:0|3e3|3e4|3e5|3e6|3e7)$/;
const SERVICE_USER = /^(?:nt authority|window manager|font driver host|nt service|iis apppool)\\/;

function isWellKnown(kind: EntityKind, value: string): boolean {
  if (value === "-" || WELL_KNOWN[kind]?.has(value) === true) return true;
  if (kind === "user") return SERVICE_USER.test(value);
  if (kind === "session") return SYSTEM_SESSION.test(value);
  if (kind !== "ip") return false;
  const ip = parseIp(value);
  return ip !== undefined && isSpecialIp(ip);
}
