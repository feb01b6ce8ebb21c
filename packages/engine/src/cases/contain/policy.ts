/**
 * Decides whether an action may happen, and makes the one value that opens the door to the world.
 * Enters: the proposal, the owner's policy, votes. Leaves: automatic / needs n approvals / forbidden, with reasons.
 *
 * Y1. `Authorised` is made here and nowhere else, from a row in `intent` (or `reverting`) with grants for its very plan.
 * Y2. Policy can allow; rails can only take away. An error of the policy is a no.
 * Y3. How many approvals would do is asked, not guessed: with none, one, two; the first yes is the requirement.
 * Y4. The proposer's own vote never counts; persons are distinct by name, whatever their sessions.
 */
import { type Action, type ActionPlan, type LedgerRow, type PolicyVerdict, targetsOf } from "@cordon/model/action";
import type { Inventory } from "@cordon/model/asset";
import { entityKey } from "@cordon/model/entity";
import { nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { JsonObject } from "@cordon/model/json";
import { type CordonStep, LASTING_KINDS, type LoadedPlaybook } from "@cordon/model/playbook";
import type { ActionPort, Authorised } from "@cordon/model/ports/action";
import type { PolicyDecider, PolicyRequest } from "@cordon/model/ports/policy";
import { levelRank } from "@cordon/model/rule";
import type { Instant } from "@cordon/model/time";
import { parseAddress, whyNeverBlock } from "./address.ts";
import { assetsOf, type Rail, railsFor } from "./rails.ts";
import type { ContainSettings } from "./settings.ts";

/** More than this many approvals are not asked for: two distinct persons are the strongest rule we know how to explain. */
const APPROVALS_MAX = 2;

export interface Question {
  readonly incident: Incident;
  readonly action: Action;
  readonly plan: ActionPlan;
  readonly port: Pick<ActionPort, "simulated">;
  readonly playbook: Pick<LoadedPlaybook, "slug" | "digest">;
  readonly extension: CordonStep;
  /** Person who asked for the run; undefined when Cordon did. */
  readonly requestedBy?: string;
  readonly counts: { readonly incident: number; readonly hour: number };
  /** Why this kind of action needs a person for the time being (breaker.ts). */
  readonly breaker?: string;
}

export interface Judge {
  readonly policy: PolicyDecider;
  readonly inventory: Inventory;
  readonly settings: ContainSettings;
}

export async function judge(question: Question, { policy, inventory, settings }: Judge): Promise<PolicyVerdict> {
  const rails = railsFor({
    ...{ action: question.action, plan: question.plan, incident: question.incident.id },
    ...{ extension: question.extension, counts: question.counts, inventory, settings },
    ...(question.breaker === undefined ? {} : { breaker: question.breaker }),
  });
  const stops = rails.filter((rail) => rail.kind === "forbidden").map((rail) => rail.reason);
  if (stops.length > 0) return { outcome: "forbidden", approvalsNeeded: 0, policies: [], reasons: stops };
  const reasons: string[] = [];
  for (let approvals = 0; approvals <= APPROVALS_MAX; approvals++) {
    const answer = await policy.decide(request(question, { policy, inventory, settings }, approvals));
    if (answer.decision === "permit" && answer.errors.length === 0) {
      return raise({ approvals, policies: answer.policies, reasons: answer.reasons }, rails, question.extension);
    }
    reasons.push(...answer.reasons, ...answer.errors);
  }
  return { outcome: "forbidden", approvalsNeeded: 0, policies: [], reasons: [...new Set(reasons)] };
}

interface Permit {
  readonly approvals: number;
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
}

/** Rails and the playbook may ask for more approvals than the policy, never for fewer. */
function raise(permit: Permit, rails: readonly Rail[], extension: CordonStep): PolicyVerdict {
  const wanted = rails.flatMap((rail) => (rail.kind === "approvals" ? [rail] : []));
  const own = extension.approvals?.min ?? 0;
  const needed = Math.max(permit.approvals, own, ...wanted.map((rail) => rail.least));
  const reasons = [...permit.reasons, ...wanted.map((rail) => rail.reason)];
  if (own > permit.approvals) reasons.push(`The playbook asks for ${own} approvals.`);
  const outcome = needed === 0 ? "automatic" : "needs-approval";
  return { outcome, approvalsNeeded: needed, policies: permit.policies, reasons };
}

function request(question: Question, deps: Judge, approvals: number): PolicyRequest {
  const { playbook, requestedBy } = question;
  const principal: PolicyRequest["principal"] =
    requestedBy === undefined
      ? { type: "Playbook", id: playbook.slug, attributes: { digest: playbook.digest } }
      : { type: "User", id: requestedBy, attributes: { roles: [...deps.settings.rolesOf(requestedBy)] } };
  return {
    principal,
    action: question.action.kind,
    resource: resourceOf(question.action, deps),
    context: facts(question, deps, approvals),
  };
}

const RESOURCE_TYPE = {
  "block-address": "Address",
  "disable-account": "Account",
  "isolate-host": "Host",
  "kill-process": "Process",
  "capture-forensics": "Host",
  "quarantine-file": "File",
  "purge-mail": "Mail",
  "block-sender": "Sender",
  "block-link": "Link",
  "revoke-sessions": "Account",
  notify: "Channel",
} as const satisfies Record<Action["kind"], PolicyRequest["resource"]["type"]>;

function resourceOf(action: Action, { inventory }: Judge): PolicyRequest["resource"] {
  const targets = targetsOf(action);
  const [main] = targets;
  const assets = targets.flatMap((ref) => assetsOf(ref, inventory));
  const known = assets.map((asset) => asset.criticality);
  return {
    type: RESOURCE_TYPE[action.kind],
    id: main === undefined ? action.kind : entityKey(main),
    attributes: {
      protected: assets.some((asset) => asset.protected),
      // 2: nothing is known (asset.ts).
      criticality: known.length === 0 ? 2 : Math.max(...known),
      tags: [...new Set(assets.flatMap((asset) => asset.tags))],
      control: main?.control ?? "platform",
      external: action.kind === "block-address" && isExternal(action.address.value),
    },
  };
}

function isExternal(value: string): boolean {
  const address = parseAddress(value);
  return address !== undefined && whyNeverBlock(address) === undefined;
}

function facts(question: Question, { settings }: Judge, approvals: number): JsonObject {
  const { incident, action, plan } = question;
  const detected = incident.detections.map(({ detection }) => detection.confidence);
  const confidence = incident.investigation?.confidence ?? Math.max(0, ...detected);
  return {
    mode: settings.mode,
    confidence: Math.round(confidence),
    severity: levelRank(incident.severity),
    approvals,
    ttlSeconds: Math.ceil((plan.ttlMs ?? 0) / 1000),
    lasting: LASTING_KINDS.has(action.kind),
    reversible: plan.undo === "yes",
    simulated: question.port.simulated,
    evidence: new Set(targetsOf(action).flatMap((ref) => ref.evidence)).size,
    modelInvolved: (incident.investigation?.by ?? "deterministic") !== "deterministic",
  };
}

/** May this person use the verb on this action? Asked for approve and revert. */
export async function mayPerson(
  verb: "approve" | "revert",
  person: string,
  question: Question,
  deps: Judge,
): Promise<{ readonly allowed: boolean; readonly reasons: readonly string[] }> {
  const asked = request({ ...question, requestedBy: person }, deps, 0);
  const answer = await deps.policy.decide({ ...asked, action: verb });
  return {
    allowed: answer.decision === "permit" && answer.errors.length === 0,
    reasons: [...answer.reasons, ...answer.errors],
  };
}

/** The order to carry out, or undefined when the row does not hold what it takes (Y1). */
export function authorise(row: LedgerRow, now: Instant): Authorised | undefined {
  const grants = nonEmpty(row.grants.filter((grant) => grant.planHash === row.plan.hash && grant.expiresAt > now));
  if (row.state !== "intent" || grants === undefined || row.deadline === undefined || row.deadline <= now)
    return undefined;
  const order = { action: row.action, key: row.key, plan: row.plan, grants, deadline: row.deadline };
  return (row.revertAt === undefined ? order : { ...order, revertAt: row.revertAt }) as Authorised;
}

/** The undo was allowed together with the action: its grants count although they have expired. */
export function authoriseRevert(row: LedgerRow, now: Instant): Authorised | undefined {
  const grants = nonEmpty(row.grants.filter((grant) => grant.planHash === row.plan.hash));
  if (row.state !== "reverting" || grants === undefined || row.deadline === undefined || row.deadline <= now)
    return undefined;
  const order = { action: row.action, key: row.key, plan: row.plan, grants, deadline: row.deadline };
  return (row.revertAt === undefined ? order : { ...order, revertAt: row.revertAt }) as Authorised;
}

/** For looking only: verify wants an order, and looking is allowed as long as the row exists. */
export function authoriseLook(row: LedgerRow): Authorised | undefined {
  const grants = nonEmpty(row.grants);
  if (grants === undefined) return undefined;
  const order = { action: row.action, key: row.key, plan: row.plan, grants, deadline: row.deadline ?? row.updatedAt };
  return order as Authorised;
}
