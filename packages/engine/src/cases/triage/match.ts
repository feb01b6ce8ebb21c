/**
 * Where a detection belongs. Enters: a detection and the desk. Leaves: the incidents it is tied to, best first, each
 * with the bonds that tie it.
 *
 * M1. Strength = strong bonds (context bonds and hashes once, bonds.ts) + at most WEAK_MAX of weak ones + half of the hub bonds, and the last only where something
 *     that is not a hub ties too.
 * M2. A bond fades with the distance in time to the nearest sighting in that incident, and with the number of other
 *     incidents that hold the entity.
 */
import type { Detection } from "@cordon/model/detection";
import { type EntityKey, type EntityRole, entityKey } from "@cordon/model/entity";
import type { IncidentId } from "@cordon/model/ids";
import type { JoinReason } from "@cordon/model/incident";
import { type Bond, bindingOf, bondBetween, bondOf, CONTEXT_SHARE, HORIZON_MS, memoryOf, WEAK_MAX } from "./bonds.ts";
import { type Desk, HUB_INCIDENTS } from "./desk.ts";

export interface Match {
  readonly incident: IncidentId;
  readonly strength: number;
  readonly because: readonly JoinReason[];
}

/** Incidents that hold an entity up to this number do not make it common. */
const COMMON_FROM = 3;
/** A non-hub tie of this strength is the "second independent one" that lets a hub count. */
const SECOND_MIN = 0.25;
/** Reasons kept per join: the strongest ones. */
const REASONS_MAX = 6;
/** Bonds below this are noise and make no reason. */
const BOND_MIN = 0.01;

interface Tally {
  strong: number;
  /** Context bonds one by one; hashes at their strongest. */
  readonly context: number[];
  hash: number;
  weak: number;
  hub: number;
  readonly reasons: JoinReason[];
}

/** What is looked for: entities at one moment. */
export type Probe = Pick<Detection, "entities" | "time">;

export function matchesOf(detection: Probe, desk: Desk): readonly Match[] {
  const tallies = new Map<IncidentId, Tally>();
  for (const [key, { bond, roles }] of ownBonds(detection)) {
    const holders = desk.holders(key);
    if (holders.size === 0) continue;
    const popularity = desk.popularity(key, detection.time, memoryOf(bond));
    const hub = popularity > HUB_INCIDENTS || desk.isHub(key);
    const rare = popularity <= COMMON_FROM ? 1 : 1 / (1 + Math.log2(popularity / COMMON_FROM));
    for (const id of newest(holders)) {
      const sighting = desk.get(id)?.sightings.get(key);
      if (sighting === undefined) continue;
      const distance = nearest(sighting.times, detection.time);
      if (distance > HORIZON_MS) continue;
      const between = bondBetween(bond, roles, sighting.roles);
      const weight = between.weight * rare * Math.exp(-distance / between.tauMs);
      if (weight >= BOND_MIN) add(tallies, id, { key, weight, hub, bond: between });
    }
  }
  return [...tallies]
    .map(([incident, tally]) => ({ incident, strength: strengthOf(tally), because: strongest(tally.reasons) }))
    .sort((a, b) => b.strength - a.strength || (a.incident < b.incident ? -1 : 1));
}

/** One bond per entity, whatever the number of roles it plays. */
function ownBonds(detection: Probe): Map<EntityKey, { readonly bond: Bond; readonly roles: Set<EntityRole> }> {
  const bonds = new Map<EntityKey, { readonly bond: Bond; readonly roles: Set<EntityRole> }>();
  for (const entity of bindingOf(detection.entities)) {
    const bond = bondOf(entity);
    if (bond === undefined) continue;
    const key = entityKey(entity);
    const known = bonds.get(key);
    if (known === undefined) bonds.set(key, { bond, roles: new Set([entity.role]) });
    else known.roles.add(entity.role);
  }
  return bonds;
}

/** A popular entity is a hub anyway: only the newest holders are looked at, so one detection costs a bounded time. */
const HOLDERS_MAX = 64;

function newest(holders: ReadonlySet<IncidentId>): readonly IncidentId[] {
  return holders.size <= HOLDERS_MAX ? [...holders] : [...holders].slice(-HOLDERS_MAX);
}

function nearest(times: readonly number[], at: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (const time of times) best = Math.min(best, Math.abs(time - at));
  return best;
}

interface Tie {
  readonly key: EntityKey;
  readonly weight: number;
  readonly hub: boolean;
  readonly bond: Bond;
}

function add(tallies: Map<IncidentId, Tally>, id: IncidentId, tie: Tie): void {
  const tally = tallies.get(id) ?? { strong: 0, context: [], hash: 0, weak: 0, hub: 0, reasons: [] };
  tallies.set(id, tally);
  if (tie.hub) tally.hub += tie.weight;
  else if (tie.bond.weak) tally.weak += tie.weight;
  else if (tie.bond.context === true) tally.context.push(tie.weight);
  else if (tie.key.startsWith("hash:")) tally.hash = Math.max(tally.hash, tie.weight);
  else tally.strong += tie.weight;
  tally.reasons.push({ by: tie.bond.by, key: tie.key, weight: Math.round(tie.weight * 1_000) / 1_000 });
}

function strengthOf({ strong, context, hash, weak, hub }: Tally): number {
  const [most = 0, ...others] = [...context].sort((a, b) => b - a);
  const tied = strong + hash + most + CONTEXT_SHARE * others.reduce((sum, weight) => sum + weight, 0);
  return tied + Math.min(WEAK_MAX, weak) + (tied >= SECOND_MIN ? hub / 2 : 0);
}

function strongest(reasons: readonly JoinReason[]): readonly JoinReason[] {
  return [...reasons].sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1)).slice(0, REASONS_MAX);
}
