/**
 * How the triage model fares: are its inputs still those it knew, is it as good as it was, is its data sound?
 * Enters: decided cases with the row of the moment, oldest first, and changes around them. Leaves: a verdict at a glance and what it rests on.
 *
 * MH1. The reference is what the serving model learnt from (its newest REFERENCE_ROWS rows), the window the newest WINDOW_ROWS decided
 *      since; the two never mix. Without a model that says until when it learnt, the older rows are the reference. Too few of either:
 *      it says `too-few`, never "healthy".
 * MH2. An alarm stands when this window and the one before have it: a changed input as well as an estimate that is off.
 * MH3. Nothing retrains by itself: `advice` is the highest rung of the ladder that holds.
 * MH4. Performance is of the model that serves: what an earlier one said is not held against it.
 * MH5. That its error rose is told from all its verdicts, one by one: also what creeps, and what a window of fixed size divides.
 */
import { type JudgedColumn, judgeWindow, lasting, type WindowColumn } from "../drift/judge-window.ts";
import { dataQuality, freshness, type QualityFinding } from "../drift/quality.ts";
import type { ReliabilityBin } from "../metrics/probability.ts";
import { makeCategoryCodes } from "../table.ts";
import { ROW_NAMES, wordsOf } from "../triage/features.ts";
import { changeStart } from "./change-point.ts";
import { type Advice, adviceOf, type LadderStep, ladderOf, widenBy } from "./ladder.ts";
import {
  besideNone,
  type Compared,
  type ErrorRise,
  errorRise,
  type Performance,
  performanceOf,
  plotOf,
  ROWS_MIN,
} from "./performance.ts";
import type { ScoredRow } from "./scored-rows.ts";
import { type SeenChange, tiedTo } from "./tie-changes.ts";

const WINDOW_ROWS = 200;
/** Of a long training the end: what the model knew last, not the world of years before. */
const REFERENCE_ROWS = 1_000;

export interface DriftColumn extends JudgedColumn {
  readonly words: string;
  readonly lasting: boolean;
  /** Of an alarm: when the values began to differ, as estimated, and what changed around then. */
  readonly since?: number;
  readonly tied: readonly SeenChange[];
}

export interface ModelHealth {
  readonly verdict: "too-few" | "healthy" | "watch" | "alarm";
  readonly said: string;
  readonly advice: Advice;
  readonly ladder: readonly LadderStep[];
  readonly rows: { readonly reference: number; readonly window: number };
  readonly drift: readonly DriftColumn[];
  readonly quality: readonly QualityFinding[];
  /** Of the newest window; `widened`: intervals are wider by so much, because inputs have moved. */
  readonly performance?: Performance & { readonly widened: number };
  readonly compared?: Compared;
  /** Absent: the error of what the serving model says has not risen. */
  readonly risen?: ErrorRise;
  readonly plot: readonly ReliabilityBin[];
  /** How unsure chances have become on either side, because inputs have moved: estimates and the gate of closing count with it. */
  readonly widened: number;
}

export interface Serving {
  readonly changes?: readonly SeenChange[];
  readonly serving?: string | undefined;
  /** When the last case was decided that the serving model learnt from. */
  readonly learntUntil?: number | undefined;
  /** The moment of the look; absent: how old the newest row is says nothing. */
  readonly now?: number;
}

export function modelHealth(
  rows: readonly ScoredRow[],
  seed: number,
  { changes = [], serving, learntUntil, now }: Serving = {},
): ModelHealth {
  const { reference, size, missing } = windowsOf(rows, learntUntil);
  const own = serving === undefined ? rows : rows.filter(({ model }) => model === serving);
  const plot = plotOf(own);
  const counts = { reference: Math.max(0, reference.to - reference.from), window: size };
  if (missing !== undefined) {
    const none = { ladder: [], drift: [], quality: [], widened: 0 };
    return { verdict: "too-few", said: missing, advice: "none", rows: counts, plot, ...none };
  }
  const { drift, quality: found } = driftOf(rows, { reference, size, seed, changes });
  const stale =
    now === undefined
      ? []
      : freshness(
          rows.map(({ at }) => at),
          now,
        );
  const quality = [...stale, ...found];
  const performance = performanceOf(own.slice(-size), seed);
  // Of twenty good windows one lies outside its interval by chance.
  const off = performance?.trust === "off" && performanceOf(own.slice(-2 * size, -size), seed)?.trust === "off";
  const compared = besideNone(own.slice(-2 * size), seed);
  const risen = errorRise(own);
  const stands = drift.filter((column) => column.lasting);
  const facts = {
    ...{
      off,
      risen,
      offNow: performance?.trust === "off",
      findings: quality.length,
      share: stands.length / Math.max(1, drift.length),
    },
    lasting: stands.map(({ words, effect }) => ({ words, effect: Number.isNaN(effect) ? 0 : effect })),
    worse: compared !== undefined && compared.high < 0,
  };
  const ladder = ladderOf(facts);
  const widened = widenBy(facts);
  return {
    ...verdictOf(ladder, off || risen !== undefined, stands.length),
    ...{ ladder, rows: counts, drift, quality, plot, widened },
    ...(performance && { performance: { ...widenedBy(performance, widened), widened } }),
    ...(compared && { compared }),
    ...(risen && { risen }),
  };
}

interface Windows {
  /** Positions among the rows. */
  readonly reference: { readonly from: number; readonly to: number };
  readonly size: number;
  /** What there is too little of; absent: enough of all. */
  readonly missing?: string;
}

/** MH1. */
function windowsOf(rows: readonly ScoredRow[], learntUntil: number | undefined): Windows {
  if (learntUntil === undefined) {
    const size = Math.min(WINDOW_ROWS, Math.floor(rows.length / 4));
    const missing = `${rows.length} decided cases with their features; ${4 * ROWS_MIN} are needed before drift can be told`;
    const reference = { from: 0, to: rows.length - 2 * size };
    return { reference, size, ...(size < ROWS_MIN ? { missing } : {}) };
  }
  const to = rows.findLastIndex(({ at }) => at <= learntUntil) + 1;
  const reference = { from: Math.max(0, to - REFERENCE_ROWS), to };
  const since = rows.length - to;
  const size = Math.min(WINDOW_ROWS, Math.floor(since / 2));
  if (to < 2 * ROWS_MIN) {
    const missing = `${to} decided cases of the time that the model learnt from; ${2 * ROWS_MIN} are needed before drift can be told`;
    return { reference, size, missing };
  }
  const missing = `${since} decided cases since those that the model learnt from; ${2 * ROWS_MIN} are needed before drift can be told`;
  return { reference, size, ...(size < ROWS_MIN ? { missing } : {}) };
}

interface Look {
  readonly reference: Windows["reference"];
  readonly size: number;
  readonly seed: number;
  readonly changes: readonly SeenChange[];
}

function driftOf(
  rows: readonly ScoredRow[],
  { reference, size, seed, changes }: Look,
): Pick<ModelHealth, "drift" | "quality"> {
  const codes = makeCategoryCodes(rows.map(({ rule }) => rule));
  const all = columnsOf(rows, codes.codeOf);
  const part = (from: number, to: number): readonly WindowColumn[] =>
    all.map((column) => ({ ...column, values: column.values.slice(from, to) }));
  const old = part(reference.from, reference.to);
  const newest = part(rows.length - size, rows.length);
  const earlier = judgeWindow(old, part(rows.length - 2 * size, rows.length - size), { seed });
  const now = judgeWindow(old, newest, { seed });
  const stood = new Set(earlier.columns.flatMap(({ name, alarm }) => (alarm ? [name] : [])));
  const lasts = new Set(lasting(now.columns, stood).map(({ name }) => name));
  const values = new Map(all.map((column) => [column.name, column]));
  const drift = now.columns.map((column): DriftColumn => {
    const named = { ...column, words: wordsOf(column.name), lasting: lasts.has(column.name), tied: [] };
    const own = values.get(column.name);
    const start = column.alarm && own !== undefined ? changeStart(own.values, own.kind) : undefined;
    const since = start === undefined ? undefined : rows[start]?.at;
    return since === undefined ? named : { ...named, since, tied: tiedTo(since, changes) };
  });
  return {
    drift: drift.toSorted(
      (a, b) => Number(b.lasting) - Number(a.lasting) || Number(b.alarm) - Number(a.alarm) || a.q - b.q,
    ),
    quality: dataQuality(old, newest).map((finding) => ({ ...finding, column: wordsOf(finding.column) })),
  };
}

/** The rule as a category, the features of the row, and what the model said. */
function columnsOf(rows: readonly ScoredRow[], codeOf: (rule: string) => number): readonly WindowColumn[] {
  const column = (name: string, of: (row: ScoredRow) => number | undefined): WindowColumn => ({
    ...{ name, kind: "number" },
    values: Float64Array.from(rows, (row) => of(row) ?? Number.NaN),
  });
  return [
    { name: "rule", kind: "category", values: Float64Array.from(rows, ({ rule }) => codeOf(rule)) },
    ...ROW_NAMES.map((name) => column(name, ({ values }) => (Object.hasOwn(values, name) ? values[name] : undefined))),
    column("prediction", ({ predicted }) => predicted),
  ];
}

function widenedBy(performance: Performance, widen: number): Performance {
  const each = (from: Performance["low"], by: number): Performance["low"] => {
    const moved = (value: number): number => Math.min(1, Math.max(0, value + by));
    return {
      precision: moved(from.precision),
      recall: moved(from.recall),
      f1: moved(from.f1),
      auroc: moved(from.auroc),
    };
  };
  return { ...performance, low: each(performance.low, -widen), high: each(performance.high, widen) };
}

/** MH3. */
function verdictOf(
  ladder: readonly LadderStep[],
  off: boolean,
  changed: number,
): Pick<ModelHealth, "verdict" | "advice" | "said"> {
  const advice = adviceOf(ladder);
  const holds = (step: LadderStep["step"]): LadderStep | undefined =>
    ladder.find((one) => one.step === step && one.holds);
  const inform = holds("inform")?.why;
  if (holds("fall-back") !== undefined)
    return { verdict: "alarm", advice, said: "on the newest verdicts the score without a model ranks better" };
  const inputs = `${changed} ${changed === 1 ? "input has" : "inputs have"} changed`;
  if (off && changed > 0)
    return { verdict: "alarm", advice, said: `${inputs}, and verdicts disagree with what the model says` };
  if (off)
    return {
      verdict: "alarm",
      advice,
      said: "inputs look the same, but the model is off: their meaning may have changed",
    };
  if (inform !== undefined) return { verdict: "watch", advice, said: inform };
  return { verdict: "healthy", advice, said: "inputs as before, and as good as estimated" };
}
