/**
 * Drives learning beside the cases: closes what policy and gate allow, and makes a new shadow on schedule.
 * MR1. Nothing here promotes a model, and nothing is closed that changed since its decision was stored (optimistic append).
 * MR3. Drift is looked for every HEALTH_LOOK_MS; what it finds is a problem for people, and stops closing without them.
 * MR2. Trouble is shown and tried again at the next tick; cases go on.
 */
import { closingNow } from "@cordon/engine/cases/learn/auto-close";
import { AppError, messageOf } from "@cordon/model/error";
import { foldMore } from "@cordon/model/fold";
import type { Journal, OutcomeStore } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { HOUR, MINUTE, SECOND } from "@cordon/model/time";
import type { ModelDesk } from "../instance.ts";
import { type Meters, raiseProblem } from "../meters.ts";

const TICK_MS = 30 * SECOND;
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
  readonly retrainHours: number;
}

export async function runModels(parts: ModelParts, stop: Stop): Promise<void> {
  const { runtime, meters } = parts;
  let looked = runtime.now();
  let examined = runtime.now();
  while (!stop.stopped) {
    await runtime.sleep(TICK_MS, stop);
    if (stop.stopped) return;
    try {
      if (parts.autoClose) await closeAllowed(parts);
      if (parts.retrainHours > 0 && runtime.now() - looked >= RETRAIN_LOOK_MS) {
        looked = runtime.now();
        await retrainIfDue(parts);
      }
      if (runtime.now() - examined >= HEALTH_LOOK_MS) {
        examined = runtime.now();
        await parts.models.health();
      }
      meters.problems.delete("learning-stopped");
    } catch (error) {
      raiseProblem(meters, "learning-stopped", `learning waits: ${messageOf(error)}`, "cordon model list");
    }
  }
}

async function closeAllowed({ journal, outcomes, runtime }: ModelParts): Promise<void> {
  const page = await journal.list({ status: ["new"], order: "opened", limit: LOOKED_AT });
  for (const incident of page) {
    const now = runtime.now();
    const made = closingNow(incident, now);
    if (made === undefined) continue;
    const done = await journal.append(incident.id, incident.version, [made.entry], foldMore(incident, [made.entry]));
    if (done === "appended") await outcomes.add(made.outcome);
  }
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
