/**
 * Drives learning beside the cases: scores open incidents anew when another model serves, closes what policy and gate allow, makes a new
 * shadow on schedule.
 * MR1. Nothing here promotes a model, and nothing is closed that changed since its decision was stored (optimistic append).
 * MR2. Trouble is shown and tried again at the next tick; cases go on.
 * MR3. Drift is looked for every HEALTH_LOOK_MS, and before anything is closed after a start; what it finds is a problem for people,
 *      and stops closing without them.
 * MR4. Just before a closing the gate is asked once more: what came up since the decision (another incident, an alarm, an undo) counts.
 */
import { closingOf, isRipe } from "@cordon/engine/cases/learn/auto-close";
import { AppError, messageOf } from "@cordon/model/error";
import { foldMore } from "@cordon/model/fold";
import { type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Journal, OutcomeStore } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import type { ModelDesk } from "../instance.ts";
import { type Meters, raiseProblem } from "../meters.ts";
import { rescoreOpen } from "./model-rescore.ts";

const TICK_MS = SECOND;
const CLOSE_LOOK_MS = 15 * SECOND;
/** Of the untouched incidents so many are looked at each time; the next look goes on behind them. */
const LOOKED_AT = 500;
const RETRAIN_LOOK_MS = 10 * MINUTE;
const HEALTH_LOOK_MS = HOUR;
/** Fewer new verdicts would make nearly the same model. */
const NEW_VERDICTS_MIN = 20;

export interface ModelParts {
  readonly models: ModelDesk;
  readonly journal: Pick<Journal, "list" | "append">;
  readonly outcomes: Pick<OutcomeStore, "add">;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly autoClose: boolean;
  readonly quietMs: number;
  readonly retrainHours: number;
  readonly score: (incident: Incident) => Promise<readonly IncidentEntry[]>;
  /** Somebody should look at the incident: it was closed. */
  readonly nudge: (incident: IncidentId) => void;
}

interface Progress {
  /** The model that open incidents were scored by; `null` before the first look. */
  scoredBy: string | undefined | null;
  closedTo: IncidentId | undefined;
}

export async function runModels(parts: ModelParts, stop: Stop): Promise<void> {
  const { runtime, meters } = parts;
  const progress: Progress = { scoredBy: null, closedTo: undefined };
  const due = { close: 0, health: 0, retrain: runtime.now() + RETRAIN_LOOK_MS };
  const isDue = (what: keyof typeof due, everyMs: number): boolean => {
    if (runtime.now() < due[what]) return false;
    due[what] = runtime.now() + everyMs;
    return true;
  };
  while (!stop.stopped) {
    await runtime.sleep(TICK_MS, stop);
    if (stop.stopped) return;
    try {
      await followModel(parts, progress, stop);
      if (isDue("health", HEALTH_LOOK_MS)) await parts.models.health();
      if (parts.autoClose && isDue("close", CLOSE_LOOK_MS)) await closeAllowed(parts, progress);
      if (parts.retrainHours > 0 && isDue("retrain", RETRAIN_LOOK_MS)) await retrainIfDue(parts);
      meters.problems.delete("learning-stopped");
    } catch (error) {
      raiseProblem(meters, "learning-stopped", `learning waits: ${messageOf(error)}`, "cordon model list");
    }
  }
}

async function followModel({ models, ...parts }: ModelParts, progress: Progress, stop: Stop): Promise<void> {
  const model = models.judge()?.model.id;
  if (progress.scoredBy === model) return;
  await rescoreOpen(parts, { model, why: models.why() }, stop);
  // What could not be scored meanwhile is scored by its next event; another change of model starts anew.
  progress.scoredBy = model;
}

async function closeAllowed(parts: ModelParts, progress: Progress): Promise<void> {
  const { journal, runtime, quietMs } = parts;
  const page = await journal.list({
    ...{ status: ["new"], order: "opened", limit: LOOKED_AT },
    ...(progress.closedTo === undefined ? {} : { after: progress.closedTo }),
  });
  progress.closedTo = page.length < LOOKED_AT ? undefined : page.at(-1)?.id;
  for (const incident of page) if (isRipe(incident, runtime.now(), quietMs)) await closeRipe(parts, incident);
}

/** MR4. What is not closed after all keeps the new answer, so that its reasons can be read. */
async function closeRipe({ journal, outcomes, runtime, score, nudge }: ModelParts, incident: Incident): Promise<void> {
  const scored = await score(incident);
  const made = closingOf(foldMore(incident, scored), runtime.now());
  const entries = nonEmpty([...scored, ...(made === undefined ? [] : [made.entry])]);
  if (entries === undefined) return;
  const done = await journal.append(incident.id, incident.version, entries, foldMore(incident, entries));
  if (done === "conflict" || made === undefined) return;
  await outcomes.add(made.outcome);
  nudge(incident.id);
}

async function retrainIfDue({ models, runtime, retrainHours }: ModelParts): Promise<void> {
  const { items, verdicts } = await models.list();
  const [newest] = items;
  if (verdicts.usable < verdicts.needed) return;
  const old = newest === undefined || runtime.now() - newest.createdAt >= retrainHours * HOUR;
  const more = newest === undefined || verdicts.usable - newest.verdicts >= NEW_VERDICTS_MIN;
  if (!old || !more) return;
  try {
    await models.train("schedule");
  } catch (error) {
    // Verdicts of one kind only, or a training by hand at this moment: nothing to show as trouble.
    if (!(error instanceof AppError) || !["too-few", "already-running"].includes(error.code)) throw error;
  }
}
