/**
 * A closed incident as somebody sees it who is to judge it a second time. Enters: its journal. Leaves: the entries up to its first
 * closing, without what people thought of it.
 *
 * BL1. Neither verdict nor note, assignment, report or later score is in it, whoever made them: all come after the first verdict, or from
 *      people who knew what they were about to say.
 * BL2. What was done to machines stays, as facts; names of those who allowed, refused or asked for it do not.
 */
import type { IncidentEntry } from "@cordon/model/incident";

const SOMEBODY = "a colleague";

export function blindEntries(entries: readonly IncidentEntry[]): readonly IncidentEntry[] {
  const end = entries.findIndex(({ kind }) => kind === "closed");
  return entries.slice(0, end < 0 ? entries.length : end).flatMap((entry) => blinded(entry) ?? []);
}

function blinded(entry: IncidentEntry): IncidentEntry | undefined {
  switch (entry.kind) {
    case "note-added":
    case "assigned":
    case "reported":
    case "reopened":
      return undefined;
    case "grant-given":
      if (!("person" in entry.grant.by)) return entry;
      return { ...entry, by: SOMEBODY, grant: { ...entry.grant, by: { person: SOMEBODY } } };
    case "grant-refused":
    case "revert-asked":
      return { ...entry, by: SOMEBODY, person: SOMEBODY, reason: "" };
    case "action-moved":
      return { ...entry, detail: {} };
    case "task-done":
      return { ...entry, by: SOMEBODY, person: SOMEBODY, text: "" };
    default:
      return entry;
  }
}
