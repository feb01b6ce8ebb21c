/** Decided cases as rows of the bias report: segments that are known of every case, without names of people or texts of logs. */
import type { JudgedRow } from "../fairness/rates.ts";
import { THRESHOLD } from "./performance.ts";
import type { ScoredRow } from "./scored-rows.ts";

const PRIORITY_TOP = 50;
const OFFICE_HOURS = [7, 19] as const;
/** What only tells people or looks closer burdens nobody. */
const HARMLESS_ACTIONS: ReadonlySet<string> = new Set(["notify", "capture-forensics"]);

export function biasRows(rows: readonly ScoredRow[]): readonly JudgedRow[] {
  return rows.map(({ incident, at, malicious, predicted, closedAlone, severity, values, rule, ...rest }) => ({
    ...{ malicious, at, p: predicted, closed: closedAlone, entity: rest.subject ?? incident, person: rest.person },
    acted: rest.actions.some((kind) => !HARMLESS_ACTIONS.has(kind)),
    flagged: predicted === undefined ? (values.priority ?? 0) >= PRIORITY_TOP : predicted >= THRESHOLD,
    segments: {
      ...rest.groups,
      severity,
      rule,
      hours: hoursOf(values),
      criticality: (values.assetKnown ?? 0) > 0 ? `criticality ${criticalityOf(values)}` : "not in the inventory",
    },
  }));
}

/** `hour` and `weekend` are those of the case, not of its verdict. */
function hoursOf({ hour, weekend }: ScoredRow["values"]): string {
  if (hour === undefined) return "unknown";
  const office = weekend !== 1 && hour >= OFFICE_HOURS[0] && hour < OFFICE_HOURS[1];
  return office ? "office hours (UTC)" : "other hours (UTC)";
}

const criticalityOf = ({ asset = 0 }: ScoredRow["values"]): number => Math.round(asset / 5);
