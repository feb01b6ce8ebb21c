/**
 * Drives the slow river: detections become incidents, incidents take their next steps, effects end in time.
 * C1. one incident's trouble never holds up another; it is shown and tried again later.
 * C2. undos that are due come before new thinking (sweep first).
 * C3. after a restart every open incident and every live effect is looked at again.
 */
import type { Case } from "@cordon/engine/cases/case";
import type { Triage } from "@cordon/engine/cases/triage/triage";
import { messageOf } from "@cordon/model/error";
import type { IncidentId } from "@cordon/model/ids";
import type { Journal } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { type Instant, instant, SECOND } from "@cordon/model/time";
import { type Meters, raiseProblem } from "../meters.ts";

const TRIAGE_BATCH = 500;
const TICK_MS = 200;
const SWEEP_MS = SECOND;
const PAGE = 500;
const FAILED_RETRY_MS = 10 * SECOND;
/** Steps of one incident in one visit; what is left comes at the next tick, so that nobody starves. */
const STEPS_PER_VISIT = 12;

export interface CaseParts {
  readonly triage: Triage;
  readonly step: Case["step"];
  readonly sweep: (
    now: Instant,
    stop: Stop,
  ) => Promise<{ readonly failed: readonly { readonly incident: IncidentId; readonly error: unknown }[] }>;
  readonly journal: Pick<Journal, "list">;
  readonly runtime: Runtime;
  readonly meters: Meters;
  readonly fault: (error: unknown) => void;
}

export interface CaseRole {
  run(stop: Stop): Promise<void>;
  /** Until every detection is placed and every incident waits or is done. */
  drain(stop: Stop, progress?: (left: number) => void): Promise<void>;
  /** Look at this incident at the next tick. */
  nudge(id: IncidentId): void;
}

export function makeCaseRole(parts: CaseParts): CaseRole {
  /** When each incident is to be looked at next. */
  const due = new Map<IncidentId, Instant>();
  const soon = (id: IncidentId): void => {
    due.set(id, parts.runtime.now());
  };

  const triage = async (stop: Stop): Promise<boolean> => {
    const batch = await parts.triage.takeBatch(TRIAGE_BATCH, stop);
    for (const id of batch.incidents) soon(id);
    return batch.taken > 0;
  };

  const visit = async (id: IncidentId, stop: Stop): Promise<void> => {
    due.delete(id);
    try {
      for (let count = 0; count < STEPS_PER_VISIT && !stop.stopped; count += 1) {
        const outcome = await parts.step(id, stop);
        if (outcome.kind === "moved") continue;
        if (outcome.incident.status === "closed") parts.triage.closed(id);
        if (outcome.kind === "waits" && outcome.until !== undefined) due.set(id, outcome.until);
        parts.meters.problems.delete(`case-${id}`);
        return;
      }
      soon(id);
    } catch (error) {
      parts.fault(error);
      raiseProblem(parts.meters, `case-${id}`, `${id}: ${messageOf(error)}`);
      due.set(id, instant(parts.runtime.now() + FAILED_RETRY_MS));
    }
  };

  const ready = (now: Instant): IncidentId[] => [...due].filter(([, at]) => at <= now).map(([id]) => id);

  const sweep = async (stop: Stop): Promise<void> => {
    const { failed } = await parts.sweep(parts.runtime.now(), stop);
    for (const { incident, error } of failed)
      raiseProblem(parts.meters, `effect-${incident}`, `${incident}: ${messageOf(error)}`, "cordon action list");
  };

  const remember = async (): Promise<void> => {
    let after: IncidentId | undefined;
    for (;;) {
      const page = await parts.journal.list({
        status: ["new", "open", "waiting", "contained"],
        order: "opened",
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const incident of page) soon(incident.id);
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  };

  return {
    nudge: soon,
    async run(stop) {
      let swept = 0;
      let remembered = false;
      while (!stop.stopped) {
        try {
          if (!remembered) await remember();
          remembered = true;
          if (parts.runtime.now() - swept >= SWEEP_MS) {
            await sweep(stop);
            swept = parts.runtime.now();
          }
          const busy = await triage(stop);
          for (const id of ready(parts.runtime.now())) {
            if (stop.stopped) break;
            await visit(id, stop);
          }
          parts.meters.problems.delete("cases-stopped");
          await parts.runtime.sleep(busy ? 0 : TICK_MS, stop);
        } catch (error) {
          parts.fault(error);
          raiseProblem(parts.meters, "cases-stopped", `cases wait: ${messageOf(error)}`, "cordon doctor");
          await parts.runtime.sleep(SECOND, stop);
        }
      }
    },
    async drain(stop, progress) {
      while (!stop.stopped && (await triage(stop))) await parts.runtime.sleep(0, stop);
      for (let list = ready(parts.runtime.now()); list.length > 0 && !stop.stopped; list = ready(parts.runtime.now())) {
        for (const [at, id] of list.entries()) {
          if (stop.stopped) return;
          progress?.(list.length - at);
          await visit(id, stop);
        }
        while (!stop.stopped && (await triage(stop)));
      }
    },
  };
}
