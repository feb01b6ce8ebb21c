/**
 * Tests of rules, written beside them: `<name>.test.yml` with events that must match and events that must not.
 *
 * Enters: rule files with their sidecars (text). Leaves: one row per rule, each case with what was expected and seen.
 * T1. A rule passes only with at least one hit and one near miss, all as expected.
 * T3. A file with correlations passes only with a sequence that fires and one that stays silent (sequence-test.ts).
 * T2. Every case is asked of the index and of the reference; a difference between them is a failure of its own.
 */
import { messageOf } from "@cordon/model/error";
import type { LogSource } from "@cordon/model/event";
import { isJsonObject, type Json, type JsonObject } from "@cordon/model/json";
import { type FieldView, PLAIN_VIEW } from "@cordon/model/view";
import { type RuleTestCase, runSequences } from "./sequence-test.ts";
import { decidingItems, explainRule } from "./sigma/explain.ts";
import { Matcher } from "./sigma/index/matcher.ts";
import { loadRules, type RuleFile, type RuleSet } from "./sigma/load-rules.ts";
import { logsourceApplies } from "./sigma/logsource.ts";
import { holds } from "./sigma/naive.ts";
import type { Placeholders } from "./sigma/placeholders.ts";
import { readYaml } from "./sigma/read-yaml.ts";
import type { SigmaRule } from "./sigma/rule.ts";

export interface TestedRule {
  readonly rule: RuleFile;
  /** Files of rules that its correlations refer to, where they stand elsewhere. */
  readonly references?: readonly RuleFile[];
  /** Text of the sidecar; undefined when there is none. */
  readonly test: string | undefined;
}

export interface RuleTestResult {
  readonly path: string;
  readonly id?: string;
  readonly title?: string;
  readonly ok: boolean;
  /** False when nothing stands beside the rule that tests it. */
  readonly tested: boolean;
  readonly problems: readonly string[];
  readonly cases: readonly RuleTestCase[];
}

interface Sample {
  readonly name: string;
  readonly expected: RuleTestCase["expected"];
  readonly log: LogSource;
  readonly view: FieldView;
  readonly raw: JsonObject;
}

/** `views` by shape, for cases that name one (`shape: windows.security/4688`); others read `raw` as it stands. */
export function runRuleTests(
  tested: readonly TestedRule[],
  views: ReadonlyMap<string, FieldView> = new Map(),
  placeholders: Placeholders = new Map(),
): readonly RuleTestResult[] {
  return tested.map((one) => runOne(one, { views, placeholders }));
}

interface Surroundings {
  readonly views: ReadonlyMap<string, FieldView>;
  readonly placeholders: Placeholders;
}

function runOne(
  { rule: file, references = [], test }: TestedRule,
  { views, placeholders }: Surroundings,
): RuleTestResult {
  const set = loadRules([file, ...references], { skipStatus: [], placeholders });
  const own = <T extends { readonly path: string }>(list: readonly T[]): readonly T[] =>
    references.length === 0 ? list : list.filter(({ path }) => path === file.path);
  const rejected = own(set.rejected);
  const correlations = own(set.correlations);
  // Cases that are single events ask this file's rules; sequences need what its correlations refer to as well.
  const rules = own(set.rules);
  const problems = rejected.map(({ line, code, reason }) => `line ${line ?? 0}: ${code}: ${reason}`);
  const sidecar = test === undefined ? {} : readSidecar(test, problems);
  const head = correlations.at(-1) ?? rules[0];
  if (test === undefined && head !== undefined) problems.push("no sidecar with tests");
  const cases = head === undefined ? [] : runSidecar(sidecar, { set, rules, correlations, views }, problems);
  if (head === undefined && rejected.length === 0) problems.push("no rule in the file");
  for (const expected of head === undefined ? [] : (["match", "no match"] as const)) {
    if (!cases.some((one) => one.expected === expected)) problems.push(`no case that must ${expected}`);
  }
  return {
    path: file.path,
    ...(head === undefined ? {} : { id: head.id, title: head.title }),
    ok: problems.length === 0 && cases.every((one) => one.ok),
    tested: test !== undefined,
    problems,
    cases,
  };
}

interface Tested {
  readonly set: RuleSet;
  /** Those of the file itself. */
  readonly rules: readonly SigmaRule[];
  readonly correlations: RuleSet["correlations"];
  readonly views: ReadonlyMap<string, FieldView>;
}

function runSidecar(
  sidecar: JsonObject,
  { set, rules, correlations, views }: Tested,
  problems: string[],
): readonly RuleTestCase[] {
  const { log = {}, match = [], noMatch = [], fires = [], silent = [] } = sidecar;
  try {
    const samples = [...samplesOf(match, "match", { log, views }), ...samplesOf(noMatch, "no match", { log, views })];
    const cases = samples.map((sample) => runSample(rules, sample));
    if (correlations.length === 0) return cases;
    const context = { set, own: new Set(correlations.map(({ id }) => id)), views, log, logOf };
    return [...runSequences(fires, "match", context), ...runSequences(silent, "no match", context), ...cases];
  } catch (error) {
    problems.push(`sidecar: ${messageOf(error)}`);
    return [];
  }
}

/** A file may hold several rules: the case is about the file. */
function runSample(rules: readonly SigmaRule[], { name, expected, log, view, raw }: Sample): RuleTestCase {
  const admitted = rules.filter((rule) => logsourceApplies(rule.logsource, log));
  const reference = admitted.filter((rule) => holds(rule.condition, { view, raw })).length;
  const indexed = new Matcher(admitted).match(view, raw).length;
  if (reference !== indexed) {
    return { name, expected, ok: false, reason: `index says ${indexed}, reference says ${reference}` };
  }
  const ok = reference > 0 === (expected === "match");
  if (ok) return { name, expected, ok };
  const got = reference > 0 ? "match" : "no match";
  const why = rules.flatMap((rule) => whyOf(rule, { name, expected, log, view, raw }));
  return { name, expected, ok, got, reason: `got ${got}`, why };
}

const WHY_VALUE_MAX = 200;

/** What decides: why the event never reaches the rule, or the leaves of which the answer hangs. */
function whyOf(rule: SigmaRule, { expected, log, view, raw }: Sample): readonly string[] {
  const explained = explainRule(rule, { raw, log }, view);
  if (explained.because !== undefined) return expected === "match" ? [explained.because] : [];
  if (explained.holds === (expected === "match")) return [];
  return decidingItems(explained).map((item) => {
    const { field, resolved, operator, tests, testsTotal, eventValue } = item;
    const wanted = tests.slice(0, 3).map(({ ruleValue }) => JSON.stringify(ruleValue));
    const more = testsTotal > wanted.length ? ` or ${testsTotal - wanted.length} more` : "";
    const value = eventValue === undefined ? "no such field" : JSON.stringify(eventValue).slice(0, WHY_VALUE_MAX);
    const name = field === "" ? "keyword" : resolved === undefined ? field : `${field} (${resolved})`;
    const link = item.link === "all" ? " and " : " or ";
    return `${name}${operator === "" ? "" : `|${operator}`} ${wanted.join(link)}${more}: ${item.holds ? "true" : "false"} for ${value}`;
  });
}

const SIDECAR_KEYS = ["log", "match", "noMatch", "fires", "silent"];

function readSidecar(text: string, problems: string[]): JsonObject {
  try {
    const document = readYaml(text)[0]?.read() ?? null;
    if (!isJsonObject(document)) throw new TypeError("the sidecar is not a map");
    const unknown = Object.keys(document).filter((key) => !SIDECAR_KEYS.includes(key));
    if (unknown.length > 0) problems.push(`sidecar: unknown key ${unknown.join(", ")}`);
    return document;
  } catch (error) {
    problems.push(`sidecar: ${messageOf(error)}`);
    return {};
  }
}

/** What a case takes when it says nothing else: the file's own `log`. */
interface Defaults {
  readonly log: Json;
  readonly views: ReadonlyMap<string, FieldView>;
}

function samplesOf(list: Json, expected: RuleTestCase["expected"], defaults: Defaults): readonly Sample[] {
  if (!Array.isArray(list)) throw new TypeError(`\`${expected}\` is not a list`);
  return list.map((entry: Json, i): Sample => {
    if (!isJsonObject(entry) || !isJsonObject(entry.raw)) throw new TypeError(`${expected} ${i + 1}: no \`raw\` map`);
    const { name, log, raw, shape } = entry;
    const view = typeof shape === "string" ? defaults.views.get(shape) : undefined;
    return {
      name: typeof name === "string" ? name : `${expected} ${i + 1}`,
      expected,
      log: logOf(log ?? defaults.log),
      view: view ?? PLAIN_VIEW,
      raw,
    };
  });
}

function logOf(value: Json): LogSource {
  if (!isJsonObject(value)) throw new TypeError("`log` is not a map");
  const { product, service, categories = [] } = value;
  return {
    ...(typeof product === "string" ? { product } : {}),
    ...(typeof service === "string" ? { service } : {}),
    categories: Array.isArray(categories) ? categories.filter((name) => typeof name === "string") : [],
  };
}
