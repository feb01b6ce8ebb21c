/**
 * YARA rules over bytes (YARA-X as WebAssembly, in this process).
 * Enters: sources of rules, each with its name; then bytes. Leaves: what was loaded, what was refused and why; hits with offsets.
 *
 * YX1. Each source is compiled alone first: a rule that fails is named with its reason and left out, the others of its file
 *      and all other files still load. What a left-out rule's file cannot do without fails with it, and is named too.
 * YX2. The same sources (by SHA-256 of names and texts) are compiled once per process; the binding cannot store compiled rules.
 * YX3. A scan is bounded in time and bytes and in matches per string; what was cut is said.
 * YX4. Memory of the engine is freed by `close`; after that a scan is refused.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { AppError, messageOf } from "@cordon/model/error";
import { Compiler, initSync, type Rules } from "@virustotal/yara-x";

const TIMEOUT_MS = 10_000;
/** WebAssembly copies what it scans; more would exhaust its memory beside the rules. */
const SCAN_BYTES_MAX = 64 * 2 ** 20;
const MATCHES_MAX = 20;
const SOURCE_BYTES_MAX = 16 * 2 ** 20;
const SETS_KEPT = 4;
/** Leaving out a rule may break the rules that name it: so many times a file is tried again. */
const ROUNDS_MAX = 8;
/** Sources whose check is remembered: an exchange of one file does not check the others again. */
const CHECKED_MAX = 20_000;

export interface YaraSource {
  readonly name: string;
  readonly text: string;
}

export interface YaraHit {
  readonly rule: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly title?: string;
  readonly family?: string;
  readonly score?: number;
  readonly strings: readonly { readonly id: string; readonly offset: number; readonly length: number }[];
}

export interface YaraScan {
  readonly hits: readonly YaraHit[];
  /** What was not scanned, and why. */
  readonly cut: readonly string[];
}

export interface Rejected {
  readonly name: string;
  /** Absent where the whole source was refused. */
  readonly rule?: string;
  readonly reason: string;
}

export interface YaraRules {
  readonly digest: string;
  readonly loaded: readonly string[];
  readonly rejected: readonly Rejected[];
  scan(bytes: Uint8Array): YaraScan;
  close(): void;
}

export interface YaraShelf {
  compile(sources: readonly YaraSource[]): YaraRules;
  close(): void;
}

/** Holds the last sets of compiled rules, by digest. */
export function makeYaraShelf(): YaraShelf {
  initSync({ module: readFileSync(engineFile()) });
  const sets = new Map<string, YaraRules>();
  const checked = new Map<string, Checked>();
  return {
    compile: (sources) => {
      const digest = digestOf(sources);
      const known = sets.get(digest);
      if (known !== undefined) return known;
      const made = compile(sources, digest, (text) => remembered(checked, text));
      sets.set(digest, made);
      const [oldest] = sets.keys();
      if (sets.size > SETS_KEPT && oldest !== undefined) {
        sets.get(oldest)?.close();
        sets.delete(oldest);
      }
      return made;
    },
    close: () => {
      for (const set of sets.values()) set.close();
      sets.clear();
    },
  };
}

const engineFile = (): string =>
  createRequire(import.meta.url)
    .resolve("@virustotal/yara-x")
    .replace(/\.js$/, "_bg.wasm");

function digestOf(sources: readonly YaraSource[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of sources) hash.update(`${name.length}:${name}:${text.length}:${text}`);
  return hash.digest("hex");
}

function compile(sources: readonly YaraSource[], digest: string, check: (text: string) => Checked): YaraRules {
  const rejected: Rejected[] = [];
  const fine = sources.flatMap(({ name, text }) => {
    const { kept, problems } = check(text);
    rejected.push(...problems.map((problem) => ({ name, ...problem })));
    return kept === undefined ? [] : [{ name, text: kept }];
  });
  const compiler = new Compiler();
  try {
    for (const { name, text } of fine) {
      compiler.newNamespace(name);
      compiler.addSource(text);
    }
    return rulesOf(compiler.build(), { digest, loaded: fine.map(({ name }) => name), rejected });
  } catch (cause) {
    throw new AppError("yara-invalid", `YARA rules do not compile together: ${messageOf(cause)}`, { cause });
  } finally {
    compiler.free();
  }
}

interface Checked {
  /** The source without the rules that do not compile; undefined when nothing is left. */
  readonly kept: string | undefined;
  readonly problems: readonly Omit<Rejected, "name">[];
}

function remembered(checked: Map<string, Checked>, text: string): Checked {
  const key = createHash("sha256").update(text).digest("base64");
  const known = checked.get(key);
  if (known !== undefined) return known;
  const made = checkSource(text);
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(key, made);
  return made;
}

/** YX1 */
function checkSource(text: string): Checked {
  if (text.length > SOURCE_BYTES_MAX)
    return { kept: undefined, problems: [{ reason: `${text.length} characters, at most ${SOURCE_BYTES_MAX}` }] };
  const problems: Omit<Rejected, "name">[] = [];
  let kept = text;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const errors = errorsOf(kept);
    if (errors.length === 0) return { kept: /\S/.test(kept) ? kept : undefined, problems };
    const blocks = ruleBlocks(kept);
    const bad = new Map<RuleBlock, string>();
    for (const reason of errors) {
      const line = Number(/--> line:(\d{1,9})/.exec(reason)?.[1] ?? 0);
      const block = blocks.find(({ from, to }) => line >= from && line < to);
      // An error outside of any rule (an import, a brace that is missing) is the whole file's.
      if (block === undefined) return { kept: undefined, problems: [...problems, { reason }] };
      if (!bad.has(block)) bad.set(block, reason);
    }
    for (const [{ rule }, reason] of bad) problems.push({ rule, reason });
    kept = without(kept, [...bad.keys()]);
  }
  return { kept: undefined, problems: [...problems, { reason: `still wrong after ${ROUNDS_MAX} rounds` }] };
}

function errorsOf(text: string): readonly string[] {
  const compiler = new Compiler();
  try {
    compiler.addSource(text);
    compiler.build().free();
    return [];
  } catch (cause) {
    return compiler.errors.length > 0 ? compiler.errors : [messageOf(cause)];
  } finally {
    compiler.free();
  }
}

interface RuleBlock {
  readonly rule: string;
  /** Lines from 1; `to` is the line of the next rule. */
  readonly from: number;
  readonly to: number;
}

/** Where each rule stands: from its own line to the next one's. Good enough to blame; the compiler judges what is left. */
function ruleBlocks(text: string): readonly RuleBlock[] {
  const heads = text.split("\n").flatMap((line, at) => {
    const rule = /^\s{0,80}(?:(?:private|global)\s{1,20}){0,2}rule\s{1,80}([A-Za-z_]\w{0,127})/.exec(line)?.[1];
    return rule === undefined ? [] : [{ rule, from: at + 1 }];
  });
  return heads.map((head, at) => ({ ...head, to: heads[at + 1]?.from ?? Number.POSITIVE_INFINITY }));
}

/** Lines stay where they were: offsets in later messages are those of the file. */
const without = (text: string, blocks: readonly RuleBlock[]): string =>
  text
    .split("\n")
    .map((line, at) => (blocks.some(({ from, to }) => at + 1 >= from && at + 1 < to) ? "" : line))
    .join("\n");

function rulesOf(rules: Rules, about: Pick<YaraRules, "digest" | "loaded" | "rejected">): YaraRules {
  let open = true;
  return {
    ...about,
    scan: (bytes) => {
      if (!open) throw new AppError("yara-closed", "these YARA rules were closed");
      const cut = bytes.length > SCAN_BYTES_MAX ? [`only the first ${SCAN_BYTES_MAX} bytes were scanned`] : [];
      const scanner = rules.scanner();
      try {
        scanner.setTimeoutMs(TIMEOUT_MS);
        scanner.setMaxMatchesPerPattern(MATCHES_MAX);
        return { hits: hitsOf(scanner.scan(bytes.subarray(0, SCAN_BYTES_MAX))), cut };
      } catch (cause) {
        return { hits: [], cut: [...cut, `rules: ${messageOf(cause)}`] };
      } finally {
        scanner.free();
      }
    },
    close: () => {
      if (open) rules.free();
      open = false;
    },
  };
}

/** As the binding documents its result. */
interface RawMatch {
  readonly identifier: string;
  readonly namespace: string;
  readonly isPrivate: boolean;
  readonly tags: readonly string[];
  readonly metadata: readonly { readonly identifier: string; readonly value: unknown }[];
  readonly patterns: readonly {
    readonly identifier: string;
    readonly matches: readonly { readonly offset: number; readonly length: number }[];
  }[];
}

function hitsOf(result: { readonly matches?: readonly RawMatch[] }): readonly YaraHit[] {
  return (result.matches ?? [])
    .filter(({ isPrivate }) => !isPrivate)
    .map(({ identifier, namespace, tags, metadata, patterns }) => {
      const meta = new Map(metadata.map((one) => [one.identifier.toLowerCase(), one.value]));
      const text = (name: string): string | undefined => {
        const value = meta.get(name);
        return typeof value === "string" ? value : undefined;
      };
      const score = Number(meta.get("score") ?? Number.NaN);
      const title = text("title") ?? text("description");
      const family = text("family");
      return {
        rule: identifier,
        source: namespace,
        tags,
        ...(title === undefined ? {} : { title }),
        ...(family === undefined ? {} : { family }),
        ...(score >= 0 && score <= 100 ? { score } : {}),
        strings: patterns.flatMap(({ identifier: id, matches }) =>
          matches.map(({ offset, length }) => ({ id, offset: Number(offset), length: Number(length) })),
        ),
      };
    });
}
