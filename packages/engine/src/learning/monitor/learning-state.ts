/**
 * The journal of learning, folded: what drifts at present, which retraining is proposed, who judged a second time.
 * Enters: entries, oldest first. Leaves: state; entries that follow from a look at health.
 *
 * LS1. Drift is noted when it begins and when it ends, not at every look.
 * LS2. There is one open proposal at a time; a declined one is not made again before DECLINED_MS have passed.
 */
import type { LearningEntry, LearningMove } from "@cordon/model/learning-entry";
import { instant } from "@cordon/model/time";
import type { ModelHealth } from "./model-health.ts";
import { waiverOf } from "./second-review.ts";

const DECLINED_MS = 7 * 86_400_000;

type Of<K extends LearningEntry["kind"]> = Extract<LearningEntry, { readonly kind: K }>;

export interface Proposal {
  readonly made: Of<"retraining-proposed">;
  readonly answer?: Of<"retraining-answered">;
}

export interface LearningState {
  readonly drifting: ReadonlyMap<string, Of<"drift-began">>;
  readonly proposals: readonly Proposal[];
  readonly seconds: ReadonlyMap<string, Of<"second-verdict">>;
  /** `waiverOf` an incident and a person. */
  readonly waived: ReadonlySet<string>;
  readonly changes: readonly Of<"change-seen">[];
}

export function learningState(entries: readonly LearningEntry[]): LearningState {
  const drifting = new Map<string, Of<"drift-began">>();
  const proposals = new Map<string, Proposal>();
  const seconds = new Map<string, Of<"second-verdict">>();
  const waived = new Set<string>();
  const changes: Of<"change-seen">[] = [];
  for (const entry of entries) {
    if (entry.kind === "drift-began") drifting.set(entry.feature, entry);
    if (entry.kind === "drift-ended") drifting.delete(entry.feature);
    if (entry.kind === "retraining-proposed") proposals.set(entry.proposal, { made: entry });
    const proposal = entry.kind === "retraining-answered" ? proposals.get(entry.proposal) : undefined;
    if (entry.kind === "retraining-answered" && proposal !== undefined)
      proposals.set(entry.proposal, { ...proposal, answer: entry });
    if (entry.kind === "second-verdict") seconds.set(entry.incident, entry);
    if (entry.kind === "review-waived") waived.add(waiverOf(entry.incident, entry.by));
    if (entry.kind === "change-seen") changes.push(entry);
  }
  return { drifting, proposals: [...proposals.values()], seconds, waived, changes };
}

export const openProposal = ({ proposals }: LearningState): Proposal | undefined =>
  proposals.findLast(({ answer }) => answer === undefined);

/** LS1, LS2. What this look adds to the journal; `id` names a proposal if one is made. */
export function movesOf(health: ModelHealth, state: LearningState, look: { now: number; id: string }): LearningMove[] {
  if (health.verdict === "too-few") return [];
  const stands = new Map(health.drift.flatMap((column) => (column.lasting ? [[column.name, column] as const] : [])));
  const began = [...stands.values()].filter(({ name }) => !state.drifting.has(name));
  const ended = [...state.drifting.values()].filter(({ feature }) => !stands.has(feature));
  return [
    ...began.map(
      ({ name, words, effect, since }): LearningMove => ({
        ...{ kind: "drift-began", feature: name, words },
        effect: Number.isNaN(effect) ? 0 : effect,
        since: instant(since ?? look.now),
      }),
    ),
    ...ended.map(({ feature, words }): LearningMove => ({ kind: "drift-ended", feature, words })),
    ...proposalOf(health, state, look),
  ];
}

function proposalOf(
  { ladder }: ModelHealth,
  state: LearningState,
  { now, id }: { now: number; id: string },
): LearningMove[] {
  const rung = ladder.find(({ step }) => step === "propose-retraining");
  if (rung?.holds !== true || openProposal(state) !== undefined) return [];
  const last = state.proposals.at(-1)?.answer;
  if (last !== undefined && now - last.at < DECLINED_MS) return [];
  return [{ kind: "retraining-proposed", proposal: id, why: rung.why }];
}
