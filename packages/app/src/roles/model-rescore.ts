/**
 * Scores open incidents anew when another model serves, or none any more.
 * Enters: what serves now. Leaves: one entry per incident whose decision is of another model; the older entry keeps its reasons.
 *
 * MS1. Which incidents are to be done is read from the incidents themselves: after a crash the rest is done, and nothing twice.
 * MS2. Whoever writes to an incident at the same moment wins; it is looked at again in the next pass.
 * MS3. At most OPEN_MAX incidents a pass, newest first, PAGE at a time: cases and intake get their turn between pages.
 */
import { foldMore } from "@cordon/model/fold";
import type { IncidentId } from "@cordon/model/ids";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import type { Journal } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";

const PAGE = 100;
/** As many as triage itself holds on its desk. */
const OPEN_MAX = 5_000;
const PASSES_MAX = 3;

export interface RescoreParts {
  readonly journal: Pick<Journal, "list" | "append">;
  readonly runtime: Runtime;
  readonly score: (incident: Incident) => Promise<readonly IncidentEntry[]>;
}

export interface Serving {
  /** The model that serves. */
  readonly model: string | undefined;
  /** Why, in words for the journal. */
  readonly why: string;
}

/** How many incidents were scored anew. */
export async function rescoreOpen(parts: RescoreParts, serving: Serving, stop: Stop): Promise<number> {
  let done = 0;
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const { moved, missed } = await onePass(parts, serving, stop);
    done += moved;
    if (missed === 0 || stop.stopped) break;
  }
  return done;
}

async function onePass(parts: RescoreParts, serving: Serving, stop: Stop) {
  const { journal, runtime } = parts;
  let [moved, missed, seen] = [0, 0, 0];
  for (let after: IncidentId | undefined; seen < OPEN_MAX && !stop.stopped; ) {
    const page = await journal.list({
      status: ["new", "open", "waiting", "contained"],
      ...{ order: "opened", limit: PAGE },
      ...(after === undefined ? {} : { after }),
    });
    for (const incident of page) {
      if (stop.stopped) break;
      if (incident.scoredAt === 0 || incident.decision?.model === serving.model) continue;
      if (await rescore(parts, incident, serving)) moved += 1;
      else missed += 1;
    }
    seen += page.length;
    after = page.at(-1)?.id;
    if (page.length < PAGE) break;
    await runtime.sleep(0, stop);
  }
  return { moved, missed };
}

async function rescore({ journal, score }: RescoreParts, incident: Incident, { why }: Serving): Promise<boolean> {
  const [entry] = await score(incident);
  if (entry?.kind !== "scored") return false;
  const model = incident.decision?.model;
  const rescored = { because: why, priority: incident.priority, ...(model === undefined ? {} : { model }) };
  const told: IncidentEntry = { ...entry, rescored };
  return (await journal.append(incident.id, incident.version, [told], foldMore(incident, [told]))) === "appended";
}
