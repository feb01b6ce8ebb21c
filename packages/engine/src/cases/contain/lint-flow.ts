/**
 * Checks on the shape of the workflow (checks 5-7 of response.md 1.4).
 * A region is what one walk can reach without entering a branch: the main flow, the exception handler, each branch.
 * Regions must be trees of trees: a step in two regions would be a jump into or out of a branch.
 */
import type { Playbook, PlaybookFinding } from "@cordon/model/playbook";
import { branchesOf } from "./lint-steps.ts";

interface Walk {
  readonly playbook: Playbook;
  readonly regionOf: Map<string, string>;
  readonly found: PlaybookFinding[];
}

export function flowFindings(playbook: Playbook): readonly PlaybookFinding[] {
  const walk: Walk = { playbook, regionOf: new Map(), found: [] };
  checkStart(walk);
  if (playbook.workflow[playbook.workflow_start] !== undefined) region(walk, "workflow_start", playbook.workflow_start);
  const handler = playbook.workflow_exception;
  if (handler !== undefined) {
    if (playbook.workflow[handler] === undefined) error(walk, "3", "workflow_exception", `names no step: "${handler}"`);
    else region(walk, "workflow_exception", handler);
  }
  for (const id of Object.keys(playbook.workflow)) {
    if (!walk.regionOf.has(id))
      walk.found.push({ level: "warning", rule: "5", where: id, text: "step is never reached" });
  }
  return walk.found;
}

function error(walk: Walk, rule: string, where: string, text: string): void {
  walk.found.push({ level: "error", rule, where, text });
}

function checkStart({ playbook, found }: Walk): void {
  const starts = Object.entries(playbook.workflow).filter(([, step]) => step.type === "start");
  if (starts.length !== 1) {
    found.push({
      level: "error",
      rule: "4",
      where: "workflow",
      text: `${starts.length} start steps, exactly one is needed`,
    });
  }
  const first = playbook.workflow[playbook.workflow_start];
  if (first?.type !== "start") {
    found.push({ level: "error", rule: "3", where: "workflow_start", text: "does not name a start step" });
  }
}

/** Regions still to be walked are kept in a list: depth of nesting costs no stack. */
function region(walk: Walk, name: string, entry: string): void {
  const waiting: [string, string][] = [[name, entry]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [label, start] = next;
    const members = collect(walk, label, start);
    for (const id of members) {
      const step = walk.playbook.workflow[id];
      if (step === undefined) continue;
      for (const [branch, to] of branchesOf(step)) {
        if (walk.playbook.workflow[to] !== undefined) waiting.push([`${id}/${branch}`, to]);
      }
    }
    checkCycle(walk, members);
  }
}

function collect(walk: Walk, label: string, entry: string): readonly string[] {
  const members: string[] = [];
  const waiting = [entry];
  let ends = 0;
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const step = walk.playbook.workflow[id];
    const known = walk.regionOf.get(id);
    if (step === undefined || known === label) continue;
    if (known !== undefined) {
      const text = step.type === "end" ? "end step is shared by two branches" : "step is reached from two branches";
      error(walk, "7", id, `${text}: ${known} and ${label}`);
      continue;
    }
    walk.regionOf.set(id, label);
    members.push(id);
    if (step.type === "end") ends += 1;
    waiting.push(...successors(walk.playbook, id));
  }
  if (ends === 0 && members.length > 0) error(walk, "6", entry, "no end step can be reached from here");
  return members;
}

function successors(playbook: Playbook, id: string): readonly string[] {
  const step = playbook.workflow[id];
  if (step === undefined) return [];
  const all = [step.on_completion, step.on_success, step.on_failure];
  return all.flatMap((to) => (to !== undefined && playbook.workflow[to] !== undefined ? [to] : []));
}

/** Topological peeling: what is left over lies on a cycle. */
function checkCycle(walk: Walk, members: readonly string[]): void {
  const inside = new Set(members);
  const incoming = new Map<string, number>(members.map((id) => [id, 0]));
  const next = (id: string) => successors(walk.playbook, id).filter((to) => inside.has(to));
  for (const id of members) for (const to of next(id)) incoming.set(to, (incoming.get(to) ?? 0) + 1);
  const free = members.filter((id) => incoming.get(id) === 0);
  let peeled = 0;
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    peeled += 1;
    for (const to of next(id)) {
      const left = (incoming.get(to) ?? 0) - 1;
      incoming.set(to, left);
      if (left === 0) free.push(to);
    }
  }
  if (peeled < members.length) {
    const looped = members.find((id) => (incoming.get(id) ?? 0) > 0) ?? "";
    error(walk, "6", looped, "steps form a circle; only while-condition may repeat");
  }
}
