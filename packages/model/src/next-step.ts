/**
 * What an incident needs next. Pure and total; waiting is a step, not a blocked promise.
 * Enters: the folded incident and the time. Leaves: one step.
 *
 * N1. Order: score, effects that cannot wait, investigate, plan the response, wait. Effects come before new thinking,
 *     so a flood of detections can never hold up an undo that is due.
 * N2. An action whose detail names `waitUntil` (ms) is left alone until then; `revertAt` (ms) says when it is due to be undone.
 * N3. A closed or merged incident takes no new thoughts, but its effects are still brought to rest.
 * N4. A proposal is answered once a run carries its key in `variables.proposal` or an action of the incident has its target.
 * N5. Once, LATE_LOOK_MS after the last detection joined, an incident is looked at again: logs of other machines may have
 *     come in later than what they explain.
 */
import type { Action, EntityRef } from "./action.ts";
import { entityKey } from "./entity.ts";
import { unreachable } from "./error.ts";
import { awaitsPerson, isOver } from "./fold.ts";
import type { Incident, IncidentAction, PlaybookRun } from "./incident.ts";
import type { Proposal } from "./investigation.ts";
import type { Json, JsonObject } from "./json.ts";
import { type Instant, instant, MINUTE, SECOND } from "./time.ts";

export type Step =
  | { readonly kind: "score" }
  | { readonly kind: "investigate" }
  | { readonly kind: "plan-response"; readonly proposals: readonly Proposal[] }
  /** Some run or action can be moved on now. */
  | { readonly kind: "contain" }
  | { readonly kind: "wait"; readonly for: WaitReason; readonly until?: Instant }
  | { readonly kind: "done" };

/** `quiet`: detections still arrive; `person`: approval, task or verdict; `effect`: a moment named by the ledger. */
export type WaitReason = "quiet" | "person" | "effect";

/** An incident that is still growing is looked at again once it was quiet for so long... */
export const QUIET_MS = 20 * SECOND;
/** ...or, if it never is quiet, after so long. */
export const REINVESTIGATE_MS = 10 * MINUTE;
/** Logs come late: an incident is looked at once more when so much time has passed since its last detection joined. */
export const LATE_LOOK_MS = 5 * MINUTE;
/** How long an approval may be given when neither policy nor playbook says otherwise (response.md 5). */
export const APPROVAL_MS = 30 * MINUTE;

export function nextStep(incident: Incident, now: Instant): Step {
  if (incident.version === 0) return { kind: "done" };
  const needs = [...incident.actions.map((action) => actionNeed(action, incident, now)), ...runNeeds(incident, now)];
  const until = earliestOf(needs);
  if (incident.status === "closed") return lastSteps(needs, until);
  if ((incident.joinedAt ?? 0) > incident.scoredAt) return { kind: "score" };
  if (needs.some((need) => need.kind === "move")) return { kind: "contain" };
  const look = lookAgain(incident, now);
  if (look === "now") return { kind: "investigate" };
  const proposals = openProposals(incident);
  if (proposals.length > 0) return { kind: "plan-response", proposals };
  if (look !== "no") {
    return { kind: "wait", for: "quiet", until: until === undefined || look < until ? look : until };
  }
  const person = needs.some((need) => need.kind === "person") || needs.length === 0;
  const late = lateLook(incident);
  const next = until === undefined || (late !== undefined && late < until) ? late : until;
  return { kind: "wait", for: person ? "person" : "effect", ...(next === undefined ? {} : { until: next }) };
}

type Need =
  | { readonly kind: "move" }
  | { readonly kind: "rest" }
  | { readonly kind: "person"; readonly until?: Instant }
  | { readonly kind: "later"; readonly until: Instant };

const MOVE: Need = { kind: "move" };
const REST: Need = { kind: "rest" };

function lastSteps(needs: readonly Need[], until: Instant | undefined): Step {
  if (needs.some((need) => need.kind === "move")) return { kind: "contain" };
  return until === undefined ? { kind: "done" } : { kind: "wait", for: "effect", until };
}

function actionNeed(action: IncidentAction, incident: Incident, now: Instant): Need {
  const hold = momentIn(action.detail, "waitUntil");
  if (hold !== undefined && hold > now) return { kind: "later", until: hold };
  const closed = incident.status === "closed";
  switch (action.state) {
    case "proposed":
      return closed ? MOVE : proposedNeed(action, now);
    case "authorised":
    case "intent":
    case "dispatched":
    case "reverting":
      return MOVE;
    case "verified":
      return verifiedNeed(action, now);
    case "unknown":
      if (action.revertAsked !== undefined) return MOVE;
      return closed || incident.tasks.some((task) => task.key === action.key) ? { kind: "person" } : MOVE;
    case "reverted":
    case "denied":
    case "expired":
    case "forbidden":
    case "cancelled":
    case "failed":
    case "simulated":
      return REST;
    default:
      return unreachable(action.state);
  }
}

function proposedNeed(action: IncidentAction, now: Instant): Need {
  if (!awaitsPerson(action) || action.revertAsked !== undefined) return MOVE;
  const until = action.approvalUntil ?? instant(action.proposedAt + APPROVAL_MS);
  if (until <= now || approvers(action, now) >= action.policy.approvalsNeeded) return MOVE;
  return { kind: "person", until };
}

/** Distinct persons whose grant is for this very plan and still holds. */
export function approvers(action: IncidentAction, now: Instant): number {
  const valid = action.grants.filter((grant) => grant.planHash === action.plan.hash && grant.expiresAt > now);
  return new Set(valid.flatMap((grant) => ("person" in grant.by ? [grant.by.person] : []))).size;
}

function verifiedNeed(action: IncidentAction, now: Instant): Need {
  if (action.revertAsked !== undefined) return action.plan.undo === "no" ? REST : MOVE;
  const ttlEnd = action.plan.ttlMs === undefined ? undefined : instant(action.movedAt + action.plan.ttlMs);
  const revertAt = momentIn(action.detail, "revertAt") ?? ttlEnd;
  if (revertAt === undefined) return REST;
  return revertAt <= now ? MOVE : { kind: "later", until: revertAt };
}

function runNeeds(incident: Incident, now: Instant): readonly Need[] {
  return incident.runs.filter((run) => !isOver(run.state)).map((run) => runNeed(run, incident, now));
}

/** A run goes on by itself unless it waits for an action of its own, a task of its own or a timer. */
function runNeed(run: PlaybookRun, incident: Incident, now: Instant): Need {
  if (incident.status === "closed") return MOVE;
  const hold = run.steps.map((step) => momentIn(step.detail, "waitUntil")).find((at) => at !== undefined && at > now);
  const own = incident.actions.filter((action) => action.run === run.run);
  const waiting = own.map((action) => actionNeed(action, incident, now)).find(({ kind }) => kind === "person");
  if (waiting !== undefined) return waiting;
  if (incident.tasks.some((task) => task.task.startsWith(`${run.run}/`))) return { kind: "person" };
  if (hold !== undefined) return { kind: "later", until: hold };
  return MOVE;
}

/** When the last look came too soon to have seen late logs; undefined once it did not. */
function lateLook({ investigation, joinedLast }: Incident): Instant | undefined {
  if (investigation === undefined || joinedLast === undefined) return undefined;
  const due = instant(joinedLast + LATE_LOOK_MS);
  return investigation.at < due ? due : undefined;
}

/** "now", "no", or the moment at which the incident has been quiet for long enough. */
function lookAgain(incident: Incident, now: Instant): "now" | "no" | Instant {
  const late = lateLook(incident);
  if (late !== undefined && late <= now) return "now";
  if ((incident.joinedAt ?? 0) <= incident.investigatedAt) return "no";
  if (incident.investigation === undefined || incident.carried === true) return "now";
  const quiet = (incident.joinedLast ?? incident.updatedAt) + QUIET_MS;
  const due = Math.min(quiet, incident.investigation.at + REINVESTIGATE_MS);
  return due <= now ? "now" : instant(due);
}

/** Proposals of the last investigation which no run and no action of the incident answers yet (N4). */
export function openProposals(incident: Incident): readonly Proposal[] {
  const answered = new Set<Json>(incident.actions.map((action) => actionTarget(action.action)));
  for (const run of incident.runs) answered.add(run.variables.proposal ?? null);
  return (incident.investigation?.proposals ?? []).filter(
    (proposal) => !answered.has(proposalKey(proposal)) && !answered.has(actionTarget(proposal.action)),
  );
}

/** What a run that answers a proposal carries in `variables.proposal`. */
export const proposalKey = (proposal: Proposal): string => `${proposal.playbook}|${actionTarget(proposal.action)}`;

/** `<kind>|<target>`: two actions with the same one do the same to the same thing. */
export function actionTarget(action: Action): string {
  switch (action.kind) {
    case "block-address":
      return `${action.kind}|${refKey(action.address)}`;
    case "disable-account":
      return `${action.kind}|${refKey(action.account)}|${action.host === undefined ? "" : refKey(action.host)}`;
    case "isolate-host":
      return `${action.kind}|${refKey(action.host)}`;
    case "capture-forensics":
      return `${action.kind}|${refKey(action.host)}${action.file === undefined ? "" : `|${refKey(action.file)}`}`;
    case "quarantine-file":
      return `${action.kind}|${refKey(action.host)}|${refKey(action.file)}`;
    case "kill-process":
      return `${action.kind}|${refKey(action.process)}`;
    case "purge-mail":
      return `${action.kind}|${[...action.mails, ...action.mailboxes].map(refKey).sort().join(" ")}`;
    case "block-sender":
      return `${action.kind}|${refKey(action.sender)}`;
    case "block-link":
      return `${action.kind}|${refKey(action.link)}`;
    case "revoke-sessions":
      return `${action.kind}|${refKey(action.account)}`;
    case "notify":
      return `${action.kind}|${action.channel}`;
    default:
      return unreachable(action);
  }
}

const refKey = (ref: EntityRef): string => entityKey(ref);

function momentIn(detail: JsonObject, member: string): Instant | undefined {
  const value = detail[member];
  return typeof value === "number" ? instant(value) : undefined;
}

function earliestOf(needs: readonly Need[]): Instant | undefined {
  const moments = needs.flatMap((need) => ("until" in need && need.until !== undefined ? [need.until] : []));
  return moments.length === 0 ? undefined : instant(Math.min(...moments));
}
