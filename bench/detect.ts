/**
 * The index by itself: `node bench/detect.ts`. Loading with and without the cache of parsed YAML, building the index, and how
 * the cost of an event grows with the number of rules. Counters stand beside the times: they do not depend on the machine.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Matcher } from "@cordon/engine/stream/detect/sigma/index/matcher";
import { readYaml } from "@cordon/engine/stream/detect/sigma/read-yaml";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import { makeYamlCache } from "@cordon/engine/stream/detect/sigma/yaml-cache";
import { PLAIN_VIEW } from "@cordon/model/view";
import { linesOf } from "./layouts.ts";
import { rulePaths, rulesIn } from "./material.ts";
import { FULL, QUICK, ratesOf, spreadOf, timed } from "./measure.ts";

const EVENTS = 5_000;
const SIZES = [1_000, 2_000, 5_000, 10_000, 20_000];
const MEGABYTE = 1e6;

function main(): void {
  const effort = process.argv.includes("--full") ? FULL : QUICK;
  const [set, load] = timed(() => rulesIn());
  say("load", `${set.rules.length} rules, ${load.toFixed(2)} CPU-s`);
  sayYaml();
  const lines = linesOf("flat", EVENTS);
  for (const size of SIZES) {
    const rules = ruleSet(set.rules, size);
    const [matcher, build] = timed(() => new Matcher(rules));
    for (const line of lines) matcher.match(PLAIN_VIEW, JSON.parse(line));
    const { candidates, evaluated, events, alwaysEvaluated } = matcher.stats;
    const rate = spreadOf(ratesOf(lines, effort, (line) => matcher.match(PLAIN_VIEW, JSON.parse(line))));
    say(
      `${size} rules`,
      `${Math.round(rate.median)} events/CPU-s (${Math.round(rate.min)} to ${Math.round(rate.max)}), ` +
        `${(candidates / events).toFixed(1)} rules and ${(evaluated / events).toFixed(1)} atoms looked at per event, ` +
        `${alwaysEvaluated} always, index built in ${build.toFixed(2)} CPU-s`,
    );
  }
  say("memory", `${Math.round(process.memoryUsage.rss() / MEGABYTE)} MB with the last index`);
}

function sayYaml(): void {
  const texts = rulePaths()
    .flatMap((path) => yamlFiles(path))
    .map((path) => readFileSync(path, "utf8"));
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const plain = timed(() => {
    for (const text of texts) for (const document of readYaml(text)) document.read();
  })[1];
  const first = makeYamlCache(hash);
  for (const text of texts) first.read(text);
  const saved = first.serialise();
  const cached = timed(() => {
    const second = makeYamlCache(hash, saved);
    for (const text of texts) for (const document of second.read(text)) document.read();
  })[1];
  const size = (saved.length / MEGABYTE).toFixed(1);
  say("YAML", `${texts.length} files: ${plain.toFixed(2)} CPU-s, ${cached.toFixed(2)} from the cache (${size} MB)`);
}

function yamlFiles(folder: string): readonly string[] {
  const parts = ["rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance"];
  return parts
    .map((part) => join(folder, part))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".yml"))
        .map((name) => join(path, name)),
    );
}

/** Evenly picked rules; beyond the corpus, copies in which every literal is another one. */
function ruleSet(rules: readonly SigmaRule[], size: number): readonly SigmaRule[] {
  if (size <= rules.length)
    return Array.from({ length: size }, (_, i) => at(rules, Math.floor((i * rules.length) / size)));
  return Array.from({ length: size }, (_, i) => {
    const rule = at(rules, i % rules.length);
    const copy = Math.floor(i / rules.length);
    return copy === 0 ? rule : { ...rule, id: `${rule.id}-${copy}`, condition: altered(rule.condition, copy) };
  });
}

function at(rules: readonly SigmaRule[], index: number): SigmaRule {
  const rule = rules[index];
  if (rule === undefined) throw new RangeError("no rules to measure: ../shared/data/sigma is not there");
  return rule;
}

/** A letter is put into every text of the tree; functions and short texts stay. */
function altered<T>(value: T, copy: number): T {
  return structuredAlter(value, String.fromCharCode(96 + copy)) as T;
}

function structuredAlter(value: unknown, letter: string): unknown {
  if (Array.isArray(value)) return value.map((member) => structuredAlter(member, letter));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => {
    if (key === "regex" || key === "shown") return [key, member];
    const isText = key === "text" && typeof member === "string" && member.length > 4;
    return [key, isText ? `${member.slice(0, -1)}${letter}${member.slice(-1)}` : structuredAlter(member, letter)];
  });
  return Object.fromEntries(entries);
}

const say = (name: string, text: string): void => void process.stdout.write(`${name.padEnd(14)}${text}\n`);

main();
