/**
 * Whose verdict would teach most: open incidents in the order in which a person should look at them for learning's sake.
 * Enters: open incidents with what the model said, whether an alarm stands. Leaves: at most ASKED_MAX of them, each with why.
 *
 * QL1. First what was drawn for an audit: it proves the bound or breaks it. Then what lies near the level of closing. On an alarm high
 *      scores too: where the model is sure and may be wrong.
 */
import type { Incident } from "@cordon/model/incident";

export const ASKED_MAX = 20;
/** Near: the conformal p is at most so many times the level, or so many times below it. */
const NEAR_FACTOR = 3;
const HIGH_MIN = 0.7;

export interface Asked {
  readonly incident: string;
  readonly title: string;
  readonly kind: "audit" | "near-level" | "alarm";
  readonly why: string;
}

interface Ranked extends Asked {
  readonly order: number;
}

export function askLabels(open: readonly Incident[], alarm: boolean): readonly Asked[] {
  return open
    .filter(({ status }) => status !== "closed")
    .flatMap((incident) => askedOf(incident, alarm) ?? [])
    .sort((a, b) => a.order - b.order || (a.incident < b.incident ? -1 : 1))
    .slice(0, ASKED_MAX)
    .map(({ order: _order, ...asked }) => asked);
}

function askedOf({ id, title, decision }: Incident, alarm: boolean): Ranked | undefined {
  if (decision === undefined) return undefined;
  const { closing, p } = decision;
  const head = { incident: id, title };
  if (closing?.kind === "audit") {
    const why = `would be closed (p ${closing.p.toFixed(3)}); drawn for a person`;
    return { ...head, kind: "audit", why, order: 0 };
  }
  if (closing?.kind === "keep-open" && closing.p !== undefined && (closing.level ?? 0) > 0) {
    const factor = closing.p / (closing.level ?? 1);
    const far = Math.abs(Math.log(factor));
    if (far <= Math.log(NEAR_FACTOR)) {
      const why = `p ${closing.p.toFixed(3)} lies near the level ${closing.level?.toFixed(3)}`;
      return { ...head, kind: "near-level", why, order: 1 + far };
    }
  }
  if (!alarm || p === undefined || p.truePositive < HIGH_MIN) return undefined;
  const why = `the model is sure (${Math.round(100 * p.truePositive)} %) while an alarm stands`;
  return { ...head, kind: "alarm", why, order: 10 - p.truePositive };
}
