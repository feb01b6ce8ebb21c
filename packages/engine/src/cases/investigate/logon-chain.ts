/**
 * Follows logons: where a suspect session came from, and where suspects went on to.
 * Enters: suspect processes, sessions, accounts. Leaves: arrivals (session -> source), sessions elsewhere as suspects,
 * failed logons counted.
 *
 * L1. An address is tied to a machine only by that machine's own connections or by the logon's own workstation name.
 * L2. A logon elsewhere is a suspect only if a suspect process connected just before, or a suspect account made it;
 *     else it is only exposed.
 */
import { addressScope } from "@cordon/model/address-scope";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { EventQuery } from "@cordon/model/query";
import { DAY, type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";
import { CLASS, deviceOf, type Fact, find, textOf } from "./facts.ts";
import { hostOfId, takeIn } from "./graph.ts";
import { type Inquiry, isSuspect, suspect, suspectsOf } from "./inquiry.ts";
import { KEYS_MAX } from "./questions.ts";

const SESSION_DECAY = 0.8;
/** Between the connection that carries a logon and the logon itself, clocks of two machines included. */
const CARRY_BEFORE_MS = 2 * MINUTE;
const CARRY_AFTER_MS = 30 * SECOND;
const ROWS = 500;
const FAILURES_CAP = 10_000;
/** Failures from an inside address from which on it is guessing, not a colleague's typing error. */
const GUESSING_FROM = 10;

const bare = ({ kind, value }: Entity) => ({ kind, value });

/** Backwards: the logons behind suspect processes and sessions. */
export async function findArrivals(inquiry: Inquiry): Promise<void> {
  const { graph, questions } = inquiry;
  const sessions = sessionsInPlay(inquiry);
  for (let at = 0; at < sessions.length; at += KEYS_MAX) {
    const entities = sessions.slice(at, at + KEYS_MAX).map(bare);
    const query = { entities, classes: [CLASS.logon], to: inquiry.to, order: "newest", limit: ROWS } as const;
    takeIn(graph, await questions.ask("How did these sessions begin?", { ...query, from: backTo(inquiry) }));
  }
  for (const session of sessions) {
    const logon = graph.logons.get(entityKey(session));
    if (logon !== undefined && !inquiry.arrivals.has(entityKey(session))) await arrive(inquiry, session, logon);
  }
  await findVisits(inquiry);
}

/** A session may have begun days before what was done in it. */
const backTo = (inquiry: Inquiry): Instant => instant(inquiry.from - 6 * DAY);

function sessionsInPlay(inquiry: Inquiry): readonly Entity[] {
  const sessions = new Map<string, Entity>();
  for (const { entity } of suspectsOf(inquiry, "session")) sessions.set(entityKey(entity), entity);
  for (const { entity } of suspectsOf(inquiry, "process")) {
    const session = inquiry.graph.sessions.get(entityKey(entity));
    if (session !== undefined) sessions.set(entityKey(session), session);
  }
  return [...sessions.values()];
}

export async function arrive(inquiry: Inquiry, session: Entity, logon: Fact): Promise<void> {
  const address = find(logon.event, "ip", "src");
  const outside = address?.wellKnown === true || address === undefined ? undefined : address;
  const named = find(logon.event, "host", "src");
  const fromHost = named ?? (outside === undefined ? undefined : await ownerOf(inquiry, outside, logon));
  const here = deviceOf(logon.event)?.value;
  const elsewhere = fromHost !== undefined && fromHost.value !== here ? fromHost : undefined;
  const via = elsewhere === undefined ? undefined : await carrier(inquiry, elsewhere, logon);
  inquiry.arrivals.set(entityKey(session), {
    logon,
    ...(outside === undefined ? {} : { address: outside }),
    ...(elsewhere === undefined ? {} : { fromHost: elsewhere }),
    ...(via === undefined ? {} : { via }),
  });
}

/** Which machine spoke from this address around that time. */
async function ownerOf(inquiry: Inquiry, address: Entity, logon: Fact): Promise<Entity | undefined> {
  const known = inquiry.graph.owners.get(address.value);
  if (known !== undefined || addressScope(address.value) !== "private") return known;
  const rows = await inquiry.questions.ask(`Which machine has the address ${address.value}?`, {
    ...{ entities: [bare(address)], classes: [CLASS.network] },
    ...{ from: instant(logon.at - DAY), to: instant(logon.at + MINUTE), order: "newest", limit: 100 },
  });
  takeIn(inquiry.graph, rows);
  return inquiry.graph.owners.get(address.value);
}

/**
 * The connection on the source machine that carried the logon: one to this very machine first, a suspect's before others,
 * the nearest in time among equals. What goes to another machine, or to the web, carried nothing.
 */
async function carrier(inquiry: Inquiry, host: Entity, logon: Fact): Promise<Fact | undefined> {
  const from = instant(logon.at - CARRY_BEFORE_MS);
  const to = instant(logon.at + CARRY_AFTER_MS);
  const query = { classes: [CLASS.network], from, to, order: "newest", limit: 300 } as const;
  const rows = await inquiry.questions.ask(`What on ${host.value} opened the connection behind the logon?`, {
    ...{ entities: [{ kind: "host", value: host.value }], ...query },
  });
  takeIn(inquiry.graph, rows);
  const here = deviceOf(logon.event);
  if (here !== undefined) await learnAddresses(inquiry, here, logon);
  const carriers = inquiry.graph.facts.flatMap((fact) => {
    const fits =
      fact.predicate === "connected" &&
      fact.subject.kind === "process" &&
      fact.at >= from &&
      fact.at < to &&
      deviceOf(fact.event)?.value === host.value &&
      addressScope(fact.object?.value ?? "") !== "public";
    const rank = fits ? carrierRank(inquiry, fact, here) : undefined;
    return rank === undefined ? [] : [{ fact, rank }];
  });
  carriers.sort((a, b) => a.rank - b.rank || Math.abs(a.fact.at - logon.at) - Math.abs(b.fact.at - logon.at));
  return carriers[0]?.fact;
}

/** Which addresses are the machine's own: without them any connection inside could have led to it. */
async function learnAddresses(inquiry: Inquiry, here: Entity, logon: Fact): Promise<void> {
  if ([...inquiry.graph.owners.values()].some((owner) => owner.value === here.value)) return;
  const rows = await inquiry.questions.ask(`Which addresses has ${here.value}?`, {
    ...{ entities: [{ kind: "host", value: here.value }], classes: [CLASS.network] },
    ...{ from: instant(logon.at - DAY), to: inquiry.to, order: "newest", limit: 50 },
  });
  takeIn(inquiry.graph, rows);
}

/** Lower is better; undefined when it cannot have carried the logon. */
function carrierRank(inquiry: Inquiry, fact: Fact, here: Entity | undefined): number | undefined {
  const owner = inquiry.graph.owners.get(fact.object?.value ?? "");
  const named = find(fact.event, "host", "dst", "target");
  const there = owner?.value ?? named?.value;
  const known = there !== undefined && here !== undefined;
  if (known && there !== here.value) return undefined;
  const port = textOf(inquiry.graph.views, fact.event, "DestinationPort");
  if (!known && port !== undefined && NEVER_CARRIES.has(port)) return undefined;
  return (known ? 0 : 2) + (isSuspect(inquiry, fact.subject) ? 0 : 1);
}

/** Web, mail and name service: nobody logs on to a machine's shell or shares over these. */
const NEVER_CARRIES: ReadonlySet<string> = new Set(["25", "53", "80", "443", "587", "853", "993", "8080", "8443"]);

/** Accounts on machines without session ids (sshd, sudo): what they did, and how they came in. */
async function findVisits(inquiry: Inquiry): Promise<void> {
  const { graph, questions } = inquiry;
  await findOpened(inquiry);
  const users = suspectsOf(inquiry, "user").filter(({ entity }) => !entity.value.startsWith("arn:"));
  for (const { entity, at } of users.slice(0, KEYS_MAX)) {
    const rows = await questions.ask(`What did ${entity.value} do, and how did it come in?`, {
      ...{ entities: [bare(entity)], from: instant(at - DAY), to: inquiry.to, order: "newest", limit: ROWS },
    });
    takeIn(graph, rows);
  }
  for (const { entity } of users) {
    for (const visits of [...graph.visits].filter(([key]) => key.endsWith(`|${entity.value}`))) {
      for (const visit of visits[1]) await countFailures(inquiry, visit);
    }
  }
}

/** Addresses that failed to log on: did one of their logons work, and whose was it? */
async function findOpened(inquiry: Inquiry): Promise<void> {
  const knocking = suspectsOf(inquiry, "ip").filter(({ confirmed }) => confirmed);
  for (const { entity, at } of knocking.slice(0, KEYS_MAX)) {
    const rows = await inquiry.questions.ask(`Which logons came from ${entity.value}?`, {
      ...{ entities: [bare(entity)], classes: [CLASS.logon], from: instant(at - DAY), to: inquiry.to },
      ...{ order: "oldest", limit: ROWS },
    });
    takeIn(inquiry.graph, rows);
    const own = inquiry.graph.facts.filter((fact) => find(fact.event, "ip", "src")?.value === entity.value);
    const failed = own.filter((fact) => fact.predicate === "failed-logon");
    if (addressScope(entity.value) !== "public" && failed.length < GUESSING_FROM) continue;
    for (const logon of own) {
      const worked = logon.predicate === "logged-on" && failed.some((fact) => fact.at <= logon.at);
      if (!worked || logon.subject.kind !== "user") continue;
      suspect(inquiry, logon.subject, { weight: 0.8, at: logon.at });
      const session = find(logon.event, "session", "target", "actor");
      if (session !== undefined) suspect(inquiry, session, { weight: 0.8, at: logon.at });
    }
  }
}

/** Failed logons from the same address before one that worked. */
async function countFailures(inquiry: Inquiry, visit: Fact): Promise<void> {
  const address = find(visit.event, "ip", "src");
  if (address === undefined || address.wellKnown === true) return;
  if (inquiry.failures.some((known) => known.address.value === address.value)) return;
  const query: EventQuery = {
    ...{ entities: [bare(address)], classes: [CLASS.logon], from: instant(visit.at - DAY), to: visit.at },
    ...{ order: "newest", limit: 200 },
  };
  takeIn(inquiry.graph, await inquiry.questions.ask(`Did ${address.value} fail before it succeeded?`, query));
  const failed = inquiry.graph.facts.filter(
    (fact) =>
      fact.predicate === "failed-logon" &&
      fact.at <= visit.at &&
      find(fact.event, "ip", "src")?.value === address.value,
  );
  const [sample] = failed;
  if (sample === undefined) return;
  const latest = failed.reduce((last, fact) => (fact.at > last.at ? fact : last), sample);
  const exact: EventQuery = { ...query, to: instant(latest.at + 1) };
  const count = await inquiry.questions.count(`How often did ${address.value} try to log on?`, exact, FAILURES_CAP);
  inquiry.failures.push({ address, count, query: exact, sample: latest });
}

/** Forwards: logons on other machines that came from a suspect's machine. */
export async function findDepartures(inquiry: Inquiry): Promise<boolean> {
  const { graph, questions } = inquiry;
  const since = firstSuspicionByHost(inquiry);
  const addresses = [...graph.owners].filter(([, host]) => since.has(host.value));
  if (addresses.length === 0) return false;
  const entities = addresses.slice(0, KEYS_MAX).map(([value]) => ({ kind: "ip" as const, value }));
  const from = instant(Math.min(...since.values()));
  const rows = await questions.ask("Where did the suspect machines log on afterwards?", {
    ...{ entities, classes: [CLASS.logon], from, to: inquiry.to, order: "oldest", limit: ROWS },
  });
  takeIn(graph, rows);
  let found = false;
  for (const [key, logon] of graph.logons) {
    const source = find(logon.event, "ip", "src");
    const host = source === undefined ? undefined : graph.owners.get(source.value);
    const start = host === undefined ? undefined : since.get(host.value);
    if (host === undefined || start === undefined || logon.at < start) continue;
    if (deviceOf(logon.event)?.value === host.value || inquiry.suspects.has(key)) continue;
    found = (await depart(inquiry, host, logon)) || found;
  }
  return found;
}

async function depart(inquiry: Inquiry, host: Entity, logon: Fact): Promise<boolean> {
  const session = find(logon.event, "session", "target", "actor");
  if (session === undefined || session.wellKnown === true) return false;
  await arrive(inquiry, session, logon);
  const via = inquiry.arrivals.get(entityKey(session))?.via;
  const weight = via === undefined ? 0 : (inquiry.suspects.get(entityKey(via.subject))?.weight ?? 0);
  const account = isSuspect(inquiry, logon.subject) ? 0.6 : 0;
  const strongest = Math.max(weight, account) * SESSION_DECAY;
  if (strongest === 0) {
    if (!inquiry.exposed.includes(logon) && host.value !== "") inquiry.exposed.push(logon);
    return false;
  }
  suspect(inquiry, session, { weight: strongest, at: logon.at });
  return true;
}

function firstSuspicionByHost(inquiry: Inquiry): ReadonlyMap<string, Instant> {
  const since = new Map<string, Instant>();
  for (const { entity, at } of suspectsOf(inquiry, "process", "session")) {
    const host = hostOfId(entity.value);
    const known = since.get(host);
    if (known === undefined || at < known) since.set(host, at);
  }
  return since;
}

/** What else was done in sessions that came from elsewhere. */
export async function readSessions(inquiry: Inquiry, explored: Set<string>): Promise<void> {
  const remote = suspectsOf(inquiry, "session").filter(
    ({ entity }) => inquiry.arrivals.get(entityKey(entity))?.address !== undefined && !explored.has(entityKey(entity)),
  );
  if (remote.length === 0) return;
  for (const { entity } of remote) explored.add(entityKey(entity));
  const entities = remote.slice(0, KEYS_MAX).map(({ entity }) => bare(entity));
  const rows = await inquiry.questions.ask("What was done in the sessions that came from elsewhere?", {
    ...{ entities, from: inquiry.from, to: inquiry.to, order: "oldest", limit: 2 * ROWS },
  });
  takeIn(inquiry.graph, rows);
  for (const { entity, weight } of remote) {
    for (const [process, session] of inquiry.graph.sessions) {
      if (entityKey(session) !== entityKey(entity)) continue;
      const child = { kind: "process", role: "actor", value: process.slice("process:".length) } as const;
      const at = inquiry.graph.byObject.get(process)?.[0]?.at ?? inquiry.incident.firstSeen;
      suspect(inquiry, child, { weight: weight * SESSION_DECAY, at });
    }
  }
}
