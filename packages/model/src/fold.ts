/**
 * An incident is nothing but the fold of its entries.
 * Enters: entries in journal order. Leaves: the state. Pure and total: whatever the journal holds, folding never throws.
 *
 * F1. fold(a ++ b) equals foldMore(fold(a), b).
 * F2. An entry that speaks of something unknown (an action key, a run, a detection) changes nothing but the version.
 * F3. The same detection joins once; a replayed join is counted as an entry and changes nothing else.
 * F4. A refusal or a wish to undo is remembered on the action; only `action-moved` changes an action's state.
 * F5. A task is open until someone answered it, its action reached a resting state, or its step (`<run>/<step>`) ended.
 */
import type { LedgerState } from "./action.ts";
import { type Entity, entityKey } from "./entity.ts";
import { type ActionKey, type DetectionId, type EventId, incidentId } from "./ids.ts";
import type {
  Incident,
  IncidentAction,
  IncidentEntry,
  IncidentStatus,
  JoinedDetection,
  PlaybookRun,
} from "./incident.ts";
import { tacticRank } from "./technique.ts";
import { type Instant, instant } from "./time.ts";

/** Evidence ids kept of repeats: enough to open the newest ones, few enough for a flood. */
export const RECENT_EVIDENCE_MAX = 5;

/** States from which an action does not move by itself. */
export const RESTING_STATES: ReadonlySet<LedgerState> = new Set([
  "verified",
  "reverted",
  "denied",
  "expired",
  "forbidden",
  "cancelled",
  "failed",
  "simulated",
]);

const CONTAINS: ReadonlySet<string> = new Set([
  "block-address",
  "disable-account",
  "isolate-host",
  "kill-process",
  "quarantine-file",
  "purge-mail",
  "block-sender",
  "block-link",
  "revoke-sessions",
]);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Task = Incident["tasks"][number];

/** The incident under construction; the maps make each entry cheap whatever the size of the incident. */
interface Draft {
  head: Mutable<Omit<Incident, "detections" | "entities" | "techniques" | "tactics" | "runs" | "actions" | "tasks">>;
  readonly detections: Map<DetectionId, JoinedDetection>;
  readonly entities: Map<string, Entity>;
  readonly techniques: Set<string>;
  readonly tactics: Set<string>;
  readonly runs: Map<string, PlaybookRun>;
  readonly actions: Map<ActionKey, IncidentAction>;
  readonly tasks: Map<string, Task>;
  closed: boolean;
}

export function fold(entries: readonly IncidentEntry[]): Incident {
  return foldMore(EMPTY, entries);
}

/** The same incident with more entries: what `fold` gives for all of them together (F1). */
export function foldMore(incident: Incident, entries: readonly IncidentEntry[]): Incident {
  if (entries.length === 0) return incident;
  const draft = thaw(incident);
  for (const entry of entries) {
    if (draft.head.version === 0) draft.head.openedAt = entry.at;
    draft.head.version += 1;
    draft.head.updatedAt = latest(draft.head.updatedAt, entry.at);
    apply(draft, entry);
  }
  return freeze(draft);
}

const ZERO = instant(0);

const EMPTY: Incident = {
  id: incidentId(""),
  version: 0,
  title: "",
  status: "new",
  openedAt: ZERO,
  updatedAt: ZERO,
  firstSeen: ZERO,
  lastSeen: ZERO,
  priority: 0,
  severity: "informational",
  terms: [],
  detections: [],
  entities: [],
  techniques: [],
  tactics: [],
  runs: [],
  actions: [],
  tasks: [],
  notes: [],
  scoredAt: 0,
  investigatedAt: 0,
};

function apply(draft: Draft, entry: IncidentEntry): void {
  switch (entry.kind) {
    case "opened":
    case "detection-joined":
    case "detection-repeated":
    case "scored":
    case "investigated":
      applyFinding(draft, entry);
      return;
    case "run-started":
    case "run-moved":
      applyRun(draft, entry);
      return;
    case "action-proposed":
    case "grant-given":
    case "grant-refused":
    case "action-moved":
    case "revert-asked":
      applyAction(draft, entry);
      return;
    case "task-opened":
    case "task-done":
    case "note-added":
    case "assigned":
      applyPerson(draft, entry);
      return;
    case "reported":
      return;
    case "closed":
    case "reopened":
    case "merged-into":
      applyEnd(draft, entry);
      return;
    default:
      // Exhaustive for the compiler; at run time an entry of a newer version changes nothing (total).
      entry satisfies never;
  }
}

type Kind<K extends IncidentEntry["kind"]> = Extract<IncidentEntry, { readonly kind: K }>;

function applyFinding(
  draft: Draft,
  entry: Kind<"opened" | "detection-joined" | "detection-repeated" | "scored" | "investigated">,
): void {
  const head = draft.head;
  switch (entry.kind) {
    case "opened":
      head.id = entry.id;
      head.title = entry.title;
      return;
    case "detection-joined":
      join(draft, entry);
      return;
    case "detection-repeated":
      repeat(draft, entry);
      return;
    case "scored":
      head.priority = entry.priority;
      head.severity = entry.severity;
      head.terms = entry.terms;
      head.title = entry.title;
      head.scoredAt = head.version;
      if (entry.row !== undefined) head.row = entry.row;
      if (entry.decision === undefined) delete head.decision;
      else head.decision = entry.decision;
      return;
    case "investigated":
      head.investigation = entry.investigation;
      head.investigatedAt = head.version;
      for (const technique of entry.investigation.techniques) draft.techniques.add(technique);
      return;
  }
}

function join(draft: Draft, { detection, because, at }: Kind<"detection-joined">): void {
  if (draft.detections.has(detection.id)) return;
  const first = draft.detections.size === 0;
  const head = draft.head;
  head.firstSeen = first ? detection.time : earliest(head.firstSeen, detection.time);
  head.lastSeen = first ? detection.time : latest(head.lastSeen, detection.time);
  head.joinedAt = head.version;
  head.joinedLast = at;
  if (because.some((reason) => reason.by === "chain")) head.carried = true;
  else delete head.carried;
  draft.detections.set(detection.id, { detection, because, times: 1, last: detection.time });
  for (const entity of detection.entities) {
    const key = `${entity.role} ${entityKey(entity)}`;
    if (!draft.entities.has(key)) draft.entities.set(key, entity);
  }
  for (const technique of detection.techniques) draft.techniques.add(technique);
  for (const tactic of detection.tactics) draft.tactics.add(tactic);
}

function repeat(draft: Draft, entry: Kind<"detection-repeated">): void {
  const joined = draft.detections.get(entry.detection);
  if (joined === undefined) return;
  const known: readonly EventId[] = joined.recent ?? [];
  const fresh = entry.evidence.filter((id) => !known.includes(id));
  draft.detections.set(entry.detection, {
    ...joined,
    times: joined.times + entry.times,
    last: latest(joined.last, entry.last),
    recent: [...known, ...fresh].slice(-RECENT_EVIDENCE_MAX),
  });
  draft.head.lastSeen = latest(draft.head.lastSeen, entry.last);
}

function applyRun(draft: Draft, entry: Kind<"run-started" | "run-moved">): void {
  if (entry.kind === "run-started") {
    if (draft.runs.has(entry.run)) return;
    const { run, playbook, digest, reason, variables } = entry;
    draft.runs.set(run, { run, playbook, digest, reason, variables, startedAt: entry.at, steps: [], state: "running" });
    return;
  }
  const run = draft.runs.get(entry.run);
  if (run === undefined) return;
  const step = { step: entry.step, state: entry.state, at: entry.at, detail: entry.detail };
  const others = run.steps.filter((known) => known.step !== entry.step);
  draft.runs.set(entry.run, { ...run, steps: [...others, step], state: runState(run, entry) });
  if (entry.state !== "running" && entry.state !== "waiting") draft.tasks.delete(`${entry.run}/${entry.step}`);
}

/**
 * A move names a step, or with an empty step the run itself. A step that succeeded or failed leaves the run running:
 * what follows is the playbook's affair, and only a move of the run itself says that it is over.
 */
function runState(run: PlaybookRun, entry: Kind<"run-moved">): PlaybookRun["state"] {
  if (entry.step === "") return entry.state;
  if (isOver(run.state)) return run.state;
  if (entry.state === "ended") return "ended";
  return entry.state === "waiting" ? "waiting" : "running";
}

export const isOver = (state: PlaybookRun["state"]): boolean =>
  state === "succeeded" || state === "failed" || state === "ended";

function applyAction(
  draft: Draft,
  entry: Kind<"action-proposed" | "grant-given" | "grant-refused" | "action-moved" | "revert-asked">,
): void {
  if (entry.kind === "action-proposed") {
    propose(draft, entry);
    return;
  }
  const action = draft.actions.get(entry.key);
  if (entry.kind === "grant-refused" || entry.kind === "revert-asked") draft.head.touchedAt = entry.at;
  if (action === undefined) return;
  switch (entry.kind) {
    case "grant-given":
      if ("person" in entry.grant.by) draft.head.touchedAt = entry.at;
      draft.actions.set(entry.key, { ...action, grants: [...action.grants, entry.grant] });
      return;
    case "grant-refused":
      if (action.refused !== undefined) return;
      draft.actions.set(entry.key, {
        ...action,
        refused: { person: entry.person, reason: entry.reason, at: entry.at },
      });
      return;
    case "revert-asked":
      if (action.revertAsked !== undefined) return;
      draft.actions.set(entry.key, {
        ...action,
        revertAsked: { person: entry.person, reason: entry.reason, at: entry.at },
      });
      return;
    case "action-moved":
      draft.actions.set(entry.key, {
        ...action,
        state: entry.to,
        movedAt: entry.at,
        detail: { ...action.detail, ...entry.detail },
      });
      if (RESTING_STATES.has(entry.to)) closeTasksOf(draft, entry.key);
      return;
  }
}

function propose(draft: Draft, entry: Kind<"action-proposed">): void {
  if (draft.actions.has(entry.key)) return;
  const { key, action, plan, policy, run, reason, approvalUntil, at } = entry;
  draft.actions.set(key, {
    ...{ key, action, plan, policy, run, reason },
    ...{ state: "proposed", grants: [], proposedAt: at, movedAt: at, detail: {} },
    ...(approvalUntil === undefined ? {} : { approvalUntil }),
  });
}

function closeTasksOf(draft: Draft, key: ActionKey): void {
  for (const task of [...draft.tasks.values()]) if (task.key === key) draft.tasks.delete(task.task);
}

function applyPerson(draft: Draft, entry: Kind<"task-opened" | "task-done" | "note-added" | "assigned">): void {
  const head = draft.head;
  if (entry.kind !== "task-opened") head.touchedAt = entry.at;
  switch (entry.kind) {
    case "task-opened":
      draft.tasks.set(entry.task, {
        ...{ task: entry.task, text: entry.text, at: entry.at },
        ...(entry.key === undefined ? {} : { key: entry.key }),
      });
      return;
    case "task-done":
      draft.tasks.delete(entry.task);
      return;
    case "note-added":
      head.notes = [...head.notes, { at: entry.at, by: entry.by, text: entry.text }];
      return;
    case "assigned":
      if (entry.person === null) delete head.assignee;
      else head.assignee = entry.person;
      return;
  }
}

function applyEnd(draft: Draft, entry: Kind<"closed" | "reopened" | "merged-into">): void {
  const head = draft.head;
  draft.closed = entry.kind !== "reopened";
  if (entry.kind !== "merged-into") head.touchedAt = entry.at;
  switch (entry.kind) {
    case "closed":
      head.verdict = entry.verdict;
      head.closedAt = entry.at;
      head.closedBy = entry.by;
      return;
    case "merged-into":
      head.mergedInto = entry.incident;
      head.closedAt = entry.at;
      return;
    case "reopened":
      delete head.verdict;
      delete head.closedAt;
      delete head.closedBy;
      delete head.mergedInto;
      return;
  }
}

/** closed > waiting > contained > open > new: what most needs to be known about an incident comes first. */
function statusOf(draft: Draft): IncidentStatus {
  if (draft.closed) return "closed";
  const actions = [...draft.actions.values()];
  if (draft.tasks.size > 0 || actions.some(awaitsPerson)) return "waiting";
  const containing = actions.filter((action) => CONTAINS.has(action.action.kind));
  const verified = containing.some((action) => action.state === "verified");
  if (verified && containing.every((action) => RESTING_STATES.has(action.state))) return "contained";
  const touched = draft.head.touchedAt !== undefined || actions.length > 0 || draft.runs.size > 0;
  return touched ? "open" : "new";
}

/** True while only a person can move the action on: an approval is missing, or its effect is not known. */
export function awaitsPerson(action: IncidentAction): boolean {
  if (action.state === "unknown") return true;
  return action.state === "proposed" && action.policy.outcome === "needs-approval" && action.refused === undefined;
}

function thaw(incident: Incident): Draft {
  const { detections, entities, techniques, tactics, runs, actions, tasks, ...head } = incident;
  return {
    head: { ...head },
    detections: new Map(detections.map((joined) => [joined.detection.id, joined])),
    entities: new Map(entities.map((entity) => [`${entity.role} ${entityKey(entity)}`, entity])),
    techniques: new Set(techniques),
    tactics: new Set(tactics),
    runs: new Map(runs.map((run) => [run.run, run])),
    actions: new Map(actions.map((action) => [action.key, action])),
    tasks: new Map(tasks.map((task) => [task.task, task])),
    closed: incident.status === "closed",
  };
}

function freeze(draft: Draft): Incident {
  return {
    ...draft.head,
    status: statusOf(draft),
    detections: [...draft.detections.values()],
    entities: [...draft.entities.values()],
    techniques: [...draft.techniques],
    tactics: [...draft.tactics].sort((a, b) => tacticRank(a) - tacticRank(b) || (a < b ? -1 : 1)),
    runs: [...draft.runs.values()],
    actions: [...draft.actions.values()],
    tasks: [...draft.tasks.values()],
  };
}

const earliest = (a: Instant, b: Instant): Instant => (a <= b ? a : b);
const latest = (a: Instant, b: Instant): Instant => (a >= b ? a : b);
