/**
 * What is usual, learnt from normal rows alone, by several ways of looking that fail differently.
 * Enters: a table of rows taken as normal, a seed. Leaves: for any row a p-value, an order, and what made it strange.
 *
 * AN1. No label is used, and nothing is tuned to one.
 * AN2. The p of each way is its rank among normal rows that it did not learn from (nearest: each row without itself).
 * AN3. Ways are combined by mean surprise for the order and by the Cauchy combination for p.
 * AN4. Where the fitted rows may hold anomalies (`MIXED_WEIGHTS`) no way is believed more than another, and none that one lone
 *      remembered anomaly can silence.
 * AN5. An explanation names features, their value, and the value of the nearest normal row.
 */

import { combineP, type Ranks, ranksOf } from "../../anomaly/combine.ts";
import { makeLoda } from "../../anomaly/loda.ts";
import { makeNearest, type Nearest, type Neighbour } from "../../anomaly/nearest.ts";
import { fitSpace, type Points, placeRow, placeTable, type Space } from "../../anomaly/space.ts";
import { refusal } from "../../learning-error.ts";
import { quantileOf } from "../../metrics/interval.ts";
import { makeRandom, rowNumbers } from "../../random.ts";
import { type FeatureTable, selectRows } from "../../table.ts";
import { makeEcod } from "./ecod.ts";
import { fitEllipse } from "./ellipse.ts";
import { fitIsolation } from "./isolation.ts";

/** Remembered rows; more hardly changes the nearest distance, but each costs time at every row. */
const MEMORY_ROWS = 10_000;
/** Rows that the other ways learn from. */
const LEARN_ROWS = 20_000;
const RANK_ROWS = 2_000;
const ROWS_MIN = 10;
/** Neighbours of a remembered row that say how crowded its place is. */
const CROWD = 5;

export type Way = "nearest" | "local" | "isolation" | "ellipse" | "loda" | "ecod";
/**
 * Nearest rows were the best single way wherever it was tried; the others guard against spaces where distance misleads. Local finds
 * what is a little off where normal rows lie close together (a login like others but for one counter).
 */
const WEIGHTS: Readonly<Record<Way, number>> = { nearest: 6, local: 2, isolation: 1, ellipse: 1, loda: 0.5, ecod: 0.5 };

/** For rows of which some may be anomalies. */
export const MIXED_WEIGHTS: Readonly<Record<Way, number>> = {
  nearest: 1,
  local: 0,
  isolation: 1,
  ellipse: 1,
  loda: 1,
  ecod: 1,
};

export interface NormalityOptions {
  readonly seed: number;
  readonly memoryRows?: number;
  /** Mean distance to so many nearest rows: 1 where all rows are normal, more where some may not be. */
  readonly neighbours?: number;
  readonly weights?: Readonly<Partial<Record<Way, number>>>;
}

export interface Judgement {
  readonly p: number;
  /** Weighted mean of -ln p of the ways, not clipped: higher is stranger. */
  readonly surprise: number;
  readonly ways: Readonly<Partial<Record<Way, number>>>;
}

export interface Reason {
  readonly feature: string;
  readonly value: number;
  /** The same feature of the nearest normal row. */
  readonly usual: number;
  readonly share: number;
}

export interface Normality {
  readonly rows: number;
  judge(values: ArrayLike<number>): Judgement;
  /** Features by falling share; shares are of the squared distance to the nearest normal row, and add up to 1. */
  explain(values: ArrayLike<number>, most?: number): readonly Reason[];
}

interface Scorer {
  readonly way: Way;
  readonly weight: number;
  score(codes: Float64Array, numbers: Float64Array): number;
  readonly ranks: Ranks;
}

export function fitNormality(table: FeatureTable, options: NormalityOptions): Normality {
  if (table.rows < ROWS_MIN) throw refusal("too-few", `${table.rows} normal rows, ${ROWS_MIN} are needed`);
  const order = makeRandom(options.seed).shuffle(rowNumbers(table.rows));
  const learnt = selectRows(table, order.subarray(0, LEARN_ROWS));
  const memory = selectRows(table, order.subarray(0, options.memoryRows ?? MEMORY_ROWS));
  const space = fitSpace(learnt);
  const nearest = makeNearest(placeTable(space, memory, "code"), space);
  const scorers = [
    ...nearestScorers(nearest, options.neighbours ?? 1),
    ...otherScorers(placeTable(space, learnt, "surprise"), options.seed),
  ];
  const weights = { ...WEIGHTS, ...options.weights };
  const used = scorers.map((one) => ({ ...one, weight: weights[one.way] })).filter(({ weight }) => weight > 0);
  return {
    rows: table.rows,
    judge: (values) => judge(used, placeRow(space, values, "code"), placeRow(space, values, "surprise")),
    explain: (values, most = 5) => reasonsOf({ space, nearest, memory }, values).slice(0, most),
  };
}

interface Remembered {
  readonly space: Space;
  readonly nearest: Nearest;
  readonly memory: FeatureTable;
}

function reasonsOf({ space, nearest, memory }: Remembered, values: ArrayLike<number>): readonly Reason[] {
  const point = placeRow(space, values, "code");
  const row = nearest.find(point, 1)[0]?.row ?? 0;
  const parts = space.names.map((feature, dim) => ({ feature, dim, part: nearest.part(point, row, dim) }));
  const all = parts.reduce((sum, { part }) => sum + part, 0);
  return parts
    .filter(({ part }) => part > 0)
    .toSorted((a, b) => b.part - a.part || a.dim - b.dim)
    .map(({ feature, dim, part }) => ({
      feature,
      value: values[dim] ?? Number.NaN,
      usual: memory.columns[dim]?.[row] ?? Number.NaN,
      share: part / all,
    }));
}

/** Distance to what is remembered, and the same against how close together the rows are that are nearest. */
function nearestScorers({ points, find }: Nearest, k: number): readonly Scorer[] {
  const meanOf = (found: readonly Neighbour[], of: (one: Neighbour) => number): number =>
    found.reduce((sum, one) => sum + of(one), 0) / Math.max(1, found.length);
  const ask = rememberLast((point: ArrayLike<number>, except: number) => find(point, k, except));
  const crowd = new Float64Array(points.rows).fill(Number.NaN);
  const crowdOf = (row: number): number => {
    if (Number.isNaN(crowd[row]))
      crowd[row] = meanOf(find(rowOf(points, row), Math.max(k, CROWD), row), (one) => one.distance);
    return crowd[row] ?? 0;
  };
  const rows = Math.min(points.rows, RANK_ROWS);
  const usual = Float64Array.from({ length: rows }, (_, row) => crowdOf(row)).sort();
  // Rows that stand twice have no distance at all: half of what is usual is the least that counts as far.
  const least = quantileOf(usual, 0.5) / 2 || 1e-9;
  const far = (point: ArrayLike<number>, except = -1): number => meanOf(ask(point, except), (one) => one.distance);
  const local = (point: ArrayLike<number>, except = -1): number =>
    Math.log((far(point, except) + least) / (meanOf(ask(point, except), ({ row }) => crowdOf(row)) + least));
  return [["nearest", far] as const, ["local", local] as const].map(([way, score]) => ({
    ...{ way, weight: 1, score: (codes: Float64Array) => score(codes) },
    ranks: ranksOf(Float64Array.from({ length: rows }, (_, row) => score(rowOf(points, row), row))),
  }));
}

/** Both ways ask the same of the same point, one after the other. */
function rememberLast<T>(find: (point: ArrayLike<number>, except: number) => T) {
  let last: { readonly point: ArrayLike<number>; readonly except: number; readonly found: T } | undefined;
  return (point: ArrayLike<number>, except: number): T => {
    if (last?.point !== point || last.except !== except) last = { point, except, found: find(point, except) };
    return last.found;
  };
}

type Fit = (points: Points) => { score(point: ArrayLike<number>): number };

function otherScorers(points: Points, seed: number): readonly Scorer[] {
  const fits: readonly (readonly [Way, Fit])[] = [
    ["isolation", (some) => fitIsolation(some, makeRandom(seed))],
    ["ellipse", fitEllipse],
    ["loda", (some) => learnAll(makeLoda({ dims: some.dims, seed }), some)],
    ["ecod", (some) => learnAll(makeEcod(some.dims), some)],
  ];
  return fits.map(([way, fit]) => {
    const { score } = fit(points);
    return { way, weight: 1, score: (_codes, numbers) => score(numbers), ranks: ranksOf(crossScores(points, fit)) };
  });
}

function learnAll<T extends { learn(point: ArrayLike<number>): void }>(scorer: T, points: Points): T {
  for (let row = 0; row < points.rows; row += 1) scorer.learn(rowOf(points, row));
  return scorer;
}

/** Each half scored by what learnt the other. */
function crossScores(points: Points, fit: Fit): Float64Array {
  const middle = points.rows >> 1;
  const [a, b] = [slice(points, 0, middle), slice(points, middle, points.rows)];
  const scored = (learnt: Points, asked: Points): number[] => {
    const { score } = fit(learnt);
    return Array.from({ length: Math.min(asked.rows, RANK_ROWS / 2) }, (_, row) => score(rowOf(asked, row)));
  };
  return Float64Array.from([...scored(a, b), ...scored(b, a)]);
}

const rowOf = ({ dims, values }: Points, row: number): Float64Array => values.subarray(row * dims, (row + 1) * dims);

const slice = ({ dims, values }: Points, from: number, to: number): Points => ({
  dims,
  rows: to - from,
  values: values.subarray(from * dims, to * dims),
});

export function judgeTable(normality: Normality, table: FeatureTable): Float64Array {
  return Float64Array.from(
    { length: table.rows },
    (_, row) => normality.judge(table.columns.map((column) => column[row] ?? Number.NaN)).surprise,
  );
}

function judge(scorers: readonly Scorer[], codes: Float64Array, numbers: Float64Array): Judgement {
  const found = scorers.map(({ way, weight, score, ranks }) => ({
    way,
    weight,
    surprise: ranks.surprise(score(codes, numbers)),
  }));
  const all = found.reduce((sum, { weight }) => sum + weight, 0);
  return {
    p: combineP(
      found.map(({ surprise }) => Math.exp(-surprise)),
      found.map(({ weight }) => weight),
    ),
    surprise: found.reduce((sum, { weight, surprise }) => sum + weight * surprise, 0) / all,
    ways: Object.fromEntries(found.map(({ way, surprise }) => [way, Math.exp(-surprise)])),
  };
}
