/**
 * Folds crowds of look-alike nodes. In: a story and which crowds are opened. Out: a story with fewer nodes.
 * C1. Flagged nodes are never folded. C2. Every edge still stands, from crowd to crowd. C3. Nothing is dropped:
 * the members of each crowd are named.
 */
import { laneOf, type Story, type StoryEdge, type StoryNode } from "./story-shape.ts";

export interface Crowd {
  readonly id: string;
  readonly members: readonly StoryNode[];
}
export interface Clustered extends Story {
  readonly crowds: ReadonlyMap<string, Crowd>;
}

/** Above this a drawing explains nothing any more; below it, only clear crowds fold. */
export const NODES_READABLE = 200;
/** So many same leaves on one node are a crowd even in a small story. */
const LEAVES_READABLE = 6;

export function clusterStory(story: Story, opened: ReadonlySet<string>, limit = NODES_READABLE): Clustered {
  const leaves = fold(story, opened, { keyOf: leafCrowds(story), least: LEAVES_READABLE });
  if (leaves.nodes.length <= limit) return leaves;
  return fold(story, opened, { keyOf: (node) => `${node.kind} · ${node.tactic ?? "no tactic"}`, least: 2 });
}

/** Leaves: one neighbour only, same kind, same verb, same tactic. */
function leafCrowds(story: Story): (node: StoryNode) => string | undefined {
  const touching = new Map<string, StoryEdge[]>();
  for (const edge of story.edges) {
    for (const id of [edge.from, edge.to]) touching.set(id, [...(touching.get(id) ?? []), edge]);
  }
  return (node) => {
    const edges = touching.get(node.id) ?? [];
    const neighbours = new Set(edges.map((edge) => (edge.from === node.id ? edge.to : edge.from)));
    const [edge] = edges;
    if (edge === undefined || neighbours.size !== 1) return undefined;
    return `${[...neighbours].join()} ${edge.verb} ${node.kind} ${node.tactic ?? ""}`;
  };
}

interface Crowding {
  /** Same key, same crowd; undefined = stands alone. */
  readonly keyOf: (node: StoryNode) => string | undefined;
  /** Fewer than this is no crowd. */
  readonly least: number;
}

function fold(story: Story, opened: ReadonlySet<string>, { keyOf, least }: Crowding): Clustered {
  const groups = new Map<string, StoryNode[]>();
  for (const node of story.nodes) {
    const key = node.flagged ? undefined : keyOf(node);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  const crowds = new Map<string, Crowd>();
  const home = new Map<string, string>();
  for (const [key, members] of groups) {
    const id = `crowd:${key}`;
    if (members.length < least || opened.has(id)) continue;
    crowds.set(id, { id, members });
    for (const member of members) home.set(member.id, id);
  }
  const nodes = story.nodes.filter((node) => !home.has(node.id));
  return { nodes: [...nodes, ...[...crowds.values()].map(crowdNode)], edges: mergeEdges(story.edges, home), crowds };
}

function crowdNode({ id, members }: Crowd): StoryNode {
  const [first] = members;
  const times = members.flatMap((node) => (node.at === undefined ? [] : [node.at]));
  return {
    id,
    kind: first?.kind ?? "other",
    label: `${members.length} × ${laneOf(first?.kind ?? "other") === "Processes" ? "process" : (first?.kind ?? "node")}`,
    flagged: false,
    ...(first?.tactic === undefined ? {} : { tactic: first.tactic }),
    ...(times.length === 0 ? {} : { at: times.reduce((a, b) => Math.min(a, b)) }),
  };
}

/** Parallel edges become one with all their events. */
export function mergeEdges(edges: readonly StoryEdge[], home: ReadonlyMap<string, string>): readonly StoryEdge[] {
  const merged = new Map<string, StoryEdge>();
  for (const edge of edges) {
    const from = home.get(edge.from) ?? edge.from;
    const to = home.get(edge.to) ?? edge.to;
    if (from === to && edge.from !== edge.to) continue;
    const key = `${from}\u0000${to}\u0000${edge.verb}`;
    const before = merged.get(key);
    const events = before === undefined ? edge.events : [...before.events, ...edge.events];
    merged.set(key, { from, to, verb: edge.verb, at: Math.min(edge.at, before?.at ?? edge.at), events });
  }
  return [...merged.values()];
}
