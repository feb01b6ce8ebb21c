/**
 * Actions: what Cordon may do to the world. A closed union on purpose: policy, playbooks and console must answer for each.
 * No member is free text: targets are entities of the incident, minted by a parser or the inventory (investigation.md G2).
 * Ports, grants' door and `Authorised` live in ports/action.ts, which only contain/ and adapters may import.
 */
import type { Entity } from "./entity.ts";
import { unreachable } from "./error.ts";
import type { ActionKey, EventId, IncidentId, NonEmpty, Sha256 } from "./ids.ts";
import type { JsonObject } from "./json.ts";
import type { Instant } from "./time.ts";

/** A typed entity of one incident with the events that name it; `control`: who could have chosen the value. */
export interface EntityRef {
  readonly kind: Entity["kind"];
  readonly value: string;
  readonly incident: IncidentId;
  readonly control: "attacker" | "environment" | "platform";
  readonly evidence: NonEmpty<EventId>;
}

export type Action =
  | { readonly kind: "block-address"; readonly address: EntityRef }
  | { readonly kind: "disable-account"; readonly account: EntityRef; readonly host?: EntityRef }
  | { readonly kind: "isolate-host"; readonly host: EntityRef }
  | { readonly kind: "kill-process"; readonly host: EntityRef; readonly process: EntityRef }
  /** With `file`: that file's content, too. */
  | { readonly kind: "capture-forensics"; readonly host: EntityRef; readonly file?: EntityRef }
  | { readonly kind: "quarantine-file"; readonly host: EntityRef; readonly file: EntityRef }
  /** Every listed mail out of every listed mailbox, to where it can be brought back from. */
  | { readonly kind: "purge-mail"; readonly mails: NonEmpty<EntityRef>; readonly mailboxes: NonEmpty<EntityRef> }
  | { readonly kind: "block-sender"; readonly sender: EntityRef }
  /** A domain or one address of the web. */
  | { readonly kind: "block-link"; readonly link: EntityRef }
  | { readonly kind: "revoke-sessions"; readonly account: EntityRef }
  | { readonly kind: "notify"; readonly incident: IncidentId; readonly channel: "webhook" | "email" };

export const ACTION_KINDS = [
  "block-address",
  "disable-account",
  "isolate-host",
  "kill-process",
  "capture-forensics",
  "quarantine-file",
  "purge-mail",
  "block-sender",
  "block-link",
  "revoke-sessions",
  "notify",
] as const satisfies readonly Action["kind"][];
export type ActionKind = Action["kind"];

/** Entities an action is aimed at, the main one first. */
export function targetsOf(action: Action): readonly EntityRef[] {
  switch (action.kind) {
    case "block-address":
      return [action.address];
    case "disable-account":
      return action.host === undefined ? [action.account] : [action.account, action.host];
    case "isolate-host":
      return [action.host];
    case "capture-forensics":
      return action.file === undefined ? [action.host] : [action.host, action.file];
    case "quarantine-file":
      return [action.file, action.host];
    case "kill-process":
      return [action.process, action.host];
    case "purge-mail":
      return [...action.mails, ...action.mailboxes];
    case "block-sender":
      return [action.sender];
    case "block-link":
      return [action.link];
    case "revoke-sessions":
      return [action.account];
    case "notify":
      return [];
    default:
      return unreachable(action);
  }
}

/** What would happen, worked out without doing it. Grants bind to `hash`. */
export interface ActionPlan {
  /** SHA-256 of the canonical {action, actuator, arguments, ttl}: what the approver saw is what runs. */
  readonly hash: Sha256;
  /** Configured actuator that would do it: `edge-fw`, `simulate`. */
  readonly actuator: string;
  /** Exact commands or requests, one line each, as they would be sent (secrets as `***`). */
  readonly effects: readonly string[];
  readonly affected: readonly Entity[];
  readonly undo: "yes" | "no" | "partly";
  /** How long the effect lasts before it is undone; absent for effects that do not last (notify, capture, kill). */
  readonly ttlMs?: number;
  /** State to restore on revert. */
  readonly before: JsonObject;
}

/** Who allowed it. `by.policy`: automatic; `by.person`: an authenticated name. */
export interface Grant {
  readonly by: { readonly policy: string } | { readonly person: string };
  readonly planHash: Sha256;
  readonly at: Instant;
  readonly expiresAt: Instant;
}

/**
 * proposed -> authorised -> intent -> dispatched -> verified -> reverting -> reverted;
 * side states: denied, expired (approval lapsed), forbidden (policy), cancelled, failed, unknown, simulated.
 */
export const LEDGER_STATES = [
  "proposed",
  "authorised",
  "intent",
  "dispatched",
  "verified",
  "reverting",
  "reverted",
  "denied",
  "expired",
  "forbidden",
  "cancelled",
  "failed",
  "unknown",
  "simulated",
] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

/** What policy said about a proposal, with its reasons: shown to the approver. */
export interface PolicyVerdict {
  readonly outcome: "automatic" | "needs-approval" | "forbidden";
  readonly approvalsNeeded: number;
  /** Policy ids (`@id`) that decided. */
  readonly policies: readonly string[];
  /** `@reason` of those policies and of the rails in code, one sentence each. */
  readonly reasons: readonly string[];
}

/** One row of the action ledger. */
export interface LedgerRow {
  readonly key: ActionKey;
  readonly incident: IncidentId;
  readonly action: Action;
  readonly plan: ActionPlan;
  readonly policy: PolicyVerdict;
  readonly state: LedgerState;
  readonly grants: readonly Grant[];
  /** Run and step that proposed it. */
  readonly origin: { readonly playbook: string; readonly run: string; readonly step: string };
  readonly proposedAt: Instant;
  readonly updatedAt: Instant;
  /** Until when an approval may be given. */
  readonly approvalUntil?: Instant;
  /** No request of this attempt may still land after this. */
  readonly deadline?: Instant;
  /** When the effect is to be undone. */
  readonly revertAt?: Instant;
  readonly attempts: number;
  readonly detail: JsonObject;
}
