/**
 * Who else met the same things, and what happened just before. Enters: suspects. Leaves: other machines as exposed, the
 * hour before in the graph and in the ledger.
 */
import { isPublicAddress } from "@cordon/model/address-scope";
import { type Entity, entityKey } from "@cordon/model/entity";
import { DAY, HOUR, instant } from "@cordon/model/time";
import { CLASS, deviceOf } from "./facts.ts";
import { takeIn } from "./graph.ts";
import { type Inquiry, suspectsOf } from "./inquiry.ts";
import { doorOf } from "./programs.ts";
import { KEYS_MAX } from "./questions.ts";

/** An address that so many machines meet is a service of the whole world, not of this attacker. */
const MACHINES_MAX = 10;
const LOOK_BACK_MS = 30 * DAY;
const LOOK_BEFORE_MS = HOUR;
const ROWS = 500;

export async function whoElse(inquiry: Inquiry): Promise<void> {
  const { graph, questions } = inquiry;
  const met = new Map<string, Entity>();
  const own = new Set<string>();
  for (const { entity } of suspectsOf(inquiry, "process")) {
    const door = doorOf(graph.programs.get(entityKey(entity))?.name);
    for (const fact of graph.bySubject.get(entityKey(entity)) ?? []) {
      const host = deviceOf(fact.event)?.value;
      if (host !== undefined) own.add(host);
      const to = fact.predicate === "connected" && door === undefined ? fact.object : undefined;
      if (to !== undefined && to.wellKnown !== true && (to.kind !== "ip" || isPublicAddress(to.value)))
        met.set(entityKey(to), to);
    }
  }
  const entities = [...met.values()].slice(0, KEYS_MAX).map(({ kind, value }) => ({ kind, value }));
  if (entities.length === 0) return;
  const from = instant(inquiry.incident.firstSeen - LOOK_BACK_MS);
  const query = { entities, from, to: inquiry.to, order: "newest", limit: ROWS } as const;
  takeIn(graph, await questions.ask("Who else met the same addresses?", query));
  for (const key of met.keys()) {
    const others = (graph.byObject.get(key) ?? []).filter((fact) => !own.has(deviceOf(fact.event)?.value ?? ""));
    const machines = new Set(others.map((fact) => deviceOf(fact.event)?.value));
    if (machines.size <= MACHINES_MAX) inquiry.exposed.push(...others);
  }
}

/** Accounts made, tasks set, logons: the hour before on the machines of the seeds. */
export async function whatBefore(inquiry: Inquiry): Promise<void> {
  const hosts = new Set(inquiry.seeds.flatMap((seed) => seed.events.flatMap((event) => deviceOf(event)?.value ?? [])));
  if (hosts.size === 0) return;
  const rows = await inquiry.questions.ask("What happened on these machines in the hour before?", {
    entities: [...hosts].slice(0, KEYS_MAX).map((value) => ({ kind: "host" as const, value })),
    classes: [CLASS.logon, CLASS.account, CLASS.group, CLASS.job, CLASS.kernel],
    ...{ from: instant(inquiry.incident.firstSeen - LOOK_BEFORE_MS), to: inquiry.incident.firstSeen },
    ...{ order: "newest", limit: ROWS },
  });
  takeIn(inquiry.graph, rows);
}
