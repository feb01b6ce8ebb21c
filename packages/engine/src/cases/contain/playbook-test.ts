/**
 * Unit tests of playbooks (`NAME.test.json` beside `NAME.json`): scripted outcomes in, path and end out.
 * Enters: a loaded playbook and cases. Leaves: what is wrong with each, and the steps that no case has reached.
 * Nothing is touched: it is the interpreter alone, on a clock of its own.
 */
import type { JsonObject } from "@cordon/model/json";
import type { LoadedPlaybook } from "@cordon/model/playbook";
import { instant } from "@cordon/model/time";
import { advance, type RunMove, type StepRow, type Values } from "./interpret.ts";

/** Turns of one case: more than any playbook within its limits takes. */
const TURNS_MAX = 5_000;

/** How a step ends: `hang` never answers, so only its timeout ends it. */
export type Scripted = "ok" | "failed" | "denied" | "hang" | { readonly outputs: Readonly<Record<string, string>> };

export interface PlaybookCase {
  readonly name: string;
  readonly variables?: Values;
  /** By step name; a step that is not named ends `ok`. */
  readonly outcomes?: Readonly<Record<string, Scripted>>;
  readonly expect: { readonly steps: readonly string[]; readonly ends: "succeeded" | "failed" | "stuck" };
}

export interface PlaybookTestResult {
  readonly failures: readonly { readonly name: string; readonly problem: string }[];
  /** Steps that act or ask and that no case has reached. */
  readonly unreached: readonly string[];
}

export function testPlaybook(
  loaded: LoadedPlaybook,
  cases: readonly PlaybookCase[],
  library: readonly LoadedPlaybook[] = [],
): PlaybookTestResult {
  const failures: { name: string; problem: string }[] = [];
  const reached = new Set<string>();
  for (const item of cases) {
    const { steps, ends } = play(loaded, item, library);
    for (const step of steps) reached.add(step);
    const said = { steps, ends };
    const same = JSON.stringify(said) === JSON.stringify({ steps: item.expect.steps, ends: item.expect.ends });
    if (!same) failures.push({ name: item.name, problem: `went ${JSON.stringify(said)}` });
  }
  const acting = Object.entries(loaded.playbook.workflow).filter(([, step]) => step.type === "action");
  const unreached = acting.map(([id, step]) => step.name ?? id).filter((name) => !reached.has(name));
  return { failures, unreached };
}

interface Played {
  readonly steps: readonly string[];
  readonly ends: "succeeded" | "failed" | "stuck";
}

function play(loaded: LoadedPlaybook, item: PlaybookCase, library: readonly LoadedPlaybook[]): Played {
  const rows = new Map<string, StepRow>();
  const steps: string[] = [];
  let now = 0;
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    const view = { playbook: loaded, variables: item.variables ?? {}, rows, library };
    const { moves, wakeAt } = advance(view, instant(now));
    for (const move of moves) {
      if (move.kind === "finish") return { steps, ends: move.state };
      const at = instant(now);
      const startedAt = rows.get(move.path)?.startedAt ?? at;
      rows.set(move.path, { ...outcomeOf(move, item, steps), at, startedAt });
    }
    if (moves.length > 0) continue;
    if (wakeAt === undefined) return { steps, ends: "stuck" };
    now = wakeAt;
  }
  return { steps, ends: "stuck" };
}

function outcomeOf(
  move: Exclude<RunMove, { readonly kind: "finish" }>,
  item: PlaybookCase,
  steps: string[],
): Pick<StepRow, "state" | "detail"> {
  if (move.kind === "record") return { state: move.state, detail: move.detail };
  steps.push(move.title);
  const scripted = item.outcomes?.[move.title] ?? "ok";
  if (scripted === "hang") return { state: "running", detail: {} };
  if (scripted === "ok") return { state: "succeeded", detail: {} };
  if (scripted === "failed" || scripted === "denied") {
    const detail: JsonObject = { reason: scripted, outcome: scripted };
    return { state: "failed", detail };
  }
  return { state: "succeeded", detail: { outputs: { ...scripted.outputs } } };
}
