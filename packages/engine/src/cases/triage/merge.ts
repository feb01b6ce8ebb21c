/**
 * Two incidents become one. Enters: two matches of one detection, or of what an investigation found. Leaves: the survivor
 * with everything the other held, and `merged-into` as the last entry of the other.
 *
 * G1. An incident ends only while nothing but automatic work was done for it: no person spoke, nothing was contained.
 *     Its proposals are withdrawn by the response stage; the survivor is investigated anew and proposes for both.
 * G2. Both are read again first: the desk may not know yet that somebody has begun to work on one of them.
 * G3. The survivor is written first: a crash between the two appends leaves a duplicate, never a hole.
 * G4. The survivor is the one that may not end; else the one the response works on; else the one whose story began first.
 */
import type { LedgerState } from "@cordon/model/action";
import type { Detection } from "@cordon/model/detection";
import { foldMore } from "@cordon/model/fold";
import type { IncidentId } from "@cordon/model/ids";
import type { Incident, IncidentAction, JoinReason } from "@cordon/model/incident";
import { type Batch, entryOf, type State, type Work } from "./batch.ts";
import { INCIDENT_DETECTIONS_MAX } from "./bonds.ts";
import type { Match } from "./match.ts";
import { APPEND_TRIES, flush, readBack, write } from "./write.ts";

/** Bonds named in the journal of a merge: the strongest. */
const REASONS_MAX = 3;

/** Undefined when both have to stay. */
export async function merge(
  state: State,
  batch: Batch,
  [best, second]: readonly [Match, Match],
): Promise<Match | undefined> {
  await flush(state, batch);
  const pair = choose(await refresh(state, best.incident), await refresh(state, second.incident));
  if (pair === undefined) return undefined;
  const { winner, loser } = pair;
  const because = reasonsOf(best, second);
  const moved = await write(state, { id: winner.id, work: carried(loser, second.strength, because) });
  if (moved === "redo") return undefined;
  batch.changed.add(winner.id).add(loser.id);
  if (await end(state, loser, { winner: winner.id, because })) batch.merged += 1;
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

interface Ending {
  readonly winner: IncidentId;
  readonly because: readonly JoinReason[];
}

/** The loser's last entry. Begun to be worked on at the last moment, it stays: then both hold its detections, none is lost. */
async function end(state: State, loser: Incident, { winner, because }: Ending): Promise<boolean> {
  const entry = entryOf(state, { kind: "merged-into", incident: winner, because });
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
  if (one === undefined || two === undefined || one.id === two.id) return undefined;
  if (one.detections.length + two.detections.length > INCIDENT_DETECTIONS_MAX) return undefined;
  const [first, other] = [one, two].sort(
    (a, b) =>
      Number(mayEnd(a)) - Number(mayEnd(b)) ||
      Number(isWorkedOn(b)) - Number(isWorkedOn(a)) ||
      a.firstSeen - b.firstSeen ||
      (a.id < b.id ? -1 : 1),
  );
  return first !== undefined && other !== undefined && mayEnd(other) ? { winner: first, loser: other } : undefined;
}

const isWorkedOn = ({ actions, runs }: Incident): boolean => actions.length + runs.length > 0;

/** Only automatic work was done for it, and that has touched nothing: its story may go on elsewhere (G1). */
export const mayEnd = (incident: Incident): boolean =>
  incident.status !== "closed" &&
  incident.touchedAt === undefined &&
  incident.runs.every((run) => run.variables.requestedBy === undefined) &&
  incident.actions.every(touchesNothing);

/** Containing actions in these states have changed nothing and will not without a new word. */
const AT_REST: ReadonlySet<LedgerState> = new Set([
  ...(["proposed", "denied", "expired", "forbidden", "cancelled", "failed", "simulated"] as const),
]);

/** Notices and evidence are welcome wherever the story goes on; only one whose outcome a person must find out stays. */
const touchesNothing = ({ action, state }: IncidentAction): boolean =>
  action.kind === "notify" || action.kind === "capture-forensics" ? state !== "unknown" : AT_REST.has(state);

function reasonsOf(best: Match, second: Match): readonly JoinReason[] {
  const byKey = new Map<string, JoinReason>();
  for (const reason of [...second.because, ...best.because]) if (!byKey.has(reason.key)) byKey.set(reason.key, reason);
  return [...byKey.values()].slice(0, REASONS_MAX);
}

function carried(loser: Incident, strength: number, because: readonly JoinReason[]): Work {
  const weight = Math.round(strength * 1_000) / 1_000;
  const detections: readonly Detection[] = loser.detections.map((joined) => joined.detection);
  return {
    detections: [...detections],
    moves: detections.map((detection) => ({
      kind: "detection-joined",
      detection,
      because: [{ by: "chain", key: loser.id, weight }, ...because],
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
