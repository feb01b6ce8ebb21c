/** Wire contract of /api/v1/models/health, /bias, /proposals and /reviews: drift, performance, groups, what people answered. */
import { z } from "zod";
import { VERDICTS } from "../incident.ts";
import { FLAG_ANSWERS } from "../learning-entry.ts";
import { zInstant } from "./nouns.ts";

/** A figure that the rows cannot give is null. */
const zFigure = z.number().nullable();
const zFigures = z.object({ precision: zFigure, recall: zFigure, f1: zFigure, auroc: zFigure });
const zChange = z.object({ kind: z.string(), what: z.string(), at: zInstant });
const RUNGS = ["inform", "widen", "pause-auto-close", "fall-back", "propose-retraining"] as const;

const zProposal = z
  .object({
    id: z.string(),
    at: zInstant,
    why: z.string(),
    state: z.enum(["open", "accept", "decline"]),
    answeredBy: z.string().optional(),
    answeredAt: zInstant.optional(),
    reason: z.string().optional(),
    /** The challenger that came of it. */
    model: z.string().optional(),
  })
  .meta({ id: "RetrainingProposal" });

const zDriftColumn = z.object({
  name: z.string(),
  words: z.string(),
  statistic: z.string(),
  value: zFigure,
  p: zFigure,
  q: zFigure,
  limit: z.number(),
  /** Share of the rows that moved elsewhere. */
  effect: zFigure,
  drifted: z.boolean(),
  alarm: z.boolean(),
  lasting: z.boolean(),
  /** When the values began to differ, as estimated. */
  since: zInstant.optional(),
  /** Changes around that moment, nearest first: it may come from them. */
  tied: z.array(zChange),
});

const zPerformance = z.object({
  rows: z.number().int(),
  estimated: zFigures,
  low: zFigures,
  high: zFigures,
  truth: zFigures,
  trust: z.enum(["estimated", "confirmed", "off"]),
  calibrationError: zFigure,
  /** Intervals are wider by so much on either side, because inputs have moved. */
  widened: z.number(),
});

const zClosingState = z.object({
  /** Rules for which the owner allows it. */
  rules: z.number().int(),
  paused: z.array(z.string()),
  /** Inputs have moved: every chance is taken to be so much higher; absent: as calibrated. */
  widened: z.number().optional(),
  closed: z.number().int(),
  /** Would-be closures that wait for a person. */
  audits: z.number().int(),
  /** Of the newest incidents: why they were kept open. */
  refusals: z.record(z.string(), z.number()),
});

const zShare = z.object({ value: zFigure, low: zFigure, high: zFigure });

/** What closings that nobody looked at hide. */
const zSelective = z.object({
  kind: z.enum(["complete", "unknown", "estimated"]),
  said: z.string(),
  closed: z.number().int(),
  audited: z.number().int(),
  undone: z.number().int(),
  tooYoung: z.number().int(),
  delayMs: z.number().optional(),
  weighted: zShare.optional(),
  doublyRobust: zShare.optional(),
  effective: z.number().optional(),
});

/** Open incidents whose verdict would teach most. */
const zAsked = z.object({
  incident: z.string(),
  title: z.string(),
  kind: z.enum(["audit", "near-level", "alarm"]),
  why: z.string(),
});

const zAgreement = z.object({
  share: z.number(),
  waiting: z.number().int(),
  pairs: z.number().int(),
  agreed: z.number().int(),
  kappa: zFigure.optional(),
  low: zFigure.optional(),
  high: zFigure.optional(),
  /** Mean move of the score when one person's verdicts are left out, most active first; without names. */
  influence: z.array(z.number()),
});

export const zModelHealth = z
  .object({
    at: zInstant,
    verdict: z.enum(["too-few", "healthy", "watch", "alarm"]),
    said: z.string(),
    advice: z.enum(["none", ...RUNGS]),
    ladder: z.array(z.object({ step: z.enum(RUNGS), holds: z.boolean(), why: z.string() })),
    rows: z.object({ reference: z.number().int(), window: z.number().int() }),
    drift: z.array(zDriftColumn),
    quality: z.array(
      z.object({ column: z.string(), kind: z.string(), now: z.number(), before: z.number(), said: z.string() }),
    ),
    performance: zPerformance.optional(),
    /** The squared error of what the serving model says has risen to stay (ADWIN over its verdicts). */
    risen: z.object({ rows: z.number().int(), since: zInstant, before: z.number(), after: z.number() }).optional(),
    /** Ranking beside the score without a model, on the same verdicts; the interval is of the difference. */
    compared: z.object({ rows: z.number(), model: zFigure, without: zFigure, low: zFigure, high: zFigure }).optional(),
    plot: z.array(z.object({ said: z.number(), came: z.number(), n: z.number() })),
    proposals: z.array(zProposal),
    changes: z.array(zChange),
    closing: zClosingState,
    selective: zSelective.optional(),
    ask: z.array(zAsked).optional(),
    agreement: zAgreement,
    openFlags: z.number().int(),
  })
  .meta({ id: "ModelHealth" });

const zRate = z.object({ value: zFigure, low: zFigure, high: zFigure, of: z.number() });

const zFlag = z.object({
  id: z.string(),
  dimension: z.string(),
  rate: z.string(),
  said: z.string(),
  highest: z.string(),
  lowest: z.string(),
  gap: z.number(),
  low: zFigure,
  high: zFigure,
  ratio: zFigure,
  q: zFigure,
  sentence: z.string(),
  answer: z.object({ answer: z.enum(FLAG_ANSWERS), reason: z.string(), by: z.string(), at: zInstant }).optional(),
  /** Why an earlier answer no longer stands. */
  lapsed: z.string().optional(),
});

const zSegment = z.object({
  name: z.string(),
  rows: z.number().int(),
  malicious: z.number().int(),
  tooFew: z.boolean(),
  rates: z.record(z.string(), zRate),
  calibrationError: zFigure.optional(),
  falseAlarmsPerMonth: z.number(),
  persons: z.number().int(),
  falseAlarmsPerPersonMonth: z.number().optional(),
});

export const zModelBias = z
  .object({
    rows: z.number().int(),
    from: zInstant,
    to: zInstant,
    said: z.string(),
    flags: z.array(zFlag),
    dimensions: z.array(z.object({ name: z.string(), segments: z.array(zSegment) })),
    /** The whole report in plain language. */
    markdown: z.string(),
  })
  .meta({ id: "ModelBias" });

export const zBiasReportQuery = z.strictObject({ format: z.enum(["html", "markdown"]).default("html") });

const reason = z.string().trim().min(10, "say why, in ten characters or more").max(2_000);
export const zFlagAnswerRequest = z.strictObject({
  flag: z.string().min(1).max(400),
  answer: z.enum(FLAG_ANSWERS),
  reason,
});
export const zProposalAnswerRequest = z.strictObject({ answer: z.enum(["accept", "decline"]), reason });

export const zReviewList = z
  .object({
    share: z.number(),
    items: z.array(
      z.object({
        incident: z.string(),
        title: z.string(),
        severity: z.string(),
        decidedAt: zInstant,
        firstSeen: zInstant,
        lastSeen: zInstant,
        rules: z.array(z.string()),
        entities: z.array(z.string()),
        found: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: "ReviewList" });
export const zReviewRequest = z.strictObject({ verdict: z.enum(VERDICTS), note: z.string().max(2_000).default("") });
/** Only after the second verdict is stored: what the first was. */
export const zReviewed = z.object({ first: z.string(), second: z.string(), agreed: z.boolean() });

export const zModelGates = z.object({
  gates: z.array(z.object({ gate: z.string(), passed: z.boolean(), said: z.string() })),
});

export type WireModelHealth = z.infer<typeof zModelHealth>;
export type WireModelBias = z.infer<typeof zModelBias>;
export type WireProposal = z.infer<typeof zProposal>;
export type WireReviewList = z.infer<typeof zReviewList>;
