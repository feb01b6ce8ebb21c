/**
 * What a model advises on one incident: the severity that people would set, and responses in the order in which they would help.
 * Enters: the advice models, the row. Leaves: both with chance, number of cases and reasons; or why there is none.
 *
 * AD1. It is shown and nothing more: no severity is changed and no action is started by it.
 * AD2. Reasons are exact Shapley values: of a severity against the mean of the others, of a response for its place in the order.
 */
import type { AdviceReason, TriageAdvice } from "@cordon/model/triage-decision";
import { calibratedValue } from "../calibrate/calibrator.ts";
import { makeExplainer } from "../trees/explain.ts";
import { addRowMargins, softmax } from "../trees/forest.ts";
import type { AdviceModels, ResponseModel, SeverityModel } from "./advice-model.ts";
import { TRIAGE_SCHEMA, wordsOf } from "./features.ts";
import { said } from "./margins.ts";

/** A decision with its reasons stays small; the strongest reason and its second are what people read. */
const REASONS_MAX = 2;
const RESPONSES_MAX = 2;

export type Adviser = (values: Float64Array) => TriageAdvice;

export function makeAdviser({ severity, response }: AdviceModels): Adviser {
  const ofSeverity = severity.kind === "refused" ? undefined : severityAdviser(severity);
  const ofResponse = response.kind === "refused" ? undefined : responseAdviser(response);
  return (values) => ({
    severity: severity.kind === "refused" || ofSeverity === undefined ? refused(severity) : ofSeverity(values),
    response: response.kind === "refused" || ofResponse === undefined ? refused(response) : ofResponse(values),
  });
}

const refused = (part: { readonly kind: string; readonly reason?: string }) => ({
  kind: "refused" as const,
  reason: part.reason ?? "",
});

function severityAdviser({ forest, levels, temperature, cases }: SeverityModel) {
  const explainer = makeExplainer(forest);
  const width = forest.schema.names.length;
  return (values: Float64Array): TriageAdvice["severity"] => {
    const margins = new Float64Array(levels.length);
    addRowMargins(forest, values, margins);
    const shares = margins.map((margin) => margin / temperature);
    softmax(shares);
    const top = shares.indexOf(Math.max(...shares));
    const all = explainer.explain(values);
    const effects = Array.from({ length: width }, (_, at) => {
      const of = levels.map((__, level) => all[level * width + at] ?? 0);
      const others = of.reduce((sum, effect, level) => sum + (level === top ? 0 : effect), 0);
      return (of[top] ?? 0) - others / Math.max(1, levels.length - 1);
    });
    const because = reasonsOf(effects, values);
    return { kind: "told", level: levels[top] ?? "medium", p: rounded(shares[top] ?? 0), of: cases, because };
  };
}

function responseAdviser({ forest, actions, calibrator, cases }: ResponseModel) {
  const explainer = makeExplainer(forest);
  return (values: Float64Array): TriageAdvice["response"] => {
    const row = new Float64Array(values.length + 1);
    row.set(values);
    const scored = actions.map(({ action, tried, held }, code) => {
      row[values.length] = code;
      const margin = new Float64Array(1);
      addRowMargins(forest, row, margin);
      return { action, tried, held, code, score: margin[0] ?? 0 };
    });
    const ranked = scored.toSorted((a, b) => b.score - a.score || a.code - b.code).slice(0, RESPONSES_MAX);
    row[values.length] = ranked[0]?.code ?? 0;
    const because = reasonsOf([...explainer.explain(row).subarray(0, values.length)], values);
    return {
      ...{ kind: "told", of: cases, because },
      ranked: ranked.map(({ action, tried, held, score }) => {
        const p = calibratedValue(calibrator, score);
        return { action, tried, held, ...(p === undefined ? {} : { p: rounded(p) }) };
      }),
    };
  };
}

/** What speaks for it most. The rule itself is named by the incident. */
function reasonsOf(effects: readonly number[], values: Float64Array): readonly AdviceReason[] {
  return effects
    .map((effect, at) => ({ effect, at }))
    .filter(({ effect, at }) => effect > 0 && at > 0)
    .sort((a, b) => b.effect - a.effect || a.at - b.at)
    .slice(0, REASONS_MAX)
    .map(({ effect, at }) => ({
      words: wordsOf(TRIAGE_SCHEMA.names[at] ?? ""),
      value: said(values[at] ?? Number.NaN),
      effect: rounded(effect),
    }));
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
