/**
 * Follows keys and principals through cloud calls: who used a suspect key, which keys it handed out, who else came from
 * the same address. Enters: suspect credentials, principals, addresses. Leaves: more of them, and their calls in the graph.
 *
 * C1. A principal's calls are suspect only from a suspect address or with a suspect key made on the way; the owner's own
 *     earlier calls from elsewhere are not.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import { type Entity, entityKey } from "@cordon/model/entity";
import { shortPrincipal } from "./causes.ts";
import { find } from "./facts.ts";
import { takeIn } from "./graph.ts";
import { type Inquiry, suspect, suspectsOf } from "./inquiry.ts";
import { KEYS_MAX } from "./questions.ts";

const KEY_DECAY = 0.8;
/** Keys make keys make keys; more steps than this were never seen in one campaign. */
const ROUNDS_MAX = 6;
const ROWS = 2_000;

export async function followKeys(inquiry: Inquiry, explored: Set<string>): Promise<void> {
  await askMakers(inquiry, explored);
  if (suspectsOf(inquiry, "credential").length === 0) return;
  for (const seed of inquiry.seeds) {
    for (const event of seed.events) {
      const address = find(event, "ip", "src");
      if (find(event, "credential", "actor") === undefined || address === undefined) continue;
      if (isPublicAddress(address.value)) suspect(inquiry, address, { weight: 0.9, at: event.time, confirmed: true });
    }
  }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const fresh = suspectsOf(inquiry, "credential", "ip").filter(({ entity }) => !explored.has(entityKey(entity)));
    if (fresh.length === 0) return;
    const some = fresh.slice(0, KEYS_MAX);
    for (const { entity } of some) explored.add(entityKey(entity));
    const entities = some.map(({ entity: { kind, value } }) => ({ kind, value }));
    const query = { entities, from: inquiry.from, to: inquiry.to, order: "oldest", limit: ROWS } as const;
    takeIn(
      inquiry.graph,
      await inquiry.questions.ask("What was done with these keys and from these addresses?", query),
    );
    for (const { entity } of some) spreadKey(inquiry, entity);
  }
}

/** Who made the cloud accounts that acted, and what else they did. */
async function askMakers(inquiry: Inquiry, explored: Set<string>): Promise<void> {
  const fresh = suspectsOf(inquiry, "user").filter(
    ({ entity }) => entity.value.startsWith("arn:") && !explored.has(entityKey(entity)),
  );
  if (fresh.length === 0) return;
  for (const { entity } of fresh) explored.add(entityKey(entity));
  const names = fresh.flatMap(({ entity }) => [entity.value, shortPrincipal(entity.value)]);
  const entities = [...new Set(names)].slice(0, KEYS_MAX).map((value) => ({ kind: "user" as const, value }));
  const query = { entities, from: inquiry.from, to: inquiry.to, order: "oldest", limit: ROWS } as const;
  takeIn(inquiry.graph, await inquiry.questions.ask("Who made these accounts, and what did they do?", query));
}

/** Calls from a suspect address make their key a suspect; keys handed out by suspect calls are suspects. */
function spreadKey(inquiry: Inquiry, entity: Entity): void {
  const weight = inquiry.suspects.get(entityKey(entity))?.weight ?? 0;
  for (const event of inquiry.graph.byEntity.get(entityKey(entity)) ?? []) {
    const key = find(event, "credential", "actor");
    const address = find(event, "ip", "src");
    if (key === undefined) continue;
    const fromSuspect = address !== undefined && inquiry.suspects.has(entityKey(address));
    if (!fromSuspect && !isMade(inquiry, key)) continue;
    suspect(inquiry, key, { weight: weight * KEY_DECAY, at: event.time });
    const made = event.entities.find((other) => other.kind === "credential" && other.role !== "actor");
    if (made !== undefined) suspect(inquiry, made, { weight: weight * KEY_DECAY, at: event.time });
    if (address !== undefined && isPublicAddress(address.value) && isMade(inquiry, key)) {
      suspect(inquiry, address, { weight: weight * KEY_DECAY, at: event.time });
    }
  }
}

/** A key that came out of a call we saw: all of its use belongs to the trail. */
function isMade(inquiry: Inquiry, key: Entity): boolean {
  const makers = inquiry.graph.byObject.get(entityKey(key)) ?? [];
  return makers.some((fact) => {
    const maker = find(fact.event, "credential", "actor");
    return maker !== undefined && entityKey(maker) !== entityKey(key) && inquiry.suspects.has(entityKey(maker));
  });
}
