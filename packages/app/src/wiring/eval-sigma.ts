/**
 * Suite `sigma-regression`: SigmaHQ's own regression events through the product's readers, mappings and routing.
 *
 * SG1. A check is one file of events (EVTX or JSON) beside an `info.yml`; it is right when the rule named there fires, as
 *      often as is stated there or at least once.
 * SG2. All rules are loaded and routed as in a scan: a rule that fires was asked because its log source fits.
 */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeRuntime } from "@cordon/adapters/runtime";
import {
  type DataFile,
  evalError,
  filesOfPart,
  type Mistake,
  type Suite,
  type SuiteInput,
  type SuiteOutcome,
} from "@cordon/engine/learning/evaluate/suite";
import { type DetectOptions, type Detector, makeDetector } from "@cordon/engine/stream/detect/detect";
import { loadRules, type RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { messageOf } from "@cordon/model/error";
import { parse } from "yaml";
import { z } from "zod";
import { loadConfig } from "../config.ts";
import { readEvents } from "./event-files.ts";
import { type Mappings, readMappings } from "./mapping-files.ts";

const zInfo = z.object({
  rule_metadata: z.array(z.object({ id: z.string() })).min(1),
  regression_tests_info: z.array(z.object({ match_count: z.number().int().optional() })).min(1),
});

interface Check {
  readonly path: string;
  readonly rule: string;
  /** Undefined: at least once. */
  readonly stated: number | undefined;
}

interface Result extends Check {
  readonly form: "evtx" | "json";
  readonly hits: number;
  readonly others: readonly string[];
}

export const SIGMA_REGRESSION: Suite = {
  name: "sigma-regression",
  summary: "SigmaHQ's regression events, from raw EVTX and JSON, against all rules of the folder",
  data: "a checkout of SigmaHQ: regression_data/**/info.yml with events, and rules*; a part is a folder",
  run,
};

async function run(input: SuiteInput): Promise<SuiteOutcome> {
  const unread: { where: string; reason: string }[] = [];
  const chosen = input.test.length === 0 ? input.files : input.test.flatMap((part) => filesOfPart(input.files, part));
  const checks = await checksOf(chosen, input.path, unread);
  if (checks.length === 0) throw evalError("eval-data-missing", "no info.yml of a regression test in the data");
  const set = await rulesOf(input.files);
  const mappings = readMappings(loadConfig({}, {}));
  const runtime = makeRuntime();
  const options: DetectOptions = { informational: true };
  // One detector for all checks: rules remember nothing, and building their indexes costs more than a check.
  const detector = makeDetector({ ...set, options }, mappings.views, (text) => runtime.sha256(text));
  const results: Result[] = [];
  for (const check of checks) {
    input.progress(results.length, checks.length, "checks");
    try {
      results.push(await judge(check, detector, mappings));
    } catch (error) {
      unread.push({ where: check.path, reason: messageOf(error) });
    }
  }
  return outcomeOf(results, set, unread);
}

async function checksOf(
  files: readonly DataFile[],
  base: string,
  unread: { where: string; reason: string }[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const file of files) {
    if (!/(?:^|\/)info\.yml$/.test(file.path)) continue;
    const info = zInfo.safeParse(parseYaml(new TextDecoder().decode(await file.bytes())));
    if (!info.success) {
      unread.push({ where: file.path, reason: "not the description of a regression test" });
      continue;
    }
    const folder = dirname(join(base, file.path));
    const events = readdirSync(folder).filter((name) => /\.(?:evtx|json|jsoncls)$/.test(name));
    // One folder holds the same events twice, as `.json` and `.jsoncls`.
    const unlike = events.filter((name) => !name.endsWith(".jsoncls") || !events.includes(name.slice(0, -3)));
    const rule = info.data.rule_metadata[0]?.id ?? "";
    const stated = info.data.regression_tests_info[0]?.match_count;
    checks.push(...unlike.toSorted().map((name) => ({ path: join(folder, name), rule, stated })));
  }
  return checks;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

async function rulesOf(files: readonly DataFile[]): Promise<RuleSet> {
  const texts = [];
  for (const file of files)
    if (/^rules(?!-placeholder)[\w-]*\/.*\.yml$/.test(file.path))
      texts.push({ path: file.path, text: new TextDecoder().decode(await file.bytes()), source: "sigma" });
  return loadRules(texts);
}

async function judge(check: Check, detector: Detector, mappings: Mappings): Promise<Result> {
  const { events } = await readEvents(check.path, mappings);
  const found = detector.detect(events);
  const own = found.filter(({ rule }) => rule.id === check.rule);
  const others = [...new Set(found.map(({ rule }) => rule.title))].filter((title) => title !== own[0]?.rule.title);
  return { ...check, form: check.path.endsWith(".evtx") ? "evtx" : "json", hits: own.length, others };
}

const isRight = ({ hits, stated }: Result): boolean => (stated === undefined ? hits > 0 : hits === stated);

function outcomeOf(results: readonly Result[], set: RuleSet, unread: SuiteOutcome["unread"]): SuiteOutcome {
  const figures = (some: readonly Result[]): Record<string, number> => ({
    accuracy: some.filter(isRight).length / some.length,
    recall: some.filter(({ hits }) => hits > 0).length / some.length,
    n: some.length,
  });
  return {
    train: [],
    test: ["regression_data"],
    protocol:
      "Each file of events is read, mapped and routed as in a scan; right when its rule fires, as often as stated or at least once. Recall: fired at all.",
    metrics: { ...figures(results), rules: set.rules.length, rejected: set.rejected.length },
    by: Object.fromEntries(
      (["evtx", "json"] as const).map((form) => [form, figures(results.filter((one) => one.form === form))]),
    ),
    mistakes: results.filter((one) => !isRight(one)).map(mistakeOf),
    notes: set.rejected.map(({ path, code, reason }) => `rule not loaded: ${path}: ${code}: ${reason}`),
    unread,
  };
}

const mistakeOf = ({ path, rule, stated, hits, others }: Result): Mistake => ({
  what: `${path}, rule ${rule}`,
  truth: stated === undefined ? "at least one hit" : `${stated} hits`,
  guess: `${hits} hits`,
  score: hits,
  why: others.slice(0, 5).map((title) => `also fired: ${title}`),
});
