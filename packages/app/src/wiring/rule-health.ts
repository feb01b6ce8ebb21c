/**
 * How each rule is doing: hits, verdicts, cost; kept over restarts.
 *
 * Enters: the counters of the running detector, now and then. Leaves: one row per live rule, with flags.
 * H1. Detection pays nothing for it: counters it keeps anyway are read about once a second, and one event in 1,024 is timed.
 * H2. Hits are counted by the clock, in hours, so that reading old logs does not look like a quiet month.
 * H3. A kill loses the counts of a few seconds at most, never more; a replay may count a few seconds twice.
 */
import type { NamedTexts } from "@cordon/adapters/storage/checkpoints";
import type { RuleBook } from "@cordon/adapters/storage/rule-book";
import type { DetectStats } from "@cordon/engine/stream/detect/detect";
import type { WireRuleFlag, WireRuleHealth } from "@cordon/model/api/rules";
import type { LogSource } from "@cordon/model/event";
import type { OutcomeStore } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import { DAY, HOUR, instant, SECOND } from "@cordon/model/time";

const KEY = "rule-health";
const ABSORB_MS = SECOND;
const SAVE_MS = 15 * SECOND;
const HOURS_KEPT = 7 * 24;
/** Rules that are gone are remembered this long: who comes back was never away. */
const FORGET_MS = 90 * DAY;
/** Log sources come from mappings, so they are few. */
const SOURCES_MAX = 1_000;
const NEVER_HIT_MS = 30 * DAY;
/** A fifth of everything, once there is something to compare. */
const NOISY_SHARE = 0.2;
const NOISY_HITS_MIN = 100;
/** Mean over at least so many samples; a common rule's conditions take about a microsecond. */
const SLOW_MICROS = 200;
const SLOW_RUNS_MIN = 20;
const FALSE_SHARE = 0.5;
const FALSE_CLOSED_MIN = 3;
const FALSE_VERDICT = "false-positive";
const JOINED_PAGE = 5_000;

export interface LiveRule {
  readonly id: string;
  readonly muted: boolean;
  /** Whether an event of this log source could reach it. Correlations: any. */
  readonly admits: (log: LogSource) => boolean;
}

export interface RuleHealth {
  /** Takes up what the detector counted; cheap when called too often. Returns the rules that hit since. */
  absorb(
    stats: () => DetectStats,
    logs: () => readonly LogSource[],
    when?: "when-due" | "now",
  ): Promise<readonly string[]>;
  /** The detector's counters begin at nothing again, for these rules. */
  exchange(rules: readonly LiveRule[]): void;
  save(): Promise<void>;
  rows(): Promise<ReadonlyMap<string, WireRuleHealth>>;
  sampled(): number;
}

interface Count {
  liveSince: number;
  liveAt: number;
  hits: number;
  suppressed: number;
  lastHitAt?: number;
  runs: number;
  ms: number;
  /** Hits by hour since 1970. */
  hours: Record<string, number>;
}

interface Kept {
  sampled: number;
  readonly rules: Record<string, Count>;
  /** When events of a log source were last seen. */
  readonly sources: Record<string, { readonly log: LogSource; at: number }>;
}

export interface RuleHealthParts {
  readonly kv: NamedTexts;
  readonly book: RuleBook;
  readonly outcomes: OutcomeStore;
  readonly runtime: Runtime;
}

export async function openRuleHealth(parts: RuleHealthParts, live: readonly LiveRule[]): Promise<RuleHealth> {
  const { kv, runtime } = parts;
  const kept = restored(await kv.get(KEY));
  const incidents = incidentCounter(parts.book);
  const book = ruleCounts(kept);
  let rules = live;
  let absorbedAt = 0;
  let savedAt = runtime.now();
  book.live(live, runtime.now());

  const save = async (): Promise<void> => {
    savedAt = runtime.now();
    book.forget(savedAt - FORGET_MS);
    await kv.set(KEY, JSON.stringify(kept));
  };

  return {
    save,
    async absorb(stats, logs, when = "when-due") {
      const now = runtime.now();
      if (when === "when-due" && now < absorbedAt + ABSORB_MS) return [];
      absorbedAt = now;
      const hit = book.take(stats(), now);
      book.see(logs(), now);
      if (now >= savedAt + SAVE_MS) await save();
      return hit;
    },
    exchange(next) {
      rules = next;
      book.begin();
      book.live(next, runtime.now());
    },
    sampled: () => kept.sampled,
    async rows() {
      const [verdicts, joined] = await Promise.all([parts.outcomes.byRule(), incidents()]);
      const now = runtime.now();
      const sums = sumsOf(kept, rules, now);
      return new Map(
        rules.map((rule) => {
          const facts = { verdicts: own(verdicts, rule.id) ?? {}, incidents: joined.get(rule.id) ?? 0 };
          return [rule.id, rowOf({ rule, count: kept.rules[rule.id] ?? fresh(now), kept, sums, now }, facts)];
        }),
      );
    },
  };
}

function restored(text: string | undefined): Kept {
  const nothing = { sampled: 0, rules: Object.create(null), sources: Object.create(null) } as Kept;
  if (text === undefined) return nothing;
  const saved = JSON.parse(text) as Kept; // only we write it
  return { sampled: saved.sampled, rules: bare(saved.rules), sources: bare(saved.sources) };
}

/** Rule ids are outside text: no name of theirs may mean anything to the language. */
const bare = <T>(record: Record<string, T>): Record<string, T> => Object.assign(Object.create(null), record);

const own = <T>(record: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(record, id) ? record[id] : undefined;

const fresh = (now: number): Count => ({
  ...{ liveSince: now, liveAt: now, hits: 0, suppressed: 0, runs: 0, ms: 0, hours: {} },
});

function ruleCounts(kept: Kept) {
  let last: Pick<DetectStats, "hits" | "suppressedOf" | "costs" | "sampled"> = nothingYet();
  const of = (id: string, now: number): Count => {
    kept.rules[id] ??= fresh(now);
    return kept.rules[id];
  };
  return {
    begin(): void {
      last = nothingYet();
    },
    live(rules: readonly LiveRule[], now: number): void {
      for (const { id } of rules) of(id, now).liveAt = now;
    },
    take(stats: DetectStats, now: number): readonly string[] {
      const hit: string[] = [];
      const hour = String(Math.floor(now / HOUR));
      for (const [id, hits] of Object.entries(stats.hits)) {
        const more = hits - (own(last.hits, id) ?? 0);
        if (more <= 0) continue;
        hit.push(id);
        const count = of(id, now);
        count.hits += more;
        count.lastHitAt = now;
        count.hours[hour] = (count.hours[hour] ?? 0) + more;
      }
      for (const [id, n] of Object.entries(stats.suppressedOf))
        of(id, now).suppressed += n - (own(last.suppressedOf, id) ?? 0);
      if (stats.sampled > last.sampled)
        for (const [id, { runs, ms }] of Object.entries(stats.costs)) {
          const count = of(id, now);
          count.runs += runs - (own(last.costs, id)?.runs ?? 0);
          count.ms += ms - (own(last.costs, id)?.ms ?? 0);
        }
      kept.sampled += stats.sampled - last.sampled;
      last = stats;
      return hit;
    },
    see(logs: readonly LogSource[], now: number): void {
      for (const log of logs) {
        const key = JSON.stringify([log.product, log.service, log.categories]);
        if (kept.sources[key] === undefined && Object.keys(kept.sources).length >= SOURCES_MAX) continue;
        kept.sources[key] = { log, at: now };
      }
    },
    forget(before: number): void {
      const oldest = String(Math.floor((before + FORGET_MS) / HOUR) - HOURS_KEPT);
      for (const [id, count] of Object.entries(kept.rules)) {
        if (count.liveAt < before) delete kept.rules[id];
        for (const hour of Object.keys(count.hours)) if (Number(hour) < Number(oldest)) delete count.hours[hour];
      }
    },
  };
}

const nothingYet = () => ({ hits: {}, suppressedOf: {}, costs: {}, sampled: 0 }) as const;

/** Incidents per rule, read on from where the journal was read last. */
function incidentCounter(book: RuleBook): () => Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  let position = 0;
  return async () => {
    for (;;) {
      const page = await book.joined(position, JOINED_PAGE);
      for (const { rule, incident } of page) {
        const own = seen.get(rule) ?? new Set<string>();
        seen.set(rule, own.add(incident));
        counts.set(rule, own.size);
      }
      position = page.at(-1)?.position ?? position;
      if (page.length < JOINED_PAGE) return counts;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

interface Sums {
  readonly hits7d: number;
  readonly ms: number;
}

function hitsSince(count: Count, since: number): number {
  const from = Math.floor(since / HOUR);
  return Object.entries(count.hours).reduce((sum, [hour, n]) => (Number(hour) > from ? sum + n : sum), 0);
}

function sumsOf(kept: Kept, rules: readonly LiveRule[], now: number): Sums {
  let hits7d = 0;
  let ms = 0;
  for (const { id } of rules) {
    const count = kept.rules[id];
    if (count === undefined) continue;
    hits7d += hitsSince(count, now - 7 * DAY);
    ms += count.ms;
  }
  return { hits7d, ms };
}

interface Looked {
  readonly rule: LiveRule;
  readonly count: Count;
  readonly kept: Kept;
  readonly sums: Sums;
  readonly now: number;
}

function rowOf(
  { rule, count, kept, sums, now }: Looked,
  facts: { readonly verdicts: Readonly<Record<string, number>>; readonly incidents: number },
): WireRuleHealth {
  const closed = Object.values(facts.verdicts).reduce((sum, n) => sum + n, 0);
  const falseShare = closed === 0 ? undefined : (facts.verdicts[FALSE_VERDICT] ?? 0) / closed;
  const hits7d = hitsSince(count, now - 7 * DAY);
  const meanMicros = count.runs === 0 ? undefined : (count.ms / count.runs) * 1_000;
  const sourceLive = Object.values(kept.sources).some(({ log, at }) => at > now - NEVER_HIT_MS && rule.admits(log));
  const flagged: readonly (readonly [WireRuleFlag, boolean])[] = [
    ["never-hit", sourceLive && (count.lastHitAt ?? count.liveSince) < now - NEVER_HIT_MS],
    ["noisy", hits7d >= NOISY_HITS_MIN && hits7d >= sums.hits7d * NOISY_SHARE],
    ["slow", count.runs >= SLOW_RUNS_MIN && (meanMicros ?? 0) >= SLOW_MICROS],
    ["mostly-false", closed >= FALSE_CLOSED_MIN && (falseShare ?? 0) >= FALSE_SHARE],
  ];
  return {
    id: rule.id,
    hits: count.hits,
    hits24h: hitsSince(count, now - DAY),
    hits7d,
    ...(count.lastHitAt === undefined ? {} : { lastHitAt: instant(count.lastHitAt) }),
    liveSince: instant(count.liveSince),
    incidents: facts.incidents,
    closed,
    ...(falseShare === undefined ? {} : { falseShare }),
    suppressed: count.suppressed,
    muted: rule.muted,
    ...(meanMicros === undefined ? {} : { meanMicros }),
    timeShare: sums.ms === 0 ? 0 : count.ms / sums.ms,
    flags: flagged.flatMap(([flag, holds]) => (holds ? [flag] : [])),
  };
}
