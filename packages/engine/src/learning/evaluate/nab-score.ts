/**
 * The score of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad 2015).
 * Enters: alarms and windows by row number. Leaves: the score of a series before it is set against none and all.
 *
 * NS1. In a window only the first alarm counts: 1 at its beginning, less the later, as a sigmoid.
 * NS2. An alarm outside costs up to .11, little just behind a window and all of it far from one; a window without alarm costs 1.
 * NS3. Rows of the probation count for nothing.
 */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const FALSE_ALARM = 0.11;
const PROBATION_SHARE = 0.15;
const PROBATION_ROWS = 5_000;
/** Steepness, and the distance in window lengths behind which a false alarm costs all. */
const STEEP = 5;
const FAR = 3;

const sigmoid = (position: number): number => (position > FAR ? -1 : 2 / (1 + Math.exp(STEEP * position)) - 1);
const BEST = sigmoid(-1);

export const probationOf = (rows: number): number => Math.floor(PROBATION_SHARE * Math.min(rows, PROBATION_ROWS));

export interface SeriesAlarms {
  readonly rows: number;
  readonly windows: readonly Window[];
  /** Row numbers, ascending. */
  readonly alarms: readonly number[];
}

export interface SeriesScore {
  readonly score: number;
  readonly windows: number;
  readonly found: number;
  readonly falseAlarms: readonly number[];
  readonly missed: readonly Window[];
}

export function scoreSeries({ rows, windows, alarms }: SeriesAlarms): SeriesScore {
  const counted = windows.filter(({ to }) => to >= probationOf(rows));
  const real = alarms.filter((row) => row >= probationOf(rows));
  const falseAlarms = real.filter((row) => !windows.some(({ from, to }) => row >= from && row <= to));
  const firsts = counted.map((window) => real.find((row) => row >= window.from && row <= window.to));
  const gained = counted.map(({ from, to }, at) => {
    const first = firsts[at];
    return first === undefined ? -1 : sigmoid(-(to - first + 1) / (to - from + 1)) / BEST;
  });
  const lost = falseAlarms.map((row) => {
    const before = windows.filter(({ to }) => to < row).at(-1);
    return (
      FALSE_ALARM * (before === undefined ? -1 : sigmoid((row - before.to) / Math.max(1, before.to - before.from)))
    );
  });
  return {
    score: [...gained, ...lost].reduce((sum, one) => sum + one, 0),
    windows: counted.length,
    found: firsts.filter((first) => first !== undefined).length,
    falseAlarms,
    missed: counted.filter((_, at) => firsts[at] === undefined),
  };
}

/** 0 for a detector that says nothing, 100 for one that finds each window at its first row and nothing else. */
export function benchmarkScore(scores: readonly SeriesScore[]): number {
  const windows = scores.reduce((sum, one) => sum + one.windows, 0);
  const all = scores.reduce((sum, one) => sum + one.score, 0);
  return (100 * (all + windows)) / (2 * windows);
}
