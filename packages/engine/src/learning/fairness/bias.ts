/**
 * Is everybody judged alike? Error rates, alert, closing and action rates by segment, with intervals and flags.
 * Enters: rows with verdict, flag, probability, segments and the entity they belong to. Leaves: a report that can be read aloud.
 *
 * FB1. A segment below ROWS_MIN rows or POSITIVES_MIN malicious ones says "too few": no rate, no gap, no flag. Its alert rate needs rows only.
 * FB2. Gaps and their p come from drawing entities, not rows: one busy host is one witness.
 * FB3. The highest and the lowest of many segments were sought out: their p is multiplied by the number of pairs; then flags hold the
 *      false discovery rate over all of a report. Each asks for a written answer (accept with reason, mitigate, remove feature).
 * FB4. Segments are names of groups, never of persons; of a dimension only the SEGMENTS_MAX largest stand alone.
 * FB5. By what a case is about (rule, severity, criticality) the model is meant to tell cases apart: there only a calibration that differs
 *      is a flag; the rest is shown.
 */
import { adjustedPs } from "../drift/false-discovery.ts";
import { calibrationError } from "../metrics/probability.ts";
import { gapBetween } from "./gap.ts";
import { isSelection, type JudgedRow, RATE_NAMES, RATES, type RateName, rateOf } from "./rates.ts";
import type { Rate } from "./wilson.ts";

const ROWS_MIN = 50;
const POSITIVES_MIN = 10;
/** Four fifths: the usual sign that a selection is uneven. */
const SELECTION_MIN = 0.8;
const FLAG_Q = 0.05;
const MONTH = 30 * 86_400_000;
/** More could not be read, and would cost every flag its power. */
const SEGMENTS_MAX = 12;
/** FB5. */
const GROUNDS: ReadonlySet<string> = new Set(["rule", "severity", "criticality"]);
const OTHERS = "all others";

export interface Segment {
  readonly name: string;
  readonly rows: number;
  readonly malicious: number;
  readonly tooFew: boolean;
  readonly rates: Readonly<Partial<Record<RateName, Rate>>>;
  readonly calibrationError?: number;
  readonly falseAlarmsPerMonth: number;
  /** Different accounts among its rows; 0: no row knows whose it is. */
  readonly persons: number;
  readonly falseAlarmsPerPersonMonth?: number;
}

export interface Gap {
  /** The same for the same question about the same groups, however large the gap is today. */
  readonly id: string;
  readonly dimension: string;
  readonly rate: RateName;
  readonly said: string;
  readonly gap: Rate;
  readonly highest: string;
  readonly lowest: string;
  /** Lowest over highest rate. */
  readonly ratio: number;
  readonly q: number;
  readonly flagged: boolean;
}

export interface BiasReport {
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly dimensions: readonly { readonly name: string; readonly segments: readonly Segment[] }[];
  readonly gaps: readonly Gap[];
}

export function biasReport(given: readonly JudgedRow[], seed: number): BiasReport {
  const names = [...new Set(given.flatMap(({ segments }) => Object.keys(segments)))].toSorted();
  const rows = bounded(given, names);
  const times = rows.map(({ at }) => at);
  const [from, to] = [times.reduce((a, b) => Math.min(a, b), times[0] ?? 0), times.reduce((a, b) => Math.max(a, b), 0)];
  const months = Math.max(1, (to - from) / MONTH);
  const dimensions = names.map((name) => ({ name, segments: segmentsOf(rows, name, months) }));
  const found = dimensions.flatMap(({ name, segments }) =>
    RATE_NAMES.filter((rate) => RATES[rate].tested && (!GROUNDS.has(name) || rate === "calibration")).flatMap(
      (rate) => gapBetween({ rows, dimension: name, segments, rate, seed }) ?? [],
    ),
  );
  const qs = adjustedPs(found.map(({ p }) => p));
  const gaps = found.map(({ p: _p, ...gap }, at): Gap => {
    const q = qs[at] ?? Number.NaN;
    const uneven = isSelection(gap.rate) ? gap.ratio < SELECTION_MIN : gap.gap.low > 0;
    return {
      ...gap,
      id: [gap.dimension, gap.rate, gap.highest, gap.lowest].join("/"),
      q,
      flagged: q <= FLAG_Q && uneven,
    };
  });
  return {
    ...{ rows: rows.length, from, to, dimensions },
    gaps: gaps.toSorted((a, b) => Number(b.flagged) - Number(a.flagged) || a.q - b.q),
  };
}

/** FB4. */
function bounded(rows: readonly JudgedRow[], names: readonly string[]): readonly JudgedRow[] {
  const kept = new Map(
    names.map((name) => {
      const counts = new Map<string, number>();
      for (const { segments } of rows) {
        const own = segments[name];
        if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + 1);
      }
      const largest = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([own]) => own);
      return [name, largest.length <= SEGMENTS_MAX ? undefined : new Set(largest.slice(0, SEGMENTS_MAX - 1))] as const;
    }),
  );
  return rows.map((row) => ({
    ...row,
    segments: Object.fromEntries(
      Object.entries(row.segments).map(([name, own]) => [name, kept.get(name)?.has(own) === false ? OTHERS : own]),
    ),
  }));
}

function segmentsOf(rows: readonly JudgedRow[], dimension: string, months: number): readonly Segment[] {
  const groups = new Map<string, JudgedRow[]>();
  for (const row of rows) {
    const name = row.segments[dimension];
    if (name === undefined) continue;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [row]);
    else known.push(row);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => segmentOf(name, own, months));
}

function segmentOf(name: string, rows: readonly JudgedRow[], months: number): Segment {
  const malicious = rows.filter((row) => row.malicious).length;
  const tooFew = rows.length < ROWS_MIN || malicious < POSITIVES_MIN;
  const known = rows.filter(({ p }) => p !== undefined);
  const falseAlarms = rows.filter((row) => row.flagged && !row.malicious).length;
  const persons = new Set(rows.flatMap(({ person }) => person ?? [])).size;
  return {
    ...{ name, rows: rows.length, malicious, tooFew, persons },
    rates: Object.fromEntries(
      RATE_NAMES.flatMap((rate) => {
        const few = isSelection(rate) ? rows.length < ROWS_MIN : tooFew;
        const found = few ? undefined : rateOf(rows, rate);
        return found === undefined ? [] : [[rate, found]];
      }),
    ),
    ...(tooFew || known.length < ROWS_MIN
      ? {}
      : {
          calibrationError: calibrationError(
            known.map((row) => Number(row.malicious)),
            known.map(({ p = 0 }) => p),
          ),
        }),
    falseAlarmsPerMonth: falseAlarms / months,
    ...(persons === 0 ? {} : { falseAlarmsPerPersonMonth: falseAlarms / persons / months }),
  };
}
