import type { WireIncidentSummary } from "@cordon/model/api/incidents";
import { useCallback, useState } from "react";
import { mergeRows, type ShownRow } from "./merge-rows.ts";

const NONE: readonly ShownRow[] = [];

interface Held {
  readonly view: string;
  readonly from: readonly WireIncidentSummary[] | undefined;
  readonly rows: readonly ShownRow[] | undefined;
  readonly waiting: readonly WireIncidentSummary[];
}

/**
 * Rows that stay where they are while the server's list changes. Until the person has touched the list there is
 * nothing to disturb, so new incidents simply appear.
 */
export function useStillRows(now: readonly WireIncidentSummary[] | undefined, view: string) {
  const [touched, setTouched] = useState(false);
  const [held, setHeld] = useState<Held>(() => firstHeld(now, view));
  if (now !== undefined && (held.view !== view || !sameItems(held.from, now))) {
    const keep = held.view === view && touched ? held.rows : undefined;
    const merged = mergeRows(keep, now);
    setHeld({ view, from: now, rows: merged.rows, waiting: merged.waiting });
  }
  const touch = useCallback(() => setTouched(true), []);
  const showNew = () => {
    if (now === undefined) return;
    const merged = mergeRows(undefined, now);
    setHeld({ view, from: now, rows: merged.rows, waiting: [] });
  };
  return { rows: held.rows ?? NONE, waiting: held.waiting, showNew, touch };
}

/** Coming back to a queue that is still in the cache, its rows are there at once. */
function firstHeld(now: readonly WireIncidentSummary[] | undefined, view: string): Held {
  if (now === undefined) return { view, from: undefined, rows: undefined, waiting: [] };
  return { view, from: now, ...mergeRows(undefined, now) };
}

function sameItems(a: readonly WireIncidentSummary[] | undefined, b: readonly WireIncidentSummary[]): boolean {
  return a !== undefined && a.length === b.length && a.every((item, i) => item === b[i]);
}
