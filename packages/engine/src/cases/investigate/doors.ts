/**
 * Doors: where a way back ends and what kind of entry that is. Enters: a trail and what may lie behind its end.
 * Leaves: a finding with its boundary and prior, or nothing when the way goes on.
 *
 * O1. A door is named by the kind of entity and by the program table (programs.ts), never by free text.
 * O2. What the logs do not show is said to be not visible; it is never filled in.
 */
import { addressScope } from "@cordon/model/address-scope";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { Cause, Node } from "./causes.ts";
import { bareFact, type Fact, find, textOf } from "./facts.ts";
import { labelOf, startOf } from "./graph.ts";
import { type Arrival, type Inquiry, isSuspect, type Seed } from "./inquiry.ts";
import { type Door, doorOf } from "./programs.ts";

export interface Found {
  readonly entity: Entity;
  readonly fact: Fact;
  readonly boundary: string;
  readonly prior: number;
  readonly why: string;
}

export interface Trail {
  readonly node: Node;
  readonly cost: number;
  readonly facts: readonly Fact[];
}

export const endsHere = (found: Found): boolean => !GOES_ON.has(found.boundary);
/** Doors behind which the way may still be seen: who came through them. */
const GOES_ON: ReadonlySet<string> = new Set([
  ...["remote-execution", "user-execution", "service", "scheduled-task", "cloud-console"],
]);

export function doorAt(inquiry: Inquiry, trail: Trail, causes: readonly Cause[]): Found | undefined {
  const { entity } = trail.node;
  switch (entity.kind) {
    case "process":
      return processDoor(inquiry, trail, causes);
    case "session":
      return sessionDoor(inquiry, trail);
    case "credential":
      return causes.length > 0 ? undefined : keyDoor(inquiry, trail);
    case "ip":
      return addressDoor(inquiry, trail);
    case "user":
      return (
        consoleDoor(inquiry, trail, causes) ??
        (causes.length > 0 ? undefined : unseen(inquiry, trail, "nothing shows how this account came in"))
      );
    default:
      return undefined;
  }
}

function processDoor(inquiry: Inquiry, trail: Trail, causes: readonly Cause[]): Found | undefined {
  const { graph } = inquiry;
  const { entity } = trail.node;
  const program = graph.programs.get(entityKey(entity));
  const door = doorOf(program?.name);
  const fact = startOf(graph, entityKey(entity), trail.node.at) ?? trail.facts.at(-1);
  if (fact === undefined) return undefined;
  if (door === undefined) {
    return causes.length > 0 ? undefined : unseen(inquiry, trail, "nothing shows what started it");
  }
  const known = DOORS[door];
  const name = program?.name ?? labelOf(graph, entity);
  if (known.outcome === "came-out") {
    const child = trail.facts.at(-1)?.object;
    const first = child?.kind === "process" ? child : undefined;
    const last = trail.facts.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const removable = isRemovable(graph.programs.get(entityKey(first))?.image);
    return {
      ...{ entity: first, fact: last },
      ...(removable
        ? { boundary: "removable-medium", prior: 0.75, why: `${labelOf(graph, first)} was started from another drive` }
        : { boundary: known.boundary, prior: known.prior, why: `${labelOf(graph, first)} was started by ${name}` }),
    };
  }
  if (door === "document") return documentDoor(inquiry, { entity, fact, name });
  return { entity, fact, boundary: known.boundary, prior: known.prior, why: `${name} is ${known.says}` };
}

/** A document program is the door; who handed the document over names it. */
function documentDoor(
  inquiry: Inquiry,
  { entity, fact, name }: { readonly entity: Entity; readonly fact: Fact; readonly name: string },
): Found {
  const { graph } = inquiry;
  const parent = fact.predicate === "spawned" ? graph.programs.get(entityKey(fact.subject))?.name : undefined;
  const command = graph.programs.get(entityKey(entity))?.command ?? "";
  const document = /"([^"]+\.[a-z0-9]{2,5})"\s*$/i.exec(command)?.[1];
  const opened = `${name} opened ${document ?? "a document"}`;
  if (doorOf(parent) === "mail-client" || /\\(Content\.Outlook|Outlook Temp)\\/i.test(command)) {
    return {
      entity,
      fact,
      boundary: "mail-attachment",
      prior: 1,
      why: `${opened} out of a mail (started by ${parent ?? "a mail client"})`,
    };
  }
  if (doorOf(parent) === "browser" || /\\(Downloads|INetCache)\\/i.test(command)) {
    return { entity, fact, boundary: "downloaded-document", prior: 0.95, why: `${opened} that was downloaded` };
  }
  return { entity, fact, boundary: "office-document", prior: 0.95, why: opened };
}

const DOORS: Readonly<
  Record<
    Door,
    { readonly boundary: string; readonly prior: number; readonly says: string; readonly outcome: "door" | "came-out" }
  >
> = {
  "mail-client": { boundary: "mail-client", prior: 1, says: "a mail client", outcome: "door" },
  document: { boundary: "office-document", prior: 0.95, says: "a program that opens documents", outcome: "door" },
  browser: { boundary: "browser", prior: 0.9, says: "a browser", outcome: "door" },
  "web-service": { boundary: "web-service", prior: 0.95, says: "a service that answers the network", outcome: "door" },
  "remote-shell": { boundary: "remote-execution", prior: 0.5, says: "a remote shell service", outcome: "door" },
  "remote-provider": {
    boundary: "remote-execution",
    prior: 0.45,
    says: "started by callers from elsewhere",
    outcome: "came-out",
  },
  desktop: { boundary: "user-execution", prior: 0.6, says: "the desktop", outcome: "came-out" },
  scheduler: { boundary: "scheduled-task", prior: 0.35, says: "the scheduler", outcome: "came-out" },
  "service-host": { boundary: "service", prior: 0.35, says: "the service host", outcome: "came-out" },
  system: { boundary: "system-start", prior: 0.15, says: "a part of the system", outcome: "came-out" },
};

const isRemovable = (image: string | undefined): boolean =>
  image !== undefined && /^[D-Z]:\\/i.test(image) && !/^[D-Z]:\\(Windows|Program Files)/i.test(image);

function sessionDoor(inquiry: Inquiry, trail: Trail): Found | undefined {
  const arrival = inquiry.arrivals.get(entityKey(trail.node.entity));
  if (arrival === undefined) return actedFrom(inquiry, trail.node.entity);
  const { logon, address, via, fromHost } = arrival;
  if (via !== undefined) return undefined;
  const type = textOf(inquiry.graph.views, logon.event, "LogonType");
  const account = logon.subject.value;
  if (address !== undefined && (fromHost !== undefined || REMOTE_TYPES.has(type ?? "10"))) {
    return {
      ...{ entity: address, fact: logon, boundary: "remote-logon" },
      prior: remotePrior(arrival, address),
      why: `${account} logged on from ${address.value}${type === undefined ? "" : ` (logon type ${type})`}`,
    };
  }
  if (fromHost !== undefined) {
    const why = `${account} logged on from ${fromHost.value}, whose own logs do not show it`;
    return { entity: fromHost, fact: logon, boundary: "remote-logon", prior: 0.6, why };
  }
  const local = type === "2" || type === "11" || type === "7";
  if (!local) return actedFrom(inquiry, trail.node.entity);
  const why = `${account} logged on at the machine itself`;
  return { entity: logon.subject, fact: logon, boundary: "interactive-logon", prior: 0.4, why };
}

/** No logon was logged, but what the session did names where it came from (access to a share, a remote call). */
function actedFrom(inquiry: Inquiry, session: Entity): Found | undefined {
  for (const event of inquiry.graph.byEntity.get(entityKey(session)) ?? []) {
    const address = find(event, "ip", "src");
    const fact = bareFact(event);
    if (address === undefined || address.wellKnown === true || fact === undefined) continue;
    const who = find(event, "user", "actor", "target")?.value ?? "somebody";
    const known = inquiry.graph.facts.find((one) => one.event.id === event.id) ?? fact;
    const why = `${who} acted from ${address.value}; the logon itself is not in the logs`;
    return { entity: address, fact: known, boundary: "remote-logon", prior: 0.6, why };
  }
  return undefined;
}

const REMOTE_TYPES: ReadonlySet<string> = new Set(["3", "8", "9", "10"]);

function remotePrior(arrival: Arrival, address: Entity): number {
  if (addressScope(address.value) === "public") return 1;
  return arrival.fromHost === undefined ? 0.7 : 0.6;
}

/** No call made this key: its first use in the trail is where the thief comes into sight. */
function keyDoor(inquiry: Inquiry, trail: Trail): Found | undefined {
  const key = trail.node.entity;
  const uses = inquiry.graph.facts.filter((fact) => {
    if (find(fact.event, "credential", "actor")?.value !== key.value) return false;
    const address = find(fact.event, "ip", "src");
    // The owner's own calls come from elsewhere on the internet; without a public address nobody can be told apart.
    return address === undefined || addressScope(address.value) !== "public" || isSuspect(inquiry, address);
  });
  const first = uses.reduce<Fact | undefined>(
    (best, fact) => (best === undefined || fact.at < best.at ? fact : best),
    undefined,
  );
  if (first === undefined) return unseen(inquiry, trail, "nothing shows where this key came from");
  const owner = find(first.event, "user", "actor")?.value ?? "its owner";
  const address = find(first.event, "ip", "src")?.value;
  const from = address === undefined ? "" : ` from ${address}`;
  const why = `the key of ${owner} was used${from}, and no call in the logs made that key`;
  return { entity: key, fact: first, boundary: "cloud-access-key", prior: 0.9, why };
}

function addressDoor(inquiry: Inquiry, trail: Trail): Found | undefined {
  const address = trail.node.entity;
  const logon = trail.facts.at(-1) ?? logonFrom(inquiry, address);
  if (logon === undefined) return attempted(inquiry, address);
  const failures = inquiry.failures.find((known) => known.address.value === address.value);
  const guessed = failures === undefined ? "" : ` after ${failures.count} attempts`;
  const prior = addressScope(address.value) === "public" ? 1 : 0.7;
  const why = `${logon.subject.value} logged on from ${address.value}${guessed}`;
  return { entity: address, fact: logon, boundary: "remote-logon", prior, why };
}

const comesFrom = (fact: Fact, address: Entity): boolean => find(fact.event, "ip", "src")?.value === address.value;
const earliest = (facts: readonly Fact[]): Fact | undefined =>
  facts.reduce<Fact | undefined>((best, fact) => (best === undefined || fact.at < best.at ? fact : best), undefined);

/** The first logon from there that worked, of an account on the trail. */
const logonFrom = (inquiry: Inquiry, address: Entity): Fact | undefined =>
  earliest(
    inquiry.graph.facts.filter(
      (fact) => fact.predicate === "logged-on" && comesFrom(fact, address) && isSuspect(inquiry, fact.subject),
    ),
  );

/** Somebody knocked, and nothing shows that the door opened. */
function attempted(inquiry: Inquiry, address: Entity): Found | undefined {
  const tries = inquiry.graph.facts.filter((fact) => fact.predicate === "failed-logon" && comesFrom(fact, address));
  const fact = earliest(tries);
  if (fact === undefined) return undefined;
  const why = `${address.value} tried to log on ${tries.length === 1 ? "once" : `${tries.length} times`}; none that worked is in the logs`;
  return { entity: address, fact, boundary: "logon-attempt", prior: 0.5, why };
}

/** A sign-in to the console of a cloud; when the account was itself made on the trail, its maker says more. */
function consoleDoor(inquiry: Inquiry, trail: Trail, causes: readonly Cause[]): Found | undefined {
  const { entity, at } = trail.node;
  const logons = (inquiry.graph.bySubject.get(entityKey(entity)) ?? []).filter(
    (fact) =>
      fact.predicate === "logged-on" && fact.at <= at && find(fact.event, "host", "device", "observer") === undefined,
  );
  const last = logons.reduce<Fact | undefined>(
    (best, fact) => (best === undefined || fact.at > best.at ? fact : best),
    undefined,
  );
  if (last === undefined) return undefined;
  const address = find(last.event, "ip", "src");
  const from = address === undefined ? "" : ` from ${address.value}`;
  const why = `${entity.value} signed in to the console${from}`;
  // As with any logon from outside, what came in is the address; the account is what it came in with.
  const outside = address !== undefined && addressScope(address.value) === "public" ? address : entity;
  return { entity: outside, fact: last, boundary: "cloud-console", prior: causes.length > 0 ? 0.4 : 0.9, why };
}

/** The trail ends in the open: the earliest thing in sight, said as such. */
function unseen(inquiry: Inquiry, trail: Trail, why: string): Found | undefined {
  const { entity } = trail.node;
  const fact =
    startOf(inquiry.graph, entityKey(entity), trail.node.at) ?? trail.facts.at(-1) ?? firstFactOf(inquiry, entity);
  return fact === undefined ? undefined : { entity, fact, boundary: "not-visible", prior: 0.3, why };
}

const firstFactOf = (inquiry: Inquiry, entity: Entity): Fact | undefined =>
  [...(inquiry.graph.bySubject.get(entityKey(entity)) ?? [])].sort((a, b) => a.at - b.at)[0];

/** No door and no way back: what the rule saw is all there is, and is said to be no more than that. */
export function onlyTrace(inquiry: Inquiry, from: { readonly seed: Seed; readonly node: Entity }): Found | undefined {
  const named = from.seed.events.find((event) => event.entities.some((one) => entityKey(one) === entityKey(from.node)));
  const fact = firstFactOf(inquiry, from.node) ?? (named === undefined ? undefined : bareFact(named));
  if (fact === undefined) return undefined;
  return { entity: from.node, fact, boundary: "not-visible", prior: 0.2, why: "the logs show nothing that led to it" };
}
