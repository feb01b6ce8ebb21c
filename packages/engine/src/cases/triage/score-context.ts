/** What is known around an incident when it is scored. */
import type { Inventory } from "@cordon/model/asset";
import type { Incident } from "@cordon/model/incident";
import type { TriageDecision, TriageRow } from "@cordon/model/triage-decision";
import type { TriageJudge } from "../../learning/triage/decide.ts";
import type { Rarity, VerdictHistory } from "./rarity.ts";

export interface ScoreContext {
  readonly inventory: Pick<Inventory, "find">;
  readonly rarity: Pick<Rarity, "incidentsWith" | "incidents">;
  readonly history: VerdictHistory;
  /** The model that serves. */
  readonly judge?: TriageJudge | undefined;
  /** Other open incidents on the same hosts and accounts. */
  readonly openNear?: (incident: Incident) => number;
  readonly closing?: JudgeClosing | undefined;
}

/** May it be closed without a person? Asked for every decision of a live model; the answer is stored with it. */
export type JudgeClosing = (of: {
  readonly incident: Incident;
  readonly row: TriageRow;
  readonly decision: TriageDecision;
}) => Pick<TriageDecision, "closing" | "draw">;
