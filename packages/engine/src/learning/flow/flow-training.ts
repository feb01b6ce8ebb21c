/**
 * Labelled flows -> a model, and what it is worth on flows it was not learnt from.
 *
 * FT1. Each part is judged by a forest that saw none of its groups, calibrated and cut by the other parts: no figure is of rows that
 *      chose it. The model itself learns from all rows; its calibration and cut are of all parts' margins.
 * FT2. The cut keeps a budget of false positives on benign flows: the lowest margin that no more than that share reaches, but none
 *      whose chance is below one half: where benign flows and attacks are far apart, the place between is nobody's.
 * FT3. Of each kind of attack it is also said how much is found by a model that never learnt that kind.
 */
import { type Calibrator, calibratedValue, fitCalibrator } from "../calibrate/calibrator.ts";
import type { Mistake, SuiteOutcome } from "../evaluate/suite.ts";
import { refusal } from "../learning-error.ts";
import { confusionAt, ratesOf } from "../metrics/confusion.ts";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision } from "../metrics/ranking.ts";
import { logistic, predictMargins } from "../trees/forest.ts";
import {
  type FlowModel,
  type FlowRow,
  fitFlows,
  fitKinds,
  protocolsOf,
  rangesOf,
  tableOf,
  thinned,
} from "./flow-model.ts";
import { type FlowSplit, type SplitRow, type SplitWay, splitFlows } from "./flow-split.ts";

export interface LabelledFlow extends FlowRow, SplitRow {
  /** File and record. */
  readonly where: string;
}

export interface FlowTraining {
  readonly seed: number;
  /** Share of benign flows that may be raised. */
  readonly budget: number;
  readonly split: SplitWay | undefined;
  readonly progress: (what: string) => void;
}

const DRAWS = 200;
const MISTAKES_MAX = 200;
const KIND_MIN = 10;
const KINDS_MAX = 12;
const UNSEEN_ROWS = 15_000;
const UNSEEN_ROUNDS = 60;

export function trainFlows(
  rows: readonly LabelledFlow[],
  training: FlowTraining,
): { readonly model: FlowModel; readonly outcome: SuiteOutcome; readonly way: SplitWay } {
  const { seed, budget, progress } = training;
  const split = splitFlows(rows, training.split);
  requireBoth(rows, split);
  const margins = new Float64Array(rows.length).fill(Number.NaN);
  let learnt: { readonly train: readonly number[]; readonly forest: ReturnType<typeof fitFlows> } | undefined;
  split.parts.forEach(({ train, test }, at) => {
    progress(`part ${at + 1} of ${split.parts.length}`);
    // By time both halves are of one training.
    if (learnt?.train !== train) learnt = { train, forest: fitFlows(pick(rows, train), seed) };
    const found = predictMargins(learnt.forest, tableOf(pick(rows, test)));
    test.forEach((row, index) => {
      margins[row] = found[index] ?? Number.NaN;
    });
  });
  const scored = scoredOf(rows, { split, margins, budget });
  const unseen = unseenKinds(rows, split, training);
  progress("the model of all rows");
  const tested = scored.tested;
  const model: FlowModel = {
    forest: fitFlows(rows, seed),
    ...fitKinds(rows, seed),
    ...settledBy(tested, { rows, margins, budget }),
    ...{ ranges: rangesOf(rows), protocols: protocolsOf(rows) },
  };
  return { model, outcome: outcomeOf(rows, { scored, split, unseen, budget, seed }), way: split.way };
}

const pick = <T>(rows: readonly T[], at: readonly number[]): readonly T[] => at.flatMap((row) => rows[row] ?? []);

/** A wish that the data cannot give: every part must leave benign flows and attacks to learn from. */
function requireBoth(rows: readonly LabelledFlow[], { way, parts }: FlowSplit): void {
  for (const { train } of parts)
    if (![true, false].every((bad) => train.some((row) => rows[row]?.bad === bad)))
      throw refusal(
        "too-few",
        `by ${way} a part leaves no benign connections or no attacks to learn from: split by time`,
      );
}

interface Settled {
  readonly calibrator: Calibrator;
  readonly cut: number;
}

function settledBy(
  at: readonly number[],
  { rows, margins, budget }: { rows: readonly LabelledFlow[]; margins: Float64Array; budget: number },
): Settled {
  const scores = at.map((row) => margins[row] ?? 0);
  const labels = at.map((row) => Number(rows[row]?.bad === true));
  const benign = at.flatMap((row) => (rows[row]?.bad === false ? [margins[row] ?? 0] : []));
  const calibrator = fitCalibrator(scores, labels);
  return { calibrator, cut: Math.max(cutOf(benign, budget), evenMargin(calibrator, scores)) };
}

/** FT2; above all of them where the budget is less than one flow. */
export function cutOf(benign: readonly number[], budget: number): number {
  const falling = benign.toSorted((a, b) => b - a);
  const refused = falling[Math.floor(budget * falling.length)];
  if (refused === undefined) return 0;
  // Just above the first that may not be raised; equal ones stay below, too.
  return refused + Math.max(1e-9, Math.abs(refused) * 1e-9);
}

/** FT2: halfway between the highest margin with a chance below one half and the next. */
function evenMargin(calibrator: Calibrator, scores: readonly number[]): number {
  let [below, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const score of scores) {
    const even = (calibratedValue(calibrator, score) ?? logistic(score)) >= 0.5;
    if (even) above = Math.min(above, score);
    else below = Math.max(below, score);
  }
  if (above === Number.POSITIVE_INFINITY) return Number.isFinite(below) ? below + 1e-9 : 0;
  return Number.isFinite(below) ? (below + above) / 2 : above;
}

interface Scored {
  readonly tested: readonly number[];
  /** Of `tested`. */
  readonly margins: Float64Array;
  readonly chances: Float64Array;
  readonly over: Uint8Array;
  readonly labels: Uint8Array;
}

/** FT1 */
function scoredOf(
  rows: readonly LabelledFlow[],
  { split, margins, budget }: { split: FlowSplit; margins: Float64Array; budget: number },
): Scored {
  const tested: number[] = [];
  const chances: number[] = [];
  const over: number[] = [];
  split.parts.forEach(({ test }, part) => {
    const others = split.parts.flatMap((other, at) => (at === part ? [] : other.test));
    const { calibrator, cut } = settledBy(others, { rows, margins, budget });
    for (const row of test) {
      const margin = margins[row] ?? 0;
      tested.push(row);
      chances.push(calibratedValue(calibrator, margin) ?? logistic(margin));
      over.push(Number(margin >= cut));
    }
  });
  return {
    ...{ tested, chances: Float64Array.from(chances), over: Uint8Array.from(over) },
    margins: Float64Array.from(tested, (row) => margins[row] ?? 0),
    labels: Uint8Array.from(tested, (row) => Number(rows[row]?.bad === true)),
  };
}

/** FT3, of the largest kinds: learnt from the first part's training without the kind, cut on benign flows of its test. */
function unseenKinds(
  rows: readonly LabelledFlow[],
  split: FlowSplit,
  training: FlowTraining,
): ReadonlyMap<string, number> {
  const kinds = Map.groupBy(
    rows.filter(({ bad }) => bad),
    ({ kind }) => kind,
  );
  const part = split.parts[0];
  if (kinds.size < 2 || part === undefined) return new Map();
  const largest = [...kinds].toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  const held = pick(rows, part.test).filter(({ bad }) => !bad);
  const learnable = pick(rows, part.train);
  return new Map(
    largest.slice(0, KINDS_MAX).flatMap(([kind, own]) => {
      const others = learnable.filter((row) => row.kind !== kind);
      if (own.length < KIND_MIN || held.length === 0 || !others.some(({ bad }) => bad)) return [];
      training.progress(`without ${kind}`);
      const good = thinned(
        others.filter(({ bad }) => !bad),
        UNSEEN_ROWS,
      );
      const bad = thinned(
        others.filter((row) => row.bad),
        UNSEEN_ROWS,
      );
      const forest = fitFlows([...good, ...bad], training.seed, UNSEEN_ROUNDS);
      const cut = cutOf([...predictMargins(forest, tableOf(held))], training.budget);
      const found = predictMargins(forest, tableOf(thinned(own, UNSEEN_ROWS)));
      return [[kind, found.filter((margin) => margin >= cut).length / found.length] as const];
    }),
  );
}

interface Judged {
  readonly scored: Scored;
  readonly split: FlowSplit;
  readonly unseen: ReadonlyMap<string, number>;
  readonly budget: number;
  readonly seed: number;
}

const PROTOCOLS = {
  source:
    "parts by host: all flows of a host, and all hosts that one attack joins, in one part; each part judged by a model that saw none of it",
  file: "parts by file, each judged by a model that saw none of it",
  time: "of each file and kind of attack the first 60 % learnt, the rest tested: later parts of the same attacks, so figures hold for the same tools again, not for new ones",
} as const;

function outcomeOf(rows: readonly LabelledFlow[], { scored, split, unseen, budget, seed }: Judged): SuiteOutcome {
  const { tested, margins, chances, over, labels } = scored;
  const figures = (at: ArrayLike<number>) => ratesOf(confusionAt(taken(labels, at), taken(over, at)));
  const interval = (name: "recall" | "fpr"): readonly [number, number] => {
    const clusters = tested.map((row) => split.groups[row] ?? "");
    const numbers = new Map([...new Set(clusters)].map((group, at) => [group, at]));
    const { low, high } = bootstrap(tested.length, (at) => figures(at)[name], {
      ...{ seed, draws: DRAWS },
      clusters: clusters.map((group) => numbers.get(group) ?? 0),
    });
    return [low, high];
  };
  const all = figures([...tested.keys()]);
  return {
    train: [split.way === "time" ? "the first 60 % of each file and kind" : "all rows but those of the part"],
    test: [split.way === "time" ? "the rest" : "each part"],
    protocol: `Equal rows once; ${PROTOCOLS[split.way]}. Probabilities and the cut of a part come from the other parts; the cut keeps ${budget} of the benign flows. \`unseen\`: recall by a model that never learnt that kind.`,
    metrics: {
      ...{ recall: all.recall, fpr: all.fpr, precision: all.precision, f1: all.f1 },
      ...{
        auroc: auroc(labels, margins),
        ap: averagePrecision(labels, margins),
        ece: calibrationError(labels, chances),
      },
      ...{ n: tested.length, attacks: labels.reduce((sum, label) => sum + label, 0), budget },
    },
    intervals: { recall: interval("recall"), fpr: interval("fpr") },
    by: byKind(rows, scored, unseen),
    reliability: reliabilityBins(labels, chances),
    mistakes: mistakesOf(rows, scored),
    notes: [],
    unread: [],
  };
}

const taken = (values: Uint8Array, at: ArrayLike<number>): Uint8Array => Uint8Array.from(at, (row) => values[row] ?? 0);

/** Each kind against all benign flows. */
function byKind(
  rows: readonly LabelledFlow[],
  { tested, margins, chances, over, labels }: Scored,
  unseen: ReadonlyMap<string, number>,
): NonNullable<SuiteOutcome["by"]> {
  const kinds = Map.groupBy(tested.keys(), (at) => rows[tested[at] ?? -1]?.kind ?? "");
  const benign = kinds.get("") ?? [];
  const falsely = benign.filter((at) => over[at] === 1).length;
  return Object.fromEntries([
    ["benign", { n: benign.length, falsely: falsely / benign.length }],
    ...[...kinds]
      .filter(([kind]) => kind !== "")
      .map(([kind, own]) => {
        const at = [...own, ...benign];
        const truth = taken(labels, at);
        const picked = (all: Float64Array): Float64Array => Float64Array.from(at, (row) => all[row] ?? 0);
        const [scores, p] = [picked(margins), picked(chances)];
        const without = unseen.get(kind);
        return [
          kind,
          {
            ...{ n: own.length, recall: own.filter((row) => over[row] === 1).length / own.length },
            ...{ ap: averagePrecision(truth, scores), auroc: auroc(truth, scores), ece: calibrationError(truth, p) },
            ...(without === undefined ? {} : { unseen: without }),
          },
        ] as const;
      }),
  ]);
}

function mistakesOf(rows: readonly LabelledFlow[], { tested, chances, over, labels }: Scored): readonly Mistake[] {
  return tested
    .flatMap((row, at): readonly Mistake[] => {
      const [bad, called, flow] = [labels[at] === 1, over[at] === 1, rows[row]];
      if (bad === called || flow === undefined) return [];
      const score = chances[at] ?? 0;
      return [{ what: flow.where, truth: bad ? flow.kind : "benign", guess: called ? "attack" : "benign", score }];
    })
    .toSorted((a, b) => Math.abs(b.score - 0.5) - Math.abs(a.score - 0.5))
    .slice(0, MISTAKES_MAX);
}
