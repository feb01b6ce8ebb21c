/**
 * Backward search from every seed to the door the trouble came through.
 * Enters: the inquiry after its questions. Leaves: ranked candidates with their chains.
 *
 * R1. Best-first over causes with growing cost; bounded by EXPANSIONS_MAX and DEPTH_MAX, and a bound that was hit is named.
 * R2. A door ends the way back. Behind a desktop, service host or scheduler nothing more can be seen: there the first
 *     program that came out is the candidate, not the door.
 * R3. Score = share of seeds that lead there x prior of the door x cheapness of the way; the best five are kept.
 */
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import type { RootCause } from "@cordon/model/investigation";
import type { Instant } from "@cordon/model/time";
import { causesOf } from "./causes.ts";
import { doorAt, endsHere, type Found, onlyTrace, type Trail } from "./doors.ts";
import type { Fact } from "./facts.ts";
import type { Inquiry, Seed } from "./inquiry.ts";

const EXPANSIONS_MAX = 20_000;
const DEPTH_MAX = 40;
export const CANDIDATES_MAX = 5;
/** Two candidates nearer than this are not told apart. */
const UNDECIDED_SHARE = 0.1;

export interface Candidate {
  readonly entity: Entity;
  readonly fact: Fact;
  readonly at: Instant;
  readonly boundary: string;
  readonly prior: number;
  readonly why: string;
  readonly chain: readonly Fact[];
  readonly cost: number;
  readonly seeds: number;
  readonly score: number;
}

export function rootCauses(inquiry: Inquiry): readonly Candidate[] {
  const budget = { left: EXPANSIONS_MAX };
  const found = new Map<EntityKey, { found: Found; trails: Trail[]; seeds: Set<number> }>();
  for (const [index, seed] of inquiry.seeds.entries()) {
    for (const node of seed.nodes) {
      for (const { result, trail } of searchFrom(inquiry, { seed, node }, budget)) {
        const key = `${result.boundary} ${entityKey(result.entity)}`;
        const known = found.get(key) ?? { found: result, trails: [], seeds: new Set<number>() };
        known.trails.push(trail);
        known.seeds.add(index);
        found.set(key, known);
      }
    }
  }
  if (budget.left <= 0) inquiry.questions.limits.add(`the search for causes stopped after ${EXPANSIONS_MAX} steps`);
  return ranked(inquiry, [...found.values()]);
}

function ranked(
  inquiry: Inquiry,
  all: readonly { readonly found: Found; readonly trails: readonly Trail[]; readonly seeds: ReadonlySet<number> }[],
): readonly Candidate[] {
  const scored = all.map(({ found, trails, seeds }): Candidate => {
    const cost = trails.reduce((sum, trail) => sum + trail.cost, 0) / trails.length;
    const share = seeds.size / Math.max(1, inquiry.seeds.length);
    const chain = [...new Set(trails.flatMap((trail) => trail.facts))].sort((a, b) => a.at - b.at);
    const score = share * found.prior * Math.exp(-cost / 6);
    return { ...found, at: found.fact.at, chain, cost, seeds: seeds.size, score };
  });
  scored.sort((a, b) => b.score - a.score || a.at - b.at || (entityKey(a.entity) < entityKey(b.entity) ? -1 : 1));
  const best = scored.slice(0, CANDIDATES_MAX);
  const total = best.reduce((sum, candidate) => sum + candidate.score, 0);
  return best.map((candidate) => ({ ...candidate, score: total === 0 ? 0 : candidate.score / total }));
}

/** True when the best two are too near to be told apart. */
export const isUndecided = (roots: readonly Pick<RootCause, "score">[]): boolean => {
  const [first, second] = roots;
  return first !== undefined && second !== undefined && first.score - second.score < UNDECIDED_SHARE * first.score;
};

function* searchFrom(
  inquiry: Inquiry,
  from: { readonly seed: Seed; readonly node: Entity },
  budget: { left: number },
): Generator<{ readonly result: Found; readonly trail: Trail }> {
  const start: Trail = { node: { entity: from.node, at: from.seed.detection.time }, cost: 0, facts: [] };
  const open: Trail[] = [start];
  let found = 0;
  const closed = new Set<EntityKey>();
  while (open.length > 0 && budget.left > 0) {
    open.sort((a, b) => b.cost - a.cost);
    const trail = open.pop();
    if (trail === undefined || closed.has(entityKey(trail.node.entity))) continue;
    closed.add(entityKey(trail.node.entity));
    budget.left -= 1;
    const causes = causesOf(inquiry, trail.node).filter((cause) => !closed.has(entityKey(cause.node.entity)));
    const result = doorAt(inquiry, trail, causes);
    if (result !== undefined) {
      found += 1;
      yield { result, trail };
    }
    if (result?.prior !== undefined && result.boundary !== "remote-execution" && endsHere(result)) continue;
    if (trail.facts.length >= DEPTH_MAX) continue;
    for (const cause of causes) {
      open.push({ node: cause.node, cost: trail.cost + cause.cost, facts: [...trail.facts, cause.fact] });
    }
  }
  const result = found === 0 ? onlyTrace(inquiry, from) : undefined;
  if (result !== undefined) yield { result, trail: start };
}
