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
import { fitNormality, judgeTable, type Normality } from "../anomaly/normality.ts";
import { makeRandom } from "../random.ts";
import { type FeatureTable, selectRows } from "../table.ts";
import { fitForest } from "../trees/fit.ts";
import { predictMargins } from "../trees/forest.ts";
import { type LabelledRows, rowsWhere, selectLabelled } from "./network-rows.ts";

/** Normal rows that nothing is fitted to: they set the levels. */
const HELD_SHARE = 0.2;
const HELD_MAX = 8_000;
/** Rows of a trial with a family left out. */
const TRIAL_ROWS = 16_000;
/** Share of normal rows that may alarm in all, and how much of it the classifier may spend. */
const BUDGET = 0.06;
const CLASSIFIER_LEVELS = [0.002, 0.005, 0.01, 0.02, 0.03, 0.04];
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
}

export interface Scored {
  readonly surprise: Float64Array;
  readonly margins: Float64Array;
  readonly noveltyP: Float64Array;
  readonly classifierP: Float64Array;
}

export function fitDetectors(train: LabelledRows, seed: number): Detectors {
  const normal = makeRandom(seed).shuffle(rowsWhere(train.table.rows, (row) => train.attack[row] === 0));
  const heldCount = Math.min(HELD_MAX, Math.max(1, Math.floor(normal.length * HELD_SHARE)));
  const held = normal.subarray(0, heldCount);
  const heldTable = selectRows(train.table, held);
  const normality = fitNormality(selectRows(train.table, normal.subarray(heldCount)), { seed });
  const isHeld = new Set(held);
  const margins = fitClassifier(
    selectLabelled(
      train,
      rowsWhere(train.table.rows, (row) => !isHeld.has(row)),
    ),
    seed,
  );
  return {
    normality,
    margins,
    noveltyRanks: ranksOf(judgeTable(normality, heldTable)),
    classifierRanks: ranksOf(margins(heldTable)),
  };
}

/** Rare attacks weigh more than their number: one row of each kind may be all that is known of it. */
function fitClassifier(train: LabelledRows, seed: number): (table: FeatureTable) => Float64Array {
  const counts = new Map<string, number>();
  for (const name of train.attacks) counts.set(name, (counts.get(name) ?? 0) + 1);
  const raw = Float64Array.from(train.attacks, (name) => (name === "" ? 0 : 1 / Math.sqrt(counts.get(name) ?? 1)));
  const all = raw.reduce((sum, weight) => sum + weight, 0);
  const attacks = train.attack.reduce((sum, label) => sum + label, 0);
  const weights = raw.map((weight) => (weight === 0 ? 1 : (weight * attacks) / all));
  const targets = Float64Array.from(train.attack);
  const { forest } = fitForest(
    { table: train.table, targets, weights },
    { objective: "binary", seed, rounds: 120, learningRate: 0.1, leavesMax: 31, columnShare: 0.5 },
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

/** Each family left out in turn of `train`; asked are its rows and normal rows of `ask`. */
export function leaveFamiliesOut(train: LabelledRows, ask: LabelledRows, seed: number): readonly LeftOut[] {
  const families = [...new Set(train.families)].filter((family) => family !== "").toSorted();
  const random = makeRandom(seed);
  return families.flatMap((family) => {
    const kept = rowsWhere(train.table.rows, (row) => train.families[row] !== family);
    const asked = rowsWhere(ask.table.rows, (row) => ask.families[row] === family || ask.attack[row] === 0);
    const known = new Set(Array.from(kept, (row) => train.families[row]));
    if (known.size < 2 || !asked.some((row) => ask.attack[row] === 1)) return [];
    const rows = selectLabelled(ask, random.shuffle(asked).subarray(0, TRIAL_ROWS));
    const detectors = fitDetectors(selectLabelled(train, random.shuffle(kept).subarray(0, TRIAL_ROWS)), seed);
    return [{ family, rows, scored: scoreRows(detectors, rows.table) }];
  });
}

/** How the budget is best shared: by the mean recall of families that were left out. */
export function chooseLevels(train: LabelledRows, seed: number): Levels {
  const order = makeRandom(seed).shuffle(rowsWhere(train.table.rows, () => true));
  const middle = order.length >> 1;
  const fit = selectLabelled(train, order.subarray(0, middle));
  const trials = leaveFamiliesOut(fit, selectLabelled(train, order.subarray(middle)), seed);
  let best = { levels: levelsOf(CLASSIFIER_LEVELS[2] ?? 0), recall: 0 };
  for (const classifier of CLASSIFIER_LEVELS) {
    const levels = levelsOf(classifier);
    const recall = trials.reduce((sum, trial) => sum + recallOf(trial, levels).recall, 0) / Math.max(1, trials.length);
    if (recall > best.recall) best = { levels, recall };
  }
  return best.levels;
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
