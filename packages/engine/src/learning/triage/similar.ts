/**
 * Past incidents that are like a new one: cosine over typed facts (rules, techniques, tactics, kinds of entities), weighted by how rare
 * each fact is among past incidents.
 * Enters: closed cases with their facts. Leaves: the most alike, at most a few of any one rule.
 */
import type { Verdict } from "@cordon/model/incident";

export interface PastCase {
  readonly incident: string;
  readonly verdict: Verdict;
  /** The rule the incident was about. */
  readonly rule: string;
  readonly facts: readonly string[];
  readonly severity: string;
  /** Kinds of actions that were in force when the case was closed. */
  readonly responses: readonly string[];
}

export interface Likeness {
  readonly past: PastCase;
  readonly likeness: number;
}

/** One noisy rule must not fill the list. */
const PER_RULE_MAX = 2;
/** Less alike than this is not worth showing. */
const LIKENESS_MIN = 0.15;

export interface SimilarCases {
  of(facts: readonly string[], limit: number, wanted?: (past: PastCase) => boolean): readonly Likeness[];
}

export function makeSimilarCases(cases: readonly PastCase[]): SimilarCases {
  const holders = new Map<string, number[]>();
  for (const [at, { facts }] of cases.entries())
    for (const fact of new Set(facts)) {
      const known = holders.get(fact);
      if (known === undefined) holders.set(fact, [at]);
      else known.push(at);
    }
  const weight = (fact: string): number => Math.log(1 + cases.length / (1 + (holders.get(fact)?.length ?? 0)));
  const norm = (facts: Iterable<string>): number => {
    let sum = 0;
    for (const fact of facts) sum += weight(fact) ** 2;
    return Math.sqrt(sum);
  };
  const norms = cases.map(({ facts }) => norm(new Set(facts)));
  return {
    of(facts, limit, wanted = () => true) {
      const own = new Set(facts);
      const length = norm(own);
      if (length === 0) return [];
      const dots = new Map<number, number>();
      for (const fact of own)
        for (const at of holders.get(fact) ?? []) dots.set(at, (dots.get(at) ?? 0) + weight(fact) ** 2);
      const ranked = [...dots]
        .map(([at, dot]) => ({ at, likeness: dot / (length * (norms[at] ?? 1)) }))
        .sort((a, b) => b.likeness - a.likeness || b.at - a.at);
      return chosen(cases, ranked, { limit, wanted });
    },
  };
}

interface Choice {
  readonly limit: number;
  readonly wanted: (past: PastCase) => boolean;
}

function chosen(
  cases: readonly PastCase[],
  ranked: readonly { readonly at: number; readonly likeness: number }[],
  { limit, wanted }: Choice,
): readonly Likeness[] {
  const found: Likeness[] = [];
  const perRule = new Map<string, number>();
  for (const { at, likeness } of ranked) {
    if (found.length === limit || likeness < LIKENESS_MIN) break;
    const past = cases[at];
    if (past === undefined || !wanted(past)) continue;
    const count = perRule.get(past.rule) ?? 0;
    if (count >= PER_RULE_MAX) continue;
    perRule.set(past.rule, count + 1);
    found.push({ past, likeness: Math.round(likeness * 1_000) / 1_000 });
  }
  return found;
}
