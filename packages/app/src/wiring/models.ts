/**
 * Triage models of one data folder: which one serves, training, promotion, rollback.
 * Enters: verdicts and model files. Leaves: the judge that triage asks, and records for people.
 *
 * WM1. What serves is whole: a file that is damaged, foreign or not the one that the registry names is refused with its reason,
 *      and what served before goes on.
 * WM2. A crash during training or promotion leaves the champion serving: files come before rows, and rows change in one step.
 * WM3. Only a person promotes; training makes shadows.
 */

import { makeAutoClose } from "@cordon/engine/cases/learn/auto-close";
import { mineOf } from "@cordon/engine/learning/evaluate/mine";
import { modelCard } from "@cordon/engine/learning/registry/card";
import { judgePromotion } from "@cordon/engine/learning/registry/gates";
import { guardVerdicts } from "@cordon/engine/learning/training/guard";
import { trainTriage } from "@cordon/engine/learning/training/train";
import { readVerdicts } from "@cordon/engine/learning/training/verdict-row";
import { makeTriageJudge, type TriageJudge } from "@cordon/engine/learning/triage/decide";
import { digestOf, readTriageModel, schemaDigest, writeTriageModel } from "@cordon/engine/learning/triage/triage-model";
import type { WireModelList, WireModelRecord, WirePromoted } from "@cordon/model/api/models";
import type { Inventory } from "@cordon/model/asset";
import { AppError, messageOf } from "@cordon/model/error";
import type { ModelGate, ModelRecord } from "@cordon/model/model-record";
import type { Outcome, OutcomeStore } from "@cordon/model/ports/journal";
import type { ModelStore } from "@cordon/model/ports/models";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import { DAY, HOUR, instant, MINUTE } from "@cordon/model/time";
import type { Config } from "../config.ts";
import type { LearningDesk, ModelDesk } from "../instance.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { version } from "../version.ts";

/** Verdicts read for one training: years of a busy site. */
const OUTCOMES_MAX = 50_000;
const SEED = 1;
const REVIEW_DAYS = 180;
const LATENCY_ROWS = 20;

export interface ModelWorld {
  readonly config: Config;
  readonly runtime: Runtime;
  readonly models: ModelStore;
  readonly outcomes: Pick<OutcomeStore, "list">;
  readonly meters: Meters;
  readonly learning: Pick<LearningDesk, "gate" | "health">;
}

/** What this instance itself adds counts at once; what another program put into the data folder counts after so long. */
const OUTCOMES_MS = 10 * MINUTE;

/** The gate for closing without a person; undefined when the owner allowed it for no rule. */
export function autoCloseOf(
  world: Pick<ModelWorld, "config" | "runtime" | "outcomes" | "meters"> & {
    readonly learning: Pick<LearningDesk, "widened">;
  },
  models: Pick<ModelDesk, "judge">,
  inventory: Inventory,
): AutoClose | undefined {
  const { config, runtime, outcomes, meters, learning } = world;
  if (config.learning.autoClose.length === 0) return undefined;
  const held: { list: readonly Outcome[]; at: number } = { list: [], at: Number.NEGATIVE_INFINITY };
  const judge = makeAutoClose({
    permissions: new Map(
      config.learning.autoClose.flatMap(({ rule, also, reviewBy, ...rest }) =>
        [rule, ...also].map((each) => [
          each,
          { ...rest, family: rule, reviewBy: instant(Date.parse(`${reviewBy}T23:59:59Z`)) },
        ]),
      ),
    ),
    model: () => models.judge()?.model,
    inventory,
    outcomes: () => held.list,
    driftAlarm: () => [...meters.problems.keys()].some((code) => code.startsWith("drift")),
    widened: () => learning.widened(),
    now: () => runtime.now(),
    random: () => runtime.random(),
  });
  const refresh = async (): Promise<void> => {
    if (runtime.now() - held.at < OUTCOMES_MS) return;
    held.at = runtime.now();
    held.list = await outcomes.list(OUTCOMES_MAX);
  };
  const note = (outcome: Outcome): void => {
    held.list = [outcome, ...held.list];
  };
  return { judge, refresh, note };
}

export interface AutoClose {
  readonly judge: ReturnType<typeof makeAutoClose>;
  refresh(): Promise<void>;
  /** An outcome that was stored just now. */
  note(outcome: Outcome): void;
}

/** Gates that no reason overrules, with what to do instead. */
const FIRM_GATES: Readonly<Record<string, string>> = {
  canaries: "train anew",
  fairness: "answer the flags: cordon model bias, then cordon model answer FLAG",
};

interface State {
  judge: TriageJudge | undefined;
  /** Why nothing serves, or what serves. */
  why: string;
  training: boolean;
}

export async function openModels(world: ModelWorld): Promise<ModelDesk> {
  const state: State = { judge: undefined, why: "no model was promoted yet", training: false };
  await serve(world, state);
  return {
    judge: () => state.judge,
    why: () => state.why,
    list: () => listOf(world, state),
    async train(by) {
      if (state.training) throw new AppError("already-running", "a training runs already", { retry: "later" });
      state.training = true;
      try {
        return await train(world, by);
      } finally {
        state.training = false;
      }
    },
    promote: (id, by, despite) => promote(world, state, { id, by, despite }),
    rollback: (by) => rollback(world, state, by),
    async card(id) {
      const record = await find(world, id);
      return { id: record.id, markdown: modelCard(record, world.config.learning.owner) };
    },
    health: () => world.learning.health(),
    gates: async (id) => (await gatesOf(world, state, await find(world, id))).gates,
    mine: async () => mineOf((await verdictsOf(world)).guarded, { seed: SEED, breathe: breatheOf(world) }),
  };
}

/** At the start, and after every change of the registry. */
async function serve(world: ModelWorld, state: State): Promise<void> {
  const champion = (await world.models.list()).find(({ status }) => status === "champion");
  world.meters.problems.delete("model-damaged");
  if (champion === undefined) {
    state.judge = undefined;
    state.why = "no model was promoted yet";
    return;
  }
  try {
    state.judge = await load(world, champion);
    state.why = `model ${champion.id.slice(0, 12)} serves`;
  } catch (error) {
    state.judge = undefined;
    state.why = `model ${champion.id.slice(0, 12)} is refused: ${messageOf(error)}`;
    const fix = "cordon model rollback, or put the file back";
    raiseProblem(world.meters, "model-damaged", `${state.why}; the score stands without a model`, fix);
  }
}

async function load({ models, runtime }: ModelWorld, record: ModelRecord): Promise<TriageJudge> {
  const model = readTriageModel(await models.bytes(record.id), (bytes) => runtime.sha256(bytes));
  if (model.id !== record.id)
    throw new AppError(
      "model-damaged",
      `the file is model ${model.id.slice(0, 12)}, not the one that the registry names`,
    );
  return makeTriageJudge(model);
}

async function verdictsOf({ outcomes, runtime, config }: ModelWorld) {
  const read = readVerdicts(await outcomes.list(OUTCOMES_MAX));
  const guarded = guardVerdicts(read.rows, runtime.now(), config.learning.quarantineHours * HOUR);
  return { read, guarded };
}

async function listOf(world: ModelWorld, state: State): Promise<WireModelList> {
  const [items, { read, guarded }] = await Promise.all([world.models.list(), verdictsOf(world)]);
  const needed = world.config.learning.verdicts;
  const usable = guarded.rows.length;
  const learning =
    state.judge === undefined && usable < needed
      ? `; ${usable} of ${needed} verdicts: until then severity, rarity and asset make the score`
      : "";
  return {
    ...(state.judge === undefined ? {} : { serving: state.judge.model.id }),
    why: `${state.why}${learning}`,
    verdicts: { usable, needed, heldBack: { ...guarded.heldBack }, skipped: { ...read.skipped } },
    items: items.map(wire),
  };
}

const breatheOf =
  ({ runtime }: ModelWorld) =>
  (): Promise<void> =>
    runtime.sleep(0, NEVER_STOP);

async function train(world: ModelWorld, by: string): Promise<WireModelRecord> {
  const { runtime, models, config } = world;
  const hash = (bytes: Uint8Array) => runtime.sha256(bytes);
  const { guarded } = await verdictsOf(world);
  const parent = (await models.list()).find(({ status }) => status === "champion")?.id;
  const { rows } = guarded;
  const snapshot = digestOf(
    hash,
    rows.map(({ incident, at, by: person, verdict, row }) => [incident, at, person, verdict, row]),
  );
  const lineage = { version, snapshot, seed: SEED, ...(parent === undefined ? {} : { parent }) };
  const { parts } = await trainTriage(guarded, {
    ...{ seed: SEED, verdictsMin: config.learning.verdicts, lineage, breathe: breatheOf(world) },
  });
  const { id, bytes } = writeTriageModel(parts, hash);
  const made: ModelRecord = {
    ...{
      id,
      status: "shadow",
      createdAt: runtime.now(),
      by,
      version,
      schema: schemaDigest(hash),
      snapshot,
      seed: SEED,
    },
    ...{ verdicts: rows.length, facts: parts.facts },
    ...(parent === undefined ? {} : { parent }),
  };
  await models.add(made, bytes);
  return wire((await models.list()).find((record) => record.id === id) ?? made);
}

interface Promotion {
  readonly id: string;
  readonly by: string;
  readonly despite: string | undefined;
}

async function promote(world: ModelWorld, state: State, { id, by, despite }: Promotion): Promise<WirePromoted> {
  const record = await find(world, id);
  if (record.status === "champion") throw new AppError("conflict", `model ${record.id.slice(0, 12)} serves already`);
  const { gates } = await gatesOf(world, state, record);
  const failed = gates.filter(({ passed }) => !passed);
  const firm = failed.find(({ gate }) => Object.hasOwn(FIRM_GATES, gate));
  if (failed.length > 0 && (firm !== undefined || despite === undefined)) {
    const said = failed.map(({ gate, said: why }) => `${gate}: ${why}`).join("; ");
    const wait = 'wait, or overrule with a reason: cordon model promote ID --despite "..."';
    throw new AppError("gates-not-passed", said, { fix: (firm && FIRM_GATES[firm.gate]) ?? wait });
  }
  return enthrone(world, state, { record, by, gates, despite: failed.length > 0 ? despite : undefined });
}

/** All gates of promotion, without promoting. */
async function gatesOf(world: ModelWorld, state: State, record: ModelRecord) {
  const { runtime, config } = world;
  const challenger = await load(world, record);
  const rows = await freshRows(world, record);
  const gates = judgePromotion(
    { challenger, champion: state.judge, rows },
    {
      ...{ now: runtime.now(), challengerSince: record.createdAt, seed: SEED, decisionMs: usualMs(challenger, rows) },
      shadowDays: config.learning.shadowDays,
      shadowVerdicts: config.learning.shadowVerdicts,
      evidence: config.learning.evidence,
    },
  );
  return { gates: [...gates, await world.learning.gate()] };
}

interface Throne {
  readonly record: ModelRecord;
  readonly by: string;
  readonly gates: readonly ModelGate[];
  readonly despite: string | undefined;
}

async function enthrone(
  world: ModelWorld,
  state: State,
  { record, by, gates, despite }: Throne,
): Promise<WirePromoted> {
  const now = world.runtime.now();
  const before = (await world.models.list()).filter(({ status }) => status === "champion");
  const { retiredAt: _was, ...fresh } = record;
  const champion: ModelRecord = {
    ...fresh,
    ...{ status: "champion", approvedBy: by, approvedAt: now, gates, reviewBy: instant(now + REVIEW_DAYS * DAY) },
    ...(despite === undefined ? {} : { despite }),
  };
  await world.models.replace([
    ...before.map((old): ModelRecord => ({ ...old, status: "retired", retiredAt: now })),
    champion,
  ]);
  await serve(world, state);
  state.why = `${state.why}, promoted by ${by}`;
  return { model: wire(champion), gates: [...gates], said: state.why };
}

/** Back to the model that served before, byte for byte; without one, to the score without a model. */
async function rollback(world: ModelWorld, state: State, by: string): Promise<WirePromoted> {
  const all = await world.models.list();
  const champion = all.find(({ status }) => status === "champion");
  if (champion === undefined) throw new AppError("conflict", "no model serves: there is nothing to go back from");
  const earlier = all
    .filter(({ status, approvedAt }) => status === "retired" && (approvedAt ?? 0) < (champion.approvedAt ?? 0))
    .toSorted((a, b) => (b.approvedAt ?? 0) - (a.approvedAt ?? 0))[0];
  if (earlier !== undefined) await load(world, earlier);
  const now = world.runtime.now();
  const gone: ModelRecord = { ...champion, status: "retired", retiredAt: now };
  await world.models.replace(earlier === undefined ? [gone] : [gone, { ...earlier, status: "champion" }]);
  await serve(world, state);
  state.why = `${by} took model ${champion.id.slice(0, 12)} back; ${state.why}`;
  return { ...(earlier === undefined ? {} : { model: wire(earlier) }), gates: [], said: state.why };
}

function wire({ gates, ...record }: ModelRecord): WireModelRecord {
  return { ...record, ...(gates === undefined ? {} : { gates: [...gates] }) };
}

async function find({ models }: ModelWorld, id: string): Promise<ModelRecord> {
  const found = (await models.list()).filter((record) => record.id.startsWith(id.toLowerCase()));
  const [only] = found;
  if (only === undefined || found.length > 1 || id.length < 4)
    throw new AppError("not-found", `${found.length === 0 ? "no" : "more than one"} model ${id.slice(0, 80)}`, {
      fix: "cordon model list",
    });
  return only;
}

/** Verdicts on incidents that neither the challenger nor what serves has learnt from. */
async function freshRows(world: ModelWorld, record: ModelRecord) {
  const { read } = await verdictsOf(world);
  return read.rows.filter(({ at }) => at > record.createdAt);
}

/** Median of some decisions, after as many to warm up: the slowest would measure the machine, not the model. */
function usualMs(judge: TriageJudge, rows: readonly { readonly row: Parameters<TriageJudge["score"]>[0] }[]): number {
  const row = rows[0]?.row ?? { rule: "", values: {} };
  const times = Array.from({ length: 2 * LATENCY_ROWS }, () => {
    const began = performance.now();
    judge.decide(row, []);
    return performance.now() - began;
  }).slice(LATENCY_ROWS);
  return times.sort((a, b) => a - b)[LATENCY_ROWS / 2] ?? 0;
}
