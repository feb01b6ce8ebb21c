/**
 * The learnt model of mail: words by a linear model, how it was made by a forest that also reads the words' margin,
 * calibrated on rows that neither had seen.
 *
 * MM1. Rows of one group (near-duplicates) are never on both sides of an inner fold: else the forest learns to trust the
 *      words' model more than it deserves.
 * MM2. The same rows and seed give the same model.
 */
import { type Calibrator, calibratedValue, fitCalibrator } from "../learning/calibrate/calibrator.ts";
import { fitPlatt } from "../learning/calibrate/platt.ts";
import { makeRandom } from "../learning/random.ts";
import { type FeatureTable, makeSchema, tableOfRows } from "../learning/table.ts";
import { type HashedText, hashText, type TextHashing } from "../learning/text/hash-text.ts";
import { learnText, makeTextModel, type TextModel, textMargin } from "../learning/text/text-model.ts";
import { fitForest } from "../learning/trees/fit.ts";
import { addRowMargins, type Forest, logistic, predictMargins } from "../learning/trees/forest.ts";
import { type Budget, chooseCut } from "./mail-cut.ts";
import type { MailSource } from "./receivers.ts";

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
  /** From here on a mail is called bad: chosen within the training rows by `Budget`. */
  readonly cut: number;
  /** For rows of other sources than the real ones: fitted on made rows, as many of each class; undefined without such. */
  readonly away?: Calibrator;
}

/** What a model file holds: the usual model and, where it learnt from real mails, one for mails that come from elsewhere. */
export interface MailModels {
  readonly home: WordedModel;
  readonly elsewhere?: {
    readonly model: WordedModel;
    /** Where the learnt mails came in. */
    readonly source: MailSource;
  };
}

export interface WordedOptions {
  readonly names: readonly string[];
  readonly hashing: TextHashing;
  readonly seed: number;
  /** Numbers whose direction is known whatever the year: a forest may not learn the contrary from one collection. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>;
  readonly budget?: Budget;
}

export const MAIL_HASHING: TextHashing = { bits: 18, wordGrams: 2, charGramsMin: 3, charGramsMax: 4, charsMax: 6_000 };
export const hashWords = (text: string): HashedText => hashText(text, MAIL_HASHING);

const INNER_FOLDS = 4;
const EPOCHS = 3;
const FORESTS = 3;
/** A tree for every ten rows: few rows are learnt by heart by more. */
const ROUNDS_MIN = 60;
const ROUNDS_MAX = 200;
const ROWS_PER_ROUND = 10;
const LEARNING_RATE = 0.06;
const WORDS_MARGIN = "wordsMargin";
/** Rows have length 1, so single gradients are small: the penalty that holds for counts would keep every weight at 0. */
const WORDS_LEARNING = { alpha: 1, beta: 1, l1: 0.05, l2: 0.5 };

export interface WordedRows {
  readonly rows: readonly WordedRow[];
  readonly labels: Uint8Array;
  readonly groups: Int32Array;
  /** How much a row counts while learning; calibration counts all alike. */
  readonly weights?: Float64Array;
  /** Kinds of wanted rows that a budget looks at one by one. */
  readonly kinds?: readonly string[];
  /** What a row is there for; undefined: all are real. */
  readonly uses?: readonly RowUse[];
}

/**
 * `real` rows teach words and forest, and the probability is fitted on them; `made` rows teach both and say nothing of how
 * often; a `copy` teaches the forest alone: its words were learnt once.
 */
export type RowUse = "real" | "made" | "copy";

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
  const calibrator = calibratorOf(margins, data, "real");
  const away = calibratorOf(margins, data, "made");
  return {
    ...(away.kind === "uncalibrated" ? {} : { away }),
    names: options.names,
    words: fitWords(data, () => true, options),
    forests: Array.from({ length: FORESTS }, (_, at) =>
      fitOne({ table, data, rows: [...data.rows.keys()] }, options, at),
    ),
    calibrator,
    cut: cutFor(data, options.budget, (at) => probability(calibrator, margins[at] ?? 0)),
  };
}

const isOf = ({ uses }: WordedRows, at: number, use: RowUse): boolean => (uses?.[at] ?? "real") === use;

/**
 * A curve of two parameters where it can be fitted: steps would give all mails of another source the same few values, and
 * a cut between them would be chance.
 */
function calibratorOf(margins: Float64Array, data: WordedRows, use: RowUse): Calibrator {
  const kept = (_: number, at: number): boolean => isOf(data, at, use);
  const real = margins.filter(kept);
  const labels = data.labels.filter(kept);
  const usual = fitCalibrator(real, labels);
  if (usual.kind !== "isotonic") return usual;
  const platt = fitPlatt(real, labels);
  return platt.slope > 0 ? usual : { kind: "platt", verdicts: real.length, ...platt };
}

const probability = (calibrator: Calibrator, margin: number): number =>
  calibratedValue(calibrator, margin) ?? logistic(margin);

function cutFor(data: WordedRows, budget: Budget | undefined, probabilityAt: (at: number) => number): number {
  if (budget === undefined) return 0.5;
  const wanted = rowsWhere(data.labels, (label) => label === 0).filter((at) => isOf(data, at, "real"));
  return chooseCut(
    wanted.map((at) => ({ kind: data.kinds?.[at] ?? "", p: probabilityAt(at) })),
    budget,
  );
}

/** Calibrated where the rows were enough for it, else as the forest has it. */
export const scoreWorded = (model: WordedModel, rows: readonly WordedRow[]): Float64Array =>
  marginsOf(model, rows).map((margin) => probability(model.calibrator, margin));

/** The same number for one row, without the table that many rows are worth: a third of the time. */
export function scoreOne({ forests, words, calibrator }: WordedModel, row: WordedRow): number {
  const values = new Float64Array(row.values.length + 1);
  values.set(row.values);
  values[row.values.length] = textMargin(words, row.words);
  let sum = 0;
  const margin = new Float64Array(1);
  for (const forest of forests) {
    margin[0] = 0;
    addRowMargins(forest, values, margin);
    sum += margin[0];
  }
  return probability(calibrator, sum / forests.length);
}

/** The same for rows of another source (`WordedModel.away`), at as many bad as good ones. */
export const scoreAway = (model: WordedModel, rows: readonly WordedRow[]): Float64Array =>
  marginsOf(model, rows).map((margin) => probability(model.away ?? model.calibrator, margin));

function marginsOf(model: WordedModel, rows: readonly WordedRow[]): Float64Array {
  const table = tableOf(
    model.names,
    rows,
    Float64Array.from(rows, ({ words }) => textMargin(model.words, words)),
  );
  const all = model.forests.map((forest) => predictMargins(forest, table));
  return Float64Array.from(rows, (_, at) => all.reduce((sum, one) => sum + (one[at] ?? 0), 0) / all.length);
}

function fitWords(data: WordedRows, inside: (at: number) => boolean, { hashing, seed }: WordedOptions): TextModel {
  const model = makeTextModel({ hashing, ...WORDS_LEARNING });
  const order = data.rows.map((_, at) => at).filter((at) => inside(at) && data.uses?.[at] !== "copy");
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

function fitOne({ table, data, rows }: Fitting, { seed, monotone }: WordedOptions, at: number): Forest {
  const targets = Float64Array.from(rows, (row) => data.labels[row] ?? 0);
  const weights = Float64Array.from(rows, (row) => data.weights?.[row] ?? 1);
  return fitForest(
    { table: pick(table, rows), targets, weights },
    {
      objective: "binary",
      seed: seed + at,
      rounds: Math.max(ROUNDS_MIN, Math.min(ROUNDS_MAX, Math.round(rows.length / ROWS_PER_ROUND))),
      learningRate: LEARNING_RATE,
      leavesMax: 15,
      minRows: 8,
      columnShare: 0.5,
      monotone: { ...monotone, [WORDS_MARGIN]: 1 },
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

const rowsWhere = (folds: Int32Array | Uint8Array, wanted: (fold: number) => boolean): number[] =>
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
