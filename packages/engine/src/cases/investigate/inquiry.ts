/**
 * The state of one investigation while it asks: seeds, suspects, window. Everything the steps share, and nothing else.
 *
 * I1. Suspicion only grows: an entity keeps its highest weight and its earliest time.
 * I2. A well-known entity is never a suspect.
 */
import type { Detection } from "@cordon/model/detection";
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { Event } from "@cordon/model/event";
import type { Incident } from "@cordon/model/incident";
import type { EventQuery } from "@cordon/model/query";
import { DAY, HOUR, type Instant, instant } from "@cordon/model/time";
import { CLASS, deviceOf, type Fact, find } from "./facts.ts";
import type { Graph } from "./graph.ts";
import type { Questions } from "./questions.ts";

/** Below this a trail is no longer worth following (investigation.md 3.3). */
export const SUSPICION_MIN = 0.05;
/** What came before the first detection is looked for this far back, what came after the last this far ahead. */
export const BEFORE_MS = DAY;
export const AFTER_MS = 6 * HOUR;

export interface Suspicion {
  readonly entity: Entity;
  readonly weight: number;
  readonly at: Instant;
  /** A rule named it as the one who acted. */
  readonly confirmed: boolean;
}

export interface Seed {
  readonly detection: Detection;
  readonly events: readonly Event[];
  /** Where the search for causes starts. */
  readonly nodes: readonly Entity[];
}

/** How a session came to a machine from elsewhere. */
export interface Arrival {
  readonly logon: Fact;
  readonly address?: Entity;
  readonly fromHost?: Entity;
  /** Connection on the source machine that made it, when its logs are here. */
  readonly via?: Fact;
}

export interface Inquiry {
  readonly incident: Incident;
  readonly graph: Graph;
  readonly questions: Questions;
  readonly seeds: readonly Seed[];
  readonly from: Instant;
  readonly to: Instant;
  readonly suspects: Map<EntityKey, Suspicion>;
  readonly arrivals: Map<EntityKey, Arrival>;
  /** Session that had a service started, by the service's process. */
  readonly callers: Map<EntityKey, { readonly session: Entity; readonly logon: Fact }>;
  /** Logons from a suspect machine that nothing else speaks against. */
  readonly exposed: Fact[];
  /** Failed logons per address, counted by the store. */
  readonly failures: FailureCount[];
}

export interface FailureCount {
  readonly address: Entity;
  readonly count: number;
  readonly query: EventQuery;
  readonly sample: Fact;
}

export function windowOf(incident: Incident): { readonly from: Instant; readonly to: Instant } {
  return { from: instant(incident.firstSeen - BEFORE_MS), to: instant(incident.lastSeen + AFTER_MS) };
}

export function suspect(
  inquiry: Inquiry,
  entity: Entity,
  mark: { readonly weight: number; readonly at: Instant; readonly confirmed?: boolean },
): boolean {
  if (entity.wellKnown === true || mark.weight < SUSPICION_MIN) return false;
  const key = entityKey(entity);
  const known = inquiry.suspects.get(key);
  if (
    known !== undefined &&
    known.weight >= mark.weight &&
    known.at <= mark.at &&
    !(mark.confirmed && !known.confirmed)
  ) {
    return false;
  }
  inquiry.suspects.set(key, {
    entity: known?.entity ?? entity,
    weight: Math.max(mark.weight, known?.weight ?? 0),
    at: known === undefined || mark.at < known.at ? mark.at : known.at,
    confirmed: mark.confirmed === true || known?.confirmed === true,
  });
  return true;
}

export function suspectsOf(inquiry: Inquiry, ...kinds: readonly Entity["kind"][]): readonly Suspicion[] {
  return [...inquiry.suspects.values()].filter((suspicion) => kinds.includes(suspicion.entity.kind));
}

export const isSuspect = (inquiry: Inquiry, entity: Entity): boolean => inquiry.suspects.has(entityKey(entity));

/**
 * The one who acts in an event: where the way back begins. SYSTEM, root and loopback are everywhere: whoever stands behind
 * them is named by the next one in the list.
 */
export function nodesOf(event: Event): readonly Entity[] {
  const candidates = event.class === CLASS.logon ? logonNodes(event) : actorNodes(event);
  const node = candidates.find((entity) => entity !== undefined && entity.wellKnown !== true);
  return node === undefined ? [] : [node];
}

const actorNodes = (event: Event): readonly (Entity | undefined)[] => [
  find(event, "process", "actor", "object"),
  find(event, "process", "target"),
  find(event, "credential", "actor"),
  find(event, "session", "actor"),
  find(event, "user", "actor", "target"),
  find(event, "ip", "src"),
  deviceOf(event),
];

/**
 * A logon is told by the session it made or the account it opened; the process is the service that answered. Who fails
 * to log on has not become the account: all that is known of him is where he came from.
 */
const logonNodes = (event: Event): readonly (Entity | undefined)[] => [
  event.outcome === "failure" ? find(event, "ip", "src") : undefined,
  find(event, "session", "target", "actor"),
  find(event, "credential", "actor"),
  find(event, "user", "actor", "target"),
  find(event, "process", "actor", "object"),
  find(event, "ip", "src"),
  deviceOf(event),
];
