/** False alerts of each behaviour detector over ordinary days of seeded companies: a year of them, by detector and by quarter. */
import type { Detection } from "@cordon/model/detection";
import { detectorOf } from "@cordon/testkit/behaviour/score";
import { yearOf } from "@cordon/testkit/behaviour/year";
import { behaviourWay } from "./behaviour-way.ts";

const BATCH = 500;
const QUARTERS = 4;

export interface YearAsked {
  readonly seeds: readonly number[];
  readonly people: number;
  readonly days: number;
  /** False alerts to print one by one. */
  readonly shown: number;
}

interface Tally {
  readonly quarters: number[];
  readonly entityDays: number[];
  readonly byDetector: Map<string, number[]>;
}

export function* yearTable({ seeds, people, days, shown }: YearAsked): Generator<string> {
  const tally: Tally = { quarters: [0, 0, 0, 0], entityDays: [0, 0, 0, 0], byDetector: new Map() };
  let left = shown;
  for (const seed of seeds) {
    const way = behaviourWay();
    let [events, cpu] = [0, 0];
    for (const day of yearOf({ seed, people, days })) {
      const quarter = Math.min(QUARTERS - 1, Math.floor((QUARTERS * day.day) / days));
      tally.entityDays[quarter] = (tally.entityDays[quarter] ?? 0) + day.entities;
      events += day.events.length;
      const started = process.cpuUsage();
      const found: Detection[] = [];
      for (let at = 0; at < day.events.length; at += BATCH) found.push(...way.detect(day.events.slice(at, at + BATCH)));
      cpu += process.cpuUsage(started).user / 1e6;
      for (const each of found) {
        count(tally, detectorOf(each), quarter);
        if (left-- > 0) yield lineOf(each);
      }
    }
    const { entities, failed, last } = way.stats();
    yield `seed ${seed}: ${events} events in ${cpu.toFixed(0)} CPU-s, ${entities} entities remembered, ${failed} events failed ${last ?? ""}`;
  }
  yield* rowsOf(tally, { seeds: seeds.length, people, days });
}

function count({ quarters, byDetector }: Tally, name: string, quarter: number): void {
  quarters[quarter] = (quarters[quarter] ?? 0) + 1;
  const row = byDetector.get(name) ?? [0, 0, 0, 0];
  row[quarter] = (row[quarter] ?? 0) + 1;
  byDetector.set(name, row);
}

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

function* rowsOf(
  { quarters, entityDays, byDetector }: Tally,
  plan: { readonly seeds: number; readonly people: number; readonly days: number },
): Generator<string> {
  const rate = (alerts: number, days: number): string => ((100 * alerts) / days).toFixed(3);
  yield `\n${plan.seeds} companies of ${plan.people} people, ${plan.days} days, ${sum(entityDays)} entity-days`;
  yield "\n| detector | alerts | per 100 entities and day | by quarter |";
  yield "|---|---|---|---|";
  const row = (name: string, alerts: readonly number[]): string =>
    `| ${name} | ${sum(alerts)} | ${rate(sum(alerts), sum(entityDays))} | ${alerts.map((each, i) => rate(each, entityDays[i] ?? 1)).join(", ")} |`;
  for (const [name, alerts] of [...byDetector].sort((a, b) => sum(b[1]) - sum(a[1]))) yield row(name, alerts);
  yield row("all", quarters);
}

function lineOf(detection: Detection): string {
  const because = detection.matched.find(({ field }) => field === "because");
  const p = detection.matched.find(({ field }) => field === "p");
  return `${new Date(detection.time).toISOString()} ${detectorOf(detection)} [${detection.severity}] p=${p?.value} ${because?.value}`;
}
