/** Wire contract of /api/v1/incidents. */
import { z } from "zod";
import { ACTION_KINDS, LEDGER_STATES } from "../action.ts";
import { VERDICTS } from "../incident.ts";
import { zClaim, zPhishing, zSentence } from "./claims.ts";
import { zTriageDecision } from "./decision.ts";
import { zDetection, zEntity, zInstant, zJsonObject, zLevel } from "./nouns.ts";

export const zStatus = z.enum(["new", "open", "waiting", "contained", "closed"]);
export const zVerdict = z.enum(VERDICTS);

export const zScoreTerm = z
  .object({
    term: z.enum([
      "severity",
      "confidence",
      "asset-criticality",
      "kill-chain",
      "breadth",
      "rarity",
      "policy",
      "finding",
      "model",
    ]),
    points: z.number(),
    why: z.string(),
  })
  .meta({ id: "ScoreTerm" });

const zTriageRow = z.object({ rule: z.string(), values: z.record(z.string(), z.number()) }).meta({ id: "TriageRow" });

/** A row of the queue. */
export const zIncidentSummary = z
  .object({
    id: z.string(),
    title: z.string(),
    status: zStatus,
    priority: z.number().min(0).max(100),
    severity: zLevel,
    terms: z.array(zScoreTerm),
    openedAt: zInstant,
    updatedAt: zInstant,
    firstSeen: zInstant,
    lastSeen: zInstant,
    detections: z.number().int(),
    repeats: z.number().int(),
    hosts: z.array(z.string()),
    users: z.array(z.string()),
    techniques: z.array(z.string()),
    tactics: z.array(z.string()),
    approvalsWaiting: z.number().int(),
    machineVerdict: z.enum(["malicious", "benign", "undecided"]).optional(),
    rootCause: z.string().optional(),
    assignee: z.string().optional(),
    verdict: zVerdict.optional(),
    /** The caller is asked for a second verdict: what people decided is left out until it is given. */
    blind: z.literal(true).optional(),
  })
  .meta({ id: "IncidentSummary" });

export const zEntityRef = z.object({
  kind: zEntity.shape.kind,
  value: z.string(),
  incident: z.string(),
  control: z.enum(["attacker", "environment", "platform"]),
  evidence: z.array(z.string()),
});

export const zAction = z
  .object({
    kind: z.enum(ACTION_KINDS),
    address: zEntityRef.optional(),
    account: zEntityRef.optional(),
    host: zEntityRef.optional(),
    process: zEntityRef.optional(),
    file: zEntityRef.optional(),
    mails: z.array(zEntityRef).optional(),
    mailboxes: z.array(zEntityRef).optional(),
    sender: zEntityRef.optional(),
    link: zEntityRef.optional(),
    incident: z.string().optional(),
    channel: z.enum(["webhook", "email"]).optional(),
  })
  .meta({ id: "Action" });

export const zActionPlan = z
  .object({
    hash: z.string(),
    actuator: z.string(),
    effects: z.array(z.string()),
    affected: z.array(zEntity),
    undo: z.enum(["yes", "no", "partly"]),
    ttlMs: z.number().optional(),
    before: zJsonObject,
  })
  .meta({ id: "ActionPlan" });

export const zPolicyVerdict = z
  .object({
    outcome: z.enum(["automatic", "needs-approval", "forbidden"]),
    approvalsNeeded: z.number().int(),
    policies: z.array(z.string()),
    reasons: z.array(z.string()),
  })
  .meta({ id: "PolicyVerdict" });

export const zGrant = z.object({
  by: z.union([z.object({ policy: z.string() }), z.object({ person: z.string() })]),
  planHash: z.string(),
  at: zInstant,
  expiresAt: zInstant,
});

/** First veto, or first wish to undo. */
const zPersonSaid = z.object({ person: z.string(), reason: z.string(), at: zInstant });

export const zIncidentAction = z
  .object({
    key: z.string(),
    action: zAction,
    plan: zActionPlan,
    policy: zPolicyVerdict,
    run: z.string(),
    reason: z.string(),
    state: z.enum(LEDGER_STATES),
    grants: z.array(zGrant),
    proposedAt: zInstant,
    movedAt: zInstant,
    detail: zJsonObject,
    approvalUntil: zInstant.optional(),
    refused: zPersonSaid.optional(),
    revertAsked: zPersonSaid.optional(),
  })
  .meta({ id: "IncidentAction" });

export const zInvestigation = z
  .object({
    by: z.union([z.literal("deterministic"), z.object({ model: z.string() })]),
    at: zInstant,
    verdict: z.enum(["malicious", "benign", "undecided"]),
    confidence: z.number(),
    summary: z.array(zSentence),
    rootCauses: z.array(
      z.object({
        entity: zEntity,
        event: z.string(),
        at: zInstant,
        score: z.number(),
        boundary: z.string(),
        chain: z.array(z.string()),
        why: z.string(),
      }),
    ),
    extent: z.array(
      z.object({
        entity: zEntity,
        standing: z.enum(["confirmed", "likely", "exposed"]),
        firstSeen: zInstant,
        claims: z.array(z.string()),
      }),
    ),
    timeline: z.array(
      z.object({
        at: zInstant,
        events: z.array(z.string()),
        claim: z.string().optional(),
        text: z.string(),
        tactic: z.string().optional(),
        technique: z.string().optional(),
        count: z.number().int(),
      }),
    ),
    story: z.object({
      nodes: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          label: z.string(),
          entity: zEntity.optional(),
          at: zInstant.optional(),
          tactic: z.string().optional(),
          flagged: z.boolean(),
        }),
      ),
      edges: z.array(
        z.object({ from: z.string(), to: z.string(), verb: z.string(), at: zInstant, events: z.array(z.string()) }),
      ),
    }),
    techniques: z.array(z.string()),
    claims: z.array(zClaim),
    claimsRefused: z.number().int(),
    questions: z.array(z.string()),
    proposals: z.array(
      z.object({ action: zAction, playbook: z.string(), reason: z.string(), claims: z.array(z.string()) }),
    ),
    ledger: z.array(
      z.object({
        id: z.string(),
        question: z.string(),
        query: zJsonObject,
        rows: z.number().int(),
        truncated: z.boolean(),
        digest: z.string(),
      }),
    ),
    limits: z.array(z.string()),
    phishing: zPhishing.optional(),
  })
  .meta({ id: "Investigation" });

export const zIncident = z
  .object({
    id: z.string(),
    version: z.number().int(),
    title: z.string(),
    status: zStatus,
    openedAt: zInstant,
    updatedAt: zInstant,
    firstSeen: zInstant,
    lastSeen: zInstant,
    priority: z.number(),
    severity: zLevel,
    terms: z.array(zScoreTerm),
    row: zTriageRow.optional(),
    decision: zTriageDecision.optional(),
    detections: z.array(
      z.object({
        detection: zDetection,
        because: z.array(
          z.object({
            by: z.enum(["entity", "process", "session", "chain", "person"]),
            key: z.string(),
            weight: z.number(),
          }),
        ),
        times: z.number().int(),
        last: zInstant,
        /** Newest evidence of the repeats, newest last. */
        recent: z.array(z.string()).optional(),
      }),
    ),
    entities: z.array(zEntity),
    techniques: z.array(z.string()),
    tactics: z.array(z.string()),
    investigation: zInvestigation.optional(),
    runs: z.array(
      z.object({
        run: z.string(),
        playbook: z.string(),
        digest: z.string(),
        reason: z.string(),
        variables: zJsonObject,
        startedAt: zInstant,
        steps: z.array(z.object({ step: z.string(), state: z.string(), at: zInstant, detail: zJsonObject })),
        state: z.enum(["running", "waiting", "succeeded", "failed", "ended"]),
      }),
    ),
    actions: z.array(zIncidentAction),
    tasks: z.array(z.object({ task: z.string(), text: z.string(), at: zInstant, key: z.string().optional() })),
    notes: z.array(z.object({ at: zInstant, by: z.string(), text: z.string() })),
    assignee: z.string().optional(),
    verdict: zVerdict.optional(),
    /** The caller is asked for a second verdict: what people decided is left out until it is given. */
    blind: z.literal(true).optional(),
    closedAt: zInstant.optional(),
    mergedInto: z.string().optional(),
    scoredAt: z.number().int(),
    investigatedAt: z.number().int(),
    /** Version and clock of the last join; `carried`: it came over from a merged incident. */
    joinedAt: z.number().int().optional(),
    joinedLast: zInstant.optional(),
    carried: z.literal(true).optional(),
    /** Last entry made by a person; absent while nobody has touched it. */
    touchedAt: zInstant.optional(),
  })
  .meta({ id: "Incident" });

export const zIncidentList = z.object({
  items: z.array(zIncidentSummary),
  /** Opaque; hand back as `after`. Absent on the last page. */
  next: z.string().optional(),
  total: z.number().int(),
});

export const zIncidentQuery = z.strictObject({
  status: z.string().optional().meta({ description: "Comma-separated: new,open,waiting,contained,closed" }),
  minPriority: z.coerce.number().min(0).max(100).optional(),
  q: z.string().max(200).optional(),
  order: z.enum(["priority", "updated", "opened"]).default("priority"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().optional(),
});

export const zCloseRequest = z.strictObject({
  verdict: zVerdict,
  note: z.string().min(1).max(10_000),
  /** How severe it was in the end, as the person sees it: the model learns from it, the rules' severity stays. */
  severity: zLevel.optional(),
});
export const zReopenRequest = z.strictObject({ reason: z.string().min(1).max(2_000) });
export const zNoteRequest = z.strictObject({ text: z.string().min(1).max(10_000) });
export const zAssignRequest = z.strictObject({ person: z.string().min(1).max(200).nullable() });
export const zReportQuery = z.strictObject({ format: z.enum(["markdown", "html"]).default("html") });

export const zJournalEntry = z
  .object({ position: z.number().int(), incident: z.string(), entry: zJsonObject })
  .meta({ id: "JournalEntry" });

export type WireIncidentSummary = z.infer<typeof zIncidentSummary>;
export type WireIncident = z.infer<typeof zIncident>;
export type WireIncidentAction = z.infer<typeof zIncidentAction>;
export type WireInvestigation = z.infer<typeof zInvestigation>;
export type WireIncidentList = z.infer<typeof zIncidentList>;
