/**
 * The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015), in its three profiles.
 * Enters: alarms and windows by row number. Leaves: the parts of a series' score, and the score of many series by profile.
 *
 * NS1. In a window only the first alarm counts: 1 at its beginning, less the later, as a sigmoid.
 * NS2. An alarm outside costs up to the profile's weight, little just behind a window and all of it far from one; a window without
 *      alarm costs the profile's weight.
 * NS3. Rows of the probation count for nothing.
 * NS4. 0 is a detector that says nothing, 100 one that finds each window at its first row and nothing else.
 */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Profile {
  readonly found: number;
  readonly missed: number;
  readonly falseAlarm: number;
}

/** The benchmark's own weights. */
export const PROFILES = {
  standard: { found: 1, missed: 1, falseAlarm: 0.11 },
  lowFp: { found: 1, missed: 1, falseAlarm: 0.22 },
  lowFn: { found: 1, missed: 2, falseAlarm: 0.11 },
} as const satisfies Readonly<Record<string, Profile>>;

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
  /** Sum over found windows, each at most 1. */
  readonly gained: number;
  /** Sum over false alarms, each from -1 to just below 0. */
  readonly lost: number;
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
    return first === undefined ? 0 : sigmoid(-(to - first + 1) / (to - from + 1)) / BEST;
  });
  const lost = falseAlarms.map((row) => {
    const before = windows.filter(({ to }) => to < row).at(-1);
    return before === undefined ? -1 : sigmoid((row - before.to) / Math.max(1, before.to - before.from));
  });
  return {
    gained: gained.reduce((sum, one) => sum + one, 0),
    lost: lost.reduce((sum, one) => sum + one, 0),
    windows: counted.length,
    found: firsts.filter((first) => first !== undefined).length,
    falseAlarms,
    missed: counted.filter((_, at) => firsts[at] === undefined),
  };
}

/** NaN where no window counts. */
export function benchmarkScore(scores: readonly SeriesScore[], profile: Profile = PROFILES.standard): number {
  const sum = (of: (one: SeriesScore) => number): number => scores.reduce((all, one) => all + of(one), 0);
  const windows = sum((one) => one.windows);
  const missed = windows - sum((one) => one.found);
  const raw =
    profile.found * sum(({ gained }) => gained) +
    profile.falseAlarm * sum(({ lost }) => lost) -
    profile.missed * missed;
  return (100 * (raw + profile.missed * windows)) / ((profile.found + profile.missed) * windows);
}
