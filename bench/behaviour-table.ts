/**
 * `node bench/behaviour-table.ts [--seeds 11,12,13] [--people 60] [--days 45] [--benign] [--alerts N]`: recall and delay of
 * each behaviour detector at three amplitudes, and false alerts per 100 entities and day, over seeded companies.
 * `--beacons`: calls with jitter and gaps (behaviour-beacons.ts).
 * `--year`: false alerts of each detector over a year of ordinary days (behaviour-year.ts).
 */
import { parseArgs } from "node:util";
import type { Detection } from "@cordon/model/detection";
import { play } from "@cordon/testkit/behaviour/play";
import { detectorOf, makeScore, type SceneScore, type Score, scoreStory } from "@cordon/testkit/behaviour/score";
import { beaconTable } from "./behaviour-beacons.ts";
import { behaviourWay } from "./behaviour-way.ts";
import { yearTable } from "./behaviour-year.ts";

const BATCH = 500;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "11,12,13" },
    people: { type: "string", default: "60" },
    days: { type: "string", default: "45" },
    benign: { type: "boolean", default: false },
    alerts: { type: "string", default: "0" },
    year: { type: "boolean", default: false },
    beacons: { type: "boolean", default: false },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function main(): void {
  const score = makeScore();
  let events = 0;
  let seconds = 0;
  for (const seed of values.seeds.split(",").map(Number)) {
    const story = play({ seed, people: Number(values.people), days: Number(values.days), attacks: !values.benign });
    const way = behaviourWay();
    const found: Detection[] = [];
    const started = process.cpuUsage();
    for (let i = 0; i < story.events.length; i += BATCH) found.push(...way.detect(story.events.slice(i, i + BATCH)));
    seconds += process.cpuUsage(started).user / 1e6;
    events += story.events.length;
    scoreStory(score, story, found);
    const bytes = way.snapshot().length;
    const { entities, ...stats } = way.stats();
    say(
      `seed ${seed}: ${story.events.length} events, ${found.length} detections, ${entities} entities, ${Math.round(bytes / entities)} bytes each, ${JSON.stringify(stats)}`,
    );
  }
  say(`${Math.round(events / seconds)} events/CPU-s; ${Math.round(score.entityDays)} entity-days`);
  table(score);
  for (const each of score.falseDetections.slice(0, Number(values.alerts))) sayFalse(each);
}

function table(score: Score): void {
  const rate = (count: number): string => ((100 * count) / score.entityDays).toFixed(3);
  say(
    "\n| detector | weak | middle | strong | by any (weak, middle, strong) | median delay, minutes | false alerts per 100 entities and day |",
  );
  say("|---|---|---|---|---|---|---|");
  const names = new Set([...score.scenes.keys(), ...score.falseAlerts.keys()]);
  const sums: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  for (const name of names) {
    const rows = score.scenes.get(name);
    const delays = rows?.flatMap((row) => row.delays).sort((a, b) => a - b) ?? [];
    const delay = delays.length === 0 ? "" : ((delays[delays.length >> 1] ?? 0) / 60_000).toFixed(1);
    const recall = (row: SceneScore): string => `${row.found}/${row.staged}`;
    for (const [i, row] of (rows ?? []).entries())
      sums[i] = [(sums[i]?.[0] ?? 0) + row.found, (sums[i]?.[1] ?? 0) + row.staged];
    const own = rows === undefined ? ["", "", ""] : rows.map(recall);
    const any = rows === undefined ? "" : rows.map((row) => `${row.foundByAny}`).join(", ");
    say(`| ${[name, ...own, any, delay, rate(score.falseAlerts.get(name) ?? 0)].join(" | ")} |`);
  }
  say(
    `| all | ${sums.map(([found, staged]) => `${found}/${staged}`).join(" | ")} | | | ${rate(score.falseDetections.length)} |`,
  );
}

function sayFalse(detection: Detection): void {
  const because = detection.matched.find(({ field }) => field === "because");
  const p = detection.matched.find(({ field }) => field === "p");
  say(
    `${new Date(detection.time).toISOString()} ${detectorOf(detection)} [${detection.severity}] p=${p?.value} ${because?.value}`,
  );
}

const plan = {
  seeds: values.seeds.split(",").map(Number),
  ...{ people: Number(values.people), days: Number(values.days) },
};
if (values.year) for (const line of yearTable({ ...plan, shown: Number(values.alerts) })) say(line);
else if (values.beacons) for (const line of beaconTable(plan)) say(line);
else main();
