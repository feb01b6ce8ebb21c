/** Wire contract of /api/v1/rules/reload, /rules/history, /rules/health and /rules/{id}/versions/{digest}. */
import { z } from "zod";
import { zInstant } from "./nouns.ts";

/** At most this many ids are named of each kind; the count is of all. */
export const NAMED_MAX = 50;

const zChange = z.object({ count: z.number().int(), ids: z.array(z.string()) });
const zChanges = z.object({ added: zChange, removed: zChange, changed: zChange });

export const zReloadRequest = z.strictObject({
  /** Take the rules although tests beside them fail. */
  force: z.boolean().default(false),
});

export const zReload = z
  .object({
    /** `refused`: the rules before go on. `waiting`: they do so for now; `reason` says what is waited for. */
    outcome: z.enum(["exchanged", "unchanged", "refused", "waiting"]),
    reason: z.string().optional(),
    digest: z.string(),
    loaded: z.number().int(),
    rejected: z.number().int(),
    changes: zChanges,
    /** Accepted before, rejected now. */
    nowRejected: z.array(
      z.object({ path: z.string(), id: z.string().optional(), code: z.string(), reason: z.string() }),
    ),
    tests: z.object({
      run: z.number().int(),
      failed: z.array(z.object({ path: z.string(), reason: z.string() })),
    }),
    correlations: z.object({ kept: z.number().int(), restarted: z.array(z.string()) }),
    tookMs: z.number(),
  })
  .meta({ id: "RulesReload" });

export const zRulesetRow = z
  .object({
    digest: z.string(),
    from: zInstant,
    /** Absent while it is live. */
    until: zInstant.optional(),
    by: z.string(),
    rules: z.number().int(),
    correlations: z.number().int(),
    filters: z.number().int(),
    rejected: z.number().int(),
    changes: zChanges,
  })
  .meta({ id: "Ruleset" });
export const zRuleHistory = z.object({ items: z.array(zRulesetRow) });

export const RULE_FLAGS = ["never-hit", "noisy", "slow", "mostly-false"] as const;

export const zRuleHealth = z
  .object({
    id: z.string(),
    hits: z.number().int(),
    hits24h: z.number().int(),
    hits7d: z.number().int(),
    lastHitAt: zInstant.optional(),
    /** Live, in some version, since then. */
    liveSince: zInstant,
    incidents: z.number().int(),
    closed: z.number().int(),
    /** 0..1 of the closed incidents it was part of; absent before the first. */
    falseShare: z.number().optional(),
    suppressed: z.number().int(),
    muted: z.boolean(),
    /** Mean time of its own conditions per event that they were asked about; absent before the first sample. */
    meanMicros: z.number().optional(),
    /** 0..1 of what all rules took in the sampled events. */
    timeShare: z.number(),
    flags: z.array(z.enum(RULE_FLAGS)),
  })
  .meta({ id: "RuleHealth" });
export const zRuleHealthQuery = z.strictObject({
  flag: z.enum(RULE_FLAGS).optional(),
  limit: z.coerce.number().int().min(1).max(5_000).default(200),
  offset: z.coerce.number().int().min(0).default(0),
});
export const zRuleHealthList = z.object({
  items: z.array(zRuleHealth),
  total: z.number().int(),
  /** Events whose cost was measured. */
  sampled: z.number().int(),
});

export const zRuleVersion = z
  .object({
    rule: z.string(),
    version: z.string(),
    title: z.string(),
    path: z.string(),
    text: z.string(),
    firstAt: zInstant,
    lastAt: zInstant,
    live: z.boolean(),
  })
  .meta({ id: "RuleVersion" });

export type WireReload = z.infer<typeof zReload>;
export type WireRuleset = z.infer<typeof zRulesetRow>;
export type WireRuleHealth = z.infer<typeof zRuleHealth>;
export type WireRuleFlag = (typeof RULE_FLAGS)[number];
