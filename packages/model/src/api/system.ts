/** Wire contract of /api/v1/me, /session, /tokens, /status, /rules, /kill-switch, /ingest and /stream. */
import { z } from "zod";
import { zInstant, zJsonObject, zLevel } from "./nouns.ts";
import { RULE_FLAGS, zRuleHealth } from "./rules.ts";

export const ROLES = ["viewer", "analyst", "approver", "admin", "ingest"] as const;
export type Role = (typeof ROLES)[number];

export const zMe = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    version: z.string(),
    demo: z.boolean(),
    killSwitch: z.boolean(),
    /** `assisted`: containment waits for people. `auto`: policy may act alone. */
    mode: z.enum(["assisted", "auto"]),
  })
  .meta({ id: "Me" });

export const zSessionRequest = z.strictObject({ link: z.string().min(16).max(200) });

export const zToken = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    createdAt: zInstant,
    expiresAt: zInstant.optional(),
    lastUsedAt: zInstant.optional(),
  })
  .meta({ id: "Token" });
export const zTokenList = z.object({ items: z.array(zToken) });
export const zTokenRequest = z.strictObject({
  name: z.string().min(1).max(100),
  role: z.enum(ROLES),
  expiresInDays: z.number().int().min(1).max(3_650).optional(),
  /** `link`: a one-time sign-in for the console, good for 15 minutes. */
  use: z.enum(["token", "link"]).default("token"),
});
export const zTokenCreated = zToken
  .extend({ secret: z.string() })
  .meta({ id: "TokenCreated", description: "The secret is shown once." });

export const zSourceStatus = z
  .object({
    name: z.string(),
    kind: z.string(),
    state: z.enum(["running", "finished", "waiting", "failed"]),
    detail: z.string(),
    accepted: z.number().int(),
    duplicates: z.number().int(),
    failures: z.array(z.object({ input: z.string(), reason: z.string(), at: zInstant })),
    lastRecordAt: zInstant.optional(),
  })
  .meta({ id: "SourceStatus" });

export const zStatus = z
  .object({
    version: z.string(),
    startedAt: zInstant,
    sources: z.array(zSourceStatus),
    spool: z.object({
      bytes: z.number(),
      bytesMax: z.number(),
      lastSeq: z.number(),
      detected: z.number(),
      stored: z.number(),
      records: z.number(),
      duplicates: z.number(),
    }),
    events: z.object({
      total: z.number(),
      tail: z.number(),
      segments: z.number(),
      bytes: z.number(),
      unmapped: z.number(),
      bySource: z.record(z.string(), z.number()),
    }),
    rules: z.object({ loaded: z.number(), rejected: z.number(), digest: z.string() }),
    detections: z.object({ total: z.number(), pending: z.number() }),
    incidents: z.object({ open: z.number(), waiting: z.number(), closed: z.number() }),
    killSwitch: z.boolean(),
    problems: z.array(z.object({ code: z.string(), message: z.string(), fix: z.string().optional() })),
  })
  .meta({ id: "Status" });

export const zRule = z
  .object({
    id: z.string(),
    title: z.string(),
    level: zLevel,
    status: z.string().optional(),
    author: z.string().optional(),
    description: z.string().optional(),
    source: z.string(),
    version: z.string(),
    logsource: zJsonObject,
    techniques: z.array(z.string()),
    tactics: z.array(z.string()),
    /** Type, when it is a correlation. */
    correlation: z.string().optional(),
    /** Correlations (ids) that keep it from making detections of its own. */
    mutedBy: z.array(z.string()).optional(),
    hits: z.number().int(),
    verdicts: z.record(z.string(), z.number()),
    health: zRuleHealth.omit({ id: true, hits: true }),
  })
  .meta({ id: "Rule" });
export const RULE_ORDERS = ["title", "level", "hits", "last-hit", "false-share", "time"] as const;
export const zRejectedRule = z
  .object({
    path: z.string(),
    line: z.number().optional(),
    id: z.string().optional(),
    title: z.string().optional(),
    code: z.string(),
    reason: z.string(),
  })
  .meta({ id: "RejectedRule" });
export const zRuleQuery = z.strictObject({
  q: z.string().max(200).optional(),
  rejected: z.enum(["true", "false"]).default("false"),
  hits: z.enum(["true", "false"]).default("false").meta({ description: "only rules with hits" }),
  flag: z.enum(RULE_FLAGS).optional().meta({ description: "only rules with this flag" }),
  sort: z.enum(RULE_ORDERS).default("hits"),
  order: z.enum(["down", "up"]).default("down"),
  limit: z.coerce.number().int().min(1).max(5_000).default(200),
  offset: z.coerce.number().int().min(0).default(0),
});
export const zRuleList = z.object({ items: z.array(zRule), rejected: z.array(zRejectedRule), total: z.number().int() });

export const zKillSwitchRequest = z.strictObject({ on: z.boolean(), reason: z.string().min(1).max(2_000) });

export const zIngestAnswer = z
  .object({
    accepted: z.number().int(),
    duplicates: z.number().int(),
    problems: z.array(z.object({ position: z.number().int(), reason: z.string() })),
  })
  .meta({ id: "IngestAnswer" });

/** Data of the server-sent event `entry` on /api/v1/stream; `id` = journal position. */
export const zStreamMessage = z
  .object({
    position: z.number().int(),
    incident: z.string(),
    kind: z.string(),
    at: zInstant,
    by: z.string(),
  })
  .meta({ id: "StreamMessage" });
/** Data of `hello`, the first event, and of `reset`, after which a reader fetches anew. */
export const zStreamPlace = z.object({ position: z.number().int() }).meta({ id: "StreamPlace" });

export type WireMe = z.infer<typeof zMe>;
export type WireStatus = z.infer<typeof zStatus>;
export type WireRule = z.infer<typeof zRule>;
export type WireRuleList = z.infer<typeof zRuleList>;
export type WireToken = z.infer<typeof zToken>;
export type WireStreamMessage = z.infer<typeof zStreamMessage>;
export type WireProblem = z.infer<typeof import("./nouns.ts").zProblem>;
