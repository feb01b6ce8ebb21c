/**
 * The incidents triage has on its desk, found by entity. A cache over the journal, never the truth.
 * Enters: folded incidents and the detections that joined them. Leaves: who holds an entity, how near, and whether
 * the entity is a hub.
 *
 * K1. Bounded: the incident that was used longest ago leaves first, and its keys are asked of the journal again.
 * K2. A hub ties nothing alone: in more than HUB_INCIDENTS incidents (bonds.ts says within which time), or a host / private address that met more than
 *     HUB_PARTNERS accounts and public addresses (domain controller, terminal server, NAT), or tagged so by its owner.
 */
import { addressScope } from "@cordon/model/address-scope";
import type { Inventory } from "@cordon/model/asset";
import type { Detection } from "@cordon/model/detection";
import { type Entity, type EntityKey, type EntityRole, entityKey } from "@cordon/model/entity";
import type { DetectionId, IncidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import { HOUR, type Instant } from "@cordon/model/time";
import { bindingOf, bondOf } from "./bonds.ts";
import { leadsOf } from "./leads.ts";

/** Open incidents held at a time; a year of a busy site, about 200 MB at worst. */
export const DESK_MAX = 5_000;
export const HUB_INCIDENTS = 20;
export const HUB_PARTNERS = 30;
/** Sightings per entity and incident, one per hour of event time: enough for the nearest to be near. */
const SIGHTINGS_MAX = 96;
/** Keys known to the desk: what was asked of the journal once is not asked again. */
const KNOWN_MAX = 200_000;
const HUB_TAGS: ReadonlySet<string> = new Set(["hub", "nat", "proxy", "domain-controller", "gateway", "dns", "vpn"]);

export interface Sighting {
  readonly roles: Set<EntityRole>;
  readonly times: number[];
}

export interface Held {
  incident: Incident;
  readonly sightings: Map<EntityKey, Sighting>;
  readonly joined: Set<DetectionId>;
}

export interface Repeat {
  readonly incident: IncidentId;
  readonly detection: DetectionId;
  readonly last: Instant;
}

export interface Desk {
  get(id: IncidentId): Held | undefined;
  holders(key: EntityKey): ReadonlySet<IncidentId>;
  repeatOf(dedupKey: string): Repeat | undefined;
  noteRepeat(dedupKey: string, repeat: Repeat): void;
  unknownKeys(probes: readonly Pick<Detection, "entities">[]): readonly EntityKey[];
  /** Takes an incident in, or replaces it by a newer state. */
  put(incident: Incident): Held;
  join(held: Held, detection: Detection): void;
  drop(id: IncidentId): void;
  isHub(key: EntityKey): boolean;
  /** Incidents that hold the entity within `withinMs` of a moment, counted up to one more than makes a hub. */
  popularity(key: EntityKey, at: Instant, withinMs: number): number;
}

export function makeDesk(inventory: Pick<Inventory, "find">): Desk {
  const held = new Map<IncidentId, Held>();
  const index = new Map<EntityKey, Set<IncidentId>>();
  const repeats = new Map<string, Repeat>();
  const partners = new Map<EntityKey, Set<EntityKey>>();
  const known = new Set<EntityKey>();

  const touch = (id: IncidentId): Held | undefined => {
    const found = held.get(id);
    if (found === undefined) return undefined;
    held.delete(id);
    held.set(id, found);
    return found;
  };

  const drop = (id: IncidentId): void => {
    const gone = held.get(id);
    if (gone === undefined) return;
    held.delete(id);
    for (const key of gone.sightings.keys()) {
      index.get(key)?.delete(id);
      known.delete(key);
    }
    for (const { detection } of gone.incident.detections) {
      if (repeats.get(detection.dedupKey)?.incident === id) repeats.delete(detection.dedupKey);
    }
  };

  const join = (target: Held, detection: Detection): void => {
    if (target.joined.has(detection.id)) return;
    target.joined.add(detection.id);
    for (const entity of bindingOf(detection.entities)) see(index, target, { entity, at: detection.time });
    notePartners(partners, detection.entities);
  };

  return {
    get: touch,
    holders: (key) => index.get(key) ?? NOBODY,
    repeatOf: (dedupKey) => repeats.get(dedupKey),
    noteRepeat: (dedupKey, repeat) => void repeats.set(dedupKey, repeat),
    unknownKeys: (probes) => newKeys(known, probes),
    put(incident) {
      drop(incident.id);
      const fresh: Held = { incident, sightings: new Map(), joined: new Set() };
      held.set(incident.id, fresh);
      for (const { entity, firstSeen, standing } of incident.investigation?.extent ?? []) {
        if (standing !== "exposed") see(index, fresh, { entity, at: firstSeen });
      }
      for (const { entity, at } of leadsOf(incident)) see(index, fresh, { entity, at });
      for (const { detection, last } of incident.detections) {
        join(fresh, detection);
        repeats.set(detection.dedupKey, { incident: incident.id, detection: detection.id, last });
      }
      if (held.size > DESK_MAX) {
        const [oldest] = held.keys();
        if (oldest !== undefined) drop(oldest);
      }
      return fresh;
    },
    join,
    drop,
    isHub(key) {
      if ((partners.get(key)?.size ?? 0) > HUB_PARTNERS) return true;
      return inventory.find(key)?.tags.some((tag) => HUB_TAGS.has(tag)) ?? false;
    },
    popularity(key, at, withinMs) {
      let count = 0;
      for (const id of index.get(key) ?? NOBODY) {
        const incident = held.get(id)?.incident;
        if (incident === undefined || Math.abs(incident.lastSeen - at) > withinMs) continue;
        count += 1;
        if (count > HUB_INCIDENTS) return count;
      }
      return count;
    },
  };
}

const NOBODY: ReadonlySet<IncidentId> = new Set();

/** Notes that the incident holds the entity at this time: what a detection names, or what its investigation found. */
function see(
  index: Map<EntityKey, Set<IncidentId>>,
  held: Held,
  seen: { readonly entity: Entity; readonly at: Instant },
): void {
  if (bondOf(seen.entity) === undefined) return;
  const key = entityKey(seen.entity);
  const holders = index.get(key) ?? new Set();
  index.set(key, holders.add(held.incident.id));
  const sighting = held.sightings.get(key);
  if (sighting === undefined) {
    held.sightings.set(key, { roles: new Set([seen.entity.role]), times: [seen.at] });
    return;
  }
  sighting.roles.add(seen.entity.role);
  const hour = Math.floor(seen.at / HOUR);
  const same = sighting.times.findIndex((time) => Math.floor(time / HOUR) === hour);
  if (same >= 0) sighting.times[same] = seen.at;
  else sighting.times.push(seen.at);
  if (sighting.times.length > SIGHTINGS_MAX) sighting.times.shift();
}

/** Accounts and public addresses met by hosts and private addresses: the degree that makes them hubs. */
function notePartners(partners: Map<EntityKey, Set<EntityKey>>, entities: readonly Entity[]): void {
  const known = entities.filter((entity) => entity.wellKnown !== true);
  const others = known.filter(
    (one) => one.kind === "user" || (one.kind === "ip" && addressScope(one.value) === "public"),
  );
  for (const entity of known) {
    const mayBeHub = entity.kind === "host" || (entity.kind === "ip" && addressScope(entity.value) === "private");
    if (!mayBeHub) continue;
    const key = entityKey(entity);
    const met = partners.get(key) ?? new Set<EntityKey>();
    partners.set(key, met);
    for (const other of others) if (met.size <= HUB_PARTNERS) met.add(entityKey(other));
  }
}

function newKeys(known: Set<EntityKey>, probes: readonly Pick<Detection, "entities">[]): readonly EntityKey[] {
  if (known.size > KNOWN_MAX) known.clear();
  const fresh: EntityKey[] = [];
  for (const entity of probes.flatMap((probe) => probe.entities)) {
    const bond = bondOf(entity);
    const key = entityKey(entity);
    if (bond === undefined || bond.weak || known.has(key)) continue;
    known.add(key);
    fresh.push(key);
  }
  return fresh;
}
