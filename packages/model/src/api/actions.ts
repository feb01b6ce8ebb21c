/** Wire contract of /api/v1/approvals, /api/v1/actions and /api/v1/playbooks. */
import { z } from "zod";
import { zAction, zActionPlan, zGrant, zIncidentAction, zPolicyVerdict } from "./incidents.ts";
import { zEntity, zInstant, zLevel } from "./nouns.ts";

/** One card of the approvals inbox: exactly what would run, whom it hits, why it is asked. */
export const zApproval = z
  .object({
    key: z.string(),
    incident: z.object({ id: z.string(), title: z.string(), priority: z.number(), severity: zLevel }),
    action: zAction,
    plan: zActionPlan,
    policy: zPolicyVerdict,
    grants: z.array(zGrant),
    reason: z.string(),
    playbook: z.string(),
    proposedAt: zInstant,
    approvalUntil: zInstant.optional(),
    /** Why this caller may not approve it; absent when they may. */
    refusal: z.string().optional(),
  })
  .meta({ id: "Approval" });
export const zApprovalList = z.object({ items: z.array(zApproval) });

export const zApproveRequest = z.strictObject({
  planHash: z
    .string()
    .length(64)
    .meta({ description: "Hash of the plan that was shown; another plan needs another look." }),
});
export const zDenyRequest = z.strictObject({ reason: z.string().min(1).max(2_000) });
export const zRevertRequest = z.strictObject({ reason: z.string().min(1).max(2_000) });

export const zLedgerRow = zIncidentAction
  .omit({ movedAt: true, run: true, reason: true })
  .extend({
    incident: z.string(),
    origin: z.object({ playbook: z.string(), run: z.string(), step: z.string() }),
    updatedAt: zInstant,
    approvalUntil: zInstant.optional(),
    deadline: zInstant.optional(),
    revertAt: zInstant.optional(),
    attempts: z.number().int(),
  })
  .meta({ id: "LedgerRow" });
export const zLedgerList = z.object({ items: z.array(zLedgerRow) });

export const zPlaybookSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string(),
    description: z.string(),
    source: z.string(),
    digest: z.string(),
    runnable: z.boolean(),
    problems: z.array(
      z.object({ level: z.enum(["error", "not-runnable", "warning"]), where: z.string(), message: z.string() }),
    ),
    steps: z.array(z.object({ id: z.string(), type: z.string(), name: z.string(), next: z.array(z.string()) })),
    variables: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })),
  })
  .meta({ id: "Playbook" });
export const zPlaybookList = z.object({ items: z.array(zPlaybookSummary) });

export const zSimulateRequest = z.strictObject({ variables: z.record(z.string(), z.string()) });
export const zSimulation = z
  .object({
    playbook: z.string(),
    ends: z.enum(["succeeded", "failed", "waiting"]),
    reason: z.string(),
    steps: z.array(
      z.object({
        path: z.string(),
        title: z.string(),
        kind: z.enum(["action", "task", "decision"]),
        action: zAction.optional(),
        actuator: z.string().optional(),
        effects: z.array(z.string()),
        affected: z.array(zEntity),
        undo: z.enum(["yes", "no", "partly"]).optional(),
        ttlMs: z.number().optional(),
        policy: zPolicyVerdict.optional(),
        problem: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "Simulation" });

export type WireApproval = z.infer<typeof zApproval>;
export type WireLedgerRow = z.infer<typeof zLedgerRow>;
export type WirePlaybook = z.infer<typeof zPlaybookSummary>;
export type WireSimulation = z.infer<typeof zSimulation>;
