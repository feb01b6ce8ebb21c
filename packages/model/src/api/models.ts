/** Wire contract of /api/v1/models: the registry of triage models. */
import { z } from "zod";
import { MODEL_STATUSES } from "../model-record.ts";
import { zInstant, zJsonObject } from "./nouns.ts";

const zGate = z.object({ gate: z.string(), passed: z.boolean(), said: z.string() });

export const zModelRecord = z
  .object({
    id: z.string(),
    parent: z.string().optional(),
    status: z.enum(MODEL_STATUSES),
    createdAt: zInstant,
    by: z.string(),
    version: z.string(),
    schema: z.string(),
    snapshot: z.string(),
    seed: z.number(),
    verdicts: z.number().int(),
    facts: zJsonObject,
    approvedBy: z.string().optional(),
    approvedAt: zInstant.optional(),
    gates: z.array(zGate).optional(),
    despite: z.string().optional(),
    retiredAt: zInstant.optional(),
    reviewBy: zInstant.optional(),
  })
  .meta({ id: "ModelRecord" });

export const zModelList = z.object({
  /** The model that serves; absent: the score stands without a model, and `why` says so. */
  serving: z.string().optional(),
  why: z.string(),
  verdicts: z.object({
    usable: z.number().int(),
    needed: z.number().int(),
    heldBack: z.record(z.string(), z.number()),
    skipped: z.record(z.string(), z.number()),
  }),
  items: z.array(zModelRecord),
});

export const zPromoteRequest = z.strictObject({
  /** Why the model shall serve although gates say no; canaries and damage cannot be overruled. */
  despite: z.string().min(1).max(2_000).optional(),
});
export const zPromoted = z.object({ model: zModelRecord.optional(), gates: z.array(zGate), said: z.string() });
export const zModelCard = z.object({ id: z.string(), markdown: z.string() });

export const zMine = z.object({
  rows: z.number().int(),
  malicious: z.number().int(),
  refusal: z.string().optional(),
  protocol: z.string(),
  metrics: z.record(z.string(), z.number()),
  intervals: z.record(z.string(), z.tuple([z.number(), z.number()])),
  by: z.record(z.string(), z.record(z.string(), z.number())),
  mistakes: z.array(z.object({ what: z.string(), truth: z.string(), guess: z.string(), score: z.number() })),
  notes: z.array(z.string()),
});

export const zRuleFeedback = z.object({
  items: z.array(
    z.object({
      rule: z.string(),
      kind: z.enum(["tune", "raise"]),
      why: z.string(),
      verdicts: z.record(z.string(), z.number()),
      /** Sigma text for review; nobody but a person puts it into use. */
      filter: z.string().optional(),
      backtest: z.string().optional(),
    }),
  ),
});

export type WireModelRecord = z.infer<typeof zModelRecord>;
export type WireModelList = z.infer<typeof zModelList>;
export type WirePromoted = z.infer<typeof zPromoted>;
export type WireMine = z.infer<typeof zMine>;
export type WireRuleFeedback = z.infer<typeof zRuleFeedback>;
