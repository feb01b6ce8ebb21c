/**
 * A confirmed incident is no one's usual: when people close it as a true positive, behaviour forgets what its events taught.
 *
 * Enters: the journal, followed between batches of the stream. Leaves: events given to `BehaviourWay.forget`.
 * FC1. Followed is remembered together with the baselines: a verdict is forgotten once, also across kill -9, because either both or
 *      neither are in the snapshot that is taken up.
 * FC2. The window is the evidence, what the investigation cites, and all that the incident's accounts and machines did from
 *      its first detection until it was closed, at most WINDOW_MS after its last one and EVENTS_MAX events; a cut is said.
 * FC3. Trouble is shown and tried again; the stream goes on.
 */
import type { BehaviourWay } from "@cordon/engine/stream/detect/behaviour/way";
import { messageOf } from "@cordon/model/error";
import type { Event } from "@cordon/model/event";
import { type EventId, nonEmpty } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { EventStore } from "@cordon/model/ports/event-store";
import type { Journal } from "@cordon/model/ports/journal";
import { NEVER_STOP, type Runtime } from "@cordon/model/ports/runtime";
import { DAY, instant, MINUTE, SECOND } from "@cordon/model/time";
import { type Meters, raiseProblem } from "../meters.ts";

const LOOK_MS = 5 * SECOND;
/** Entries read in one look: a busy hour of cases. */
const ENTRIES_MAX = 2_000;
const ENTRIES_STEP = 200;
const WINDOW_MS = 2 * DAY;
/** An incident of more events than this is a flood; what taught most is among them. */
const EVENTS_MAX = 5_000;
const ENTITIES_MAX = 16;
const MARGIN_MS = MINUTE;
const PROBLEM = "forgetting-stopped";

export interface ForgetParts {
  readonly way: Pick<BehaviourWay, "forget" | "verdicts">;
  readonly journal: Pick<Journal, "position" | "entriesAfter" | "get">;
  readonly events: Pick<EventStore, "get" | "search">;
  readonly runtime: Pick<Runtime, "now">;
  readonly meters: Meters;
  readonly log: (text: string) => void;
}

/** To be called between two batches, as often as one likes. */
export function makeForgetting(parts: ForgetParts): () => Promise<void> {
  const { runtime, meters } = parts;
  let dueAt = 0;
  return async () => {
    if (runtime.now() < dueAt) return;
    dueAt = runtime.now() + LOOK_MS;
    try {
      await follow(parts);
      meters.problems.delete(PROBLEM);
    } catch (error) {
      raiseProblem(meters, PROBLEM, `confirmed incidents still count as usual: ${messageOf(error)}`, "cordon doctor");
    }
  };
}

async function follow(parts: ForgetParts): Promise<void> {
  const { way, journal } = parts;
  const position = await journal.position();
  const seen = way.verdicts.seen();
  // Baselines that begin now know nothing of what was closed before; a journal that is shorter is another one.
  if (seen === undefined || seen > position) {
    way.verdicts.saw(position);
    return;
  }
  let at = seen;
  for (let read = 0; at < position && read < ENTRIES_MAX; read += ENTRIES_STEP) {
    const entries = await journal.entriesAfter(at, ENTRIES_STEP);
    for (const { position: here, incident: id, entry } of entries) {
      if (entry.kind === "closed" && entry.verdict === "true-positive") {
        const incident = await journal.get(id);
        if (incident !== undefined) await forget(parts, incident);
      }
      at = here;
      way.verdicts.saw(at);
    }
    if (entries.length === 0) return;
  }
}

async function forget({ way, events, log }: ForgetParts, incident: Incident): Promise<void> {
  const cited = citedBy(incident);
  const ids = nonEmpty(cited.slice(0, EVENTS_MAX));
  const found = new Map<EventId, Event>();
  for (const event of ids === undefined ? [] : await events.get(ids)) found.set(event.id, event);
  for (const event of await windowOf(events, incident)) if (found.size < EVENTS_MAX) found.set(event.id, event);
  if (found.size === 0) return;
  const entities = way.forget([...found.values()]);
  const cut = found.size >= EVENTS_MAX ? `, the first ${EVENTS_MAX}` : "";
  log(`behaviour forgot ${found.size} events${cut} of confirmed incident ${incident.id}: ${entities} baselines`);
}

function citedBy({ detections, investigation }: Incident): readonly EventId[] {
  const ids = new Set<EventId>();
  for (const { detection, recent } of detections)
    for (const id of [...detection.evidence, ...(recent ?? [])]) ids.add(id);
  for (const claim of investigation?.claims ?? []) for (const { event } of claim.cites) ids.add(event);
  return [...ids];
}

/** Only who acted or was acted on: an address or a name that many share would take out what others did. */
async function windowOf(events: ForgetParts["events"], incident: Incident): Promise<readonly Event[]> {
  const entities = incident.entities
    .filter(({ kind, wellKnown }) => (kind === "user" || kind === "host") && wellKnown !== true)
    .slice(0, ENTITIES_MAX)
    .map(({ kind, value }) => ({ kind, value }));
  if (entities.length === 0) return [];
  const from = instant(incident.firstSeen - MARGIN_MS);
  // What goes on after the last detection is no longer new, so nothing tells of it; it is the incident's all the same.
  const to = instant(Math.min(incident.closedAt ?? incident.lastSeen, incident.lastSeen + WINDOW_MS) + MARGIN_MS);
  return events.search({ from, to, entities, order: "oldest", limit: EVENTS_MAX }, NEVER_STOP);
}
