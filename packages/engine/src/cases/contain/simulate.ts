/**
 * Says what a playbook would do, whom it would hit and who would have to agree, without doing anything.
 * Enters: playbook, variables, configured actuators. Leaves: the steps in order with exact effects and the verdict.
 *
 * S1. Same interpreter, same plans, same policy as the real run; only the outcome of each step is assumed to be good.
 * S2. Without an incident the variables stand for entities of an imagined one; nothing of it is stored.
 */
import type { Action, EntityRef, PolicyVerdict } from "@cordon/model/action";
import { ENTITY_KINDS, type Entity, type EntityKind } from "@cordon/model/entity";
import { fold } from "@cordon/model/fold";
import { eventId, incidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import { LASTING_KINDS, type LoadedPlaybook } from "@cordon/model/playbook";
import type { Stop } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { bindAction } from "./bind.ts";
import { breakerFor, countsFor, type Desk } from "./desk.ts";
import { advance, type RunMove, type StepRow, type Values } from "./interpret.ts";
import { judge } from "./policy.ts";
import { findRoute } from "./routing.ts";

/** Turns of a dry run: as many as a real run may have steps. */
const TURNS_MAX = 2_000;
const IMAGINED = incidentId("INC-SIMULATE");

export interface SimulatedStep {
  readonly path: string;
  readonly title: string;
  readonly kind: "action" | "task" | "decision";
  readonly action?: Action;
  readonly actuator?: string;
  readonly effects: readonly string[];
  readonly affected: readonly Entity[];
  readonly undo?: "yes" | "no" | "partly";
  readonly ttlMs?: number;
  readonly policy?: PolicyVerdict;
  /** Why it could not be done. */
  readonly problem?: string;
}

export interface Simulation {
  readonly playbook: string;
  readonly digest: string;
  readonly steps: readonly SimulatedStep[];
  readonly ends: "succeeded" | "failed" | "waiting";
  readonly reason: string;
}

export interface SimulationWish {
  readonly loaded: LoadedPlaybook;
  readonly variables: Values;
  readonly incident?: Incident;
}

export async function simulatePlaybook(desk: Desk, wish: SimulationWish, stop: Stop): Promise<Simulation> {
  const { loaded } = wish;
  const incident = wish.incident ?? imagine(wish.variables);
  const rows = new Map<string, StepRow>();
  const steps: SimulatedStep[] = [];
  let now = desk.runtime.now();
  const end = (ends: Simulation["ends"], reason: string): Simulation => ({
    playbook: loaded.slug,
    digest: loaded.digest,
    steps,
    ends,
    reason,
  });
  for (let turn = 0; turn < TURNS_MAX && !stop.stopped; turn++) {
    const { moves, wakeAt } = advance(
      { playbook: loaded, variables: wish.variables, rows, library: desk.playbooks },
      now,
    );
    for (const move of moves) {
      if (move.kind === "finish") return end(move.state, move.reason);
      const { step, row } = await play(desk, { move, incident, loaded }, stop);
      rows.set(move.path, { ...row, at: now, startedAt: rows.get(move.path)?.startedAt ?? now });
      steps.push(...step);
    }
    if (moves.length === 0 && wakeAt === undefined) return end("waiting", "nothing more can be said");
    if (moves.length === 0 && wakeAt !== undefined) now = instant(Math.max(wakeAt, now));
  }
  return end("waiting", `stopped after ${TURNS_MAX} turns`);
}

interface Play {
  readonly move: Exclude<RunMove, { readonly kind: "finish" }>;
  readonly incident: Incident;
  readonly loaded: LoadedPlaybook;
}

type Played = { readonly step: readonly SimulatedStep[]; readonly row: Pick<StepRow, "state" | "detail"> };

async function play(desk: Desk, { move, incident, loaded }: Play, stop: Stop): Promise<Played> {
  const nothing = { effects: [], affected: [] };
  if (move.kind === "record") {
    const { path, state, detail } = move;
    const decided = "truth" in detail ? `${String(detail.condition)} is ${String(detail.truth)}` : undefined;
    return {
      step: decided === undefined ? [] : [{ path, title: decided, kind: "decision", ...nothing }],
      row: { state, detail },
    };
  }
  if (move.kind === "ask") {
    const step: SimulatedStep = {
      path: move.path,
      title: move.title,
      kind: "task",
      effects: [move.text],
      affected: [],
    };
    return { step: [step], row: { state: "succeeded", detail: {} } };
  }
  const step = await planStep(desk, { move, incident, loaded }, stop);
  const failed = step.problem ?? (step.policy?.outcome === "forbidden" ? step.policy.reasons.join(" ") : undefined);
  const row =
    failed === undefined
      ? { state: "succeeded" as const, detail: { outputs: { __state__: "simulated" } } }
      : { state: "failed" as const, detail: { reason: failed } };
  return { step: [step], row };
}

async function planStep(
  desk: Desk,
  given: {
    readonly move: Extract<RunMove, { readonly kind: "act" }>;
    readonly incident: Incident;
    readonly loaded: LoadedPlaybook;
  },
  stop: Stop,
): Promise<SimulatedStep> {
  const { move, incident, loaded } = given;
  const { extension } = move;
  const base = { path: move.path, title: move.title, kind: "action" as const, effects: [], affected: [] };
  if (extension.actionId === undefined) return { ...base, problem: "the step names no action" };
  const action = bindAction(extension.actionId, move.args, { incident, inventory: desk.inventory });
  if (typeof action === "string") return { ...base, problem: action };
  const simulateOnly = desk.settings.mode === "simulation" || extension.simulateOnly === true;
  const ttlMs = LASTING_KINDS.has(action.kind) ? extension.ttlMs : undefined;
  const route = await findRoute({ action, ttlMs, simulateOnly }, desk, stop);
  if (typeof route === "string") return { ...base, action, problem: route };
  const counts = await countsFor(desk, incident);
  const policy = await judge(
    {
      ...{ incident, action, plan: route.plan, port: route.port, playbook: loaded, extension, counts },
      ...(await breakerFor(desk, action)),
    },
    desk,
  );
  const { effects, affected, undo, actuator } = route.plan;
  const ttl = route.plan.ttlMs === undefined ? {} : { ttlMs: route.plan.ttlMs };
  return { ...base, action, actuator, effects, affected, undo, policy, ...ttl };
}

/** An incident that holds exactly the entities the variables name. */
function imagine(variables: Values): Incident {
  const refs = Object.values(variables).flatMap((value) => (value === null ? [] : refOf(value)));
  const empty = fold([]);
  const proposals = refs.map((ref) => ({ action: carrier(ref), playbook: "", reason: "simulated", claims: [] }));
  const investigation = {
    ...{ by: "deterministic" as const, at: instant(0), verdict: "malicious" as const, confidence: 100, summary: [] },
    ...{ rootCauses: [], extent: [], timeline: [], story: { nodes: [], edges: [] }, techniques: [], claims: [] },
    ...{ claimsRefused: 0, questions: [], proposals, ledger: [], limits: [] },
  };
  return { ...empty, id: IMAGINED, severity: "high", investigation };
}

/** Any action that carries a reference will do: binding only looks at the references. */
const carrier = (ref: EntityRef): Action => ({ kind: "isolate-host", host: ref });

function refOf(key: string): readonly EntityRef[] {
  const colon = key.indexOf(":");
  const kind: EntityKind | undefined = ENTITY_KINDS.find((known) => known === key.slice(0, Math.max(0, colon)));
  if (kind === undefined) return [];
  const value = key.slice(colon + 1);
  return [{ kind, value, incident: IMAGINED, control: "attacker", evidence: [eventId("simulated")] }];
}
