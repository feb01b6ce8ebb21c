/**
 * Poisoning guards: which verdicts may be learnt from, and how much each counts.
 * Enters: verdict rows, oldest first, and the time. Leaves: rows with weights; what is held back, by reason.
 *
 * TG1. A verdict rests for the quarantine before it is learnt from: who notices a mistake or a break-in can still take it back.
 * TG2. A rule whose verdicts have long gone one way is not turned by one person: the contrary verdicts wait until two people gave them.
 * TG3. No person's verdicts weigh more than SHARE_MAX of all, as long as there are others.
 * TG4. What was seldom looked at weighs more (inverse propensity), clipped.
 */
import { effectiveSampleSize, inverseWeights } from "../conformal/audit.ts";
import type { VerdictRow } from "./verdict-row.ts";

/** Verdicts of others on a rule from which on its way is settled, and the share that makes it so. */
const SETTLED_VERDICTS = 10;
const SETTLED_SHARE = 0.8;
const SHARE_MAX = 0.4;

export interface GuardedRow extends VerdictRow {
  readonly weight: number;
}

export interface Guarded {
  readonly rows: readonly GuardedRow[];
  /** How many of the verdicts are not learnt from, by reason. */
  readonly heldBack: Readonly<Record<string, number>>;
  /** Rules with verdicts that wait for a second person. */
  readonly doubtful: readonly string[];
  readonly people: Readonly<Record<string, number>>;
  readonly effective: number;
}

export function guardVerdicts(all: readonly VerdictRow[], now: number, quarantineMs: number): Guarded {
  const rested = all.filter(({ at }) => at <= now - quarantineMs);
  const doubtful = new Set<string>();
  const sure = rested.filter((row) => {
    if (!turnsRule(row, rested)) return true;
    doubtful.add(row.row.rule);
    return false;
  });
  const weights = personWeights(sure);
  const people: Record<string, number> = {};
  for (const { by } of sure) people[by] = (people[by] ?? 0) + 1;
  return {
    rows: sure.map((row, at) => ({ ...row, weight: weights[at] ?? 1 })),
    heldBack: {
      ...(all.length > rested.length ? { "in quarantine": all.length - rested.length } : {}),
      ...(rested.length > sure.length
        ? { "turn a rule, and wait for a second person": rested.length - sure.length }
        : {}),
    },
    doubtful: [...doubtful].sort(),
    people,
    effective: effectiveSampleSize(weights),
  };
}

const isMalicious = ({ verdict }: Pick<VerdictRow, "verdict">): boolean => verdict === "true-positive";

/** Against what others have long said of this rule, and nobody else says so too. */
function turnsRule(row: VerdictRow, all: readonly VerdictRow[]): boolean {
  const malicious = isMalicious(row);
  let others = 0;
  let contrary = 0;
  for (const other of all) {
    if (other.row.rule !== row.row.rule || other.by === row.by) continue;
    if (isMalicious(other) === malicious) return false;
    others += 1;
    if (other.at < row.at) contrary += 1;
  }
  return contrary >= SETTLED_VERDICTS && contrary >= SETTLED_SHARE * others;
}

function personWeights(rows: readonly VerdictRow[]): Float64Array {
  const weights = rows.length === 0 ? new Float64Array(0) : inverseWeights(rows.map(({ chance }) => chance));
  const sums = new Map<string, number>();
  let total = 0;
  for (const [at, { by }] of rows.entries()) {
    sums.set(by, (sums.get(by) ?? 0) + (weights[at] ?? 0));
    total += weights[at] ?? 0;
  }
  for (const [person, sum] of sums) {
    // So much that it is SHARE_MAX of all afterwards; two people can never both be under 40 %, so a third is needed for it.
    const others = total - sum;
    const cap = (SHARE_MAX / (1 - SHARE_MAX)) * others;
    if (sums.size < 3 || sum <= cap) continue;
    for (const [at, { by }] of rows.entries()) if (by === person) weights[at] = (weights[at] ?? 0) * (cap / sum);
  }
  return weights;
}
