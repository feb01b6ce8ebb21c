/**
 * How good the model is on a window of decided cases: estimated, true, calibrated, and beside the score without a model.
 * Enters: rows with what was predicted when they were decided. Leaves: figures; undefined below ROWS_MIN such rows.
 */
import { makeAdwin } from "../anomaly/change.ts";
import { estimatePerformance, type Figures, trueFigures, trustIn } from "../drift/estimate-performance.ts";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError, type ReliabilityBin, reliabilityBins } from "../metrics/probability.ts";
import { averagePrecision } from "../metrics/ranking.ts";
import { changeStart } from "./change-point.ts";
import type { ScoredRow } from "./scored-rows.ts";

export const ROWS_MIN = 50;
/** Share of malicious cases at which a case counts as put on top. */
export const THRESHOLD = 0.5;
/** A plot of fewer rows is noise; of more, it shows the model of long ago. */
const PLOT_ROWS = 1_000;
const DRAWS = 200;

export interface Performance {
  readonly rows: number;
  readonly estimated: Figures;
  readonly low: Figures;
  readonly high: Figures;
  readonly truth: Figures;
  readonly trust: "estimated" | "confirmed" | "off";
  readonly calibrationError: number;
}

export function performanceOf(window: readonly ScoredRow[], seed: number): Performance | undefined {
  const { ps, labels } = predictedIn(window);
  if (ps.length < ROWS_MIN) return undefined;
  const estimate = estimatePerformance(ps, THRESHOLD, seed);
  const truth = trueFigures(labels, ps, THRESHOLD);
  const { value: estimated, low, high } = estimate;
  const trust = trustIn(estimate, labels, truth).kind;
  return { rows: ps.length, estimated, low, high, truth, trust, calibrationError: calibrationError(labels, ps) };
}

export function plotOf(rows: readonly ScoredRow[]): readonly ReliabilityBin[] {
  const { ps, labels } = predictedIn(rows.slice(-PLOT_ROWS));
  return ps.length < ROWS_MIN ? [] : reliabilityBins(labels, ps);
}

export interface Compared {
  readonly rows: number;
  readonly model: number;
  readonly without: number;
  /** Average precision of the model minus that of the score without it. */
  readonly low: number;
  readonly high: number;
}

/** The model's ranking beside that of severity, rarity and asset alone, on the same verdicts. */
export function besideNone(window: readonly ScoredRow[], seed: number): Compared | undefined {
  const { ps, labels, known } = predictedIn(window);
  const plain = known.map(({ values }) => values.priority ?? 0);
  const malicious = labels.filter((label) => label === 1).length;
  if (ps.length < ROWS_MIN || malicious < 10 || malicious > ps.length - 10) return undefined;
  const pick = (of: readonly number[], at: Int32Array): Float64Array => Float64Array.from(at, (row) => of[row] ?? 0);
  const difference = (at: Int32Array): number =>
    averagePrecision(pick(labels, at), pick(ps, at)) - averagePrecision(pick(labels, at), pick(plain, at));
  const { low, high } = bootstrap(ps.length, difference, { seed, draws: DRAWS });
  return {
    ...{ rows: ps.length, low, high },
    model: averagePrecision(labels, ps),
    without: averagePrecision(labels, plain),
  };
}

export interface ErrorRise {
  readonly rows: number;
  /** The first case since which the error is what it is now, as estimated. */
  readonly since: number;
  /** Mean squared error of what was said, before and since. */
  readonly before: number;
  readonly after: number;
}

/**
 * Whether the model's error, verdict by verdict, has risen to stay: ADWIN says that it changed, so no window has to be chosen; the
 * most likely moment of the change says since when; what ADWIN keeps in the end says that it has not gone back.
 */
export function errorRise(rows: readonly ScoredRow[]): ErrorRise | undefined {
  const { ps, labels, known } = predictedIn(rows);
  const errors = ps.map((p, at) => (p - (labels[at] ?? 0)) ** 2);
  const watch = makeAdwin();
  const changed = errors.reduce((before, error) => watch.add(error) || before, false);
  const start = changed ? changeStart(Float64Array.from(errors), "number") : undefined;
  const first = start === undefined ? undefined : known[start];
  if (start === undefined || first === undefined) return undefined;
  const [before, after] = [meanOf(errors.slice(0, start)), meanOf(errors.slice(start))];
  const stays = meanOf(errors.slice((start + errors.length) >> 1)) > (before + after) / 2;
  return after > before && stays ? { rows: errors.length, since: first.at, before, after } : undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function predictedIn(rows: readonly ScoredRow[]) {
  // What the policy closed is no truth: a model must not confirm itself.
  const known = rows.filter(({ predicted, closedAlone }) => predicted !== undefined && !closedAlone);
  return {
    known,
    ps: known.map(({ predicted = 0 }) => predicted),
    labels: known.map(({ malicious }) => Number(malicious)),
  };
}
