/**
 * The alert data set of AIT (Landauer et al., "Introducing a New Alert Data Set for Multi-Step Attack Analysis", 2024):
 * `<organisation>_alerts.csv`, one alert a row, `time,name,ip,host,short,time_label,event_label`. Grouped as an analyst
 * sees them: one rule on one host in one minute.
 *
 * AG1. Strict label: malicious when an alert of the group has an event label. A group within an attack's time without one
 *      is ambiguous and is neither trained on nor counted; it is seen as context all the same.
 * AG2. Groups are in order of minute, and within one in order of first alert.
 */
import type { AlertGroup } from "../triage/context.ts";
import { readCsv } from "./read-csv.ts";
import { type DataFile, evalError } from "./suite.ts";

export interface LabelledGroup extends AlertGroup {
  readonly minute: number;
  readonly label: "malicious" | "benign" | "ambiguous";
  /** Of a malicious group: the phase of the attack. */
  readonly phase: string;
  /** Text of its first alert. */
  readonly text: string;
}

const COLUMNS = ["time", "name", "host", "short", "time_label", "event_label"] as const;
type Column = (typeof COLUMNS)[number];
const NO_EVENT = "-";
const NO_ATTACK = "false_positive";

export interface ReadGroups {
  readonly groups: readonly LabelledGroup[];
  readonly alerts: number;
  readonly unread: readonly { readonly where: string; readonly reason: string }[];
}

interface Gathering {
  readonly minute: number;
  readonly host: string;
  readonly rule: string;
  readonly text: string;
  readonly names: Set<string>;
  readonly phases: Set<string>;
  count: number;
  first: number;
  inAttack: boolean;
}

export async function readAlertGroups(file: DataFile): Promise<ReadGroups> {
  const { rows } = readCsv(await file.bytes());
  const place = columnsOf(rows[0] ?? [], file.path);
  const gathered = new Map<string, Gathering>();
  const unread: { where: string; reason: string }[] = [];
  rows.slice(1).forEach((row, at) => {
    const cell = (column: Column): string => row[place[column]] ?? "";
    const time = Number(cell("time"));
    if (row.length < COLUMNS.length || !Number.isFinite(time) || cell("time") === "")
      unread.push({ where: `${file.path} line ${at + 2}`, reason: "not an alert: time or columns are missing" });
    else gather(gathered, time, cell);
  });
  const groups = [...gathered.values()].toSorted((a, b) => a.minute - b.minute || a.first - b.first).map(finish);
  return { groups, alerts: rows.length - 1 - unread.length, unread };
}

function columnsOf(head: readonly string[], path: string): Record<Column, number> {
  const missing = COLUMNS.filter((column) => !head.includes(column));
  if (missing.length > 0)
    throw evalError("eval-data-malformed", `${path}: the first line has no column ${missing.join(", ")}`);
  return Object.fromEntries(COLUMNS.map((column) => [column, head.indexOf(column)])) as Record<Column, number>;
}

function gather(into: Map<string, Gathering>, time: number, cell: (column: Column) => string): void {
  const minute = Math.floor(time / 60);
  const key = `${minute}\0${cell("host")}\0${cell("short")}`;
  const known = into.get(key);
  const one: Gathering = known ?? {
    ...{ minute, host: cell("host"), rule: cell("short"), text: cell("name"), first: time },
    ...{ names: new Set(), phases: new Set(), count: 0, inAttack: false },
  };
  if (known === undefined) into.set(key, one);
  one.count += 1;
  one.first = Math.min(one.first, time);
  one.names.add(cell("name"));
  if (cell("event_label") !== NO_EVENT)
    one.phases.add(cell("time_label") === NO_ATTACK ? cell("event_label") : cell("time_label"));
  if (cell("time_label") !== NO_ATTACK) one.inAttack = true;
}

function finish({ minute, host, rule, text, names, phases, count, inAttack }: Gathering): LabelledGroup {
  const label = phases.size > 0 ? "malicious" : inAttack ? "ambiguous" : "benign";
  const phase = [...phases].toSorted().at(-1) ?? "";
  return { minute, host, rule, text, count, variants: names.size, label, phase };
}
