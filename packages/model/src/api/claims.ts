/** Wire contract of what an investigation claims, and of what it found out about a mail. */
import { z } from "zod";
import { PREDICATES } from "../investigation.ts";
import { zEntity, zInstant, zJson, zJsonObject } from "./nouns.ts";

const zCitation = z.object({
  event: z.string(),
  pointer: z.string(),
  op: z.enum(["eq", "contains", "exists", "lt", "gt", "digest"]),
  expected: zJson.optional(),
});

export const zClaim = z
  .object({
    id: z.string(),
    predicate: z.enum(PREDICATES),
    subject: zEntity,
    object: zEntity.optional(),
    at: zInstant.optional(),
    cites: z.array(zCitation).min(1),
    query: zJsonObject.optional(),
    count: z.number().optional(),
    techniques: z.array(z.string()),
  })
  .meta({ id: "Claim" });

export const zSentence = z.object({
  text: z.string(),
  claims: z.array(z.string()),
  events: z.array(z.string()).min(1),
});

const zPhishingPerson = z.object({
  who: zEntity,
  at: zInstant,
  claim: z.string(),
  event: z.string(),
  what: z.string().optional(),
  stopped: z.literal(true).optional(),
});

export const zPhishing = z
  .object({
    verdict: z.enum(["phishing", "suspicious", "nothing found", "flagged"]),
    score: z.number(),
    because: z.array(z.string()),
    mails: z.array(z.object({ event: z.string(), from: z.string(), subject: z.string() })),
    links: z.array(z.string()),
    logs: z.object({ mail: z.boolean(), web: z.boolean(), signIn: z.boolean() }),
    received: z.array(zPhishingPerson),
    clicked: z.array(zPhishingPerson),
    replied: z.array(zPhishingPerson),
    submitted: z.array(zPhishingPerson),
    signedIn: z.array(zPhishingPerson),
  })
  .meta({ id: "Phishing" });
