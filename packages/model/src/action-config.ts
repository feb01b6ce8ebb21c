/** Configuration of actuators (`actions:` of the configuration file). One entry = one `ActionPort`; order is preference. */
import { z } from "zod";
import { ACTION_KINDS } from "./action.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower case letters, digits and -");
const handles = z.array(z.enum(ACTION_KINDS)).nonempty().optional();
const hosts = z
  .array(z.string().min(1))
  .nonempty()
  .optional()
  .describe("Hosts, as entities name them, that this actuator reaches; absent = only the machine's own name");
/** Host keys are pinned: a key that is not in `knownHosts` is an error, never a question. */
const ssh = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,254}$/, "a host name or address"),
    port: z.int().min(1).max(65_535).default(22),
    user: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, "a plain account name"),
    keyFile: z.string().min(1),
    knownHosts: z.string().min(1),
    /** Run commands through `sudo -n`. */
    sudo: z.boolean().default(false),
  })
  .optional();

export const actionConfigSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("simulate"), name, handles }),
  z.strictObject({
    ...{ kind: z.literal("nftables"), name, handles, hosts, ssh },
    netns: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "a network namespace")
      .optional(),
    management: z
      .array(z.string())
      .optional()
      .describe("Addresses and prefixes that stay reachable when the host is isolated"),
    graceMs: z.int().min(0).default(60_000).describe("The kernel lets go this long after our own time limit"),
  }),
  z.strictObject({
    ...{ kind: z.literal("linux-account"), name, hosts, ssh },
    prefix: z.string().min(1).optional().describe("Work on the account files below this folder"),
    endSessions: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("process"), name, hosts, ssh }),
  z.strictObject({ kind: z.literal("forensics"), name, hosts, ssh }),
  z.strictObject({
    ...{ kind: z.literal("quarantine"), name, hosts, ssh },
    folder: z
      .string()
      .regex(/^\/[A-Za-z0-9_@%+=:,./-]{1,255}$/, "a full path without blanks")
      .default("/var/lib/cordon-quarantine")
      .describe("Where files are kept on that machine; made for its owner alone"),
  }),
  z.strictObject({
    ...{ kind: z.literal("webhook"), name },
    url: z.url({ protocol: /^https?$/ }),
    secret: z.string().min(16).describe("Key of the HMAC; by reference (env, file) in the configuration file"),
    allow: z.array(z.string()).default([]).describe("Host names, addresses or prefixes that may be internal"),
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
  }),
  z.strictObject({
    ...{ kind: z.literal("smtp"), name },
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(587),
    /** tls = from the first byte; starttls = required upgrade; none = plain (loopback and tests). */
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    user: z.string().optional(),
    password: z.string().optional(),
    from: z.string().min(3),
    to: z.array(z.string().min(3)).nonempty(),
    timeoutMs: z.int().min(100).max(60_000).default(15_000),
  }),
]);
export type ActionConfig = z.infer<typeof actionConfigSchema>;
export type ActionConfigOf<K extends ActionConfig["kind"]> = Extract<ActionConfig, { kind: K }>;
export type SshConfig = NonNullable<ActionConfigOf<"nftables">["ssh"]>;
