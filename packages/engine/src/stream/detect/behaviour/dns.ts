/** Names that are asked for: data carried in them, and generated ones. */

import { HOUR, MINUTE } from "@cordon/model/time";
import { getDomain } from "tldts";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import { entropyOf } from "../../../learning/text/entropy.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf } from "./window.ts";

const SHORT = 10 * MINUTE;
const LONG = 6 * HOUR;
const NAMES_MIN = 25;
const NAMES_LONG_MIN = 80;
const LABEL_MIN = 16;
const ENTROPY_MIN = 3.2;
/** A domain below which more hosts than this share of all ask is a service, however odd its names. */
const SHARED = 0.1;
const SHARED_MIN = 5;
/** Chance by the classifier of names from which on a name looks generated. */
const GENERATED_MIN = 0.8;
const BURST_MIN = 8;
/** Names that exist are a burst when they are this many, and most of what the host asks for. */
const FLOOD_MIN = 15;
const FLOOD_SHARE = 0.5;
const TAIL = 1e-4;

export function onQuery(fact: Fact, at: number, desk: Desk): void {
  const query = nameAsked(fact);
  const own = fact.event.log.categories.includes("dns_query") ? fact.host : undefined;
  const who = own ?? fact.source ?? fact.host;
  if (query === undefined || who === undefined) return;
  const domain = getDomain(query, { allowPrivateDomains: false });
  if (domain === null || domain.endsWith(".arpa")) return;
  const about = desk.entity(own === undefined && fact.source !== undefined ? "ip" : "host", who, fact);
  const seen = desk.see(about, "domain", { text: domain, fact, at });
  const shared = seen.holders >= Math.max(SHARED_MIN, SHARED * seen.members);
  if (shared) return;
  if (query.length > domain.length + 1) tunnel(about, fact, { desk, query, domain, who, holders: seen.holders });
  generated(about, fact, { desk, query, domain, who, holders: seen.holders });
}

function nameAsked(fact: Fact): string | undefined {
  const found = fact.event.entities.find(({ kind, role }) => kind === "domain" && role === "object")?.value;
  const text = found ?? fact.text(fields.QUERY);
  return text === undefined ? undefined : text.toLowerCase().replace(/\.$/, "").slice(0, 255);
}

interface Asked {
  readonly desk: Desk;
  readonly query: string;
  readonly domain: string;
  readonly who: string;
  readonly holders: number;
}

const CARRIERS = /^(?:TXT|NULL|CNAME|MX|PRIVATE|16|10|5|65399)$/i;

function tunnel(about: Remembered, fact: Fact, { desk, query, domain, who, holders }: Asked): void {
  const data = query.slice(0, query.length - domain.length - 1);
  const carrier = CARRIERS.test(fact.text(fields.QUERY_TYPE) ?? "");
  const longest = data.split(".").reduce((most, label) => Math.max(most, label.length), 0);
  // Short labels in an ordinary type carry nothing worth a tunnel.
  if (longest < LABEL_MIN && !carrier) return;
  const slot = `t|${domain}`.slice(0, 60);
  const short = desk.window(about, slot, { text: data, fact, span: SHORT });
  const long = desk.window(about, `T${slot}`, { text: data, fact, span: LONG });
  const [window, span] = short.values.length >= NAMES_MIN ? [short, "10 minutes"] : [long, "6 hours"];
  if (window.values.length < (window === short ? NAMES_MIN : NAMES_LONG_MIN)) return;
  const plain = data.replaceAll(".", "");
  const entropy = entropyOf(plain);
  if (entropy < ENTROPY_MIN && !carrier) return;
  desk.say({
    ...{ detector: "dns-tunnel", about, fact, evidence: evidenceOf(window), p: 1e-4, basis: "definition" },
    ...{ n: window.values.length, mark: domain, restMs: 30 * 24 * HOUR },
    values: {
      ...{ host: who, names: window.values.length, domain, span, length: longest, entropy: entropy.toFixed(1) },
      sources: Math.max(1, Math.round(holders)),
    },
  });
}

const MISSING = /^(?:NXDOMAIN|3|NAME_ERROR|9003)$/i;

function generated(about: Remembered, fact: Fact, { desk, query, domain, who }: Asked): void {
  const missing = fact.failed || MISSING.test(fact.text(fields.ANSWER_CODE) ?? "");
  const shape = desk.shapeOf(domain);
  const odd = shape !== undefined && shape.p >= GENERATED_MIN;
  // What else is asked for matters only beside odd names.
  if (about.windows.odd !== undefined || odd) desk.window(about, "asked", { text: domain, fact, span: SHORT });
  if (!odd && !missing) return;
  const all = desk.window(about, "generated", { text: domain, fact, span: SHORT });
  const absent = missing ? desk.window(about, "missing", { text: domain, fact, span: SHORT }) : about.windows.missing;
  const strange = odd ? desk.window(about, "odd", { text: domain, fact, span: SHORT }) : about.windows.odd;
  const none = absent?.values.length ?? 0;
  const looks = strange?.values.length ?? 0;
  const asked = about.windows.asked?.values.length ?? 0;
  const enough = looks >= BURST_MIN && none >= BURST_MIN / 2;
  const flood = looks >= FLOOD_MIN && looks >= FLOOD_SHARE * asked;
  // Word lists look like words: then only a longer burst of names that do not exist tells.
  const many = none >= 3 * BURST_MIN;
  if (!enough && !flood && !many) return;
  const expected = desk.expected(about, "generated", fact.time);
  const p = upperTail(expected, all.values.length);
  if (p > TAIL) return;
  desk.say({
    ...{ detector: "generated-domains", about, fact, evidence: evidenceOf(all), p, basis: "definition" },
    ...{ n: expected.windows, mark: "burst" },
    values: {
      ...{ host: who, names: all.values.length, missing: none, odd: looks, span: "10 minutes", domain: query },
      ...(shape === undefined ? {} : { chance: Number(shape.p.toPrecision(3)), shape: shape.why.join(", ") }),
      usual: `${expected.mean.toFixed(1)} at most on a day`,
    },
  });
}
