/** Decided cases as rows of the bias report: segments that are known of every case, without names of people or texts of logs. */
import { DAY, HOUR } from "@cordon/model/time";
import type { JudgedRow } from "../fairness/bias.ts";
import type { ScoredRow } from "./model-health.ts";

const THRESHOLD = 0.5;
const OFFICE_HOURS = [7, 19] as const;

export function biasRows(rows: readonly ScoredRow[]): readonly JudgedRow[] {
  return rows.map(({ incident, at, malicious, predicted, closedAlone, severity, values, rule }) => ({
    ...{ malicious, at, p: predicted, closed: closedAlone, entity: incident },
    flagged: predicted === undefined ? (values.priority ?? 0) >= 50 : predicted >= THRESHOLD,
    segments: {
      severity,
      rule,
      hours: isOffice(at) ? "office hours (UTC)" : "other hours",
      asset:
        (values.assetKnown ?? 0) > 0 ? `criticality ${Math.round((values.asset ?? 0) / 5)}` : "not in the inventory",
      accounts: (values.accounts ?? 0) > 0 ? "with an account" : "hosts only",
    },
  }));
}

/** Day 0 of 1970 was a Thursday. */
function isOffice(at: number): boolean {
  const weekend = ((Math.floor(at / DAY) + 4) % 7) % 6 === 0;
  const hour = Math.floor((at % DAY) / HOUR);
  return !weekend && hour >= OFFICE_HOURS[0] && hour < OFFICE_HOURS[1];
}
