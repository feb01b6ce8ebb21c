/**
 * Poisoning guards: which verdicts may be learnt from, and how much each counts.
 * Enters: verdict rows, oldest first, and the time. Leaves: rows with weights; what is held back, by reason.
 *
 * TG1. A verdict rests for the quarantine before it is learnt from: who notices a mistake or a break-in can still take it back.
 * TG2. A rule whose verdicts have long gone one way is not turned by one person: of one's contrary verdicts as many count as others
 *      gave contrary ones, too; the rest waits.
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
  const turned = turnedVerdicts(rested);
  const sure = rested.filter((row) => {
    if (!turned.has(row)) return true;
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

/** Verdicts against what others have long said of the rule, beyond as many as others gave against it, too. */
function turnedVerdicts(rows: readonly VerdictRow[]): ReadonlySet<VerdictRow> {
  const byRule = new Map<string, VerdictRow[]>();
  for (const row of rows) {
    const known = byRule.get(row.row.rule);
    if (known === undefined) byRule.set(row.row.rule, [row]);
    else known.push(row);
  }
  return new Set([...byRule.values()].flatMap(turnedOfRule));
}

/** Verdicts on one rule, malicious and not: of a person, and of everybody else. */
function makeTally() {
  const all = [0, 0];
  const each = new Map<string, number[]>();
  const ownOf = (person: string, malicious: boolean): number => each.get(person)?.[Number(malicious)] ?? 0;
  return {
    ownOf,
    othersOf: (person: string, malicious: boolean): number => (all[Number(malicious)] ?? 0) - ownOf(person, malicious),
    add(row: VerdictRow): void {
      const side = Number(isMalicious(row));
      const own = each.get(row.by) ?? [0, 0];
      each.set(row.by, own);
      own[side] = (own[side] ?? 0) + 1;
      all[side] = (all[side] ?? 0) + 1;
    },
  };
}

/** Oldest first. */
function turnedOfRule(rows: readonly VerdictRow[]): readonly VerdictRow[] {
  const [total, before] = [makeTally(), makeTally()];
  for (const row of rows) total.add(row);
  return rows.filter((row) => {
    const malicious = isMalicious(row);
    const against = total.othersOf(row.by, !malicious);
    const alike = total.othersOf(row.by, malicious);
    const settled =
      before.othersOf(row.by, !malicious) >= SETTLED_VERDICTS && against >= SETTLED_SHARE * (against + alike);
    before.add(row);
    // One slip of somebody else does not open the door for thirty: each needs its second voice.
    return settled && before.ownOf(row.by, malicious) > alike;
  });
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
