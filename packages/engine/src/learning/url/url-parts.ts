/**
 * An address of the web taken apart as it was written, without repairing it. Enters: text, also without scheme, defanged or
 * broken. Leaves: its parts, and what is odd about them.
 * UP1. Never throws; nothing is looked up.
 */
import { getDomain, getPublicSuffix } from "tldts";

export interface UrlParts {
  readonly scheme: string;
  readonly userinfo: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  /** Registrable domain, or the host where there is none (addresses, local names). */
  readonly domain: string;
  readonly suffix: string;
  /** An address instead of a name, also written as one number, in octal or hexadecimal. */
  readonly literal: boolean;
}

const URL_CHARS_MAX = 4_096;
const FORM =
  /^(?:([a-z][a-z0-9+.-]{0,30}):)?(?:\/\/)?(?:([^/?#@]{0,1024})@)?(\[[0-9a-f:.]*\]|[^/?#:]*)(?::(\d{0,8}))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is;

export function urlParts(url: string): UrlParts {
  const text = refanged(url.trim().slice(0, URL_CHARS_MAX)).replaceAll("\\", "/");
  // `example.com:8080/x` has a port, not a scheme.
  const schemeless = /^[^/?#:]*\.[^/?#:]*:\d/.test(text) || !/^[a-z][a-z0-9+.-]{0,30}:/i.test(text);
  const found = FORM.exec(schemeless ? `:${text}`.replace(/^:(?:\/\/)?/, "//") : text);
  const [, scheme = "", userinfo = "", host = "", port = "", path = "", query = "", fragment = ""] = found ?? [];
  const name = decoded(host).toLowerCase().replace(/\.+$/, "");
  const literal = isLiteral(name);
  return {
    scheme: scheme.toLowerCase(),
    userinfo,
    host: name,
    port,
    path,
    query,
    fragment,
    domain: literal ? name : (getDomain(name) ?? name),
    suffix: literal ? "" : (getPublicSuffix(name) ?? ""),
    literal,
  };
}

const refanged = (text: string): string =>
  text
    .replace(/^hxxp/i, "http")
    .replace(/\[\.\]|\(\.\)|\[dot\]/gi, ".")
    .replace(/^(https?)\[:\]/i, "$1:");

function decoded(host: string): string {
  if (!host.includes("%")) return host;
  return host.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const isLiteral = (host: string): boolean =>
  host.startsWith("[") || /^(?:(?:0x[0-9a-f]+|\d+)\.){0,3}(?:0x[0-9a-f]+|\d+)$/i.test(host);

const SHORTENERS = new Set(
  (
    "bit.ly tinyurl.com goo.gl t.co ow.ly is.gd buff.ly adf.ly bit.do cutt.ly rebrand.ly rb.gy shorturl.at tiny.cc lnkd.in db.tt qr.ae soo.gd s.id clck.ru " +
    "t.ly v.gd x.co snipurl.com short.io bl.ink shorte.st u.to trib.al fb.me youtu.be wp.me amzn.to dlvr.it hyperurl.co urlz.fr qrco.de"
  ).split(" "),
);
export const isShortener = (parts: UrlParts): boolean => SHORTENERS.has(parts.domain) || SHORTENERS.has(parts.host);
