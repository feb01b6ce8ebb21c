/**
 * Places a story: left to right along the kill chain and cause, top to bottom by kind of thing. Pure.
 * In: nodes and edges. Out: boxes, lane bands, tactic bands and curves.
 * G1. No two boxes overlap. G2. Same story, same picture. G3. A cycle or a dangling edge never hangs or throws.
 */
import { TACTICS, tacticRank } from "@cordon/model/technique";
import { LANES, type Lane, laneOf, type Story, type StoryEdge, type StoryNode } from "./story-shape.ts";

export interface Box {
  readonly node: StoryNode;
  readonly x: number;
  readonly y: number;
}
export interface Curve {
  readonly edge: StoryEdge;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}
export interface LaneBand {
  readonly lane: Lane;
  readonly y: number;
  readonly height: number;
}
export interface TacticBand {
  readonly tactic: string | undefined;
  readonly x: number;
  readonly width: number;
}
export interface Layout {
  readonly boxes: readonly Box[];
  readonly curves: readonly Curve[];
  readonly lanes: readonly LaneBand[];
  readonly tactics: readonly TacticBand[];
  readonly width: number;
  readonly height: number;
}

export const BOX_W = 156;
export const BOX_H = 44;
const GAP_X = 56;
const GAP_Y = 14;
const LANE_PAD = 14;
const HEAD = 30;
const SIDE = 84;
/** Sweeps of the order by neighbours: more changes little and costs time. */
const SWEEPS = 4;

export function layoutStory(story: Story): Layout {
  const known = new Set(story.nodes.map((node) => node.id));
  const edges = story.edges.filter((edge) => known.has(edge.from) && known.has(edge.to) && edge.from !== edge.to);
  const forward = withoutCycles(edges);
  const tacticOf = inheritTactics(story.nodes, forward);
  const { columns, bands } = placeColumns(story.nodes, forward, tacticOf);
  const cells = orderCells(story.nodes, columns, edges);
  const { rows, lanes, height } = placeLanes(cells);
  const boxes = story.nodes.map((node) => ({
    node,
    x: SIDE + (columns.get(node.id) ?? 0) * (BOX_W + GAP_X),
    y: rows.get(node.id) ?? HEAD,
  }));
  const at = new Map(boxes.map((box) => [box.node.id, box]));
  const tactics = bands.map(({ tactic, from, count }) => ({
    tactic,
    x: SIDE - GAP_X / 2 + from * (BOX_W + GAP_X),
    width: count * (BOX_W + GAP_X),
  }));
  const last = tactics.at(-1);
  const width = (last === undefined ? SIDE : last.x + last.width) + 8;
  return { boxes, curves: drawCurves(edges, at), lanes, tactics, width, height };
}

/** Edges in order of time; one that would close a circle is left out of the ordering (it is still drawn). */
function withoutCycles(edges: readonly StoryEdge[]): readonly StoryEdge[] {
  const next = new Map<string, string[]>();
  const kept: StoryEdge[] = [];
  for (const edge of [...edges].sort((a, b) => a.at - b.at)) {
    if (reaches(next, edge.to, edge.from)) continue;
    kept.push(edge);
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  }
  return kept;
}

function reaches(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    for (const after of next.get(id) ?? []) {
      if (seen.has(after)) continue;
      seen.add(after);
      open.push(after);
    }
  }
  return false;
}

/** Band of steps that no tactic was given and whose causes have none either: they stand before the known ones. */
export const UNTAGGED = "untagged";

/**
 * A node without a tactic stands with its cause. It never borrows from its effect: that would say of a mail client that
 * it collected data.
 */
function inheritTactics(nodes: readonly StoryNode[], edges: readonly StoryEdge[]): ReadonlyMap<string, string> {
  const tactics = new Map<string, string>();
  for (const node of nodes) if (node.tactic !== undefined) tactics.set(node.id, node.tactic);
  for (let pass = 0; pass < nodes.length; pass += 1) {
    let changed = false;
    for (const edge of edges) changed = lend(tactics, edge.from, edge.to) || changed;
    if (!changed) break;
  }
  for (const edge of edges) {
    for (const id of [edge.from, edge.to]) if (!tactics.has(id)) tactics.set(id, UNTAGGED);
  }
  return tactics;
}

function lend(tactics: Map<string, string>, from: string, to: string): boolean {
  const tactic = tactics.get(from);
  if (tactic === undefined || tactics.has(to)) return false;
  tactics.set(to, tactic);
  return true;
}

interface Band {
  readonly tactic: string | undefined;
  readonly from: number;
  readonly count: number;
}

/**
 * Columns: first by tactic, inside a tactic by the longest chain of causes within one lane. Steps between lanes are
 * drawn up and down instead, or the picture would grow too wide to be read.
 */
function placeColumns(nodes: readonly StoryNode[], edges: readonly StoryEdge[], tacticOf: ReadonlyMap<string, string>) {
  const lanes = new Map(nodes.map((node) => [node.id, laneOf(node.kind)]));
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let pass = 0; pass < nodes.length; pass += 1) {
    let changed = false;
    for (const { from, to } of edges) {
      if (tacticOf.get(from) !== tacticOf.get(to)) continue;
      const least = (depth.get(from) ?? 0) + (lanes.get(from) === lanes.get(to) ? 1 : 0);
      if ((depth.get(to) ?? 0) >= least) continue;
      depth.set(to, least);
      changed = true;
    }
    if (!changed) break;
  }
  const seen = [...new Set(nodes.map((node) => tacticOf.get(node.id)))];
  seen.sort((a, b) => rankOf(a) - rankOf(b) || (a ?? "").localeCompare(b ?? ""));
  const bands: Band[] = [];
  let from = 0;
  for (const tactic of seen) {
    const depths = nodes.filter((node) => tacticOf.get(node.id) === tactic).map((node) => depth.get(node.id) ?? 0);
    const count = 1 + depths.reduce((a, b) => Math.max(a, b), 0);
    bands.push({ tactic, from, count });
    from += count;
  }
  const start = new Map(bands.map((band) => [band.tactic, band.from]));
  const columns = new Map<string, number>();
  for (const node of nodes) columns.set(node.id, (start.get(tacticOf.get(node.id)) ?? 0) + (depth.get(node.id) ?? 0));
  return { columns, bands };
}

const rankOf = (tactic: string | undefined): number => {
  if (tactic === UNTAGGED) return -1;
  const rank = tactic === undefined ? -1 : tacticRank(tactic);
  return rank < 0 ? TACTICS.length : rank;
};

type Cells = ReadonlyMap<Lane, ReadonlyMap<number, readonly string[]>>;

/** Inside a cell, a node stands near what it touches: fewer crossings. */
function orderCells(
  nodes: readonly StoryNode[],
  columns: ReadonlyMap<string, number>,
  edges: readonly StoryEdge[],
): Cells {
  const cells = new Map<Lane, Map<number, string[]>>();
  const sorted = [...nodes].sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.id.localeCompare(b.id));
  for (const node of sorted) {
    const lane = cells.get(laneOf(node.kind)) ?? new Map<number, string[]>();
    const column = columns.get(node.id) ?? 0;
    lane.set(column, [...(lane.get(column) ?? []), node.id]);
    cells.set(laneOf(node.kind), lane);
  }
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const { rows } = placeLanes(cells);
    const pull = (id: string): number => {
      const near = neighbours.get(id) ?? [];
      if (near.length === 0) return rows.get(id) ?? 0;
      return near.reduce((sum, other) => sum + (rows.get(other) ?? 0), 0) / near.length;
    };
    for (const lane of cells.values()) for (const ids of lane.values()) ids.sort((a, b) => pull(a) - pull(b));
  }
  return cells;
}

function placeLanes(cells: Cells) {
  const rows = new Map<string, number>();
  const lanes: LaneBand[] = [];
  let y = HEAD;
  for (const lane of LANES) {
    const columns = cells.get(lane);
    if (columns === undefined) continue;
    const most = [...columns.values()].reduce((max, ids) => Math.max(max, ids.length), 0);
    const height = most * (BOX_H + GAP_Y) - GAP_Y + 2 * LANE_PAD;
    for (const ids of columns.values()) {
      const top = y + LANE_PAD + ((most - ids.length) * (BOX_H + GAP_Y)) / 2;
      for (const [i, id] of ids.entries()) rows.set(id, top + i * (BOX_H + GAP_Y));
    }
    lanes.push({ lane, y, height });
    y += height;
  }
  return { rows, lanes, height: y + 8 };
}

function drawCurves(edges: readonly StoryEdge[], at: ReadonlyMap<string, Box>): readonly Curve[] {
  return edges.flatMap((edge) => {
    const from = at.get(edge.from);
    const to = at.get(edge.to);
    return from === undefined || to === undefined ? [] : [curve(edge, from, to)];
  });
}

function curve(edge: StoryEdge, from: Box, to: Box): Curve {
  const y1 = from.y + BOX_H / 2;
  const y2 = to.y + BOX_H / 2;
  if (to.x > from.x) {
    const x1 = from.x + BOX_W;
    const bend = Math.max(30, (to.x - x1) / 2);
    const path = `M${x1} ${y1} C${x1 + bend} ${y1} ${to.x - bend} ${y2} ${to.x - 4} ${y2}`;
    return { edge, path, labelX: (x1 + to.x) / 2, labelY: (y1 + y2) / 2 };
  }
  // Same column or backwards: around the right side, so that the line never runs through a box.
  const x1 = from.x + BOX_W;
  const x2 = to.x + BOX_W;
  const out = Math.max(x1, x2) + GAP_X / 2 - 4;
  const path = `M${x1} ${y1} C${out} ${y1} ${out} ${y2} ${x2 + 4} ${y2}`;
  return { edge, path, labelX: out - 1, labelY: (y1 + y2) / 2 };
}

/** The nearest box in a direction, for the arrow keys. */
export function neighbourOf(boxes: readonly Box[], from: Box, key: string): Box | undefined {
  const axis = key === "ArrowLeft" || key === "ArrowRight" ? "x" : "y";
  const cross = axis === "x" ? "y" : "x";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  const ahead = boxes.filter((box) => (box[axis] - from[axis]) * sign > 0);
  const cost = (box: Box) => Math.abs(box[axis] - from[axis]) + 2 * Math.abs(box[cross] - from[cross]);
  return ahead.reduce<Box | undefined>(
    (best, box) => (best === undefined || cost(box) < cost(best) ? box : best),
    undefined,
  );
}
