/**
 * Writes what a batch decided. Enters: work per incident. Leaves: journal entries, the desk brought up to date.
 *
 * W1. Optimistic: on conflict the incident is read again and the same moves are made on its newer state.
 * W2. Closed meanwhile: nothing is written, its detections go back to be decided anew.
 * W3. A merge writes the survivor first: a crash between the two appends leaves a duplicate, never a hole.
 */
import type { Detection } from "@cordon/model/detection";
import { AppError } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry, IncidentMove } from "@cordon/model/incident";
import { type Batch, contextOf, entryOf, type State, type Work } from "./batch.ts";
import { INCIDENT_DETECTIONS_MAX } from "./bonds.ts";
import type { Match } from "./match.ts";
import { scoreOf } from "./score.ts";

/** Tries of one append before the batch is given back: more conflicts than this is a bug, not bad luck. */
const APPEND_TRIES = 8;

export async function flush(state: State, batch: Batch): Promise<void> {
  for (const [id, work] of batch.works) {
    const outcome = await write(state, { id, work });
    if (outcome === "redo") batch.redo.push(...work.detections);
    else batch.changed.add(id);
  }
  batch.works.clear();
}

interface Order {
  readonly id: IncidentId;
  readonly work: Work;
}

async function write(state: State, { id, work }: Order): Promise<"written" | "redo"> {
  for (let attempt = 0; attempt < APPEND_TRIES; attempt += 1) {
    const base = state.desk.get(id)?.incident ?? (await readBack(state, id));
    if (base.status === "closed") return giveBack(state, id);
    const entries = nonEmpty(movesOf(work, base).map((move) => entryOf(state, move)));
    if (entries === undefined) return "written";
    const { all, summary } = scored(state, base, entries);
    if ((await state.ports.journal.append(id, base.version, all, summary)) === "appended") {
      keep(state, base, summary);
      return "written";
    }
    const fresh = await readBack(state, id);
    if (fresh.status === "closed") return giveBack(state, id);
    if (base.version === 0 && !holdsFirst(fresh, work)) return collide(state, work, fresh);
    state.desk.put(fresh);
  }
  throw new AppError("journal-contended", `incident ${id}: ${APPEND_TRIES} conflicting appends in a row`, {
    retry: "later",
  });
}

const readBack = async (state: State, id: IncidentId): Promise<Incident> =>
  fold((await state.ports.journal.read(id)).entries);

/** The moves that still mean something on this state: a replayed opening or join is left out. */
function movesOf(work: Work, base: Incident): readonly IncidentMove[] {
  const joined = new Set(base.detections.map((known) => known.detection.id));
  const moves = work.moves.filter((move) => {
    if (move.kind === "opened") return base.version === 0;
    return move.kind !== "detection-joined" || !joined.has(move.detection.id);
  });
  const repeats = [...work.repeats].map(
    ([detection, sum]): IncidentMove => ({ kind: "detection-repeated", detection, ...sum }),
  );
  return [...moves, ...repeats];
}

function scored(state: State, base: Incident, entries: readonly [IncidentEntry, ...IncidentEntry[]]) {
  const folded = foldMore(base, entries);
  if (!entries.some((entry) => entry.kind === "detection-joined")) return { all: entries, summary: folded };
  const score = entryOf(state, { kind: "scored", ...scoreOf(folded, contextOf(state)) });
  const [first, ...rest] = entries;
  return { all: [first, ...rest, score] as const, summary: foldMore(folded, [score]) };
}

function keep(state: State, base: Incident, summary: Incident): void {
  const held = state.desk.get(summary.id);
  if (held === undefined) state.desk.put(summary);
  else held.incident = summary;
  const before = new Set(base.detections.map(({ detection }) => detection.rule.id));
  const after = [...new Set(summary.detections.map(({ detection }) => detection.rule.id))];
  for (const [i, rule] of after.filter((id) => !before.has(id)).entries()) {
    state.rarity.note(rule, base.version === 0 && i === 0);
  }
}

function giveBack(state: State, id: IncidentId): "redo" {
  state.desk.drop(id);
  return "redo";
}

const holdsFirst = (incident: Incident, work: Work): boolean =>
  incident.detections.some((known) => known.detection.id === work.detections[0]?.id);

/** Two first detections gave the same 40 bits: the newcomer takes the next id. */
function collide(state: State, work: Work, fresh: Incident): "redo" {
  const [first] = work.detections;
  if (first !== undefined) state.salts.set(first.id, (state.salts.get(first.id) ?? 0) + 1);
  state.desk.put(fresh);
  return "redo";
}

/**
 * Makes one incident of two that a detection ties together; undefined when both have to stay. Both are read again first:
 * the desk may not know yet that somebody, or the response, has begun to work on one of them.
 */
export async function merge(
  state: State,
  batch: Batch,
  [best, second]: readonly [Match, Match],
): Promise<Match | undefined> {
  await flush(state, batch);
  const pair = choose(await refresh(state, best.incident), await refresh(state, second.incident));
  if (pair === undefined) return undefined;
  const { winner, loser } = pair;
  const moved = await write(state, { id: winner.id, work: carried(loser, second.strength) });
  if (moved === "redo") return undefined;
  batch.changed.add(winner.id).add(loser.id);
  if (await end(state, loser, winner.id)) batch.merged += 1;
  const summary = state.desk.get(winner.id)?.incident;
  if (summary !== undefined) state.desk.put(summary);
  return winner.id === best.incident ? best : second;
}

/** The incident as the journal has it now; undefined when it is closed. */
async function refresh(state: State, id: IncidentId): Promise<Incident | undefined> {
  const fresh = await readBack(state, id);
  if (fresh.version === 0 || fresh.status === "closed") {
    state.desk.drop(id);
    return undefined;
  }
  return state.desk.put(fresh).incident;
}

/** The loser's last entry. Begun to be worked on at the last moment, it stays: then both hold its detections, none is lost. */
async function end(state: State, loser: Incident, winner: IncidentId): Promise<boolean> {
  const entry = entryOf(state, { kind: "merged-into", incident: winner });
  let base = loser;
  for (let attempt = 0; attempt < APPEND_TRIES && mayEnd(base); attempt += 1) {
    if ((await state.ports.journal.append(base.id, base.version, [entry], foldMore(base, [entry]))) === "appended") {
      state.desk.drop(base.id);
      return true;
    }
    base = await readBack(state, base.id);
  }
  return false;
}

function choose(
  one: Incident | undefined,
  two: Incident | undefined,
): { readonly winner: Incident; readonly loser: Incident } | undefined {
  if (one === undefined || two === undefined) return undefined;
  if (one.detections.length + two.detections.length > INCIDENT_DETECTIONS_MAX) return undefined;
  if (mayEnd(two)) return { winner: one, loser: two };
  return mayEnd(one) ? { winner: two, loser: one } : undefined;
}

/** Nobody has worked on it and nothing was done for it: its story may go on elsewhere. */
const mayEnd = (incident: Incident): boolean =>
  incident.status !== "closed" &&
  incident.touchedAt === undefined &&
  incident.actions.length === 0 &&
  incident.runs.length === 0;

function carried(loser: Incident, strength: number): Work {
  const weight = Math.round(strength * 1_000) / 1_000;
  const detections: readonly Detection[] = loser.detections.map((joined) => joined.detection);
  return {
    detections: [...detections],
    moves: detections.map((detection) => ({
      kind: "detection-joined",
      detection,
      because: [{ by: "chain", key: loser.id, weight }],
    })),
    repeats: new Map(
      loser.detections
        .filter((joined) => joined.times > 1)
        .map(({ detection, times, last, recent }) => [
          detection.id,
          { times: times - 1, last, evidence: [...(recent ?? [])] },
        ]),
    ),
  };
}
