/** What every part of containment is given: the books, the world's switches, the policy, the playbooks, the clock. */
import type { Action, LedgerRow } from "@cordon/model/action";
import type { Inventory } from "@cordon/model/asset";
import { sha256Of } from "@cordon/model/ids";
import type { Incident, IncidentEntry, PlaybookRun } from "@cordon/model/incident";
import { type CordonStep, cordonStepSchema, type LoadedPlaybook } from "@cordon/model/playbook";
import type { ActionPort } from "@cordon/model/ports/action";
import type { Journal, LedgerIndex } from "@cordon/model/ports/journal";
import type { PolicyDecider } from "@cordon/model/ports/policy";
import type { Runtime } from "@cordon/model/ports/runtime";
import { type Instant, instant } from "@cordon/model/time";
import type { Breaker } from "./breaker.ts";
import type { CaseFile } from "./case-file.ts";
import type { StepRow } from "./interpret.ts";
import { type Change, LIVE_STATES, textIn } from "./ledger.ts";
import type { Locks } from "./locks.ts";
import type { Question } from "./policy.ts";
import { CONTAINING, isContaining } from "./rails.ts";
import { CAP_WINDOW_MS, type ContainSettings } from "./settings.ts";

/** Under this name Cordon itself writes entries of this stage. */
export const CONTAIN = "contain";
/** Rows read when looking for claims and counts: far more live effects than any cap allows. */
const ROWS_MAX = 10_000;

export interface Desk {
  readonly journal: Journal;
  readonly ledger: LedgerIndex;
  readonly actions: readonly ActionPort[];
  readonly policy: PolicyDecider;
  readonly inventory: Inventory;
  readonly runtime: Runtime;
  readonly playbooks: readonly LoadedPlaybook[];
  readonly settings: ContainSettings;
  readonly breaker: Breaker;
  /** Serialises work on one shared effect within this process. */
  readonly locks: Locks;
}

export const portOf = (desk: Desk, row: LedgerRow): ActionPort | undefined =>
  desk.actions.find((port) => port.name === row.plan.actuator);

/** The playbook of a run, only in the version the run pinned. */
export const pinned = (desk: Desk, run: Pick<PlaybookRun, "playbook" | "digest">): LoadedPlaybook | undefined =>
  desk.playbooks.find((playbook) => playbook.slug === run.playbook && playbook.digest === run.digest);

/** Person who asked for a run; runs that Cordon began carry none. */
export const requesterOf = (run: Pick<PlaybookRun, "variables"> | undefined): string | undefined =>
  run === undefined ? undefined : textIn(run.variables, "requestedBy");

/** Extension of the step a row came from, as the ledger kept it: it holds also when the playbook has changed. */
export function extensionOf(row: LedgerRow): CordonStep {
  const parsed = cordonStepSchema.safeParse(row.detail.extension);
  return parsed.success ? parsed.data : {};
}
export async function questionFor(desk: Desk, file: CaseFile, row: LedgerRow, port: ActionPort): Promise<Question> {
  const run = file.incident.runs.find((item) => item.run === row.origin.run);
  const requestedBy = requesterOf(run);
  return {
    ...{ incident: file.incident, action: row.action, plan: row.plan, port, extension: extensionOf(row) },
    playbook: { slug: row.origin.playbook, digest: sha256Of(run?.digest ?? "") },
    counts: await countsFor(desk, file.incident, row),
    ...(await breakerFor(desk, row.action)),
    ...(requestedBy === undefined ? {} : { requestedBy }),
  };
}

export async function breakerFor(desk: Desk, action: Action): Promise<{ readonly breaker?: string }> {
  const breaker = await desk.breaker.whyOpen(action.kind);
  return breaker === undefined ? {} : { breaker };
}

/** Containing actions that went ahead, or are about to, apart from `except`. */
export async function countsFor(desk: Desk, incident: Incident, except?: LedgerRow) {
  const now = desk.runtime.now();
  const since = instant(now - CAP_WINDOW_MS);
  const past = await Promise.all([...CONTAINING].map((kind) => desk.ledger.countSince(kind, since)));
  const coming = await desk.ledger.byState(["authorised"], ROWS_MAX);
  const waiting = coming.filter((row) => isContaining(row.action) && row.key !== except?.key).length;
  const begun = new Set<string>(["authorised", ...LIVE_STATES, "reverted"]);
  const own = incident.actions.filter(
    (item) => isContaining(item.action) && begun.has(item.state) && item.key !== except?.key,
  );
  return { incident: own.length, hour: past.reduce((sum, count) => sum + count, 0) + waiting };
}

/** Other rows that hold a claim on the same effect. */
export async function claimsOn(desk: Desk, row: LedgerRow): Promise<readonly LedgerRow[]> {
  const live = await desk.ledger.byState(LIVE_STATES, ROWS_MAX);
  return live.filter((other) => other.key !== row.key && other.detail.effect === row.detail.effect);
}

/** Steps of one run as the journal has them, with the time of their first row. */
export function stepRows(entries: readonly IncidentEntry[], run: string): ReadonlyMap<string, StepRow> {
  const rows = new Map<string, StepRow>();
  for (const entry of entries) {
    if (entry.kind !== "run-moved" || entry.run !== run) continue;
    const startedAt = rows.get(entry.step)?.startedAt ?? entry.at;
    rows.set(entry.step, { state: entry.state, at: entry.at, startedAt, detail: entry.detail });
  }
  return rows;
}

export function openTask(
  file: CaseFile,
  given: { readonly at: Instant; readonly task: string; readonly text: string; readonly row?: LedgerRow },
): Change {
  const known = file.entries.some((entry) => entry.kind === "task-opened" && entry.task === given.task);
  if (known) return { entries: [], rows: [] };
  const key = given.row === undefined ? {} : { key: given.row.key };
  const entry: IncidentEntry = {
    kind: "task-opened",
    at: given.at,
    by: CONTAIN,
    task: given.task,
    text: given.text,
    ...key,
  };
  return { entries: [entry], rows: [] };
}
