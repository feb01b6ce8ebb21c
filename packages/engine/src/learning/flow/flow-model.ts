/**
 * A learnt model of flows: the chance that one belongs to an attack, of which family, why, and when it does not know.
 * Enters: rows of flow-vector.ts with labels; later one row. Leaves: a model; its verdict with reasons.
 *
 * FM1. The same rows and seed give the same model.
 * FM2. Beyond what was learnt (a number more than twice the largest or less than half the smallest, a number missing that every
 *      learnt flow had, another protocol) it says so, and with what: such a flow is not called an attack with its full weight.
 * FM3. A kind of attack with few rows counts more than its number: one run may be all that is known of it.
 * FM4. A chance is never 0 or 1: no number of labelled flows shows that.
 */
import { type Calibrator, calibratedValue } from "../calibrate/calibrator.ts";
import { type FeatureTable, makeCategoryCodes, tableOfRows } from "../table.ts";
import { makeExplainer } from "../trees/explain.ts";
import { fitForest } from "../trees/fit.ts";
import { addRowMargins, type Forest, logistic, softmax } from "../trees/forest.ts";
import { type AttackFamily, FAMILIES, familyOf, OTHER_FAMILY } from "./attack-class.ts";
import { FLOW_MODEL_SCHEMA, FLOW_NAMES, OWN_NUMBERS } from "./flow-vector.ts";
import { flowWords } from "./flow-words.ts";

/** What one number was in training. */
export interface LearntRange {
  readonly low: number;
  readonly high: number;
  /** Every learnt flow had it. */
  readonly always: boolean;
}

export interface FlowModel {
  readonly forest: Forest;
  readonly calibrator: Calibrator;
  /** Margin from which on a flow is raised: chosen on benign flows that were not learnt. */
  readonly cut: number;
  /** Which family, of flows that are raised. Undefined where one family is all there was. */
  readonly kinds: Forest | undefined;
  /** Names of `attack-class.ts`, in the order of the outputs of `kinds`. */
  readonly families: readonly string[];
  /** Of the first OWN_NUMBERS features. */
  readonly ranges: readonly LearntRange[];
  readonly protocols: readonly number[];
}

export interface FlowRow {
  readonly values: Float64Array;
  readonly bad: boolean;
  /** The data's own word; "" where benign. */
  readonly kind: string;
}

const ROUNDS = 120;
const KIND_ROUNDS = 40;
/** Of a family: fewer cannot be told from the others. */
const FAMILY_MIN = 20;
const KIND_ROWS_MAX = 20_000;
const PROTOCOL = FLOW_NAMES.indexOf("protocol");

export const tableOf = (rows: readonly FlowRow[]): FeatureTable =>
  tableOfRows(
    FLOW_MODEL_SCHEMA,
    rows.map(({ values }) => values),
  );

/** Whether it is an attack: margins before calibration. */
export function fitFlows(rows: readonly FlowRow[], seed: number, rounds = ROUNDS): Forest {
  const counts = new Map<string, number>();
  for (const { bad, kind } of rows) if (bad) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const attacks = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const whole = [...counts.values()].reduce((sum, count) => sum + Math.sqrt(count), 0);
  const weights = Float64Array.from(rows, ({ bad, kind }) =>
    // FM3: a kind weighs as the root of its number; all together as many as there are.
    bad ? attacks / (whole * Math.sqrt(counts.get(kind) ?? 1)) : 1,
  );
  const targets = Float64Array.from(rows, ({ bad }) => Number(bad));
  return fitForest(
    { table: tableOf(rows), targets, weights },
    { objective: "binary", seed, rounds, learningRate: 0.1, leavesMax: 31, columnShare: 0.5 },
  ).forest;
}

/** Which family, learnt from attacks alone. */
export function fitKinds(
  rows: readonly FlowRow[],
  seed: number,
): { readonly kinds: Forest | undefined; readonly families: readonly string[] } {
  const attacks = rows.filter(({ bad }) => bad);
  const byFamily = Map.groupBy(attacks, ({ kind }) => familyOf(kind).name);
  const families = [...byFamily].flatMap(([name, own]) => (own.length >= FAMILY_MIN ? [name] : [])).toSorted();
  if (families.length < 2) return { kinds: undefined, families };
  const each = Math.floor(KIND_ROWS_MAX / families.length);
  const chosen = families.flatMap((name) => thinned(byFamily.get(name) ?? [], each));
  const codes = makeCategoryCodes(families);
  const { forest } = fitForest(
    {
      table: tableOf(chosen),
      targets: Float64Array.from(chosen, ({ kind }) => codes.codeOf(familyOf(kind).name)),
    },
    { objective: "multiclass", classes: families.length, seed, rounds: KIND_ROUNDS, leavesMax: 15, minRows: 5 },
  );
  return { kinds: forest, families };
}

/** Evenly over all of them: they stand in order of time. */
export function thinned<T>(rows: readonly T[], most: number): readonly T[] {
  if (rows.length <= most) return rows;
  const step = rows.length / most;
  return Array.from({ length: most }, (_, at) => rows[Math.floor(at * step)]).filter((row) => row !== undefined);
}

export function rangesOf(rows: readonly FlowRow[]): readonly LearntRange[] {
  return Array.from({ length: OWN_NUMBERS }, (_, at) => {
    let [low, high, always] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, rows.length > 0];
    for (const { values } of rows) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) always = false;
      else [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    return { low, high, always };
  });
}

export const protocolsOf = (rows: readonly FlowRow[]): readonly number[] =>
  [...new Set(rows.map(({ values }) => values[PROTOCOL] ?? Number.NaN))]
    .filter((code) => !Number.isNaN(code))
    .toSorted((a, b) => a - b);

export interface FlowVerdict {
  readonly p: number;
  readonly calibrated: boolean;
  readonly over: boolean;
  /** FM2: what it has never seen the like of, in words; undefined within what was learnt. */
  readonly beyond: string | undefined;
}

export interface FlowJudge {
  readonly id: string;
  verdict(row: Float64Array): FlowVerdict;
  /** What speaks for an attack, strongest first. */
  reasons(row: Float64Array): readonly string[];
  family(row: Float64Array): AttackFamily;
}

const REASONS_MAX = 5;
const WEIGHT_MIN = 0.05;
const SLACK = 2;
/** Below, a family is not named. */
const FAMILY_CHANCE = 0.6;
const CERTAIN = 0.999;

export function makeFlowJudge(id: string, model: FlowModel): FlowJudge {
  const { forest, calibrator, cut, kinds, families } = model;
  const explainer = makeExplainer(forest);
  const asked = new Set(forest.feature);
  const margin = new Float64Array(1);
  return {
    id,
    verdict: (row) => {
      margin[0] = 0;
      addRowMargins(forest, row, margin);
      const score = margin[0] ?? 0;
      const known = calibratedValue(calibrator, score);
      const p = Math.min(CERTAIN, Math.max(1 - CERTAIN, known ?? logistic(score)));
      return { p, calibrated: known !== undefined, over: score >= cut, beyond: beyondOf(model, asked, row) };
    },
    reasons: (row) => {
      const weights = explainer.explain(row);
      return [...weights.keys()]
        .filter((at) => (weights[at] ?? 0) >= WEIGHT_MIN && !Number.isNaN(row[at] ?? Number.NaN))
        .toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))
        .slice(0, REASONS_MAX)
        .map((at) => flowWords(FLOW_NAMES[at] ?? "", row));
    },
    family: (row) => {
      if (kinds === undefined) return named(families[0]);
      const chances = new Float64Array(families.length);
      addRowMargins(kinds, row, chances);
      softmax(chances);
      const best = chances.indexOf(Math.max(...chances));
      return (chances[best] ?? 0) >= FAMILY_CHANCE ? named(families[best]) : OTHER_FAMILY;
    },
  };
}

const named = (name: string | undefined): AttackFamily => FAMILIES.find((one) => one.name === name) ?? OTHER_FAMILY;

/** FM2; only of what the forest asks. Below one of anything, sensors differ by how they round. */
function beyondOf({ ranges, protocols }: FlowModel, asked: ReadonlySet<number>, row: Float64Array): string | undefined {
  for (let at = 0; at < ranges.length; at += 1) {
    const range = ranges[at];
    if (range !== undefined && asked.has(at) && isBeyond(range, row[at] ?? Number.NaN))
      return beyondWords(FLOW_NAMES[at] ?? "", range, row);
  }
  const protocol = row[PROTOCOL] ?? Number.NaN;
  return Number.isNaN(protocol) || protocols.includes(protocol) ? undefined : `protocol ${protocol}, never learnt`;
}

function isBeyond({ low, high, always }: LearntRange, value: number): boolean {
  if (Number.isNaN(value)) return always;
  return (high >= 0 && value > SLACK * high) || (low >= 1 && Number.isFinite(low) && value < low / SLACK);
}

function beyondWords(name: string, { low, high }: LearntRange, row: Float64Array): string {
  const value = row[FLOW_NAMES.indexOf(name)] ?? Number.NaN;
  if (Number.isNaN(value)) return `${name} not known, which all learnt connections had`;
  const edge = value > high ? `up to ${shown(name, high)}` : `from ${shown(name, low)} on`;
  return `${flowWords(name, row)}, learnt ${edge}`;
}

function shown(name: string, value: number): string {
  const row = FLOW_NAMES.map((other) => (other === name ? value : Number.NaN));
  return flowWords(name, row);
}
