/** Wire contract of /api/v1/models/health and /models/bias: drift, data quality, estimated and true performance, groups. */
import { z } from "zod";

/** A figure that the rows cannot give is null. */
const zFigure = z.number().nullable();
const zFigures = z.object({ precision: zFigure, recall: zFigure, f1: zFigure, auroc: zFigure });

export const zModelHealth = z
  .object({
    verdict: z.enum(["too-few", "healthy", "watch", "alarm"]),
    said: z.string(),
    advice: z.enum(["none", "inform", "pause-auto-close", "propose-retraining"]),
    rows: z.object({ reference: z.number().int(), window: z.number().int() }),
    drift: z.array(
      z.object({
        name: z.string(),
        words: z.string(),
        statistic: z.string(),
        value: zFigure,
        p: zFigure,
        q: zFigure,
        limit: z.number(),
        effect: zFigure,
        drifted: z.boolean(),
        alarm: z.boolean(),
        lasting: z.boolean(),
      }),
    ),
    quality: z.array(
      z.object({ column: z.string(), kind: z.string(), now: z.number(), before: z.number(), said: z.string() }),
    ),
    performance: z
      .object({
        estimated: zFigures,
        low: zFigures,
        high: zFigures,
        truth: zFigures,
        trust: z.enum(["estimated", "confirmed", "off"]),
        calibrationError: zFigure,
      })
      .optional(),
  })
  .meta({ id: "ModelHealth" });

export const zModelBias = z
  .object({
    rows: z.number().int(),
    flags: z.array(
      z.object({
        dimension: z.string(),
        rate: z.string(),
        said: z.string(),
        highest: z.string(),
        lowest: z.string(),
        gap: z.number(),
        low: z.number(),
        high: z.number(),
        q: z.number(),
      }),
    ),
    /** The whole report in plain language. */
    markdown: z.string(),
  })
  .meta({ id: "ModelBias" });

export type WireModelHealth = z.infer<typeof zModelHealth>;
export type WireModelBias = z.infer<typeof zModelBias>;
