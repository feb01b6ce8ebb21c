/**
 * Containment: from proposals to effects under policy and approval, and back again.
 * Enters: incidents, people's words, time. Leaves: entries and ledger rows, appended optimistically.
 *
 * T1. No effect without a grant in the journal; none twice; each has its end (ledger.ts, act.ts, recover.ts, expire.ts).
 * T2. People's words are only written down here; `step` acts on them.
 * T3. `step` brings one incident as far as it goes without waiting; `sweep` does so for every incident with work due.
 */
import type { ActionKind, LedgerRow } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import type { IncidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { Stop } from "@cordon/model/ports/runtime";
import type { Instant } from "@cordon/model/time";
import { perform, settleProposal } from "./act.ts";
import { type BreakerDeps, makeBreaker, makeMemoryBook, type OpenBreaker } from "./breaker.ts";
import { type CaseFile, commit, readCase } from "./case-file.ts";
import type { Desk } from "./desk.ts";
import { isDue, revert } from "./expire.ts";
import type { Values } from "./interpret.ts";
import { momentIn } from "./ledger.ts";
import { makeLocks } from "./locks.ts";
import { makePeople, type People, type Said } from "./people.ts";
import { checkWish, findPlaybook, planResponse, startRun } from "./plan.ts";
import { isOverdue, recover } from "./recover.ts";
import { moveRuns } from "./run.ts";
import { CONTAIN_DEFAULTS, type ContainSettings } from "./settings.ts";
import { type Simulation, simulatePlaybook } from "./simulate.ts";

/** Moves of one `step`: far above any sane playbook, so that a circle of our own making shows as an error. */
const ROUNDS_MAX = 5_000;
/** Rows looked at in one sweep; the rest comes with the next one. */
const SWEEP_MAX = 1_000;

export type ContainDeps = Omit<Desk, "settings" | "locks" | "breaker"> & {
  readonly settings?: Partial<ContainSettings>;
  /** Where the breaker keeps its record, and who is told what is open; absent = it is forgotten at the end. */
  readonly breaker?: Pick<BreakerDeps, "book" | "onChange">;
};

export interface SweepResult {
  /** Incidents that were moved on. */
  readonly stepped: number;
  readonly failed: readonly { readonly incident: IncidentId; readonly error: unknown }[];
}

export interface Contain extends People {
  /** Starts runs for proposals nothing answers yet; returns how many. */
  planResponse(incident: Incident, stop: Stop): Promise<number>;
  /** As far as it goes now; returns how many moves were made. */
  step(incident: Pick<Incident, "id">, stop: Stop): Promise<number>;
  /** A person starts a playbook on an incident: variables are entity keys of it. Returns the run. */
  respond(id: IncidentId, wish: Wish, stop: Stop): Promise<string>;
  /** Expiry and recovery over all incidents; overdue undos first. Call at start and every few seconds. */
  sweep(now: Instant, stop: Stop): Promise<SweepResult>;
  /** Kinds of action that need a person for the time being, with the reason. */
  openBreakers(): Promise<readonly OpenBreaker[]>;
  /** A person has looked and lets that kind run by itself again, as far as the policy does. */
  closeBreaker(kind: ActionKind, person: string): Promise<void>;
  simulate(playbook: string, variables: Values, stop: Stop, incident?: Incident): Promise<Simulation>;
}

export interface Wish {
  readonly playbook: string;
  readonly variables: Values;
  readonly person: string;
  readonly reason: string;
}

export function makeContain(deps: ContainDeps): Contain {
  const settings = { ...CONTAIN_DEFAULTS, ...deps.settings };
  const locks = makeLocks();
  const kept = deps.breaker ?? { book: makeMemoryBook(), onChange: () => {} };
  const breaker = makeBreaker({ ...kept, locks, runtime: deps.runtime });
  const desk: Desk = { ...deps, settings, locks, breaker };
  return {
    ...makePeople(desk),
    planResponse: (incident) => planResponse(desk, incident),
    step: (incident, stop) => step(desk, incident.id, stop),
    respond: (id, wish) => respond(desk, id, wish),
    sweep: (now, stop) => sweep(desk, now, stop),
    openBreakers: () => breaker.open(),
    async closeBreaker(kind, person) {
      if (await breaker.close(kind, person)) return;
      throw new AppError<Said>("breaker-closed", `the breaker of ${kind} is not open`);
    },
    simulate: (name, variables, stop, incident) => {
      const loaded = findPlaybook(desk, name);
      if (loaded === undefined)
        throw new AppError("playbook-unknown", `no playbook "${name}"`, { fix: "cordon playbook list" });
      return simulatePlaybook(desk, { loaded, variables, ...(incident === undefined ? {} : { incident }) }, stop);
    },
  };
}

async function step(desk: Desk, id: IncidentId, stop: Stop): Promise<number> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (stop.stopped) return round;
    const file = await readCase(desk, id);
    const moved = (await moveActions(desk, file, stop)) || (await moveRuns(desk, file, stop));
    if (!moved) return round;
  }
  throw new Error(`${id}: more than ${ROUNDS_MAX} moves in one step`);
}

/** The first action that can move, moves; true when one did. Undos come first. */
async function moveActions(desk: Desk, file: CaseFile, stop: Stop): Promise<boolean> {
  const rows = [...file.rows.values()];
  const due = rows.find((row) => isDue(desk, file, row));
  if (due !== undefined) {
    await revert(desk, due, stop);
    return true;
  }
  const now = desk.runtime.now();
  for (const row of rows) {
    const wait = momentIn(row.detail, "waitUntil");
    const ready = wait === undefined || wait <= now || closedBefore(file, row);
    if (ready && (await moveAction(desk, file, row, stop))) return true;
  }
  return false;
}

/** A hold does not keep a closed incident from withdrawing what has not begun. */
const closedBefore = (file: CaseFile, row: LedgerRow): boolean =>
  file.incident.status === "closed" && (row.state === "proposed" || row.state === "authorised");

async function moveAction(desk: Desk, file: CaseFile, row: LedgerRow, stop: Stop): Promise<boolean> {
  switch (row.state) {
    case "proposed":
      await settleProposal(desk, file, row);
      return changed(desk, row);
    case "authorised":
      await perform(desk, file, row, stop);
      return changed(desk, row);
    case "intent":
    case "dispatched":
      if (!isOverdue(desk, row)) return false;
      await recover(desk, row, stop);
      return changed(desk, row);
    default:
      return false;
  }
}

async function changed(desk: Desk, row: LedgerRow): Promise<boolean> {
  const fresh = await desk.ledger.get(row.key);
  return fresh !== undefined && (fresh.state !== row.state || fresh.attempts !== row.attempts);
}

async function respond(desk: Desk, id: IncidentId, wish: Wish): Promise<string> {
  const loaded = checkWish(findPlaybook(desk, wish.playbook), wish.playbook, wish.variables);
  const change = await commit(desk, id, (file) => {
    if (file.version === 0) throw new AppError<Said>("incident-unknown", `no incident ${id}`);
    if (file.incident.status === "closed")
      throw new AppError<Said>("incident-closed", `${id} is closed: reopen it first`);
    return startRun(desk, file, { loaded, variables: wish.variables, reason: wish.reason, by: wish.person });
  });
  const started = change?.entries.find((entry) => entry.kind === "run-started");
  if (started === undefined)
    throw new AppError<Said>("already-running", `${loaded.slug} runs on ${id} already with these values`);
  return started.run;
}

async function sweep(desk: Desk, now: Instant, stop: Stop): Promise<SweepResult> {
  const due = await desk.ledger.due(now);
  // Asked apart: a crowd of proposals that wait for people must not hide a call that has to be recovered.
  const begun = await desk.ledger.byState(["intent", "dispatched", "authorised"], SWEEP_MAX);
  const open = [...begun, ...(await desk.ledger.byState(["unknown", "proposed"], SWEEP_MAX))];
  const ids = [...new Set([...due, ...open.filter((row) => wantsLook(row, now))].map((row) => row.incident))];
  const failed: { incident: IncidentId; error: unknown }[] = [];
  let stepped = 0;
  for (const id of ids) {
    if (stop.stopped) break;
    try {
      if ((await step(desk, id, stop)) > 0) stepped += 1;
    } catch (error) {
      // One incident that cannot be moved must not keep the others from being undone.
      failed.push({ incident: id, error });
    }
  }
  return { stepped, failed };
}

function wantsLook(row: LedgerRow, now: Instant): boolean {
  const wait = momentIn(row.detail, "waitUntil");
  if (wait !== undefined && wait > now) return false;
  if (row.state === "unknown") return row.revertAt !== undefined && row.revertAt <= now;
  if (row.state === "proposed") return (row.approvalUntil ?? now) <= now || row.policy.outcome === "automatic";
  return true;
}
