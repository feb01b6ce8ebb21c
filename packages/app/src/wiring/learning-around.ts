/**
 * What happens around the models: changes that alarms are tied to, the state of closing without a person, and decided cases with groups.
 * LA1. Changes of rules and models come from their own histories; new sources and versions are noted here when they are first seen.
 * LA2. What was there at the very first look is no change.
 */
import type { LearningState } from "@cordon/engine/learning/monitor/learning-state";
import type { SeenChange } from "@cordon/engine/learning/monitor/tie-changes";
import type { WireModelHealth } from "@cordon/model/api/model-health";
import type { WireRuleset } from "@cordon/model/api/rules";
import type { LearningEntry, LearningMove } from "@cordon/model/learning-entry";
import type { ModelRecord } from "@cordon/model/model-record";
import type { Journal, Outcome, OutcomeStore } from "@cordon/model/ports/journal";
import type { LearningJournal } from "@cordon/model/ports/learning-journal";
import type { ModelStore } from "@cordon/model/ports/models";
import type { Runtime } from "@cordon/model/ports/runtime";
import type { Config } from "../config.ts";
import type { Meters } from "../meters.ts";
import { version } from "../version.ts";

const FIRST_LOOK = "first look";
/** Of open incidents so many are counted. */
const INCIDENTS_MAX = 1_000;
const REASONS_MAX = 30;

/** Entries about learning: years of answers and drifts. */
export const ENTRIES_MAX = 20_000;

export interface LearningWorld {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly outcomes: Pick<OutcomeStore, "list">;
  readonly models: Pick<ModelStore, "list">;
  readonly learning: LearningJournal;
  readonly journal: Pick<Journal, "list" | "get">;
  readonly around: Around;
}

export interface Around {
  readonly rulesets: () => readonly WireRuleset[];
  /** What people call a rule. */
  readonly titleOf: (rule: string) => string | undefined;
  /** Events by source. */
  readonly sources: () => Promise<Readonly<Record<string, number>>>;
}

/** LA1, LA2. What to write down about sources and version. */
export async function newChanges(around: Around, { changes }: LearningState): Promise<readonly NewChange[]> {
  const seen = new Set(changes.flatMap(({ change, what }) => (change === "source" ? [what] : [])));
  const by = seen.size === 0 ? FIRST_LOOK : "cordon";
  const sources = Object.keys(await around.sources()).filter((name) => !seen.has(name));
  const before = changes.findLast(({ change }) => change === "version");
  const first = before === undefined ? FIRST_LOOK : "cordon";
  return [
    ...sources.map((what): NewChange => ({ by, move: { kind: "change-seen", change: "source", what } })),
    ...(before?.what === version
      ? []
      : [{ by: first, move: { kind: "change-seen", change: "version", what: version } } as const]),
  ];
}

interface NewChange {
  readonly by: string;
  readonly move: LearningMove;
}

/** Newest first. */
export function seenChanges(
  around: Around,
  models: readonly ModelRecord[],
  noted: readonly Extract<LearningEntry, { readonly kind: "change-seen" }>[],
): readonly SeenChange[] {
  const rulesets = around.rulesets().slice();
  const first = Math.min(...rulesets.map(({ from }) => from));
  return [
    ...rulesets
      .filter(({ from }) => from > first)
      .map(({ from: at, by, changes }) => {
        const { added, removed, changed } = changes;
        const what = `rules exchanged by ${by}: ${added.count} added, ${removed.count} removed, ${changed.count} changed`;
        return { kind: "rules", what, at };
      }),
    ...models.flatMap(({ id, approvedAt, approvedBy, retiredAt }) => [
      ...(approvedAt === undefined
        ? []
        : [{ kind: "model", what: `model ${id.slice(0, 12)} promoted by ${approvedBy}`, at: approvedAt }]),
      ...(retiredAt === undefined ? [] : [{ kind: "model", what: `model ${id.slice(0, 12)} retired`, at: retiredAt }]),
    ]),
    ...noted
      .filter(({ by }) => by !== FIRST_LOOK)
      .map(({ change, what, at }) => ({
        ...{ kind: change, at },
        what: change === "source" ? `new source ${what}` : change === "version" ? `Cordon ${what} deployed` : what,
      })),
  ].toSorted((a, b) => b.at - a.at);
}

interface ClosingWorld {
  readonly journal: Pick<Journal, "list">;
  readonly outcomes: readonly Outcome[];
  readonly rules: number;
  readonly paused: readonly string[];
}

/** Closing without a person: how often, why not, what waits. */
export async function closingState({
  journal,
  outcomes,
  rules,
  paused,
}: ClosingWorld): Promise<WireModelHealth["closing"]> {
  const refusals: Record<string, number> = {};
  let audits = 0;
  const open = await journal.list({ status: ["new", "open", "waiting"], order: "updated", limit: INCIDENTS_MAX });
  for (const { decision } of open) {
    if (decision?.closing?.kind === "audit") audits += 1;
    for (const reason of decision?.closing?.kind === "keep-open" ? decision.closing.reasons : []) {
      const name = kindOf(reason);
      if (name in refusals || Object.keys(refusals).length < REASONS_MAX) refusals[name] = (refusals[name] ?? 0) + 1;
    }
  }
  const closed = outcomes.filter(({ by }) => by.startsWith("policy:")).length;
  return { rules, paused: [...paused], closed, audits, refusals };
}

/** The same reason with other figures is the same reason. */
const kindOf = (reason: string): string => reason.replace(/\d[\d.:TZ-]*/g, "N").slice(0, 120);
