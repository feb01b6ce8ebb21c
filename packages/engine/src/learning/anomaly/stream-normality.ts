/**
 * What is usual in a stream of rows, learnt as it goes: half-space trees, LODA and remembered rows, ranked and combined.
 * Enters: rows with the entity they are of. Leaves: p with reasons, or "learning" while there is too little to compare with.
 *
 * AW1. A row is judged before it is learnt. The same rows in the same order give the same answers, also across a restore.
 * AW2. A row is remembered only if it is nearer than the 95 % quantile of recent rows; an entity adds at most ENTITY_ROWS of
 *      each REBUILD rows: nobody teaches it fast what to overlook.
 * AW3. Memory is bounded: REMEMBERED rows, RANKS scores of each way.
 */
import { quantileOf } from "../metrics/interval.ts";
import { type FeatureSchema, tableOfRows } from "../table.ts";
import { combineP, type Ranks, ranksOf } from "./combine.ts";
import { type HalfSpace, type HalfSpaceSnapshot, makeHalfSpace } from "./half-space.ts";
import { type Loda, type LodaSnapshot, makeLoda } from "./loda.ts";
import { makeNearest, type Nearest } from "./nearest.ts";
import { fitSpace, numbersOf, placeRow, placeTable, type Space } from "./space.ts";

/** Rows that set medians and widths. */
const WARM_ROWS = 1_000;
const REMEMBERED = 2_000;
/** The tree of remembered rows and the ranks are made anew so often. */
const REBUILD = 250;
const ENTITY_ROWS = 50;
const RANKS = 1_000;
const GATE = 0.95;
/** Rows after which an old row counts half in LODA. */
const HALF_LIFE = 20_000;

export type StreamWay = "halfSpace" | "loda" | "nearest";
const WAYS: readonly StreamWay[] = ["halfSpace", "loda", "nearest"];

export interface StreamReason {
  readonly feature: string;
  readonly value: number;
  readonly usual: number;
  readonly share: number;
}

export type StreamVerdict =
  | { readonly kind: "learning"; readonly rows: number; readonly needed: number }
  | {
      readonly kind: "judged";
      readonly p: number;
      readonly ways: Readonly<Record<StreamWay, number>>;
      readonly reasons: () => readonly StreamReason[];
    };

interface Learnt {
  readonly warm: readonly (readonly number[])[];
  readonly memory: readonly (readonly number[])[];
  readonly scores: Readonly<Record<StreamWay, readonly number[]>>;
  readonly entities: readonly (readonly [string, number])[];
  readonly seen: number;
}

export interface StreamSnapshot extends Learnt {
  readonly version: number;
  readonly halfSpace?: HalfSpaceSnapshot;
  readonly loda?: LodaSnapshot;
  /** The memory that answers are given from, and the ranks: both are made anew only at times. */
  readonly served: { readonly memory: readonly (readonly number[])[]; readonly scores: Learnt["scores"] };
}

export interface StreamNormality {
  observe(values: ArrayLike<number>, entity: string): StreamVerdict;
  snapshot(): StreamSnapshot;
}

const VERSION = 1;

/** A remembered row, and where it stands. */
interface Placed {
  readonly row: readonly number[];
  readonly codes: Float64Array;
}

interface Ready {
  readonly space: Space;
  readonly halfSpace: HalfSpace;
  readonly loda: Loda;
  nearest: Nearest;
  served: StreamSnapshot["served"];
  ranks: Readonly<Record<StreamWay, Ranks>>;
  gate: number;
}

export function makeStreamNormality(schema: FeatureSchema, seed: number, from?: StreamSnapshot): StreamNormality {
  const warm: number[][] = (from?.warm ?? []).map((row) => [...row]);
  /** Empty until the space is known. */
  let memory: Placed[] = [];
  const scores: Record<StreamWay, number[]> = {
    halfSpace: [...(from?.scores.halfSpace ?? [])],
    loda: [...(from?.scores.loda ?? [])],
    nearest: [...(from?.scores.nearest ?? [])],
  };
  const entities = new Map<string, number>(from?.entities ?? []);
  let seen = from?.seen ?? 0;
  let ready = warm.length < WARM_ROWS ? undefined : makeReady({ schema, seed, warm }, from);
  if (ready !== undefined) memory = placedIn(ready.space, from?.memory ?? []);

  const serve = (state: Ready): void => {
    memory = memory.slice(-REMEMBERED);
    Object.assign(state, servedFrom(state.space, memory, cut(scores)));
    entities.clear();
  };
  const observe = (values: ArrayLike<number>, entity: string): StreamVerdict => {
    const row = Array.from(values);
    seen += 1;
    if (ready === undefined) {
      warm.push(row);
      if (warm.length === WARM_ROWS) ready = begin();
      return { kind: "learning", rows: warm.length, needed: WARM_ROWS + REBUILD };
    }
    const state = ready;
    const codes = placeRow(state.space, row, "code");
    const numbers = numbersOf(state.space, row, codes);
    const found = {
      halfSpace: state.halfSpace.observe(numbers),
      loda: state.loda.observe(numbers),
      nearest: state.nearest.find(codes, 1)[0]?.distance ?? 0,
    };
    const verdict = judged({ state, row, codes, found, enough: seen > WARM_ROWS + REBUILD, seen });
    for (const way of WAYS) scores[way].push(found[way]);
    const taught = entities.get(entity) ?? 0;
    if (found.nearest <= state.gate && taught < ENTITY_ROWS) {
      memory.push({ row, codes });
      entities.set(entity, taught + 1);
    }
    if (seen % REBUILD === 0) serve(state);
    return verdict;
  };
  const begin = (): Ready => {
    const made = makeReady({ schema, seed, warm });
    memory = placedIn(made.space, warm);
    const points = warm.map((row) => placeRow(made.space, row, "surprise"));
    made.halfSpace.begin(points);
    for (const point of points) made.loda.learn(point);
    return made;
  };
  const snapshot = (): StreamSnapshot => ({
    ...{
      version: VERSION,
      seen,
      warm,
      memory: memory.map(({ row }) => row),
      scores: cut(scores),
      entities: [...entities],
    },
    served: ready?.served ?? { memory: [], scores: cut(scores) },
    ...(ready !== undefined && { halfSpace: ready.halfSpace.snapshot(), loda: ready.loda.snapshot() }),
  });
  return { observe, snapshot: () => JSON.parse(JSON.stringify(snapshot())) as StreamSnapshot };
}

interface Warm {
  readonly schema: FeatureSchema;
  readonly seed: number;
  readonly warm: readonly (readonly number[])[];
}

function makeReady({ schema, seed, warm }: Warm, from?: StreamSnapshot): Ready {
  const table = tableOfRows(schema, warm);
  const space = fitSpace(table);
  const points = placeTable(space, table, "surprise");
  const sorted = space.names.map((_, dim) =>
    Float64Array.from({ length: points.rows }, (_each, row) => points.values[row * points.dims + dim] ?? 0).sort(),
  );
  const ranges = {
    low: sorted.map((values) => quantileOf(values, 0.01)),
    high: sorted.map((values) => quantileOf(values, 0.99)),
  };
  const served = from?.served ?? { memory: warm, scores: { halfSpace: [], loda: [], nearest: [] } };
  const memory = placedIn(space, served.memory);
  return {
    space,
    halfSpace: makeHalfSpace({ seed, ...ranges }, from?.halfSpace),
    loda: makeLoda({ dims: points.dims, seed, halfLife: HALF_LIFE }, from?.loda),
    ...servedFrom(space, memory, served.scores),
  };
}

const placedIn = (space: Space, rows: readonly (readonly number[])[]): Placed[] =>
  rows.map((row) => ({ row, codes: placeRow(space, row, "code") }));

function servedFrom(
  space: Space,
  memory: readonly Placed[],
  scores: Learnt["scores"],
): Pick<Ready, "nearest" | "served" | "ranks" | "gate"> {
  const ranks = (way: StreamWay): Ranks => ranksOf(Float64Array.from(scores[way]));
  const distances = Float64Array.from(scores.nearest).sort();
  const dims = space.axes.length;
  const values = new Float64Array(memory.length * dims);
  memory.forEach(({ codes }, at) => {
    values.set(codes, at * dims);
  });
  return {
    served: { memory: memory.map(({ row }) => row), scores },
    nearest: makeNearest({ rows: memory.length, dims, values }, space),
    ranks: { halfSpace: ranks("halfSpace"), loda: ranks("loda"), nearest: ranks("nearest") },
    gate: distances.length === 0 ? Number.POSITIVE_INFINITY : quantileOf(distances, GATE),
  };
}

interface Asked {
  readonly state: Ready;
  readonly row: readonly number[];
  readonly codes: Float64Array;
  readonly found: Readonly<Record<StreamWay, number>>;
  readonly enough: boolean;
  readonly seen: number;
}

function judged({ state, row, codes, found, enough, seen }: Asked): StreamVerdict {
  if (!enough) return { kind: "learning", rows: seen, needed: WARM_ROWS + REBUILD };
  const { nearest, space, served, ranks } = state;
  const ways = {
    halfSpace: ranks.halfSpace.p(found.halfSpace),
    loda: ranks.loda.p(found.loda),
    nearest: ranks.nearest.p(found.nearest),
  };
  const reasons = (): readonly StreamReason[] => {
    const other = nearest.find(codes, 1)[0]?.row ?? 0;
    const parts = space.names.map((feature, dim) => ({ feature, dim, part: nearest.part(codes, other, dim) }));
    const all = parts.reduce((sum, { part }) => sum + part, 0);
    return parts
      .filter(({ part }) => part > 0)
      .toSorted((a, b) => b.part - a.part || a.dim - b.dim)
      .slice(0, 5)
      .map(({ feature, dim, part }) => ({
        feature,
        value: row[dim] ?? Number.NaN,
        usual: served.memory[other]?.[dim] ?? Number.NaN,
        share: part / all,
      }));
  };
  return { kind: "judged", p: combineP(WAYS.map((way) => ways[way])), ways, reasons };
}

const cut = (scores: Readonly<Record<StreamWay, number[]>>): Readonly<Record<StreamWay, readonly number[]>> => {
  for (const way of WAYS) scores[way].splice(0, Math.max(0, scores[way].length - RANKS));
  return { halfSpace: [...scores.halfSpace], loda: [...scores.loda], nearest: [...scores.nearest] };
};
