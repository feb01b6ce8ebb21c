/**
 * Verdicts to a triage model.
 * Enters: guarded rows (oldest first), lineage, a seed. Leaves: the parts of a model file, with figures of a split by time.
 *
 * TT1. The same rows and seed give the same bytes.
 * TT2. Figures are of later verdicts than those learnt from; probabilities come from rows that the scoring forest never saw.
 * TT3. Fewer verdicts than asked for, or of one kind only: refused, with the counts.
 */
import type { JsonObject } from "@cordon/model/json";
import { calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import { refusal } from "../learning-error.ts";
import { quantileOf } from "../metrics/interval.ts";
import { TRIAGE_SCHEMA, valuesOf } from "../triage/features.ts";
import type { PastCase } from "../triage/similar.ts";
import { CASES_MAX, type TriageParts } from "../triage/triage-model.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { fitResponse } from "./fit-response.ts";
import { fitSeverity } from "./fit-severity.ts";
import { type Breathe, type FittedTriage, fitTriage, labelsOf, parametersFor, scoresOf } from "./fit-triage.ts";
import type { Guarded, GuardedRow } from "./guard.ts";

export interface TrainOptions {
  readonly seed: number;
  readonly verdictsMin: number;
  /** Code version, time, data digest, parent: kept as they come. */
  readonly lineage: JsonObject;
  readonly breathe: Breathe;
}

export interface Trained {
  readonly parts: TriageParts;
  readonly figures: Figures;
}

/** From so many verdicts on a third is kept for calibration alone; below, every row is left out in turn. */
const SPLIT_ROWS = 300;
const FOLDS = 5;
/** Share of the oldest verdicts that the figures' forest learns from. */
const EARLY_SHARE = 0.7;
/** People whose influence is measured, the most active first: each costs a fit. */
const PEOPLE_MAX = 5;

export async function trainTriage(guarded: Guarded, options: TrainOptions): Promise<Trained> {
  const { rows } = guarded;
  requireEnough(guarded, options.verdictsMin);
  const { seed, breathe } = options;
  const figures = await timeSplit(rows, seed, breathe);
  const made = rows.length >= SPLIT_ROWS ? await split(rows, seed, breathe) : await crossed(rows, seed, breathe);
  const { fitted, held, scores, by } = made;
  const labels = labelsOf(held);
  const calibrator = fitCalibrator(scores, labels);
  const { advice, adviceFigures } = await adviceOf(rows, fitted, { seed, breathe });
  const influence = await influences(guarded, fitted, { seed, breathe });
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const malicious = rows.reduce((sum, row) => sum + (row.verdict === "true-positive" ? row.weight : 0), 0);
  const [first, last] = [rows[0]?.at ?? 0, rows.at(-1)?.at ?? 0];
  const facts: JsonObject = {
    lineage: options.lineage,
    window: { from: first, to: last },
    verdicts: countsOf(rows),
    heldBack: guarded.heldBack,
    people: Object.values(guarded.people).sort((a, b) => b - a),
    effective: Math.round(guarded.effective * 10) / 10,
    parameters: { ...parametersFor(rows.length, seed), calibration: by, earlyShare: EARLY_SHARE },
    influence,
    figures: JSON.parse(JSON.stringify(figures)) as JsonObject,
    advice: JSON.parse(JSON.stringify(adviceFigures)) as JsonObject,
  };
  const parts: TriageParts = {
    ...{ forest: fitted.forest, rules: fitted.codes.levels, calibrator, calibratedBy: by },
    ...{ heldScores: scores, heldLabels: labels, heldRules: held.map(({ row }) => row.rule) },
    baselines: baselinesOf(rows, fitted),
    threshold: Math.min(0.999, Math.max(0.001, malicious / total)),
    cases: rows.slice(-CASES_MAX).map(caseOf),
    ...{ advice, heldBack: guarded.doubtful, facts },
  };
  return { parts, figures };
}

async function adviceOf(
  rows: readonly GuardedRow[],
  { codes }: FittedTriage,
  { seed, breathe }: { readonly seed: number; readonly breathe: Breathe },
) {
  const training = { values: ({ row }: GuardedRow) => valuesOf(row, codes.codeOf), seed, breathe };
  const severity = await fitSeverity(rows, training);
  const response = await fitResponse(rows, training);
  const told = (part: { readonly model: { readonly kind: string }; readonly figures?: object }): object =>
    part.model.kind === "refused" ? part.model : (part.figures ?? {});
  return {
    advice: { severity: severity.model, response: response.model },
    adviceFigures: { severity: told(severity), response: told(response) },
  };
}

function requireEnough({ rows, heldBack }: Guarded, least: number): void {
  const back = Object.entries(heldBack).map(([reason, count]) => `; ${count} ${reason}`);
  if (rows.length < least)
    throw refusal("too-few", `${rows.length} of ${least} verdicts that may be learnt from${back.join("")}`);
  const malicious = rows.filter(({ verdict }) => verdict === "true-positive").length;
  if (malicious === 0 || malicious === rows.length)
    throw refusal("too-few", `${malicious} of ${rows.length} verdicts are true positives: one kind only`);
}

interface Made {
  readonly fitted: FittedTriage;
  readonly held: readonly GuardedRow[];
  readonly scores: Float64Array;
  readonly by: TriageParts["calibratedBy"];
}

/** Every third verdict calibrates and is never learnt from. */
async function split(rows: readonly GuardedRow[], seed: number, breathe: Breathe): Promise<Made> {
  const held = rows.filter((_, at) => at % 3 === 2);
  const own = rows.filter((_, at) => at % 3 !== 2);
  const fitted = await fitTriage(own, seed, breathe);
  return { fitted, held, scores: scoresOf(fitted, held), by: "split" };
}

export async function crossed(rows: readonly GuardedRow[], seed: number, breathe: Breathe): Promise<Made> {
  const scores = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const own = rows.filter((_, at) => at % FOLDS !== fold);
    const fitted = await fitTriage(own, seed + fold + 1, breathe);
    scoresOf(fitted, rows).forEach((score, at) => {
      if (at % FOLDS === fold) scores[at] = score;
    });
  }
  return { fitted: await fitTriage(rows, seed, breathe), held: rows, scores, by: "crossed" };
}

/** Learns from the older verdicts, calibrates on the end of them, and is judged by the newest. */
async function timeSplit(rows: readonly GuardedRow[], seed: number, breathe: Breathe): Promise<Figures> {
  const cut = Math.max(1, Math.floor(rows.length * EARLY_SHARE));
  const early = rows.slice(0, cut);
  const late = rows.slice(cut);
  const { fitted, held, scores } = await crossed(early, seed, breathe);
  const calibrator = fitCalibrator(scores, labelsOf(held));
  const lateScores = scoresOf(fitted, late);
  const p = lateScores.map((score) => calibratedValue(calibrator, score) ?? Number.NaN);
  return figuresOf({ rows: late, labels: labelsOf(late), scores: lateScores, p }, seed);
}

/** How far scores move on average when one person's verdicts are left out. */
async function influences(
  { rows, people }: Guarded,
  fitted: FittedTriage,
  { seed, breathe }: { readonly seed: number; readonly breathe: Breathe },
): Promise<JsonObject> {
  const names = Object.entries(people).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (names.length < 2) return { note: `verdicts of ${names.length} person: influence cannot be compared` };
  const own = scoresOf(fitted, rows);
  const moved: number[] = [];
  for (const [name] of names.slice(0, PEOPLE_MAX)) {
    const rest = rows.filter(({ by }) => by !== name);
    const kinds = new Set(rest.map(({ verdict }) => verdict));
    if (kinds.size < 2) continue;
    const without = scoresOf(await fitTriage(rest, seed, breathe), rows);
    const shift = own.reduce((sum, score, at) => sum + Math.abs(chance(score) - chance(without[at] ?? 0)), 0);
    moved.push(Math.round((shift / rows.length) * 10_000) / 10_000);
  }
  return { meanShiftWithoutOne: moved };
}

const chance = (score: number): number => 1 / (1 + Math.exp(-score));

function baselinesOf(rows: readonly GuardedRow[], { codes }: FittedTriage): Float64Array {
  const all = rows.map(({ row }) => valuesOf(row, codes.codeOf));
  return Float64Array.from(TRIAGE_SCHEMA.names, (_, at) => {
    if (at === 0) return 0;
    const known = Float64Array.from(all.map((values) => values[at] ?? Number.NaN).filter((x) => !Number.isNaN(x)));
    // NaN cannot travel as JSON, but this array does not: it lies in the file's own arrays.
    return quantileOf(known.sort(), 0.5);
  });
}

const caseOf = ({ incident, verdict, row, facts, severity, responses }: GuardedRow): PastCase => ({
  ...{ incident, verdict, rule: row.rule, facts, severity, responses },
});

function countsOf(rows: readonly GuardedRow[]): JsonObject {
  const counts: Record<string, number> = {};
  for (const { verdict } of rows) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
