/**
 * Which response helps: ranks actions for an incident, learnt from what was done on past ones and how they ended.
 * Enters: verdict rows with the states of their actions. Leaves: a ranking forest over (incident, action), calibrated; figures.
 *
 * FR1. Relevance is what was recorded: in force at the end of a true positive 3, carried out in simulation 2, not tried 1, taken back,
 *      failed or refused 0; no containment at all is 2 where nothing stood at the end, and best (3) where it was no true positive.
 * FR2. What was never tried is no failure: it stands between what held and what did not.
 * FR3. Figures and calibration are of incidents left out in turn. Too few: refused, with the counts.
 */
import { calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import { brierScore } from "../metrics/probability.ts";
import { tableOfRows } from "../table.ts";
import { addRowMargins, type Forest } from "../trees/forest.ts";
import { ndcg } from "../trees/objective-ranking.ts";
import { NONE, RESPONSE_SCHEMA, type Refused, type ResponseCount, type ResponseModel } from "../triage/advice-model.ts";
import { type AdviceTraining, fitInRounds } from "./fit-severity.ts";
import type { GuardedRow } from "./guard.ts";

/** True positives with a containing action that came to an end. */
const CASES_MIN = 30;
const PER_ACTION_MIN = 5;
const FOLDS = 5;
/** Tell people, or look closer: help against nothing by themselves. */
const NO_CONTAINMENT: ReadonlySet<string> = new Set(["notify", "capture-forensics"]);

export interface ResponseFigures {
  readonly cases: number;
  /** Gain of the ranking, and that of always the most used order. */
  readonly ndcg: number;
  readonly ndcgOfUsual: number;
  readonly brier?: number;
}

export interface FittedResponse {
  readonly model: ResponseModel | Refused;
  readonly figures?: ResponseFigures;
}

export async function fitResponse(all: readonly GuardedRow[], training: AdviceTraining): Promise<FittedResponse> {
  const acted = all.filter((row) => row.verdict === "true-positive" && statesOf(row).size > 0);
  const actions = countsOf(all);
  if (acted.length < CASES_MIN || actions.length < 2) {
    const reason = `${acted.length} of ${CASES_MIN} true positives with a response, ${actions.length - 1} of 1 actions tried ${PER_ACTION_MIN} times`;
    return { model: { kind: "refused", reason } };
  }
  const groups = all
    .filter((row) => row.verdict !== "true-positive" || statesOf(row).size > 0)
    .map((row) => groupOf(row, actions, training));
  const margins: Float64Array[] = groups.map(() => EMPTY);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const others = groups.filter((_, at) => at % FOLDS !== fold);
    const forest = await fit(others, { ...training, seed: training.seed + fold + 1 });
    for (let at = fold; at < groups.length; at += FOLDS) margins[at] = marginsOf(forest, groups[at]?.rows ?? []);
  }
  const scores = Float64Array.from(margins.flatMap((own) => [...own]));
  const labels = Float64Array.from(groups.flatMap(({ relevance }) => relevance.map((each) => Number(each === BEST))));
  const calibrator = fitCalibrator(scores, labels);
  return {
    model: { kind: "response", forest: await fit(groups, training), actions, calibrator, cases: acted.length },
    figures: figuresOf(groups, margins, {
      cases: acted.length,
      brier: brierOf(
        labels,
        scores.map((score) => calibratedValue(calibrator, score) ?? Number.NaN),
      ),
    }),
  };
}

const EMPTY = new Float64Array(0);
const BEST = 3;

interface Group {
  readonly rows: readonly Float64Array[];
  readonly relevance: readonly number[];
  readonly weight: number;
}

/** Containing actions of an incident with the state in which they came to rest. */
function statesOf({ actions }: Pick<GuardedRow, "actions">): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const text of actions) {
    const [kind = "", state = ""] = text.split(":");
    if (NO_CONTAINMENT.has(kind) || !(state in RELEVANCE)) continue;
    if (relevanceOf(state) >= relevanceOf(states.get(kind) ?? "")) states.set(kind, state);
  }
  return states;
}

const RELEVANCE: Readonly<Record<string, number>> = { verified: 3, simulated: 2, reverted: 0, failed: 0, denied: 0 };
const relevanceOf = (state: string): number => (Object.hasOwn(RELEVANCE, state) ? (RELEVANCE[state] ?? 0) : -1);

/** `NONE` first, then by name: codes of the category. */
function countsOf(rows: readonly GuardedRow[]): readonly ResponseCount[] {
  const counts = new Map<string, { tried: number; held: number }>();
  let unneeded = 0;
  for (const row of rows) {
    const states = statesOf(row);
    if (states.size === 0 && row.verdict !== "true-positive") unneeded += 1;
    for (const [kind, state] of states) {
      const known = counts.get(kind) ?? { tried: 0, held: 0 };
      counts.set(kind, known);
      if (state === "denied") continue;
      known.tried += 1;
      if (state === "verified" && row.verdict === "true-positive") known.held += 1;
    }
  }
  const often = [...counts].filter(([, { tried }]) => tried >= PER_ACTION_MIN).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return [
    { action: NONE, tried: unneeded, held: unneeded },
    ...often.map(([action, { tried, held }]) => ({ action, tried, held })),
  ];
}

function groupOf(row: GuardedRow, actions: readonly ResponseCount[], { values }: AdviceTraining): Group {
  const states = statesOf(row);
  const truth = row.verdict === "true-positive";
  const stood = [...states.values()].some((state) => relevanceOf(state) > 1);
  const own = values(row);
  return {
    rows: actions.map((_, code) => Float64Array.from([...own, code])),
    relevance: actions.map(({ action }) => {
      if (action === NONE) return truth ? (stood ? 0 : 2) : BEST;
      if (!truth) return 0;
      const state = states.get(action);
      return state === undefined ? 1 : relevanceOf(state);
    }),
    weight: row.weight,
  };
}

function fit(groups: readonly Group[], { seed, breathe }: Pick<AdviceTraining, "seed" | "breathe">): Promise<Forest> {
  const rows = groups.flatMap((group) => group.rows);
  const table = tableOfRows(RESPONSE_SCHEMA, rows);
  const each = (of: (group: Group, at: number) => readonly number[]): Float64Array =>
    Float64Array.from(groups.flatMap(of));
  const data = {
    table,
    targets: each(({ relevance }) => relevance),
    weights: each(({ relevance, weight }) => relevance.map(() => weight)),
    groups: each(({ relevance }, at) => relevance.map(() => at)),
  };
  const minRows = Math.max(3, Math.min(20, Math.floor(groups.length / 15)));
  const shape = { rounds: 50, learningRate: 0.1, leavesMax: 8, l2: 1, rowShare: 1, minHessian: 1e-3, minRows };
  return fitInRounds(data, { objective: "ranking", seed, ...shape }, breathe);
}

function marginsOf(forest: Forest, rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from(rows, (row) => {
    const margin = new Float64Array(1);
    addRowMargins(forest, row, margin);
    return margin[0] ?? 0;
  });
}

function figuresOf(
  groups: readonly Group[],
  margins: readonly Float64Array[],
  rest: { readonly cases: number; readonly brier: number | undefined },
): ResponseFigures {
  const items = groups[0]?.relevance.length ?? 0;
  const usual = Array.from({ length: items }, (_, at) =>
    groups.reduce((sum, { relevance }) => sum + (relevance[at] ?? 0), 0),
  );
  const mean = (of: (group: Group, at: number) => number): number =>
    Math.round((groups.reduce((sum, group, at) => sum + of(group, at), 0) / Math.max(1, groups.length)) * 1e4) / 1e4;
  return {
    cases: rest.cases,
    ndcg: mean(({ relevance }, at) => ndcg(relevance, margins[at] ?? EMPTY)),
    ndcgOfUsual: mean(({ relevance }) => ndcg(relevance, usual)),
    ...(rest.brier === undefined ? {} : { brier: rest.brier }),
  };
}

function brierOf(labels: Float64Array, p: Float64Array): number | undefined {
  if (p.some(Number.isNaN)) return undefined;
  return Math.round(brierScore(labels, p) * 10_000) / 10_000;
}
