/**
 * The learnt model of mail: words by a linear model, how it was made by a forest that also reads the words' margin,
 * calibrated on rows that neither had seen.
 *
 * MM1. Rows of one group (near-duplicates) are never on both sides of an inner fold: else the forest learns to trust the
 *      words' model more than it deserves.
 * MM2. The same rows and seed give the same model.
 */
import { type Calibrator, calibratedValue, fitCalibrator } from "../learning/calibrate/calibrator.ts";
import { makeRandom } from "../learning/random.ts";
import { type FeatureTable, makeSchema, tableOfRows } from "../learning/table.ts";
import { type HashedText, hashText, type TextHashing } from "../learning/text/hash-text.ts";
import { learnText, makeTextModel, type TextModel, textMargin } from "../learning/text/text-model.ts";
import { fitForest } from "../learning/trees/fit.ts";
import { type Forest, logistic, predictMargins } from "../learning/trees/forest.ts";

/** One row: the numbers and the words of a mail or of an address. */
export interface WordedRow {
  readonly values: Float64Array;
  readonly words: HashedText;
}

export interface WordedModel {
  readonly names: readonly string[];
  readonly words: TextModel;
  readonly forests: readonly Forest[];
  readonly calibrator: Calibrator;
}

export interface WordedOptions {
  readonly names: readonly string[];
  readonly hashing: TextHashing;
  readonly seed: number;
  readonly rounds?: number;
}

export const MAIL_HASHING: TextHashing = { bits: 18, wordGrams: 2, charGramsMin: 3, charGramsMax: 4, charsMax: 6_000 };
export const hashWords = (text: string): HashedText => hashText(text, MAIL_HASHING);

const INNER_FOLDS = 4;
const EPOCHS = 3;
const FORESTS = 2;
const WORDS_MARGIN = "wordsMargin";
/** Rows have length 1, so single gradients are small: the penalty that holds for counts would keep every weight at 0. */
const WORDS_LEARNING = { alpha: 1, beta: 1, l1: 0.05, l2: 0.5 };

export interface WordedRows {
  readonly rows: readonly WordedRow[];
  readonly labels: Uint8Array;
  readonly groups: Int32Array;
  /** How much a row counts while learning; calibration counts all alike. */
  readonly weights?: Float64Array;
}

export function fitWorded(data: WordedRows, options: WordedOptions): WordedModel {
  const folds = groupFolds(data.groups, INNER_FOLDS, options.seed);
  const outside = new Float64Array(data.rows.length);
  for (let fold = 0; fold < INNER_FOLDS; fold += 1) {
    const model = fitWords(data, (at) => folds[at] !== fold, options);
    data.rows.forEach((row, at) => {
      if (folds[at] === fold) outside[at] = textMargin(model, row.words);
    });
  }
  const table = tableOf(options.names, data.rows, outside);
  const margins = new Float64Array(data.rows.length);
  for (let fold = 0; fold < INNER_FOLDS; fold += 1) {
    const inside = rowsWhere(folds, (each) => each !== fold);
    const tested = rowsWhere(folds, (each) => each === fold);
    const forest = fitOne({ table, data, rows: inside }, options, 0);
    const found = predictMargins(forest, pick(table, tested));
    tested.forEach((at, index) => {
      margins[at] = found[index] ?? 0;
    });
  }
  return {
    names: options.names,
    words: fitWords(data, () => true, options),
    forests: Array.from({ length: FORESTS }, (_, at) =>
      fitOne({ table, data, rows: [...data.rows.keys()] }, options, at),
    ),
    calibrator: fitCalibrator(margins, data.labels),
  };
}

/** Calibrated where the rows were enough for it, else as the forest has it. */
export function scoreWorded(model: WordedModel, rows: readonly WordedRow[]): Float64Array {
  const table = tableOf(
    model.names,
    rows,
    Float64Array.from(rows, ({ words }) => textMargin(model.words, words)),
  );
  const all = model.forests.map((forest) => predictMargins(forest, table));
  return Float64Array.from(rows, (_, at) => {
    const margin = all.reduce((sum, one) => sum + (one[at] ?? 0), 0) / all.length;
    return calibratedValue(model.calibrator, margin) ?? logistic(margin);
  });
}

function fitWords(data: WordedRows, inside: (at: number) => boolean, { hashing, seed }: WordedOptions): TextModel {
  const model = makeTextModel({ hashing, ...WORDS_LEARNING });
  const order = data.rows.map((_, at) => at).filter(inside);
  const random = makeRandom(seed);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1)
    for (const at of random.shuffle(order)) {
      const row = data.rows[at];
      if (row !== undefined) learnText(model, row.words, data.labels[at] ?? 0, data.weights?.[at] ?? 1);
    }
  return model;
}

interface Fitting {
  readonly table: FeatureTable;
  readonly data: WordedRows;
  readonly rows: readonly number[];
}

function fitOne({ table, data, rows }: Fitting, { seed, rounds = 150 }: WordedOptions, at: number): Forest {
  const targets = Float64Array.from(rows, (row) => data.labels[row] ?? 0);
  const weights = Float64Array.from(rows, (row) => data.weights?.[row] ?? 1);
  return fitForest(
    { table: pick(table, rows), targets, weights },
    {
      objective: "binary",
      seed: seed + at,
      rounds,
      learningRate: 0.08,
      leavesMax: 15,
      minRows: 8,
      columnShare: 0.5,
      monotone: { [WORDS_MARGIN]: 1 },
    },
  ).forest;
}

function tableOf(names: readonly string[], rows: readonly WordedRow[], margins: Float64Array): FeatureTable {
  const all = rows.map(({ values }, at) => {
    const row = new Float64Array(values.length + 1);
    row.set(values);
    row[values.length] = margins[at] ?? 0;
    return row;
  });
  return tableOfRows(makeSchema([...names, WORDS_MARGIN]), all);
}

const pick = (table: FeatureTable, rows: readonly number[]): FeatureTable => ({
  ...table,
  rows: rows.length,
  columns: table.columns.map((column) => Float64Array.from(rows, (at) => column[at] ?? Number.NaN)),
});

const rowsWhere = (folds: Int32Array, wanted: (fold: number) => boolean): number[] =>
  [...folds.keys()].filter((at) => wanted(folds[at] ?? 0));

/** The fold of each row: whole groups, largest first, each to the fold that has the fewest rows so far. */
export function groupFolds(groups: Int32Array, count: number, seed: number): Int32Array {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const order = makeRandom(seed).shuffle([...sizes.keys()]);
  const filled = new Int32Array(count);
  const foldOf = new Map<number, number>();
  for (const group of order.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0))) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(group, fold);
    filled[fold] = (filled[fold] ?? 0) + (sizes.get(group) ?? 0);
  }
  return groups.map((group) => foldOf.get(group) ?? 0);
}
