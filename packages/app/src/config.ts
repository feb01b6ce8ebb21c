/**
 * Configuration: one YAML file, environment over file, flags over both; parsed once into a frozen value.
 * Enters: file text, process.env, flags. Leaves: `Config`. The only reader of process.env beside environment.ts.
 * K1. an unknown or wrong key is an error that names file, key, line and column.
 * K2. secrets are references ({env: NAME} or {file: PATH}), resolved late, never printed.
 */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { actionConfigSchema } from "@cordon/model/action-config";
import { ACCOUNT_KINDS } from "@cordon/model/asset";
import { AppError, messageOf } from "@cordon/model/error";
import { INDICATOR_KINDS } from "@cordon/model/indicator";
import { LEVELS } from "@cordon/model/rule";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { zLearning } from "./config-learning.ts";
import { mailSources, sourceName as name } from "./config-mail.ts";
import { readingFault } from "./file-faults.ts";

const hostPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, "must be HOST:PORT, e.g. 127.0.0.1:8420")
  .refine((text) => Number(text.slice(text.lastIndexOf(":") + 1)) <= 65_535, "port must be 0..65535");

const zSource = z.discriminatedUnion("kind", [
  z.strictObject({ name, kind: z.literal("files"), paths: z.array(z.string().min(1)).min(1) }),
  z.strictObject({
    name,
    kind: z.literal("tail"),
    paths: z.array(z.string().min(1)).min(1),
    format: z.enum(["auto", "json", "syslog", "text", "csv"]).default("auto"),
    fromStart: z.boolean().default(true),
    /** Endings of the files to follow in folders. */
    suffixes: z.array(z.string().min(1)).default([".log", ".json", ".ndjson", ".jsonl", ".txt"]),
  }),
  z.strictObject({
    name,
    kind: z.literal("syslog"),
    udp: hostPort.optional(),
    tcp: hostPort.optional(),
    tls: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
  }),
  ...mailSources,
]);

const zAsset = z.strictObject({
  match: z.string().regex(/^[a-z]+:.+$/, "must be kind:value, e.g. host:dc01"),
  criticality: z.number().int().min(0).max(4).default(2),
  protected: z.boolean().default(false),
  owner: z.string().optional(),
  tags: z.array(z.string()).default([]),
  /** Only for the report on groups (docs/monitoring.md); never seen by a model. */
  department: z.string().min(1).max(80).optional(),
  region: z.string().min(1).max(80).optional(),
  platform: z.string().min(1).max(80).optional(),
  account: z.enum(ACCOUNT_KINDS).optional(),
});

const secret = z.union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })]);

const zFeed = z
  .strictObject({
    name,
    path: z.string().min(1).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    format: z.enum(["list", "csv", "hosts", "stix", "misp"]).optional(),
    /** Kind of every row, where rows do not say. */
    kind: z.enum(INDICATOR_KINDS).optional(),
    /** Columns of a CSV by name or number. */
    columns: z.record(z.string(), z.union([z.string(), z.number().int().min(0)])).optional(),
    confidence: z.number().int().min(0).max(100).default(60),
    severity: z.enum(LEVELS).optional(),
    label: z.string().min(1).max(80).optional(),
    tlp: z.enum(["clear", "green", "amber", "amber+strict", "red"]).optional(),
    subdomains: z.boolean().optional(),
    ignoreWarningLists: z.boolean().default(false),
    refreshMinutes: z.number().int().min(1).max(43_200).default(60),
    /** Hosts, addresses and prefixes that may be internal. */
    allow: z.array(z.string().min(1)).default([]),
    token: secret.optional(),
    maxMiB: z.number().int().min(1).max(400).default(128),
    timeoutSeconds: z.number().int().min(1).max(600).default(120),
  })
  .refine((feed) => (feed.path === undefined) !== (feed.url === undefined), "needs either path or url");

const MIB = 1024 * 1024;

export const zConfig = z.strictObject({
  /** Everything Cordon keeps lies below this folder. */
  data: z.string().default("cordon-data"),
  listen: hostPort.default("127.0.0.1:8420"),
  /** How links in reports and messages begin; the listen address when absent. */
  baseUrl: z.url().optional(),
  mode: z.enum(["assisted", "auto"]).default("assisted"),
  log: z.enum(["error", "warn", "info", "debug"]).default("info"),
  sources: z.array(zSource).default([]),
  rules: z
    .strictObject({
      /** Operators' rules beside the shipped ones. */
      paths: z.array(z.string()).default([]),
      shipped: z.boolean().default(true),
      minLevel: z.enum(["informational", "low", "medium", "high", "critical"]).default("low"),
      placeholders: z.record(z.string(), z.array(z.string())).default({}),
      /** Ids of rules that make detections of their own although a correlation counts them. */
      unmuted: z.array(z.string()).default([]),
      /** Changed files take effect at once. */
      watch: z.boolean().default(true),
    })
    .prefault({}),
  yara: z
    .strictObject({
      /** Operators' YARA rules (files and folders) beside the shipped ones. */
      paths: z.array(z.string().min(1)).default([]),
      shipped: z.boolean().default(true),
    })
    .prefault({}),
  intel: z
    .strictObject({
      feeds: z.array(zFeed).default([]),
      /** Files and folders of STIX bundles whose indicators are run as patterns. */
      stixPatterns: z.array(z.string().min(1)).default([]),
      warningLists: z
        .strictObject({ shipped: z.boolean().default(true), paths: z.array(z.string()).default([]) })
        .prefault({}),
      /** A hit whose confidence has faded below this is none. */
      minConfidence: z.number().int().min(0).max(100).default(20),
      /** New indicators are looked for in this many days of stored events. */
      retroDays: z.number().int().min(1).max(3_650).default(30),
    })
    .prefault({}),
  learning: zLearning,
  /** What is unusual for a user, host or principal, without rules. */
  behaviour: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Entities remembered; those not seen for longest leave. */
      entitiesMax: z.number().int().min(1_000).max(5_000_000).default(1_000_000),
      packedMiB: z.number().int().min(16).max(3_000).default(640),
      /** Alerts per 100 entities and day that each detector without a fixed definition may show. */
      alertsPer100: z.number().min(0.001).max(10).default(0.08),
      /** Detectors that stay silent. */
      off: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Classifiers of what was sent: web requests, names asked for, addresses fetched, connections. */
  content: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Own models (`cordon content train`) in place of the shipped ones. */
      web: z.string().optional(),
      domains: z.string().optional(),
      /** Model of addresses (`cordon content train urls`); none ships, without one addresses are not judged. */
      urls: z.string().optional(),
      /** Model of connections (`cordon content train flows`); none ships, without one connections are not judged by it. */
      flows: z.string().optional(),
    })
    .prefault({}),
  /** Who is who in mail: judged mails are compared with these. */
  mail: z
    .strictObject({
      /** Names of the operator's own mail servers in Authentication-Results; only their results count. */
      servers: z.array(z.string().min(1)).default([]),
      ownDomains: z.array(z.string().min(1)).default([]),
      partnerDomains: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  assets: z.array(zAsset).default([]),
  policies: z.strictObject({ path: z.string().optional() }).prefault({}),
  /** Operators' mappings of sources, asked before the shipped ones. */
  mappings: z.strictObject({ paths: z.array(z.string()).default([]) }).prefault({}),
  playbooks: z.strictObject({ paths: z.array(z.string()).default([]) }).prefault({}),
  /** In order of preference; `simulate` stands last whatever is written here. */
  actuators: z.array(actionConfigSchema).default([]),
  approvals: z.strictObject({ minutes: z.number().int().min(1).max(1_440).default(30) }).prefault({}),
  limits: z
    .strictObject({
      spoolMiB: z.number().int().min(1).max(1_000_000).default(2_048),
      recordKiB: z.number().int().min(1).max(16_384).default(1_024),
      bodyMiB: z.number().int().min(1).max(1_024).default(64),
      /** Pushed records of one request, after decompression. */
      pushMiB: z.number().int().min(1).max(4_096).default(256),
      tailRows: z.number().int().min(100).max(200_000).default(25_000),
      tailSeconds: z.number().int().min(1).max(86_400).default(300),
    })
    .prefault({}),
});

export type Config = z.infer<typeof zConfig> & { readonly spoolBytesMax: number; readonly file?: string };
export type SourceConfig = z.infer<typeof zSource>;
export type ConfigErrorCode = "config-unreadable" | "config-invalid";

/** Environment names of single keys; anything else goes into the file. */
const ENVIRONMENT: Readonly<Record<string, readonly string[]>> = {
  CORDON_DATA: ["data"],
  CORDON_LISTEN: ["listen"],
  CORDON_BASE_URL: ["baseUrl"],
  CORDON_MODE: ["mode"],
  CORDON_LOG: ["log"],
  CORDON_SPOOL_MIB: ["limits", "spoolMiB"],
  CORDON_BODY_MIB: ["limits", "bodyMiB"],
  CORDON_TAIL_ROWS: ["limits", "tailRows"],
};
const NUMERIC = new Set(["spoolMiB", "bodyMiB", "tailRows"]);

export interface Flags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Throws AppError `config-unreadable` or `config-invalid`; the message has one line per wrong key. */
export function loadConfig(flags: Flags, env: Env = process.env): Config {
  const file = flags.config ?? env.CORDON_CONFIG;
  const parsed = file === undefined ? { tree: {}, where: () => "" } : readTree(file);
  const tree = overlay(overlay(parsed.tree, fromEnvironment(env)), {
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.listen === undefined ? {} : { listen: flags.listen }),
  });
  const result = zConfig.safeParse(withSecrets(tree, file === undefined ? {} : { file }));
  if (!result.success) throw invalid(result.error.issues, file, parsed.where);
  const base = file === undefined || flags.data !== undefined || env.CORDON_DATA !== undefined ? "." : dirname(file);
  const config = {
    ...result.data,
    data: isAbsolute(result.data.data) ? result.data.data : resolve(base, result.data.data),
    spoolBytesMax: result.data.limits.spoolMiB * MIB,
    ...(file === undefined ? {} : { file }),
  };
  checkNames(config, file);
  return Object.freeze(config);
}

/** Where the configuration lies: relative paths in it begin there. */
type ConfigPlace = Pick<Config, "file">;

/** Reads a secret reference. The value is for the socket it belongs to and must not be logged. */
export function resolveSecret(reference: unknown, where: string, config: ConfigPlace): string {
  const shape = z
    .union([z.strictObject({ env: z.string() }), z.strictObject({ file: z.string() })])
    .safeParse(reference);
  if (!shape.success)
    throw new AppError(
      "config-invalid",
      `${where}: a secret must be {env: NAME} or {file: PATH}, never the value itself`,
    );
  if ("env" in shape.data) {
    const value = process.env[shape.data.env];
    if (value === undefined || value === "")
      throw new AppError("config-invalid", `${where}: environment variable ${shape.data.env} is not set`, {
        fix: `export ${shape.data.env}=...`,
      });
    return value;
  }
  const path = configPath(config, shape.data.file);
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch (cause) {
    throw new AppError("config-invalid", `${where}: secret file ${path}: ${messageOf(cause)}`, { cause });
  }
}

const SECRET_KEYS = ["secret", "password", "clientSecret", "privateKey", "ca"];

/** Actuators name their secrets by reference; the values never stand in a file that is shown or committed. */
function withSecrets(tree: Tree, config: ConfigPlace): Tree {
  if (!Array.isArray(tree.actuators)) return tree;
  const actuators = tree.actuators.map((entry: unknown, index) => {
    if (!isMap(entry)) return entry;
    const found = SECRET_KEYS.filter((key) => entry[key] !== undefined);
    return {
      ...entry,
      ...Object.fromEntries(found.map((key) => [key, resolveSecret(entry[key], `actuators.${index}.${key}`, config)])),
    };
  });
  return { ...tree, actuators };
}

interface Tree {
  readonly [key: string]: unknown;
}
interface ReadTree {
  readonly tree: Tree;
  /** `line 3, column 5: ` of a key path, or the nearest parent that is in the file. */
  where(path: readonly PropertyKey[]): string;
}

function readTree(file: string): ReadTree {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("config-unreadable", `${file}: ${readingFault(cause)}`, {
      cause,
      fix: "check --config and the file's rights",
    });
  }
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: "1.2" });
  const broken = doc.errors[0];
  if (broken !== undefined) {
    const at = lines.linePos(broken.pos[0]);
    throw new AppError(
      "config-invalid",
      `${file}: line ${at.line}, column ${at.col}: ${broken.message.split("\n")[0]}`,
    );
  }
  const value: unknown = doc.toJS();
  if (value !== null && (typeof value !== "object" || Array.isArray(value)))
    throw new AppError("config-invalid", `${file}: the file must hold a map of keys, see docs/configuration.md`);
  const where = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = doc.getIn(path.slice(0, length), true);
      const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
      if (Array.isArray(range) && typeof range[0] === "number") {
        const at = lines.linePos(range[0]);
        return `line ${at.line}, column ${at.col}: `;
      }
    }
    return "";
  };
  return { tree: (value ?? {}) as Tree, where };
}

function fromEnvironment(env: Env): Tree {
  const tree: Record<string, unknown> = {};
  for (const [variable, path] of Object.entries(ENVIRONMENT)) {
    const text = env[variable];
    if (text === undefined || text === "") continue;
    const key = path.at(-1) ?? variable;
    const value = NUMERIC.has(key) ? Number(text) : text;
    if (path.length === 1) tree[key] = value;
    else tree[path[0] ?? ""] = { ...(tree[path[0] ?? ""] as object | undefined), [key]: value };
  }
  return tree;
}

function overlay(under: Tree, over: Tree): Tree {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    const both = isMap(value) && isMap(below);
    result[key] = both ? overlay(below, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(
  issues: readonly z.core.$ZodIssue[],
  file: string | undefined,
  where: ReadTree["where"],
): AppError<ConfigErrorCode> {
  const lines = issues.flatMap((issue) => {
    const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => {
      const what = issue.code === "unrecognized_keys" ? "unknown key" : issue.message;
      return `${file ?? "configuration"}: ${where(path)}${path.map(String).join(".") || "(top)"}: ${what}`;
    });
  });
  return new AppError("config-invalid", lines.join("\n"), { fix: "docs/configuration.md lists every key" });
}

function checkNames(config: Config, file: string | undefined): void {
  for (const [list, items] of [
    ["sources", config.sources],
    ["actuators", config.actuators],
    ["intel.feeds", config.intel.feeds],
  ] as const) {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (seen.has(item.name))
        throw new AppError(
          "config-invalid",
          `${file ?? "configuration"}: ${list}.${index}.name: "${item.name}" is used twice`,
        );
      seen.add(item.name);
    }
  }
}

/** A path in the configuration file is relative to that file. */
export function configPath(config: ConfigPlace, path: string): string {
  return isAbsolute(path) ? path : join(config.file === undefined ? "." : dirname(config.file), path);
}

/** Where `up --demo` keeps its throw-away data; commands find a running demo there unless a folder was named. */
export const demoFolder = (data: string): string => `${data}-demo`;
