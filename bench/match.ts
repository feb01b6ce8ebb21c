/**
 * All rules against process starts and against real Windows events: the index, routed and not, its naive twin on the same
 * events, and the way from JSON bytes to detections.
 */
import { makeScopes, type Scopes } from "@cordon/engine/stream/detect/scopes";
import { holds } from "@cordon/engine/stream/detect/sigma/naive";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { Framing, LineSubject } from "@cordon/engine/stream/line-subject";
import { makeSubjects } from "@cordon/engine/stream/normalise/subjects";
import { instant } from "@cordon/model/time";
import { linesOf, meanBytes } from "./layouts.ts";
import { compiledMappings, lineDetectorOf, realLines, rulesIn } from "./material.ts";
import { type Effort, type Figure, figure, ratesOf, timed } from "./measure.ts";

const LINES = 3_000;
/** The twin is two orders slower: a round of a few events is enough to know its rate. */
const TWIN_EVENTS = 200;
const FRAMING: Framing = { format: "json", position: 1, receivedAt: instant(0) };

interface Bench {
  readonly effort: Effort;
  readonly rules: readonly SigmaRule[];
}

export function benchMatch(effort: Effort): readonly Figure[] {
  const [set, load] = timed(() => rulesIn());
  const bench: Bench = { effort, rules: set.rules };
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
  const { rules, effort } = bench;
  const encoder = new TextEncoder();
  const bodies = lines.map((line) => encoder.encode(line));
  const subjectsOf = makeSubjects(compiledMappings());
  const subjects = bodies.flatMap((body) => subjectsOf(body, FRAMING).subjects);
  const [all, routed] = [makeScopes(rules, "off", () => []), makeScopes(rules, "on", () => [])];
  for (const { log } of subjects) for (const scopes of [all, routed]) scopes.scopeOf(log);
  const note = `${meanBytes(lines)} bytes each`;
  const match = (scopes: Scopes) =>
    ratesOf(subjects, effort, ({ log, view, raw }) => scopes.scopeOf(log).matcher.match(view, raw));
  const index = match(all);
  const twin = twinRates(bench, subjects);
  const whole = (routing: "on" | "off") => {
    const detector = lineDetectorOf(bench, routing);
    for (const body of bodies) detector.prepare(body);
    return ratesOf(bodies, effort, (body) => detector.detect(body));
  };
  const unit = "events/CPU-s";
  const narrow = match(routed);
  return [
    figure(`match, all rules, ${name}`, index, { unit, note: lookedAt(all) }),
    figure(`match, routed, ${name}`, narrow, { unit, note: lookedAt(routed) }),
    figure(`naive twin, all rules, ${name}`, twin, { unit, note: `${TWIN_EVENTS} of the events` }),
    figure(
      `index to naive twin, ${name}`,
      index.map((rate, round) => rate / (twin[round] ?? Number.NaN)),
      { unit: "times" },
    ),
    figure(`JSON bytes to detections, all rules, ${name}`, whole("off"), { unit, note }),
    figure(`JSON bytes to detections, routed, ${name}`, whole("on"), { unit, note }),
  ];
}

/** What is left when nothing can be remembered: every text is another one, in every event. */
function freshFigure({ rules, effort }: Bench): Figure {
  const encoder = new TextEncoder();
  const bodies = linesOf("flat", LINES).map((line, number) => encoder.encode(unlike(line, number)));
  const detector = lineDetectorOf({ rules }, "off");
  const rates = ratesOf(bodies, effort, (body) => detector.detect(body));
  const { candidates, events } = detector.stats();
  const name = "JSON bytes to detections, all rules, process starts without a text twice";
  return figure(name, rates, { unit: "events/CPU-s", note: perEvent(candidates, events) });
}

/** Names by which the log is recognised stay. */
const KEPT = new Set(["Channel", "Provider_Name", "UtcTime"]);

const unlike = (line: string, number: number): string =>
  JSON.stringify(JSON.parse(line), (key, value) =>
    typeof value === "string" && !KEPT.has(key) ? `${value}${number.toString(36)}` : value,
  );

function lookedAt(scopes: Scopes): string {
  const events = scopes.matchers().reduce((sum, { matcher }) => sum + matcher.stats.events, 0);
  return perEvent(scopes.stats().candidates, events);
}

const perEvent = (ran: number, events: number): string =>
  `${(ran / Math.max(1, events)).toFixed(1)} rules looked at per event`;

/** Over a few events, spread over the list. */
function twinRates({ rules, effort }: Bench, subjects: readonly LineSubject[]): readonly number[] {
  const step = Math.max(1, Math.floor(subjects.length / TWIN_EVENTS));
  const few = subjects.filter((_, index) => index % step === 0).slice(0, TWIN_EVENTS);
  return ratesOf(few, effort, ({ view, raw }) => {
    const subject = { view, raw, known: new Map() };
    return rules.filter((rule) => holds(rule.condition, subject));
  });
}
