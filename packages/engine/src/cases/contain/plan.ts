/**
 * From findings to runs, and from run steps to proposals in the ledger.
 * Enters: proposals of the investigation or a person's wish; a step that names an action. Leaves: entries and rows.
 *
 * L1. A run is named by what it answers: planning again starts nothing twice.
 * L2. A proposal carries plan, verdict and reasons; what is forbidden is written down as forbidden, not left out.
 * L3. A step without a possible action fails with its reason and, where a person can help, a task.
 */
import type { Action, LedgerRow, PolicyVerdict } from "@cordon/model/action";
import { AppError } from "@cordon/model/error";
import { sha256Of } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Proposal } from "@cordon/model/investigation";
import { canonicalJson, type JsonObject } from "@cordon/model/json";
import { openProposals, proposalKey } from "@cordon/model/next-step";
import { type CordonStep, LASTING_KINDS, type LoadedPlaybook } from "@cordon/model/playbook";
import type { Stop } from "@cordon/model/ports/runtime";
import { levelRank } from "@cordon/model/rule";
import { type Instant, instant } from "@cordon/model/time";
import { argumentsOf, bindAction } from "./bind.ts";
import { type CaseFile, commit } from "./case-file.ts";
import { breakerFor, CONTAIN, countsFor, type Desk, openTask, requesterOf } from "./desk.ts";
import { RUN_STEP, type RunMove, type Values } from "./interpret.ts";
import { type Change, effectOf, joinChanges, keyOf, moveRow, NO_CHANGE } from "./ledger.ts";
import { judge } from "./policy.ts";
import { findRoute, type Route } from "./routing.ts";

export type PlanError = "playbook-unknown" | "playbook-not-runnable" | "variable-missing";

/** Starts one run for each proposal that nothing answers yet. Returns how many. */
export async function planResponse(desk: Desk, incident: Incident): Promise<number> {
  const change = await commit(desk, incident.id, (file) => {
    const open = openProposals(file.incident);
    return joinChanges(...open.map((proposal) => startProposed(desk, file, proposal)));
  });
  return change?.entries.filter((entry) => entry.kind === "run-started").length ?? 0;
}

function startProposed(desk: Desk, file: CaseFile, proposal: Proposal): Change {
  const loaded = findPlaybook(desk, proposal.playbook) ?? findPlaybook(desk, proposal.action.kind);
  if (loaded === undefined || !loaded.runnable) return failedStart(desk, file, proposal);
  const variables = { ...argumentsOf(proposal.action), proposal: proposalKey(proposal) };
  return startRun(desk, file, { loaded, variables, reason: proposal.reason });
}

/** A run that never was, so that the proposal counts as answered and nobody plans it again and again. */
function failedStart(desk: Desk, file: CaseFile, proposal: Proposal): Change {
  const at = desk.runtime.now();
  const key = proposalKey(proposal);
  const run = `run-${desk.runtime.sha256(canonicalJson({ incident: file.id, failed: key })).slice(0, 20)}`;
  const { playbook, reason } = proposal;
  const text = `No runnable playbook "${playbook}" for ${proposal.action.kind}: ${reason}. Do it by hand if it is needed.`;
  const started: IncidentEntry = {
    ...{ kind: "run-started", at, by: CONTAIN, run, playbook, digest: "", reason, variables: { proposal: key } },
  };
  const detail = { reason: `no runnable playbook "${playbook}"` };
  const ended: IncidentEntry = { kind: "run-moved", at, by: CONTAIN, run, step: RUN_STEP, state: "failed", detail };
  const task = openTask(file, { at, task: `plan/${key}`, text });
  return joinChanges({ entries: [started, ended], rows: [] }, task);
}

export const findPlaybook = (desk: Pick<Desk, "playbooks">, name: string): LoadedPlaybook | undefined =>
  desk.playbooks.find(({ slug, playbook }) => slug === name || playbook.id === name || playbook.name === name);

export interface RunWish {
  readonly loaded: LoadedPlaybook;
  readonly variables: JsonObject;
  readonly reason: string;
  readonly by?: string;
}

export function startRun(desk: Desk, file: CaseFile, wish: RunWish): Change {
  const { loaded, reason } = wish;
  const by = wish.by ?? CONTAIN;
  const variables: JsonObject = {
    ...facts(desk, file.incident, loaded),
    ...wish.variables,
    ...(wish.by === undefined ? {} : { requestedBy: wish.by, requestedAt: desk.runtime.now() }),
  };
  const name = canonicalJson({
    incident: file.id,
    playbook: loaded.digest,
    wish: wish.variables,
    at: variables.requestedAt,
  });
  const run = `run-${desk.runtime.sha256(name).slice(0, 20)}`;
  if (file.incident.runs.some((known) => known.run === run)) return NO_CHANGE;
  const at = desk.runtime.now();
  const entry: IncidentEntry = {
    ...{ kind: "run-started", at, by, run, playbook: loaded.slug, digest: loaded.digest, reason, variables },
  };
  return { entries: [entry], rows: [] };
}

/** Variables a playbook may declare and that Cordon fills in; what the caller gives comes before them. */
function facts(desk: Desk, incident: Incident, { playbook }: LoadedPlaybook): JsonObject {
  const known: Readonly<Record<string, string>> = {
    __incident__: incident.id,
    __severity__: incident.severity,
    __severity_rank__: String(levelRank(incident.severity)),
    __priority__: String(Math.round(incident.priority)),
    __confidence__: String(Math.round(incident.investigation?.confidence ?? 0)),
    __verdict__: incident.investigation?.verdict ?? "undecided",
    __channel__: desk.settings.notifyChannel,
  };
  const declared = playbook.playbook_variables ?? {};
  return Object.fromEntries(Object.entries(known).filter(([name]) => declared[name] !== undefined));
}

/** A person starts a playbook. Its required variables must be there now, not fail one by one later. */
export function checkWish(loaded: LoadedPlaybook | undefined, name: string, variables: Values): LoadedPlaybook {
  if (loaded === undefined) {
    throw new AppError<PlanError>("playbook-unknown", `no playbook "${name}"`, { fix: "cordon playbook list" });
  }
  if (!loaded.runnable) {
    const why = loaded.findings.find((finding) => finding.level === "not-runnable")?.text ?? "see its findings";
    throw new AppError<PlanError>("playbook-not-runnable", `playbook ${loaded.slug} cannot run: ${why}`);
  }
  const declared = loaded.playbook.playbook_variables ?? {};
  for (const given of Object.keys(variables)) {
    if (declared[given] === undefined) {
      throw new AppError<PlanError>("variable-missing", `playbook ${loaded.slug} has no variable ${given}`);
    }
  }
  return loaded;
}

export const valuesOf = (variables: JsonObject): Values =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

type Act = Extract<RunMove, { readonly kind: "act" }>;

/** Where a proposal comes from: run, step and how often this step was proposed before. */
export interface Slot {
  readonly run: string;
  readonly path: string;
  readonly title: string;
  readonly extension: CordonStep;
  readonly generation: number;
}

/** Proposes the action of a step, once; a step that cannot be bound or routed fails with the reason. */
export async function proposeStep(
  desk: Desk,
  file: CaseFile,
  given: { readonly run: string; readonly move: Act },
  stop: Stop,
): Promise<void> {
  const { run, move } = given;
  const kind = move.extension.actionId;
  if (kind === undefined) return;
  const bound = bindAction(kind, move.args, { incident: file.incident, inventory: desk.inventory });
  const slot: Slot = { run, path: move.path, title: move.title, extension: move.extension, generation: 1 };
  const change =
    typeof bound === "string" ? failStep(desk, slot, bound) : await proposal(desk, file, { slot, action: bound }, stop);
  await commit(desk, file.id, (fresh) => {
    const started = fresh.entries.some(
      (entry) => entry.kind === "run-moved" && entry.run === run && entry.step === move.path,
    );
    return started ? undefined : change;
  });
}

function failStep(desk: Desk, slot: Slot, reason: string): Change {
  const detail = { reason, outcome: "cannot-plan" };
  const at = desk.runtime.now();
  const failed: IncidentEntry = {
    kind: "run-moved",
    at,
    by: CONTAIN,
    run: slot.run,
    step: slot.path,
    state: "failed",
    detail,
  };
  const text = `${slot.title}: ${reason}. Do it by hand if it is needed.`;
  const task: IncidentEntry = { kind: "task-opened", at, by: CONTAIN, task: `manual/${slot.run}/${slot.path}`, text };
  return { entries: [failed, task], rows: [] };
}

export interface Wanted {
  readonly slot: Slot;
  readonly action: Action;
}

/** The entries and the row of one proposal, worked out without touching anything. */
export async function proposal(desk: Desk, file: CaseFile, wanted: Wanted, stop: Stop): Promise<Change> {
  const { slot, action } = wanted;
  const { extension } = slot;
  const simulateOnly = desk.settings.mode === "simulation" || extension.simulateOnly === true;
  const ttlMs = LASTING_KINDS.has(action.kind) ? extension.ttlMs : undefined;
  const route = await findRoute({ action, ttlMs, simulateOnly }, desk, stop);
  if (typeof route === "string") return failStep(desk, slot, route);
  const run = file.incident.runs.find((item) => item.run === slot.run);
  if (run === undefined) return NO_CHANGE;
  const requestedBy = requesterOf(run);
  const verdict = await judge(
    {
      ...{ incident: file.incident, action, plan: route.plan, port: route.port, extension },
      playbook: { slug: run.playbook, digest: sha256Of(run.digest) },
      counts: await countsFor(desk, file.incident),
      ...(await breakerFor(desk, action)),
      ...(requestedBy === undefined ? {} : { requestedBy }),
    },
    desk,
  );
  return write(desk, { file, wanted, route, verdict: withRoute(verdict, route), playbook: run.playbook });
}

/** Whoever reads the proposal must not take a simulation for the real thing. */
function withRoute(verdict: PolicyVerdict, { port, passedOver }: Route): PolicyVerdict {
  if (!port.simulated || passedOver.length === 0) return verdict;
  const shown = `Only shown, not done: no actuator reaches this target (${passedOver.join("; ")}).`;
  return { ...verdict, reasons: [...verdict.reasons, shown] };
}

interface Draft {
  readonly file: CaseFile;
  readonly wanted: Wanted;
  readonly route: Route;
  readonly verdict: PolicyVerdict;
  readonly playbook: string;
}

function write(desk: Desk, { file, wanted, route, verdict, playbook }: Draft): Change {
  const { slot, action } = wanted;
  const at = desk.runtime.now();
  const origin = { playbook, run: slot.run, step: slot.path };
  const planHash = route.plan.hash;
  const key = keyOf(desk.runtime, origin, { incident: file.id, planHash, generation: slot.generation });
  const approvalUntil: Instant = instant(at + desk.settings.approvalLifeMs);
  const effect = effectOf(desk.runtime, action, route.plan);
  const row: LedgerRow = {
    ...{ key, incident: file.id, action, plan: route.plan, policy: verdict, state: "proposed", grants: [], origin },
    ...{ proposedAt: at, updatedAt: at, approvalUntil, attempts: 0 },
    detail: {
      ...{ effect, generation: slot.generation, title: slot.title, policyDigest: desk.policy.digest },
      extension: extensionJson(slot.extension),
    },
  };
  const proposed: IncidentEntry = {
    ...{ kind: "action-proposed", at, by: CONTAIN, key, action, plan: route.plan, policy: verdict },
    ...{ run: slot.run, reason: slot.title, approvalUntil },
  };
  const detail = { key, reason: slot.title };
  const step: IncidentEntry = {
    kind: "run-moved",
    at,
    by: CONTAIN,
    run: slot.run,
    step: slot.path,
    state: "running",
    detail,
  };
  const made: Change = { entries: [proposed, step], rows: [row] };
  if (verdict.outcome !== "forbidden") return made;
  const stopped = moveRow(row, { to: "forbidden", at, by: CONTAIN, detail: { reason: verdict.reasons.join(" ") } });
  return joinChanges(made, { entries: [stopped.entry], rows: [stopped.row] });
}

/** Plain JSON of the extension: what the schema made, without absent members. */
function extensionJson(extension: CordonStep): JsonObject {
  const { retry, verify, approvals, ...flat } = extension;
  const plain: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(flat)) if (value !== undefined) plain[name] = value;
  if (verify !== undefined) plain.verify = { by: verify.by, withinMs: verify.withinMs };
  if (retry !== undefined)
    plain.retry = { max: retry.max, backoffMs: retry.backoffMs, ...(retry.on ? { on: retry.on } : {}) };
  if (approvals !== undefined)
    plain.approvals = { min: approvals.min, ...(approvals.roles ? { roles: approvals.roles } : {}) };
  return plain;
}
