/**
 * Learning on made data: fitting a forest, scoring rows, explaining them, and reading text. Rows and features are those of
 * scripts/compare-lightgbm.ts, smaller when asked to be quick.
 */
import { makeRandom } from "@cordon/engine/learning/random";
import { makeSchema, makeTable } from "@cordon/engine/learning/table";
import { hashText } from "@cordon/engine/learning/text/hash-text";
import { learnText, makeTextModel, textMargin } from "@cordon/engine/learning/text/text-model";
import { makeExplainer } from "@cordon/engine/learning/trees/explain";
import { fitForest, type TrainingData } from "@cordon/engine/learning/trees/fit";
import { addRowMargins, predictMargins, rowValues } from "@cordon/engine/learning/trees/forest";
import { linesOf } from "./layouts.ts";
import { type Effort, type Figure, figure, QUICK, ratesOf, timed } from "./measure.ts";

const FEATURES = 30;
const ROUNDS = 100;

export function benchLearning(effort: Effort): readonly Figure[] {
  const rows = effort === QUICK ? 20_000 : 100_000;
  const data = madeRows(rows);
  const fits = Array.from({ length: effort.rounds }, (_, seed) =>
    timed(() => fitForest(data, { objective: "binary", seed, rounds: ROUNDS })),
  );
  const [[fitted] = []] = fits;
  if (fitted === undefined) throw new Error("no round");
  const { forest } = fitted;
  const values = Array.from({ length: 2_000 }, (_, row) => rowValues(data.table, row, new Float64Array(FEATURES)));
  const margins = new Float64Array(1);
  const { explain } = makeExplainer(forest);
  const into = new Float64Array(FEATURES);
  const note = `${ROUNDS} trees of 31 leaves, ${FEATURES} features`;
  return [
    figure(
      `forest: fit ${rows.toLocaleString("en")} rows`,
      fits.map(([, seconds]) => seconds),
      { unit: "CPU-s", note },
    ),
    figure(
      "forest: score rows of a table",
      ratesOf([data.table], effort, (table) => predictMargins(forest, table)).map((tables) => tables * rows),
      { unit: "rows/CPU-s", note },
    ),
    figure(
      "forest: score a row alone",
      ratesOf(values, effort, (row) => {
        addRowMargins(forest, row, margins);
      }),
      { unit: "rows/CPU-s", note },
    ),
    figure(
      "forest: explain a row (TreeSHAP)",
      ratesOf(values.slice(0, 200), effort, (row) => explain(row, into)),
      { unit: "rows/CPU-s", note },
    ),
    ...benchText(effort),
  ];
}

function benchText(effort: Effort): readonly Figure[] {
  const texts = linesOf("flat", 1_000);
  const hashed = texts.map((text) => hashText(text));
  const model = makeTextModel();
  hashed.forEach((row, at) => {
    learnText(model, row, at % 2);
  });
  const bytes = Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length);
  const note = `${bytes} characters each`;
  const row = { unit: "rows/CPU-s", note } as const;
  return [
    figure(
      "text: hash",
      ratesOf(texts, effort, (text) => hashText(text)),
      row,
    ),
    figure(
      "text: learn a hashed row",
      ratesOf(hashed, effort, (each) => learnText(model, each, 1)),
      row,
    ),
    figure(
      "text: score a hashed row",
      ratesOf(hashed, effort, (each) => textMargin(model, each)),
      row,
    ),
  ];
}

/** Products, waves and steps under noise; every seventh value of three features is missing. */
export function madeRows(rows: number): TrainingData {
  const random = makeRandom(20_26);
  const columns = Array.from({ length: FEATURES }, (_, feature) =>
    Float64Array.from({ length: rows }, () => (feature < 3 && random.next() < 1 / 7 ? Number.NaN : random.normal())),
  );
  const targets = Float64Array.from({ length: rows }, (_, row) => {
    const at = (feature: number): number => columns[feature]?.[row] || 0;
    const wave = Math.sin(2 * at(2)) + 0.3 * at(5) ** 2;
    const margin = at(0) * at(1) + wave + 0.5 * at(3) - (at(4) > 1 ? 2 : 0) - 1;
    return random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0;
  });
  return { table: makeTable(makeSchema(columns.map((_, at) => `f${at}`)), columns), targets };
}
