/**
 * Joins detections into incidents and scores them.
 * Enters: pending detections, oldest first. Leaves: entries `opened`, `detection-joined`, `detection-repeated`, `scored`,
 * `merged-into` in the journal; the detections are taken off the worklist only after that.
 *
 * T1. No detection is dropped: each one opens, joins, repeats or goes to the child of a full incident.
 * T2. Taking the same detection twice (crash between append and `done`) changes nothing.
 * T3. An append is optimistic: on conflict the incident is read again; if it was closed meanwhile, its detections are
 *     decided anew.
 * T4. Every join names the bonds that made it.
 * T5. Two incidents become one only when something ties strongly to both, and only automatic work was done for the one
 *     that ends (merge.ts).
 */
import type { Detection } from "@cordon/model/detection";
import { AppError } from "@cordon/model/error";
import { fold } from "@cordon/model/fold";
import { type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Stop } from "@cordon/model/ports/runtime";
import { instant } from "@cordon/model/time";
import { makeAround } from "./around.ts";
import { contextOf, entryOf, newBatch, type State, type TriagePorts } from "./batch.ts";
import { HORIZON_MS, MERGE_MIN } from "./bonds.ts";
import { makeDesk } from "./desk.ts";
import { leadsOf } from "./leads.ts";
import { matchesOf, type Probe } from "./match.ts";
import { merge } from "./merge.ts";
import { place } from "./place.ts";
import { makeRarity } from "./rarity.ts";
import { scoreOf } from "./score.ts";
import { flush } from "./write.ts";

/** Keys per question to the journal. */
const KEYS_PER_QUESTION = 400;
/** Open incidents read at the first batch after a start. */
const WARM_MAX = 500;
/** Incidents counted for rarity after a start: a busy month; reading them takes a second or two. */
const RECOUNT_MAX = 2_000;
const RECOUNT_PAGE = 200;
/** Detections out of which the context of the next ones is built up again after a start. */
const REMEMBERED_MAX = 20_000;
/** How long verdict counts may be stale. */
const HISTORY_MS = 60_000;
/** Rounds in which detections of closed incidents are decided anew; more would mean that someone closes as fast as we open. */
const ROUNDS_MAX = 5;

export interface TriageBatch {
  readonly taken: number;
  readonly opened: number;
  readonly joined: number;
  readonly repeated: number;
  readonly merged: number;
  /** Incidents that changed, by `relate` too (then also with `taken` = 0): the case worker looks at these. */
  readonly incidents: readonly IncidentId[];
}

export interface Triage {
  /** Takes up to `limit` pending detections; `taken` = 0 when there are none. */
  takeBatch(limit: number, stop: Stop): Promise<TriageBatch>;
  /** The score stage of case.ts: the same formula for incidents that others changed. */
  score(incident: Incident): Promise<readonly IncidentEntry[]>;
  /** After an investigation: takes in open incidents that its extent leads to. Returns how many came in. */
  relate(id: IncidentId): Promise<number>;
  /** Somebody closed it: it no longer counts among the open ones on its hosts and accounts. */
  closed(id: IncidentId): void;
}

export function makeTriage(ports: TriagePorts): Triage {
  const state: State = {
    ports,
    desk: makeDesk(ports.inventory),
    rarity: ports.rarity ?? makeRarity(),
    around: makeAround(),
    salts: new Map(),
    related: new Set(),
    history: {},
    historyAt: instant(Number.NEGATIVE_INFINITY),
    warm: false,
  };
  return {
    async takeBatch(limit, stop) {
      const pending = stop.stopped ? [] : await ports.worklist.pending(limit);
      const ids = nonEmpty(pending.map((detection) => detection.id));
      const batch = newBatch();
      if (ids !== undefined) {
        await refreshHistory(state);
        await warmUp(state);
        state.around.learn(pending);
        await placeAll(state, batch, pending);
        await ports.worklist.done(ids);
      }
      const { opened, joined, repeated, merged } = batch;
      const changed = new Set([...batch.changed, ...state.related]);
      state.related.clear();
      return { taken: pending.length, opened, joined, repeated, merged, incidents: [...changed] };
    },
    async score(incident) {
      await warmUp(state);
      await refreshHistory(state);
      return [entryOf(state, { kind: "scored", ...scoreOf(incident, contextOf(state)) })];
    },
    relate: (id) => relate(state, id),
    closed: (id) => state.desk.drop(id),
  };
}

/** Sessions, processes and keys found by an investigation are as good as a shared process tree: T5 holds for them too. */
async function relate(state: State, id: IncidentId): Promise<number> {
  const incident = fold((await state.ports.journal.read(id)).entries);
  if (incident.status === "closed") return 0;
  const leads = leadsOf(incident);
  await warmDesk(state, [{ time: incident.firstSeen, entities: leads.map(({ entity }) => entity) }]);
  state.desk.put(incident);
  const batch = newBatch();
  for (const { entity, at } of leads) {
    const near = matchesOf({ entities: [entity], time: at }, state.desk);
    const own = near.find((match) => match.incident === id) ?? { incident: id, strength: MERGE_MIN, because: [] };
    const other = near.find((match) => match.incident !== id && match.strength >= MERGE_MIN);
    if (other === undefined) continue;
    await merge(state, batch, [own, other]);
    // The incident itself may be the one that ended: its story goes on in the other.
    if (state.desk.get(id) === undefined) break;
  }
  for (const changed of batch.changed) state.related.add(changed);
  return batch.merged;
}

async function placeAll(state: State, batch: ReturnType<typeof newBatch>, pending: readonly Detection[]) {
  let todo = pending;
  for (let round = 0; todo.length > 0; round += 1) {
    if (round === ROUNDS_MAX) {
      throw new AppError("journal-contended", `${todo.length} detections: their incidents were closed ${round} times`, {
        retry: "later",
      });
    }
    await warmDesk(state, todo);
    for (const detection of todo) await place(state, batch, detection);
    await flush(state, batch);
    todo = batch.redo.splice(0);
  }
}

async function refreshHistory(state: State): Promise<void> {
  const now = state.ports.runtime.now();
  if (state.ports.history === undefined || now - state.historyAt < HISTORY_MS) return;
  state.history = await state.ports.history();
  state.historyAt = now;
}

/** Once after a start: the newest open incidents onto the desk, and how often rules fired out of the journal. */
async function warmUp(state: State): Promise<void> {
  if (state.warm) return;
  state.warm = true;
  const { journal, rarity } = state.ports;
  const status = ["new", "open", "waiting", "contained"] as const;
  for (const incident of [...(await journal.list({ status, order: "updated", limit: WARM_MAX }))].reverse()) {
    if (state.desk.get(incident.id) === undefined) state.desk.put(incident);
  }
  if (rarity === undefined) await recount(state);
}

/** Rarity lives in memory; what it would hold is counted again from the newest incidents, oldest of them first. */
async function recount(state: State): Promise<void> {
  const newest: (readonly string[])[] = [];
  const seen: Detection[] = [];
  for (let after: Incident | undefined; newest.length < RECOUNT_MAX; ) {
    const query = { order: "opened", limit: RECOUNT_PAGE } as const;
    const page = await state.ports.journal.list(after === undefined ? query : { ...query, after: after.id });
    // What was merged lives on in its survivor.
    for (const { detections, mergedInto } of page) {
      if (mergedInto !== undefined) continue;
      newest.push([...new Set(detections.map(({ detection }) => detection.rule.id))]);
      if (seen.length < REMEMBERED_MAX) seen.push(...detections.map(({ detection }) => detection));
    }
    after = page.at(-1);
    if (page.length < RECOUNT_PAGE) break;
  }
  state.around.learn(seen.slice(0, REMEMBERED_MAX).sort((a, b) => a.time - b.time));
  for (const rules of newest.reverse()) for (const [i, rule] of rules.entries()) state.rarity.note(rule, i === 0);
}

/** Brings to the desk whatever open incidents could hold an entity of the batch. */
async function warmDesk(state: State, detections: readonly Probe[]): Promise<void> {
  await warmUp(state);
  const { journal } = state.ports;
  const take = (incidents: readonly Incident[]) => {
    for (const incident of incidents) if (state.desk.get(incident.id) === undefined) state.desk.put(incident);
  };
  const keys = state.desk.unknownKeys(detections);
  const since = instant(Math.min(...detections.map((detection) => detection.time)) - HORIZON_MS);
  for (let at = 0; at < keys.length; at += KEYS_PER_QUESTION) {
    take(await journal.findByEntities(keys.slice(at, at + KEYS_PER_QUESTION), since));
  }
}
