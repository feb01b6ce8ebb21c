/**
 * What a learnt model says of a file, beside the points.
 * Enters: a model (of a file) and what was found in a file. Leaves: a probability, whether it is over the model's cut, and
 * the strongest reasons in words.
 *
 * FJ1. An opinion never lowers a verdict. Alone it raises to "suspicious" and no further; to "malicious" only where the
 *      points (rules and lists among them) say "suspicious" by themselves.
 * FJ2. A model that asks marks which this version does not know is refused, not guessed at.
 */
import { type Calibrator, calibratedValue } from "../learning/calibrate/calibrator.ts";
import { refusal } from "../learning/learning-error.ts";
import { makeExplainer } from "../learning/trees/explain.ts";
import { addRowMargins, type Forest, logistic } from "../learning/trees/forest.ts";
import type { Examined } from "./examine.ts";
import { FILE_MARKS, fileVector } from "./file-vector.ts";
import type { FileVerdict } from "./verdict.ts";

export interface FileModel {
  readonly forest: Forest;
  readonly calibrator: Calibrator;
  /** From here on a file is called malicious: chosen on rows that the forest had not learnt. */
  readonly cut: number;
}

export interface FileModelOpinion {
  readonly model: string;
  readonly probability: number;
  readonly calibrated: boolean;
  readonly cut: number;
  readonly over: boolean;
  /** Strongest first; in log-odds, above 0 speaks for malice. */
  readonly because: readonly { readonly weight: number; readonly words: string }[];
}

export type FileJudge = (file: Examined) => FileModelOpinion;

const REASONS_MAX = 6;
const WEIGHT_MIN = 0.05;

export function makeFileJudge(id: string, { forest, calibrator, cut }: FileModel): FileJudge {
  const places = forest.schema.names.map((name) => FILE_MARKS.indexOf(name));
  const strange = forest.schema.names.filter((_, at) => places[at] === -1);
  if (strange.length > 0)
    throw refusal(
      "schema-differs",
      `it asks marks that this version does not know (${strange.slice(0, 5).join(", ")}): train it again`,
    );
  if (forest.objective !== "binary" || forest.outputs !== 1)
    throw refusal("schema-differs", "its forest answers another question");
  const explainer = makeExplainer(forest);
  return (file) => {
    const all = fileVector(file);
    const values = Float64Array.from(places, (place) => all[place] ?? Number.NaN);
    const margins = new Float64Array(1);
    addRowMargins(forest, values, margins);
    const known = calibratedValue(calibrator, margins[0] ?? 0);
    const probability = known ?? logistic(margins[0] ?? 0);
    const weights = explainer.explain(values);
    const order = [...weights.keys()].toSorted((a, b) => Math.abs(weights[b] ?? 0) - Math.abs(weights[a] ?? 0));
    const because = order.slice(0, REASONS_MAX).flatMap((at) => {
      const weight = weights[at] ?? 0;
      return Math.abs(weight) < WEIGHT_MIN ? [] : [{ weight, words: told(forest.schema.names[at] ?? "", values[at]) }];
    });
    return { model: id, probability, calibrated: known !== undefined, cut, over: probability >= cut, because };
  };
}

const told = (name: string, value = Number.NaN): string =>
  `${name}: ${Number.isNaN(value) ? "not known" : Math.round(100 * value) / 100}`;

/** FJ1 */
export function raisedFileVerdict(points: FileVerdict["verdict"], { over }: FileModelOpinion): FileVerdict["verdict"] {
  if (!over || points === "malicious") return points;
  return points === "suspicious" ? "malicious" : "suspicious";
}

export const fileOpinionWords = ({ probability, calibrated, cut }: FileModelOpinion): string =>
  `learnt model: ${probability.toFixed(2)} (${calibrated ? "calibrated" : "uncalibrated"}), malicious from ${cut.toFixed(2)} on`;
