/**
 * Half-space trees (Tan, Ting and Liu): how much of the last window fell into the part of space where a row falls.
 * Enters: points of a space, one at a time. Leaves: a score, higher = stranger, and the features whose cuts made the part empty.
 *
 * AH1. Two profiles: rows are judged by the last full window and counted into the running one; they change places when it is full.
 * AH2. Trees are not stored: which feature a node cuts is a hash of seed, tree and node, and it cuts the middle of the range, which differs by tree.
 * AH3. Only visited nodes take memory: at most window x depth per tree and profile.
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

const EMPTY: Ranges = { low: new Float64Array(0), high: new Float64Array(0) };

type Profile = Map<number, number>[];

export interface HalfSpaceSnapshot extends HalfSpaceOptions {
  readonly version: number;
  readonly seen: number;
  readonly reference: readonly (readonly (readonly [number, number])[])[];
  readonly latest: readonly (readonly (readonly [number, number])[])[];
}

export interface HalfSpace {
  learn(point: ArrayLike<number>): void;
  score(point: ArrayLike<number>): number;
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
  const visit = (point: ArrayLike<number>, tree: number, step: (visit: Visit) => boolean): void =>
    walk({ ...(ranges[tree] ?? EMPTY), seed: options.seed, tree, point }, step);

  const masses = (point: ArrayLike<number>, see: (visit: Visit, mass: number, parent: number) => void): void => {
    for (let tree = 0; tree < TREES; tree += 1) {
      let parent = WINDOW;
      visit(point, tree, (at) => {
        const mass = reference[tree]?.get(at.node) ?? 0;
        see(at, mass, parent);
        parent = mass;
        return mass >= STOP * WINDOW;
      });
    }
  };
  return {
    learn: (point) => {
      for (let tree = 0; tree < TREES; tree += 1) {
        const counts = latest[tree] ?? new Map<number, number>();
        visit(point, tree, ({ node }) => {
          const mass = (counts.get(node) ?? 0) + 1;
          counts.set(node, mass);
          return true;
        });
      }
      seen += 1;
      if (seen % WINDOW !== 0) return;
      [reference, latest] = [latest, restored()];
    },
    score: (point) => {
      const last = new Float64Array(TREES);
      masses(point, ({ tree, depth }, mass) => {
        last[tree] = mass * 2 ** depth;
      });
      return -Math.log2((last.reduce((sum, one) => sum + one, 0) + 1) / (TREES * WINDOW));
    },
    explain: (point) => {
      const parts = new Float64Array(options.low.length);
      masses(point, ({ dim, depth }, mass, parent) => {
        if (depth > 0) parts[dim] = (parts[dim] ?? 0) + Math.log2((parent + 1) / (mass + 1)) - 1;
      });
      return parts.map((part) => part / TREES);
    },
    snapshot: () => ({ ...options, version: VERSION, seen, reference: kept(reference), latest: kept(latest) }),
  };
}

interface Visit {
  readonly tree: number;
  readonly node: number;
  readonly depth: number;
  /** The feature whose cut led here. */
  readonly dim: number;
}

interface Walk extends Ranges {
  readonly seed: number;
  readonly tree: number;
  readonly point: ArrayLike<number>;
}

/** From the root down, until `step` says no. */
function walk({ low, high, seed, tree, point }: Walk, step: (visit: Visit) => boolean): void {
  const [from, to] = [low.slice(), high.slice()];
  let node = 1;
  let dim = 0;
  for (let depth = 0; depth <= DEPTH; depth += 1) {
    if (!step({ tree, node, depth, dim })) return;
    dim = mixed(seed, tree, node) % low.length;
    const middle = ((from[dim] ?? 0) + (to[dim] ?? 0)) / 2;
    const above = (point[dim] ?? 0) > middle;
    if (above) from[dim] = middle;
    else to[dim] = middle;
    node = node * 2 + Number(above);
  }
}

function mixed(seed: number, tree: number, node: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(tree + 1, 0xc2b2ae35) ^ Math.imul(node, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

interface Ranges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Each tree has its own range of each feature, wider by up to a half on either side: so no two cut at the same places. */
function rangesOf({ low, high, seed }: HalfSpaceOptions): readonly Ranges[] {
  const share = (tree: number, dim: number, side: number): number => mixed(seed + side, tree, dim + 1) / 2 ** 33;
  const width = low.map((from, dim) => Math.max(1e-6, (high[dim] ?? from) - from));
  return Array.from({ length: TREES }, (_, tree) => ({
    low: Float64Array.from(low, (from, dim) => from - (width[dim] ?? 0) * share(tree, dim, 1)),
    high: Float64Array.from(high, (to, dim) => to + (width[dim] ?? 0) * share(tree, dim, 2)),
  }));
}

const restored = (from?: readonly (readonly (readonly [number, number])[])[]): Profile =>
  Array.from({ length: TREES }, (_, tree) => new Map(from?.[tree] ?? []));

const kept = (profile: Profile): (readonly [number, number])[][] => profile.map((counts) => [...counts]);
