/**
 * Indicators -> the rules that can be run, in steps: feeds bring thousands of patterns, and events must not wait for them.
 *
 * K1. An indicator given by several sources with the same pattern is one rule that names them all; with another pattern
 *     the first holds and the other is rejected.
 * K2. What was compiled before and reads the same is taken over.
 */
import type { Sha256 } from "@cordon/model/ids";
import type { Steps } from "../sigma/index/steps.ts";
import type { StixIndicator } from "./read-indicators.ts";
import { rejectionOf, ruleOf, type StixRejection, type StixRule } from "./stix-rule.ts";

/** Compiling so many takes some milliseconds. */
const STEP = 64;

export interface StixRejected {
  readonly id: string;
  readonly source: string;
  readonly code: StixRejection;
  readonly reason: string;
}

export interface StixRules {
  readonly rules: readonly StixRule[];
  readonly rejected: readonly StixRejected[];
  /** Ids of revoked indicators. */
  readonly revoked: readonly string[];
  /** By all that an indicator says: for the next time. */
  readonly compiled: ReadonlyMap<string, StixRule>;
}

export function* stixRules(
  indicators: readonly StixIndicator[],
  hash: (text: string) => Sha256,
  before: StixRules["compiled"] = new Map(),
): Steps<StixRules> {
  const chosen = new Map<string, StixRule>();
  const compiled = new Map<string, StixRule>();
  const rejected: StixRejected[] = [];
  const revoked: string[] = [];
  for (const [i, indicator] of indicators.entries()) {
    if (i > 0 && i % STEP === 0) yield;
    const { id, source } = indicator;
    if (indicator.revoked === true) {
      revoked.push(id);
      continue;
    }
    try {
      const key = JSON.stringify(indicator);
      const rule = before.get(key) ?? ruleOf(indicator, hash);
      compiled.set(key, rule);
      const known = chosen.get(id);
      if (known === undefined) chosen.set(id, rule);
      else if (known.meaning === rule.meaning) chosen.set(id, withSource(known, source));
      else {
        const reason = `${id} was given before, with another pattern or validity, by ${known.ref.source}`;
        rejected.push({ id, source, code: "duplicate-id", reason });
      }
    } catch (error) {
      const rejection = rejectionOf(error);
      if (rejection === undefined) throw error;
      rejected.push({ id, source, ...rejection });
    }
  }
  return { rules: [...chosen.values()], rejected, revoked, compiled };
}

function withSource(rule: StixRule, source: string): StixRule {
  const known = rule.ref.source === source || rule.also.includes(source);
  return known ? rule : { ...rule, also: [...rule.also, source] };
}
