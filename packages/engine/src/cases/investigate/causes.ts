/**
 * One step back: what may have caused this. Enters: an entity at a moment. Leaves: earlier entities with the price of
 * believing it and the fact that says so. Spawning is cheap, a file that was written and then run dearer, injection
 * dearer still (investigation.md 3.2).
 *
 * B1. Causes are never later than what they caused, but for SKEW_MS between two machines.
 */
import { type Entity, entityKey } from "@cordon/model/entity";
import { type Instant, instant, SECOND } from "@cordon/model/time";
import { deviceOf, type Fact, find, textOf } from "./facts.ts";
import { childrenOf, type Graph, hostOfId, startOf } from "./graph.ts";
import type { Inquiry } from "./inquiry.ts";
import { doorOf } from "./programs.ts";

export const SKEW_MS = 2 * SECOND;

export interface Node {
  readonly entity: Entity;
  readonly at: Instant;
}

export interface Cause {
  readonly node: Node;
  readonly cost: number;
  readonly fact: Fact;
}

const COST = {
  spawned: 0.2,
  session: 0.5,
  written: 0.6,
  injected: 0.8,
  carried: 0.4,
  key: 0.3,
  visit: 0.4,
  caller: 0.6,
} as const;
/** A parent with many children explains any one of them a little less. */
const hubPenalty = (graph: Graph, key: string): number => 0.1 * Math.log(1 + childrenOf(graph, key).length);

/** A file that ten thousand processes wrote explains nothing; the nearest before it are looked at. */
const CAUSES_MAX = 30;

export function causesOf(inquiry: Inquiry, node: Node): readonly Cause[] {
  const causes = allCauses(inquiry, node);
  if (causes.length <= CAUSES_MAX) return causes;
  inquiry.questions.limits.add(`of ${causes.length} possible causes the ${CAUSES_MAX} nearest were followed`);
  return [...causes].sort((a, b) => b.node.at - a.node.at).slice(0, CAUSES_MAX);
}

function allCauses(inquiry: Inquiry, node: Node): readonly Cause[] {
  switch (node.entity.kind) {
    case "process":
      return processCauses(inquiry, node);
    case "session":
      return sessionCauses(inquiry, node);
    case "credential":
      return keyCauses(inquiry, node);
    case "user":
      return userCauses(inquiry, node);
    default:
      return [];
  }
}

function processCauses(inquiry: Inquiry, node: Node): readonly Cause[] {
  const { graph } = inquiry;
  const key = entityKey(node.entity);
  const start = startOf(graph, key, node.at);
  const causes: Cause[] = [];
  const parent = start?.predicate === "spawned" ? start.subject : undefined;
  const at = start?.at ?? node.at;
  if (start !== undefined && parent !== undefined) {
    const cost = COST.spawned + hubPenalty(graph, entityKey(parent));
    causes.push({ node: { entity: parent, at }, cost, fact: start });
  }
  const session = graph.sessions.get(key);
  if (start !== undefined && session !== undefined && comesFromSession(graph, parent)) {
    causes.push({ node: { entity: session, at }, cost: COST.session, fact: start });
  }
  const caller = inquiry.callers.get(key);
  if (caller !== undefined) {
    causes.push({ node: { entity: caller.session, at }, cost: COST.caller, fact: caller.logon });
  }
  return [...causes, ...writtenBy(inquiry, node, at), ...injectedBy(inquiry, node)];
}

/** The session matters where the parent does not: unknown, a desktop, a remote provider, a service host. */
function comesFromSession(graph: Graph, parent: Entity | undefined): boolean {
  if (parent === undefined) return true;
  const program = graph.programs.get(entityKey(parent));
  const door = doorOf(program?.name);
  return program === undefined || !["mail-client", "document", "browser", "web-service", undefined].includes(door);
}

function writtenBy(inquiry: Inquiry, node: Node, at: Instant): readonly Cause[] {
  const program = inquiry.graph.programs.get(entityKey(node.entity));
  if (program === undefined) return [];
  const writes = inquiry.graph.writes.get(`${hostOfId(node.entity.value)}|${program.image.toLowerCase()}`) ?? [];
  return writes
    .filter((fact) => fact.at <= at && entityKey(fact.subject) !== entityKey(node.entity))
    .map((fact) => ({ node: { entity: fact.subject, at: fact.at }, cost: COST.written, fact }));
}

/** A thread started in it from outside; only before it was seen to act. */
function injectedBy(inquiry: Inquiry, node: Node): readonly Cause[] {
  const facts = inquiry.graph.byObject.get(entityKey(node.entity)) ?? [];
  return facts
    .filter((fact) => fact.predicate === "accessed-process" && fact.at <= node.at && isInjection(inquiry, fact))
    .map((fact) => ({ node: { entity: fact.subject, at: fact.at }, cost: COST.injected, fact }));
}

const isInjection = (inquiry: Inquiry, fact: Fact): boolean =>
  fact.event.activity === 4 || textOf(inquiry.graph.views, fact.event, "EventID") === "8";

function sessionCauses(inquiry: Inquiry, node: Node): readonly Cause[] {
  const arrival = inquiry.arrivals.get(entityKey(node.entity));
  if (arrival?.via === undefined) return [];
  const { via, logon } = arrival;
  return [{ node: { entity: via.subject, at: instant(via.at + SKEW_MS) }, cost: COST.carried, fact: logon }];
}

/** The call that handed the key out. */
function keyCauses(inquiry: Inquiry, node: Node): readonly Cause[] {
  const makers = inquiry.graph.byObject.get(entityKey(node.entity)) ?? [];
  return makers.flatMap((fact) => {
    const maker = find(fact.event, "credential", "actor") ?? find(fact.event, "user", "actor");
    if (maker === undefined || fact.at > node.at || fact.event.outcome === "failure") return [];
    if (entityKey(maker) === entityKey(node.entity)) return [];
    return [{ node: { entity: maker, at: fact.at }, cost: COST.key, fact }];
  });
}

/** An account acts because somebody logged on with it, or because somebody made it for that. */
function userCauses(inquiry: Inquiry, node: Node): readonly Cause[] {
  const visits = [...inquiry.graph.visits]
    .filter(([key]) => key.endsWith(`|${node.entity.value}`))
    .flatMap(([, facts]) => facts)
    .filter((fact) => fact.at <= node.at + SKEW_MS && isFromElsewhere(fact));
  const last = visits.reduce<Fact | undefined>(
    (best, fact) => (best === undefined || fact.at > best.at ? fact : best),
    undefined,
  );
  const address = last === undefined ? undefined : find(last.event, "ip", "src");
  const visit =
    last === undefined || address === undefined
      ? []
      : [{ node: { entity: address, at: last.at }, cost: COST.visit, fact: last }];
  return [...visit, ...madeBy(inquiry, node)];
}

/** Calls that made the account or gave it a way in. Answers name it whole (ARN), requests by its last part. */
function madeBy(inquiry: Inquiry, node: Node): readonly Cause[] {
  const names = new Set([node.entity.value, shortPrincipal(node.entity.value)]);
  return [...names].flatMap((value) => {
    const made = inquiry.graph.byObject.get(entityKey({ kind: "user", value })) ?? [];
    return made.flatMap((fact) => {
      const maker = find(fact.event, "credential", "actor");
      if (fact.predicate !== "changed-account" || maker === undefined || fact.at > node.at) return [];
      return fact.event.outcome === "failure" ? [] : [{ node: { entity: maker, at: fact.at }, cost: COST.key, fact }];
    });
  });
}

/** `arn:aws:iam::1:user/bob` -> `bob`. */
export const shortPrincipal = (value: string): string => value.slice(value.lastIndexOf("/") + 1);

const isFromElsewhere = (fact: Fact): boolean => {
  const address = find(fact.event, "ip", "src");
  return address !== undefined && address.wellKnown !== true && deviceOf(fact.event) !== undefined;
};
