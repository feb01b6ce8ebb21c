/**
 * What a playbook run does next. Pure: the pinned playbook, the rows of its steps and the time give the moves.
 * Enters: playbook, variables, rows (one per step instance, newest state), time. Leaves: moves, and when to look again.
 *
 * P1. Decisions are rows: a condition is evaluated once per instance and never again, whatever the variables become.
 * P2. A failed step goes to its on_failure, else to workflow_exception, else the run fails; nothing is skipped.
 * P3. Branches end at their end step and control returns to the branching step; parallel joins all, one failure fails it.
 * P4. Work is bounded: instances per run, iterations per loop, depth of playbooks.
 */
import { AppError, messageOf } from "@cordon/model/error";
import type { JsonObject } from "@cordon/model/json";
import type {
  CordonStep,
  LoadedPlaybook,
  Playbook,
  PlaybookStep,
  PlaybookVariable,
  StepOf,
} from "@cordon/model/playbook";
import { type Instant, instant } from "@cordon/model/time";
import { parseCondition } from "./condition.ts";
import { evaluateCondition } from "./condition-value.ts";
import { bare } from "./lint-data.ts";
import { readExtension } from "./lint-steps.ts";

/** Step instances of one run: a loop of 100 rounds over 20 steps fits, a run-away does not. */
export const INSTANCES_MAX = 2_000;
/** Rounds of a while-condition whose extension names no other number. */
export const ITERATIONS_DEFAULT = 100;
/** Playbooks inside playbooks. */
export const PLAYBOOK_DEPTH_MAX = 8;
/** Step name under which the run itself moves. */
export const RUN_STEP = "";

export type Values = Readonly<Record<string, string | null>>;

/** One step instance as the journal has it. `startedAt`: when its first row was written. */
export interface StepRow {
  readonly state: "running" | "waiting" | "succeeded" | "failed" | "ended";
  readonly at: Instant;
  readonly startedAt: Instant;
  readonly detail: JsonObject;
}

export interface RunView {
  readonly playbook: LoadedPlaybook;
  readonly variables: Values;
  readonly rows: ReadonlyMap<string, StepRow>;
  /** Playbooks a playbook-action may call. */
  readonly library: readonly LoadedPlaybook[];
}

export type RunMove =
  | {
      readonly kind: "act";
      readonly path: string;
      readonly title: string;
      readonly extension: CordonStep;
      readonly args: Values;
    }
  | { readonly kind: "ask"; readonly path: string; readonly title: string; readonly text: string }
  | {
      readonly kind: "record";
      readonly path: string;
      readonly state: "waiting" | "succeeded" | "failed";
      readonly detail: JsonObject;
    }
  | { readonly kind: "finish"; readonly state: "succeeded" | "failed"; readonly reason: string };

export interface Advance {
  readonly moves: readonly RunMove[];
  /** Earliest moment at which time alone changes something. */
  readonly wakeAt?: Instant;
}

type Result =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "blocked" };

const DONE: Result = { kind: "done" };
const BLOCKED: Result = { kind: "blocked" };
const failed = (reason: string): Result => ({ kind: "failed", reason });

interface Walk {
  readonly view: RunView;
  readonly now: Instant;
  readonly moves: RunMove[];
  wakeAt: number;
  instances: number;
}

/** Where the walk stands: which playbook, its variables, the path of the branch. */
interface Scope {
  readonly playbook: Playbook;
  readonly types: Record<string, PlaybookVariable>;
  readonly values: Record<string, string | null>;
  readonly prefix: string;
  readonly depth: number;
}

export function advance(view: RunView, now: Instant): Advance {
  const walk: Walk = { view, now, moves: [], wakeAt: Number.POSITIVE_INFINITY, instances: 0 };
  const scope = openScope(view.playbook.playbook, view.variables, "", 0);
  let result = walkFrom(walk, scope, scope.playbook.workflow_start);
  if (result.kind === "failed" && scope.playbook.workflow_exception !== undefined) {
    const handler = walkFrom(walk, { ...scope, prefix: "exception/" }, scope.playbook.workflow_exception);
    result = handler.kind === "blocked" ? BLOCKED : failed(`${result.reason}; the exception handler ran`);
  }
  if (result.kind === "done") walk.moves.push({ kind: "finish", state: "succeeded", reason: "every step ended" });
  if (result.kind === "failed") walk.moves.push({ kind: "finish", state: "failed", reason: result.reason });
  const wakeAt = Number.isFinite(walk.wakeAt) ? { wakeAt: instant(walk.wakeAt) } : {};
  return { moves: walk.moves, ...wakeAt };
}

function openScope(playbook: Playbook, given: Values, prefix: string, depth: number): Scope {
  const types = { ...playbook.playbook_variables };
  const values: Record<string, string | null> = {};
  for (const [name, variable] of Object.entries(types)) values[name] = given[name] ?? variable.value ?? null;
  return { playbook, types, values, prefix, depth };
}

/** Follows pointers until an end step, a failure nobody handles, or something that is not finished. */
function walkFrom(walk: Walk, scope: Scope, entry: string): Result {
  let id = entry;
  for (;;) {
    walk.instances += 1;
    if (walk.instances > INSTANCES_MAX) return failed(`more than ${INSTANCES_MAX} steps in one run`);
    const step = scope.playbook.workflow[id];
    if (step === undefined) return failed(`step ${id} does not exist`);
    if (step.type === "end") return DONE;
    const result = runStep(walk, scope, id, step);
    if (result.kind === "blocked") return BLOCKED;
    const next = successor(step, result);
    if (next === undefined) return result.kind === "failed" ? result : failed(`step ${id} has no successor`);
    id = next;
  }
}

function successor(step: PlaybookStep, result: Result): string | undefined {
  if (result.kind === "done") return step.on_success ?? step.on_completion;
  const tolerant = readExtension(step)?.continueOnError === true ? step.on_completion : undefined;
  return step.on_failure ?? tolerant;
}

function runStep(walk: Walk, outer: Scope, id: string, step: PlaybookStep): Result {
  const scope = withStepVariables(outer, step);
  const path = scope.prefix + id;
  const held = holdDelay(walk, path, step);
  if (held) return BLOCKED;
  switch (step.type) {
    case "start":
    case "end":
      return DONE;
    case "action":
      return runAction(walk, { scope, outer, path }, step);
    case "playbook-action":
      return runChild(walk, { scope, outer, path }, step);
    case "parallel":
      return runParallel(walk, { ...scope, prefix: `${path}/` }, step);
    case "if-condition":
      return runIf(walk, scope, path, step);
    case "while-condition":
      return runWhile(walk, scope, path, step);
    case "switch-condition":
      return runSwitch(walk, scope, path, step);
  }
}

/** Step variables shadow those of the playbook; writes to the others still reach the playbook's. */
function withStepVariables(scope: Scope, step: PlaybookStep): Scope {
  const own = step.step_variables;
  if (own === undefined) return scope;
  const values = { ...scope.values };
  for (const [name, variable] of Object.entries(own)) values[name] = variable.value ?? null;
  return { ...scope, types: { ...scope.types, ...own }, values };
}

function holdDelay(walk: Walk, path: string, step: PlaybookStep): boolean {
  if (step.delay === undefined) return false;
  const mark = `${path}!delay`;
  const row = walk.view.rows.get(mark);
  const until = row === undefined ? walk.now + step.delay : row.startedAt + step.delay;
  if (row === undefined) {
    walk.moves.push({ kind: "record", path: mark, state: "waiting", detail: { why: "delay", waitUntil: until } });
  }
  if (until <= walk.now) {
    if (row?.state === "waiting") {
      walk.moves.push({ kind: "record", path: mark, state: "succeeded", detail: { why: "delay" } });
    }
    return false;
  }
  walk.wakeAt = Math.min(walk.wakeAt, until);
  return true;
}

interface Place {
  readonly scope: Scope;
  /** Scope that outlives the step: where outputs go. */
  readonly outer: Scope;
  readonly path: string;
}

function runAction(walk: Walk, place: Place, step: StepOf<"action">): Result {
  const extension = readExtension(step) ?? {};
  const tries = 1 + (extension.retry?.max ?? 0);
  for (let attempt = 1; attempt <= tries; attempt++) {
    const path = attempt === 1 ? place.path : `${place.path}~${attempt}`;
    const row = walk.view.rows.get(path);
    if (row === undefined) return startAction(walk, { ...place, path }, step, extension);
    if (row.state === "succeeded") {
      takeOutputs(place, step.out_args, row.detail);
      return DONE;
    }
    if (row.state === "running" || row.state === "waiting") return checkTimeout(walk, path, step, row);
    const again = retryAt(extension, row);
    if (again === undefined || attempt === tries) return failed(`${path}: ${textIn(row.detail, "reason")}`);
    if (again > walk.now) {
      walk.wakeAt = Math.min(walk.wakeAt, again);
      return BLOCKED;
    }
  }
  return BLOCKED;
}

/** Only what the device failed to do is tried again; what a person or the policy refused is not. */
function retryAt(extension: CordonStep, row: StepRow): number | undefined {
  const outcome = row.detail.outcome;
  if (outcome !== "failed" && outcome !== "unknown") return undefined;
  const on = extension.retry?.on ?? ["failed"];
  return on.includes(outcome) ? row.at + (extension.retry?.backoffMs ?? 0) : undefined;
}

function startAction(walk: Walk, place: Place, step: StepOf<"action">, extension: CordonStep): Result {
  const title = step.name ?? step.description ?? place.path;
  const missing = (step.in_args ?? []).map(bare).filter((name) => place.scope.types[name] === undefined);
  if (missing.length > 0) return failed(`${place.path}: no such variable: ${missing.join(", ")}`);
  if (extension.actionId !== undefined) {
    const args = Object.fromEntries(
      (step.in_args ?? []).map(bare).map((name) => [name, place.scope.values[name] ?? null]),
    );
    walk.moves.push({ kind: "act", path: place.path, title, extension, args });
    return BLOCKED;
  }
  const manual = step.commands.every((command) => command.type === "manual");
  if (!manual) return failed(`${place.path}: no runner for its commands`);
  const lines = step.commands.map((command) =>
    substitute(place.scope, String(command.command ?? command.description ?? "")),
  );
  walk.moves.push({ kind: "ask", path: place.path, title, text: lines.filter(Boolean).join("\n") || title });
  return BLOCKED;
}

/** One pass, never recursive: what a value contains is not looked into again. Only people read the result. */
function substitute(scope: Scope, text: string): string {
  return text.replace(/__[a-zA-Z_][a-zA-Z0-9_-]{0,199}?__:value/g, (whole) => scope.values[bare(whole)] ?? whole);
}

function checkTimeout(walk: Walk, path: string, step: PlaybookStep, row: StepRow): Result {
  if (step.timeout === undefined) return BLOCKED;
  const until = row.startedAt + step.timeout;
  if (until > walk.now) {
    walk.wakeAt = Math.min(walk.wakeAt, until);
    return BLOCKED;
  }
  const reason = `ACTION_TIMEOUT ${path}`;
  walk.moves.push({ kind: "record", path, state: "failed", detail: { ...row.detail, reason, outcome: "timeout" } });
  return failed(reason);
}

function takeOutputs(place: Place, names: readonly string[] | undefined, detail: JsonObject): void {
  const outputs = detail.outputs;
  if (names === undefined || typeof outputs !== "object" || outputs === null || Array.isArray(outputs)) return;
  const given = new Map(Object.entries(outputs));
  for (const name of names.map(bare)) {
    const value = given.get(name);
    const constant = place.scope.types[name]?.constant === true;
    if (typeof value === "string" && !constant && name in place.outer.values) place.outer.values[name] = value;
  }
}

function runChild(walk: Walk, place: Place, step: StepOf<"playbook-action">): Result {
  if (place.scope.depth + 1 > PLAYBOOK_DEPTH_MAX) return failed(`playbooks nested deeper than ${PLAYBOOK_DEPTH_MAX}`);
  const child = findChild(walk.view.library, step);
  if (typeof child === "string") return failed(`${place.path}: ${child}`);
  const row = walk.view.rows.get(place.path);
  if (row === undefined) {
    const detail = { playbook: child.slug, digest: child.digest };
    walk.moves.push({ kind: "record", path: place.path, state: "waiting", detail });
  } else if (row.detail.digest !== child.digest) {
    return failed(`${place.path}: playbook ${child.slug} changed since the run began`);
  }
  const given = Object.fromEntries(
    (step.in_args ?? []).map(bare).map((name) => [name, place.scope.values[name] ?? null]),
  );
  const scope = openScope(child.playbook, given, `${place.path}/`, place.scope.depth + 1);
  const result = walkFrom(walk, scope, child.playbook.workflow_start);
  if (result.kind !== "done") return result;
  takeOutputs(place, step.out_args, { outputs: scope.values });
  return DONE;
}

function findChild(library: readonly LoadedPlaybook[], step: StepOf<"playbook-action">): LoadedPlaybook | string {
  const versions = library
    .filter(({ playbook }) => playbook.id === step.playbook_id)
    .filter(({ playbook }) => step.playbook_version === undefined || playbook.modified === step.playbook_version)
    .sort((a, b) => (a.playbook.modified < b.playbook.modified ? 1 : -1));
  const [newest] = versions;
  if (newest === undefined) return `playbook ${step.playbook_id} is not loaded`;
  return newest.runnable ? newest : `playbook ${newest.slug} is not runnable`;
}

function runParallel(walk: Walk, scope: Scope, step: StepOf<"parallel">): Result {
  const results = step.next_steps.map((entry, index) =>
    walkFrom(walk, { ...scope, prefix: `${scope.prefix}${index}/` }, entry),
  );
  if (results.some((result) => result.kind === "blocked")) return BLOCKED;
  return results.find((result) => result.kind === "failed") ?? DONE;
}

function runIf(walk: Walk, scope: Scope, path: string, step: StepOf<"if-condition">): Result {
  const truth = decide(walk, scope, path, step.condition);
  if (typeof truth !== "boolean") return truth;
  const branch = truth ? step.on_true : step.on_false;
  return branch === undefined ? DONE : walkFrom(walk, { ...scope, prefix: `${path}/${truth}/` }, branch);
}

function runWhile(walk: Walk, scope: Scope, path: string, step: StepOf<"while-condition">): Result {
  const most = readExtension(step)?.maxIterations ?? ITERATIONS_DEFAULT;
  for (let round = 1; round <= most; round++) {
    const truth = decide(walk, scope, `${path}~${round}`, step.condition);
    if (truth === false) return DONE;
    if (truth !== true) return truth;
    const result = walkFrom(walk, { ...scope, prefix: `${path}~${round}/` }, step.on_true);
    if (result.kind !== "done") return result;
  }
  return failed(`${path}: still true after ${most} rounds`);
}

/** The recorded decision of this instance, or a new one that is recorded now (P1). */
function decide(walk: Walk, scope: Scope, path: string, text: string): boolean | Result {
  const row = walk.view.rows.get(path);
  if (row?.state === "failed") return failed(`${path}: ${textIn(row.detail, "reason")}`);
  if (row !== undefined) return row.detail.truth === true;
  try {
    const truth = evaluateCondition(parseCondition(text), (name) => {
      const type = scope.types[name]?.type;
      return type === undefined ? undefined : { type, value: scope.values[name] ?? null };
    });
    walk.moves.push({ kind: "record", path, state: "succeeded", detail: { condition: text, truth } });
    return truth;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = messageOf(error);
    walk.moves.push({ kind: "record", path, state: "failed", detail: { condition: text, reason } });
    return failed(`${path}: ${reason}`);
  }
}

function runSwitch(walk: Walk, scope: Scope, path: string, step: StepOf<"switch-condition">): Result {
  const row = walk.view.rows.get(path);
  const chosen = row === undefined ? (scope.values[bare(step.switch)] ?? null) : (row.detail.value ?? null);
  const value = typeof chosen === "string" ? chosen : null;
  if (row === undefined) walk.moves.push({ kind: "record", path, state: "succeeded", detail: { value } });
  const cases = new Map(Object.entries(step.cases).map(([label, to]) => [label.trim(), to]));
  const label = value !== null && cases.has(value.trim()) ? value.trim() : "default";
  const branch = cases.get(label);
  return branch === undefined ? DONE : walkFrom(walk, { ...scope, prefix: `${path}/${label}/` }, branch);
}

function textIn(detail: JsonObject, member: string): string {
  const value = detail[member];
  return typeof value === "string" ? value : "failed";
}
