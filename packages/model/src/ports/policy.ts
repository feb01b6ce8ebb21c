/** Asks the owner's policy. Any error of the policy engine is a deny. */
import type { ActionKind } from "../action.ts";
import type { JsonObject } from "../json.ts";

export interface PolicyRequest {
  readonly principal: {
    readonly type: "User" | "Playbook" | "Agent" | "Service";
    readonly id: string;
    readonly attributes: JsonObject;
  };
  readonly action: ActionKind | "approve" | "revert";
  readonly resource: {
    readonly type: "Host" | "Account" | "Address" | "Process" | "File" | "Mail" | "Sender" | "Link" | "Channel";
    readonly id: string;
    readonly attributes: JsonObject;
  };
  readonly context: JsonObject;
}

export interface PolicyAnswer {
  readonly decision: "permit" | "deny";
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  readonly errors: readonly string[];
}

export interface PolicyDecider {
  decide(request: PolicyRequest): Promise<PolicyAnswer>;
  /** Digest of the policy text in force. */
  readonly digest: string;
}
