/**
 * Three ways of finding attacks in flow rows: what is not normal, what a classifier knows, and both together.
 * Enters: training and test rows with labels. Leaves: scores of the test rows, and the levels that the training rows chose.
 *
 * NJ1. Of the test rows nothing is used but their features. Levels come from training rows: normal ones that nothing was
 *      fitted to, and families of attacks left out in turn.
 * NJ2. The novelty scorer sees normal rows only; it does not know which attacks exist.
 * NJ3. Both together alarm where either alarms: a classifier is sure of what it has seen, and says nothing of the rest.
 */
import { combineP, type Ranks, ranksOf } from "../anomaly/combine.ts";
import { makeRandom } from "../random.ts";
import { type FeatureTable, selectRows, takeValues } from "../table.ts";
import { fitForest } from "../trees/fit.ts";
import { predictMargins } from "../trees/forest.ts";
import { type LabelledRows, rowsWhere, selectLabelled } from "./network-rows.ts";
import { fitNormality, judgeTable, type Normality } from "./normality/normality.ts";

/** Normal rows that nothing is fitted to: they set the levels. */
const HELD_SHARE = 0.2;
const HELD_MAX = 8_000;
/** Rows of a trial with a family left out: normal ones, and of each family; and its rounds of boosting. */
const TRIAL_NORMALS = 8_000;
const TRIAL_FAMILY = 3_000;
const TRIAL_ROUNDS = 60;
const ROUNDS = 120;
/** Share of normal rows that may alarm in all, and how much of it the classifier may spend: never more than a third, since novelty alone sees what is new. */
const BUDGET = 0.06;
const CLASSIFIER_LEVELS = [0.002, 0.005, 0.01, 0.02];
/** A difference of recall that a draw of other rows would make, too. */
const ALIKE = 0.005;
/** What normals alone may cost: the usual 95 % of normal rows below the level. */
export const NORMALS_LEVEL = 0.05;

export interface Levels {
  readonly novelty: number;
  readonly classifier: number;
}

export interface Detectors {
  readonly normality: Normality;
  /** Of what the novelty scorer and the classifier say of held-out normal rows. */
  readonly noveltyRanks: Ranks;
  readonly classifierRanks: Ranks;
  readonly margins: (table: FeatureTable) => Float64Array;
  readonly held: FeatureTable;
  /** The training rows without the held-out ones. */
  readonly fitted: LabelledRows;
  readonly seed: number;
}

export interface Scored {
  readonly surprise: Float64Array;
  readonly margins: Float64Array;
  readonly noveltyP: Float64Array;
  readonly classifierP: Float64Array;
}

interface FitOptions {
  readonly seed: number;
  readonly rounds?: number;
}

export function fitDetectors(train: LabelledRows, { seed, rounds = ROUNDS }: FitOptions): Detectors {
  const normal = makeRandom(seed).shuffle(rowsWhere(train.table.rows, (row) => train.attack[row] === 0));
  const heldCount = Math.min(HELD_MAX, Math.max(1, Math.floor(normal.length * HELD_SHARE)));
  const isHeld = new Set(normal.subarray(0, heldCount));
  const held = selectRows(train.table, normal.subarray(0, heldCount));
  const fitted = selectLabelled(
    train,
    rowsWhere(train.table.rows, (row) => !isHeld.has(row)),
  );
  const normality = fitNormality(selectRows(train.table, normal.subarray(heldCount)), { seed });
  const margins = fitClassifier(fitted, { seed, rounds });
  const noveltyRanks = ranksOf(judgeTable(normality, held));
  return { normality, margins, held, fitted, seed, noveltyRanks, classifierRanks: ranksOf(margins(held)) };
}

/** Rare attacks weigh more than their number: one row of each kind may be all that is known of it. */
export function fitClassifier(
  train: LabelledRows,
  { seed, rounds = ROUNDS }: FitOptions,
): (table: FeatureTable) => Float64Array {
  const counts = new Map<string, number>();
  for (const name of train.attacks) counts.set(name, (counts.get(name) ?? 0) + 1);
  const raw = Float64Array.from(train.attacks, (name) => (name === "" ? 0 : 1 / Math.sqrt(counts.get(name) ?? 1)));
  const all = raw.reduce((sum, weight) => sum + weight, 0);
  const attacks = train.attack.reduce((sum, label) => sum + label, 0);
  const weights = raw.map((weight) => (weight === 0 ? 1 : (weight * attacks) / all));
  const targets = Float64Array.from(train.attack);
  const { forest } = fitForest(
    { table: train.table, targets, weights },
    { objective: "binary", seed, rounds, learningRate: 0.1, leavesMax: 31, columnShare: 0.5 },
  );
  return (table) => predictMargins(forest, table);
}

export function scoreRows(detectors: Detectors, table: FeatureTable): Scored {
  const surprise = judgeTable(detectors.normality, table);
  const margins = detectors.margins(table);
  return {
    surprise,
    margins,
    noveltyP: surprise.map((score) => detectors.noveltyRanks.p(score)),
    classifierP: margins.map((score) => detectors.classifierRanks.p(score)),
  };
}

export const isAlarm = ({ noveltyP, classifierP }: Scored, row: number, levels: Levels): boolean =>
  (noveltyP[row] ?? 1) <= levels.novelty || (classifierP[row] ?? 1) <= levels.classifier;

/** One order for both: the Cauchy combination, as surprise. */
export const hybridScores = ({ noveltyP, classifierP }: Scored): Float64Array =>
  noveltyP.map((p, row) => -Math.log(combineP([p, classifierP[row] ?? 1])));

export interface LeftOut {
  readonly family: string;
  readonly scored: Scored;
  readonly rows: LabelledRows;
}

/** Each family left out of the classifier in turn; asked are its rows and the normal ones. Novelty never knew families. */
export function leaveFamiliesOut(detectors: Detectors, ask: LabelledRows, scored: Scored): readonly LeftOut[] {
  const { fitted, held, seed } = detectors;
  const families = [...new Set(fitted.families)].filter((family) => family !== "").toSorted();
  return families.flatMap((family) => {
    const asked = rowsWhere(ask.table.rows, (row) => ask.families[row] === family || ask.attack[row] === 0);
    const kept = rowsWhere(fitted.table.rows, (row) => fitted.families[row] !== family);
    if (families.length < 2 || !asked.some((row) => ask.attack[row] === 1)) return [];
    const rows = selectLabelled(ask, sampled(asked, ask, seed));
    const margins = fitClassifier(selectLabelled(fitted, sampled(kept, fitted, seed)), { seed, rounds: TRIAL_ROUNDS });
    const ranks = ranksOf(margins(held));
    const noveltyP = takeValues(scored.noveltyP, sampled(asked, ask, seed));
    const found = margins(rows.table);
    const surprise = takeValues(scored.surprise, sampled(asked, ask, seed));
    return [
      { family, rows, scored: { noveltyP, surprise, margins: found, classifierP: found.map((one) => ranks.p(one)) } },
    ];
  });
}

/** At most so many rows of each family, and of normal ones: rare families stay whole. */
function sampled(chosen: Int32Array, rows: LabelledRows, seed: number): Int32Array {
  const counts = new Map<string, number>();
  return makeRandom(seed)
    .shuffle(chosen.slice())
    .filter((row) => {
      const family = rows.families[row] ?? "";
      const count = (counts.get(family) ?? 0) + 1;
      counts.set(family, count);
      return count <= (family === "" ? TRIAL_NORMALS : TRIAL_FAMILY);
    });
}

/**
 * How the budget is best shared: by recall of families left out (mean over them) and of known attacks, one half each. Of shares that
 * are alike the one that leaves most to the classifier: known attacks that have changed a little are in no trial, and its they are.
 */
export function chooseLevels(train: LabelledRows, seed: number): Levels {
  const all = rowsWhere(train.table.rows, () => true);
  const order = makeRandom(seed + 1).shuffle(sampled(all, train, seed));
  const middle = order.length >> 1;
  const ask = selectLabelled(train, order.subarray(middle));
  const detectors = fitDetectors(selectLabelled(train, order.subarray(0, middle)), { seed, rounds: TRIAL_ROUNDS });
  const scored = scoreRows(detectors, ask.table);
  const known = { family: "", rows: ask, scored };
  const trials = leaveFamiliesOut(detectors, ask, scored);
  const tried = CLASSIFIER_LEVELS.map((classifier) => {
    const levels = levelsOf(classifier);
    const unknown = trials.reduce((sum, trial) => sum + recallOf(trial, levels).recall, 0) / Math.max(1, trials.length);
    return { levels, recall: (unknown + recallOf(known, levels).recall) / 2 };
  });
  const best = Math.max(...tried.map(({ recall }) => recall));
  return tried.findLast(({ recall }) => recall >= best - ALIKE)?.levels ?? levelsOf(CLASSIFIER_LEVELS[0] ?? 0);
}

const levelsOf = (classifier: number): Levels => ({
  classifier,
  novelty: Math.round((BUDGET - classifier) * 1e4) / 1e4,
});

export function recallOf({ rows, scored }: LeftOut, levels: Levels): { readonly recall: number; readonly fpr: number } {
  const counts = { attacks: 0, found: 0, normal: 0, alarms: 0 };
  rows.attack.forEach((attack, row) => {
    const alarm = isAlarm(scored, row, levels);
    counts[attack === 1 ? "attacks" : "normal"] += 1;
    if (alarm) counts[attack === 1 ? "found" : "alarms"] += 1;
  });
  return { recall: counts.found / counts.attacks, fpr: counts.alarms / counts.normal };
}
