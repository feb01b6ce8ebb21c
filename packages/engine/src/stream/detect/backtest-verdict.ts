/** A backtest in one sentence or two: how loud the rule would be, because of what, and what to do. */
import type { WireBacktest } from "@cordon/model/api/backtest";
import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { fieldWord, HITS_MIN } from "./backtest-filter.ts";

type Facts = Omit<WireBacktest, "verdict" | "filter">;

/** Alerts a day that one person can look at beside everything else, and where nobody would any more. */
const BEARABLE = 5;
const LOUD = 50;
const NAME_LENGTH_MAX = 80;

export function verdictOf(facts: Facts, filter: WireBacktest["filter"]): string {
  const { covered, hits } = facts;
  const cut = covered.complete ? "" : " Only a part of the time asked for was covered.";
  if (covered.events === 0) return "No event is stored for this time: nothing can be said.";
  if (covered.inScope === 0) {
    return `None of ${covered.events} events came from a source that this rule applies to: nothing can be said.${cut}`;
  }
  const span = spanText((covered.to ?? 0) - (covered.from ?? 0));
  if (hits === 0) return `No hit in ${covered.inScope} events of its log source over ${span}: quiet.${cut}`;
  return `${rateText(facts, span)}${becauseText(facts, filter)}.${closedText(facts)}${cut}`;
}

function rateText({ covered, hits, alerts, alertsPerDay, hitsPerDay }: Facts, span: string): string {
  if ((covered.to ?? 0) - (covered.from ?? 0) < DAY) {
    const noun = alerts === 1 ? "alert" : "alerts";
    return `${alerts} ${noun}${alerts < hits ? ` (${hits} with repeats)` : ""} in ${span}: too short a time to say how many a day`;
  }
  if (alertsPerDay < 1) return `About one every ${Math.max(2, Math.round(1 / alertsPerDay))} days: quiet`;
  const repeats = Math.round(hitsPerDay) > Math.round(alertsPerDay) ? ` (${Math.round(hitsPerDay)} with repeats)` : "";
  const rate = `About ${Math.round(alertsPerDay)} a day${repeats}`;
  if (alertsPerDay <= BEARABLE) return `${rate}: bearable`;
  return alertsPerDay <= LOUD ? rate : `${rate}: too loud to go live as it is`;
}

function becauseText({ hits, fields }: Facts, filter: WireBacktest["filter"]): string {
  if (filter !== undefined) {
    const share = Math.round((filter.takes / hits) * 100);
    return `, ${share} % from one ${fieldWord(filter.field)}: ${shortName(filter.value)}; consider a filter`;
  }
  const group = fields.find(({ matched, values }) => matched && (values[0]?.hits ?? 0) * 2 >= hits);
  const [first] = group?.values ?? [];
  if (group === undefined || first === undefined || hits < HITS_MIN || group.distinct === 1) return "";
  return `, ${Math.round((first.hits / hits) * 100)} % with ${fieldWord(group.field)} ${shortName(first.value)}`;
}

function closedText({ hits, incidents }: Facts): string {
  const said = [
    [incidents.truePositive, "true"],
    [incidents.benignPositive, "benign"],
    [incidents.falsePositive, "false"],
  ] as const;
  const parts = said.filter(([count]) => count > 0).map(([count, word]) => `${count} as ${word}`);
  return parts.length === 0 ? "" : ` Of ${hits} hits, incidents were closed ${parts.join(", ")}.`;
}

/** Of a path its last name: what people know it by. */
function shortName(value: string): string {
  const name = /^(?:[a-z]:\\|\\\\|\/)[^"]*[\\/]([^\\/"]+)$/i.exec(value)?.[1] ?? value;
  return name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name;
}

function spanText(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} days`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)} hours`;
  return `${Math.max(1, Math.round(ms / MINUTE))} minutes`;
}
