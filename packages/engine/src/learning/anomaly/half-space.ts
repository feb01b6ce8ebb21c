/**
 * Half-space trees (Tan, Ting and Liu): how much of the last window fell into the part of space where a row falls.
 * Enters: points of a space, one at a time. Leaves: a score, higher = stranger, and the features whose cuts made the part empty.
 *
 * AH1. Two profiles: rows are judged by the last full window and counted into the running one; they change places when it is full.
 * AH2. Trees are not stored: which feature a node cuts is a hash of seed, tree and node, and it cuts the middle of the range, which differs by tree.
 * AH3. Memory is a byte for each node of each tree and profile, however many rows were learnt: a window counts to less than 256.
 */
import { refusal } from "../learning-error.ts";

const TREES = 25;
const DEPTH = 15;
const WINDOW = 250;
/** Below this share of the window a part is too empty to be cut further. */
const STOP = 0.1;
const VERSION = 1;

export interface HalfSpaceOptions {
  readonly seed: number;
  /** Per dimension, what is usual: the 1 % and 99 % quantiles; widened here by up to a half. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const EMPTY: Ranges = new Float64Array(0);
/** Nodes near the root, by which each point passes: which feature they cut is worked out once. */
const KEPT_CUTS = 2 ** 11;

/** Counts of the nodes of all trees, one tree after the other, each node at its `placeOf`. */
type Profile = Uint8Array;
const NODES = 2 ** (DEPTH + 1);
/** Levels that lie together: a part of a tree of six levels takes the 64 bytes that come from memory at once. */
const TOGETHER = 6;
const BLOCK = 2 ** TOGETHER;
const LOWEST = 2 * TOGETHER;
const LOWEST_FROM = BLOCK + BLOCK * BLOCK;
const LOWEST_BLOCK = 2 ** (DEPTH + 1 - LOWEST);
const PLACES = LOWEST_FROM + 2 ** LOWEST * LOWEST_BLOCK;

/** A way down the tree passes three places of memory instead of sixteen. */
function placeOf(node: number): number {
  const depth = 31 - Math.clz32(node);
  if (depth < TOGETHER) return node;
  const down = depth < LOWEST ? depth - TOGETHER : depth - LOWEST;
  const inside = (1 << down) | (node & ((1 << down) - 1));
  const top = node >> down;
  return depth < LOWEST
    ? (top - BLOCK + 1) * BLOCK + inside
    : LOWEST_FROM + (top - 2 ** LOWEST) * LOWEST_BLOCK + inside;
}

export interface HalfSpaceSnapshot extends HalfSpaceOptions {
  readonly version: number;
  readonly seen: number;
  readonly reference: readonly (readonly (readonly [number, number])[])[];
  readonly latest: readonly (readonly (readonly [number, number])[])[];
}

export interface HalfSpace {
  learn(point: ArrayLike<number>): void;
  /** All of them in order, where nothing was learnt before: only those that the last full window and the running one hold are looked at. */
  begin(points: readonly ArrayLike<number>[]): void;
  score(point: ArrayLike<number>): number;
  /** `score`, then `learn`, with one way down for both. */
  observe(point: ArrayLike<number>): number;
  explain(point: ArrayLike<number>): Float64Array;
  snapshot(): HalfSpaceSnapshot;
}

export function makeHalfSpace(options: HalfSpaceOptions, from?: HalfSpaceSnapshot): HalfSpace {
  if (from !== undefined && from.version !== VERSION)
    throw refusal("model-malformed", `half-space trees of version ${from.version}, not ${VERSION}`);
  const ranges = rangesOf(options);
  let reference: Profile = restored(from?.reference);
  let latest: Profile = restored(from?.latest);
  let seen = from?.seen ?? 0;
  const way = makeWay(ranges, options.seed);

  const judge = ({ places }: Way): number => {
    for (let depth = 0; depth < DEPTH; depth += 1) {
      const mass = reference[places[depth] ?? 0] ?? 0;
      if (mass < STOP * WINDOW) return mass * (1 << depth);
    }
    return (reference[places[DEPTH] ?? 0] ?? 0) * (1 << DEPTH);
  };
  const count = ({ places }: Way): void => {
    for (let depth = 0; depth <= DEPTH; depth += 1) {
      const at = places[depth] ?? 0;
      latest[at] = (latest[at] ?? 0) + 1;
    }
  };
  const counted = (): void => {
    seen += 1;
    if (seen % WINDOW !== 0) return;
    [reference, latest] = [latest, reference];
    latest.fill(0);
  };
  const scoreOf = (sum: number): number => -Math.log2((sum + 1) / (TREES * WINDOW));

  const learn = (point: ArrayLike<number>): void => {
    for (let tree = 0; tree < TREES; tree += 1) count(way(point, tree));
    counted();
  };

  return {
    learn,
    begin: (points) => {
      seen = Math.max(0, Math.floor(points.length / WINDOW) - 1) * WINDOW;
      for (const point of points.slice(seen)) learn(point);
    },
    score: (point) => {
      let sum = 0;
      for (let tree = 0; tree < TREES; tree += 1) sum += judge(way(point, tree));
      return scoreOf(sum);
    },
    observe: (point) => {
      let sum = 0;
      for (let tree = 0; tree < TREES; tree += 1) {
        const down = way(point, tree);
        sum += judge(down);
        count(down);
      }
      counted();
      return scoreOf(sum);
    },
    explain: (point) => {
      const parts = new Float64Array(options.low.length);
      for (let tree = 0; tree < TREES; tree += 1) {
        const { places, dims } = way(point, tree);
        let parent = WINDOW;
        for (let depth = 0; depth <= DEPTH; depth += 1) {
          const mass = reference[places[depth] ?? 0] ?? 0;
          const dim = dims[depth] ?? 0;
          if (depth > 0) parts[dim] = (parts[dim] ?? 0) + Math.log2((parent + 1) / (mass + 1)) - 1;
          parent = mass;
          if (mass < STOP * WINDOW) break;
        }
      }
      return parts.map((part) => part / TREES);
    },
    snapshot: () => ({ ...options, version: VERSION, seen, reference: kept(reference), latest: kept(latest) }),
  };
}

/** From the root down: the nodes that the point falls into, by place in a profile, and the features whose cuts led there. Good until the next call. */
interface Way {
  readonly places: Int32Array;
  readonly dims: Int32Array;
}

function makeWay(ranges: readonly Ranges[], seed: number): (point: ArrayLike<number>, tree: number) => Way {
  const ends = ranges[0]?.length ?? 0;
  // Said to be a whole number without sign: a remainder of doubles takes ten times as long.
  const size = (ends / 2) >>> 0;
  const cuts = cutsOf(size, seed);
  const open = new Float64Array(ends);
  const way: Way = { places: new Int32Array(DEPTH + 1), dims: new Int32Array(DEPTH + 1) };
  const { places, dims } = way;
  return (point, tree) => {
    const whole = ranges[tree] ?? EMPTY;
    for (let end = 0; end < ends; end += 1) open[end] = whole[end] ?? 0;
    const first = tree * PLACES;
    let node = 1;
    places[0] = first + node;
    for (let depth = 1; depth <= DEPTH; depth += 1) {
      const dim = node < KEPT_CUTS ? (cuts[tree * KEPT_CUTS + node] ?? 0) : mixed(seed, tree, node) % (size >>> 0);
      const end = 2 * dim;
      const middle = ((open[end] ?? 0) + (open[end + 1] ?? 0)) / 2;
      const above = (point[dim] ?? 0) > middle ? 1 : 0;
      open[end + 1 - above] = middle;
      node = node * 2 + above;
      places[depth] = first + placeOf(node);
      dims[depth] = dim;
    }
    return way;
  };
}

function cutsOf(size: number, seed: number): Uint16Array {
  const cuts = new Uint16Array(TREES * KEPT_CUTS);
  for (let at = 0; at < cuts.length; at += 1) cuts[at] = mixed(seed, Math.floor(at / KEPT_CUTS), at % KEPT_CUTS) % size;
  return cuts;
}

function mixed(seed: number, tree: number, node: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(tree + 1, 0xc2b2ae35) ^ Math.imul(node, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Of each feature its two ends. */
type Ranges = Float64Array;

/** Each tree has its own range of each feature, wider by up to a half on either side: so no two cut at the same places. */
function rangesOf({ low, high, seed }: HalfSpaceOptions): readonly Ranges[] {
  const share = (tree: number, dim: number, side: number): number => mixed(seed + side, tree, dim + 1) / 2 ** 33;
  const width = low.map((from, dim) => Math.max(1e-6, (high[dim] ?? from) - from));
  return Array.from({ length: TREES }, (_, tree) => {
    const ends = new Float64Array(2 * low.length);
    low.forEach((from, dim) => {
      ends[2 * dim] = from - (width[dim] ?? 0) * share(tree, dim, 1);
      ends[2 * dim + 1] = (high[dim] ?? from) + (width[dim] ?? 0) * share(tree, dim, 2);
    });
    return ends;
  });
}

const massAt = (profile: Profile, tree: number, node: number): number => profile[tree * PLACES + placeOf(node)] ?? 0;

function restored(from?: HalfSpaceSnapshot["latest"]): Profile {
  const profile = new Uint8Array(TREES * PLACES);
  from?.forEach((counts, tree) => {
    for (const [node, count] of counts) profile[tree * PLACES + placeOf(node)] = count;
  });
  return profile;
}

const kept = (profile: Profile): HalfSpaceSnapshot["latest"] =>
  Array.from({ length: TREES }, (_, tree) => {
    const counts: (readonly [number, number])[] = [];
    for (let node = 1; node < NODES; node += 1) {
      const count = massAt(profile, tree, node);
      if (count > 0) counts.push([node, count]);
    }
    return counts;
  });
