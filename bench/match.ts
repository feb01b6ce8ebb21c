/**
 * All rules against process starts and against real Windows events: the index, routed and not, its naive twin on the same
 * events, and the way from JSON bytes to detections.
 */
import { holds } from "@cordon/engine/stream/detect/sigma/naive";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import { type Judge, makeJudge } from "./judge.ts";
import { linesOf, meanBytes } from "./layouts.ts";
import { compiledMappings, realLines, rulesIn } from "./material.ts";
import { type Effort, type Figure, figure, ratesOf, timed } from "./measure.ts";
import { makeSubjects, type Subject } from "./subjects.ts";

const LINES = 3_000;
/** The twin is two orders slower: a round of a few events is enough to know its rate. */
const TWIN_EVENTS = 200;

interface Bench {
  readonly effort: Effort;
  readonly rules: readonly SigmaRule[];
  readonly subjectsOf: (bytes: Uint8Array) => readonly Subject[];
}

export function benchMatch(effort: Effort): readonly Figure[] {
  const [set, load] = timed(() => rulesIn());
  const bench: Bench = { effort, rules: set.rules, subjectsOf: makeSubjects(compiledMappings()) };
  const loaded = figure("load the rules", [load], { unit: "CPU-s", note: `${set.rules.length} rules` });
  const real = realLines(LINES);
  return [
    loaded,
    ...figuresFor(bench, "process starts", linesOf("flat", LINES)),
    freshFigure(bench),
    ...(real.length === 0 ? [] : figuresFor(bench, "real EVTX", real)),
  ];
}

function figuresFor(bench: Bench, name: string, lines: readonly string[]): readonly Figure[] {
  const { rules, effort, subjectsOf } = bench;
  const encoder = new TextEncoder();
  const bodies = lines.map((line) => encoder.encode(line));
  const subjects = bodies.flatMap((body) => [...subjectsOf(body)]);
  const [all, routed] = [makeJudge(rules, false), makeJudge(rules, true)];
  for (const { log } of subjects) routed.prepare(log);
  const note = `${meanBytes(lines)} bytes each`;
  const index = ratesOf(subjects, effort, all.matches);
  const twin = twinRates(bench, subjects);
  const whole = (judge: Judge) =>
    ratesOf(bodies, effort, (body) => {
      for (const subject of subjectsOf(body)) judge.hits(subject);
    });
  const unit = "events/CPU-s";
  return [
    figure(`match, all rules, ${name}`, index, { unit, note: candidatesOf(all) }),
    figure(`match, routed, ${name}`, ratesOf(subjects, effort, routed.matches), { unit, note: candidatesOf(routed) }),
    figure(`naive twin, all rules, ${name}`, twin, { unit, note: `${TWIN_EVENTS} of the events` }),
    figure(
      `index to naive twin, ${name}`,
      index.map((rate, round) => rate / (twin[round] ?? Number.NaN)),
      { unit: "times" },
    ),
    figure(`JSON bytes to detections, all rules, ${name}`, whole(all), { unit, note }),
    figure(`JSON bytes to detections, routed, ${name}`, whole(routed), { unit, note }),
  ];
}

/** What is left when nothing can be remembered: every text is another one, in every event. */
function freshFigure({ rules, effort, subjectsOf }: Bench): Figure {
  const encoder = new TextEncoder();
  const bodies = linesOf("flat", LINES).map((line, number) => encoder.encode(unlike(line, number)));
  const judge = makeJudge(rules, false);
  const rates = ratesOf(bodies, effort, (body) => {
    for (const subject of subjectsOf(body)) judge.hits(subject);
  });
  const name = "JSON bytes to detections, all rules, process starts without a text twice";
  return figure(name, rates, { unit: "events/CPU-s", note: candidatesOf(judge) });
}

/** Names by which the log is recognised stay. */
const KEPT = new Set(["Channel", "Provider_Name", "UtcTime"]);

const unlike = (line: string, number: number): string =>
  JSON.stringify(JSON.parse(line), (key, value) =>
    typeof value === "string" && !KEPT.has(key) ? `${value}${number.toString(36)}` : value,
  );

function candidatesOf(judge: Judge): string {
  const { ran, events } = judge.candidates();
  return `${(ran / Math.max(1, events)).toFixed(1)} rules looked at per event`;
}

/** Over a few events, spread over the list. */
function twinRates({ rules, effort }: Bench, subjects: readonly Subject[]): readonly number[] {
  const step = Math.max(1, Math.floor(subjects.length / TWIN_EVENTS));
  const few = subjects.filter((_, index) => index % step === 0).slice(0, TWIN_EVENTS);
  return ratesOf(few, effort, ({ view, raw }) => {
    const subject = { view, raw, known: new Map() };
    return rules.filter((rule) => holds(rule.condition, subject));
  });
}
