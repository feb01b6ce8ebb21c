/**
 * How far estimated performance is from the true one on seeded windows whose inputs shift, and whether it is switched off where
 * their meaning changes.
 * DE3. Model: our forest, calibrated on rows of its own; windows are other rows, shifted by up to one standard deviation.
 */
import { calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import { estimatePerformance, trueFigures, trustIn } from "../drift/estimate-performance.ts";
import { makeRandom, type Random } from "../random.ts";
import { makeSchema, tableOfRows } from "../table.ts";
import { fitForest } from "../trees/fit.ts";
import { logistic, predictMargins } from "../trees/forest.ts";
import type { Mistake } from "./suite.ts";

const FEATURES = 5;
const WEIGHTS = [1.6, -1.1, 0.8, 0.5, 0];
const BASE = -1.2;
const TRAIN_ROWS = 6_000;
const CALIBRATE_ROWS = 3_000;
const WINDOW_ROWS = 1_500;
const WINDOWS = 60;
const SHIFT_MAX = 1;
const THRESHOLD = 0.5;

interface Rows {
  readonly values: readonly Float64Array[];
  readonly labels: Float64Array;
}

/** `turned`: the meaning of the first feature is reversed. */
function rowsOf(
  random: Random,
  rows: number,
  { shift = [], turned = false }: { shift?: readonly number[]; turned?: boolean } = {},
): Rows {
  const values = Array.from({ length: rows }, () =>
    Float64Array.from({ length: FEATURES }, (_, at) => random.normal() + (shift[at] ?? 0)),
  );
  const labels = Float64Array.from(values, (row) => {
    const margin = row.reduce(
      (sum, value, at) => sum + value * (WEIGHTS[at] ?? 0) * (turned && at === 0 ? -1 : 1),
      BASE,
    );
    return Number(random.next() < logistic(margin + 0.6 * Math.sin(2 * (row[1] ?? 0))));
  });
  return { values, labels };
}

const tableOf = (values: readonly Float64Array[]) =>
  tableOfRows(makeSchema(Array.from({ length: FEATURES }, (_, at) => `f${at}`)), values);

export function runEstimateBenchmark(seed: number, share = 1) {
  const random = makeRandom(seed);
  const train = rowsOf(random, TRAIN_ROWS);
  const { forest } = fitForest(
    { table: tableOf(train.values), targets: train.labels },
    { objective: "binary", seed, rounds: 120, learningRate: 0.08, leavesMax: 12, minRows: 20 },
  );
  const held = rowsOf(random, CALIBRATE_ROWS);
  const calibrator = fitCalibrator(predictMargins(forest, tableOf(held.values)), held.labels);
  const probabilities = ({ values }: Rows): Float64Array =>
    predictMargins(forest, tableOf(values)).map((margin) => calibratedValue(calibrator, margin) ?? 0.5);
  const play = (turned: boolean) => {
    const shift = turned ? [] : WEIGHTS.map(() => (2 * random.next() - 1) * SHIFT_MAX);
    const rows = rowsOf(random, WINDOW_ROWS, { shift, turned });
    const ps = probabilities(rows);
    const estimate = estimatePerformance(ps, THRESHOLD, seed);
    const truth = trueFigures(rows.labels, ps, THRESHOLD);
    return { shift, estimate, truth, trust: trustIn(estimate, rows.labels, truth) };
  };
  const windows = Array.from({ length: Math.max(4, Math.round(WINDOWS * share)) }, () => play(false));
  const changed = Array.from({ length: 10 }, () => play(true));
  const error = ({ estimate, truth }: (typeof windows)[number]): number => Math.abs(estimate.value.f1 - truth.f1);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const inside = windows.filter(({ estimate, truth }) => truth.f1 >= estimate.low.f1 && truth.f1 <= estimate.high.f1);
  const worst = windows.toSorted((a, b) => error(b) - error(a)).slice(0, 5);
  return {
    metrics: {
      cbpeError: mean(windows.map(error)),
      cbpeErrorMax: Math.max(...windows.map(error)),
      cbpeErrorAuroc: mean(windows.map(({ estimate, truth }) => Math.abs(estimate.value.auroc - truth.auroc))),
      cbpeInside: inside.length / windows.length,
      cbpeOffOnChangedMeaning: changed.filter(({ trust }) => trust.kind === "off").length / changed.length,
      cbpeWindows: windows.length,
    },
    mistakes: worst.map(
      (one): Mistake => ({
        what: `estimated F1, inputs shifted by ${one.shift.map((by) => by.toFixed(1)).join(" ")}`,
        truth: one.truth.f1.toFixed(3),
        guess: `${one.estimate.value.f1.toFixed(3)} (${one.estimate.low.f1.toFixed(3)} to ${one.estimate.high.f1.toFixed(3)})`,
        score: error(one),
      }),
    ),
  };
}
