/**
 * The ladder of what to do about a model: inform, widen, pause auto-close, fall back, propose retraining (learning.md 7.2).
 * Enters: what the look found. Leaves: every rung, whether it holds and why; the highest that holds is the advice.
 *
 * ML1. Rungs hold by themselves: a model may be worth falling back from while nothing has drifted.
 * ML2. No rung changes which model serves, and none trains: falling back and training are acts of people.
 */
export const RUNGS = ["inform", "widen", "pause-auto-close", "fall-back", "propose-retraining"] as const;
export type Rung = (typeof RUNGS)[number];
export type Advice = "none" | Rung;

export interface LadderStep {
  readonly step: Rung;
  readonly holds: boolean;
  readonly why: string;
}

/** A quarter of the rows has moved, or half of the columns: figures of before say little about now. */
const EFFECT_WIDE = 0.25;
const SHARE_WIDE = 0.5;
/** Wider on both sides would say nothing at all. */
const WIDEN_MAX = 0.25;
const NAMED_MAX = 2;

export interface LadderFacts {
  /** Columns that changed in two windows, with the share of rows that moved. */
  readonly lasting: readonly { readonly words: string; readonly effect: number }[];
  /** Share of all columns that changed in two windows. */
  readonly share: number;
  readonly findings: number;
  /** Estimated and true performance disagree in two windows. */
  readonly off: boolean;
  /** The error of what the model said has risen to stay. */
  readonly risen: { readonly before: number; readonly after: number } | undefined;
  /** In the newest window, whatever the one before said. */
  readonly offNow: boolean;
  /** Ranks worse than the score without a model, beyond chance. */
  readonly worse: boolean;
}

export function ladderOf(facts: LadderFacts): readonly LadderStep[] {
  const { lasting, share, findings, off, risen, worse } = facts;
  const names = namesOf(lasting);
  const wide = widenBy(facts) > 0;
  const found = findings === 0 ? [] : [`${findings} ${findings === 1 ? "finding" : "findings"} on the data itself`];
  const seen = [...(lasting.length === 0 ? [] : [`changed in two windows: ${names}`]), ...found];
  const retrain = ((off || risen !== undefined) && lasting.length > 0) || worse || share >= SHARE_WIDE;
  return [
    { step: "inform", holds: seen.length > 0, why: seen.join("; ") || "inputs look as they did" },
    {
      step: "widen",
      holds: wide,
      why: wide
        ? `much has moved: intervals of estimates are ${(100 * widenBy(facts)).toFixed(0)} points wider on both sides, and closing without a person takes every chance to be so much higher`
        : "no change is large enough to make estimates unsure",
    },
    {
      step: "pause-auto-close",
      holds: off || risen !== undefined || worse,
      why: pauseWhy(facts),
    },
    {
      step: "fall-back",
      holds: worse,
      why: worse
        ? "the newest verdicts rank better by the score without a model, beyond chance"
        : "not worse than the score without a model",
    },
    { step: "propose-retraining", holds: retrain, why: retrainWhy(facts, retrain) },
  ];
}

function pauseWhy({ off, risen, worse, offNow }: LadderFacts): string {
  if (off) return "verdicts disagree with what was estimated, in two windows";
  if (risen !== undefined)
    return `the squared error of what the model says rose from ${risen.before.toFixed(3)} to ${risen.after.toFixed(3)} and stays there`;
  if (worse) return "the model ranks worse than none";
  if (offNow) return "verdicts disagree with what was estimated in this window; one window is not enough";
  return "estimates agree with verdicts, as far as there are any";
}

function namesOf(lasting: LadderFacts["lasting"]): string {
  const named = lasting.slice(0, NAMED_MAX).map(({ words }) => words);
  return [...named, ...(lasting.length > NAMED_MAX ? [`${lasting.length - NAMED_MAX} more`] : [])].join(", ");
}

function retrainWhy({ off, risen, worse, lasting }: LadderFacts, retrain: boolean): string {
  if (!retrain) return "nothing asks for it";
  if (worse) return "the model is worse than none";
  if ((off || risen !== undefined) && lasting.length > 0)
    return `inputs changed and the model is off: ${namesOf(lasting)}`;
  return "half of the inputs or more have changed";
}

/** How much wider, on either side, estimates are shown; 0: as they are. */
export function widenBy({ lasting, share }: Pick<LadderFacts, "lasting" | "share">): number {
  const effect = Math.max(0, ...lasting.map((column) => column.effect));
  return effect >= EFFECT_WIDE || share >= SHARE_WIDE ? Math.min(WIDEN_MAX, effect / 2) : 0;
}

export const adviceOf = (ladder: readonly LadderStep[]): Advice =>
  ladder.findLast(({ holds }) => holds)?.step ?? "none";
