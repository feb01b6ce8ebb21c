/**
 * What an investigation found that belongs to one trail only: whoever holds the same is in the same story.
 * Enters: an incident. Leaves: entities with the moment at which they were seen.
 *
 * L1. Only kinds that nobody shares by accident: sessions, processes, keys.
 * L2. Of the chain from the door only what was started, opened or handed out counts; who started it may be a desktop.
 */
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { Incident } from "@cordon/model/incident";
import type { Instant } from "@cordon/model/time";

export interface Lead {
  readonly entity: Entity;
  readonly at: Instant;
}

const KINDS: ReadonlySet<string> = new Set(["session", "process", "credential"]);
/** One question per lead to the desk; the first ones are nearest to the door. */
const LEADS_MAX = 200;

export function leadsOf({ investigation }: Pick<Incident, "investigation">): readonly Lead[] {
  if (investigation === undefined) return [];
  const leads = new Map<EntityKey, Lead>();
  const add = (entity: Entity | undefined, at: Instant) => {
    if (entity === undefined || entity.wellKnown === true || !KINDS.has(entity.kind)) return;
    const key = entityKey(entity);
    if (!leads.has(key)) leads.set(key, { entity, at });
  };
  const [root] = investigation.rootCauses;
  if (root !== undefined && root.boundary !== "not-visible") {
    add(root.entity, root.at);
    const chain = new Set(root.chain);
    for (const { id, predicate, object, at } of investigation.claims)
      if (chain.has(id) && predicate !== "accessed-process") add(object, at ?? root.at);
  }
  for (const { entity, standing, firstSeen } of investigation.extent)
    if (standing !== "exposed") add(entity, firstSeen);
  return [...leads.values()].slice(0, LEADS_MAX);
}
