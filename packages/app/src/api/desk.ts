/**
 * What people do to an incident: close with verdict, reopen, note, assign. Each is one entry under the person's name.
 * Closing stores the features of that moment beside the verdict: the first turn of the learning wheel.
 */
import { closeIncident } from "@cordon/engine/cases/learn/learn";
import { AppError } from "@cordon/model/error";
import { fold, foldMore } from "@cordon/model/fold";
import { type IncidentId, incidentId } from "@cordon/model/ids";
import type { Incident, IncidentEntry, IncidentMove, Verdict } from "@cordon/model/incident";
import type { Instance } from "../instance.ts";

/** Another worker may append between read and write; more than this many times in a row means something is wrong. */
const TRIES_MAX = 20;

export async function mustFind(instance: Instance, id: string): Promise<Incident> {
  const incident = await instance.journal.get(incidentId(id));
  if (incident === undefined) throw new AppError("not-found", `no incident ${id}`, { fix: "cordon incident list" });
  return incident;
}

/** Appends what `decide` makes of the incident as it is now; on conflict reads again. */
export async function moveIncident(
  instance: Instance,
  id: IncidentId,
  person: string,
  decide: (incident: Incident) => IncidentMove,
): Promise<Incident> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const { version, entries } = await instance.journal.read(id);
    if (version === 0) throw new AppError("not-found", `no incident ${id}`, { fix: "cordon incident list" });
    const incident = fold(entries);
    const entry: IncidentEntry = { at: instance.runtime.now(), by: person, ...decide(incident) };
    const next = foldMore(incident, [entry]);
    if ((await instance.journal.append(id, version, [entry], next)) === "appended") {
      instance.response.nudge(id);
      return next;
    }
  }
  throw new AppError("conflict", `incident ${id} keeps changing; try again`, { retry: "later" });
}

export async function close(
  instance: Instance,
  id: string,
  person: string,
  said: { verdict: Verdict; note: string },
): Promise<Incident> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const { version, entries } = await instance.journal.read(incidentId(id));
    if (version === 0) throw new AppError("not-found", `no incident ${id}`, { fix: "cordon incident list" });
    const incident = fold(entries);
    if (incident.status === "closed")
      throw new AppError("already-closed", `incident ${id} is closed already`, { fix: "reopen it first" });
    const made = closeIncident(incident, {
      person,
      at: instance.runtime.now(),
      verdict: said.verdict,
      note: said.note,
    });
    const next = foldMore(incident, made.entries);
    if ((await instance.journal.append(incident.id, version, made.entries, next)) === "appended") {
      await instance.outcomes.add(made.outcome);
      instance.response.nudge(incident.id);
      return next;
    }
  }
  throw new AppError("conflict", `incident ${id} keeps changing; try again`, { retry: "later" });
}

export function reopen(instance: Instance, id: string, person: string, reason: string): Promise<Incident> {
  return moveIncident(instance, incidentId(id), person, (incident) => {
    if (incident.status !== "closed") throw new AppError("conflict", `incident ${id} is not closed`);
    return { kind: "reopened", reason };
  });
}
