/** Which rules apply: the shipped ones, the operator's paths from the configuration, and those added to the data folder. */
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import {
  type LoadOptions,
  loadRules,
  makeRuleLoader,
  type ReadBefore,
  type Rejected,
  type RuleFile,
  type RuleSet,
} from "@cordon/engine/stream/detect/sigma/load-rules";
import { AppError, messageOf } from "@cordon/model/error";
import { type Config, configPath } from "../config.ts";
import { CONTENT, listFiles, readText } from "./content.ts";
import { openYamlCache } from "./yaml-cache-file.ts";

export interface RuleChoice {
  /** Further files and folders, e.g. `scan --rules`. */
  readonly paths: readonly string[];
  readonly shipped: boolean;
}

const ENDINGS = [".yml", ".yaml"];
/** Below the data folder: what `cordon rules add` copied. */
export const ADDED = "rules";

export interface RulePlace {
  readonly path: string;
  readonly source: string;
}

/** Every rule file that applies, in the order in which they are read. */
export function listRuleFiles(config: Config, choice: RuleChoice): RulePlace[] {
  return rulePlaces(config, choice).flatMap(({ path, source }) =>
    existsSync(path) || source !== "added" ? rulesBelow(path, source) : [],
  );
}

/** Files and folders in which rules are looked for. */
export function rulePlaces(config: Config, choice: RuleChoice): RulePlace[] {
  const shipped = choice.shipped && config.rules.shipped ? ["rules", "correlations"] : [];
  return [
    // Correlations come with their base rules, in their own files.
    ...shipped.map((part) => ({ path: join(CONTENT, part), source: "cordon" })),
    ...config.rules.paths.map((path) => ({ path: configPath(config, path), source: path })),
    { path: join(config.data, ADDED), source: "added" },
    ...choice.paths.map((path) => ({ path, source: path })),
  ];
}

export const readRuleFile = ({ path, source }: RulePlace): RuleFile => ({ ...readText(path), source });

export function loadOptionsOf(config: Config): LoadOptions {
  const { placeholders, unmuted } = config.rules;
  return { placeholders: new Map(Object.entries(placeholders)), unmuted };
}

/** `before` keeps what was read, for a reload. */
export function readRules(config: Config, choice: RuleChoice, before?: ReadBefore): RuleSet {
  const places = listRuleFiles(config, choice);
  const cache = openYamlCache(config.data, places);
  const loader = makeRuleLoader({ ...loadOptionsOf(config), ...(cache && { readYaml: cache.read }) }, before);
  for (const place of places) loader.add(readRuleFile(place));
  cache?.save();
  return loader.finish();
}

/** Sidecars (`*.test.yml`) are tests of rules, not rules. A source tree's own metadata folders are not rules either. */
function rulesBelow(path: string, source: string): RulePlace[] {
  const passed = existsSync(join(path, "rules")) ? NOT_RULES : undefined;
  return listFiles(path, ENDINGS)
    .filter((file) => !/\.test\.ya?ml$/.test(file) && !passed?.test(relative(path, file).replaceAll("\\", "/")))
    .map((file) => ({ path: file, source }));
}

export const ruleFiles = (path: string, source: string): RuleFile[] => rulesBelow(path, source).map(readRuleFile);

/**
 * Beside the rules of a SigmaHQ checkout lie tests, schemas, and rules with placeholders that need an operator's lists:
 * given the checkout's root (there are `rules` in it), these are passed over; given such a folder itself, they are read.
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

/** Takes files or folders out of the data folder's rules again, by their path there or by the id of a rule. Returns what went. */
export function removeRules(config: Config, names: readonly string[]): readonly string[] {
  const target = join(config.data, ADDED);
  const added = existsSync(target) ? ruleFiles(target, "added") : [];
  const gone = names.map((name) => findAdded(target, added, name));
  try {
    for (const path of gone) {
      rmSync(path, { recursive: true });
      for (const ending of ENDINGS) rmSync(path.replace(/\.ya?ml$/, `.test${ending}`), { force: true });
    }
  } catch (cause) {
    throw new AppError("unavailable", `${target}: ${messageOf(cause)}`, { cause });
  }
  return gone;
}

function findAdded(target: string, added: readonly RuleFile[], name: string): string {
  for (const path of [resolve(name), resolve(target, name)]) {
    const below = relative(target, path);
    if (below !== "" && !below.startsWith("..") && !isAbsolute(below) && existsSync(path)) return path;
  }
  const holding = added.find((file) => idsIn(file).includes(name.toLowerCase()));
  if (holding === undefined)
    throw new AppError("not-found", `no added rule has the path or id ${name}`, {
      fix: `only rules in ${target} can be removed; others leave with their own files`,
    });
  const others = idsIn(holding).filter((id) => id !== name.toLowerCase());
  if (others.length > 0)
    throw new AppError("bad-request", `${holding.path} holds ${others.length} other rules too: ${others.join(", ")}`, {
      fix: `remove them all: cordon rules remove ${relative(target, holding.path)}`,
    });
  return holding.path;
}

function idsIn(file: RuleFile): readonly string[] {
  const { rules, correlations, filters, rejected } = loadRules([file], { skipStatus: [] });
  return [...rules, ...correlations, ...filters, ...rejected].flatMap(({ id }) => id?.toLowerCase() ?? []);
}
