/**
 * What a model says of one incident, with its reasons.
 * Enters: a model, the row of the moment, the incident's typed facts. Leaves: a `TriageDecision` of at most 2 KiB.
 *
 * TD1. expected + effects + rest = score, within 1e-6, and the score is recomputable from model file and row.
 * TD2. Points stay within POINTS_MAX either way; uncalibrated or unsure models move nothing, and say so.
 * TD3. No explanation, no decision: both are made here, together.
 */
import type { Verdict } from "@cordon/model/incident";
import type { TriageDecision, TriageReason, TriageRow, TriageSimilar } from "@cordon/model/triage-decision";
import { calibratedValue } from "../calibrate/calibrator.ts";
import { makeVennAbers, type ProbabilityInterval } from "../calibrate/venn-abers.ts";
import { makeCategoryCodes } from "../table.ts";
import { type Explainer, makeExplainer } from "../trees/explain.ts";
import { makeAdviser } from "./advise.ts";
import { flipOf } from "./counterfactual.ts";
import { TRIAGE_SCHEMA, valuesOf, wordsOf } from "./features.ts";
import { marginsOf, said, scoreOfMargins } from "./margins.ts";
import { makeSimilarCases, type SimilarCases } from "./similar.ts";
import type { TriageModel } from "./triage-model.ts";

export const POINTS_MAX = 15;
/** Points per unit of log odds above or below the usual. */
const POINTS_PER_UNIT = 5;
const BECAUSE_MAX = 5;
const SIMILAR_MAX = 3;
/** Similar true positives that a guess of severity and response rests on. */
const EXPECTS_OF = 10;
const TEXT_MAX = 60;

export interface TriageJudge {
  readonly model: TriageModel;
  decide(row: TriageRow, facts: readonly string[]): TriageDecision;
  /** Score and calibrated probability alone. */
  score(row: TriageRow): { readonly score: number; readonly p: number | undefined };
}

export function makeTriageJudge(model: TriageModel): TriageJudge {
  const codes = makeCategoryCodes(model.rules);
  const explainer = makeExplainer(model.forest);
  const similar = makeSimilarCases(model.cases);
  const advise = makeAdviser(model.advice);
  const venn = model.heldScores.length === 0 ? undefined : makeVennAbers(model.heldScores, model.heldLabels);
  const scoreOf = (row: TriageRow) => {
    const score = scoreOfMargins(marginsOf(model.forest, valuesOf(row, codes.codeOf)));
    return { score, p: calibratedValue(model.calibrator, score) };
  };
  return {
    model,
    score: scoreOf,
    decide(row, facts) {
      const values = valuesOf(row, codes.codeOf);
      const margins = marginsOf(model.forest, values);
      const score = scoreOfMargins(margins);
      const p = calibratedValue(model.calibrator, score);
      const interval = venn?.(score);
      const { points, refusal } = pointsOf(model, p, interval);
      const flip = points === 0 ? undefined : flipOf(model, values, score);
      return inBounds({
        ...{ model: model.id, schema: model.schema, score },
        ...reasonsOf(model, explainer, { row, values }),
        ...(p === undefined ? {} : { p: classesOf(margins, p) }),
        ...(interval === undefined ? {} : { interval: { low: round4(interval.low), high: round4(interval.high) } }),
        threshold: round4(model.threshold),
        points,
        ...(flip === undefined ? {} : { counterfactual: flip }),
        similar: similar
          .of(facts, SIMILAR_MAX)
          .map(({ past, likeness }): TriageSimilar => ({ incident: past.incident, verdict: past.verdict, likeness })),
        ...expectsOf(similar, facts),
        advice: advise(values),
        ...(refusal === undefined ? {} : { refusal }),
      });
    },
  };
}

/** Room for what the gate of closing adds, within the 2 KiB of a decision. */
const LENGTH_MAX = 1_700;

/** What the score rests on is never cut; the reasons of advice and the farthest similar case are. */
function inBounds(decision: TriageDecision): TriageDecision {
  const { advice, similar } = decision;
  if (advice === undefined || JSON.stringify(decision).length <= LENGTH_MAX) return decision;
  const bare = {
    severity: advice.severity.kind === "told" ? { ...advice.severity, because: [] } : advice.severity,
    response: advice.response.kind === "told" ? { ...advice.response, because: [] } : advice.response,
  };
  const shorter = { ...decision, advice: bare };
  return JSON.stringify(shorter).length <= LENGTH_MAX ? shorter : { ...shorter, similar: similar.slice(0, 1) };
}

function reasonsOf(
  model: TriageModel,
  explainer: Explainer,
  { row, values }: { row: TriageRow; values: Float64Array },
) {
  const width = TRIAGE_SCHEMA.names.length;
  const all = explainer.explain(values);
  const effects = Array.from({ length: width }, (_, at) =>
    scoreOfMargins([all[at] ?? 0, all[width + at] ?? 0, all[2 * width + at] ?? 0]),
  );
  const order = effects
    .map((_, at) => at)
    .sort((a, b) => Math.abs(effects[b] ?? 0) - Math.abs(effects[a] ?? 0) || a - b);
  const shown = order.slice(0, BECAUSE_MAX).filter((at) => effects[at] !== 0);
  const because = shown.map((at): TriageReason => {
    const feature = TRIAGE_SCHEMA.names[at] ?? "";
    const isRule = at === 0;
    return {
      feature,
      words: wordsOf(feature),
      value: isRule ? cut(row.rule) : said(values[at] ?? Number.NaN),
      baseline: isRule ? "any rule" : said(model.baselines[at] ?? Number.NaN),
      effect: effects[at] ?? 0,
    };
  });
  const rest = order.slice(because.length).reduce((sum, at) => sum + (effects[at] ?? 0), 0);
  return { expected: scoreOfMargins(explainer.expected), because, rest };
}

function pointsOf(
  model: TriageModel,
  p: number | undefined,
  interval: ProbabilityInterval | undefined,
): { points: number; refusal?: string } {
  if (p === undefined) {
    const reason = model.calibrator.kind === "uncalibrated" ? model.calibrator.reason : "";
    return { points: 0, refusal: `uncalibrated: ${reason}` };
  }
  const usual = logit(model.threshold);
  // The cautious end of the interval: less is made of what few verdicts say.
  const [low, high] = [Math.min(p, interval?.low ?? p), Math.max(p, interval?.high ?? p)];
  const width = high - low;
  const units = (logit(p) - usual) * Math.max(0.25, 1 - width);
  return { points: Math.round(Math.max(-POINTS_MAX, Math.min(POINTS_MAX, POINTS_PER_UNIT * units)) * 10) / 10 };
}

/** The calibrated share of true positives; the rest in the proportion that the forest gives the two others. */
function classesOf(margins: Float64Array, p: number) {
  const benign = 1 / (1 + Math.exp((margins[2] ?? 0) - (margins[1] ?? 0)));
  return {
    truePositive: round4(p),
    benignPositive: round4((1 - p) * benign),
    falsePositive: round4((1 - p) * (1 - benign)),
  };
}

function expectsOf(similar: SimilarCases, facts: readonly string[]): Pick<TriageDecision, "expects"> {
  const truth: Verdict = "true-positive";
  const like = similar.of(facts, EXPECTS_OF, (past) => past.verdict === truth).map(({ past }) => past);
  if (like.length === 0) return {};
  const severity = mostOf(like.map((past) => past.severity));
  const response = mostOf(like.flatMap((past) => [...new Set(past.responses)]));
  return {
    expects: {
      ...(severity === undefined ? {} : { severity }),
      ...(response === undefined ? {} : { response }),
      of: like.length,
    },
  };
}

function mostOf(items: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}

const logit = (p: number): number => {
  const inside = Math.min(1 - 1e-4, Math.max(1e-4, p));
  return Math.log(inside / (1 - inside));
};
const round4 = (value: number): number => Math.round(value * 10_000) / 10_000;
const cut = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text);
