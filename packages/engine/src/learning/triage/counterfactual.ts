/**
 * The smallest change of one feature that would turn what the model makes of an incident: raise into lower, or the other way.
 * Enters: the model and the values of a row. Leaves: one sentence, or nothing when no single change turns it.
 */
import { calibratedValue } from "../calibrate/calibrator.ts";
import { TRIAGE_SCHEMA, wordsOf } from "./features.ts";
import { marginsOf, said, scoreOfMargins } from "./margins.ts";
import type { TriageModel } from "./triage-model.ts";

/** Borders tried of each feature, nearest first: more would be a change that nobody can picture. */
const BORDERS_MAX = 12;

export function flipOf(model: TriageModel, values: Float64Array, score: number): string | undefined {
  const side = sideOf(model, score);
  let best: { readonly feature: number; readonly to: number; readonly far: number } | undefined;
  const tried = values.slice();
  for (const [feature, borders] of bordersOf(model)) {
    const from = values[feature] ?? Number.NaN;
    if (Number.isNaN(from)) continue;
    const near = borders.toSorted((a, b) => Math.abs(a - from) - Math.abs(b - from)).slice(0, BORDERS_MAX);
    for (const border of near) {
      const to = border >= from ? above(border) : border;
      const far = Math.abs(to - from) / (1 + Math.abs(from));
      if (best !== undefined && far >= best.far) break;
      tried[feature] = to;
      if (sideOf(model, scoreOfMargins(marginsOf(model.forest, tried))) !== side) best = { feature, to, far };
    }
    tried[feature] = from;
  }
  if (best === undefined) return undefined;
  const { feature, to } = best;
  return `${wordsOf(TRIAGE_SCHEMA.names[feature] ?? "")}: ${said(to)} instead of ${said(values[feature] ?? 0)}`;
}

function sideOf({ calibrator, threshold }: TriageModel, score: number): boolean {
  return (calibratedValue(calibrator, score) ?? threshold) > threshold;
}

/** Just beyond a border: counts go to the next whole number. */
const above = (border: number): number => (Number.isInteger(border * 2) ? Math.floor(border) + 1 : border + 0.01);

/** Thresholds that the forest asks of each numeric feature. */
function bordersOf({ forest }: TriageModel): Map<number, number[]> {
  const borders = new Map<number, Set<number>>();
  for (const [node, feature] of forest.feature.entries()) {
    const threshold = forest.threshold[node] ?? Number.NaN;
    if (feature <= 0 || Number.isNaN(threshold)) continue;
    const known = borders.get(feature) ?? new Set();
    borders.set(feature, known.add(threshold));
  }
  return new Map([...borders].map(([feature, found]) => [feature, [...found]]));
}
