/**
 * Detection speed: events per CPU-second of the index, of its naive twin and of JSON.parse alone, on the same lines.
 * CPU time, not wall time: other work on the machine must not count.
 */
import { Matcher } from "../packages/engine/src/stream/detect/sigma/index/matcher.ts";
import { loadRules, type RuleFile } from "../packages/engine/src/stream/detect/sigma/load-rules.ts";
import { holds } from "../packages/engine/src/stream/detect/sigma/naive.ts";
import type { JsonObject } from "../packages/model/src/json.ts";
import type { FieldView } from "../packages/model/src/view.ts";

export interface DetectBenchInput {
  readonly rules: readonly RuleFile[];
  /** One event each, as JSON text. */
  readonly lines: readonly string[];
  readonly view: FieldView;
  /** CPU time for each measurement; the naive twin gets it too, and stops after as many events as that allows. */
  readonly cpuSeconds?: number;
}

export interface DetectBenchResult {
  readonly rulesLoaded: number;
  readonly rulesRejected: number;
  readonly loadCpuSeconds: number;
  readonly indexCpuSeconds: number;
  readonly bytesPerEvent: number;
  /** Matches of one pass over all lines. */
  readonly matches: number;
  readonly candidatesPerEvent: number;
  readonly eventsPerCpuSecond: {
    readonly parse: number;
    readonly match: number;
    readonly parseAndMatch: number;
    readonly naive: number;
  };
  readonly indexToNaive: number;
}

const CPU_SECONDS_DEFAULT = 3;

export function benchDetect(input: DetectBenchInput): DetectBenchResult {
  const { lines, view, cpuSeconds = CPU_SECONDS_DEFAULT } = input;
  const [set, loadCpuSeconds] = timed(() => loadRules(input.rules));
  const [matcher, indexCpuSeconds] = timed(() => new Matcher(set.rules));
  const events = lines.map(parse);
  const matches = events.reduce((sum, raw) => sum + matcher.match(view, raw).length, 0);
  const candidates = matcher.stats.candidates / Math.max(1, matcher.stats.events);
  const match = rate(events, cpuSeconds, (raw) => matcher.match(view, raw).length);
  const naive = rate(events, cpuSeconds, (raw) => {
    const subject = { view, raw, known: new Map() };
    return set.rules.filter((rule) => holds(rule.condition, subject)).length;
  });
  return {
    rulesLoaded: set.rules.length,
    rulesRejected: set.rejected.length,
    loadCpuSeconds,
    indexCpuSeconds,
    bytesPerEvent: Math.round(lines.reduce((sum, line) => sum + line.length, 0) / Math.max(1, lines.length)),
    matches,
    candidatesPerEvent: candidates,
    eventsPerCpuSecond: {
      parse: rate(lines, cpuSeconds, (line) => Object.keys(parse(line)).length),
      match,
      parseAndMatch: rate(lines, cpuSeconds, (line) => matcher.match(view, parse(line)).length),
      naive,
    },
    indexToNaive: match / naive,
  };
}

function parse(line: string): JsonObject {
  return JSON.parse(line);
}

function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function timed<T>(run: () => T): readonly [T, number] {
  const start = cpuNow();
  const value = run();
  return [value, cpuNow() - start];
}

/** Items per CPU-second. The first fifth of the time warms up and is not counted. */
function rate<T>(items: readonly T[], cpuSeconds: number, run: (item: T) => number): number {
  let done = 0;
  let start = cpuNow();
  const end = start + cpuSeconds;
  let warm = false;
  for (let now = start; now < end; now = cpuNow()) {
    if (!warm && now > end - 0.8 * cpuSeconds) {
      warm = true;
      done = 0;
      start = now;
    }
    // The clock is read per slice, so that reading it does not count.
    const slice = items.slice(0, now === start ? 1 : items.length);
    for (const item of slice) run(item);
    done += slice.length;
  }
  return Math.round(done / Math.max(1e-6, cpuNow() - start));
}
