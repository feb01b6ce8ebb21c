/**
 * Rules of an operator, read as the engine reads them, without a server.
 * Enters: files and folders. Leaves: what is accepted, what is rejected and why, and what a reader would remark.
 * RC1. offered = accepted + rejected: a rule whose state would keep it from being loaded is judged all the same.
 * RC2. What a file refers to in rules that apply anyway is found there; only the given files are counted.
 */
import { resolve } from "node:path";
import { type Library, referencesOf } from "@cordon/engine/stream/detect/rule-references";
import { loadRules, type Rejected, type RuleFile, type RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { AppError } from "@cordon/model/error";
import type { Config } from "../config.ts";
import { readMappings } from "./mapping-files.ts";
import { type RemarkContext, type RuleRemark, remarksOn } from "./rule-check-remarks.ts";
import { readRules, ruleFiles } from "./rule-files.ts";

export interface CheckedRule {
  readonly path: string;
  readonly line: number;
  readonly id: string;
  readonly title: string;
  readonly kind: "rule" | "correlation" | "filter";
}

export interface RuleCheck {
  readonly files: number;
  readonly offered: number;
  readonly accepted: readonly CheckedRule[];
  readonly rejected: readonly Rejected[];
  readonly remarks: readonly RuleRemark[];
  /** YAML in given folders that is no rule. */
  readonly others: readonly string[];
}

export function checkRules(config: Config, paths: readonly string[], techniques?: ReadonlySet<string>): RuleCheck {
  const { files, others } = filesOf(paths);
  const applying = readRules(config, { paths: [], shipped: true });
  const set = loadGiven(config, files, applying);
  const accepted = (["rules", "correlations", "filters"] as const).flatMap((list) =>
    set[list].map(({ path, line, id, title }) => ({ path, line, id, title, kind: KIND[list] })),
  );
  const context: RemarkContext = {
    techniques,
    logs: [...readMappings(config).logs.values()].flat(),
    // A rule that is checked where it applies already is no second one.
    known: new Map(
      [...applying.rules, ...applying.correlations]
        .filter(({ path }) => !files.some((file) => resolve(file.path) === resolve(path)))
        .map((rule) => [rule.id.toLowerCase(), rule.path]),
    ),
  };
  const remarks = [...set.lint.map((row) => ({ ...row, code: "reading" })), ...remarksOn(set, context)];
  remarks.sort((a, b) => (a.path === b.path ? (a.line ?? 0) - (b.line ?? 0) : a.path < b.path ? -1 : 1));
  return {
    files: files.length,
    offered: accepted.length + set.rejected.length,
    accepted,
    rejected: set.rejected,
    remarks,
    others,
  };
}

const KIND = { rules: "rule", correlations: "correlation", filters: "filter" } as const;

/** Mappings, playbooks and whatever else is written in YAML has none of these at its top. */
const OF_RULES = /^(?:logsource|detections?|correlations?|filters?|level)\s*:/m;

interface GivenFiles {
  readonly files: readonly RuleFile[];
  readonly others: readonly string[];
}

/** Files are taken as they are given; in folders, what is no rule at all is told apart. */
export function filesOf(paths: readonly string[]): GivenFiles {
  const files = paths.flatMap((path) => ruleFiles(path, path));
  if (files.length === 0) throw new AppError("bad-request", `no .yml or .yaml files in ${paths.join(", ")}`);
  // A folder and a file in it name the file once.
  const each = [...new Map(files.map((file) => [resolve(file.path), file])).values()];
  const named = new Set(paths.map((path) => resolve(path)));
  const isOther = ({ path, text }: RuleFile): boolean =>
    !named.has(resolve(path)) && text.trim() !== "" && !OF_RULES.test(text);
  return { files: each.filter((file) => !isOther(file)), others: each.filter(isOther).map(({ path }) => path) };
}

/** The set of the given files alone, made whole from rules that are known. Filters that apply anyway are taken along. */
export function loadGiven(
  config: Config,
  files: readonly RuleFile[],
  library: Library & Partial<Pick<RuleSet, "filters">>,
): RuleSet {
  const options = { placeholders: new Map(Object.entries(config.rules.placeholders)), skipStatus: [] };
  const filters = (library.filters ?? []).map(({ path, text, source }) => ({ path, text, source }));
  const own = new Set(files.map(({ path }) => path));
  const others = [...referencesOf(files, library), ...filters].filter(({ path }) => !own.has(path));
  const set = loadRules([...files, ...others], options);
  const mine = <T extends { readonly path: string }>(list: readonly T[]): readonly T[] =>
    list.filter(({ path }) => own.has(path));
  return {
    ...set,
    ...{ rules: mine(set.rules), correlations: mine(set.correlations), filters: mine(set.filters) },
    ...{ rejected: mine(set.rejected), lint: mine(set.lint) },
  };
}
