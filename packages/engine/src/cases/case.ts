/**
 * The score of the slow river: what one incident needs next, until it waits or is done.
 * Enters: an incident id. Leaves: entries in its journal. Stages come in as plain functions; who investigates holds no
 * action port, and neither does this file (W6).
 *
 * C1. Every step: read the journal, fold, nextStep, run that stage, append expecting the version that was read.
 * C2. On conflict the incident is read again. A finding survives if nothing joined, closed or merged meanwhile; any other
 *     result is thrown away and decided anew: effects are guarded by the action ledger, not by this.
 * C3. A stage that has nothing to say makes the case wait IDLE_MS instead of spinning.
 * C4. A crash at any point repeats at most the step in flight.
 */
import { AppError, unreachable } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Investigation } from "@cordon/model/investigation";
import { nextStep, type Step } from "@cordon/model/next-step";
import type { Journal } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { type Instant, instant, MINUTE } from "@cordon/model/time";

export interface CaseStages {
  readonly score: (incident: Incident, stop: Stop) => Promise<readonly IncidentEntry[]>;
  readonly investigate: (incident: Incident, stop: Stop) => Promise<Investigation>;
  /**
   * Turns open proposals into runs and proposed actions. Containment writes its own entries, because each must share a
   * transaction with its ledger row and precede its effect; it answers how many moves it made.
   */
  readonly planResponse: (incident: Incident, stop: Stop) => Promise<number>;
  /** Moves runs and actions on by what can be done now; answers how many moves it made. */
  readonly contain: (incident: Incident, stop: Stop) => Promise<number>;
  /** Joins other incidents that the investigation led to; the journal is changed by triage itself. */
  readonly relate?: (id: IncidentId) => Promise<number>;
}

export interface CasePorts {
  readonly journal: Pick<Journal, "read" | "append">;
  readonly runtime: Pick<Runtime, "now">;
  readonly stages: CaseStages;
}

export type CaseOutcome =
  | { readonly kind: "moved"; readonly step: Step["kind"]; readonly incident: Incident }
  | { readonly kind: "waits"; readonly until?: Instant; readonly incident: Incident }
  | { readonly kind: "done"; readonly incident: Incident };

export interface Case {
  /** One step. */
  step(id: IncidentId, stop: Stop): Promise<CaseOutcome>;
  /** Steps until the incident waits or is done, or `stop` fires. */
  run(id: IncidentId, stop: Stop): Promise<CaseOutcome>;
}

/** Conflicts in a row before the worker lets go: somebody writes all the time, later is better. */
const CONFLICTS_MAX = 10;
/** Steps of one `run`: an incident that wants more gives others their turn. */
const STEPS_MAX = 500;
/** Wait of a stage that said nothing although it was its turn. */
export const IDLE_MS = MINUTE;

export function makeCase(ports: CasePorts): Case {
  const step = (id: IncidentId, stop: Stop) => oneStep(ports, id, stop);
  return {
    step,
    async run(id, stop) {
      let outcome = await step(id, stop);
      for (let steps = 1; outcome.kind === "moved" && steps < STEPS_MAX && !stop.stopped; steps += 1) {
        outcome = await step(id, stop);
      }
      return outcome;
    },
  };
}

async function oneStep(ports: CasePorts, id: IncidentId, stop: Stop): Promise<CaseOutcome> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const incident = fold((await ports.journal.read(id)).entries);
    const now = ports.runtime.now();
    const step = nextStep(incident, now);
    if (step.kind === "done") return { kind: "done", incident };
    if (step.kind === "wait")
      return { kind: "waits", ...(step.until === undefined ? {} : { until: step.until }), incident };
    const result = await play(ports, { incident, step, stop });
    if (result.length === 0) return { kind: "waits", until: instant(now + IDLE_MS), incident };
    const written =
      result === "wrote" ? fold((await ports.journal.read(id)).entries) : await write(ports, incident, result);
    if (written === undefined) continue;
    if (step.kind === "investigate") await ports.stages.relate?.(id);
    return { kind: "moved", step: step.kind, incident: written };
  }
  throw new AppError("journal-contended", `incident ${id}: ${CONFLICTS_MAX} conflicting appends in a row`, {
    retry: "later",
  });
}

interface Turn {
  readonly incident: Incident;
  readonly step: Exclude<Step, { readonly kind: "wait" | "done" }>;
  readonly stop: Stop;
}

/** What the stage found, for the score to append; "wrote" when it has appended by itself. */
async function play(ports: CasePorts, { incident, step, stop }: Turn): Promise<readonly IncidentEntry[] | "wrote"> {
  const { stages, runtime } = ports;
  switch (step.kind) {
    case "score":
      return stages.score(incident, stop);
    case "investigate": {
      const investigation = await stages.investigate(incident, stop);
      if (stop.stopped) return [];
      const found: IncidentEntry = { at: runtime.now(), by: "investigator", kind: "investigated", investigation };
      return [found, ...(await scoredAnew(stages, foldMore(incident, [found]), stop))];
    }
    case "plan-response":
      return (await stages.planResponse(incident, stop)) > 0 ? "wrote" : [];
    case "contain":
      return (await stages.contain(incident, stop)) > 0 ? "wrote" : [];
    default:
      return unreachable(step);
  }
}

/** What was found may raise the priority or name the incident better; nothing is written when it does neither. */
async function scoredAnew(stages: CaseStages, incident: Incident, stop: Stop): Promise<readonly IncidentEntry[]> {
  const entries = await stages.score(incident, stop);
  const { priority, severity, title } = foldMore(incident, entries);
  const same = priority === incident.priority && severity === incident.severity && title === incident.title;
  return same ? [] : entries;
}

/** Appends; undefined when the result no longer fits what is in the journal. */
async function write(
  ports: CasePorts,
  incident: Incident,
  found: readonly IncidentEntry[],
): Promise<Incident | undefined> {
  const entries = nonEmpty(found);
  if (entries === undefined) return incident;
  let base = incident;
  for (let tries = 0; tries < CONFLICTS_MAX; tries += 1) {
    const summary = foldMore(base, entries);
    if ((await ports.journal.append(incident.id, base.version, entries, summary)) === "appended") {
      return summary;
    }
    const fresh = (await ports.journal.read(incident.id)).entries;
    const since = fresh.slice(incident.version);
    const survives = entries.some((entry) => entry.kind === "investigated") && entries.every(isFinding);
    if (!survives || since.some(changesFinding)) return undefined;
    base = fold(fresh);
  }
  return undefined;
}

const isFinding = (entry: IncidentEntry): boolean => entry.kind === "investigated" || entry.kind === "scored";
/** What a finding could not know of. */
const CHANGES_FINDING: ReadonlySet<IncidentEntry["kind"]> = new Set([
  "detection-joined",
  "closed",
  "merged-into",
  "investigated",
]);
const changesFinding = (entry: IncidentEntry): boolean => CHANGES_FINDING.has(entry.kind);
