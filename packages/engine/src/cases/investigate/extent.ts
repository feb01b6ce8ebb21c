/**
 * How far it went. Enters: the inquiry and the root causes. Leaves: hosts, accounts, addresses, files, sessions, keys and
 * resources, each confirmed (a rule named it), likely (the trail leads there) or exposed (reached, nothing more).
 *
 * E1. Every member keeps the facts that put it there; a member without a fact does not exist.
 * E2. An account is a member once, under the name that an event proves to be the same (aliases.ts).
 * E3. Private addresses are not members: they are machines, and machines are named as such.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { ExtentMember } from "@cordon/model/investigation";
import type { Instant } from "@cordon/model/time";
import { accountOf } from "./aliases.ts";
import { bareFact, deviceOf, type Fact, find } from "./facts.ts";
import { fileVerdictIn } from "./file-verdict.ts";
import { startOf } from "./graph.ts";
import { type Inquiry, type Suspicion, suspectsOf } from "./inquiry.ts";
import { doorOf } from "./programs.ts";
import type { Candidate } from "./root-cause.ts";

/** Members per investigation; a wider incident is shown by its hosts first. */
export const EXTENT_MAX = 400;
const LIKELY_MIN = 0.3;
/** Facts kept per member. */
const FACTS_MAX = 5;

export interface Member {
  readonly entity: Entity;
  readonly standing: ExtentMember["standing"];
  readonly firstSeen: Instant;
  readonly facts: readonly Fact[];
}

interface Draft {
  readonly entity: Entity;
  standing: ExtentMember["standing"];
  firstSeen: Instant;
  readonly facts: Fact[];
}

type Put = (entity: Entity | undefined, standing: ExtentMember["standing"], fact: Fact) => void;

export function extentOf(inquiry: Inquiry, roots: readonly Candidate[]): readonly Member[] {
  const members = new Map<EntityKey, Draft>();
  const seedEvents = new Set(inquiry.seeds.flatMap((seed) => seed.events.map((event) => event.id)));
  const put: Put = (named, standing, fact) => {
    const entity = named === undefined ? undefined : accountOf(inquiry.graph.aliases, named);
    if (entity === undefined || entity.wellKnown === true || entity.value === "") return;
    if (entity.kind === "ip" && !isPublicAddress(entity.value)) return;
    const actual = seedEvents.has(fact.event.id) && standing === "likely" ? "confirmed" : standing;
    const key = entityKey(entity);
    const known = members.get(key);
    if (known === undefined) {
      members.set(key, { entity, standing: actual, firstSeen: fact.at, facts: [fact] });
      return;
    }
    if (RANK[actual] < RANK[known.standing]) known.standing = actual;
    if (fact.at < known.firstSeen) known.firstSeen = fact.at;
    if (known.facts.includes(fact)) return;
    if (known.facts.length >= FACTS_MAX) {
      // What an examination said of a file comes late and decides what is done with it.
      if (fileVerdictIn(fact.event) === undefined) return;
      known.facts.pop();
    }
    // What names it by this very name comes first: an action's target must stand in the events that are cited for it.
    if (named?.value === entity.value) known.facts.unshift(fact);
    else known.facts.push(fact);
  };
  for (const suspicion of suspectsOf(inquiry, "process")) putProcess(inquiry, suspicion, put);
  putSessions(inquiry, put);
  putCloud(inquiry, put);
  putSeeds(inquiry, put);
  const [top] = roots;
  if (top !== undefined) putRoot(top, put);
  for (const fact of inquiry.exposed) put(deviceOf(fact.event), "exposed", fact);
  return limited(inquiry, [...members.values()]);
}

const RANK = { confirmed: 0, likely: 1, exposed: 2 } as const;
const KIND_ORDER: readonly Entity["kind"][] = [
  "host",
  "user",
  "ip",
  "domain",
  "url",
  "credential",
  "session",
  "process",
  "resource",
  "file",
];

function limited(inquiry: Inquiry, members: readonly Draft[]): readonly Member[] {
  const order = (member: Draft) => {
    const at = KIND_ORDER.indexOf(member.entity.kind);
    return RANK[member.standing] * 100 + (at < 0 ? 99 : at);
  };
  const sorted = [...members].sort(
    (a, b) => order(a) - order(b) || a.firstSeen - b.firstSeen || (entityKey(a.entity) < entityKey(b.entity) ? -1 : 1),
  );
  if (sorted.length > EXTENT_MAX)
    inquiry.questions.limits.add(`extent shows ${EXTENT_MAX} of ${sorted.length} members`);
  return sorted.slice(0, EXTENT_MAX);
}

const standingOf = ({ weight }: Suspicion): ExtentMember["standing"] => (weight >= LIKELY_MIN ? "likely" : "exposed");

function putProcess(inquiry: Inquiry, suspicion: Suspicion, put: Put): void {
  const { graph } = inquiry;
  const key = entityKey(suspicion.entity);
  const start = startOf(graph, key);
  const standing = standingOf(suspicion);
  if (start !== undefined) {
    put(deviceOf(start.event), standing, start);
    put(graph.users.get(key), standing, start);
    if (suspicion.confirmed) put(suspicion.entity, standing, start);
  }
  const door = doorOf(graph.programs.get(key)?.name);
  for (const fact of graph.bySubject.get(key) ?? []) {
    if (start !== undefined && fact.at < start.at) continue;
    // A browser or mail client talks to the whole world by itself; what it talks to is nobody's trail.
    if (fact.predicate === "connected" && door !== "browser" && door !== "mail-client")
      put(fact.object, standing, fact);
    if (fact.predicate === "wrote" && (door === undefined || door === "document")) put(fact.object, standing, fact);
    if (fact.predicate === "resolved" && door === undefined) put(fact.object, standing, fact);
  }
}

function putSessions(inquiry: Inquiry, put: Put): void {
  for (const suspicion of suspectsOf(inquiry, "session")) {
    const arrival = inquiry.arrivals.get(entityKey(suspicion.entity));
    const logon = arrival?.logon ?? inquiry.graph.logons.get(entityKey(suspicion.entity));
    if (logon === undefined) continue;
    const standing = standingOf(suspicion);
    put(suspicion.entity, standing, logon);
    put(deviceOf(logon.event), standing, logon);
    put(logon.subject, standing, logon);
    put(arrival?.address, standing, logon);
  }
}

/** Keys and principals of suspect calls; the resources they touched. */
function putCloud(inquiry: Inquiry, put: Put): void {
  const suspectKeys = new Set(suspectsOf(inquiry, "credential").map(({ entity }) => entity.value));
  if (suspectKeys.size === 0) return;
  for (const fact of inquiry.graph.facts) {
    const key = find(fact.event, "credential", "actor");
    const address = find(fact.event, "ip", "src");
    if (key === undefined || !suspectKeys.has(key.value)) continue;
    if (address !== undefined && isPublicAddress(address.value) && !inquiry.suspects.has(entityKey(address))) continue;
    put(key, "likely", fact);
    put(find(fact.event, "user", "actor"), "likely", fact);
    put(address, "likely", fact);
    if (fact.event.outcome === "failure") continue;
    put(find(fact.event, "user", "target", "object"), "likely", fact);
    put(find(fact.event, "resource", "object", "target"), "likely", fact);
    for (const made of fact.event.entities) {
      if (made.kind === "credential" && made.role !== "actor") put(made, "likely", fact);
    }
  }
}

function putSeeds(inquiry: Inquiry, put: Put): void {
  const byEvent = new Map(inquiry.graph.facts.map((fact) => [fact.event.id, fact]));
  for (const seed of inquiry.seeds) {
    for (const event of seed.events) {
      const fact = byEvent.get(event.id) ?? bareFact(event);
      if (fact === undefined) continue;
      put(deviceOf(event), "confirmed", fact);
      if (event.outcome === "failure") continue;
      put(find(event, "user", "actor") ?? find(event, "user", "target"), "confirmed", fact);
      put(find(event, "ip", "dst"), "confirmed", fact);
      put(find(event, "ip", "src"), "confirmed", fact);
      put(find(event, "file", "target", "object"), "confirmed", fact);
    }
  }
}

function putRoot(root: Candidate, put: Put): void {
  put(deviceOf(root.fact.event), "likely", root.fact);
  if (root.entity.kind === "ip" || root.entity.kind === "credential") put(root.entity, "likely", root.fact);
  if (root.boundary === "remote-logon") put(root.fact.subject, "likely", root.fact);
}
