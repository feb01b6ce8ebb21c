/** Connections: beacons, scans; data that leaves is in sent.ts. A host is its name where the event is its own, else its address. */

import { DAY, HOUR, MINUTE } from "@cordon/model/time";
import { type Expectation, upperTail } from "../../../learning/behaviour/count-tail.ts";
import { chanceOf, regularityOf, withoutPauses } from "../../../learning/behaviour/periodic.ts";
import type { Desk } from "./desk.ts";
import type { Fact } from "./fact.ts";
import * as fields from "./fields.ts";
import { noteHabit } from "./habit.ts";
import { keeping } from "./kept.ts";
import { isInside, ownHostOf, SOURCES_MAX } from "./places.ts";
import { nameOf, type Remembered } from "./remembered.ts";
import { knownScanner, noteScan, toldScanner } from "./scanner.ts";
import { sent } from "./sent.ts";
import { evidenceOf } from "./window.ts";

const SPAN = 10 * MINUTE;
const TAIL = 1e-4;
const PORTS_MIN = 15;
const HOSTS_MIN = 20;
/** Ports and destinations share this many windows: a scan must not make one for each. */
const LANES = 8;
/**
 * States of connections that never opened. `closed` is none: so ends every connection that Suricata saw through; nor are
 * Zeek's RSTO and RSTR: opened, then reset, as browsers and load balancers do.
 */
const UNANSWERED = /^(?:S0|REJ|RSTRH|RSTOS0|SH|SHR|deny|denied|reject|rejected|drop|dropped|block|blocked)$/i;

export interface Line {
  readonly about: Remembered;
  readonly fact: Fact;
  readonly desk: Desk;
  readonly destination: string;
  readonly port: string;
}

export function onFlow(fact: Fact, at: number, desk: Desk): void {
  const own = ownHostOf(fact);
  const name = own ?? fact.source;
  const { destination } = fact;
  if (name === undefined || destination === undefined) return;
  const about = desk.entity(own === undefined ? "ip" : "host", name, fact);
  const line: Line = { about, fact, desk, destination, port: fact.text(fields.PORT) ?? "" };
  scans(line);
  const seen = desk.see(about, "destination", { text: destination, fact, at });
  noteHabit(about, seen, { fact, desk });
  const odd = desk.isOff("flow-anomaly") ? undefined : desk.flows.judge(about, fact, seen);
  if (odd !== undefined && !seen.hushed)
    desk.say({ ...odd, ...knownScanner(about, fact, { desk, unanswered: isUnanswered(fact) }) });
  if (isInside(destination)) return;
  beacon(line, seen.holders);
  sent(line, seen.holders);
}

/** Sources have a handful of words for it. */
const neverOpened = keeping((state) => UNANSWERED.test(state), 256);
const isUnanswered = (fact: Fact): boolean => fact.failed || neverOpened(fact.text(fields.CONNECTION_STATE) ?? "");

function scans({ about, fact, desk, destination, port }: Line): void {
  // Only what was not answered counts in full: a browser reaches many hosts, and they answer.
  if (!isUnanswered(fact)) return;
  const lane = `hosts ${desk.names.hash(port) % LANES}`;
  const hosts = desk.window(about, lane, { text: destination, fact, span: SPAN });
  const expected = desk.expected(about, lane, fact.time);
  if (hosts.values.length >= HOSTS_MIN) {
    noteScan(about, fact.time);
    const p = upperTail(expected, hosts.values.length);
    if (p <= TAIL || isPlain(expected, hosts.values.length, HOSTS_MIN)) {
      desk.say({
        ...{ detector: "host-scan", about, fact, evidence: evidenceOf(hosts), p, basis: "definition" },
        ...{ n: expected.windows, mark: `port ${port}`, restMs: 7 * DAY, ...toldScanner(about, fact, desk) },
        values: {
          source: nameOf(about),
          port,
          hosts: hosts.values.length,
          span: "10 minutes",
          usual: `${expected.mean.toFixed(1)} at most on a day`,
        },
      });
    }
  }
  if (port === "") return;
  const slot = `ports ${desk.names.hash(destination) % LANES}`;
  const ports = desk.window(about, slot, { text: `${destination}:${port}`, fact, span: SPAN });
  if (ports.values.length < PORTS_MIN || hosts.values.length > ports.values.length / 2) return;
  noteScan(about, fact.time);
  const usual = desk.expected(about, slot, fact.time);
  const p = upperTail(usual, ports.values.length);
  if (p > TAIL && !isPlain(usual, ports.values.length, PORTS_MIN)) return;
  desk.say({
    ...{ detector: "port-scan", about, fact, evidence: evidenceOf(ports), p, basis: "definition" },
    ...{ n: usual.windows, mark: "ports", restMs: 7 * DAY, ...toldScanner(about, fact, desk) },
    values: {
      source: nameOf(about),
      ports: ports.values.length,
      destination,
      span: "10 minutes",
      usual: `${usual.mean.toFixed(1)} at most on a day`,
    },
  });
}

/** Of a host that was hardly ever refused before, a fifth more than the least says enough, whatever others do. */
const isPlain = ({ windows, mean }: Expectation, count: number, least: number): boolean =>
  (windows < 1 || (windows < 3 && mean < least / 2)) && count >= 1.2 * least;

const LANES_MAX = 12;
const TIMES_MAX = 48;
const CALLS_MIN = 24;
/** Enough for a slow one, where chance hardly makes such a row: a page that polls while someone reads it calls as often sooner. */
const CALLS_SLOW_MIN = 16;
const SLOW = 6 * HOUR;
const LOOK_EVERY = 8;
/** Of those that last so long that the next look would be hours away. */
const LOOK_SLOW_EVERY = 4;
/** What is judged by fewer calls, or without its pauses, must be surer. */
const SURE = 1e-4;
const SPREAD_MAX = 0.55;
const SKEW_MAX = 0.45;
const INTERVAL_MIN = 10_000;
const COVERAGE_MIN = 0.6;

/** Times of calls to one place and port; the place that was called least recently gives up its room. */
function beacon({ about, fact, desk, destination, port }: Line, sources: number): void {
  const name = desk.names.laneOf(destination, port);
  if (sources > SOURCES_MAX) {
    if (about.tallies[name] !== undefined) delete about.tallies[name];
    return;
  }
  let times = about.tallies[name];
  if (times === undefined) {
    times = newLane(about);
    about.tallies[name] = times;
  }
  const last = times.at(-1);
  // A burst of connections is one call.
  if (last !== undefined && fact.time - last < INTERVAL_MIN / 2) return;
  if (last !== undefined && fact.time - last > DAY) times.length = 0;
  times.push(fact.time);
  if (times.length > TIMES_MAX) times.shift();
  const looks = ((about.marks[name] ?? 0) + 1) % LOOK_EVERY;
  about.marks[name] = looks;
  const slow = fact.time - (times[0] ?? 0) >= SLOW;
  const least = slow ? CALLS_SLOW_MIN : CALLS_MIN;
  if (times.length < least || looks % (slow ? LOOK_SLOW_EVERY : LOOK_EVERY) !== 0) return;
  judgeBeacon({ about, fact, desk, destination, port }, times, sources);
}

function newLane(about: Remembered): number[] {
  const lanes = Object.keys(about.tallies).filter((name) => name.startsWith("b|"));
  if (lanes.length >= LANES_MAX) {
    const oldest = lanes.reduce((a, b) => ((about.tallies[a]?.at(-1) ?? 0) <= (about.tallies[b]?.at(-1) ?? 0) ? a : b));
    delete about.tallies[oldest];
    delete about.marks[oldest];
  }
  return [];
}

function judgeBeacon({ about, fact, desk, destination, port }: Line, times: readonly number[], sources: number): void {
  const sorted = [...times].sort((a, b) => a - b);
  const span = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const awake = withoutPauses(sorted);
  const found = regularityOf(awake);
  const { median, spread, skewness, coverage } = found;
  if (median < INTERVAL_MIN || spread > SPREAD_MAX || Math.abs(skewness) > SKEW_MAX || coverage < COVERAGE_MIN) return;
  const p = chanceOf(awake, found);
  if (p > SURE && (sorted.length < CALLS_MIN || awake !== sorted)) return;
  desk.say({
    ...{ detector: "beaconing", about, fact, p, basis: "definition", n: times.length },
    ...{ mark: `${destination}:${port}`, restMs: 60 * DAY },
    values: {
      ...{ host: nameOf(about), destination: `${destination}${port === "" ? "" : `:${port}`}`, calls: times.length },
      ...{ hours: Number((span / HOUR).toFixed(1)), interval: Math.round(median / 1_000), spread: spread.toFixed(2) },
      ...{ skew: skewness.toFixed(2), sources: Math.max(1, Math.round(sources)) },
    },
  });
}
