/** Names that are asked for: data carried in them, and generated ones. */

import { HOUR, MINUTE } from "@cordon/model/time";
import { getDomain } from "tldts";
import { upperTail } from "../../../learning/behaviour/count-tail.ts";
import { burstOf, type NameBurst, type NameCounts } from "../../../learning/behaviour/name-burst.ts";
import { VALUE_PER_DAY } from "../../../learning/behaviour/value-counts.ts";
import { namePartsOf } from "../../../learning/domains/name-parts.ts";
import { entropyOf } from "../../../learning/text/entropy.ts";
import type { Desk, NameShape } from "./desk.ts";
import { countName, NAMES_SPAN, paceOf, ratesOf } from "./dns-names.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import type { Remembered } from "./remembered.ts";
import { evidenceOf, makeWindow } from "./window.ts";

const SHORT = 10 * MINUTE;
const LONG = 6 * HOUR;
const NAMES_MIN = 25;
const NAMES_LONG_MIN = 80;
const LABEL_MIN = 16;
const CARRIED_MIN = 8;
/** One value counts four times a day at most: so many are more than two days. */
const COUNTS_OF_DAYS = 2 * VALUE_PER_DAY + 0.5;
/** So many hosts ask below a service, not below a tunnel. */
const SERVICE_HOSTS = 3;
const SERVICE = 4;
/** Names of a tunnel are answered; lists of what is bad mostly say that there is no such name. */
const UNLISTED = 8;
/** New names in ten minutes that one busy person may ask for; who asks for more asks for others. */
const NAMES_OF_ONE = 40;
const CLIENTS_MAX = 8;
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
  const { holders, first, ownCount } = seen;
  const asked: Asked = {
    ...{ desk, query, domain, who, holders, first, days: ownCount >= COUNTS_OF_DAYS, missing: isMissing(fact) },
  };
  if (query.length > domain.length + 1) tunnel(about, fact, asked);
  generated(about, fact, asked);
}

const MISSING = /^(?:NXDOMAIN|3|NAME_ERROR|9003)$/i;

function isMissing(fact: Fact): boolean {
  const code = fact.text(fields.ANSWER_CODE);
  return code === undefined ? fact.failed : MISSING.test(code);
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
  /** It did on days before. */
  readonly days: boolean;
  readonly missing: boolean;
}

const CARRIERS = /^(?:TXT|NULL|CNAME|MX|PRIVATE|16|10|5|65399)$/i;

const isCarrier = (fact: Fact): boolean => CARRIERS.test(fact.text(fields.QUERY_TYPE) ?? "");

/** The longest run below the domain that may hold data; words, numbers of machines and ids are set apart by hyphens. */
const longestRun = (data: string): string =>
  data.split(/[.-]/).reduce((most, run) => (run.length > most.length ? run : most), "");

/** Letters as a program draws them; what could stand in no ordinary name is. */
function holdsData(run: string, desk: Desk): boolean {
  if (!/^[a-z0-9_]+$/.test(run)) return true;
  const shape = desk.shapeOf(`${run}.com`);
  return shape === undefined ? entropyOf(run) >= ENTROPY_MIN : shape.p >= GENERATED_MIN;
}

/**
 * Look-ups of hashes look as tunnels do. They are told by what they are for the house: known for days, asked by several, about
 * things that are mostly not listed, or by many clients behind one address. Of such it takes many times as many names; what is
 * more than a window holds (256) tells nothing.
 */
function tunnel(about: Remembered, fact: Fact, { desk, query, domain, who, holders, days, missing }: Asked): void {
  const size = query.length - domain.length - 1;
  if (size < CARRIED_MIN) return;
  const run = longestRun(query.slice(0, size));
  // Short labels in an ordinary type carry nothing worth a tunnel.
  if (run.length < CARRIED_MIN || (run.length < LABEL_MIN && !isCarrier(fact)) || !holdsData(run, desk)) return;
  const slot = `${missing ? "tm" : "t"}|${domain}`.slice(0, 60);
  const short = desk.window(about, slot, { text: run, fact, span: SHORT });
  const long = desk.window(about, `T${slot}`, { text: run, fact, span: LONG });
  const usual = (missing ? UNLISTED : 1) * (days || holders >= SERVICE_HOSTS ? SERVICE : 1);
  const times = usual * Math.min(CLIENTS_MAX, Math.max(1, paceOf(about, fact.time) / NAMES_OF_ONE));
  const [window, span] = short.values.length >= times * NAMES_MIN ? [short, "10 minutes"] : [long, "6 hours"];
  if (window === long && long.values.length < times * NAMES_LONG_MIN) return;
  desk.say({
    ...{ detector: "dns-tunnel", about, fact, evidence: evidenceOf(window), p: 1e-4, basis: "definition" },
    ...{ n: window.values.length, mark: domain, restMs: 30 * 24 * HOUR },
    values: {
      ...{ host: who, names: window.values.length, domain, span, length: run.length },
      ...{ entropy: entropyOf(run).toFixed(1), sources: Math.max(1, Math.round(holders)) },
    },
  });
}

const isRegistered = (query: string, domain: string): boolean => query === domain || query === `www.${domain}`;

/**
 * The registered name that does not exist. One below it that does not exist says nothing about it; but below services that give
 * names away (dynamic DNS) each name is one of its own.
 */
function missingOf(query: string, domain: string): string | undefined {
  if (isRegistered(query, domain)) return domain;
  const given = namePartsOf(query)?.registered;
  return given !== undefined && given !== domain && isRegistered(query, given) ? given : undefined;
}

const holds = (about: Remembered, window: string, value: number): boolean =>
  about.windows[window]?.values.includes(value) ?? false;

/** Only names that the host had not asked for before: usual ones that are missing now mean that something is out of order. */
function generated(
  about: Remembered,
  fact: Fact,
  { desk, query, domain: below, who, first, missing: none }: Asked,
): void {
  const gone = none ? missingOf(query, below) : undefined;
  const missing = gone !== undefined;
  if (!first && !missing) return;
  const domain = gone ?? below;
  const hash = desk.names.hash(domain);
  if (missing && holds(about, "missing", hash)) return;
  const shape = desk.shapeOf(domain);
  const odd = shape !== undefined && shape.p >= GENERATED_MIN;
  const wasOdd = odd && holds(about, "odd", hash);
  if (wasOdd && !missing) return;
  const again = wasOdd || (!first && domain === below);
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
