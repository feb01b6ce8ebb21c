/** Configuration of actuators (`actions:` of the configuration file). One entry = one `ActionPort`; order is preference. */
import { z } from "zod";
import { ACTION_KINDS } from "./action.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower case letters, digits and -");
const handles = z.array(z.enum(ACTION_KINDS)).nonempty().optional();
const domains = z
  .array(z.string().min(1))
  .nonempty()
  .optional()
  .describe("Mail domains whose mailboxes and accounts this actuator reaches; absent = all");
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
    ...{ kind: z.literal("m365"), name, handles, domains },
    tenant: z.string().regex(/^[A-Za-z0-9.-]{1,128}$/, "a tenant id or domain"),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).describe("Of the app registration; by reference (env, file)"),
    graphUrl: z.url({ protocol: /^https?$/ }).default("https://graph.microsoft.com"),
    loginUrl: z.url({ protocol: /^https?$/ }).default("https://login.microsoftonline.com"),
    exchangeUrl: z.url({ protocol: /^https?$/ }).default("https://outlook.office365.com"),
    timeoutMs: z.int().min(100).max(60_000).default(15_000),
  }),
  z.strictObject({
    ...{ kind: z.literal("google-workspace"), name, handles, domains },
    clientEmail: z.string().min(3).describe("Service account with domain-wide delegation"),
    privateKey: z.string().min(1).describe("Its key (PEM); by reference (env, file)"),
    admin: z.string().min(3).optional().describe("Administrator in whose name sessions are ended"),
    tokenUrl: z.url({ protocol: /^https?$/ }).default("https://oauth2.googleapis.com/token"),
    gmailUrl: z.url({ protocol: /^https?$/ }).default("https://gmail.googleapis.com"),
    directoryUrl: z.url({ protocol: /^https?$/ }).default("https://admin.googleapis.com"),
    timeoutMs: z.int().min(100).max(60_000).default(15_000),
  }),
  z.strictObject({
    ...{ kind: z.literal("imap-purge"), name, domains },
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(993),
    tls: z.boolean().default(true).describe("false: STARTTLS, which must succeed"),
    ca: z.string().optional().describe("Certificates (PEM text) of the house's own authority; by reference (file)"),
    user: z
      .string()
      .default("{mailbox}*cordon")
      .describe("Log-in name; {mailbox} is the address, {local} its local part"),
    password: z.string().min(1).describe("Of the master user; by reference (env, file)"),
    folder: z.string().min(1).default("Cordon-Quarantine").describe("Where purged mails wait in the same mailbox"),
    timeoutMs: z.int().min(100).max(60_000).default(15_000),
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
