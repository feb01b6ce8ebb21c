/**
 * Writes what a batch decided. Enters: work per incident. Leaves: journal entries, the desk brought up to date.
 *
 * W1. Optimistic: on conflict the incident is read again and the same moves are made on its newer state.
 * W2. Closed meanwhile: nothing is written, its detections go back to be decided anew.
 */
import { AppError } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type IncidentId, nonEmpty } from "@cordon/model/ids";
import type { Incident, IncidentEntry, IncidentMove } from "@cordon/model/incident";
import { type Batch, contextOf, entryOf, type State, type Work } from "./batch.ts";
import { scoreOf } from "./score.ts";

/** Tries of one append before the batch is given back: more conflicts than this is a bug, not bad luck. */
export const APPEND_TRIES = 8;

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

export async function write(state: State, { id, work }: Order): Promise<"written" | "redo"> {
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

export const readBack = async (state: State, id: IncidentId): Promise<Incident> =>
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
  const score = entryOf(state, { kind: "scored", ...scoreOf(folded, contextOf(state), freshIn(state, entries)) });
  const [first, ...rest] = entries;
  return { all: [first, ...rest, score] as const, summary: foldMore(folded, [score]) };
}

const freshIn = (state: State, entries: readonly IncidentEntry[]) =>
  entries.flatMap((entry) => (entry.kind === "detection-joined" ? [state.around.of(entry.detection.id)] : []));

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
