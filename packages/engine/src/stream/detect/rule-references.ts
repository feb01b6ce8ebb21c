/**
 * A rule file by itself, made whole: what its correlations and filters refer to is taken from the rules that are known already.
 *
 * Enters: files, and rules of a loaded set. Leaves: further files, one per referred rule, to be loaded behind the first.
 */
import { isJsonObject, type Json } from "@cordon/model/json";
import type { CorrelationRule } from "./correlate/correlation.ts";
import type { RuleFile } from "./sigma/load-rules.ts";
import { readYaml } from "./sigma/read-yaml.ts";
import { RuleRefusal } from "./sigma/refusal.ts";
import type { RuleHead, SigmaRule } from "./sigma/rule.ts";

export interface Library {
  readonly rules: readonly SigmaRule[];
  readonly correlations: readonly CorrelationRule[];
}

export function referencesOf(files: readonly RuleFile[], library: Library): readonly RuleFile[] {
  const own = new Set(files.map(({ path }) => path));
  const byName = new Map<string, RuleHead>();
  for (const rule of [...library.rules, ...library.correlations]) {
    if (own.has(rule.path)) continue;
    byName.set(rule.id.toLowerCase(), rule);
    if (rule.name !== undefined) byName.set(rule.name, rule);
  }
  const found = new Map<RuleHead, RuleFile>();
  const waiting = files.flatMap(({ text }) => referredNames(text));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const rule = byName.get(name) ?? byName.get(name.toLowerCase());
    if (rule === undefined || found.has(rule)) continue;
    found.set(rule, { path: rule.path, text: rule.text, source: rule.source });
    waiting.push(...referredNames(rule.text));
  }
  return [...found.values()];
}

/** What is broken is named by the loader, not here. */
function referredNames(text: string): readonly string[] {
  if (!/^(?:correlation|filter):/m.test(text)) return [];
  try {
    return readYaml(text).flatMap((document) => namesIn(document.read()));
  } catch (error) {
    if (error instanceof RuleRefusal || error instanceof RangeError) return [];
    throw error;
  }
}

function namesIn(document: Json): readonly string[] {
  const body = isJsonObject(document) ? (document.correlation ?? document.filter) : undefined;
  if (body === undefined || !isJsonObject(body)) return [];
  const { rules } = body;
  return (Array.isArray(rules) ? rules : [rules]).filter((name) => typeof name === "string");
}
