/**
 * How severe people would call an incident, learnt from the severities that they set when they closed one.
 * Enters: verdict rows. Leaves: a forest over the levels with its calibration, and figures beside the severity of the rules.
 *
 * FS1. Only severities that a person set count: the rules' own would teach the model to repeat them.
 * FS2. Figures and calibration are of rows that were left out in turn. Too few: refused, with the counts.
 */
import { LEVELS, type Level, levelRank } from "@cordon/model/rule";
import { tableOfRows } from "../table.ts";
import { type ForestParameters, startFit, type TrainingData } from "../trees/fit.ts";
import { addRowMargins, type Forest, softmax } from "../trees/forest.ts";
import type { Refused, SeverityModel } from "../triage/advice-model.ts";
import { TRIAGE_SCHEMA } from "../triage/features.ts";
import type { Breathe } from "./fit-triage.ts";
import type { GuardedRow } from "./guard.ts";

const CASES_MIN = 60;
/** A level that was set less often is no class of its own: it counts as the next that is. */
const PER_LEVEL_MIN = 8;
const FOLDS = 5;

export interface SeverityFigures {
  readonly cases: number;
  readonly accuracy: number;
  /** Mean distance in levels, and that of the severity that the rules gave. */
  readonly distance: number;
  readonly distanceOfRules: number;
  readonly logLoss: number;
}

export interface FittedSeverity {
  readonly model: SeverityModel | Refused;
  readonly figures?: SeverityFigures;
}

export interface AdviceTraining {
  readonly values: (row: GuardedRow) => Float64Array;
  readonly seed: number;
  readonly breathe: Breathe;
}

export async function fitSeverity(all: readonly GuardedRow[], training: AdviceTraining): Promise<FittedSeverity> {
  const rows = all.filter(({ setSeverity }) => setSeverity !== undefined);
  const levels = levelsIn(rows);
  if (rows.length < CASES_MIN || levels.length < 2) {
    const reason = `${rows.length} of ${CASES_MIN} severities set by people, ${levels.length} of 2 levels with ${PER_LEVEL_MIN} each`;
    return { model: { kind: "refused", reason } };
  }
  const data: Data = { rows: rows.map(training.values), targets: targetsOf(rows, levels), weights: weightsOf(rows) };
  const margins: Float64Array[] = rows.map(() => new Float64Array(levels.length));
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const others = partOf(data, (at) => at % FOLDS !== fold);
    const forest = await fit(others, levels.length, { ...training, seed: training.seed + fold + 1 });
    for (let at = fold; at < rows.length; at += FOLDS)
      addRowMargins(forest, data.rows[at] ?? EMPTY, margins[at] ?? EMPTY);
  }
  const temperature = temperatureOf(margins, data.targets);
  const forest = await fit(data, levels.length, training);
  return {
    model: { kind: "severity", forest, levels, temperature, cases: rows.length },
    figures: figuresOf(rows, { levels, margins, temperature, targets: data.targets }),
  };
}

const EMPTY = new Float64Array(0);

interface Data {
  readonly rows: readonly Float64Array[];
  readonly targets: Float64Array;
  readonly weights: Float64Array;
}

const weightsOf = (rows: readonly GuardedRow[]): Float64Array => Float64Array.from(rows, ({ weight }) => weight);

function partOf({ rows, targets, weights }: Data, keep: (at: number) => boolean): Data {
  return {
    rows: rows.filter((_, at) => keep(at)),
    targets: targets.filter((_, at) => keep(at)),
    weights: weights.filter((_, at) => keep(at)),
  };
}

function levelsIn(rows: readonly GuardedRow[]): readonly Level[] {
  return LEVELS.filter((level) => rows.filter(({ setSeverity }) => setSeverity === level).length >= PER_LEVEL_MIN);
}

/** The nearest level that is a class; of two as near the higher. */
function targetsOf(rows: readonly GuardedRow[], levels: readonly Level[]): Float64Array {
  return Float64Array.from(rows, ({ setSeverity }) => {
    const rank = levelRank(setSeverity ?? "medium");
    let best = 0;
    for (const [at, level] of levels.entries()) {
      const [far, known] = [Math.abs(levelRank(level) - rank), Math.abs(levelRank(levels[best] ?? "medium") - rank)];
      if (far <= known) best = at;
    }
    return best;
  });
}

type Pace = Pick<AdviceTraining, "seed" | "breathe">;

/** One round at a time, so that whoever else runs in the process gets a turn. */
export async function fitInRounds(data: TrainingData, parameters: ForestParameters, breathe: Breathe): Promise<Forest> {
  const fitting = startFit(data, parameters);
  while (fitting.addRound()) await breathe();
  return fitting.finish().forest;
}

function fit({ rows, targets, weights }: Data, classes: number, { seed, breathe }: Pace): Promise<Forest> {
  const table = tableOfRows(TRIAGE_SCHEMA, rows);
  const minRows = Math.max(3, Math.min(20, Math.floor(rows.length / 25)));
  const shape = { rounds: 40, learningRate: 0.1, leavesMax: 6, l2: 2, rowShare: 0.9, minHessian: 0.5, minRows };
  return fitInRounds({ table, targets, weights }, { objective: "multiclass", classes, seed, ...shape }, breathe);
}

/** Of the margins of left-out rows, the divisor with the least log loss. */
function temperatureOf(margins: readonly Float64Array[], targets: Float64Array): number {
  let best = { temperature: 1, loss: Number.POSITIVE_INFINITY };
  for (let step = -10; step <= 20; step += 1) {
    const temperature = 2 ** (step / 5);
    const loss = logLoss(margins, targets, temperature);
    if (loss < best.loss) best = { temperature, loss };
  }
  return best.temperature;
}

function sharesOf(margins: Float64Array, temperature: number): Float64Array {
  const shares = margins.map((margin) => margin / temperature);
  softmax(shares);
  return shares;
}

function logLoss(margins: readonly Float64Array[], targets: Float64Array, temperature: number): number {
  let sum = 0;
  for (const [at, row] of margins.entries())
    sum -= Math.log(Math.max(1e-9, sharesOf(row, temperature)[targets[at] ?? 0] ?? 0));
  return sum / margins.length;
}

interface Judged {
  readonly levels: readonly Level[];
  readonly margins: readonly Float64Array[];
  readonly temperature: number;
  readonly targets: Float64Array;
}

function figuresOf(rows: readonly GuardedRow[], { levels, margins, temperature, targets }: Judged): SeverityFigures {
  let [right, far, farOfRules] = [0, 0, 0];
  for (const [at, row] of rows.entries()) {
    const own = margins[at] ?? EMPTY;
    const guess = levels[own.indexOf(Math.max(...own))] ?? "medium";
    const truth = levelRank(row.setSeverity ?? "medium");
    right += Number(levelRank(guess) === truth);
    far += Math.abs(levelRank(guess) - truth);
    farOfRules += Math.abs(levelRank(levelOf(row.severity)) - truth);
  }
  const share = (sum: number): number => Math.round((sum / rows.length) * 10_000) / 10_000;
  return {
    ...{ cases: rows.length, accuracy: share(right), distance: share(far), distanceOfRules: share(farOfRules) },
    logLoss: Math.round(logLoss(margins, targets, temperature) * 10_000) / 10_000,
  };
}

const levelOf = (text: string): Level => LEVELS.find((level) => level === text) ?? "medium";
