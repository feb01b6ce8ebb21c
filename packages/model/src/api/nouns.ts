/** Wire shapes of the nouns (zod): what the server sends is checked against these in tests, and OpenAPI is made from them. */
import { z } from "zod";
import { ENTITY_KINDS, ENTITY_ROLES } from "../entity.ts";
import { LEVELS } from "../rule.ts";

export const zEntity = z
  .object({
    kind: z.enum(ENTITY_KINDS),
    role: z.enum(ENTITY_ROLES),
    value: z.string(),
    raw: z.string().optional(),
    wellKnown: z.literal(true).optional(),
  })
  .meta({ id: "Entity", description: "A typed, canonical entity and the part it plays." });

export const zLevel = z.enum(LEVELS);
export const zInstant = z.number().int().meta({ description: "Milliseconds since 1970 in UTC." });
export const zJson = z.unknown().meta({ description: "Any JSON value." });
export const zJsonObject = z.record(z.string(), z.unknown());

export const zProvenance = z.object({
  record: z.string(),
  via: z.string(),
  input: z.string(),
  position: z.number(),
  mapping: z.string(),
  version: z.string(),
  sha256: z.string(),
  remarks: z.array(z.string()).optional(),
});

export const zEvent = z
  .object({
    id: z.string(),
    time: zInstant,
    receivedAt: zInstant,
    source: z.string(),
    shape: z.string(),
    log: z.object({ product: z.string().optional(), service: z.string().optional(), categories: z.array(z.string()) }),
    class: z.number(),
    activity: z.number(),
    severity: z.number().int().min(0).max(6),
    outcome: z.enum(["success", "failure"]).optional(),
    raw: zJsonObject,
    entities: z.array(zEntity),
    provenance: zProvenance,
  })
  .meta({ id: "Event" });

export const zRuleRef = z
  .object({
    id: z.string(),
    title: z.string(),
    level: zLevel,
    source: z.string(),
    version: z.string(),
    author: z.string().optional(),
    status: z.string().optional(),
  })
  .meta({ id: "RuleRef" });

export const zDetection = z
  .object({
    id: z.string(),
    rule: zRuleRef,
    severity: zLevel,
    confidence: z.number().min(0).max(100),
    techniques: z.array(z.string()),
    tactics: z.array(z.string()),
    time: zInstant,
    evidence: z.array(z.string()).min(1),
    entities: z.array(zEntity),
    dedupKey: z.string(),
    input: z.string(),
    position: z.number(),
    matched: z.array(
      z.object({ selection: z.string(), field: z.string(), pointer: z.string().optional(), value: zJson }),
    ),
  })
  .meta({ id: "Detection" });

export const zProblem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    fix: z.string().optional(),
    retry: z.enum(["later", "never"]),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details; decide on `code`." });
