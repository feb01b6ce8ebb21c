/**
 * What an indicator is worth at a moment. Enters: indicator and event time. Leaves: confidence, or why it does not count.
 *
 * S1. The time of the event decides, never the time of the look.
 * S2. Confidence halves per half-life of the kind, counted from when it was stated; an earlier event sees it whole.
 */
import type { Indicator, IndicatorKind } from "@cordon/model/indicator";
import type { Level } from "@cordon/model/rule";
import { DAY } from "@cordon/model/time";

/** Addresses and URLs change hands within weeks, names within months; a file never becomes another one. */
export const HALF_LIFE_MS: Readonly<Record<IndicatorKind, number>> = {
  ip: 30 * DAY,
  cidr: 90 * DAY,
  domain: 90 * DAY,
  url: 30 * DAY,
  hash: Number.POSITIVE_INFINITY,
  email: 180 * DAY,
  regkey: 730 * DAY,
  file: 365 * DAY,
};

/** Faded below this a hit is noise. */
export const CONFIDENCE_MIN = 20;

export type Standing =
  | { readonly kind: "counts"; readonly confidence: number }
  | { readonly kind: "revoked" | "not-yet-valid" | "expired" | "faded" };

export interface StandingRules {
  readonly confidenceMin?: number;
  /** When stored events are searched with new knowledge, what came before it counts: that is the point. */
  readonly beforeValid?: "silent" | "counts";
}

export function standingAt(indicator: Indicator, time: number, rules: StandingRules = {}): Standing {
  const { confidenceMin = CONFIDENCE_MIN, beforeValid = "silent" } = rules;
  const { facts, validFrom, validUntil } = indicator;
  if (facts.revoked === true) return { kind: "revoked" };
  if (beforeValid === "silent" && validFrom !== undefined && time < validFrom) return { kind: "not-yet-valid" };
  if (validUntil !== undefined && time >= validUntil) return { kind: "expired" };
  const age = Math.max(0, time - (facts.asOf ?? time));
  const confidence = Math.round(facts.confidence * 0.5 ** (age / HALF_LIFE_MS[indicator.kind]));
  return confidence < confidenceMin ? { kind: "faded" } : { kind: "counts", confidence };
}

export const severityOf = ({ facts }: Indicator): Level =>
  facts.severity ?? (facts.confidence >= 80 ? "high" : facts.confidence >= 50 ? "medium" : "low");
