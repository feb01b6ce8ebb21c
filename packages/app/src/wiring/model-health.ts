/**
 * Health and fairness of the triage model, from the outcomes that this instance keeps.
 * Enters: outcomes. Leaves: answers of the API; a problem where the model needs a person.
 * WH1. A problem whose code begins with `drift` stops closing without a person (wiring/models.ts), and goes when the reason goes.
 */
import { biasReport } from "@cordon/engine/learning/fairness/bias";
import { biasMarkdown } from "@cordon/engine/learning/fairness/bias-text";
import { biasRows } from "@cordon/engine/learning/monitor/bias-rows";
import { type ModelHealth, modelHealth, scoredRows } from "@cordon/engine/learning/monitor/model-health";
import type { WireModelBias, WireModelHealth } from "@cordon/model/api/model-health";
import type { OutcomeStore } from "@cordon/model/ports/journal";
import { type Meters, raiseProblem } from "../meters.ts";

/** Newest decided cases that are looked at. */
const OUTCOMES_MAX = 20_000;
const SEED = 1;
const PROBLEM = "drift-model";

export interface HealthWorld {
  readonly outcomes: Pick<OutcomeStore, "list">;
  readonly meters: Meters;
}

export async function healthOf({ outcomes, meters }: HealthWorld): Promise<WireModelHealth> {
  const health = modelHealth(scoredRows(await outcomes.list(OUTCOMES_MAX)), SEED);
  if (health.verdict === "alarm")
    raiseProblem(
      meters,
      PROBLEM,
      `triage model: ${health.said}`,
      "cordon model health; then cordon model train or rollback",
    );
  else meters.problems.delete(PROBLEM);
  return wireOf(health);
}

export async function biasOf({ outcomes }: Pick<HealthWorld, "outcomes">): Promise<WireModelBias> {
  const report = biasReport(biasRows(scoredRows(await outcomes.list(OUTCOMES_MAX))), SEED);
  return {
    rows: report.rows,
    flags: report.gaps
      .filter(({ flagged }) => flagged)
      .map(({ gap, flagged: _flagged, ratio: _ratio, ...rest }) => ({
        ...rest,
        gap: gap.value,
        low: gap.low,
        high: gap.high,
      })),
    markdown: biasMarkdown(report),
  };
}

function wireOf({ drift, quality, performance, ...health }: ModelHealth): WireModelHealth {
  return {
    ...health,
    drift: drift.map(({ name, words, statistic, value, p, q, limit, effect, drifted, alarm, lasting }) => ({
      ...{ name, words, statistic, limit, drifted, alarm, lasting },
      ...{ value: known(value), p: known(p), q: known(q), effect: known(effect) },
    })),
    quality: [...quality],
    ...(performance === undefined
      ? {}
      : {
          performance: {
            ...{ trust: performance.trust, calibrationError: known(performance.calibrationError) },
            estimated: figures(performance.estimated),
            low: figures(performance.low),
            high: figures(performance.high),
            truth: figures(performance.truth),
          },
        }),
  };
}

const figures = (of: NonNullable<ModelHealth["performance"]>["truth"]) => ({
  ...{ precision: known(of.precision), recall: known(of.recall), f1: known(of.f1), auroc: known(of.auroc) },
});

/** JSON has neither NaN nor infinity. */
const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
