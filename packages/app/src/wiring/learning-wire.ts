/** Health and groups in the shape of the API: JSON has neither NaN nor infinity. */
import type { BiasReport } from "@cordon/engine/learning/fairness/bias";
import { biasMarkdown, biasVerdict, flagSentence } from "@cordon/engine/learning/fairness/bias-text";
import type { Flag } from "@cordon/engine/learning/fairness/flags";
import type { LearningState } from "@cordon/engine/learning/monitor/learning-state";
import type { ModelHealth } from "@cordon/engine/learning/monitor/model-health";
import type { Selective, ShareEstimate } from "@cordon/engine/learning/training/selective";
import type { WireModelBias, WireModelHealth, WireProposal } from "@cordon/model/api/model-health";

const PROPOSALS_SHOWN = 20;

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

type HealthPart = Pick<
  WireModelHealth,
  | "verdict"
  | "said"
  | "advice"
  | "ladder"
  | "rows"
  | "drift"
  | "quality"
  | "performance"
  | "compared"
  | "risen"
  | "plot"
>;

export function wireHealth({
  drift,
  quality,
  performance,
  compared,
  risen,
  plot,
  ladder,
  widened: _widened,
  ...health
}: ModelHealth): HealthPart {
  return {
    ...health,
    ladder: [...ladder],
    drift: drift.map((column) => ({
      ...{ name: column.name, words: column.words, statistic: column.statistic, limit: column.limit },
      ...{ drifted: column.drifted, alarm: column.alarm, lasting: column.lasting },
      ...{ value: known(column.value), p: known(column.p), q: known(column.q), effect: known(column.effect) },
      ...(column.since === undefined ? {} : { since: column.since }),
      tied: [...column.tied],
    })),
    quality: [...quality],
    plot: plot.map(({ meanProbability, rate, n }) => ({ said: meanProbability, came: rate, n })),
    ...(performance === undefined ? {} : { performance: wirePerformance(performance) }),
    ...(risen === undefined ? {} : { risen }),
    ...(compared === undefined
      ? {}
      : {
          compared: {
            ...{ rows: compared.rows, model: known(compared.model), without: known(compared.without) },
            ...{ low: known(compared.low), high: known(compared.high) },
          },
        }),
  };
}

function wirePerformance(of: NonNullable<ModelHealth["performance"]>): NonNullable<WireModelHealth["performance"]> {
  return {
    ...{ rows: of.rows, trust: of.trust, widened: of.widened, calibrationError: known(of.calibrationError) },
    ...{ estimated: figures(of.estimated), low: figures(of.low), high: figures(of.high), truth: figures(of.truth) },
  };
}

type Figures = NonNullable<ModelHealth["performance"]>["truth"];
const figures = (of: Figures) => ({
  ...{ precision: known(of.precision), recall: known(of.recall), f1: known(of.f1), auroc: known(of.auroc) },
});

/** Newest first. */
/** An interval that the rows cannot give is null. */
export function wireSelective({ weighted, doublyRobust, ...rest }: Selective): WireModelHealth["selective"] {
  const share = ({ value, low, high }: ShareEstimate) => ({ value: known(value), low: known(low), high: known(high) });
  return {
    ...rest,
    ...(weighted === undefined ? {} : { weighted: share(weighted) }),
    ...(doublyRobust === undefined ? {} : { doublyRobust: share(doublyRobust) }),
  };
}

export function wireProposals({ proposals }: LearningState): WireProposal[] {
  return proposals
    .slice(-PROPOSALS_SHOWN)
    .reverse()
    .map(({ made, answer }) => ({
      ...{ id: made.proposal, at: made.at, why: made.why, state: answer?.answer ?? "open" },
      ...(answer === undefined ? {} : { answeredBy: answer.by, answeredAt: answer.at, reason: answer.reason }),
      ...(answer?.model === undefined ? {} : { model: answer.model }),
    }));
}

export function wireBias(report: BiasReport, flags: readonly Flag[]): WireModelBias {
  return {
    ...{ rows: report.rows, from: report.from, to: report.to, said: biasVerdict(flags) },
    flags: flags.map((flag) => {
      const { id, dimension, rate, said, highest, lowest, gap, ratio, q, answer, lapsed } = flag;
      return {
        ...{ id, dimension, rate, said, highest, lowest, ratio: known(ratio), q: known(q) },
        ...{ gap: gap.value, low: known(gap.low), high: known(gap.high), sentence: flagSentence(flag) },
        ...(answer === undefined
          ? {}
          : { answer: { answer: answer.answer, reason: answer.reason, by: answer.by, at: answer.at } }),
        ...(lapsed === undefined ? {} : { lapsed }),
      };
    }),
    dimensions: report.dimensions.map(({ name, segments }) => ({
      name,
      segments: segments.map(({ rates, calibrationError, ...segment }) => ({
        ...segment,
        rates: Object.fromEntries(
          Object.entries(rates).map(([rate, { value, low, high, of }]) => [
            rate,
            { value: known(value), low: known(low), high: known(high), of },
          ]),
        ),
        ...(calibrationError === undefined ? {} : { calibrationError: known(calibrationError) }),
      })),
    })),
    markdown: biasMarkdown(report, flags),
  };
}
