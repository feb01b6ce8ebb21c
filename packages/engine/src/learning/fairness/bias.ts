/**
 * Is everybody judged alike? Error rates, alert and auto-close rates by segment, with intervals and flags.
 * Enters: rows with verdict, flag, probability, segments and the entity they belong to. Leaves: a report that can be read aloud.
 *
 * FB1. A segment below ROWS_MIN rows or POSITIVES_MIN malicious ones says "too few": no rate, no gap, no flag. Its alert rate needs rows only.
 * FB2. Intervals of gaps come from drawing entities, not rows: one busy host is one witness.
 * FB3. Flags hold the false discovery rate over all of a report, and each asks for a written answer (accept with reason, mitigate,
 *      remove feature).
 */
import { homogeneity } from "../drift/counts.ts";
import { adjustedPs } from "../drift/false-discovery.ts";
import { bootstrap } from "../metrics/interval.ts";
import { calibrationError } from "../metrics/probability.ts";
import { type Rate, wilson } from "./wilson.ts";

const ROWS_MIN = 50;
const POSITIVES_MIN = 10;
/** Four fifths: the usual sign that a selection is uneven. */
const SELECTION_MIN = 0.8;
const FLAG_Q = 0.05;
const DRAWS = 300;
const MONTH = 30 * 86_400_000;

export interface JudgedRow {
  readonly malicious: boolean;
  /** The model put it above its threshold. */
  readonly flagged: boolean;
  readonly closed: boolean;
  readonly p?: number | undefined;
  readonly at: number;
  /** Host, account or case: rows of one are not independent. */
  readonly entity: string;
  readonly segments: Readonly<Record<string, string>>;
}

export interface Segment {
  readonly name: string;
  readonly rows: number;
  readonly malicious: number;
  readonly tooFew: boolean;
  readonly rates: Readonly<Partial<Record<RateName, Rate>>>;
  readonly calibrationError?: number;
  /** Mean probability minus the share that was malicious. */
  readonly calibrationBias?: number;
  readonly falseAlarmsPerMonth: number;
}

export type RateName = "tpr" | "fpr" | "precision" | "alerts" | "closed";

const RATES: Readonly<
  Record<RateName, { of: (row: JudgedRow) => boolean; hit: (row: JudgedRow) => boolean; said: string }>
> = {
  tpr: { of: (row) => row.malicious, hit: (row) => row.flagged, said: "malicious cases that were put on top" },
  fpr: { of: (row) => !row.malicious, hit: (row) => row.flagged, said: "harmless cases that were put on top" },
  precision: { of: (row) => row.flagged, hit: (row) => row.malicious, said: "cases on top that were malicious" },
  alerts: { of: () => true, hit: (row) => row.flagged, said: "cases put on top" },
  closed: { of: () => true, hit: (row) => row.closed, said: "cases closed without a person" },
};

export interface Gap {
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
  readonly dimensions: readonly { readonly name: string; readonly segments: readonly Segment[] }[];
  readonly gaps: readonly Gap[];
}

export function biasReport(rows: readonly JudgedRow[], seed: number): BiasReport {
  const names = [...new Set(rows.flatMap(({ segments }) => Object.keys(segments)))].toSorted();
  const dimensions = names.map((name) => ({ name, segments: segmentsOf(rows, name) }));
  const found = dimensions.flatMap(({ name, segments }) =>
    (Object.keys(RATES) as RateName[]).flatMap((rate) => gapOf({ rows, dimension: name, segments, rate, seed }) ?? []),
  );
  const qs = adjustedPs(found.map(({ p }) => p));
  const gaps = found.map(({ p: _p, ...gap }, at): Gap => {
    const q = qs[at] ?? Number.NaN;
    const uneven = gap.rate === "alerts" || gap.rate === "closed" ? gap.ratio < SELECTION_MIN : gap.gap.low > 0;
    return { ...gap, q, flagged: q <= FLAG_Q && uneven };
  });
  return {
    rows: rows.length,
    dimensions,
    gaps: gaps.toSorted((a, b) => Number(b.flagged) - Number(a.flagged) || a.q - b.q),
  };
}

function segmentsOf(rows: readonly JudgedRow[], dimension: string): readonly Segment[] {
  const groups = new Map<string, JudgedRow[]>();
  for (const row of rows) {
    const name = row.segments[dimension];
    if (name === undefined) continue;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [row]);
    else known.push(row);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => segmentOf(name, own));
}

function segmentOf(name: string, rows: readonly JudgedRow[]): Segment {
  const malicious = rows.filter((row) => row.malicious).length;
  const tooFew = rows.length < ROWS_MIN || malicious < POSITIVES_MIN;
  const times = rows.map(({ at }) => at);
  const months = Math.max(1, (Math.max(...times) - Math.min(...times)) / MONTH);
  const known = rows.filter(({ p }) => p !== undefined);
  const [labels, ps] = [known.map((row) => Number(row.malicious)), known.map(({ p = 0 }) => p)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    ...{ name, rows: rows.length, malicious, tooFew },
    rates: Object.fromEntries(
      (Object.keys(RATES) as RateName[]).flatMap((rate) => {
        const isSelection = rate === "alerts" || rate === "closed";
        return (isSelection ? rows.length < ROWS_MIN : tooFew) ? [] : [[rate, rateOf(rows, rate)]];
      }),
    ),
    ...(tooFew || known.length < ROWS_MIN
      ? {}
      : { calibrationError: calibrationError(labels, ps), calibrationBias: mean(ps) - mean(labels) }),
    falseAlarmsPerMonth: rows.filter((row) => row.flagged && !row.malicious).length / months,
  };
}

function rateOf(rows: readonly JudgedRow[], rate: RateName): Rate {
  const { of, hit } = RATES[rate];
  const base = rows.filter(of);
  return wilson(base.filter(hit).length, base.length);
}

interface Asked {
  readonly rows: readonly JudgedRow[];
  readonly dimension: string;
  readonly segments: readonly Segment[];
  readonly rate: RateName;
  readonly seed: number;
}

function gapOf({
  rows,
  dimension,
  segments,
  rate,
  seed,
}: Asked): (Omit<Gap, "q" | "flagged"> & { p: number }) | undefined {
  const known = segments.filter((segment) => (segment.rates[rate]?.of ?? 0) > 0);
  const [first, ...rest] = known.toSorted((a, b) => (b.rates[rate]?.value ?? 0) - (a.rates[rate]?.value ?? 0));
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { of, hit, said } = RATES[rate];
  const base = rows.filter((row) => of(row) && [first.name, last.name].includes(row.segments[dimension] ?? ""));
  const side = (name: string, among: readonly JudgedRow[]): Float64Array =>
    Float64Array.from(
      among.filter(({ segments: own }) => own[dimension] === name),
      (row) => Number(hit(row)),
    );
  const difference = (among: readonly JudgedRow[]): number => {
    const mean = (flags: Float64Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
    return mean(side(first.name, among)) - mean(side(last.name, among));
  };
  const drawn = bootstrap(
    base.length,
    (chosen) => difference(Array.from(chosen, (at) => base[at]).filter((row) => row !== undefined)),
    { seed, draws: DRAWS, clusters: base.map(({ entity }) => entity) },
  );
  const [high, low] = [first.rates[rate]?.value ?? 0, last.rates[rate]?.value ?? 0];
  const { p } = homogeneity({ kind: "category", reference: side(first.name, base), current: side(last.name, base) });
  return {
    ...{ dimension, rate, said, highest: first.name, lowest: last.name, ratio: high === 0 ? 1 : low / high, p },
    gap: { value: drawn.value, low: drawn.low, high: drawn.high, of: base.length },
  };
}
