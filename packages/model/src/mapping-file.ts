/**
 * The form of `content/sources/<vendor-product>/mapping.yml`: how a source is recognised and what its records mean.
 * Documented in docs/specs/mapping.md. Unknown keys are errors: a misspelt key must not silently change a meaning.
 */
import { z } from "zod";
import { ENTITY_KINDS, ENTITY_ROLES } from "./entity.ts";

const field = z.string().min(1).max(200);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const scalars = z.union([scalar, z.array(scalar).min(1)]);
const texts = z.union([z.string(), z.array(z.string()).min(1)]);

const test = z.union([
  scalars,
  z.strictObject({
    exists: z.boolean().optional(),
    prefix: texts.optional(),
    suffix: texts.optional(),
    contains: texts.optional(),
    not: scalars.optional(),
  }),
]);
/** Field -> test; all must hold. */
const conditions = z.record(field, test);
const alternatives = z.union([conditions, z.array(conditions).min(1)]);

const classUid = z.int().min(0).max(999_999);
const activityId = z.int().min(0).max(99);
const severityId = z.union([
  z.literal(0),
  z.literal(1),
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
]);
const outcome = z.enum(["success", "failure"]);

const kinds = z
  .string()
  .refine((text) => text.split("|").every((kind) => (ENTITY_KINDS as readonly string[]).includes(kind)), {
    error: `kinds are: ${ENTITY_KINDS.join(", ")}; alternatives are joined by |`,
  });
const role = z.enum(ENTITY_ROLES);

const entity = z.union([
  z.tuple([field, kinds, role]),
  z.strictObject({
    field: field.optional(),
    kind: kinds,
    role,
    /** user: `domain\name`. */
    domain: field.optional(),
    /** process: identity by GUID, else by pid, both together with the device's host. */
    guid: field.optional(),
    pid: field.optional(),
    /** Only where these hold. */
    when: conditions.optional(),
  }),
]);

const derived = z.union([
  z.strictObject({ hash_part: z.string(), of: field }),
  z.strictObject({ constant: scalar }),
  z.strictObject({ join: z.array(field).min(1), with: z.string() }),
  z.strictObject({ lookup: field, values: z.record(z.string(), scalar) }),
]);

const view = z.strictObject({
  /** Dotted paths of the objects whose keys count as top level; `.` is the record itself. */
  roots: z.array(z.string()).min(1).optional(),
  alias: z.record(field, z.union([field, z.array(field).min(1)])).optional(),
  derived: z.record(field, derived).optional(),
});

const log = z.strictObject({
  product: z.string().optional(),
  service: z.string().optional(),
  categories: z.array(z.string()).optional(),
});

const choice = <T extends z.ZodType>(value: T) =>
  z.union([value, z.strictObject({ field, values: z.record(z.string(), value), default: value })]);

const meaning = {
  class: classUid.optional(),
  activity: choice(activityId).optional(),
  severity: choice(severityId).optional(),
  outcome: z
    .union([
      outcome,
      z.strictObject({
        failure: alternatives.optional(),
        success: alternatives.optional(),
        default: outcome.optional(),
      }),
    ])
    .optional(),
  log: log.optional(),
  time: z.array(field).optional(),
  view: view.optional(),
  entities: z.array(entity).optional(),
};

const shape = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,60}$/),
  when: alternatives.optional(),
  /** Templates for the text of one field; captures join `raw`. */
  match: z.strictObject({ field, templates: z.array(z.string().min(1)).min(1) }).optional(),
  ...meaning,
});

const detect = z.union([
  z.strictObject({
    form: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    any: z.array(conditions).min(1).optional(),
    /** Higher is asked first; 0 unless said. */
    priority: z.int().optional(),
  }),
  z.strictObject({
    /** Windows event log: by channel, else by provider; a trailing `*` is a prefix; `*` alone takes the rest. */
    windows: z.strictObject({
      channel: z.array(z.string()).optional(),
      provider: z.array(z.string()).optional(),
    }),
  }),
]);

const mappingFile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_.-]{1,60}$/),
  version: z.string().min(1).max(20),
  product: z.string().optional(),
  description: z.string().optional(),
  detect,
  /** Channel -> Sigma service, for a mapping that takes many channels. */
  services: z.record(z.string(), z.string()).optional(),
  /** Look for entities by well-known names and unmistakable values. */
  discover: z.boolean().optional(),
  shapes: z.array(shape).optional(),
  ...meaning,
});

export type MappingFile = z.infer<typeof mappingFile>;
export type MappingShape = z.infer<typeof shape>;
export type MappingEntity = z.infer<typeof entity>;
export type MappingTest = z.infer<typeof test>;
export type MappingConditions = z.infer<typeof conditions>;
export type MappingDerived = z.infer<typeof derived>;
export type MappingChoice<T> = T | { field: string; values: Record<string, T>; default: T };

type MappingFileResult =
  | { readonly kind: "file"; readonly file: MappingFile }
  | { readonly kind: "invalid"; readonly problems: readonly { readonly key: string; readonly message: string }[] };

export function parseMappingFile(value: unknown): MappingFileResult {
  const parsed = mappingFile.safeParse(value);
  if (parsed.success) return { kind: "file", file: parsed.data };
  return {
    kind: "invalid",
    problems: parsed.error.issues.flatMap((issue) =>
      // An unknown key stands at its own place, not at its parent's.
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ key: [...issue.path, key].join("."), message: "unknown key" }))
        : [{ key: issue.path.join("."), message: issue.message }],
    ),
  };
}
