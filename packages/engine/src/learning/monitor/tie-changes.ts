/**
 * What may be behind a drift: changes of rules, sources, version or model near its beginning.
 * Enters: the estimated beginning, and changes with their times. Leaves: the nearest few, changes before it first.
 * TC1. Nearness is no proof: the wording is "may come from".
 */
/** Cases are decided some days after what they are about. */
const BEFORE_MS = 4 * 86_400_000;
/** The beginning is an estimate, and may lie a little early. */
const AFTER_MS = 86_400_000;
const TIED_MAX = 3;

export interface SeenChange {
  readonly kind: string;
  readonly what: string;
  readonly at: number;
}

export function tiedTo(since: number, changes: readonly SeenChange[]): readonly SeenChange[] {
  return changes
    .filter(({ at }) => at >= since - BEFORE_MS && at <= since + AFTER_MS)
    .toSorted((a, b) => distance(a.at, since) - distance(b.at, since))
    .slice(0, TIED_MAX);
}

/** What came after is less likely its cause. */
const distance = (at: number, since: number): number => (at <= since ? since - at : BEFORE_MS + at - since);
