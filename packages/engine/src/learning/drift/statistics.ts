/**
 * The table of drift statistics, with the limits and the choice by size that Evidently documents.
 * Enters: one column of the reference and of the current window. Leaves: statistic, p where there is one, and whether it drifted.
 *
 * DS1. A p-value drifts below its limit, a distance at or above it.
 * DS2. Missing values are left out and counted elsewhere; a sample that is left too small gives no verdict (NaN), never "no drift".
 * DS3. Seeded statistics give the same value on every run.
 */

import { type Pair, sharesOfValues } from "./bins.ts";
import { chiSquare, fisherExact, gTest, homogeneity, proportions, totalVariationTest } from "./counts.ts";
import {
  energyDistance,
  greatestGap,
  hellinger,
  jensenShannon,
  kullbackLeibler,
  populationStability,
  totalVariation,
  wassersteinNormed,
} from "./distances.ts";
import { kolmogorovSmirnov, type Tested } from "./kolmogorov.ts";
import { eppsSingleton, meanDiscrepancy, studentTest } from "./moments.ts";
import { andersonDarling, cramerVonMises, mannWhitney } from "./ranks.ts";

export type StatisticName = keyof typeof TABLE;

interface Statistic {
  readonly kinds: "number" | "category" | "both";
  readonly drifts: "p-below" | "value-at-least";
  readonly limit: number;
  /** Fewer rows on either side: no verdict. */
  readonly rowsMin: number;
  readonly of: (pair: Pair, seed: number) => Tested;
}

const NO_P = Number.NaN;
const tested = (kinds: Statistic["kinds"], of: Statistic["of"], rowsMin = 2): Statistic => ({
  ...{ kinds, of, rowsMin },
  drifts: "p-below",
  limit: 0.05,
});
const distance = (kinds: Statistic["kinds"], of: (pair: Pair) => number): Statistic => ({
  kinds,
  drifts: "value-at-least",
  limit: 0.1,
  rowsMin: 1,
  of: (pair) => ({ statistic: of(pair), p: NO_P }),
});
const sorted =
  (of: (a: Float64Array, b: Float64Array) => Tested): Statistic["of"] =>
  ({ reference, current }) =>
    of(reference.toSorted(), current.toSorted());

const TABLE = {
  ks: tested("number", sorted(kolmogorovSmirnov), 1),
  chisquare: tested("category", chiSquare, 1),
  z: tested("category", proportions, 1),
  wasserstein: distance("number", wassersteinNormed),
  jensenshannon: distance("both", jensenShannon),
  kl_div: distance("both", kullbackLeibler),
  psi: distance("both", populationStability),
  hellinger: distance("both", hellinger),
  ed: distance("number", energyDistance),
  anderson: tested("number", sorted(andersonDarling)),
  cramer_von_mises: tested("number", sorted(cramerVonMises)),
  mannw: tested("number", sorted(mannWhitney), 1),
  es: tested("number", eppsSingleton, 5),
  t_test: tested("number", studentTest),
  empirical_mmd: tested("number", meanDiscrepancy),
  fisher_exact: tested("category", fisherExact, 1),
  g_test: tested("category", gTest, 1),
  TVD: tested("category", totalVariationTest, 1),
  l_infinity: distance("both", greatestGap),
} as const satisfies Record<string, Statistic>;

export const STATISTIC_NAMES = Object.keys(TABLE) as readonly StatisticName[];

export const isStatisticName = (name: string): name is StatisticName => Object.hasOwn(TABLE, name);

/** Up to so many rows of the reference a test is asked, above it a distance: with many rows every test rejects. */
const ROWS_FOR_TESTS = 1_000;
/** Numbers with no more values are a category. */
const NUMBER_VALUES_MIN = 6;

export interface ColumnDrift {
  readonly statistic: StatisticName;
  readonly value: number;
  /** NaN where the statistic is a distance. */
  readonly p: number;
  /** p of a test that takes both windows for samples: what false discoveries are controlled with. */
  readonly testP: number;
  readonly limit: number;
  readonly drifted: boolean;
  /** Share of rows that moved, at least: widest gap of the distributions (numbers) or total variation (categories). */
  readonly effect: number;
  readonly rows: readonly [reference: number, current: number];
}

/** The statistic that fits kind and size of a column. */
export function statisticFor(pair: Pair): StatisticName {
  const values = sharesOfValues(pair).edges.length;
  const isNumber = pair.kind === "number" && values >= NUMBER_VALUES_MIN;
  if (pair.reference.length > ROWS_FOR_TESTS) return isNumber ? "wasserstein" : "jensenshannon";
  if (isNumber) return "ks";
  return values > 2 ? "chisquare" : "z";
}

export interface DriftOptions {
  readonly statistic?: StatisticName | undefined;
  readonly limit?: number | undefined;
  readonly seed?: number;
}

export function columnDrift(column: Pair, options: DriftOptions = {}): ColumnDrift {
  const known = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value));
  const given: Pair = { ...column, reference: known(column.reference), current: known(column.current) };
  const asked = options.statistic !== undefined && fits(given, options.statistic) ? options.statistic : undefined;
  const name = asked ?? statisticFor(given);
  const { kinds, drifts, rowsMin, of, limit: usual }: Statistic = TABLE[name];
  const pair: Pair = kinds === "both" ? given : { ...given, kind: kinds };
  const limit = (asked === undefined ? undefined : options.limit) ?? usual;
  const rows = [pair.reference.length, pair.current.length] as const;
  const none = { value: Number.NaN, p: Number.NaN, testP: Number.NaN, drifted: false, effect: Number.NaN };
  if (Math.min(...rows) < rowsMin) return { statistic: name, limit, rows, ...none };
  const { statistic: value, p } = of(pair, options.seed ?? 1);
  const drifted = drifts === "p-below" ? p < limit : value >= limit;
  return { statistic: name, value, p, limit, drifted, rows, ...changeOf(given) };
}

/** A number may be asked as a category; a category is no number. */
const fits = (pair: Pair, name: StatisticName): boolean => pair.kind === "number" || TABLE[name].kinds !== "number";

/** A test that takes both windows for samples, and the size of the change in rows: the widest gap between the distributions. */
function changeOf(pair: Pair): { readonly testP: number; readonly effect: number } {
  const values = sharesOfValues(pair).edges.length;
  if (pair.kind === "number" && values >= NUMBER_VALUES_MIN) {
    const { statistic, p } = sorted(kolmogorovSmirnov)(pair, 0);
    return { testP: p, effect: statistic };
  }
  return { testP: homogeneity(pair).p, effect: totalVariation({ ...pair, kind: "category" }) };
}
