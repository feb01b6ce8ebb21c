/**
 * How often rules fired before, and how their incidents ended. Enters: rule ids as incidents take them, verdict counts.
 * Leaves: numbers for the score. The tables are bounded; what falls out is the rule that was quiet longest.
 */

export interface Rarity {
  /** Incidents that held the rule, counted once each. */
  incidentsWith(rule: string): number;
  incidents(): number;
  note(rule: string, firstOfIncident: boolean): void;
}

/** Verdicts per rule id, as `OutcomeStore.byRule` gives them. */
export type VerdictHistory = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Ten times the largest public rule corpus. */
const RULES_MAX = 50_000;

export function makeRarity(): Rarity {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    incidentsWith: (rule) => counts.get(rule) ?? 0,
    incidents: () => total,
    note(rule, firstOfIncident) {
      if (firstOfIncident) total += 1;
      const count = (counts.get(rule) ?? 0) + 1;
      counts.delete(rule);
      counts.set(rule, count);
      if (counts.size <= RULES_MAX) return;
      const [quietest] = counts.keys();
      if (quietest !== undefined) counts.delete(quietest);
    },
  };
}

/** Verdicts per rule without which history says nothing yet; Laplace smoothing over true against false. */
const PRIOR = 2;
/** History may lower a rule's worth by at most this factor: a rule that was wrong ten times may be right today. */
const TRUST_MIN = 0.4;

/** 1 without history, falling gently towards TRUST_MIN with each false positive; benign positives weigh a third. */
export function trustIn(history: VerdictHistory, rule: string): { readonly factor: number; readonly seen: number } {
  const verdicts = Object.hasOwn(history, rule) ? (history[rule] ?? {}) : {};
  const right = verdicts["true-positive"] ?? 0;
  const benign = verdicts["benign-positive"] ?? 0;
  const wrong = verdicts["false-positive"] ?? 0;
  const seen = right + benign + wrong;
  const factor = (right + PRIOR) / (right + PRIOR + wrong + benign / 3);
  return { factor: Math.max(TRUST_MIN, factor), seen };
}
