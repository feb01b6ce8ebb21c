/**
 * A model of files from labelled rows, and what it is worth on rows that it has not seen.
 * Enters: rows of `file/file-vector.ts` with classes. Leaves: the model and figures of held-out folds.
 *
 * FT1. Files with equal marks, or programs with the same import hash, are one group: no fold has them on both sides.
 * FT2. Figures are of five folds with probabilities calibrated within the training part; the model itself is of all rows,
 *      its calibration and cut of the folds' margins.
 */

import type { FileModel } from "../../file/file-judge.ts";
import { FILE_MARKS } from "../../file/file-vector.ts";
import { chooseCut } from "../../mail/mail-cut.ts";
import { calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision, tprAtFpr } from "../metrics/ranking.ts";
import { makeSchema, tableOfRows, takeValues } from "../table.ts";
import { logistic } from "../trees/forest.ts";
import { crossed, FOLDS, fit, foldsOf } from "./malware-clamp-fit.ts";
import type { Mistake, SuiteOutcome } from "./suite.ts";

export interface FileRow {
  readonly name: string;
  readonly bad: boolean;
  readonly kind: string;
  readonly values: Float64Array;
  /** Files of one group are copies or versions of one another. */
  readonly group: string;
}

/** One benign file in a hundred. */
const BUDGET = { all: 0.01, eachKind: 0.05, kindMin: 100, lowest: 0.5, highest: 0.95 };
const DRAWS = 200;
const MISTAKES_MAX = 200;

export function trainFiles(rows: readonly FileRow[], seed: number): { model: FileModel; outcome: SuiteOutcome } {
  const labels = Uint8Array.from(rows, ({ bad }) => Number(bad));
  const groups = groupsOf(rows);
  const table = tableOfRows(
    makeSchema(FILE_MARKS),
    rows.map(({ values }) => values),
  );
  const scored = crossed({ table, labels, groups }, foldsOf({ groups, labels }, FOLDS, seed), seed);
  const calibrator = fitCalibrator(scored.margins, labels);
  const cut = chooseCut(
    rows.flatMap(({ bad, kind }, at) =>
      bad
        ? []
        : [{ kind, p: calibratedValue(calibrator, scored.margins[at] ?? 0) ?? logistic(scored.margins[at] ?? 0) }],
    ),
    BUDGET,
  );
  const model = { forest: fit(table, Float64Array.from(labels), seed), calibrator, cut };
  return { model, outcome: outcomeOf(rows, scored, { groups, cut, seed }) };
}

function groupsOf(rows: readonly FileRow[]): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from(rows, ({ group }) => {
    const found = known.get(group) ?? known.size;
    known.set(group, found);
    return found;
  });
}

type Scored = ReturnType<typeof crossed>;

function outcomeOf(
  rows: readonly FileRow[],
  { labels, probabilities, why }: Scored,
  { groups, cut, seed }: { groups: Int32Array; cut: number; seed: number },
): SuiteOutcome {
  const figures = (at: ArrayLike<number>) =>
    ratesOf(confusionAt(takeValues(labels, at), takeValues(probabilities, at), cut));
  const interval = (name: "f1" | "recall" | "precision" | "fpr"): readonly [number, number] => {
    const { low, high } = bootstrap(rows.length, (at) => figures(at)[name], {
      seed,
      draws: DRAWS,
      clusters: [...groups],
    });
    return [low, high];
  };
  const byKind = Object.groupBy(rows.keys(), (at) => rows[at]?.kind ?? "");
  const shareOver = (at: readonly number[], bad: boolean): number => {
    const own = at.filter((row) => rows[row]?.bad === bad);
    return own.filter((row) => (probabilities[row] ?? 0) >= cut).length / own.length;
  };
  return {
    train: ["all files but those of the fold"],
    test: ["each fold"],
    protocol: `${FOLDS} folds, each file tested once; files with equal marks or the same import hash on one side. Probabilities calibrated within the training part, malicious from ${cut.toFixed(2)} on: the cut keeps 1 % of the benign files of the folds, so figures at it are a little too good.`,
    metrics: {
      ...figures(rows.map((_, at) => at)),
      auroc: auroc(labels, probabilities),
      ap: averagePrecision(labels, probabilities),
      tprAtFpr01: tprAtFpr(labels, probabilities, 0.01),
      ece: calibrationError(labels, probabilities),
      n: rows.length,
      bad: labels.reduce((sum, label) => sum + label, 0),
      cut,
    },
    intervals: {
      f1: interval("f1"),
      recall: interval("recall"),
      precision: interval("precision"),
      fpr: interval("fpr"),
    },
    by: Object.fromEntries(
      Object.entries(byKind).map(([kind, at = []]) => [
        kind,
        { n: at.length, found: shareOver(at, true), falsely: shareOver(at, false) },
      ]),
    ),
    reliability: reliabilityBins(labels, probabilities),
    mistakes: mistakesOf(rows, { probabilities, cut, why }),
    notes: [],
    unread: [],
  };
}

function mistakesOf(
  rows: readonly FileRow[],
  { probabilities, cut, why }: Pick<Scored, "probabilities" | "why"> & { cut: number },
): readonly Mistake[] {
  return rows
    .flatMap(({ name, bad }, at): readonly Mistake[] => {
      const score = probabilities[at] ?? 0;
      if (bad === score >= cut) return [];
      const reasons = why.get(at);
      return [
        {
          ...{ what: name, truth: bad ? "malicious" : "benign", guess: bad ? "benign" : "malicious", score },
          ...(reasons !== undefined && { why: reasons }),
        },
      ];
    })
    .toSorted((a, b) => Math.abs(b.score - cut) - Math.abs(a.score - cut))
    .slice(0, MISTAKES_MAX);
}
