/**
 * The journal in words: what Cordon and people did to the incident. Enters: entries as the API gives them. Leaves: a line for each.
 *
 * JL1. Every kind of entry has words; a kind that this page does not know (a newer server) still says its name.
 * JL2. What an entry quotes stays text: the caller shows it as log text.
 */
import { ACTION_KINDS } from "@cordon/model/action";
import type { IncidentMove } from "@cordon/model/incident";
import { ACTION_WORD, countText, LEDGER_WORD, LEVEL_WORD, verdictWord } from "../../format/words.ts";

type Entry = Readonly<Record<string, unknown>>;
type Names = ReadonlyMap<string, string>;

export interface JournalLine {
  readonly position: number;
  readonly at: number | undefined;
  readonly by: string;
  /** Two or three words of ours. */
  readonly word: string;
  /** Particulars; may quote logs and people. Empty: the word says all. */
  readonly what: string;
  /** By a person, not by Cordon or a policy. */
  readonly person: boolean;
}

interface Said {
  readonly word: string;
  readonly what: string;
}

const MACHINES: ReadonlySet<string> = new Set(["cordon", "triage", "investigator", "contain", "system"]);

export function journalLines(
  items: readonly { readonly position: number; readonly entry: Entry }[],
): readonly JournalLine[] {
  const names = new Map<string, string>();
  return items.map(({ position, entry }) => {
    if (entry.kind === "action-proposed") names.set(text(entry.key), actionText(record(entry.action)));
    const { word, what } = wordsOf(entry, names);
    const by = text(entry.by);
    const at = typeof entry.at === "number" ? entry.at : undefined;
    const person = PEOPLE_MOVES.has(text(entry.kind)) && !by.startsWith("policy:") && !MACHINES.has(by);
    return { position, at, by, word, what, person };
  });
}

const PEOPLE_MOVES: ReadonlySet<string> = new Set<IncidentMove["kind"]>([
  ...(["grant-given", "grant-refused", "revert-asked", "task-done"] as const),
  ...(["note-added", "assigned", "closed", "reopened", "merged-into"] as const),
]);

/** JL1. */
function wordsOf(entry: Entry, names: Names): Said {
  const kind = text(entry.kind);
  const found = Object.entries(WORDS).find(([known]) => known === kind)?.[1];
  return found === undefined ? { word: kind.replaceAll("-", " "), what: "" } : found(entry, names);
}

const said = (word: string, ...parts: readonly string[]): Said => ({ word, what: parts.filter(Boolean).join("; ") });

/** The compiler asks for a kind that is added to the model. */
const WORDS: Readonly<Record<IncidentMove["kind"], (entry: Entry, names: Names) => Said>> = {
  opened: ({ title }) => said("Opened", text(title)),
  "detection-joined": ({ detection, because }) =>
    said(
      "Detection joined",
      text(record(record(detection).rule).title),
      list(because).map(bondText).filter(Boolean).join(", "),
    ),
  "detection-repeated": ({ times }) => said("Seen again", typeof times === "number" ? countText(times, "time") : ""),
  scored: scoredText,
  investigated: ({ investigation }) => {
    const { verdict, confidence } = record(investigation);
    const sure = typeof confidence === "number" ? `, ${Math.round(confidence)} % sure` : "";
    return said("Investigated", verdict === undefined ? "" : `${text(verdict)}${sure}`);
  },
  "run-started": ({ playbook, reason }) => said("Playbook started", text(playbook), text(reason)),
  "run-moved": ({ step, state }) => said("Playbook step", `${text(step)}: ${text(state)}`),
  "action-proposed": ({ action, policy, reason }) =>
    said("Action proposed", actionText(record(action)), outcomeText(record(policy)), text(reason)),
  "grant-given": ({ key, grant }, names) => {
    const by = record(record(grant).by);
    const who = text(by.person) || (text(by.policy) === "" ? "" : `policy ${text(by.policy)}`);
    return said("Action approved", nameOf(key, names), who === "" ? "" : `by ${who}`);
  },
  "grant-refused": ({ key, person, reason }, names) =>
    said("Action denied", nameOf(key, names), `by ${text(person)}: ${text(reason)}`),
  "action-moved": ({ key, to }, names) => said("Action moved", `${nameOf(key, names)}: ${ledgerText(text(to))}`),
  "revert-asked": ({ key, person, reason }, names) =>
    said("Undo asked for", nameOf(key, names), `by ${text(person)}: ${text(reason)}`),
  "task-opened": ({ text: task }) => said("Task for a person", text(task)),
  "task-done": ({ person, outcome, text: answer }) =>
    said(outcome === "refused" ? "Task refused" : "Task done", `by ${text(person)}`, text(answer)),
  "note-added": ({ text: note }) => said("Note", text(note)),
  assigned: ({ person }) => (text(person) === "" ? said("Assigned to nobody") : said("Assigned", `to ${text(person)}`)),
  reported: ({ format }) => said("Report made", text(format)),
  closed: ({ verdict, note }) => said("Closed", verdictWord(text(verdict)), text(note)),
  reopened: ({ reason }) => said("Reopened", text(reason)),
  "merged-into": ({ incident, because }) =>
    said("Merged", `into ${text(incident)}`, list(because).map(bondText).filter(Boolean).join(", ")),
};

function scoredText({ priority, severity, rescored, decision }: Entry): Said {
  const now = `priority ${rounded(priority)}, severity ${levelText(text(severity))}`;
  const model = text(record(decision).model).slice(0, 12);
  if (typeof rescored !== "object" || rescored === null) return said("Scored", now, model && `with model ${model}`);
  const { because, priority: before, model: earlier } = record(rescored);
  const was = `priority ${rounded(before)} before${text(earlier) === "" ? ", without a model" : `, by model ${text(earlier).slice(0, 12)}`}`;
  return said("Scored anew", now, was, text(because));
}

function bondText(bond: unknown): string {
  const { by, key } = record(bond);
  return text(by) === "" ? "" : `same ${text(by)} ${text(key)}`;
}

function actionText(action: Entry): string {
  const kind = ACTION_KINDS.find((known) => known === action.kind);
  const word = kind === undefined ? text(action.kind) : ACTION_WORD[kind];
  const target = Object.values(action)
    .map((part) => text(record(part).value))
    .find((value) => value !== "");
  return target === undefined ? word : `${word} ${target}`;
}

const outcomeText = ({ outcome }: Entry): string => text(outcome).replaceAll("-", " ");
const nameOf = (key: unknown, names: Names): string => names.get(text(key)) ?? `action ${text(key).slice(0, 12)}`;
const ledgerText = (state: string): string =>
  (Object.entries(LEDGER_WORD).find(([known]) => known === state)?.[1] ?? state).toLowerCase();
const levelText = (level: string): string =>
  (Object.entries(LEVEL_WORD).find(([known]) => known === level)?.[1] ?? level).toLowerCase();
const rounded = (value: unknown): string => (typeof value === "number" ? String(Math.round(value)) : "unknown");

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
