/**
 * What people say about actions: yes, no, undo it, do it again, done by hand.
 * Enters: an action key, a person's name (already authenticated), their word. Leaves: entries; no effect happens here.
 *
 * H1. A yes is for one plan hash, once, for a limited time, by somebody who did not ask for it.
 * H2. Every refusal has a closed code and says what to do instead.
 */
import type { Grant, LedgerRow } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import type { ActionKey, IncidentId } from "@cordon/model/ids";
import type { IncidentEntry } from "@cordon/model/incident";
import { NEVER_STOP } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { type CaseFile, commit } from "./case-file.ts";
import { type Desk, extensionOf, portOf, questionFor, requesterOf } from "./desk.ts";
import { approversOf, type Change, moveRow, numberIn, samePerson, textIn } from "./ledger.ts";
import { proposal, type Slot } from "./plan.ts";
import { mayPerson } from "./policy.ts";
import { isContaining } from "./rails.ts";

export type Said =
  | "action-unknown"
  | "incident-unknown"
  | "incident-closed"
  | "already-running"
  | "approval-expired"
  | "grant-used"
  | "plan-changed"
  | "own-proposal"
  | "already-approved"
  | "kill-switch-on"
  | "person-not-allowed"
  | "no-approval-needed"
  | "cannot-revert"
  | "cannot-renew"
  | "not-unknown"
  | "breaker-closed"
  | "task-unknown";

export interface Approved {
  readonly row: LedgerRow;
  readonly approvals: number;
  readonly needed: number;
}

export interface People {
  /** Writes the grant; the next `step` carries on. */
  approve(key: ActionKey, person: string, planHash: string): Promise<Approved>;
  deny(key: ActionKey, person: string, reason: string): Promise<LedgerRow>;
  askRevert(key: ActionKey, person: string, reason?: string): Promise<LedgerRow>;
  /** Proposes a lapsed action anew, as a new plan that needs new approvals. Returns the new key. */
  renew(key: ActionKey, person: string): Promise<ActionKey>;
  /** A person looked where nobody else could: is the effect of an `unknown` action there? */
  settle(key: ActionKey, person: string, found: "present" | "absent"): Promise<LedgerRow>;
  /** A person did, or refused to do, a manual step or another task of an incident. */
  finishTask(
    id: IncidentId,
    task: string,
    said: { person: string; outcome: "done" | "refused"; text: string },
  ): Promise<void>;
}

const refuse = (code: Said, text: string, fix?: string): AppError<Said> =>
  new AppError(code, text, fix === undefined ? {} : { fix });

export function makePeople(desk: Desk): People {
  return {
    approve: (key, person, planHash) => approve(desk, { key, person, planHash }),
    deny: (key, person, reason) => deny(desk, { key, person, reason }),
    askRevert: (key, person, reason = "asked by a person") => askRevert(desk, { key, person, reason }),
    renew: (key, person) => renew(desk, key, person),
    settle: (key, person, found) => settle(desk, { key, person, found }),
    finishTask: (id, task, said) => finishTask(desk, id, { task, ...said }),
  };
}

async function rowOf(desk: Desk, key: ActionKey): Promise<LedgerRow> {
  const row = await desk.ledger.get(key);
  if (row === undefined) throw refuse("action-unknown", `no action ${key}`, "cordon action list");
  return row;
}

/** The row as the incident's file has it: what an append will be made upon. */
function freshRow(file: CaseFile, key: ActionKey): LedgerRow {
  const row = file.rows.get(key);
  if (row === undefined) throw refuse("action-unknown", `no action ${key}`, "cordon action list");
  return row;
}

async function approve(
  desk: Desk,
  said: { readonly key: ActionKey; readonly person: string; readonly planHash: string },
): Promise<Approved> {
  const known = await rowOf(desk, said.key);
  const change = await commit(desk, known.incident, async (file) => {
    const row = freshRow(file, said.key);
    const problem =
      whyNotApprove(desk, file, row, said) ?? (await notAllowed(desk, { file, row, verb: "approve" }, said.person));
    if (problem !== undefined) throw problem;
    const at = desk.runtime.now();
    const grant: Grant = {
      ...{ by: { person: said.person }, planHash: row.plan.hash, at },
      expiresAt: instant(at + desk.settings.grantLifeMs),
    };
    const entry: IncidentEntry = { kind: "grant-given", at, by: said.person, key: row.key, grant };
    return { entries: [entry], rows: [{ ...row, grants: [...row.grants, grant], updatedAt: at }] };
  });
  const [row] = change?.rows ?? [];
  if (row === undefined) throw refuse("action-unknown", `no action ${said.key}`);
  return { row, approvals: approversOf(row, desk.runtime.now()).length, needed: row.policy.approvalsNeeded };
}

function whyNotApprove(
  desk: Desk,
  file: CaseFile,
  row: LedgerRow,
  said: { readonly person: string; readonly planHash: string },
): AppError<Said> | undefined {
  const now = desk.runtime.now();
  if (row.state === "expired" || (row.state === "proposed" && (row.approvalUntil ?? now) <= now)) {
    return refuse(
      "approval-expired",
      "the time for approval has passed",
      "renew the proposal, then approve the new one",
    );
  }
  if (textIn(row.detail, "supersededBy") !== undefined || said.planHash !== row.plan.hash) {
    return refuse("plan-changed", "this is not the plan that was shown", "look at the new plan and approve that");
  }
  if (row.state !== "proposed")
    return refuse("grant-used", `the action is ${row.state}: it cannot be approved any more`);
  if (file.incident.status === "closed") return refuse("incident-closed", `${file.id} is closed`);
  if (row.policy.outcome === "automatic")
    return refuse("no-approval-needed", "the policy lets this run without approval");
  if (desk.settings.killSwitch()) return refuse("kill-switch-on", "the kill switch is on", "turn it off first");
  const run = file.incident.runs.find((item) => item.run === row.origin.run);
  const requester = requesterOf(run);
  if (requester !== undefined && samePerson(requester) === samePerson(said.person)) {
    return refuse("own-proposal", "nobody approves what they asked for", "another person has to approve");
  }
  const refused = file.incident.actions.find((item) => item.key === row.key)?.refused;
  if (refused !== undefined) return refuse("grant-used", `${refused.person} has refused it`);
  if (approversOf(row, now).includes(samePerson(said.person))) {
    return refuse("already-approved", `${said.person} has approved this already`, "another person has to approve");
  }
  return undefined;
}

async function notAllowed(
  desk: Desk,
  { file, row, verb }: { readonly file: CaseFile; readonly row: LedgerRow; readonly verb: "approve" | "revert" },
  person: string,
): Promise<AppError<Said> | undefined> {
  const port = portOf(desk, row) ?? desk.actions[0];
  if (port === undefined) return undefined;
  const question = await questionFor(desk, file, row, port);
  const { allowed, reasons } = await mayPerson(verb, person, question, desk);
  return allowed ? undefined : refuse("person-not-allowed", `${person} may not ${verb} this: ${reasons.join(" ")}`);
}

interface Word {
  readonly key: ActionKey;
  readonly person: string;
  readonly reason: string;
}

async function say(
  desk: Desk,
  key: ActionKey,
  decide: (file: CaseFile, row: LedgerRow) => Promise<Change> | Change,
): Promise<LedgerRow> {
  const known = await rowOf(desk, key);
  const change = await commit(desk, known.incident, (file) => decide(file, freshRow(file, key)));
  return change?.rows[0] ?? known;
}

function deny(desk: Desk, { key, person, reason }: Word): Promise<LedgerRow> {
  return say(desk, key, (file, row) => {
    if (row.state !== "proposed") throw refuse("grant-used", `the action is ${row.state}: ask to undo it instead`);
    if (file.incident.actions.some((item) => item.key === key && item.refused !== undefined)) {
      throw refuse("grant-used", "it has been refused already");
    }
    const at = desk.runtime.now();
    const word: IncidentEntry = { kind: "grant-refused", at, by: person, key, person, reason };
    const moved = moveRow(row, {
      to: "denied",
      at,
      by: person,
      detail: { reason: `${person}: ${reason}`, waitUntil: null },
    });
    return { entries: [word, moved.entry], rows: [moved.row] };
  });
}

async function askRevert(desk: Desk, { key, person, reason }: Word): Promise<LedgerRow> {
  let first = false;
  const asked = await say(desk, key, async (file, row) => {
    const standing = row.state === "verified" || row.state === "unknown";
    const waiting = row.state === "proposed";
    if (!standing && !waiting) throw refuse("cannot-revert", `the action is ${row.state}: there is nothing to undo`);
    if (standing && row.plan.undo === "no") throw refuse("cannot-revert", `${row.action.kind} cannot be undone`);
    const problem = await notAllowed(desk, { file, row, verb: "revert" }, person);
    if (problem !== undefined) throw problem;
    const at = desk.runtime.now();
    // A person who takes back what stands says that it should not have been done; asking again says nothing new.
    first = standing && !file.incident.actions.some((item) => item.key === key && item.revertAsked !== undefined);
    return {
      entries: [{ kind: "revert-asked", at, by: person, key, person, reason }],
      rows: [{ ...row, updatedAt: at }],
    };
  });
  if (first && isContaining(asked.action)) await desk.breaker.strike(asked.action.kind, "undone-by-person");
  return asked;
}

function settle(
  desk: Desk,
  { key, person, found }: { readonly key: ActionKey; readonly person: string; readonly found: "present" | "absent" },
): Promise<LedgerRow> {
  return say(desk, key, (_file, row) => {
    if (row.state !== "unknown") throw refuse("not-unknown", `the action is ${row.state}: there is nothing to settle`);
    const to = found === "present" ? "verified" : "failed";
    const detail = { reason: `${person} looked: ${found}`, observer: person };
    const moved = moveRow(row, { to, at: desk.runtime.now(), by: person, detail });
    return { entries: [moved.entry], rows: [moved.row] };
  });
}

async function renew(desk: Desk, key: ActionKey, person: string): Promise<ActionKey> {
  const old = await rowOf(desk, key);
  const lapsed = old.state === "expired" || old.state === "denied" || old.state === "failed";
  if (!lapsed)
    throw refuse(
      "cannot-renew",
      `the action is ${old.state}: only what lapsed, failed or was refused is proposed anew`,
    );
  const change = await commit(desk, old.incident, async (file) => {
    if (file.incident.status === "closed") throw refuse("incident-closed", `${file.id} is closed: reopen it first`);
    const same = [...file.rows.values()].filter(
      (row) => row.origin.run === old.origin.run && row.origin.step === old.origin.step,
    );
    const generation = Math.max(...same.map((row) => numberIn(row.detail, "generation"))) + 1;
    const title = textIn(old.detail, "title") ?? old.action.kind;
    const slot: Slot = { run: old.origin.run, path: old.origin.step, title, extension: extensionOf(old), generation };
    const again = await proposal(desk, file, { slot, action: old.action }, NEVER_STOP);
    const note: IncidentEntry = {
      kind: "note-added",
      at: desk.runtime.now(),
      by: person,
      text: `Proposed anew: ${title}`,
    };
    // The run may be over; the action then stands alone, under its ledger row.
    const entries = again.entries.filter((entry) => entry.kind !== "run-moved");
    return { entries: [note, ...entries], rows: again.rows };
  });
  const [row] = change?.rows ?? [];
  if (row === undefined) throw refuse("cannot-renew", "it cannot be planned now: see the incident's tasks");
  return row.key;
}

async function finishTask(
  desk: Desk,
  id: IncidentId,
  said: { readonly task: string; readonly person: string; readonly outcome: "done" | "refused"; readonly text: string },
): Promise<void> {
  await commit(desk, id, (file) => {
    if (!file.incident.tasks.some((task) => task.task === said.task)) {
      throw refuse("task-unknown", `${id} has no open task ${said.task}`);
    }
    return { entries: [{ kind: "task-done", at: desk.runtime.now(), by: said.person, ...said }], rows: [] };
  });
}
