/**
 * What verdicts say about rules: which ones to tune, which deserve a higher level. Proposals for review, never a change.
 * Enters: outcomes. Leaves: rules with their counts and why, the noisiest first.
 *
 * RF1. Only verdicts of people count, each incident by its last one.
 * RF2. A rule with a single true positive among its verdicts is not proposed for less: it is named, with that count.
 */
import type { Outcome } from "@cordon/model/ports/journal";

export interface RuleProposal {
  readonly rule: string;
  readonly kind: "tune" | "raise";
  readonly why: string;
  readonly verdicts: Readonly<Record<string, number>>;
}

/** Fewer verdicts are no pattern. */
const VERDICTS_MIN = 8;
const NOISE_SHARE = 0.8;
const TRUE_SHARE = 0.9;
const PROPOSALS_MAX = 50;

export function proposalsFrom(outcomes: readonly Outcome[]): readonly RuleProposal[] {
  const counts = countsByRule(outcomes);
  const proposals = [...counts].flatMap(([rule, verdicts]) => proposalFor(rule, verdicts) ?? []);
  const noise = ({ verdicts }: RuleProposal): number =>
    (verdicts["false-positive"] ?? 0) + (verdicts["benign-positive"] ?? 0);
  return proposals.sort((a, b) => noise(b) - noise(a) || (a.rule < b.rule ? -1 : 1)).slice(0, PROPOSALS_MAX);
}

function proposalFor(rule: string, verdicts: Readonly<Record<string, number>>): RuleProposal | undefined {
  const right = verdicts["true-positive"] ?? 0;
  const wrong = verdicts["false-positive"] ?? 0;
  const benign = verdicts["benign-positive"] ?? 0;
  const seen = right + wrong + benign;
  if (seen < VERDICTS_MIN) return undefined;
  if ((wrong + benign) / seen >= NOISE_SHARE) {
    const caution = right === 0 ? "" : `; ${right} true positive: a filter must not take it`;
    return { rule, kind: "tune", verdicts, why: `${wrong} false and ${benign} benign of ${seen} verdicts${caution}` };
  }
  if (right / seen >= TRUE_SHARE)
    return { rule, kind: "raise", verdicts, why: `${right} of ${seen} verdicts are true positives` };
  return undefined;
}

function countsByRule(outcomes: readonly Outcome[]): Map<string, Record<string, number>> {
  const latest = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    const known = latest.get(outcome.incident);
    if (!outcome.by.startsWith("policy:") && (known === undefined || outcome.at > known.at))
      latest.set(outcome.incident, outcome);
  }
  const counts = new Map<string, Record<string, number>>();
  for (const { rules, verdict } of latest.values())
    for (const rule of new Set(rules)) {
      const verdicts = counts.get(rule) ?? {};
      counts.set(rule, verdicts);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
  return counts;
}
