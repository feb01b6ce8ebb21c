/**
 * Figures of a triage model on verdicts that it has not learnt from, beside the score without a model.
 * Enters: labels, probabilities, scores, rows. Leaves: metrics with intervals, by segment and by phase; JSON.
 *
 * TF1. A figure that the rows cannot give is left out and named in `missing`; nothing is guessed.
 */
import { TACTICS, tacticRank } from "@cordon/model/technique";
import { inverseWeights } from "../conformal/audit.ts";
import { bootstrap } from "../metrics/interval.ts";
import { brierScore, calibrationError, type ReliabilityBin, reliabilityBins } from "../metrics/probability.ts";
import { auroc, averagePrecision, type Numbers } from "../metrics/ranking.ts";
import type { VerdictRow } from "./verdict-row.ts";

export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Figures {
  readonly rows: number;
  readonly malicious: number;
  readonly metrics: Readonly<Record<string, Figure>>;
  /** By stage of attack and by rule set; only where rows suffice. */
  readonly segments: Readonly<
    Record<string, { readonly rows: number; readonly malicious: number; readonly ap: number }>
  >;
  readonly missing: readonly string[];
  readonly reliability: readonly ReliabilityBin[];
}

export interface Judged {
  readonly rows: readonly VerdictRow[];
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  /** NaN where uncalibrated. */
  readonly p: Float64Array;
}

const DRAWS = 300;
/** learning.md 7.4. */
export const SEGMENT_ROWS_MIN = 50;
export const SEGMENT_MALICIOUS_MIN = 10;

export function figuresOf({ rows, labels, scores, p }: Judged, seed: number): Figures {
  const malicious = labels.reduce((sum, label) => sum + label, 0);
  const plain = Float64Array.from(rows, ({ row }) => row.values.priority ?? 0);
  const calibrated = p.every((value) => !Number.isNaN(value)) && p.length > 0;
  const wanted: Readonly<Record<string, (at: Int32Array) => number>> = {
    ap: (at) => averagePrecision(pick(labels, at), pick(scores, at)),
    auroc: (at) => auroc(pick(labels, at), pick(scores, at)),
    apWithoutModel: (at) => averagePrecision(pick(labels, at), pick(plain, at)),
    aurocWithoutModel: (at) => auroc(pick(labels, at), pick(plain, at)),
    ...(calibrated
      ? {
          ece: (at) => calibrationError(pick(labels, at), pick(p, at)),
          brier: (at) => brierScore(pick(labels, at), pick(p, at)),
          ...(rows.some(({ chance }) => chance < 1) ? { brierWeighted: weightedBrier(rows, labels, p) } : {}),
        }
      : {}),
  };
  const metrics: Record<string, Figure> = {};
  const missing: string[] = calibrated ? [] : ["ece, brier: uncalibrated"];
  for (const [name, figure] of Object.entries(wanted)) {
    const { value, low, high } = bootstrap(rows.length, figure, { seed, draws: DRAWS });
    if (Number.isNaN(value)) missing.push(`${name}: ${malicious} of ${rows.length} verdicts are malicious`);
    else metrics[name] = { value: round4(value), low: round4(low), high: round4(high) };
  }
  return {
    ...{ rows: rows.length, malicious, metrics, missing, segments: segmentsOf(rows, labels, scores) },
    reliability: calibrated ? reliabilityBins(labels, p) : [],
  };
}

/** As if everything had been looked at: each verdict counts by the inverse of its chance, clipped (learning.md 5.5). */
function weightedBrier(rows: readonly VerdictRow[], labels: Float64Array, p: Float64Array) {
  const weights = inverseWeights(rows.map(({ chance }) => chance));
  return (at: Int32Array): number => {
    let [sum, total] = [0, 0];
    for (const row of at) {
      sum += (weights[row] ?? 0) * ((p[row] ?? 0) - (labels[row] ?? 0)) ** 2;
      total += weights[row] ?? 0;
    }
    return sum / total;
  };
}

const pick = (values: Numbers, rows: Int32Array): Float64Array => Float64Array.from(rows, (row) => values[row] ?? 0);
const round4 = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The latest stage of attack of the incident, and the kind of its rule. */
export function segmentsIn({ facts, row }: VerdictRow): readonly string[] {
  const ranks = facts.flatMap((fact) => (fact.startsWith("tactic:") ? [tacticRank(fact.slice(7))] : []));
  const latest = TACTICS[Math.max(-1, ...ranks)];
  const family = row.rule.startsWith("intel:") ? "indicators" : "rules";
  return [`phase ${latest ?? "none"}`, `source ${family}`];
}

function segmentsOf(rows: readonly VerdictRow[], labels: Float64Array, scores: Float64Array): Figures["segments"] {
  const members = new Map<string, number[]>();
  for (const [at, row] of rows.entries())
    for (const name of segmentsIn(row)) members.set(name, [...(members.get(name) ?? []), at]);
  const found: Record<string, Figures["segments"][string]> = {};
  for (const [name, all] of [...members].sort()) {
    const own = pick(labels, Int32Array.from(all));
    const malicious = own.reduce((sum, label) => sum + label, 0);
    if (all.length < SEGMENT_ROWS_MIN || malicious < SEGMENT_MALICIOUS_MIN) continue;
    const ap = averagePrecision(own, pick(scores, Int32Array.from(all)));
    found[name] = { rows: all.length, malicious, ap: round4(ap) };
  }
  return found;
}
