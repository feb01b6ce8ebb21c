/**
 * Follows processes: up to the door they came through, down to everything a suspect started.
 * Enters: suspects and the processes named by the seeds. Leaves: their events in the graph, descendants as suspects.
 *
 * P1. Upwards it stops at programs that start things for everybody (desktop, service host): their other children say nothing.
 * P2. Downwards suspicion fades by DECAY per generation and stops below SUSPICION_MIN.
 */
import { type Entity, type EntityKey, entityKey } from "@cordon/model/entity";
import { find } from "./facts.ts";
import { childrenOf, startOf, takeIn } from "./graph.ts";
import { type Inquiry, suspect, suspectsOf } from "./inquiry.ts";
import { doorOf, isBackdrop } from "./programs.ts";
import { KEYS_MAX } from "./questions.ts";

const DECAY = 0.95;
/** Generations up and down: deeper trees are loops or build systems. */
const ROUNDS_MAX = 14;
const ROWS_PER_ROUND = 3_000;
/** Children of one process that are followed: a shell in a loop starts thousands of the same. */
const CHILDREN_MAX = 100;

export async function growTree(inquiry: Inquiry, explored: Set<EntityKey>): Promise<void> {
  const { graph, questions } = inquiry;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    spread(inquiry);
    const frontier = frontierOf(inquiry, explored);
    if (frontier.length === 0) return;
    for (let at = 0; at < frontier.length; at += KEYS_MAX) {
      const some = frontier.slice(at, at + KEYS_MAX);
      for (const entity of some) explored.add(entityKey(entity));
      const entities = some.map(({ kind, value }) => ({ kind, value }));
      const query = { entities, from: inquiry.from, to: inquiry.to, order: "oldest", limit: ROWS_PER_ROUND } as const;
      takeIn(graph, await questions.ask(`What did these ${some.length} processes do, and who started them?`, query));
    }
  }
  questions.limits.add(`process trees are followed for ${ROUNDS_MAX} generations`);
}

/** Suspects, and on the way up the unexplored parents of whatever is explored. */
function frontierOf(inquiry: Inquiry, explored: ReadonlySet<EntityKey>): readonly Entity[] {
  const { graph } = inquiry;
  const frontier = new Map<EntityKey, Entity>();
  const want = (entity: Entity) => {
    const key = entityKey(entity);
    if (!explored.has(key)) frontier.set(key, entity);
  };
  for (const { entity } of suspectsOf(inquiry, "process")) want(entity);
  for (const seed of inquiry.seeds) for (const node of seed.nodes) if (node.kind === "process") want(node);
  for (const { via } of inquiry.arrivals.values()) if (via !== undefined) want(via.subject);
  for (const key of explored) {
    const start = startOf(graph, key);
    if (start?.predicate !== "spawned") continue;
    if (!isBackdrop(doorOf(graph.programs.get(entityKey(start.subject))?.name))) want(start.subject);
  }
  return [...frontier.values()];
}

/** Children, written files that were executed, injected processes: suspicion goes down the tree. */
function spread(inquiry: Inquiry): void {
  const { graph } = inquiry;
  const queue = suspectsOf(inquiry, "process").map((suspicion) => suspicion);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const key = entityKey(next.entity);
    if (isBackdrop(doorOf(graph.programs.get(key)?.name)) && !next.confirmed) continue;
    const children = childrenOf(graph, key);
    if (children.length > CHILDREN_MAX) {
      inquiry.questions.limits.add(
        `${children.length} children of one process: the first ${CHILDREN_MAX} are followed`,
      );
    }
    for (const child of children.slice(0, CHILDREN_MAX)) {
      const at = startOf(graph, entityKey(child))?.at ?? next.at;
      if (!suspect(inquiry, child, { weight: next.weight * DECAY, at })) continue;
      const grown = inquiry.suspects.get(entityKey(child));
      if (grown !== undefined) queue.push(grown);
    }
  }
}

/** Marks who acted in the seeds; their accounts, sessions and keys are suspects of their own. */
export function markSeeds(inquiry: Inquiry): void {
  for (const { events, nodes, detection } of inquiry.seeds) {
    for (const node of nodes) suspect(inquiry, node, { weight: 1, at: detection.time, confirmed: true });
    for (const event of events) {
      for (const kind of ["session", "credential"] as const) {
        const own = find(event, kind, "actor", "target");
        if (own !== undefined) suspect(inquiry, own, { weight: 0.9, at: event.time, confirmed: true });
      }
    }
  }
}
