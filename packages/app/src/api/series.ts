/**
 * Series for Prometheus, text format 0.0.4. Enters: an instance. Leaves: one page of gauges.
 * SM1. Labels are bounded: features of the model, rungs, figures, reasons without their numbers; never a name out of a log.
 * SM2. A figure that is not known is left out, not written as 0.
 */
import type { WireModelHealth } from "@cordon/model/api/model-health";
import type { Instance } from "../instance.ts";

interface Series {
  readonly name: string;
  readonly help: string;
  readonly values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number | null | undefined])[];
}

const VERDICTS = ["too-few", "healthy", "watch", "alarm"] as const;
const FIGURES = ["precision", "recall", "f1", "auroc"] as const;

export async function seriesOf(instance: Instance): Promise<string> {
  const { learning, models, meters, runtime } = instance;
  const [health, { items, serving, verdicts }] = await Promise.all([learning.health(), models.list()]);
  const champion = items.find(({ id }) => id === serving);
  const now = runtime.now();
  const all: readonly Series[] = [
    { name: "cordon_records_accepted", help: "Records since the start", values: [[{}, meters.records]] },
    { name: "cordon_events", help: "Events since the start", values: [[{}, meters.events]] },
    { name: "cordon_detections", help: "Detections since the start", values: [[{}, meters.detections]] },
    {
      name: "cordon_behaviour",
      help: "What behaviour holds and counts: entities, packed bytes, who was evicted, what was held back, what failed",
      values: Object.entries(instance.behaviour?.() ?? {}).flatMap(([counter, value]) =>
        typeof value === "string" ? [] : [[{ counter }, Number(value)] as const],
      ),
    },
    {
      name: "cordon_problem",
      help: "1 for each problem on the status page",
      values: [...meters.problems.keys()].map((code) => [{ code }, 1] as const),
    },
    {
      name: "cordon_model_info",
      help: "The triage model that serves",
      values: champion === undefined ? [] : [[{ model: champion.id, version: champion.version }, 1]],
    },
    {
      name: "cordon_model_age_seconds",
      help: "Since it was trained",
      values: champion === undefined ? [] : [[{}, (now - champion.createdAt) / 1_000]],
    },
    { name: "cordon_model_verdicts_usable", help: "Verdicts that may be learnt from", values: [[{}, verdicts.usable]] },
    ...healthSeries(health),
  ];
  return all.map(text).join("");
}

function healthSeries(health: WireModelHealth): readonly Series[] {
  const { drift, performance, closing, agreement, ladder, proposals, openFlags, verdict } = health;
  return [
    {
      name: "cordon_model_health",
      help: "1 for the verdict of the newest look",
      values: VERDICTS.map((each) => [{ verdict: each }, Number(each === verdict)] as const),
    },
    {
      name: "cordon_model_ladder",
      help: "1 where the rung holds",
      values: ladder.map(({ step, holds }) => [{ step }, Number(holds)] as const),
    },
    {
      name: "cordon_model_drift_effect",
      help: "Share of the rows that moved, by feature",
      values: drift.map(({ name, effect }) => [{ feature: name }, effect] as const),
    },
    {
      name: "cordon_model_drift_lasting",
      help: "1 where an alarm stands in two windows",
      values: drift.map(({ name, lasting }) => [{ feature: name }, Number(lasting)] as const),
    },
    {
      name: "cordon_model_performance",
      help: "Of the newest window: estimated without verdicts, and true",
      values: FIGURES.flatMap((figure) => [
        [{ figure, kind: "estimated" }, performance?.estimated[figure]] as const,
        [{ figure, kind: "low" }, performance?.low[figure]] as const,
        [{ figure, kind: "high" }, performance?.high[figure]] as const,
        [{ figure, kind: "true" }, performance?.truth[figure]] as const,
      ]),
    },
    {
      name: "cordon_model_calibration_error",
      help: "Expected calibration error of the newest window",
      values: [[{}, performance?.calibrationError]],
    },
    { name: "cordon_autoclose_closed", help: "Kept closings without a person", values: [[{}, closing.closed]] },
    {
      name: "cordon_autoclose_paused",
      help: "1 while an alarm stops it",
      values: [[{}, Number(closing.paused.length > 0)]],
    },
    {
      name: "cordon_autoclose_unaudited",
      help: "Would-be closures that wait for a person",
      values: [[{}, closing.audits]],
    },
    {
      name: "cordon_autoclose_kept_open",
      help: "Of open incidents, by reason",
      values: Object.entries(closing.refusals).map(([reason, count]) => [{ reason }, count] as const),
    },
    { name: "cordon_analyst_kappa", help: "Agreement of second reviews", values: [[{}, agreement.kappa]] },
    {
      name: "cordon_analyst_reviews_waiting",
      help: "Cases offered for a second review",
      values: [[{}, agreement.waiting]],
    },
    {
      name: "cordon_model_proposals_open",
      help: "Proposed retrainings without an answer",
      values: [[{}, proposals.filter(({ state }) => state === "open").length]],
    },
    { name: "cordon_fairness_flags_open", help: "Flags between groups without an answer", values: [[{}, openFlags]] },
  ];
}

/** SM2. */
function text({ name, help, values }: Series): string {
  const lines = values.flatMap(([labels, value]) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return [];
    const named = Object.entries(labels).map(([label, own]) => `${label}="${escaped(own)}"`);
    return [`${name}${named.length === 0 ? "" : `{${named.join(",")}}`} ${value}\n`];
  });
  return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

const escaped = (value: string): string => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
