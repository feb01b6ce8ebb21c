/** Which rules apply: the shipped ones, the operator's paths from the configuration, and those added to the data folder. */
import { cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { loadRules, type Rejected, type RuleFile, type RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { AppError, messageOf } from "@cordon/model/error";
import { type Config, configPath } from "../config.ts";
import { CONTENT, readTexts } from "./content.ts";

export interface RuleChoice {
  /** Further files and folders, e.g. `scan --rules`. */
  readonly paths: readonly string[];
  readonly shipped: boolean;
}

const ENDINGS = [".yml", ".yaml"];
/** Below the data folder: what `cordon rules add` copied. */
const ADDED = "rules";

export function readRules(config: Config, choice: RuleChoice): RuleSet {
  const added = join(config.data, ADDED);
  const files = [
    ...(choice.shipped && config.rules.shipped ? shippedRules() : []),
    ...config.rules.paths.flatMap((path) => ruleFiles(configPath(config, path), path)),
    ...(existsSync(added) ? ruleFiles(added, "added") : []),
    ...choice.paths.flatMap((path) => ruleFiles(path, path)),
  ];
  const { placeholders, unmuted } = config.rules;
  return loadRules(files, { placeholders: new Map(Object.entries(placeholders)), unmuted });
}

/** Correlations come with their base rules, in their own files. */
const shippedRules = (): RuleFile[] =>
  ["rules", "correlations"].flatMap((part) => ruleFiles(join(CONTENT, part), "cordon"));

/** Sidecars (`*.test.yml`) are tests of rules, not rules. A source tree's own metadata folders are not rules either. */
function ruleFiles(path: string, source: string): RuleFile[] {
  return readTexts(path, ENDINGS)
    .filter(
      (file) => !/\.test\.ya?ml$/.test(file.path) && !NOT_RULES.test(relative(path, file.path).replaceAll("\\", "/")),
    )
    .map((file) => ({ path: file.path, text: file.text, source }));
}

/**
 * Beside the rules of a SigmaHQ checkout lie tests, schemas, and rules with placeholders that need an operator's lists:
 * given the checkout's root, these are passed over; given such a folder itself, they are read.
 */
const NOT_RULES =
  /^(?:regression_data|specification|tests|rules-placeholder|\.github|documentation|images|other|deprecated|unsupported)\//;

export interface AddResult {
  readonly added: number;
  readonly accepted: number;
  readonly rejected: readonly Rejected[];
}

/** Copies rule files into the data folder; what the engine rejects is copied too and named, so that a later version may take it. */
export function addRules(config: Config, paths: readonly string[]): AddResult {
  const files = paths.flatMap((path) => ruleFiles(path, path));
  if (files.length === 0) throw new AppError("bad-request", `no .yml or .yaml files in ${paths.join(", ")}`);
  const target = join(config.data, ADDED);
  try {
    mkdirSync(target, { recursive: true });
    for (const path of paths)
      cpSync(resolve(path), join(target, statSync(path).isDirectory() ? basename(resolve(path)) : basename(path)), {
        recursive: true,
      });
  } catch (cause) {
    throw new AppError("unavailable", `${target}: ${messageOf(cause)}`, { cause });
  }
  // Correlations and filters may name rules that are loaded already; what is counted is what came now.
  const all = readRules(config, { paths: [], shipped: true });
  const alone = loadRules(files, { placeholders: new Map(Object.entries(config.rules.placeholders)) });
  const own = new Set(files.map(({ path }) => path));
  const missing = alone.rejected.filter(({ code }) => code === "correlation-unknown-rule");
  const known = new Set([...all.correlations, ...all.rules].map(({ id }) => id));
  const rejected = alone.rejected.filter((row) => !missing.includes(row) || row.id === undefined || !known.has(row.id));
  const accepted = alone.offered - alone.notSelected.length - rejected.length;
  return { added: own.size, accepted, rejected };
}
