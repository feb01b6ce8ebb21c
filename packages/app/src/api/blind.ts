/**
 * Second reviews are blind in the console, too: whoever is to judge a closed incident a second time is not shown what was decided.
 * BP1. Only for people at the console (a session): programs and shells that read with a token get what is stored.
 * BP2. As soon as the second verdict is given, or the person said to want the first one instead, everything is shown.
 */
import { blindEntries } from "@cordon/engine/cases/learn/blind";
import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { fold } from "@cordon/model/fold";
import type { Incident, IncidentEntry } from "@cordon/model/incident";
import { mayCall } from "./auth.ts";
import type { Call } from "./call.ts";
import { summaryOf } from "./wire.ts";

type Asked = Pick<Call, "instance" | "caller">;
const NEVER = (): boolean => false;

async function blindTo({ instance, caller }: Asked): Promise<(incident: Incident) => boolean> {
  if (caller?.by !== "cookie" || !mayCall(caller.role, "analyst")) return NEVER;
  return instance.learning.blindTo(caller.name);
}

/** As the caller may see it. */
export async function shownTo(asked: Asked, incident: Incident): Promise<Incident & { readonly blind?: true }> {
  if (incident.status !== "closed" || !(await blindTo(asked))(incident)) return incident;
  const { entries } = await asked.instance.journal.read(incident.id);
  // Closed it stays: nobody shall close or contain it once more while they judge.
  return { ...fold(blindEntries(entries)), status: "closed", blind: true };
}

export async function entriesShownTo(asked: Asked, incident: Incident): Promise<readonly IncidentEntry[]> {
  const [{ entries }, blind] = await Promise.all([asked.instance.journal.read(incident.id), blindTo(asked)]);
  return blind(incident) ? blindEntries(entries) : entries;
}

export async function summariesShownTo(asked: Asked, items: readonly Incident[]): Promise<WireIncidentSummary[]> {
  const blind = items.some(({ status }) => status === "closed") ? await blindTo(asked) : NEVER;
  return items.map((incident) => {
    if (!blind(incident)) return summaryOf(incident);
    const { verdict: _verdict, assignee: _assignee, ...rest } = summaryOf(incident);
    return { ...rest, blind: true };
  });
}
