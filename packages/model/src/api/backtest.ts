/** Wire shape of a backtest: what a rule would have done over the stored events. */
import { z } from "zod";
import { zInstant, zLevel } from "./nouns.ts";

/** Longest look back; the time bound ends most runs before. */
const DAYS_MAX = 400;

export const zBacktestRequest = z
  .strictObject({
    /** A loaded rule or correlation; else `text` holds the rule to try. */
    id: z.string().max(300).optional(),
    text: z.string().min(1).max(1_000_000).optional(),
    days: z.number().int().min(1).max(DAYS_MAX).default(30),
    /** At most this long; what was covered is said. */
    seconds: z.number().min(0.1).max(600).default(20),
  })
  .refine(({ id, text }) => (id === undefined) !== (text === undefined), { error: "give either `id` or `text`" });

/** How far the one that runs is; all zero when none does. */
export const zBacktestProgress = z
  .object({
    running: z.boolean(),
    looked: z.number().int(),
    /** Stored events of the stretch that was asked for, of sources that can feed the rule. */
    total: z.number().int(),
    seconds: z.number(),
  })
  .meta({ id: "BacktestProgress" });
export type WireBacktestProgress = z.infer<typeof zBacktestProgress>;

const zCount = z.object({ value: z.string(), hits: z.number().int() });

export const zBacktest = z
  .object({
    rule: z.object({ id: z.string(), title: z.string(), level: zLevel, correlation: z.string().optional() }),
    covered: z.object({
      from: zInstant.optional(),
      to: zInstant.optional(),
      wantedFrom: zInstant,
      wantedTo: zInstant,
      events: z.number().int(),
      /** Of these, events that the rule's logsource admits. */
      inScope: z.number().int(),
      complete: z.boolean(),
      /** What ended the run early. */
      stoppedBy: z.enum(["events", "seconds", "stop"]).optional(),
      failed: z.number().int(),
    }),
    hits: z.number().int(),
    /** Repeats (same rule, host, user and deed on one day) counted once. */
    alerts: z.number().int(),
    hitsPerDay: z.number(),
    alertsPerDay: z.number(),
    perDay: z.array(z.object({ day: z.string(), hits: z.number().int(), events: z.number().int() })),
    hosts: z.array(zCount),
    users: z.array(zCount),
    /** Noisiest values, of fields that matched and of fields around them. */
    fields: z.array(
      z.object({
        field: z.string(),
        matched: z.boolean(),
        distinct: z.number().int(),
        /** More values than are kept: `distinct` is a lower bound. */
        more: z.boolean(),
        values: z.array(zCount),
      }),
    ),
    /** Hits whose event lies in an incident, by how that one was closed; `open` is not closed yet, `none` in no incident. */
    incidents: z.object({
      truePositive: z.number().int(),
      benignPositive: z.number().int(),
      falsePositive: z.number().int(),
      other: z.number().int(),
      open: z.number().int(),
      none: z.number().int(),
    }),
    examples: z.array(
      z.object({
        event: z.string(),
        time: zInstant,
        input: z.string(),
        position: z.number(),
        host: z.string().optional(),
        user: z.string().optional(),
        matched: z.array(z.object({ field: z.string(), value: z.string() })),
      }),
    ),
    verdict: z.string(),
    filter: z
      .object({
        field: z.string(),
        value: z.string(),
        takes: z.number().int(),
        leaves: z.number().int(),
        text: z.string(),
      })
      .optional(),
  })
  .meta({ id: "Backtest" });
export type WireBacktest = z.infer<typeof zBacktest>;
