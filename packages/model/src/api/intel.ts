/** Wire contract of /api/v1/intel. */
import { z } from "zod";
import { INDICATOR_KINDS } from "../indicator.ts";
import { LEVELS } from "../rule.ts";
import { zInstant } from "./nouns.ts";

const zBadRow = z.object({ line: z.number().int(), reason: z.string() });

export const zIntelFeed = z
  .object({
    name: z.string(),
    place: z.string(),
    state: z.enum(["waiting", "ok", "failed"]),
    rows: z.number().int(),
    patterns: z.number().int(),
    bad: z.number().int(),
    /** The first of them. */
    badRows: z.array(zBadRow),
    confidence: z.number(),
    refreshMinutes: z.number(),
    changedAt: zInstant.optional(),
    checkedAt: zInstant.optional(),
    error: z.string().optional(),
  })
  .meta({ id: "IntelFeed" });

export const zIntelStatus = z
  .object({
    /** Digest of the table in use: the version that a detection names. */
    version: z.string(),
    indicators: z.number().int(),
    bytes: z.number().int(),
    patterns: z.number().int(),
    feeds: z.array(zIntelFeed),
    counts: z.object({
      lookups: z.number().int(),
      hits: z.number().int(),
      expired: z.number().int(),
      notYetValid: z.number().int(),
      revoked: z.number().int(),
      faded: z.number().int(),
      suppressed: z.record(z.string(), z.number().int()),
    }),
    warningValues: z.number().int(),
  })
  .meta({ id: "IntelStatus" });

export const zIndicator = z
  .object({
    kind: z.enum(INDICATOR_KINDS),
    value: z.string(),
    /** Also what lies below it: sub-domains, paths. */
    below: z.boolean(),
    feed: z.string(),
    confidence: z.number(),
    severity: z.enum(LEVELS),
    asOf: zInstant.optional(),
    validFrom: zInstant.optional(),
    validUntil: zInstant.optional(),
    label: z.string().optional(),
    tlp: z.string().optional(),
    techniques: z.array(z.string()).optional(),
    revoked: z.boolean().optional(),
  })
  .meta({ id: "Indicator" });

export const zIntelLookupQuery = z.strictObject({ value: z.string().min(1).max(4_096) });
export const zIntelLookup = z
  .object({
    /** As it was understood; absent when it is nothing that could be looked up. */
    asked: z.object({ kind: z.string(), value: z.string() }).optional(),
    reason: z.string().optional(),
    hits: z.array(
      zIndicator.extend({
        /** Whether it counts now: `counts`, or why not. */
        standing: z.string(),
        confidenceNow: z.number(),
        /** The warning list that keeps it silent. */
        warning: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "IntelLookup" });

export const zIntelListQuery = z.strictObject({
  feed: z.string().max(100).optional(),
  kind: z.enum(INDICATOR_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.coerce.number().int().min(0).default(0),
});
export const zIntelList = z.object({ items: z.array(zIndicator), next: z.number().int().optional() });

export const zRetroRequest = z.strictObject({ days: z.number().int().min(1).max(3_650).default(30) });
export const zRetroAnswer = z
  .object({
    events: z.number().int(),
    detections: z.number().int(),
    /** Not known before. */
    fresh: z.number().int(),
    complete: z.boolean(),
  })
  .meta({ id: "IntelRetro" });

export type WireIntelStatus = z.infer<typeof zIntelStatus>;
export type WireIntelFeed = z.infer<typeof zIntelFeed>;
export type WireIndicator = z.infer<typeof zIndicator>;
export type WireIntelLookup = z.infer<typeof zIntelLookup>;
export type WireIntelList = z.infer<typeof zIntelList>;
export type WireRetro = z.infer<typeof zRetroAnswer>;
