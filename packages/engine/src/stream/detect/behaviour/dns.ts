/** Names that are asked for: data carried in them, and generated ones. */

import { HOUR, MINUTE } from "@cordon/model/time";
import { getDomain } from "tldts";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import { burstOf, type NameBurst, type NameCounts } from "../../../learning/behaviour/name-burst.ts";
import { entropyOf } from "../../../learning/text/entropy.ts";
import type { Desk, NameShape } from "./desk.ts";
import { countName, NAMES_SPAN, ratesOf } from "./dns-names.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf, makeWindow } from "./window.ts";

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
/** Fewer odd or missing names are no burst, whatever the rates are. */
const BURST_MIN = 8;
/** Days of its own past by which a host may have a habit of bursts, and how unusual one must be then. */
const HABIT_DAYS = 3;
const HABIT_TAIL = 1e-3;

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
  const asked: Asked = { desk, query, domain, who, holders: seen.holders, first: seen.first };
  if (query.length > domain.length + 1) tunnel(about, fact, asked);
  generated(about, fact, asked);
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
  /** The host did not ask for the domain before, as far as is remembered. */
  readonly first: boolean;
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

/** Does the registered name itself not exist? A name below it that does not exist says nothing about it. */
function isMissing(fact: Fact, query: string, domain: string): boolean {
  if (query !== domain && query !== `www.${domain}`) return false;
  const code = fact.text(fields.ANSWER_CODE);
  return code === undefined ? fact.failed : MISSING.test(code);
}

const holds = (about: Remembered, window: string, value: number): boolean =>
  about.windows[window]?.values.includes(value) ?? false;

/** Only names that the host had not asked for before: usual ones that are missing now mean that something is out of order. */
function generated(about: Remembered, fact: Fact, { desk, query, domain, who, first }: Asked): void {
  const missing = isMissing(fact, query, domain);
  if (!first && !missing) return;
  const hash = desk.names.hash(domain);
  if (missing && holds(about, "missing", hash)) return;
  const shape = desk.shapeOf(domain);
  const odd = shape !== undefined && shape.p >= GENERATED_MIN;
  const wasOdd = odd && holds(about, "odd", hash);
  if (wasOdd && !missing) return;
  const again = wasOdd || !first;
  const counted = countName(about, { hash, time: fact.time, odd, missing, again }, desk);
  if (counted.length === 0) return;
  const sight = { text: domain, fact, span: NAMES_SPAN };
  if (odd) desk.window(about, "odd", sight);
  if (missing) desk.window(about, "missing", sight);
  if (odd && missing) desk.window(about, "generated", sight);
  for (const counts of counted) {
    if (counts.both + counts.odd + counts.missing < BURST_MIN) continue;
    const burst = burstOf(counts, ratesOf(about, fact.time, desk));
    if (burst === undefined) continue;
    counts.call();
    sayBurst({ about, fact, desk }, { burst, counts, domain, who, shape });
    return;
  }
}

interface Burst {
  readonly burst: NameBurst;
  readonly counts: NameCounts;
  readonly domain: string;
  readonly who: string;
  readonly shape: NameShape | undefined;
}

/** The window that holds the names of each kind of burst. */
const WINDOW_OF = { generated: "generated", flood: "odd", words: "missing" } as const;

function sayBurst(
  { about, fact, desk }: { readonly about: Remembered; readonly fact: Fact; readonly desk: Desk },
  { burst, counts, domain, who, shape }: Burst,
): void {
  const name = WINDOW_OF[burst.kind];
  const window = about.windows[name] ?? makeWindow();
  const usual = desk.expected(about, name, fact.time);
  // Some hosts have such bursts on their ordinary days.
  if (usual.windows >= HABIT_DAYS && upperTail(usual, window.values.length) > HABIT_TAIL) return;
  const { asked, both, odd, missing } = counts;
  desk.say({
    ...{ detector: "generated-domains", about, fact, evidence: evidenceOf(window), p: burst.p, basis: "definition" },
    ...{ n: usual.windows, mark: "burst" },
    values: {
      ...{ host: who, names: Math.round(asked), both, odd: both + odd, missing: both + missing, span: "10 minutes" },
      ...{ domain, kind: burst.kind, usual: burst.expected.toFixed(1) },
      ...(shape === undefined ? {} : { chance: Number(shape.p.toPrecision(3)), shape: shape.why.join(", ") }),
    },
  });
}
