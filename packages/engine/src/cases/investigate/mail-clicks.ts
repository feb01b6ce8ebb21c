/**
 * Who followed the links of a mail. Enters: links, hosts and the rows of the mail logs. Leaves: facts on events of proxies,
 * name service, connections and click logs.
 *
 * MC1. A shortener's host says nothing: only the very address counts, and where it led (redirect in the log, click chain, or
 *      the next request that names it as its referer) is asked for as well.
 * MC2. A request that sends data (POST, PUT) to a link's host is `submitted`: most likely what was typed there.
 * MC3. What came before the first delivery is no click.
 */
import { type Entity, type EntityKind, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import { type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";
import { isShortener, urlParts } from "../../learning/url/url-parts.ts";
import { CLASS, deviceOf, type Fact, find, textOf } from "./facts.ts";
import type { Inquiry } from "./inquiry.ts";
import { type MailSeeds, made } from "./mail-seeds.ts";
import { KEYS_MAX } from "./questions.ts";

const ROWS = 2_000;
/** Clocks of gateway and proxy differ. */
const SKEW_MS = 5 * MINUTE;
const REDIRECT_MS = 15 * SECOND;
/** Clicks whose next request is looked at. */
const FOLLOWED_MAX = 10;
/** Shortened links of one mail that are looked for by their path, which must be long enough to be one's own. */
const SHORT_MAX = 5;
const SHORT_PATH_MIN = 4;
const VISITS = [CLASS.http, CLASS.dns, CLASS.network];

interface Wanted {
  readonly urls: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
}

export async function findClicks(
  inquiry: Inquiry,
  given: { readonly seeds: MailSeeds; readonly rows: readonly Event[]; readonly since: Instant },
): Promise<{ readonly facts: readonly Fact[] }> {
  const { seeds } = given;
  const from = instant(given.since - SKEW_MS);
  const first: Wanted = { urls: seeds.urls, hosts: withWww(seeds.hosts) };
  const asked = await visits(inquiry, first, { from, to: seeds.to, question: "Who followed the links?" });
  const direct = [...asked, ...(await shortVisits(inquiry, seeds, from))];
  // Click logs of a gateway stand under its own id, with or without the very address.
  const logged = given.rows.filter((event) => event.class === CLASS.http);
  const behind = await ledTo(inquiry, [...direct, ...logged], seeds);
  const second: Wanted = { urls: new Set(behind), hosts: withWww(hostsOf(behind)) };
  const further =
    behind.length === 0
      ? []
      : await visits(inquiry, second, { from, to: seeds.to, question: "Who came to where the links led?" });
  const byId = new Map([...direct, ...logged, ...further].map((event) => [event.id, event]));
  const wanted = { urls: new Set([...first.urls, ...second.urls]), hosts: new Set([...first.hosts, ...second.hosts]) };
  const rows = [...byId.values()].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  return { facts: factsOf(inquiry, rows, wanted) };
}

const withWww = (hosts: Iterable<string>): ReadonlySet<string> =>
  new Set([...hosts].flatMap((host) => (host.startsWith("www.") ? [host, host.slice(4)] : [host, `www.${host}`])));

const hostsOf = (urls: readonly string[]): readonly string[] =>
  urls
    .map(urlParts)
    .filter((parts) => parts.host !== "" && !isShortener(parts))
    .map(({ host }) => host);

async function visits(
  { questions }: Inquiry,
  { urls, hosts }: Wanted,
  ask: { readonly question: string; readonly from: Instant; readonly to: Instant },
): Promise<readonly Event[]> {
  const { question, from, to } = ask;
  const kindOf = (host: string): EntityKind => (/^[\d.]+$|:/.test(host) ? "ip" : "domain");
  const all = [
    ...[...urls].map((value) => ({ kind: "url" as const, value })),
    ...[...hosts].map((value) => ({ kind: kindOf(value), value })),
  ];
  if (all.length > KEYS_MAX) questions.limits.add(`"${question}" was asked for ${KEYS_MAX} of ${all.length}`);
  if (all.length === 0) return [];
  const entities = all.slice(0, KEYS_MAX);
  return questions.ask(question, { entities, classes: VISITS, from, to, order: "oldest", limit: ROWS });
}

/** Logs that write host and path apart name no address: there the path of a shortened link is looked for in the record. */
async function shortVisits({ questions }: Inquiry, seeds: MailSeeds, from: Instant): Promise<readonly Event[]> {
  const rows: Event[] = [];
  for (const { host, path } of [...seeds.urls].map(urlParts).filter(isShortener).slice(0, SHORT_MAX)) {
    if (path.length < SHORT_PATH_MIN) continue;
    const query = { entities: [{ kind: "domain" as const, value: host }], classes: [CLASS.http], text: path };
    rows.push(
      ...(await questions.ask("Who followed the shortened link?", {
        ...{ ...query, from, to: seeds.to, order: "oldest", limit: ROWS },
      })),
    );
  }
  return rows;
}

/** MC1: addresses behind the links, as the logs show them. */
async function ledTo(inquiry: Inquiry, clicks: readonly Event[], seeds: MailSeeds): Promise<readonly string[]> {
  const { questions, graph } = inquiry;
  const read = (event: Event, ...names: readonly string[]) =>
    names.map((name) => textOf(graph.views, event, name)).find((text) => text !== undefined && text !== "");
  const found = new Set<string>();
  const short = [...seeds.urls].filter((url) => isShortener(urlParts(url)));
  for (const event of clicks) {
    const chain = read(event, "UrlChain", "properties.UrlChain", "Location", "location", "redirect_url", "sc-location");
    for (const url of chain?.match(/https?:\/\/[^\s"'\\,\]]+/g) ?? []) found.add(url);
  }
  if (short.length === 0) return [...found].filter((url) => !seeds.urls.has(url));
  const referers = short.map((url) => url.replace(/^https?:\/\//, "").toLowerCase());
  for (const event of clicks.filter(({ class: kind }) => kind === CLASS.http).slice(0, FOLLOWED_MAX)) {
    const source = find(event, "ip", "src");
    if (source === undefined) continue;
    const rows = await questions.ask("Where did the shortened link lead?", {
      ...{ entities: [{ kind: "ip", value: source.value }], classes: [CLASS.http] },
      ...{ from: event.time, to: instant(event.time + REDIRECT_MS), order: "oldest", limit: 50 },
    });
    for (const row of rows) {
      const referer = read(row, "cs-referer", "referer", "referrer", "cs(Referer)", "http_referer")?.toLowerCase();
      if (referer === undefined || !referers.some((one) => referer.includes(one))) continue;
      const url = find(row, "url", "object", "target", "dst")?.value;
      const host = find(row, "domain", "dst", "target", "object")?.value;
      const to = url ?? (host === undefined ? undefined : `http://${host}/`);
      if (to !== undefined) found.add(to);
    }
  }
  return [...found].filter((url) => !seeds.urls.has(url) && !isShortener(urlParts(url)));
}

const SENDS = /^(?:POST|PUT)$/i;

/** One fact for each person and deed: the first time, or the first that got through. */
function factsOf({ graph }: Inquiry, rows: readonly Event[], wanted: Wanted): readonly Fact[] {
  const facts = new Map<string, Fact>();
  for (const event of rows) {
    const who =
      find(event, "user", "actor", "target") ??
      deviceOf(event) ??
      find(event, "ip", "src") ??
      find(event, "host", "src");
    const object =
      event.entities.find((one) => isWanted(one, wanted)) ??
      find(event, "url", "object") ??
      find(event, "domain", "dst");
    if (who === undefined || object === undefined) continue;
    const method = ["cs-method", "method", "http_method", "RequestMethod"]
      .map((name) => textOf(graph.views, event, name))
      .find((text) => text !== undefined);
    const predicate =
      event.class === CLASS.dns
        ? "resolved"
        : event.class === CLASS.network
          ? "connected"
          : SENDS.test(method ?? "")
            ? "submitted"
            : "requested";
    const key = `${predicate === "submitted"} ${entityKey(who)}`;
    const known = facts.get(key);
    const better = known === undefined || weight(event) > weight(known.event);
    if (better) facts.set(key, made(predicate, event, who, object));
  }
  return [...facts.values()];
}

/** A request that got through says more than one that was stopped, and both more than a name that was looked up. */
const weight = ({ class: kind, outcome }: Event): number =>
  (kind === CLASS.http ? 4 : kind === CLASS.network ? 2 : 0) + (outcome === "failure" ? 0 : 1);

function isWanted({ kind, value }: Entity, { urls, hosts }: Wanted): boolean {
  if (kind === "url") return urls.has(value) || hosts.has(urlParts(value).host);
  return (kind === "domain" || kind === "ip") && hosts.has(value);
}
