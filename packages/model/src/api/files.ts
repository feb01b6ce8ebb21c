/** Wire contract of /api/v1/files. Nothing in an answer is markup; all texts may come from the file. */
import { z } from "zod";
import { zInstant } from "./nouns.ts";

/** What is larger is examined where it lies: `cordon file examine PATH`. */
export const UPLOAD_BYTES_MAX = 64 * 2 ** 20;

export const zFileQuery = z.strictObject({
  name: z.string().min(1).max(500),
  /** Host and full path where it was found: with them the verdict becomes evidence there. */
  host: z.string().min(1).max(255).optional(),
  path: z.string().min(2).max(4_096).optional(),
  /** The verdict goes into the stream as an event, also without a place. */
  record: z.enum(["yes", "no"]).default("no"),
});

const zReason = z.object({
  text: z.string(),
  points: z.number(),
  offset: z.number().optional(),
  /** Member of the archive. */
  within: z.string().optional(),
});

export const zFileReport = z
  .object({
    name: z.string(),
    verdict: z.enum(["malicious", "suspicious", "unremarkable", "unknown"]),
    score: z.number(),
    reasons: z.array(zReason),
    type: z.string(),
    size: z.number().int(),
    sha256: z.string(),
    sha1: z.string(),
    md5: z.string(),
    /** One line each: imports, macros, targets, what was unpacked. */
    facts: z.array(z.string()),
    rules: z.array(z.string()),
    /** What was not read, and why. */
    limits: z.array(z.string()),
    /** What lists say of the file or of something inside it. */
    listed: z.array(z.object({ feed: z.string(), confidence: z.number(), label: z.string().optional() })),
    /** Where this very content was seen before, newest first. */
    seen: z.array(
      z.object({ event: z.string(), at: zInstant, host: z.string().optional(), file: z.string().optional() }),
    ),
    incidents: z.array(z.string()),
    /** The verdict stands in the stream as an event. */
    recorded: z.boolean(),
    /** What to do about it, in one sentence. */
    advice: z.string(),
  })
  .meta({ id: "FileReport" });
export type WireFileReport = z.infer<typeof zFileReport>;
