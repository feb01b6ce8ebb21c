/**
 * An event -> addresses of the web that somebody inside asked the outside for, or that a reported mail leads to.
 *
 * SU1. Fetched: class 4002 and category `proxy`; of servers' own logs (`webserver`, `waf` alone) nothing: there the outside asks.
 *      The mapping's url entities; where the log holds host and path apart, both together.
 * SU2. Outside: a public address, or a name with a dot under no suffix of inner networks and none of the operator's domains. An
 *      event from a public address to an inner one came in and counts for nothing.
 * SU3. Reported mails (Cordon's own records): the links that tie (`urls`).
 * SU4. Bounded: `URLS_MAX` addresses an event.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import type { Event } from "@cordon/model/event";
import type { FieldView } from "@cordon/model/view";
import { type UrlParts, urlParts } from "../../../learning/url/url-parts.ts";
import { fieldOf } from "./sent.ts";

export interface SentUrl {
  readonly url: string;
  readonly parts: UrlParts;
  readonly pointer: string | undefined;
  readonly by: "request" | "mail";
}

/** Mails with hundreds of links exist; the first ones are where a lure's stand. */
const URLS_MAX = 32;
const INNER_SUFFIXES = new Set("local localhost localdomain internal intranet lan home corp private arpa".split(" "));
const HOST = ["cs-host", "http_host"];
const PATH = ["c-uri", "cs-uri"];
const SHOWN = [...PATH, "url", "Url", "request", "misc"];

export function urlsOf(event: Event, view: FieldView, own: ReadonlySet<string>): readonly SentUrl[] {
  const by = wayOf(event);
  if (by === undefined || (by === "request" && cameIn(event))) return [];
  const found = event.entities.flatMap(({ kind, role, value }) => (kind === "url" && role === "object" ? [value] : []));
  const seen = found.length > 0 || by === "mail" ? found : composed(event, view);
  const urls: SentUrl[] = [];
  for (const url of new Set(seen)) {
    if (urls.length >= URLS_MAX) break;
    const parts = urlParts(url);
    if (/^(?:https?|ftp)$/.test(parts.scheme) && leadsOut(parts, own))
      urls.push({ url, parts, by, pointer: by === "mail" ? undefined : fieldOf(event, view, SHOWN)?.pointer });
  }
  return urls;
}

/** SU1, SU3 */
function wayOf({ log, class: kind }: Event): SentUrl["by"] | undefined {
  if (log.product === "cordon" && log.service === "mail") return "mail";
  const { categories } = log;
  if (categories.includes("proxy")) return "request";
  return kind === 4002 && !categories.includes("webserver") && !categories.includes("waf") ? "request" : undefined;
}

/** SU2 */
function cameIn({ entities }: Event): boolean {
  const addresses = (role: string) => entities.filter((one) => one.kind === "ip" && one.role === role);
  const to = addresses("dst");
  return (
    addresses("src").some(({ value }) => isPublicAddress(value)) &&
    to.length > 0 &&
    to.every(({ value }) => !isPublicAddress(value))
  );
}

function leadsOut({ host, domain, literal }: UrlParts, own: ReadonlySet<string>): boolean {
  if (literal) return isPublicAddress(host.replace(/^\[|\]$/g, ""));
  const last = host.slice(host.lastIndexOf(".") + 1);
  return host.includes(".") && !INNER_SUFFIXES.has(last) && !own.has(domain) && !own.has(host);
}

/** Sensors of the wire (Zeek, Suricata) write the host of the request beside its path. */
function composed(event: Event, view: FieldView): readonly string[] {
  const [host, path] = [fieldOf(event, view, HOST), fieldOf(event, view, PATH)];
  if (path === undefined) return [];
  if (/^https?:\/\//i.test(path.text)) return [path.text];
  return host !== undefined && path.text.startsWith("/") ? [`http://${host.text}${path.text}`] : [];
}
