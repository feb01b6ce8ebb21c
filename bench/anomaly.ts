/**
 * What is unusual: rows a CPU-second of half-space trees, LODA, nearest remembered rows and all ways together, over made rows of
 * 20 features in four groups. The nearest row is also looked for naively, by going through all of them: the same answer is asserted.
 */
import { makeHalfSpace } from "@cordon/engine/learning/anomaly/half-space";
import { makeLoda } from "@cordon/engine/learning/anomaly/loda";
import { makeNearest } from "@cordon/engine/learning/anomaly/nearest";
import { fitSpace, placeTable } from "@cordon/engine/learning/anomaly/space";
import { fitNormality } from "@cordon/engine/learning/evaluate/normality/normality";
import { makeRandom } from "@cordon/engine/learning/random";
import { makeSchema, tableOfRows } from "@cordon/engine/learning/table";
import { type Effort, type Figure, figure, ratesOf } from "./measure.ts";

const FEATURES = 20;
/** As many as a context remembers (learning.md, memory-kNN). */
const REMEMBERED = 2_000;
const ASKED = 500;

function madePoints(seed: number, count: number): number[][] {
  const random = makeRandom(seed);
  return Array.from({ length: count }, () => {
    const group = random.below(4) * 3;
    return Array.from({ length: FEATURES }, (_, at) => random.normal() + (at % 4 === 0 ? group : 0));
  });
}

export function benchAnomaly(effort: Effort): readonly Figure[] {
  const schema = makeSchema(Array.from({ length: FEATURES }, (_, at) => `f${at}`));
  const usual = tableOfRows(schema, madePoints(1, REMEMBERED));
  const space = fitSpace(usual);
  const points = placeTable(space, usual, "code");
  const asked = madePoints(2, ASKED).map((row) => Float64Array.from(row));
  const nearest = makeNearest(points, space);
  const naive = (point: Float64Array): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let from = 0; from < points.values.length; from += FEATURES) {
      let sum = 0;
      for (let dim = 0; dim < FEATURES; dim += 1) sum += ((point[dim] ?? 0) - (points.values[from + dim] ?? 0)) ** 2;
      best = Math.min(best, sum);
    }
    return Math.sqrt(best);
  };
  for (const point of asked) {
    const found = nearest.find(point, 1)[0]?.distance ?? 0;
    if (Math.abs(found - naive(point)) > 1e-9) throw new Error(`nearest ${found}, naively ${naive(point)}`);
  }
  const bounds = (at: number): number[] => Array.from({ length: FEATURES }, () => at);
  const trees = makeHalfSpace({ seed: 1, low: bounds(-4), high: bounds(4) });
  const loda = makeLoda({ dims: FEATURES, seed: 1 });
  for (const point of asked) {
    trees.learn(point);
    loda.learn(point);
  }
  const all = fitNormality(usual, { seed: 1 });
  const rate = (name: string, run: (point: Float64Array) => unknown): Figure =>
    figure(`anomaly: ${name}`, ratesOf(asked, effort, run), { unit: "rows/CPU-s", note: `${FEATURES} features` });
  return [
    rate("half-space trees, score and learn", (point) => {
      trees.score(point);
      trees.learn(point);
    }),
    rate("LODA, score and learn", (point) => {
      loda.score(point);
      loda.learn(point);
    }),
    rate(`nearest of ${REMEMBERED} rows`, (point) => nearest.find(point, 1)),
    rate(`nearest of ${REMEMBERED} rows, naively`, naive),
    rate("all ways together", (point) => all.judge(point)),
  ];
}
