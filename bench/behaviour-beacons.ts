/**
 * `node bench/behaviour-table.ts --beacons`: programmed calls with jitter and gaps among ordinary connections. For each kind of
 * beacon: how many of the staged ones are said within a day, after what time; and false pairs per 1,000 hosts and day.
 */
import { makeChance } from "@cordon/engine/simulate/chance";
import type { Detection } from "@cordon/model/detection";
import { DAY, HOUR, SECOND } from "@cordon/model/time";
import { addressOf } from "@cordon/testkit/behaviour/benign";
import { flow } from "@cordon/testkit/behaviour/world";
import { makeYear, START } from "@cordon/testkit/behaviour/year";
import { behaviourWay } from "./behaviour-way.ts";

const BATCH = 500;
const WARM_DAYS = 7;

interface Kind {
  readonly name: string;
  readonly every: readonly [least: number, most: number];
  readonly jitter: number;
  readonly missing: number;
}

const KINDS: readonly Kind[] = [
  { name: "regular, 1 to 30 minutes", every: [60, 1_800], jitter: 0.02, missing: 0 },
  { name: "jitter 30 %, 10 % missing, 1 to 30 minutes", every: [60, 1_800], jitter: 0.3, missing: 0.1 },
  { name: "jitter 30 %, 10 % missing, 30 to 55 minutes", every: [1_800, 3_300], jitter: 0.3, missing: 0.1 },
  { name: "jitter 50 %, 20 % missing, 1 to 30 minutes", every: [60, 1_800], jitter: 0.5, missing: 0.2 },
];

interface Staged {
  readonly ip: string;
  readonly to: string;
  readonly kind: number;
  readonly from: number;
}

/** Pairs that were said and not staged: programs that do call home at fixed times, and all else. */
interface Lies {
  readonly programmed: Set<string>;
  readonly other: Set<string>;
}

interface Row {
  staged: number;
  found: number;
  readonly delays: number[];
}

/** Beacons of each kind run for a day each, one a day on every second host, after a week of ordinary days. */
export function* beaconTable(asked: {
  readonly seeds: readonly number[];
  readonly people: number;
  readonly days: number;
}): Generator<string> {
  const rows = KINDS.map((): Row => ({ staged: 0, found: 0, delays: [] }));
  const lies: Lies = { programmed: new Set(), other: new Set() };
  const hostDays = { count: 0 };
  for (const seed of asked.seeds) {
    const chance = makeChance(seed ^ 0x1234abcd);
    const staged: Staged[] = [];
    const programs = new Set<string>();
    const year = makeYear({ seed, people: asked.people, days: asked.days }, (pen, people, day) => {
      for (const { ip, calls } of people) if (calls !== undefined) programs.add(`${ip} ${addressOf(calls[0])}`);
      if (day < WARM_DAYS) return;
      for (const [i, { ip }] of people.entries()) {
        if ((i + day) % 2 !== 0) continue;
        const kind = chance.between(0, KINDS.length - 1);
        const one: Staged = {
          ip,
          to: `45.${seed % 250}.${day}.${1 + i}`,
          kind,
          from: START + day * DAY + chance.next() * 8 * HOUR,
        };
        staged.push(one);
        const { every, jitter, missing } = KINDS[kind] ?? KINDS[0] ?? { every: [60, 60], jitter: 0, missing: 0 };
        const step = (every[0] + (every[1] - every[0]) * chance.next() ** 2) * SECOND;
        for (let t = one.from; t < one.from + 24 * HOUR; t += step * (1 + jitter * (2 * chance.next() - 1)))
          if (chance.next() >= missing)
            flow(pen, t, { ip, to: one.to, port: 443, out: 700 + 300 * chance.next(), in: 500 });
      }
    });
    const way = behaviourWay();
    const found: Detection[] = [];
    for (const { events, machines } of year) {
      hostDays.count += machines;
      for (let at = 0; at < events.length; at += BATCH)
        found.push(...way.detect(events.slice(at, at + BATCH)).filter(({ rule }) => rule.id === "behaviour:beaconing"));
    }
    score(found, staged, { rows, lies, seed, programs });
  }
  yield `${asked.seeds.length} companies of ${asked.people} people, ${asked.days} days, ${hostDays.count} machine-days`;
  yield "\n| beacon | found within a day | median delay, hours |\n|---|---|---|";
  for (const [i, { name }] of KINDS.entries()) {
    const { staged, found, delays } = rows[i] ?? { staged: 0, found: 0, delays: [] };
    const delay = delays.sort((a, b) => a - b)[delays.length >> 1] ?? Number.NaN;
    yield `| ${name} | ${found}/${staged} (${(found / staged).toFixed(3)}) | ${(delay / HOUR).toFixed(1)} |`;
  }
  const rate = (pairs: ReadonlySet<string>): string =>
    `${pairs.size} (${((1_000 * pairs.size) / hostDays.count).toFixed(2)} per 1,000 machines and day)`;
  yield `\nfalse pairs: ${rate(lies.other)}; besides them programs of one machine that call home every few minutes, said once each: ${rate(lies.programmed)}`;
  yield [...lies.other].join(", ");
}

function score(
  found: readonly Detection[],
  staged: readonly Staged[],
  into: {
    readonly rows: readonly Row[];
    readonly lies: Lies;
    readonly seed: number;
    readonly programs: ReadonlySet<string>;
  },
): void {
  const pairOf = (detection: Detection): string => {
    const value = (name: string): string => `${detection.matched.find(({ field }) => field === name)?.value}`;
    return `${value("host")} ${value("destination").replace(/:443$/, "")}`;
  };
  const first = new Map<string, number>();
  for (const each of found) if (!first.has(pairOf(each))) first.set(pairOf(each), each.time);
  const real = new Set<string>();
  for (const { ip, to, kind, from } of staged) {
    const row = into.rows[kind];
    const at = first.get(`${ip} ${to}`);
    real.add(`${ip} ${to}`);
    if (row === undefined) continue;
    row.staged += 1;
    if (at === undefined) continue;
    row.found += 1;
    row.delays.push(at - from);
  }
  for (const pair of first.keys())
    if (!real.has(pair)) into.lies[into.programs.has(pair) ? "programmed" : "other"].add(`${into.seed} ${pair}`);
}
