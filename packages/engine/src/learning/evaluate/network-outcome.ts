/** From training and test rows of a network data set to figures, intervals and mistakes: the same for every such suite. */
import { confusionAt, type Rates, ratesOf } from "../metrics/confusion.ts";
import { bootstrap, rateLowerBound, rateUpperBound } from "../metrics/interval.ts";
import { auroc } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import {
  chooseLevels,
  type Detectors,
  fitDetectors,
  hybridScores,
  isAlarm,
  type Levels,
  leaveFamiliesOut,
  NORMALS_LEVEL,
  recallOf,
  type Scored,
  scoreRows,
} from "./network-judge.ts";
import { type LabelledRows, rowsWhere } from "./network-rows.ts";
import { shiftedRates } from "./network-shift.ts";
import type { Mistake, SuiteInput, SuiteOutcome } from "./suite.ts";

const DRAWS = 100;
/** Rows of a bootstrap of an area under a curve: more only costs time, the interval is then a little wide. */
const DRAW_ROWS = 20_000;
const MISTAKES_EACH = 3;
const FALSE_ALARMS = 15;

export interface Split {
  readonly train: LabelledRows;
  readonly test: LabelledRows;
  readonly input: SuiteInput;
}

type Judged = Pick<SuiteOutcome, "metrics" | "intervals" | "by" | "mistakes" | "notes">;

export function judgeSplit({ train, test, input }: Split): Judged {
  const { seed, progress } = input;
  progress(0, 4, "levels by families left out");
  const levels = chooseLevels(train, seed);
  progress(1, 4, "fitting");
  const detectors = fitDetectors(train, { seed });
  progress(2, 4, `scoring ${test.table.rows} rows`);
  const scored = scoreRows(detectors, test.table);
  const combined = hybridScores(scored);
  const hybrid = alarmRates(test, (row) => isAlarm(scored, row, levels));
  const normals = alarmRates(test, (row) => (scored.noveltyP[row] ?? 1) <= NORMALS_LEVEL);
  const supervised = alarmRates(test, (row) => (scored.margins[row] ?? 0) >= 0);
  progress(3, 4, "families left out, on the test rows");
  const leftOut = leaveFamiliesOut(detectors, test, scored);
  const shifted = shiftedRates(detectors, { rows: test, scored, levels });
  const found = (row: number): boolean => isAlarm(scored, row, levels);
  return {
    metrics: {
      ...hybrid,
      auroc: auroc(test.attack, scored.surprise),
      aurocHybrid: auroc(test.attack, combined),
      accuracyNormalsOnly: normals.accuracy,
      accuracySupervised: supervised.accuracy,
      levelNovelty: levels.novelty,
      levelClassifier: levels.classifier,
      n: test.table.rows,
    },
    intervals: { ...intervalsOf(test, scored, seed), accuracy: rateInterval(hybrid.accuracy, test.table.rows) },
    by: {
      normalsOnly: { auroc: auroc(test.attack, scored.surprise), ...normals },
      supervised: { auroc: auroc(test.attack, scored.margins), ...supervised },
      hybrid: { auroc: auroc(test.attack, combined), ...hybrid },
      ...byGroup(test, { found, scored }),
      ...Object.fromEntries(
        leftOut.map((one) => [`${one.family}, unknown to the classifier`, { ...recallOf(one, levels) }]),
      ),
      ...(shifted && { "many kinds new at once, services shifted": { ...shifted } }),
    },
    mistakes: mistakesOf({ test, scored, combined, levels, detectors }),
    notes: [
      `hybrid: an alarm where novelty is among the rarest ${levels.novelty} of normal rows or the classifier's margin among the highest ${levels.classifier}`,
    ],
  };
}

function alarmRates(rows: LabelledRows, alarm: (row: number) => boolean): Record<keyof Rates, number> {
  const alarms = Float64Array.from(rows.attack, (_, row) => Number(alarm(row)));
  return { ...ratesOf(confusionAt(rows.attack, alarms, 0.5)) };
}

function rateInterval(rate: number, n: number): readonly [number, number] {
  const hits = Math.round(rate * n);
  return [rateLowerBound(hits, n, 0.975), rateUpperBound(hits, n, 0.975)];
}

function intervalsOf(test: LabelledRows, scored: Scored, seed: number): Record<string, readonly [number, number]> {
  const rows = makeRandom(seed).sample(test.table.rows, DRAW_ROWS);
  const labels = Uint8Array.from(rows, (row) => test.attack[row] ?? 0);
  const scores = Float64Array.from(rows, (row) => scored.surprise[row] ?? 0);
  const area = (chosen: Int32Array): number =>
    auroc(
      Uint8Array.from(chosen, (at) => labels[at] ?? 0),
      Float64Array.from(chosen, (at) => scores[at] ?? 0),
    );
  const { low, high } = bootstrap(rows.length, area, { seed, draws: DRAWS });
  return { auroc: [low, high] };
}

interface Found {
  readonly found: (row: number) => boolean;
  readonly scored: Scored;
}

/** Recall of each family by each way. */
function byGroup(test: LabelledRows, { found, scored }: Found): Record<string, Record<string, number>> {
  const families = [...new Set(test.families)].filter((family) => family !== "").toSorted();
  return Object.fromEntries(
    families.map((family) => {
      const rows = rowsWhere(test.table.rows, (row) => test.families[row] === family);
      const share = (holds: (row: number) => boolean): number => rows.filter(holds).length / rows.length;
      return [
        family,
        {
          recall: share(found),
          recallNormalsOnly: share((row) => (scored.noveltyP[row] ?? 1) <= NORMALS_LEVEL),
          recallSupervised: share((row) => (scored.margins[row] ?? 0) >= 0),
          n: rows.length,
        },
      ];
    }),
  );
}

interface Mistaken {
  readonly test: LabelledRows;
  readonly scored: Scored;
  readonly combined: Float64Array;
  readonly levels: Levels;
  readonly detectors: Detectors;
}

/** Missed: the lowest of each attack, with how many of it were missed. False alarms: the highest. */
function mistakesOf(all: Mistaken): readonly Mistake[] {
  const { test, combined, levels, scored } = all;
  const order = [...combined.keys()].toSorted((a, b) => (combined[a] ?? 0) - (combined[b] ?? 0));
  const missed = new Map<string, number[]>();
  for (const row of order) {
    if (test.attack[row] !== 1 || isAlarm(scored, row, levels)) continue;
    const name = test.attacks[row] ?? "";
    missed.set(name, [...(missed.get(name) ?? []), row]);
  }
  const named = [...missed].toSorted(([, a], [, b]) => b.length - a.length);
  const falsely = order.filter((row) => test.attack[row] === 0 && isAlarm(scored, row, levels)).toReversed();
  return [
    ...named.flatMap(([name, rows]) => {
      const of = test.attacks.filter((one) => one === name).length;
      return rows.slice(0, MISTAKES_EACH).map((row) => line(all, row, `${name} (${rows.length} of ${of} missed)`));
    }),
    ...falsely.slice(0, FALSE_ALARMS).map((row) => line(all, row, `normal (${falsely.length} false alarms)`)),
  ];
}

function line({ test, combined, scored, detectors }: Mistaken, row: number, truth: string): Mistake {
  const values = test.table.columns.map((column) => column[row] ?? Number.NaN);
  const reasons = detectors.normality.explain(values, 3);
  return {
    what: test.where[row] ?? "",
    truth,
    guess: test.attack[row] === 1 ? "normal" : "attack",
    score: combined[row] ?? 0,
    why: [
      `p as novelty ${(scored.noveltyP[row] ?? 1).toPrecision(2)}, by the classifier ${(scored.classifierP[row] ?? 1).toPrecision(2)}`,
      ...reasons.map(
        ({ feature, value, usual }) =>
          `${feature} is ${wordOf(test, feature, value)}, of the nearest normal row ${wordOf(test, feature, usual)}`,
      ),
    ],
  };
}

function wordOf({ levels }: LabelledRows, feature: string, value: number): string {
  const words = levels.get(feature);
  return words === undefined ? String(value) : (words[value] ?? "new");
}
