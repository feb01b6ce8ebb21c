/**
 * How the triage model fares: are its inputs still those it knew, is it as good as it was, is its data sound?
 * Enters: outcomes as stored (with the row of the moment). Leaves: a verdict at a glance and what it rests on.
 *
 * MH1. The reference is the older rows, the window the newest WINDOW_ROWS; below ROWS_MIN of either it says `too-few`, never "healthy".
 * MH2. An alarm stands when this window and the one before have it: a changed input as well as an estimate that is off.
 * MH3. Nothing retrains by itself: `advice` is a rung of the ladder (inform, widen, pause auto-close, fall back, propose retraining).
 */
import { isJsonObject } from "@cordon/model/json";
import type { Outcome } from "@cordon/model/ports/journal";
import { estimatePerformance, type Figures, trueFigures, trustIn } from "../drift/estimate-performance.ts";
import { type JudgedColumn, judgeWindow, lasting, type WindowColumn } from "../drift/judge-window.ts";
import { dataQuality, type QualityFinding } from "../drift/quality.ts";
import { calibrationError } from "../metrics/probability.ts";
import { makeCategoryCodes } from "../table.ts";
import { ROW_NAMES, wordsOf } from "../triage/features.ts";

const WINDOW_ROWS = 200;
const ROWS_MIN = 50;
/** Share of malicious cases at which a case counts as put on top. */
const THRESHOLD = 0.5;

export interface ScoredRow {
  readonly incident: string;
  readonly at: number;
  readonly malicious: boolean;
  readonly rule: string;
  readonly values: Readonly<Record<string, number>>;
  readonly predicted?: number;
  readonly closedAlone: boolean;
  readonly severity: string;
}

/** Oldest first; outcomes without a row are not rows. */
export function scoredRows(outcomes: readonly Outcome[]): readonly ScoredRow[] {
  return outcomes
    .flatMap(({ incident, at, by, verdict, features }) => {
      const { row, predicted, severity } = features;
      if (!isJsonObject(row) || typeof row.rule !== "string" || !isJsonObject(row.values)) return [];
      const values = Object.fromEntries(
        Object.entries(row.values).flatMap(([name, value]) => (typeof value === "number" ? [[name, value]] : [])),
      );
      const made: ScoredRow = {
        ...{ incident, at, rule: row.rule, values, malicious: verdict === "true-positive" },
        ...(typeof predicted === "number" && predicted >= 0 && predicted <= 1 ? { predicted } : {}),
        closedAlone: by.startsWith("policy:"),
        severity: typeof severity === "string" ? severity : "unknown",
      };
      return [made];
    })
    .sort((a, b) => a.at - b.at);
}

export type Advice = "none" | "inform" | "pause-auto-close" | "propose-retraining";

export interface ModelHealth {
  readonly verdict: "too-few" | "healthy" | "watch" | "alarm";
  readonly said: string;
  readonly advice: Advice;
  readonly rows: { readonly reference: number; readonly window: number };
  readonly drift: readonly (JudgedColumn & { readonly words: string; readonly lasting: boolean })[];
  readonly quality: readonly QualityFinding[];
  readonly performance?: {
    readonly estimated: Figures;
    readonly low: Figures;
    readonly high: Figures;
    readonly truth: Figures;
    readonly trust: "estimated" | "confirmed" | "off";
    readonly calibrationError: number;
  };
}

export function modelHealth(rows: readonly ScoredRow[], seed: number): ModelHealth {
  const size = Math.min(WINDOW_ROWS, Math.floor(rows.length / 4));
  const [reference, before, window] = [
    rows.slice(0, rows.length - 2 * size),
    rows.slice(rows.length - 2 * size, rows.length - size),
    rows.slice(rows.length - size),
  ];
  const counts = { reference: reference.length, window: size };
  if (size < ROWS_MIN) {
    const said = `${rows.length} decided cases with their features; ${4 * ROWS_MIN} are needed before drift can be told`;
    return { verdict: "too-few", said, advice: "none", rows: counts, drift: [], quality: [] };
  }
  const codes = makeCategoryCodes(rows.map(({ rule }) => rule));
  const columns = (own: readonly ScoredRow[]): readonly WindowColumn[] => columnsOf(own, codes.codeOf);
  const old = columns(reference);
  const earlier = judgeWindow(old, columns(before), { seed });
  const now = judgeWindow(old, columns(window), { seed });
  const stood = new Set(earlier.columns.flatMap(({ name, alarm }) => (alarm ? [name] : [])));
  const lasts = new Set(lasting(now.columns, stood).map(({ name }) => name));
  const drift = now.columns
    .map((column) => ({ ...column, words: wordsOf(column.name), lasting: lasts.has(column.name) }))
    .toSorted((a, b) => Number(b.lasting) - Number(a.lasting) || Number(b.alarm) - Number(a.alarm) || a.q - b.q);
  const quality = dataQuality(old, columns(window));
  const performance = performanceOf(window, seed);
  // Of twenty good windows one lies outside its interval by chance.
  const off = performance?.trust === "off" && performanceOf(before, seed)?.trust === "off";
  return {
    ...verdictOf({ drift, quality, off }),
    rows: counts,
    drift,
    quality,
    ...(performance && { performance }),
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

function performanceOf(window: readonly ScoredRow[], seed: number): ModelHealth["performance"] {
  const known = window.filter(({ predicted }) => predicted !== undefined);
  if (known.length < ROWS_MIN) return undefined;
  const ps = known.map(({ predicted = 0 }) => predicted);
  const labels = known.map(({ malicious }) => Number(malicious));
  const { value, low, high, ...estimate } = estimatePerformance(ps, THRESHOLD, seed);
  const truth = trueFigures(labels, ps, THRESHOLD);
  const trust = trustIn({ value, low, high, ...estimate }, labels, truth).kind;
  return { estimated: value, low, high, truth, trust, calibrationError: calibrationError(labels, ps) };
}

/** MH3. */
function verdictOf({ drift, quality, off }: Pick<ModelHealth, "drift" | "quality"> & { readonly off: boolean }) {
  const stands = drift.filter((column) => column.lasting);
  const names = stands.map(({ words }) => words).join(", ");
  if (off && stands.length > 0)
    return {
      verdict: "alarm",
      advice: "propose-retraining",
      said: `changed: ${names}; the model is off as well`,
    } as const;
  if (off)
    return {
      verdict: "alarm",
      advice: "pause-auto-close",
      said: "inputs look the same, but the model is off: their meaning may have changed",
    } as const;
  if (stands.length > 0)
    return { verdict: "watch", advice: "inform", said: `changed in two windows: ${names}` } as const;
  if (quality.length > 0)
    return { verdict: "watch", advice: "inform", said: `${quality.length} findings on the data itself` } as const;
  return { verdict: "healthy", advice: "none", said: "inputs as before, and as good as estimated" } as const;
}
