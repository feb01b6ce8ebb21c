/**
 * A rule run over the stored events before it goes live.
 * Enters: the id of a loaded rule, or a rule's text. Leaves: the report, which says what part was covered.
 * WB1. Reads in slices of time and gives way after each few hundred events: nothing else waits for it.
 * WB2. Ends at its bounds of events and time; rules begin with the newest events, correlations with the oldest.
 * WB3. Events are counted where they lie; only those that can hit are read. A correlation gets the others without their
 *      content: they move its time on.
 * WB4. What is held is one slice, whatever the number of events.
 */
import {
  type Backtest,
  type BacktestTarget,
  type ClosedAs,
  type Covered,
  makeBacktest,
} from "@cordon/engine/stream/detect/backtest";
import type { RuleSet } from "@cordon/engine/stream/detect/sigma/load-rules";
import { logsourceApplies, scopeKey } from "@cordon/engine/stream/detect/sigma/logsource";
import type { SigmaRule } from "@cordon/engine/stream/detect/sigma/rule";
import type { WireBacktest } from "@cordon/model/api/backtest";
import { AppError } from "@cordon/model/error";
import type { Incident } from "@cordon/model/incident";
import type { EventStore, EventTally } from "@cordon/model/ports/event-store";
import type { Journal } from "@cordon/model/ports/journal";
import type { Runtime, Stop } from "@cordon/model/ports/runtime";
import { DAY, type Instant, instant, MINUTE, SECOND } from "@cordon/model/time";
import type { Mappings } from "./mapping-files.ts";

export interface BacktestRun {
  readonly set: RuleSet;
  readonly target: BacktestTarget;
  readonly days: number;
  readonly seconds: number;
  /** Told as it goes: events looked at, of those that there are. */
  readonly onProgress?: (looked: number, total: number) => void;
}

export interface BacktestWorld {
  readonly events: EventStore;
  readonly journal: Pick<Journal, "list">;
  readonly mappings: Mappings;
  readonly runtime: Runtime;
}

/** Some ten microseconds each when most can be left unread, a hundred when not; what is over it is said. */
const EVENTS_MAX = 5_000_000;
/** Events of one slice, if they are spread evenly: enough that opening the files costs little. */
const SLICE = 12_500;
/** A slice with more is halved: it is sorted in memory, and the time bound is looked at between slices. */
const SLICE_MAX = 25_000;
/** Events judged before others get their turn: a few milliseconds. */
const TURN = 500;
/** Newest incidents that are asked how they closed. */
const INCIDENTS_MAX = 5_000;
const INCIDENT_PAGE = 500;

export async function runBacktest(run: BacktestRun, world: BacktestWorld, stop: Stop): Promise<WireBacktest> {
  const { set, target } = run;
  const { runtime, mappings } = world;
  const closed = await closedIncidents(world.journal);
  const hash = (text: string) => runtime.sha256(text);
  const backtest = makeBacktest({ set, target, views: mappings.views, hash, closedAs: (id) => closed.get(id) });
  const stats = await world.events.stats();
  const to = instant(Math.min(runtime.now(), stats.lastTime ?? runtime.now()) + 1);
  const from = instant(Math.max(to - run.days * DAY, stats.firstTime ?? 0));
  const covered = { wantedFrom: instant(to - run.days * DAY), wantedTo: to };
  const sources = feeding(target, mappings, Object.keys(stats.bySource));
  if (sources.length === 0 || from >= to) return backtest.report(covered);
  const total = eventsIn(await world.events.tally({ from, to, sources }, stop));
  const plan: Plan = { from, to, sources, order: target.kind === "rule" ? "newest" : "oldest", total };
  const stoppedBy = await walk(plan, { run, world, stop, backtest });
  return backtest.report({ ...covered, ...(stoppedBy === undefined ? {} : { stoppedBy }) });
}

const eventsIn = (tallies: readonly EventTally[]): number => tallies.reduce((sum, { events }) => sum + events, 0);

/** A loaded rule or correlation by id or name. Throws AppError `not-found`. */
export function targetOf(set: RuleSet, id: string): BacktestTarget {
  const is = (rule: { readonly id: string; readonly name: string | undefined }): boolean =>
    rule.id.toLowerCase() === id.toLowerCase() || rule.name === id;
  const rule = set.rules.find(is);
  if (rule !== undefined) return { kind: "rule", rule };
  const correlation = set.correlations.find(is);
  if (correlation === undefined) throw new AppError("not-found", `no rule ${id}`, { fix: "cordon rules list" });
  return { kind: "correlation", rule: correlation };
}

/** Of a text with several documents the last correlation is meant, else the first rule. Throws AppError `bad-request`. */
export function targetIn(set: RuleSet): BacktestTarget {
  const [rejected] = set.rejected;
  if (rejected !== undefined)
    throw new AppError("bad-request", `line ${rejected.line ?? 0}: ${rejected.code}: ${rejected.reason}`);
  const correlation = set.correlations.at(-1);
  if (correlation !== undefined) return { kind: "correlation", rule: correlation };
  const [rule] = set.rules;
  if (rule === undefined) throw new AppError("bad-request", "the text holds no rule and no correlation");
  return { kind: "rule", rule };
}

/** Sources whose mapping can give what the rule asks for; what no mapping knows any more is asked too. */
function feeding(target: BacktestTarget, { logs }: Mappings, stored: readonly string[]): readonly string[] {
  const rules = baseRules(target);
  return stored.filter((source) => {
    const possible = logs.get(source);
    return (
      possible === undefined || rules.some(({ logsource }) => possible.some((log) => logsourceApplies(logsource, log)))
    );
  });
}

export function baseRules(target: BacktestTarget): readonly SigmaRule[] {
  if (target.kind === "rule") return [target.rule];
  return target.rule.parts.flatMap(({ to }) => baseRules(to));
}

interface Plan {
  readonly from: Instant;
  readonly to: Instant;
  readonly sources: readonly string[];
  readonly order: "newest" | "oldest";
  /** Events of these sources in this stretch. */
  readonly total: number;
}

interface Walk {
  readonly run: BacktestRun;
  readonly world: BacktestWorld;
  readonly stop: Stop;
  readonly backtest: Backtest;
}

async function walk(plan: Plan, { run, world, stop, backtest }: Walk): Promise<Covered["stoppedBy"]> {
  const { runtime, events } = world;
  const { sources, order } = plan;
  const until = runtime.now() + run.seconds * SECOND;
  const left = [...slices(plan)].reverse();
  let looked = 0;
  for (let slice = left.pop(); slice !== undefined; slice = left.pop()) {
    const [from, to] = slice;
    const tallies = await events.tally({ from, to, sources }, stop);
    const count = eventsIn(tallies);
    if (count > SLICE_MAX && to - from > 1) {
      left.push(...halves(slice, order));
      continue;
    }
    if (count > 0 && !(await judge({ slice, tallies, plan }, { run, world, stop, backtest }))) {
      left.push(...halves(slice, order));
      continue;
    }
    backtest.count(tallies);
    looked += count;
    run.onProgress?.(looked, plan.total);
    if (stop.stopped) return "stop";
    if (looked >= EVENTS_MAX) return "events";
    if (left.length > 0 && runtime.now() >= until) return "seconds";
  }
  return undefined;
}

type Slice = readonly [from: Instant, to: Instant];

interface Part {
  readonly slice: Slice;
  readonly tallies: readonly EventTally[];
  readonly plan: Plan;
}

/** False when the slice is too much for the store's memory and nothing of it was taken. */
async function judge(part: Part, walking: Walk): Promise<boolean> {
  const taken = { events: 0 };
  try {
    await judgeAll(part, walking, taken);
    return true;
  } catch (error) {
    const [from, to] = part.slice;
    const large = error instanceof AppError && error.code === "query-too-large";
    if (large && taken.events === 0 && to - from > 1) return false;
    throw error;
  }
}

async function judgeAll(
  { slice: [from, to], tallies, plan }: Part,
  { run, world, stop, backtest }: Walk,
  taken: { events: number },
): Promise<void> {
  const { runtime, events } = world;
  const { sources, order } = plan;
  const isRule = run.target.kind === "rule";
  const logs = tallies.map(({ log }) => log).filter(backtest.admits);
  if (isRule && logs.length === 0) return;
  const different = [...new Map(logs.map((log) => [scopeKey(log) + log.categories.join(), log])).values()];
  const only = isRule ? { logs: different } : { others: "hollow" as const };
  for await (const page of events.scan({ from, to, sources, order, texts: backtest.texts, ...only }, stop)) {
    taken.events += page.length;
    for (let at = 0; at < page.length; at += TURN) {
      backtest.take(page.slice(at, at + TURN));
      await runtime.sleep(0, stop);
    }
  }
}

/** Slices of time in which so many events lie if they are spread evenly, in the order of the walk. */
function* slices({ from, to, order, total }: Plan): Generator<Slice> {
  const count = Math.max(1, Math.ceil(total / SLICE));
  const width = Math.max(MINUTE, Math.ceil((to - from) / count));
  if (order === "oldest") {
    for (let at: number = from; at < to; at += width) yield [instant(at), instant(Math.min(to, at + width))];
    return;
  }
  for (let at: number = to; at > from; at -= width) yield [instant(Math.max(from, at - width)), instant(at)];
}

/** The half to begin with comes last. */
function halves([from, to]: Slice, order: Plan["order"]): readonly Slice[] {
  const middle = instant(Math.floor((from + to) / 2));
  const early: Slice = [from, middle];
  const late: Slice = [middle, to];
  return order === "oldest" ? [late, early] : [early, late];
}

async function closedIncidents(journal: Pick<Journal, "list">): Promise<ReadonlyMap<string, ClosedAs>> {
  const states = new Map<string, ClosedAs>();
  for (let after: Incident | undefined, read = 0; read < INCIDENTS_MAX; ) {
    const page = await journal.list({
      order: "updated",
      limit: INCIDENT_PAGE,
      ...(after === undefined ? {} : { after: after.id }),
    });
    for (const incident of page) {
      const state = stateOf(incident);
      for (const { detection, recent = [] } of incident.detections)
        for (const event of [...detection.evidence, ...recent]) states.set(event, state);
    }
    read += page.length;
    after = page.at(-1);
    if (page.length < INCIDENT_PAGE) break;
  }
  return states;
}

function stateOf({ status, verdict }: Incident): ClosedAs {
  if (status !== "closed") return "open";
  if (verdict === "true-positive" || verdict === "benign-positive" || verdict === "false-positive") return verdict;
  return "other";
}
