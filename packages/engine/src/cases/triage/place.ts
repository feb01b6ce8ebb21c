/**
 * Decides for one detection: repeat, join, child of a full incident, or a new incident (T1, T4, T5 of triage.ts).
 * Enters: a detection, the desk. Leaves: moves in the batch; the desk knows them at once.
 */
import type { Detection } from "@cordon/model/detection";
import { fold } from "@cordon/model/fold";
import { type IncidentId, incidentId } from "@cordon/model/ids";
import type { JoinReason } from "@cordon/model/incident";
import { DAY, instant } from "@cordon/model/time";
import { type Batch, type State, workOn } from "./batch.ts";
import { INCIDENT_DETECTIONS_MAX, JOIN_MIN, MERGE_MIN } from "./bonds.ts";
import { type Match, matchesOf } from "./match.ts";
import { merge } from "./merge.ts";
import { titleOf } from "./title.ts";

/** The same dedup key within this distance of event time is a repeat. */
export const REPEAT_WINDOW_MS = DAY;
/** Evidence ids written per repeat entry: the newest. */
const REPEAT_EVIDENCE_MAX = 5;
const ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_CHARS = 8;

export async function place(state: State, batch: Batch, detection: Detection): Promise<void> {
  if (isRepeat(state, batch, detection)) return;
  const matches = matchesOf(detection, state.desk).filter((match) => match.strength >= JOIN_MIN);
  if (matches.some((match) => state.desk.get(match.incident)?.joined.has(detection.id))) return;
  const [best, second] = matches;
  if (best === undefined) {
    open(state, batch, { detection, because: [] });
    return;
  }
  if (second !== undefined && Math.min(best.strength, second.strength) >= MERGE_MIN) {
    const survivor = await merge(state, batch, [best, second]);
    if (survivor !== undefined) {
      joinOrOverflow(state, batch, { detection, matches: [survivor] });
      return;
    }
  }
  joinOrOverflow(state, batch, { detection, matches });
}

function isRepeat(state: State, batch: Batch, detection: Detection): boolean {
  const known = state.desk.repeatOf(detection.dedupKey);
  const held = known === undefined ? undefined : state.desk.get(known.incident);
  if (known === undefined || held === undefined) return false;
  if (held.joined.has(detection.id)) return true;
  if (Math.abs(detection.time - known.last) > REPEAT_WINDOW_MS) return false;
  const work = workOn(batch, known.incident);
  const sum = work.repeats.get(known.detection) ?? { times: 0, last: known.last, evidence: [] };
  sum.times += 1;
  sum.last = instant(Math.max(sum.last, detection.time));
  sum.evidence = [...sum.evidence, ...detection.evidence].slice(-REPEAT_EVIDENCE_MAX);
  work.repeats.set(known.detection, sum);
  work.detections.push(detection);
  state.desk.noteRepeat(detection.dedupKey, { ...known, last: sum.last });
  batch.repeated += 1;
  return true;
}

interface Placing {
  readonly detection: Detection;
  readonly matches: readonly Match[];
}

function joinOrOverflow(state: State, batch: Batch, { detection, matches }: Placing): void {
  const [full] = matches;
  const roomy = matches.find((match) => {
    const size = state.desk.get(match.incident)?.joined.size;
    return size !== undefined && size < INCIDENT_DETECTIONS_MAX;
  });
  if (roomy !== undefined) {
    attach(state, batch, { id: roomy.incident, detection, because: roomy.because });
    batch.joined += 1;
    return;
  }
  const because: readonly JoinReason[] =
    full === undefined ? [] : [{ by: "chain", key: full.incident, weight: Math.round(full.strength * 1_000) / 1_000 }];
  open(state, batch, { detection, because });
}

interface Joining {
  readonly detection: Detection;
  readonly because: readonly JoinReason[];
}

function open(state: State, batch: Batch, { detection, because }: Joining): void {
  const id = idFor(state, detection);
  if (state.desk.get(id)?.joined.has(detection.id) === true) return;
  const title = titleOf([detection]) ?? detection.rule.title;
  state.desk.put({ ...fold([]), id, title, firstSeen: detection.time, lastSeen: detection.time });
  workOn(batch, id).moves.push({ kind: "opened", id, title });
  attach(state, batch, { id, detection, because });
  batch.opened += 1;
}

function attach(state: State, batch: Batch, joining: Joining & { readonly id: IncidentId }): void {
  const { id, detection, because } = joining;
  const held = state.desk.get(id);
  if (held === undefined) return;
  const work = workOn(batch, id);
  work.moves.push({ kind: "detection-joined", detection, because });
  work.detections.push(detection);
  held.incident = { ...held.incident, lastSeen: instant(Math.max(held.incident.lastSeen, detection.time)) };
  state.desk.join(held, detection);
  state.desk.noteRepeat(detection.dedupKey, { incident: id, detection: detection.id, last: detection.time });
}

/** 40 bits of a digest of the first detection: the same incident id on every replay. */
function idFor(state: State, detection: Detection): IncidentId {
  const salt = state.salts.get(detection.id) ?? 0;
  const digest = state.ports.runtime.sha256(salt === 0 ? detection.id : `${detection.id}#${salt}`);
  let text = "";
  for (let i = 0; i < ID_CHARS; i += 1) {
    const bits = Number.parseInt(digest.slice(i * 2, i * 2 + 2), 16) & 31;
    text += ID_ALPHABET.charAt(bits);
  }
  return incidentId(`INC-${text}`);
}
