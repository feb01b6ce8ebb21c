/** Wire contract of what the triage model said of an incident. */
import { z } from "zod";
import { VERDICTS } from "../incident.ts";
import { zLevel } from "./nouns.ts";

const zClosingBasis = z.object({
  family: z.string(),
  positives: z.number().int(),
  alpha: z.number(),
  level: z.number(),
  audited: z.number().int(),
  wrong: z.number().int(),
  bound: z.number(),
  boundMax: z.number(),
  widened: z.number().optional(),
});

const zAdviceReason = z.object({ words: z.string(), value: z.string(), effect: z.number() });
const zNoAdvice = z.object({ kind: z.literal("refused"), reason: z.string() });

const zAdvice = z.object({
  severity: z.discriminatedUnion("kind", [
    zNoAdvice,
    z.object({
      kind: z.literal("told"),
      level: zLevel,
      p: z.number(),
      of: z.number().int(),
      because: z.array(zAdviceReason),
    }),
  ]),
  response: z.discriminatedUnion("kind", [
    zNoAdvice,
    z.object({
      kind: z.literal("told"),
      of: z.number().int(),
      ranked: z.array(
        z.object({
          action: z.string(),
          p: z.number().optional(),
          tried: z.number().int(),
          held: z.number().int(),
        }),
      ),
      because: z.array(zAdviceReason),
    }),
  ]),
});

/** What the triage model said, and why: model/src/triage-decision.ts. */
export const zTriageDecision = z
  .object({
    model: z.string(),
    schema: z.string(),
    score: z.number(),
    expected: z.number(),
    because: z.array(
      z.object({
        feature: z.string(),
        words: z.string(),
        value: z.string(),
        baseline: z.string(),
        effect: z.number(),
      }),
    ),
    rest: z.number(),
    p: z.object({ truePositive: z.number(), benignPositive: z.number(), falsePositive: z.number() }).optional(),
    interval: z.object({ low: z.number(), high: z.number() }).optional(),
    threshold: z.number(),
    points: z.number(),
    counterfactual: z.string().optional(),
    similar: z.array(z.object({ incident: z.string(), verdict: z.enum(VERDICTS), likeness: z.number() })),
    expects: z
      .object({ severity: z.string().optional(), response: z.string().optional(), of: z.number().int() })
      .optional(),
    advice: zAdvice.optional(),
    refusal: z.string().optional(),
    closing: z
      .discriminatedUnion("kind", [
        z.object({
          kind: z.literal("keep-open"),
          reasons: z.array(z.string()),
          p: z.number().optional(),
          level: z.number().optional(),
        }),
        z.object({
          kind: z.literal("audit"),
          p: z.number(),
          chance: z.number(),
          because: z.enum(["drawn", "unproved"]),
          basis: zClosingBasis.optional(),
        }),
        z.object({
          kind: z.literal("close"),
          p: z.number(),
          level: z.number(),
          chance: z.number(),
          basis: zClosingBasis.optional(),
        }),
      ])
      .optional(),
    draw: z.number().optional(),
  })
  .meta({ id: "TriageDecision" });
