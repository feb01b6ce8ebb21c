/**
 * Which rulesets were live, from when until when, and the text of every version of a rule in them.
 *
 * V1. A ruleset is named by its digest, a rule's version by the hash of its text: an incident's `rule.version` finds the
 *     very text that fired, as long as it is kept.
 * V2. What a restart finds changed is a change like any other: the ruleset before ends there.
 * V3. Bounded: so many rulesets and texts; what never fired goes first, what is live never.
 */
import type { NamedTexts } from "@cordon/adapters/storage/checkpoints";
import type { KeptRuleText, RuleBook, RuleText } from "@cordon/adapters/storage/rule-book";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import type { RuleHead } from "@cordon/engine/stream/detect/sigma/rule";
import { NAMED_MAX, type WireReload, type WireRuleset } from "@cordon/model/api/rules";
import type { Sha256 } from "@cordon/model/ids";
import type { Runtime } from "@cordon/model/ports/runtime";

const HISTORY = "ruleset-history";
const LIVE = "ruleset-live";
/** Years of daily changes would be more; who looks back looks weeks back. */
const RULESETS_MAX = 500;
/** About 1.5 kB each. */
const TEXTS_MAX = 50_000;

export interface Versioned extends RuleText {
  readonly kind: "rule" | "correlation" | "filter";
}

/** A correlation's version is that of everything it refers to. */
export function versionsOf(set: RuleSet, sha256: (text: string) => Sha256): readonly Versioned[] {
  const one = (kind: Versioned["kind"], rule: RuleHead, text: string): Versioned => {
    return { kind, version: sha256(text), rule: rule.id, title: rule.title, path: rule.path, text };
  };
  return [
    ...set.rules.map((rule) => one("rule", rule, rule.text)),
    ...set.correlations.map((rule) => one("correlation", rule, rule.definition)),
    ...set.filters.map((rule) => one("filter", rule, rule.text)),
  ];
}

export type Changes = WireReload["changes"];

export interface RuleHistory {
  /** What would change, were these live. */
  changes(next: readonly Versioned[]): Changes;
  /** From now on these are live. */
  begin(next: Beginning): Promise<Changes>;
  list(): readonly WireRuleset[];
  find(rule: string, version: string): Promise<(KeptRuleText & { readonly live: boolean }) | undefined>;
  /** Rules (ids) that fired: the text of their live version is kept longer. */
  fired(rules: readonly string[]): Promise<void>;
}

export interface Beginning {
  readonly digest: string;
  readonly versions: readonly Versioned[];
  readonly rejected: number;
  readonly by: string;
}

export interface HistoryParts {
  readonly kv: NamedTexts;
  readonly book: RuleBook;
  readonly runtime: Runtime;
}

export async function openRuleHistory({ kv, book, runtime }: HistoryParts): Promise<RuleHistory> {
  // Only we write these two.
  let rows = JSON.parse((await kv.get(HISTORY)) ?? "[]") as readonly WireRuleset[];
  let live = new Map(JSON.parse((await kv.get(LIVE)) ?? "[]") as readonly (readonly [string, string])[]);
  const fired = new Set<string>();

  return {
    changes: (next) => changesOf(live, next),
    async begin({ digest, versions, rejected, by }) {
      const now = runtime.now();
      const changes = changesOf(live, versions);
      const [newest, ...older] = rows;
      const same = newest !== undefined && newest.digest === digest && newest.until === undefined;
      if (same && newest.rejected === rejected) return changes;
      const next = new Map(versions.map(({ rule, version }) => [rule, version]));
      const before = new Set(live.values());
      const after = new Set<string>(next.values());
      await book.leave(
        [...before].filter((version) => !after.has(version)),
        now,
      );
      await book.keep(
        versions.filter(({ version }) => !before.has(version)),
        now,
      );
      await kv.set(LIVE, JSON.stringify([...next]));
      const count = (kind: Versioned["kind"]): number => versions.filter((one) => one.kind === kind).length;
      const counts = { rules: count("rule"), correlations: count("correlation"), filters: count("filter"), rejected };
      const ended = newest === undefined ? [] : [{ ...newest, until: newest.until ?? now }, ...older];
      rows = [{ digest, from: now, by, ...counts, changes }, ...ended].slice(0, RULESETS_MAX);
      await kv.set(HISTORY, JSON.stringify(rows));
      live = next;
      await book.leave(
        [...after].filter((version) => before.has(version)),
        now,
      );
      await book.trim(TEXTS_MAX, now);
      return changes;
    },
    list: () => rows,
    async find(rule, version) {
      const found = await book.find(rule, version);
      return found === undefined ? undefined : { ...found, live: live.get(rule) === version };
    },
    async fired(rules) {
      const versions = rules.flatMap((rule) => live.get(rule) ?? []).filter((version) => !fired.has(version));
      for (const version of versions) fired.add(version);
      await book.fired(versions);
    },
  };
}

function changesOf(live: ReadonlyMap<string, string>, next: readonly Versioned[]): Changes {
  const ids = new Set(next.map(({ rule }) => rule));
  return {
    added: named(next.filter(({ rule }) => !live.has(rule)).map(({ rule }) => rule)),
    removed: named([...live.keys()].filter((rule) => !ids.has(rule))),
    changed: named(next.filter(({ rule, version }) => (live.get(rule) ?? version) !== version).map(({ rule }) => rule)),
  };
}

const named = (ids: readonly string[]): Changes["added"] => ({ count: ids.length, ids: ids.slice(0, NAMED_MAX) });
