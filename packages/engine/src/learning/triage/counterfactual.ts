/**
 * The smallest change of one feature that would turn what the model makes of an incident: raise into lower, or the other way.
 * Enters: the model and the values of a row. Leaves: one sentence, or nothing when no single change turns it.
 */
import { calibratedValue } from "../calibrate/calibrator.ts";
import { TRIAGE_SCHEMA, wordsOf } from "./features.ts";
import { marginsOf, said, scoreOfMargins } from "./margins.ts";
import type { TriageModel } from "./triage-model.ts";

/** Borders tried of each feature, spread over all of them; the nearest that turns it is then looked for between two of these. */
const STEPS = 16;

export function flipOf(model: TriageModel, values: Float64Array, score: number): string | undefined {
  const side = sideOf(model, score);
  let best: { readonly feature: number; readonly to: number; readonly far: number } | undefined;
  const tried = values.slice();
  for (const [feature, borders] of bordersOf(model)) {
    const from = values[feature] ?? Number.NaN;
    if (Number.isNaN(from)) continue;
    const turns = (to: number): boolean => {
      tried[feature] = to;
      return sideOf(model, scoreOfMargins(marginsOf(model.forest, tried))) !== side;
    };
    const to = nearestThat(turns, borders, from);
    tried[feature] = from;
    if (to === undefined) continue;
    const far = Math.abs(to - from) / (1 + Math.abs(from));
    if (best === undefined || far < best.far) best = { feature, to, far };
  }
  if (best === undefined) return undefined;
  const { feature, to } = best;
  return `${wordsOf(TRIAGE_SCHEMA.names[feature] ?? "")}: ${said(to)} instead of ${said(values[feature] ?? 0)}`;
}

function nearestThat(turns: (to: number) => boolean, borders: readonly number[], from: number): number | undefined {
  const near = borders
    .map((border) => (border >= from ? above(border) : border))
    .sort((a, b) => Math.abs(a - from) - Math.abs(b - from));
  const stride = Math.max(1, Math.ceil(near.length / STEPS));
  for (let start = 0; start < near.length; start += stride) {
    const block = near.slice(start, start + stride);
    if (!turns(block.at(-1) ?? from)) continue;
    return block.find(turns);
  }
  return undefined;
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
