/**
 * LODA: many sparse random directions, one histogram each; strange is what falls where few rows fell.
 * Enters: points of a space, one at a time. Leaves: mean surprise over the directions; per feature, how much more surprised
 * the directions are that use it than those that do not.
 *
 * AO1. The same seed and rows, in the same order, give the same state; a restored one goes on as if never stopped.
 * AO2. Memory is directions x bins, however many rows were learnt. Old rows fade where `halfLife` (in rows) is given.
 */
import { refusal } from "../learning-error.ts";
import { makeRandom } from "../random.ts";

const DIRECTIONS = 100;
/** Bins over [-SPAN, SPAN] after a squashing map: narrow in the middle, wide outside, none empty for want of range. */
const BINS = 48;
const SCALE = 2;
const VERSION = 1;

export interface LodaOptions {
  readonly dims: number;
  readonly seed: number;
  readonly halfLife?: number;
}

export interface LodaSnapshot extends LodaOptions {
  readonly version: number;
  readonly weight: number;
  readonly counts: readonly number[];
  /** What a row weighs now; counts and weight are in its unit, undivided, so that not a digit is lost. Earlier ones lack it: 1. */
  readonly step?: number;
}

export interface Loda {
  learn(point: ArrayLike<number>): void;
  score(point: ArrayLike<number>): number;
  /** `score`, then `learn`, with one projection for both. */
  observe(point: ArrayLike<number>): number;
  /** Welch's t of the surprise of the directions with the feature against those without. */
  explain(point: ArrayLike<number>): Float64Array;
  snapshot(): LodaSnapshot;
}

interface Direction {
  readonly dims: Int32Array;
  readonly weights: Float64Array;
}

export function makeLoda(options: LodaOptions, from?: LodaSnapshot): Loda {
  if (from !== undefined && (from.version !== VERSION || from.dims !== options.dims || from.seed !== options.seed))
    throw refusal("schema-differs", `LODA of ${from.dims} features, seed ${from.seed}, version ${from.version}`);
  const directions = directionsOf(options);
  const counts = Float64Array.from(from?.counts ?? new Float64Array(DIRECTIONS * BINS));
  let weight = from?.weight ?? 0;
  const growth = options.halfLife === undefined ? 1 : 2 ** (1 / options.halfLife);
  let step = from?.step ?? 1;
  const bins = new Uint8Array(DIRECTIONS);
  // One direction after the other: all have as many features.
  const used = directions[0]?.dims.length ?? 0;
  const dims = Int32Array.from(directions.flatMap((direction) => [...direction.dims]));
  const weights = Float64Array.from(directions.flatMap((direction) => [...direction.weights]));
  const project = (point: ArrayLike<number>): void => {
    for (let at = 0, term = 0; at < DIRECTIONS; at += 1) {
      let sum = 0;
      for (const end = term + used; term < end; term += 1) sum += (weights[term] ?? 0) * (point[dims[term] ?? 0] ?? 0);
      bins[at] = binOf(sum);
    }
  };
  const surprise = (at: number): number => {
    const bin = bins[at] ?? 0;
    // Neighbouring bins count a little: a histogram's edges are chance.
    const near =
      (counts[at * BINS + Math.max(0, bin - 1)] ?? 0) + (counts[at * BINS + Math.min(BINS - 1, bin + 1)] ?? 0);
    const mass = ((counts[at * BINS + bin] ?? 0) + near / 4) / step;
    return -Math.log2((mass + 0.5) / (weight / step + BINS / 2) / (WIDTHS[bin] ?? 1));
  };
  const mean = (): number => {
    let sum = 0;
    for (let at = 0; at < DIRECTIONS; at += 1) sum += surprise(at);
    return sum / DIRECTIONS;
  };
  const count = (): void => {
    // Instead of fading all counts at each row, each new row weighs more; rescaled before doubles run out.
    step *= growth;
    if (step > 1e100) {
      counts.forEach((each, at) => {
        counts[at] = each / step;
      });
      weight /= step;
      step = 1;
    }
    for (let at = 0; at < DIRECTIONS; at += 1) {
      const cell = at * BINS + (bins[at] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + step;
    }
    weight += step;
  };
  return {
    learn: (point) => {
      project(point);
      count();
    },
    score: (point) => {
      project(point);
      return mean();
    },
    observe: (point) => {
      project(point);
      const score = mean();
      count();
      return score;
    },
    explain: (point) => {
      project(point);
      return attribution(
        directions,
        Float64Array.from(directions, (_, at) => surprise(at)),
        options.dims,
      );
    },
    snapshot: () => ({
      ...options,
      ...{ version: VERSION, weight, step, counts: [...counts] },
    }),
  };
}

function directionsOf({ dims, seed }: LodaOptions): readonly Direction[] {
  const random = makeRandom(seed);
  const used = Math.max(1, Math.round(Math.sqrt(dims)));
  return Array.from({ length: DIRECTIONS }, () => {
    const chosen = random.sample(dims, used);
    const weights = Float64Array.from(chosen, () => random.normal());
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1;
    return { dims: chosen, weights: weights.map((weight) => weight / length) };
  });
}

const squash = (value: number): number => value / (SCALE + Math.abs(value));

const binOf = (value: number): number => Math.min(BINS - 1, Math.floor(((squash(value) + 1) / 2) * BINS));

/** Width of a bin in the unsquashed unit (at its middle): density, not mass, is what is rare. */
function binWidth(bin: number): number {
  const middle = ((bin + 0.5) / BINS) * 2 - 1;
  return ((SCALE / (1 - Math.abs(middle)) ** 2) * 2) / BINS;
}

const WIDTHS = Float64Array.from({ length: BINS }, (_, bin) => binWidth(bin));

function attribution(directions: readonly Direction[], surprises: Float64Array, dims: number): Float64Array {
  const uses = directions.map((direction) => new Set(direction.dims));
  return Float64Array.from({ length: dims }, (_, dim) => {
    const inside = surprises.filter((_, at) => uses[at]?.has(dim) === true);
    const outside = surprises.filter((_, at) => uses[at]?.has(dim) !== true);
    if (inside.length < 2 || outside.length < 2) return 0;
    const [a, b] = [moments(inside), moments(outside)];
    const error = Math.sqrt(a.variance / inside.length + b.variance / outside.length);
    return error > 0 ? (a.mean - b.mean) / error : 0;
  });
}

function moments(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
