/** The gap between the highest and the lowest segment of a dimension: FB2 and FB3 of bias.ts. */
import { normalTwoSided } from "../drift/gamma.ts";
import { bootstrap } from "../metrics/interval.ts";
import { type JudgedRow, RATES, type RateName } from "./rates.ts";
import type { Rate } from "./wilson.ts";

const DRAWS = 300;
/** Half of a 95 % interval, in standard deviations. */
const Z = 1.959964;

interface Asked {
  readonly rows: readonly JudgedRow[];
  readonly dimension: string;
  readonly segments: readonly { readonly name: string; readonly rates: Readonly<Partial<Record<RateName, Rate>>> }[];
  readonly rate: RateName;
  readonly seed: number;
}

interface Found {
  readonly dimension: string;
  readonly rate: RateName;
  readonly said: string;
  readonly gap: Rate;
  readonly highest: string;
  readonly lowest: string;
  readonly ratio: number;
  readonly p: number;
}

export function gapBetween({ rows, dimension, segments, rate, seed }: Asked): Found | undefined {
  const known = segments.flatMap(({ name, rates }) => {
    const own = rates[rate];
    return own === undefined || own.of === 0 ? [] : [{ name, value: own.value }];
  });
  const [first, ...rest] = known.toSorted((a, b) => b.value - a.value);
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { of, value, said } = RATES[rate];
  const base = rows.filter((row) => of(row) && [first.name, last.name].includes(row.segments[dimension] ?? ""));
  const sums = sumsByEntity(base, (row) => ({ high: row.segments[dimension] === first.name, value: value(row) }));
  const difference = (chosen: Int32Array): number => {
    const total = { high: 0, highRows: 0, low: 0, lowRows: 0 };
    for (const at of chosen) {
      const own = sums[at];
      if (own === undefined) continue;
      total.high += own.high;
      total.highRows += own.highRows;
      total.low += own.low;
      total.lowRows += own.lowRows;
    }
    return total.high / total.highRows - total.low / total.lowRows;
  };
  const drawn = bootstrap(sums.length, difference, { seed, draws: DRAWS });
  const pairs = (known.length * (known.length - 1)) / 2;
  return {
    ...{ dimension, rate, said, highest: first.name, lowest: last.name },
    ratio: first.value <= 0 ? 1 : last.value / first.value,
    gap: { value: drawn.value, low: drawn.low, high: drawn.high, of: base.length },
    p: Math.min(1, pairs * pOf(drawn, base.length)),
  };
}

interface Sums {
  high: number;
  highRows: number;
  low: number;
  lowRows: number;
}

/** FB2: what an entity brings into a draw, added up once. */
function sumsByEntity(
  rows: readonly JudgedRow[],
  of: (row: JudgedRow) => { readonly high: boolean; readonly value: number },
): readonly Sums[] {
  const known = new Map<string, Sums>();
  for (const row of rows) {
    const own = known.get(row.entity) ?? { high: 0, highRows: 0, low: 0, lowRows: 0 };
    known.set(row.entity, own);
    const { high, value } = of(row);
    if (high) {
      own.high += value;
      own.highRows += 1;
    } else {
      own.low += value;
      own.lowRows += 1;
    }
  }
  return [...known.values()];
}

/** Two-sided, from the spread of the draws; rows that never vary still leave the doubt of their number. */
function pOf({ value, low, high }: { value: number; low: number; high: number }, rows: number): number {
  const spread = Math.max((high - low) / (2 * Z), 1 / rows);
  return normalTwoSided(Math.abs(value) / spread);
}
