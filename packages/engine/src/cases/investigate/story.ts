/**
 * The story graph: what the console draws. Enters: checked claims. Leaves: nodes and edges.
 * S1. Every edge stands on the events of a claim; a node is there only because an edge or a detection names it.
 */
import type { Detection } from "@cordon/model/detection";
import { type Entity, entityKey } from "@cordon/model/entity";
import type { EventId } from "@cordon/model/ids";
import type { Claim, StoryEdge, StoryNode } from "@cordon/model/investigation";
import type { Instant } from "@cordon/model/time";
import type { Label } from "./sentence.ts";

/** More cannot be looked at; the nodes that rules fired on come first. */
export const NODES_MAX = 120;
const EDGE_EVENTS_MAX = 10;

const VERBS: Partial<Record<Claim["predicate"], string>> = {
  spawned: "started",
  executed: "ran",
  connected: "connected to",
  resolved: "looked up",
  wrote: "wrote",
  modified: "changed",
  loaded: "loaded",
  "accessed-process": "opened",
  "logged-on": "logged on to",
  "failed-logon": "failed at",
  "created-persistence": "set up",
  "changed-account": "changed",
  "called-api": "called",
  "assumed-role": "took",
  requested: "requested",
  received: "received",
  replied: "answered",
  submitted: "sent data to",
};

type Node = { -readonly [K in keyof StoryNode]: StoryNode[K] };

export function storyOf(
  claims: readonly Claim[],
  label: Label,
  detections: readonly Detection[],
): { readonly nodes: readonly StoryNode[]; readonly edges: readonly StoryEdge[] } {
  const tactics = new Map<EventId, string>();
  for (const { evidence, tactics: own } of detections) for (const id of evidence) tactics.set(id, own.at(-1) ?? "");
  const nodes = new Map<string, Node>();
  const edges = new Map<string, StoryEdge>();
  const visit = (entity: Entity, at: Instant): Node => {
    const id = entityKey(entity);
    const known = nodes.get(id) ?? { id, kind: kindOf(entity), label: label(entity), entity, at, flagged: false };
    nodes.set(id, known);
    if (known.at === undefined || at < known.at) known.at = at;
    return known;
  };
  for (const claim of claims) {
    if (claim.at === undefined) continue;
    if (claim.predicate === "detected-by") {
      const node = visit(claim.subject, claim.at);
      node.flagged = true;
      const tactic = claim.cites
        .map((cite) => tactics.get(cite.event))
        .find((name) => name !== undefined && name !== "");
      if (tactic !== undefined) node.tactic = tactic;
      continue;
    }
    const verb = VERBS[claim.predicate];
    if (claim.object === undefined || verb === undefined) continue;
    visit(claim.subject, claim.at);
    visit(claim.object, claim.at);
    addEdge(edges, claim, { verb, at: claim.at, to: claim.object });
  }
  return bounded([...nodes.values()], [...edges.values()]);
}

function addEdge(
  edges: Map<string, StoryEdge>,
  claim: Claim,
  edge: { readonly verb: string; readonly at: Instant; readonly to: Entity },
): void {
  const key = `${entityKey(claim.subject)} ${edge.verb} ${entityKey(edge.to)}`;
  const known = edges.get(key);
  const events = [...new Set([...(known?.events ?? []), ...claim.cites.map((cite) => cite.event)])];
  edges.set(key, {
    ...{ from: entityKey(claim.subject), to: entityKey(edge.to), verb: edge.verb },
    at: known === undefined || edge.at < known.at ? edge.at : known.at,
    events: events.slice(0, EDGE_EVENTS_MAX),
  });
}

function bounded(nodes: readonly StoryNode[], edges: readonly StoryEdge[]) {
  const kept = [...nodes]
    .sort((a, b) => Number(b.flagged) - Number(a.flagged) || (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, NODES_MAX)
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.id < b.id ? -1 : 1));
  const ids = new Set(kept.map((node) => node.id));
  return { nodes: kept, edges: edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)) };
}

function kindOf(entity: Entity): StoryNode["kind"] {
  switch (entity.kind) {
    case "process":
    case "host":
    case "user":
    case "ip":
    case "file":
    case "domain":
    case "url":
    case "session":
    case "resource":
    case "service":
      return entity.kind;
    case "credential":
      return "resource";
    default:
      return "other";
  }
}
