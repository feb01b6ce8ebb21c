/** The incident page as it stands in the address bar. */
import { TACTICS } from "@cordon/model/technique";
import { defined, readChoice, readText, type SearchRecord } from "../../api/search-text.ts";

export const INCIDENT_TABS = ["story", "timeline", "evidence", "extent", "actions", "notes", "report"] as const;
export type IncidentTab = (typeof INCIDENT_TABS)[number];

export interface IncidentSearch {
  readonly tab?: IncidentTab | undefined;
  /** Node of the story, or claim of the evidence, that is picked. */
  readonly pick?: string | undefined;
  /** Timeline: only this tactic. */
  readonly tactic?: string | undefined;
  /** Timeline: what Cordon and people did, alone or between the events; the events alone otherwise. */
  readonly show?: "done" | "both" | undefined;
  /** The close dialog is open. */
  readonly close?: "1" | undefined;
}

export function readIncidentSearch(search: SearchRecord): IncidentSearch {
  return defined<IncidentSearch>({
    tab: readChoice(search, "tab", INCIDENT_TABS),
    pick: readText(search, "pick"),
    tactic: readChoice(search, "tactic", TACTICS),
    show: readChoice(search, "show", ["done", "both"]),
    close: readChoice(search, "close", ["1"]),
  });
}
