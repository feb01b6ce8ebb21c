/**
 * Keeps the queue still while it changes underneath. In: rows as shown, rows as the server has them now.
 * Out: the same rows in the same places with new contents, and how many wait outside.
 * M1. A row never moves or appears by itself; it changes in place or is marked as gone.
 */
import type { WireIncidentSummary } from "@cordon/model/api/incidents";

export interface ShownRow {
  readonly incident: WireIncidentSummary;
  /** No longer matches the filters; kept in its place until the person asks for the new order. */
  readonly gone: boolean;
}

export interface Merged {
  readonly rows: readonly ShownRow[];
  /** Incidents not yet shown, that stand before the last row shown or on the pages loaded. */
  readonly waiting: readonly WireIncidentSummary[];
}

export function mergeRows(shown: readonly ShownRow[] | undefined, now: readonly WireIncidentSummary[]): Merged {
  if (shown === undefined || shown.length === 0) return { rows: now.map(asRow), waiting: [] };
  const fresh = new Map(now.map((incident) => [incident.id, incident]));
  const rows = shown.map(({ incident }) => {
    const after = fresh.get(incident.id);
    fresh.delete(incident.id);
    return after === undefined ? { incident, gone: true } : { incident: after, gone: false };
  });
  const lastKnown = now.findLastIndex((incident) => !fresh.has(incident.id));
  const waiting = now.filter((incident, i) => fresh.has(incident.id) && i < lastKnown);
  // Rows after the last known one are the next page: they go below, where nothing moves.
  const below = now.filter((incident, i) => fresh.has(incident.id) && i > lastKnown);
  const atEnd = lastKnown >= 0 ? below : [];
  return { rows: [...rows, ...atEnd.map(asRow)], waiting: lastKnown >= 0 ? waiting : [...waiting, ...below] };
}

const asRow = (incident: WireIncidentSummary): ShownRow => ({ incident, gone: false });
