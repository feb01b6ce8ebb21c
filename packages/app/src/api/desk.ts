/**
 * What people do to an incident: close with verdict, reopen, note, assign. Each is one entry under the person's name.
 * Closing stores the features of that moment beside the verdict: the first turn of the learning wheel.
 */
import { type Closing, closeIncident } from "@cordon/engine/cases/learn/learn";
import { reopenIncident } from "@cordon/engine/cases/learn/undo";
import { AppError } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type IncidentId, incidentId } from "@cordon/model/ids";
import type { Incident, IncidentEntry, IncidentMove } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import type { Instance } from "../instance.ts";

/** Another worker may append between read and write; more than this many times in a row means something is wrong. */
const TRIES_MAX = 20;

export async function mustFind(instance: Instance, id: string): Promise<Incident> {
  const incident = await instance.journal.get(incidentId(id));
  if (incident === undefined) throw new AppError("not-found", `no incident ${id}`, { fix: "cordon incident list" });
  return incident;
}

interface Decided {
  readonly entry: IncidentEntry;
  readonly outcome?: Outcome;
}

/** Appends what `decide` makes of the incident as it is now; on conflict reads again. */
async function write(instance: Instance, id: IncidentId, decide: (incident: Incident) => Decided): Promise<Incident> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const { version, entries } = await instance.journal.read(id);
    if (version === 0) throw new AppError("not-found", `no incident ${id}`, { fix: "cordon incident list" });
    const incident = fold(entries);
    const { entry, outcome } = decide(incident);
    const next = foldMore(incident, [entry]);
    if ((await instance.journal.append(id, version, [entry], next)) === "appended") {
      if (outcome !== undefined) await instance.outcomes.add(outcome);
      instance.response.nudge(id);
      return next;
    }
  }
  throw new AppError("conflict", `incident ${id} keeps changing; try again`, { retry: "later" });
}

export const moveIncident = (
  instance: Instance,
  id: IncidentId,
  person: string,
  decide: (incident: Incident) => IncidentMove,
): Promise<Incident> =>
  write(instance, id, (incident) => ({ entry: { at: instance.runtime.now(), by: person, ...decide(incident) } }));

export const close = (
  instance: Instance,
  id: string,
  person: string,
  said: Omit<Closing, "person" | "at">,
): Promise<Incident> =>
  write(instance, incidentId(id), (incident) => {
    if (incident.status === "closed")
      throw new AppError("already-closed", `incident ${id} is closed already`, { fix: "reopen it first" });
    const { entries, outcome } = closeIncident(incident, { ...said, person, at: instance.runtime.now() });
    return { entry: entries[0], outcome };
  });

/** Of what a policy closed this is the undo, and counts as a wrong closure. */
export const reopen = (instance: Instance, id: string, person: string, reason: string): Promise<Incident> =>
  write(instance, incidentId(id), (incident) =>
    reopenIncident(incident, { person, reason, at: instance.runtime.now() }),
  );
