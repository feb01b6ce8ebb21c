/**
 * YARA rules over bytes (YARA-X as WebAssembly, in this process).
 * Enters: sources of rules, each with its name; then bytes. Leaves: what was loaded, what was refused and why; hits with offsets.
 *
 * YX1. Each source is compiled alone first: one that fails is named with its reason, and the others still load.
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

export interface YaraRules {
  readonly digest: string;
  readonly loaded: readonly string[];
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
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
  return {
    compile: (sources) => {
      const digest = digestOf(sources);
      const known = sets.get(digest);
      if (known !== undefined) return known;
      const made = compile(sources, digest);
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

function compile(sources: readonly YaraSource[], digest: string): YaraRules {
  const rejected: { name: string; reason: string }[] = [];
  const fine = sources.filter((source) => {
    const reason = problemOf(source);
    if (reason !== undefined) rejected.push({ name: source.name, reason });
    return reason === undefined;
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

/** YX1 */
function problemOf({ text }: YaraSource): string | undefined {
  if (text.length > SOURCE_BYTES_MAX) return `${text.length} characters, at most ${SOURCE_BYTES_MAX}`;
  const compiler = new Compiler();
  try {
    compiler.addSource(text);
    compiler.build().free();
    return undefined;
  } catch (cause) {
    return compiler.errors[0] ?? messageOf(cause);
  } finally {
    compiler.free();
  }
}

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
