/**
 * Drift that no single column shows: can a classifier tell the windows apart, and do rows still lie where they lay?
 * Enters: two tables of the same schema, or two lists of texts. Leaves: AUROC of a domain classifier; reconstruction error.
 *
 * DR3. Learnt on one half of the rows, measured on the other; halves are drawn by seed.
 * DR4. Up to ROWS_FOR_TESTS rows of the reference drifted = above the 95th percentile of a classifier that guesses, else above 0.55.
 */
import { auroc } from "../metrics/ranking.ts";
import { makeRandom, rowNumbers } from "../random.ts";
import { type FeatureTable, makeTable, selectRows } from "../table.ts";
import { hashText } from "../text/hash-text.ts";
import { learnText, makeTextModel, textMargin } from "../text/text-model.ts";
import { fitForest } from "../trees/fit.ts";
import { predictMargins } from "../trees/forest.ts";
import { eigenOf } from "./eigen.ts";
import { kolmogorovSmirnov } from "./kolmogorov.ts";

const ROWS_FOR_TESTS = 1_000;
const LIMIT_MANY = 0.55;
const NORMAL_95 = 1.6449;
/** Components that hold this much of the variance are kept. */
const VARIANCE_KEPT = 0.65;
/** Jacobi's rotations cost the cube of the columns. */
const COLUMNS_MAX = 60;
const TEXT_PASSES = 3;

export interface Told {
  readonly auroc: number;
  readonly limit: number;
  readonly drifted: boolean;
}

export function domainClassifier(reference: FeatureTable, current: FeatureTable, seed: number): Told {
  const table = makeTable(
    reference,
    reference.columns.map((column, at) => Float64Array.from([...column, ...(current.columns[at] ?? [])])),
  );
  const { train, test, labels } = halves(reference.rows, current.rows, seed);
  const targets = Float64Array.from(train, (row) => labels[row] ?? 0);
  const { forest } = fitForest(
    { table: selectRows(table, train), targets },
    { objective: "binary", seed, rounds: 40, learningRate: 0.1, leavesMax: 8, minRows: 10 },
  );
  const scores = predictMargins(forest, selectRows(table, test));
  return toldBy(
    Uint8Array.from(test, (row) => labels[row] ?? 0),
    scores,
    reference.rows,
  );
}

export function textClassifier(reference: readonly string[], current: readonly string[], seed: number): Told {
  const { train, test, labels } = halves(reference.length, current.length, seed);
  const texts = [...reference, ...current];
  const model = makeTextModel();
  for (let pass = 0; pass < TEXT_PASSES; pass += 1)
    for (const row of train) learnText(model, hashText(texts[row] ?? ""), labels[row] ?? 0);
  const scores = Float64Array.from(test, (row) => textMargin(model, hashText(texts[row] ?? "")));
  return toldBy(
    Uint8Array.from(test, (row) => labels[row] ?? 0),
    scores,
    reference.length,
  );
}

function halves(reference: number, current: number, seed: number) {
  const order = makeRandom(seed).shuffle(rowNumbers(reference + current));
  const middle = order.length >> 1;
  const labels = Uint8Array.from({ length: order.length }, (_, at) => Number(at >= reference));
  return { train: order.slice(0, middle), test: order.slice(middle), labels };
}

function toldBy(labels: Uint8Array, scores: Float64Array, referenceRows: number): Told {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  // A guessing classifier's AUROC is the Mann-Whitney statistic of two equal samples.
  const deviation = Math.sqrt((positives + negatives + 1) / (12 * positives * negatives));
  const limit = referenceRows > ROWS_FOR_TESTS ? LIMIT_MANY : 0.5 + NORMAL_95 * deviation;
  const value = auroc(labels, scores);
  return { auroc: value, limit, drifted: value > limit };
}

export interface Reconstruction {
  /** Mean error of the current window over that of reference rows the components were not made from. */
  readonly ratio: number;
  readonly p: number;
  readonly drifted: boolean;
}

export function reconstructionError(reference: FeatureTable, current: FeatureTable, seed: number): Reconstruction {
  const { fitted, held } = split(reference.rows, seed);
  const scaled = scalingOf(selectRows(reference, fitted));
  const errors = errorsOf(componentsOf(scaled(selectRows(reference, fitted))));
  const before = errors(scaled(selectRows(reference, held)));
  const now = errors(scaled(current));
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { p } = kolmogorovSmirnov(before.toSorted(), now.toSorted());
  return { ratio: mean(now) / mean(before), p, drifted: p < 0.05 };
}

function split(rows: number, seed: number) {
  const order = makeRandom(seed).shuffle(rowNumbers(rows));
  return { fitted: order.slice(0, rows >> 1), held: order.slice(rows >> 1) };
}

type Columns = readonly Float64Array[];

/** Mean 0, deviation 1 of the reference; missing = mean; columns that do not vary are left out. */
function scalingOf(table: FeatureTable): (other: FeatureTable) => Columns {
  const kept = table.columns.flatMap((column, at) => {
    const known = column.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
    return table.kinds[at] === "number" && deviation > 0 ? [{ at, mean, deviation }] : [];
  });
  return (other) =>
    kept
      .slice(0, COLUMNS_MAX)
      .map(({ at, mean, deviation }) =>
        (other.columns[at] ?? new Float64Array(0)).map((value) =>
          Number.isNaN(value) ? 0 : (value - mean) / deviation,
        ),
      );
}

function componentsOf(columns: Columns): readonly Float64Array[] {
  const size = columns.length;
  const rows = columns[0]?.length ?? 0;
  const cell = (i: number, j: number): number => {
    const [x, y] = [columns[i] ?? new Float64Array(0), columns[j] ?? new Float64Array(0)];
    return x.reduce((sum, value, row) => sum + value * (y[row] ?? 0), 0) / rows;
  };
  const matrix = Float64Array.from({ length: size * size }, (_, at) => cell(Math.floor(at / size), at % size));
  const { values, vectors } = eigenOf(matrix, size);
  const order = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  const chosen: Float64Array[] = [];
  let held = 0;
  for (const at of order) {
    if (held >= VARIANCE_KEPT * total) break;
    held += values[at] ?? 0;
    chosen.push(Float64Array.from({ length: size }, (_, row) => vectors[row * size + at] ?? 0));
  }
  return chosen;
}

const errorsOf =
  (components: readonly Float64Array[]) =>
  (columns: Columns): Float64Array =>
    Float64Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => {
      const values = columns.map((column) => column[row] ?? 0);
      const norm = values.reduce((sum, value) => sum + value * value, 0);
      const inside = components.reduce((sum, one) => {
        const along = values.reduce((all, value, at) => all + value * (one[at] ?? 0), 0);
        return sum + along * along;
      }, 0);
      return Math.sqrt(Math.max(0, norm - inside));
    });
