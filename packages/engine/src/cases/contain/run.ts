/**
 * Moves the runs of one incident on: what the interpreter decides becomes entries and proposals.
 * Enters: incident, time. Leaves: entries; true when something was moved.
 *
 * U1. A step is started once: its first row is written together with what it starts.
 * U2. How an action ended is told to its step in the step's own words: outcome, reason, outputs.
 */
import type { LedgerRow, LedgerState } from "@cordon/model/action";
import { isOver } from "@cordon/model/fold";
import type { IncidentEntry, PlaybookRun } from "@cordon/model/incident";
import type { JsonObject } from "@cordon/model/json";
import type { Stop } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import { type CaseFile, commit, whyOver } from "./case-file.ts";
import { CONTAIN, type Desk, pinned, stepRows } from "./desk.ts";
import { advance, RUN_STEP, type RunMove, type StepRow } from "./interpret.ts";
import { type Change, FINAL_STATES, momentIn, textIn } from "./ledger.ts";
import { proposeStep, valuesOf } from "./plan.ts";

/** Pseudo step that only says until when a run waits for time. */
const TIMER_STEP = "!timer";

export async function moveRuns(desk: Desk, file: CaseFile, stop: Stop): Promise<boolean> {
  for (const run of file.incident.runs) {
    if (isOver(run.state)) continue;
    if (await moveRun(desk, file, run, stop)) return true;
  }
  return false;
}

async function moveRun(desk: Desk, file: CaseFile, run: PlaybookRun, stop: Stop): Promise<boolean> {
  if (file.incident.status === "closed") {
    // What has begun goes on by its ledger row; only the thinking ends.
    return write(desk, file, [runMoved(desk, run, RUN_STEP, "ended", { reason: whyOver(file.incident) })]);
  }
  const told = tellSteps(desk, file, run);
  if (told.length > 0) return write(desk, file, told);
  const playbook = pinned(desk, run);
  if (playbook === undefined) {
    const reason = `playbook ${run.playbook} is not loaded in the version this run began with`;
    return write(desk, file, [runMoved(desk, run, RUN_STEP, "failed", { reason })]);
  }
  const rows = stepRows(file.entries, run.run);
  const view = { playbook, variables: valuesOf(run.variables), rows, library: desk.playbooks };
  const { moves, wakeAt } = advance(view, desk.runtime.now());
  const act = moves.find((move) => move.kind === "act");
  const entries = moves.flatMap((move) => entriesOf(desk, run, move));
  if (entries.length > 0) return write(desk, file, entries);
  if (act !== undefined) {
    await proposeStep(desk, file, { run: run.run, move: act }, stop);
    return true;
  }
  return holdUntil(desk, { file, run, rows }, wakeAt);
}

function entriesOf(desk: Desk, run: PlaybookRun, move: RunMove): readonly IncidentEntry[] {
  switch (move.kind) {
    case "record":
      return [runMoved(desk, run, move.path, move.state, move.detail)];
    case "finish":
      return [runMoved(desk, run, RUN_STEP, move.state, { reason: move.reason })];
    case "ask": {
      const at = desk.runtime.now();
      const task: IncidentEntry = {
        kind: "task-opened",
        at,
        by: CONTAIN,
        task: `${run.run}/${move.path}`,
        text: move.text,
      };
      return [runMoved(desk, run, move.path, "waiting", { reason: move.title }), task];
    }
    case "act":
      return [];
  }
}

const runMoved = (
  desk: Desk,
  run: PlaybookRun,
  step: string,
  state: "running" | "waiting" | "succeeded" | "failed" | "ended",
  detail: JsonObject,
): IncidentEntry => ({ kind: "run-moved", at: desk.runtime.now(), by: CONTAIN, run: run.run, step, state, detail });

/** Appends only to the very state the decision was made on: the interpreter is asked again otherwise. */
async function write(desk: Desk, file: CaseFile, entries: readonly IncidentEntry[]): Promise<boolean> {
  await commit<Change>(desk, file.id, (fresh) => (fresh.version === file.version ? { entries, rows: [] } : undefined));
  return true;
}

/** Results of actions and of people's tasks that their steps do not know of yet (U2). */
function tellSteps(desk: Desk, file: CaseFile, run: PlaybookRun): readonly IncidentEntry[] {
  const rows = stepRows(file.entries, run.run);
  const told: IncidentEntry[] = [];
  for (const row of file.rows.values()) {
    const step = rows.get(row.origin.step);
    if (row.origin.run !== run.run || step?.detail.key !== row.key || !isWaiting(step)) continue;
    const result = resultOf(row);
    if (result !== undefined) told.push(runMoved(desk, run, row.origin.step, result.state, result.detail));
  }
  for (const entry of file.entries) {
    if (entry.kind !== "task-done" || !entry.task.startsWith(`${run.run}/`)) continue;
    const path = entry.task.slice(run.run.length + 1);
    const step = rows.get(path);
    if (step === undefined || !isWaiting(step)) continue;
    const done = entry.outcome === "done";
    const detail = { by: entry.person, outcome: entry.outcome, reason: entry.text };
    told.push(runMoved(desk, run, path, done ? "succeeded" : "failed", detail));
  }
  return told;
}

const isWaiting = (step: StepRow): boolean => step.state === "running" || step.state === "waiting";

function resultOf(row: LedgerRow): { readonly state: "succeeded" | "failed"; readonly detail: JsonObject } | undefined {
  const good: ReadonlySet<LedgerState> = new Set(["verified", "simulated", "reverting", "reverted"]);
  const detail = { key: row.key, outcome: row.state, reason: textIn(row.detail, "reason") ?? row.state };
  if (good.has(row.state)) return { state: "succeeded", detail: { ...detail, outputs: { __state__: row.state } } };
  if (row.state !== "unknown" && !FINAL_STATES.has(row.state)) return undefined;
  // A proposal that was made again under a new key goes on under that key: the step already points to it.
  return { state: "failed", detail };
}

interface Held {
  readonly file: CaseFile;
  readonly run: PlaybookRun;
  readonly rows: ReadonlyMap<string, StepRow>;
}

/** Writes down until when nothing can happen, so that nobody asks again before. */
async function holdUntil(desk: Desk, { file, run, rows }: Held, wakeAt: Instant | undefined): Promise<boolean> {
  const now = desk.runtime.now();
  const own = [...file.rows.values()].filter((row) => row.origin.run === run.run);
  const waits = own.flatMap((row) => momentIn(row.detail, "waitUntil") ?? []).filter((at) => at > now);
  const until = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, ...waits);
  const known = rows.get(TIMER_STEP)?.detail.waitUntil;
  if (!Number.isFinite(until) || known === until) return false;
  return write(desk, file, [runMoved(desk, run, TIMER_STEP, "waiting", { waitUntil: until })]);
}
