/**
 * Who had a service started. A remote service (PsExec and its kin) runs as SYSTEM under the service host, so neither
 * its parent nor its session says who asked for it; the installation just before it, and the logon just before that, do.
 * Enters: suspect processes under a service host. Leaves: callers (process -> session) and their arrivals.
 *
 * X1. Without an installation in the log there is no caller: file servers see logons all the time.
 * X2. The installation's own session counts first; else the nearest network logon before it, a suspect's before others.
 */
import { type Entity, entityKey } from "@cordon/model/entity";
import { type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";
import { CLASS, deviceOf, type Fact, find } from "./facts.ts";
import { hostOfId, startOf, takeIn } from "./graph.ts";
import { type Inquiry, isSuspect, suspect, suspectsOf } from "./inquiry.ts";
import { arrive } from "./logon-chain.ts";
import { doorOf } from "./programs.ts";

const BEFORE_MS = 2 * MINUTE;
const SKEW_MS = 2 * SECOND;
const CALLER_DECAY = 0.7;
/** Processes looked at: one remote tool starts a handful. */
const PROCESSES_MAX = 10;
const CLIMB_MAX = 10;

export async function findCallers(inquiry: Inquiry): Promise<void> {
  for (const { entity, weight, at } of servicesOf(inquiry).slice(0, PROCESSES_MAX)) {
    const caller = await callerOf(inquiry, entity, at);
    if (caller === undefined) continue;
    inquiry.callers.set(entityKey(entity), caller);
    suspect(inquiry, caller.session, { weight: weight * CALLER_DECAY, at: caller.logon.at });
    await arrive(inquiry, caller.session, caller.logon);
  }
}

interface Service {
  readonly entity: Entity;
  readonly weight: number;
  readonly at: Instant;
}

/** Up from every suspect to the process that a service host started. */
function servicesOf(inquiry: Inquiry): readonly Service[] {
  const { graph } = inquiry;
  const found = new Map<string, Service>();
  for (const { entity, weight, at } of suspectsOf(inquiry, "process")) {
    let process = entity;
    for (let step = 0; step < CLIMB_MAX; step += 1) {
      const start = startOf(graph, entityKey(process), at);
      if (start?.predicate !== "spawned") break;
      const door = doorOf(graph.programs.get(entityKey(start.subject))?.name);
      const key = entityKey(process);
      if (door === "service-host" && !inquiry.callers.has(key) && !found.has(key)) {
        found.set(key, { entity: process, weight, at: start.at });
      }
      if (door !== undefined) break;
      process = start.subject;
    }
  }
  return [...found.values()];
}

async function callerOf(inquiry: Inquiry, process: Entity, at: Instant) {
  const host = hostOfId(process.value);
  const from = instant(at - BEFORE_MS);
  const to = instant(at + SKEW_MS);
  const rows = await inquiry.questions.ask(`Who had a service installed on ${host} just before?`, {
    ...{ entities: [{ kind: "host", value: host }], classes: [CLASS.job, CLASS.logon], from, to },
    ...{ order: "newest", limit: 300 },
  });
  takeIn(inquiry.graph, rows);
  const here = inquiry.graph.facts.filter(
    (fact) => fact.at >= from && fact.at < to && deviceOf(fact.event)?.value === host,
  );
  const installed = here.filter((fact) => fact.predicate === "created-persistence");
  const [latest] = [...installed].sort((a, b) => b.at - a.at);
  if (latest === undefined) return undefined;
  return ownSession(inquiry, latest) ?? nearestLogon(inquiry, here, latest);
}

function ownSession(inquiry: Inquiry, installed: Fact) {
  const session = find(installed.event, "session", "actor");
  const logon = session === undefined ? undefined : inquiry.graph.logons.get(entityKey(session));
  return session === undefined || session.wellKnown === true || logon === undefined ? undefined : { session, logon };
}

function nearestLogon(inquiry: Inquiry, here: readonly Fact[], installed: Fact) {
  const logons = here.flatMap((logon) => {
    const session = find(logon.event, "session", "target");
    const address = find(logon.event, "ip", "src");
    const usable = session !== undefined && session.wellKnown !== true && logon.subject.wellKnown !== true;
    if (logon.predicate !== "logged-on" || !usable || logon.at > installed.at + SKEW_MS) return [];
    if (address === undefined || address.wellKnown === true) return [];
    const owner = inquiry.graph.owners.get(address.value);
    const rank = isSuspect(inquiry, session) || (owner !== undefined && isOnTrail(inquiry, owner.value)) ? 0 : 1;
    return [{ session, logon, rank }];
  });
  return logons.sort((a, b) => a.rank - b.rank || b.logon.at - a.logon.at)[0];
}

const isOnTrail = (inquiry: Inquiry, host: string): boolean =>
  suspectsOf(inquiry, "process").some(({ entity }) => hostOfId(entity.value) === host);
