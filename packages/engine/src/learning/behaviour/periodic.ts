/**
 * Is a row of connections regular? Intervals of a programmed beacon spread little around their median even with jitter;
 * those of people and programs come in bursts. Judged against the same number of connections at random times.
 */
import { DAY, HOUR } from "@cordon/model/time";
import { quantileOf } from "../metrics/interval.ts";
import { makeRandom } from "../random.ts";

export interface Regularity {
  readonly median: number;
  /** Median absolute deviation of intervals over their median. */
  readonly spread: number;
  /** Bowley: (Q1 + Q3 - 2 Q2) / (Q3 - Q1); near 0 for jitter on both sides. */
  readonly skewness: number;
  /** Share of bins of two medians that hold a connection. */
  readonly coverage: number;
}

const SHUFFLES = 500;
/** Spans are told apart by a twentieth: chance at random does not change faster. */
const SPAN_STEP = Math.log(1.05);
/** Numbers of connections times spans that are asked for; beyond, what was worked out is forgotten. */
const KEPT_MAX = 4_096;

/** `times` ascending, in milliseconds, at least 4. */
export function regularityOf(times: readonly number[]): Regularity {
  const sorted = gapsOf(times).sort((a, b) => a - b);
  const median = quantileOf(sorted, 0.5);
  const [low, high] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const skewness = high > low ? (low + high - 2 * median) / (high - low) : 0;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { median, spread: spreadOf(sorted, median), skewness, coverage: coverageOf(times, median, span) };
}

const PAUSE_MIN = 2 * HOUR;
const PAUSE_TIMES = 5;

/**
 * A machine that sleeps at night calls no one: such pauses, one a day at most, become one interval each. Returns the same
 * `times` where there are none, or too many to be nights.
 */
export function withoutPauses(times: readonly number[]): readonly number[] {
  const gaps = gapsOf(times);
  const median = quantileOf(
    gaps.toSorted((a, b) => a - b),
    0.5,
  );
  const least = Math.max(PAUSE_MIN, PAUSE_TIMES * median);
  let pauses = 0;
  let off = 0;
  const closed = times.map((time, i) => {
    const gap = gaps[i - 1] ?? 0;
    if (gap > least) {
      off += gap - median;
      pauses += 1;
    }
    return time - off;
  });
  const days = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / DAY;
  return pauses === 0 || pauses > days + 1 ? times : closed;
}

/**
 * Chance that as many connections at random times are as regular: by spread of intervals, or by rhythm. Both tails are those of
 * random times and no normal ones (test): a normal tail promises a thousand times too much at 1e-6.
 */
export function chanceOf(times: readonly number[], { median, spread }: Regularity): number {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const { mean, deviation } = spreadAtRandom(times.length, span / median);
  const calm = (mean - Math.log(Math.max(1e-4, spread))) / deviation;
  const bySpread = Math.exp(-CALM_STEEP * (calm - CALM_FROM));
  const byRhythm = FACTORS.length * Math.exp(-times.length * strengthAt(times, median) ** 2);
  // Two looks at one row: the better one, paid for twice.
  return Math.max(CHANCE_MIN, Math.min(1, 2 * Math.min(bySpread, byRhythm)));
}

/** Logarithms of spreads at random fall off so: exponentially in deviations, for 16 to 48 connections; further out faster. */
const CALM_STEEP = 1.9;
const CALM_FROM = 0.5;
const CHANCE_MIN = 1e-12;

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** What random times give depends on nothing but their number and how many periods they span: worked out once for each. */
const KEPT = new Map<number, Moments>();

function spreadAtRandom(count: number, periods: number): Moments {
  const step = Math.round(Math.log(Math.max(1, periods)) / SPAN_STEP);
  const key = step * 1_024 + Math.min(count, 1_023);
  const known = KEPT.get(key);
  if (known !== undefined) return known;
  const random = makeRandom(key);
  const span = Math.exp(step * SPAN_STEP);
  const spreads = new Float64Array(SHUFFLES);
  const row = new Float64Array(count);
  for (let i = 0; i < SHUFFLES; i += 1) {
    for (let at = 0; at < count; at += 1) row[at] = random.next() * span;
    row.sort();
    const gaps = row.subarray(1).map((time, at) => time - (row[at] ?? 0));
    gaps.sort();
    spreads[i] = Math.log(Math.max(1e-4, spreadOf(gaps, quantileOf(gaps, 0.5))));
  }
  const found = momentsOf(spreads);
  if (KEPT.size >= KEPT_MAX) KEPT.clear();
  KEPT.set(key, found);
  return found;
}

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));

function spreadOf(sorted: ArrayLike<number>, median: number): number {
  const off = Float64Array.from(sorted, (gap) => Math.abs(gap - median)).sort();
  return median > 0 ? quantileOf(off, 0.5) / median : 1;
}

/** Periods that are tried around the median. */
const FACTORS = [0.9, 0.95, 1, 1.05, 1.1] as const;

/** Length of the mean phase vector at period `period`: 1 for a metronome, about 1/sqrt(n) for chance. */
function strengthAt(times: ArrayLike<number>, period: number): number {
  if (period <= 0) return 0;
  let best = 0;
  for (const factor of FACTORS) {
    let x = 0;
    let y = 0;
    for (let at = 0; at < times.length; at += 1) {
      const phase = (2 * Math.PI * (times[at] ?? 0)) / (period * factor);
      x += Math.cos(phase);
      y += Math.sin(phase);
    }
    best = Math.max(best, Math.hypot(x, y) / times.length);
  }
  return best;
}

function coverageOf(times: readonly number[], median: number, span: number): number {
  if (median <= 0 || span <= 0) return 0;
  const bins = new Set(times.map((time) => Math.floor((time - (times[0] ?? 0)) / (2 * median))));
  return bins.size / Math.max(1, Math.ceil(span / (2 * median)));
}

function momentsOf(values: Float64Array): Moments {
  let sum = 0;
  for (const each of values) sum += each;
  const mean = sum / values.length;
  let squares = 0;
  for (const each of values) squares += (each - mean) ** 2;
  return { mean, deviation: Math.max(1e-6, Math.sqrt(squares / values.length)) };
}

/** Upper tail of the standard normal (Abramowitz and Stegun 7.1.26), never below 1e-12. */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return z >= 0 ? Math.max(1e-12, poly / 2) : 1 - poly / 2;
}
