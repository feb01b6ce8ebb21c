/**
 * Is a row of connections regular? Intervals of a programmed beacon spread little around their median even with jitter;
 * those of people and programs come in bursts. Judged against the same number of connections at random times.
 */
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

const SHUFFLES = 200;

/** `times` ascending, in milliseconds, at least 4. */
export function regularityOf(times: readonly number[]): Regularity {
  const sorted = gapsOf(times).sort((a, b) => a - b);
  const median = quantileOf(sorted, 0.5);
  const [low, high] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const skewness = high > low ? (low + high - 2 * median) / (high - low) : 0;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return { median, spread: spreadOf(sorted, median), skewness, coverage: coverageOf(times, median, span) };
}

/** Chance that as many connections at random times are as regular: by spread of intervals, or by rhythm. */
export function chanceOf(times: readonly number[], { median, spread }: Regularity): number {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const random = makeRandom(times.length * 7_919 + Math.round(median));
  const spreads = new Float64Array(SHUFFLES);
  const rhythms = new Float64Array(SHUFFLES);
  for (let i = 0; i < SHUFFLES; i += 1) {
    const row = Array.from({ length: times.length }, () => random.next() * span).sort((a, b) => a - b);
    const gaps = gapsOf(row).sort((a, b) => a - b);
    spreads[i] = Math.log(Math.max(1e-4, spreadOf(gaps, quantileOf(gaps, 0.5))));
    rhythms[i] = strengthAt(row, median);
  }
  const rhythm = deviations(strengthAt(times, median), rhythms);
  const calm = -deviations(Math.log(Math.max(1e-4, spread)), spreads);
  // Two looks at one row: the better one, paid for twice.
  return Math.min(1, 2 * normalTail(Math.max(calm, Math.min(rhythm, 6))));
}

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((time, i) => time - (times[i] ?? 0));

function spreadOf(sorted: readonly number[], median: number): number {
  const off = sorted.map((gap) => Math.abs(gap - median)).sort((a, b) => a - b);
  return median > 0 ? quantileOf(off, 0.5) / median : 1;
}

/** Length of the mean phase vector at period `period`: 1 for a metronome, about 1/sqrt(n) for chance. */
function strengthAt(times: readonly number[], period: number): number {
  if (period <= 0) return 0;
  let best = 0;
  for (const factor of [0.9, 0.95, 1, 1.05, 1.1]) {
    let x = 0;
    let y = 0;
    for (const time of times) {
      const phase = (2 * Math.PI * time) / (period * factor);
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

function deviations(value: number, among: Float64Array): number {
  let sum = 0;
  for (const each of among) sum += each;
  const mean = sum / among.length;
  let squares = 0;
  for (const each of among) squares += (each - mean) ** 2;
  return (value - mean) / Math.max(1e-6, Math.sqrt(squares / among.length));
}

/** Upper tail of the standard normal (Abramowitz and Stegun 7.1.26), never below 1e-12. */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return z >= 0 ? Math.max(1e-12, poly / 2) : 1 - poly / 2;
}
