/** Tests beside an operator's rules (`name.test.yml` beside `name.yml`), run without a server. docs/specs/rule-tests.md. */
import { existsSync } from "node:fs";
import { referencesOf } from "@cordon/engine/stream/detect/rule-references";
import { type RuleTestResult, runRuleTests, type TestedRule } from "@cordon/engine/stream/detect/rule-test";
import { loadRules, type RuleFile } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { Config } from "../config.ts";
import { readText, readTexts } from "./content.ts";
import { readMappings } from "./mapping-files.ts";
import { filesOf } from "./rule-check.ts";
import { readRules } from "./rule-files.ts";

export interface RuleTests {
  readonly results: readonly (RuleTestResult & { readonly state: "passed" | "failed" | "untested" })[];
  /** Sidecars beside which no rule stands. */
  readonly orphans: readonly string[];
  /** YAML in given folders that is no rule. */
  readonly others: readonly string[];
}

const SIDECAR = /\.test\.ya?ml$/i;

export function testRules(config: Config, paths: readonly string[]): RuleTests {
  const orphans = paths.flatMap(sidecarsBelow).filter((path) => ruleOf(path) === undefined);
  const given = paths.flatMap((path) => (SIDECAR.test(path) ? (ruleOf(path) ?? []) : [path]));
  const { files, others } = given.length === 0 ? { files: [], others: [] } : filesOf(given);
  const placeholders = new Map(Object.entries(config.rules.placeholders));
  const known = loadRules(files, { placeholders, skipStatus: [] });
  // What applies anyway is read only when something refers to it: it may be thousands of rules.
  const library = known.rejected.some(({ code }) => code === "correlation-unknown-rule")
    ? applying(config, known)
    : known;
  const tested = files.map((file): TestedRule => {
    const sidecar = sidecarOf(file);
    return {
      rule: file,
      references: referencesOf([file], library),
      test: sidecar === undefined ? undefined : readText(sidecar).text,
    };
  });
  const results = runRuleTests(tested, readMappings(config).views, placeholders);
  return { orphans, others, results: results.map((result) => ({ ...result, state: stateOf(result) })) };
}

function applying(config: Config, known: ReturnType<typeof loadRules>) {
  const { rules, correlations } = readRules(config, { paths: [], shipped: true });
  return { rules: [...rules, ...known.rules], correlations: [...correlations, ...known.correlations] };
}

/** A rule nobody tested is named and no failure; one that does not load is. */
function stateOf({ ok, tested, id }: RuleTestResult): "passed" | "failed" | "untested" {
  if (ok) return "passed";
  return tested || id === undefined ? "failed" : "untested";
}

const sidecarsBelow = (path: string): readonly string[] =>
  readTexts(path, [".yml", ".yaml"]).flatMap((file) => (SIDECAR.test(file.path) ? [file.path] : []));

const sidecarOf = ({ path }: RuleFile): string | undefined =>
  [".test.yml", ".test.yaml"].map((ending) => path.replace(/\.ya?ml$/i, ending)).find((each) => existsSync(each));

const ruleOf = (sidecar: string): string | undefined =>
  [".yml", ".yaml"].map((ending) => sidecar.replace(SIDECAR, ending)).find((each) => existsSync(each));
