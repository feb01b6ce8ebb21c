/**
 * Fits a forest on verdict rows, one round at a time, and scores rows with it.
 * Enters: guarded rows, a seed, a way to breathe. Leaves: forest, codes of rules.
 */
import { type CategoryCodes, makeCategoryCodes, tableOfRows } from "../table.ts";
import { startFit } from "../trees/fit.ts";
import type { Forest } from "../trees/forest.ts";
import { TRIAGE_SCHEMA, valuesOf } from "../triage/features.ts";
import { marginsOf, scoreOfMargins } from "../triage/margins.ts";
import { CLASSES } from "../triage/triage-model.ts";
import type { GuardedRow } from "./guard.ts";
import type { VerdictRow } from "./verdict-row.ts";

const ROUNDS = 60;
const LEAVES_MAX = 8;
const MIN_ROWS_MAX = 20;

export interface FittedTriage {
  readonly forest: Forest;
  readonly codes: CategoryCodes;
}

/** Called between rounds, so that whoever else runs in the process gets a turn. */
export type Breathe = () => Promise<void>;

export const parametersFor = (rows: number, seed: number) => ({
  objective: "multiclass" as const,
  classes: CLASSES.length,
  ...{ seed, rounds: ROUNDS, learningRate: 0.1, leavesMax: LEAVES_MAX, l2: 2, rowShare: 0.9, minHessian: 0.5 },
  // A leaf of three among fifty, of twenty among thousands.
  minRows: Math.max(3, Math.min(MIN_ROWS_MAX, Math.floor(rows / 25))),
});

export async function fitTriage(rows: readonly GuardedRow[], seed: number, breathe: Breathe): Promise<FittedTriage> {
  const codes = makeCategoryCodes(rows.map(({ row }) => row.rule));
  const table = tableOfRows(
    TRIAGE_SCHEMA,
    rows.map(({ row }) => valuesOf(row, codes.codeOf)),
  );
  const targets = Float64Array.from(rows, ({ verdict }) => CLASSES.indexOf(verdict));
  const weights = Float64Array.from(rows, ({ weight }) => weight);
  const fit = startFit({ table, targets, weights }, parametersFor(rows.length, seed));
  while (fit.addRound()) await breathe();
  return { forest: fit.finish().forest, codes };
}

export const scoresOf = ({ forest, codes }: FittedTriage, rows: readonly Pick<VerdictRow, "row">[]): Float64Array =>
  Float64Array.from(rows, ({ row }) => scoreOfMargins(marginsOf(forest, valuesOf(row, codes.codeOf))));

export const labelsOf = (rows: readonly Pick<VerdictRow, "verdict">[]): Float64Array =>
  Float64Array.from(rows, ({ verdict }) => Number(verdict === "true-positive"));
