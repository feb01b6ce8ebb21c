/** Wire contract of /api/v1/events and /api/v1/detections. */
import { z } from "zod";
import { zDetection, zEvent } from "./nouns.ts";

const list = (what: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .meta({ description: `${what}; may be repeated` });

export const zEventQuery = z.strictObject({
  from: z.coerce.number().int().optional().meta({ description: "ms since 1970 UTC, inclusive" }),
  to: z.coerce.number().int().optional().meta({ description: "ms since 1970 UTC, exclusive" }),
  entity: list("kind:value, any of them (OR)"),
  source: list("mapping id, e.g. windows.sysmon"),
  class: list("OCSF class_uid"),
  field: list("name:op:value with op eq, contains, startswith, endswith, exists; all must hold (AND)"),
  q: z.string().max(500).optional().meta({ description: "substring of the raw record, any case" }),
  order: z.enum(["oldest", "newest"]).default("newest"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  after: z.string().optional(),
});

export const zEventList = z.object({ items: z.array(zEvent), next: z.string().optional() });

export const zEventDetail = z.object({
  event: zEvent,
  /** Detections that cite the event. */
  detections: z.array(zDetection),
  /** Incidents that cite the event. */
  incidents: z.array(z.string()),
});

export const zDetectionQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  before: z.coerce.number().int().optional(),
  rule: z.string().optional(),
});
export const zDetectionList = z.object({ items: z.array(zDetection) });

export type WireEvent = z.infer<typeof zEvent>;
export type WireEventList = z.infer<typeof zEventList>;
export type WireEventDetail = z.infer<typeof zEventDetail>;
