/**
 * CACAO 2.0 playbooks (OASIS Committee Specification 01) as far as Cordon reads them, and our one extension.
 * Objects are loose: unknown keys of foreign files are kept. Meaning is checked by engine/cases/contain/lint.ts.
 */
import { z } from "zod";
import { ACTION_KINDS, type ActionKind } from "./action.ts";
import type { Sha256 } from "./ids.ts";
import type { JsonObject } from "./json.ts";

export const STEP_TYPES = [
  "start",
  "end",
  "action",
  "playbook-action",
  "parallel",
  "if-condition",
  "while-condition",
  "switch-condition",
] as const;
export type StepType = (typeof STEP_TYPES)[number];

export const VARIABLE_TYPES = [
  "bool",
  "dictionary",
  "float",
  "hexstring",
  "integer",
  "ipv4-addr",
  "ipv6-addr",
  "long",
  "mac-addr",
  "hash",
  "md5-hash",
  "sha256-hash",
  "string",
  "uri",
  "uuid",
] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

/** Key of Cordon's extension in `step_extensions`, `playbook_extensions` and `extension_definitions`. */
export const CORDON_EXTENSION = "extension-definition--b4f0c2d6-6f0e-4b53-9a3e-5d5c1f2a7e10";

/** What the standard has no word for: which action, for how long, how it is undone, who must agree. It may only tighten policy. */
export const cordonStepSchema = z.strictObject({
  actionId: z.enum(ACTION_KINDS).optional(),
  ttlMs: z.int().positive().optional(),
  /** No time limit on purpose: needs two persons. */
  permanent: z.boolean().optional(),
  class: z.enum(["set-like", "keyed", "probeable", "blind", "irreversible"]).optional(),
  revert: z.string().optional(),
  verify: z.strictObject({ by: z.string(), withinMs: z.int().positive() }).optional(),
  retry: z
    .strictObject({
      max: z.int().min(0).max(10),
      backoffMs: z.int().min(0),
      on: z.array(z.enum(["failed", "unknown"])).optional(),
    })
    .optional(),
  approvals: z.strictObject({ min: z.int().min(0).max(5), roles: z.array(z.string()).optional() }).optional(),
  continueOnError: z.boolean().optional(),
  maxIterations: z.int().min(1).max(10_000).optional(),
  simulateOnly: z.boolean().optional(),
});
export type CordonStep = z.infer<typeof cordonStepSchema>;

const id = z.string();
export const variableSchema = z.looseObject({
  type: z.string(),
  value: z.union([z.string(), z.null()]).optional(),
  constant: z.boolean().optional(),
  external: z.boolean().optional(),
  description: z.string().optional(),
});
export type PlaybookVariable = z.infer<typeof variableSchema>;
const variables = z.record(z.string(), variableSchema).optional();

const common = {
  name: z.string().optional(),
  description: z.string().optional(),
  delay: z.int().optional(),
  timeout: z.int().optional(),
  step_variables: variables,
  on_completion: id.optional(),
  on_success: id.optional(),
  on_failure: id.optional(),
  step_extensions: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
};
const args = { in_args: z.array(z.string()).optional(), out_args: z.array(z.string()).optional() };

export const commandSchema = z.looseObject({
  type: z.string(),
  command: z.string().optional(),
  command_b64: z.string().optional(),
});
export type PlaybookCommand = z.infer<typeof commandSchema>;

export const stepSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("start"), ...common }),
  z.looseObject({ type: z.literal("end"), ...common }),
  z.looseObject({
    type: z.literal("action"),
    ...common,
    ...args,
    commands: z.array(commandSchema).min(1),
    agent: id,
    targets: z.array(id).optional(),
  }),
  z.looseObject({
    type: z.literal("playbook-action"),
    ...common,
    ...args,
    playbook_id: id,
    playbook_version: z.string().optional(),
  }),
  z.looseObject({ type: z.literal("parallel"), ...common, next_steps: z.array(id).min(1) }),
  z.looseObject({
    type: z.literal("if-condition"),
    ...common,
    condition: z.string(),
    on_true: id,
    on_false: id.optional(),
  }),
  z.looseObject({ type: z.literal("while-condition"), ...common, condition: z.string(), on_true: id }),
  z.looseObject({
    type: z.literal("switch-condition"),
    ...common,
    switch: z.string(),
    cases: z.record(z.string(), id),
  }),
]);
export type PlaybookStep = z.infer<typeof stepSchema>;
export type StepOf<T extends StepType> = Extract<PlaybookStep, { type: T }>;

const timestamp = z.string();
const agentOrTarget = z.looseObject({ type: z.string(), name: z.string() });

export const playbookSchema = z.looseObject({
  type: z.literal("playbook"),
  spec_version: z.literal("cacao-2.0"),
  id,
  name: z.string(),
  description: z.string().optional(),
  playbook_types: z.array(z.string()).optional(),
  created_by: id,
  created: timestamp,
  modified: timestamp,
  revoked: z.boolean().optional(),
  valid_from: timestamp.optional(),
  valid_until: timestamp.optional(),
  priority: z.int().min(0).max(100).optional(),
  severity: z.int().min(0).max(100).optional(),
  impact: z.int().min(0).max(100).optional(),
  labels: z.array(z.string()).optional(),
  playbook_variables: variables,
  workflow_start: id,
  workflow_exception: id.optional(),
  workflow: z.record(z.string(), stepSchema),
  agent_definitions: z.record(z.string(), agentOrTarget).optional(),
  target_definitions: z.record(z.string(), agentOrTarget).optional(),
  extension_definitions: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Playbook = z.infer<typeof playbookSchema>;

export type FindingLevel = "error" | "not-runnable" | "warning";

/** What is wrong with a playbook, where, and (`rule`) which check of docs found it. */
export interface PlaybookFinding {
  readonly level: FindingLevel;
  readonly rule: string;
  /** Step id, variable name or key path; `""` for the file as a whole. */
  readonly where: string;
  readonly text: string;
}

/** A playbook as loaded from a file: `slug` is the file name without `.json`. Runs pin `digest`. */
export interface LoadedPlaybook {
  readonly slug: string;
  readonly path: string;
  readonly digest: Sha256;
  readonly playbook: Playbook;
  readonly document: JsonObject;
  readonly findings: readonly PlaybookFinding[];
  readonly runnable: boolean;
}

/** Arguments of each action kind and the entity kinds they take; the playbook variable is `__<argument>__`. */
export const ACTION_ARGUMENTS = {
  "block-address": { address: { entity: ["ip"], optional: false } },
  "disable-account": { account: { entity: ["user"], optional: false }, host: { entity: ["host"], optional: true } },
  "isolate-host": { host: { entity: ["host"], optional: false } },
  "kill-process": { host: { entity: ["host"], optional: false }, process: { entity: ["process"], optional: false } },
  "capture-forensics": { host: { entity: ["host"], optional: false }, file: { entity: ["file"], optional: true } },
  "quarantine-file": { host: { entity: ["host"], optional: false }, file: { entity: ["file"], optional: false } },
  /** Several keys, one a line. */
  "purge-mail": {
    mails: { entity: ["message"], optional: false },
    mailboxes: { entity: ["email"], optional: false },
  },
  "block-sender": { sender: { entity: ["email", "domain"], optional: false } },
  "block-link": { link: { entity: ["domain", "url"], optional: false } },
  "revoke-sessions": { account: { entity: ["user", "email"], optional: false } },
  notify: { channel: { entity: [], optional: false } },
} as const satisfies Record<
  ActionKind,
  Readonly<Record<string, { readonly entity: readonly string[]; readonly optional: boolean }>>
>;

/**
 * Effects that last and therefore need a time limit and an undo. A file in quarantine is not among them: it must not come
 * back by itself when time is up, only when a person takes it out.
 */
export const LASTING_KINDS: ReadonlySet<ActionKind> = new Set([
  ...(["block-address", "disable-account", "isolate-host", "block-sender", "block-link"] as const),
]);
