/**
 * What the closings that nobody looked at hide: estimates that know with what chance each would-be closure was looked at.
 * Enters: outcomes with the chance of review that was logged when it was drawn. Leaves: the share of malicious ones among what was
 * closed without a person, weighed and doubly robust, with interval and effective size; or that it is not known, and why.
 *
 * SL1. Without an audited case nothing is estimated: what was closed without a person is unknown, never good.
 * SL2. Weights are 1 / chance, clipped at 1 / AUDIT_SHARE; the model fills in what was not drawn (doubly robust): right if either the
 *      logged chances or the model's probabilities are.
 * SL3. Only cases old enough for 95 % of verdicts count, as soon as 20 delays are known: the quick ones are not like the slow ones.
 *      Younger ones are counted.
 * SL4. What was undone is malicious as far as is known; it was not drawn, so it bounds the estimate from below and enters no weight.
 */
import type { Outcome } from "@cordon/model/ports/journal";
import { effectiveSampleSize, inverseWeights } from "../conformal/audit.ts";
import { bootstrap, quantileOf } from "../metrics/interval.ts";

const DELAYS_MIN = 20;
const DELAY_SHARE = 0.95;
const DRAWS = 300;

export interface ShareEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Selective {
  readonly kind: "complete" | "unknown" | "estimated";
  readonly said: string;
  /** Would-be closures: closed without a person, and drawn for one. */
  readonly closed: number;
  readonly audited: number;
  readonly undone: number;
  /** Too young for their verdicts to be in. */
  readonly tooYoung: number;
  /** Milliseconds within which 95 % of verdicts come; absent: fewer than 20 are known. */
  readonly delayMs?: number;
  /** Share of malicious ones among would-be closures. */
  readonly weighted?: ShareEstimate;
  readonly doublyRobust?: ShareEstimate;
  /** Audited cases of equal weight that would tell as much. */
  readonly effective?: number;
}

interface Case {
  readonly openedAt: number | undefined;
  readonly at: number;
  /** Chance that a person was to look at the would-be closure; absent: it was none. */
  readonly chance: number | undefined;
  readonly seen: boolean;
  readonly malicious: boolean;
  readonly undone: boolean;
  readonly predicted: number | undefined;
}

export function selectiveOf(outcomes: readonly Outcome[], now: number, seed: number): Selective {
  const all = casesOf(outcomes);
  const delayMs = delayOf(all);
  const old = all.filter(
    ({ openedAt }) => delayMs === undefined || openedAt === undefined || openedAt <= now - delayMs,
  );
  const would = old.filter(({ chance }) => chance !== undefined);
  const counts = {
    closed: would.filter(({ seen }) => !seen).length,
    audited: would.filter(({ seen }) => seen).length,
    undone: would.filter(({ undone }) => undone).length,
    tooYoung: all.length - old.length,
    ...(delayMs === undefined ? {} : { delayMs }),
  };
  if (counts.closed === 0)
    return { kind: "complete", said: "a person looked at everything that was decided", ...counts };
  if (counts.audited === 0) {
    const said = `${counts.closed} closed without a person and none audited: how many of them are malicious is not known`;
    return { kind: "unknown", said, ...counts };
  }
  const { weighted, doublyRobust, effective } = estimates(would, seed);
  const least = counts.undone / would.length;
  const robust = {
    ...doublyRobust,
    value: Math.max(doublyRobust.value, least),
    high: Math.max(doublyRobust.high, least),
  };
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const said = `of ${would.length} would-be closures ${percent(robust.value)} malicious (${percent(robust.low)} to ${percent(robust.high)}), from ${counts.audited} audited, worth ${effective}`;
  return { kind: "estimated", said, ...counts, weighted, doublyRobust: robust, effective };
}

function estimates(would: readonly Case[], seed: number) {
  const weights = inverseWeights(would.map(({ chance = 1 }) => chance));
  const own = would.map(({ seen }, at) => (seen ? (weights[at] ?? 0) : 0));
  const labels = would.map(({ malicious }) => Number(malicious));
  const weightedShare = (rows: Int32Array): number => {
    let [sum, total] = [0, 0];
    for (const at of rows) {
      sum += (own[at] ?? 0) * (labels[at] ?? 0);
      total += own[at] ?? 0;
    }
    return total === 0 ? Number.NaN : sum / total;
  };
  // Where no model spoke, what the audits say of all stands in for it.
  const usual = weightedShare(Int32Array.from(would.keys()));
  const told = would.map(({ predicted }) => predicted ?? usual);
  const robustShare = (rows: Int32Array): number => {
    let sum = 0;
    for (const at of rows) sum += (told[at] ?? 0) + (own[at] ?? 0) * ((labels[at] ?? 0) - (told[at] ?? 0));
    return Math.min(1, Math.max(0, sum / rows.length));
  };
  return {
    weighted: shareOf(would.length, weightedShare, seed),
    doublyRobust: shareOf(would.length, robustShare, seed),
    effective: Math.round(10 * effectiveSampleSize(own.filter((weight) => weight > 0))) / 10,
  };
}

function shareOf(rows: number, of: (rows: Int32Array) => number, seed: number): ShareEstimate {
  const { value, low, high } = bootstrap(rows, of, { seed, draws: DRAWS });
  const rounded = (share: number): number => Math.round(share * 1e5) / 1e5;
  return { value: rounded(value), low: rounded(low), high: rounded(high) };
}

function casesOf(outcomes: readonly Outcome[]): readonly Case[] {
  const byIncident = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const known = byIncident.get(outcome.incident);
    if (known === undefined) byIncident.set(outcome.incident, [outcome]);
    else known.push(outcome);
  }
  return [...byIncident.values()].map((all) => caseOf(all.toSorted((a, b) => a.at - b.at)));
}

function caseOf(told: readonly Outcome[]): Case {
  const alone = told.find(({ by }) => by.startsWith("policy:"));
  const own = told.filter(({ by, features }) => !by.startsWith("policy:") && features.undone !== true);
  const drawn = own.find(({ features }) => features.audited === true);
  const [first, last] = [told[0], own.at(-1)];
  const propensity = numberIn((alone ?? drawn)?.features.propensity);
  const undone = alone !== undefined && told.some(({ features }) => features.undone === true);
  return {
    openedAt: numberIn(first?.features.openedAt),
    at: own[0]?.at ?? first?.at ?? 0,
    chance: propensity !== undefined && propensity > 0 && propensity <= 1 ? propensity : undefined,
    seen: alone === undefined && last !== undefined,
    malicious: last?.verdict === "true-positive",
    undone: undone && (last === undefined || last.verdict === "true-positive"),
    predicted: numberIn(first?.features.predicted),
  };
}

/** From opening to the first word of a person. */
function delayOf(all: readonly Case[]): number | undefined {
  const delays = all.flatMap(({ seen, at, openedAt }) => (seen && openedAt !== undefined ? [at - openedAt] : []));
  if (delays.length < DELAYS_MIN) return undefined;
  return Math.round(quantileOf(Float64Array.from(delays).sort(), DELAY_SHARE));
}

const numberIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
