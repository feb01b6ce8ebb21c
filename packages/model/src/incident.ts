/** The incident is its journal: entries (tagged union) and nothing else. `fold.ts` makes the state, `next-step.ts` the next move. */
import type { Action, ActionPlan, Grant, LedgerState, PolicyVerdict } from "./action.ts";
import type { Detection } from "./detection.ts";
import type { Entity } from "./entity.ts";
import type { ActionKey, DetectionId, EventId, IncidentId } from "./ids.ts";
import type { Investigation } from "./investigation.ts";
import type { JsonObject } from "./json.ts";
import type { Level } from "./rule.ts";
import type { Instant } from "./time.ts";
import type { TriageDecision, TriageRow } from "./triage-decision.ts";

export const VERDICTS = ["true-positive", "benign-positive", "false-positive"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One addend of a priority: name, what was seen, points (may be negative). */
export interface ScoreTerm {
  readonly term:
    | "severity"
    | "confidence"
    | "asset-criticality"
    | "kill-chain"
    | "breadth"
    | "rarity"
    | "policy"
    /** What the investigation found and no rule could see: it may only raise. */
    | "finding"
    /** What a model that learnt from verdicts says, within bounds. */
    | "model";
  readonly points: number;
  readonly why: string;
}

/** Why a detection joined: which entity, weight, distance in time; or cause (process tree, logon session). */
export interface JoinReason {
  readonly by: "entity" | "process" | "session" | "chain" | "person";
  readonly key: string;
  readonly weight: number;
}

export type IncidentEntry = { readonly at: Instant; readonly by: string } & IncidentMove;

export type IncidentMove =
  | { readonly kind: "opened"; readonly id: IncidentId; readonly title: string }
  | { readonly kind: "detection-joined"; readonly detection: Detection; readonly because: readonly JoinReason[] }
  /** Same dedup key again: counted, its newest evidence kept, no new work. */
  | {
      readonly kind: "detection-repeated";
      readonly detection: DetectionId;
      readonly times: number;
      readonly last: Instant;
      readonly evidence: readonly EventId[];
    }
  | {
      readonly kind: "scored";
      readonly priority: number;
      readonly severity: Level;
      readonly terms: readonly ScoreTerm[];
      readonly title: string;
      /** What was known at this moment, for learning: never computed afterwards. */
      readonly row?: TriageRow;
      /** Of a live model. */
      readonly decision?: TriageDecision;
      /** Scored anew because another model serves, or none: what stood before. The older entry keeps its reasons. */
      readonly rescored?: { readonly because: string; readonly priority: number; readonly model?: string };
    }
  | { readonly kind: "investigated"; readonly investigation: Investigation }
  | {
      readonly kind: "run-started";
      readonly run: string;
      readonly playbook: string;
      readonly digest: string;
      readonly reason: string;
      readonly variables: JsonObject;
    }
  | {
      readonly kind: "run-moved";
      readonly run: string;
      readonly step: string;
      readonly state: "running" | "waiting" | "succeeded" | "failed" | "ended";
      readonly detail: JsonObject;
    }
  | {
      readonly kind: "action-proposed";
      readonly key: ActionKey;
      readonly action: Action;
      readonly plan: ActionPlan;
      readonly policy: PolicyVerdict;
      readonly run: string;
      readonly reason: string;
      /** Until when an approval may be given; the owner's default when absent. */
      readonly approvalUntil?: Instant;
    }
  | { readonly kind: "grant-given"; readonly key: ActionKey; readonly grant: Grant }
  | { readonly kind: "grant-refused"; readonly key: ActionKey; readonly person: string; readonly reason: string }
  | { readonly kind: "action-moved"; readonly key: ActionKey; readonly to: LedgerState; readonly detail: JsonObject }
  | { readonly kind: "revert-asked"; readonly key: ActionKey; readonly person: string; readonly reason: string }
  | { readonly kind: "task-opened"; readonly task: string; readonly text: string; readonly key?: ActionKey }
  /** A person answered a task; `text` is what they said or found. */
  | {
      readonly kind: "task-done";
      readonly task: string;
      readonly person: string;
      readonly outcome: "done" | "refused";
      readonly text: string;
    }
  | { readonly kind: "note-added"; readonly text: string }
  | { readonly kind: "assigned"; readonly person: string | null }
  | { readonly kind: "reported"; readonly format: "markdown" | "html"; readonly sha256: string }
  | { readonly kind: "closed"; readonly verdict: Verdict; readonly note: string; readonly features: JsonObject }
  | { readonly kind: "reopened"; readonly reason: string }
  /** `because`: the bonds that made the two one. */
  | { readonly kind: "merged-into"; readonly incident: IncidentId; readonly because?: readonly JoinReason[] };

export type IncidentStatus = "new" | "open" | "waiting" | "contained" | "closed";

export interface IncidentAction {
  readonly key: ActionKey;
  readonly action: Action;
  readonly plan: ActionPlan;
  readonly policy: PolicyVerdict;
  readonly run: string;
  readonly reason: string;
  readonly state: LedgerState;
  readonly grants: readonly Grant[];
  readonly proposedAt: Instant;
  readonly movedAt: Instant;
  /** Details of all moves so far, later members over earlier ones. `waitUntil`, `revertAt` (ms) are read by nextStep. */
  readonly detail: JsonObject;
  readonly approvalUntil?: Instant;
  /** First veto and first wish to undo; the response stage turns them into moves. */
  readonly refused?: PersonSaid;
  readonly revertAsked?: PersonSaid;
}

export interface PersonSaid {
  readonly person: string;
  readonly reason: string;
  readonly at: Instant;
}

export interface JoinedDetection {
  readonly detection: Detection;
  readonly because: readonly JoinReason[];
  readonly times: number;
  readonly last: Instant;
  /** Newest evidence of the repeats, newest last. */
  readonly recent?: readonly EventId[];
}

/** State of an incident: the fold of its entries. `version` = number of entries. */
export interface Incident {
  readonly id: IncidentId;
  readonly version: number;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  /** Event times of the first and last detection. */
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly priority: number;
  readonly severity: Level;
  readonly terms: readonly ScoreTerm[];
  /** Row and decision of the last score. */
  readonly row?: TriageRow;
  readonly decision?: TriageDecision;
  readonly detections: readonly JoinedDetection[];
  readonly entities: readonly Entity[];
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly investigation?: Investigation;
  readonly runs: readonly PlaybookRun[];
  readonly actions: readonly IncidentAction[];
  /** Tasks that nobody has answered yet. */
  readonly tasks: readonly {
    readonly task: string;
    readonly text: string;
    readonly at: Instant;
    readonly key?: ActionKey;
  }[];
  readonly notes: readonly { readonly at: Instant; readonly by: string; readonly text: string }[];
  readonly assignee?: string;
  readonly verdict?: Verdict;
  readonly closedAt?: Instant;
  /** Who closed it: a person or a policy; absent where it was merged. */
  readonly closedBy?: string;
  readonly mergedInto?: IncidentId;
  /** Versions (entry counts) at which the last score and the last investigation were made; what joined later is not in them. */
  readonly scoredAt: number;
  readonly investigatedAt: number;
  /** Version at which the last detection joined, and when that was (clock of the entry). */
  readonly joinedAt?: number;
  readonly joinedLast?: Instant;
  /** The last join was carried over from a merged incident: nothing more is about to arrive. */
  readonly carried?: true;
  /** Last entry made by a person; absent while the incident is untouched. */
  readonly touchedAt?: Instant;
}

export interface PlaybookRun {
  readonly run: string;
  readonly playbook: string;
  readonly digest: string;
  readonly reason: string;
  readonly variables: JsonObject;
  readonly startedAt: Instant;
  readonly steps: readonly {
    readonly step: string;
    readonly state: string;
    readonly at: Instant;
    readonly detail: JsonObject;
  }[];
  readonly state: "running" | "waiting" | "succeeded" | "failed" | "ended";
}
