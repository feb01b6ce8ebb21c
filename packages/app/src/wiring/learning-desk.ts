/**
 * Health of what was learnt, and what people answer to it: drift, performance, groups, proposals, second reviews.
 * Enters: outcomes, model records, the journal of learning, changes around. Leaves: answers of the API, a problem where a person is needed.
 *
 * WH1. A problem whose code begins with `drift` stops closing without a person (wiring/models.ts), and goes when the reason goes.
 * WH2. A look writes down what began and what ended; it never trains and never changes which model serves.
 * WH3. Whoever reviews a second time is told the first verdict only after his own is stored.
 * WH4. A look is kept for LOOK_MS: many pages asking at once cost one look. Acts of people look anew.
 */
import { biasReport } from "@cordon/engine/learning/fairness/bias";
import { type Flag, fairnessGate, flagsOf } from "@cordon/engine/learning/fairness/flags";
import { biasRows } from "@cordon/engine/learning/monitor/bias-rows";
import { learningState, movesOf, openProposal } from "@cordon/engine/learning/monitor/learning-state";
import { type ModelHealth, modelHealth } from "@cordon/engine/learning/monitor/model-health";
import { scoredRows } from "@cordon/engine/learning/monitor/scored-rows";
import { agreementOf, waiting } from "@cordon/engine/learning/monitor/second-review";
import { askLabels } from "@cordon/engine/learning/training/ask-labels";
import { selectiveOf } from "@cordon/engine/learning/training/selective";
import { readVerdicts } from "@cordon/engine/learning/training/verdict-row";
import type { WireModelBias, WireModelHealth } from "@cordon/model/api/model-health";
import { AppError } from "@cordon/model/error";
import { isJsonObject } from "@cordon/model/json";
import type { LearningMove } from "@cordon/model/learning-entry";
import type { ModelRecord } from "@cordon/model/model-record";
import type { IncidentQuery } from "@cordon/model/ports/journal";
import type { Runtime } from "@cordon/model/ports/runtime";
import { SECOND } from "@cordon/model/time";
import type { LearningDesk } from "../instance.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { closingState, ENTRIES_MAX, type LearningWorld, newChanges, seenChanges } from "./learning-around.ts";
import { reviewsOf } from "./learning-reviews.ts";
import { wireBias, wireHealth, wireProposals, wireSelective } from "./learning-wire.ts";

/** Newest decided cases that are looked at. */
const OUTCOMES_MAX = 20_000;
const CHANGES_SHOWN = 20;
/** Of the newest open incidents some are proposed for a verdict. */
const OPEN: IncidentQuery = { status: ["new", "open", "waiting"], order: "updated", limit: 1_000 };
const LOOK_MS = 15 * SECOND;
const SEED = 1;
const PROBLEM = "drift-model";
const PROPOSED = "learning-retrain";

export function openLearning(world: LearningWorld): LearningDesk {
  const { runtime, learning } = world;
  let widened = 0;
  const health = kept(runtime, async () => {
    const look = await lookAtHealth(world);
    widened = look.closing.widened ?? 0;
    return look;
  });
  const bias = kept(runtime, () => lookAtGroups(world));
  const write = (by: string, move: LearningMove): Promise<void> => learning.append({ at: runtime.now(), by, ...move });
  return {
    health: async () => {
      const [own, { flags }] = await Promise.all([health.now(), bias.now()]);
      return { ...own, openFlags: flags.filter(({ answer }) => answer === undefined).length };
    },
    widened: () => widened,
    bias: async () => (await bias.now()).wire,
    gate: async () => {
      bias.forget();
      return fairnessGate((await bias.now()).flags);
    },
    async answerFlag(by, { flag, answer, reason }) {
      bias.forget();
      const found = (await bias.now()).flags.find(({ id }) => id === flag);
      if (found === undefined)
        throw new AppError("not-found", `no flag ${flag.slice(0, 200)}`, { fix: "cordon model bias" });
      await write(by, { kind: "flag-answered", flag, answer, reason, gap: found.gap.value });
      bias.forget();
      return (await bias.now()).wire;
    },
    async answerProposal(by, { proposal, answer, reason }, train) {
      const open = openProposal(learningState(await learning.list(ENTRIES_MAX)));
      if (open?.made.proposal !== proposal)
        throw new AppError("not-found", `no open proposal ${proposal.slice(0, 80)}`, { fix: "cordon model health" });
      // The model first: an answer without its challenger would leave nothing to act on.
      const model = answer === "accept" ? (await train(by)).id : undefined;
      await write(by, {
        ...{ kind: "retraining-answered", proposal, answer, reason },
        ...(model === undefined ? {} : { model }),
      });
      health.forget();
    },
    ...reviewsOf(world, write, () => health.forget()),
  };
}

/** WH4. */
function kept<T>(runtime: Runtime, look: () => Promise<T>) {
  let held: { readonly at: number; readonly value: Promise<T> } | undefined;
  return {
    forget: (): void => {
      held = undefined;
    },
    now(): Promise<T> {
      if (held !== undefined && runtime.now() - held.at < LOOK_MS) return held.value;
      const value = look();
      const own = { at: runtime.now(), value };
      held = own;
      value.catch(() => {
        if (held === own) held = undefined;
      });
      return value;
    },
  };
}

interface Groups {
  readonly wire: WireModelBias;
  readonly flags: readonly Flag[];
}

async function lookAtGroups({ outcomes, learning, runtime, around }: LearningWorld): Promise<Groups> {
  const rows = scoredRows(await outcomes.list(OUTCOMES_MAX)).map((row) => ({
    ...row,
    rule: around.titleOf(row.rule) ?? row.rule,
  }));
  const report = biasReport(biasRows(rows), SEED);
  const flags = flagsOf(report, await learning.list(ENTRIES_MAX, ["flag-answered"]), runtime.now());
  return { wire: wireBias(report, flags), flags };
}

async function lookAtHealth(world: LearningWorld): Promise<Omit<WireModelHealth, "openFlags">> {
  const { outcomes, learning, runtime, models, meters, config, journal, around } = world;
  const [all, records, entries] = await Promise.all([
    outcomes.list(OUTCOMES_MAX),
    models.list(),
    learning.list(ENTRIES_MAX),
  ]);
  const before = learningState(entries);
  for (const { by, move } of await newChanges(around, before))
    await learning.append({ at: runtime.now(), by, ...move });
  const changes = seenChanges(around, records, before.changes);
  const champion = records.find(({ status }) => status === "champion");
  const health = modelHealth(scoredRows(all), SEED, {
    now: runtime.now(),
    changes,
    ...{ serving: champion?.id, learntUntil: champion === undefined ? undefined : learntUntilOf(champion) },
  });
  const look = { now: runtime.now(), id: runtime.id() };
  for (const move of movesOf(health, before, look)) await learning.append({ at: look.now, by: "cordon", ...move });
  const state = learningState(await learning.list(ENTRIES_MAX));
  showProblems(meters, health, openProposal(state)?.made.why);
  const firsts = readVerdicts(all).rows;
  const share = config.learning.reviewShare;
  const round = { share, now: look.now, digest: (text: string) => runtime.sha256(text) };
  const paused = [...meters.problems].flatMap(([code, { message }]) => (code.startsWith("drift") ? [message] : []));
  return {
    at: look.now,
    ...wireHealth(health),
    proposals: wireProposals(state),
    changes: changes.slice(0, CHANGES_SHOWN).map((change) => ({ ...change })),
    selective: wireSelective(selectiveOf(all, look.now, SEED)),
    ask: [...askLabels(await journal.list(OPEN), health.verdict === "alarm")],
    closing: {
      ...(await closingState({ journal, outcomes: all, rules: config.learning.autoClose.length, paused })),
      ...(health.widened > 0 ? { widened: health.widened } : {}),
    },
    agreement: {
      ...{ share, waiting: waiting(firsts, state.seconds, round).length },
      ...agreementOf(firsts, state.seconds),
      influence: influenceOf(records),
    },
  };
}

/** WH1. */
function showProblems(meters: Meters, { verdict, said }: ModelHealth, proposed: string | undefined): void {
  const fix = "cordon model health; then cordon model rollback, or train a challenger";
  if (verdict === "alarm") raiseProblem(meters, PROBLEM, `triage model: ${said}`, fix);
  else meters.problems.delete(PROBLEM);
  if (proposed === undefined) meters.problems.delete(PROPOSED);
  else raiseProblem(meters, PROPOSED, `retraining is proposed: ${proposed}`, "cordon model proposal accept|decline");
}

/** Of models that were made before the window was kept it is not known. */
function learntUntilOf({ facts }: ModelRecord): number | undefined {
  const { window } = facts;
  return isJsonObject(window) && typeof window.to === "number" ? window.to : undefined;
}

/** As the newest training measured it. */
function influenceOf(records: readonly ModelRecord[]): number[] {
  const facts = (records.find(({ status }) => status === "champion") ?? records[0])?.facts.influence;
  const moved = isJsonObject(facts) ? facts.meanShiftWithoutOne : undefined;
  return Array.isArray(moved) ? moved.filter((each): each is number => typeof each === "number") : [];
}
