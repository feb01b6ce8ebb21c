import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chiSquareUpper, logGamma, normalUpper, studentTwoSided } from "./gamma.ts";
import { oneSampleUpper } from "./kolmogorov.ts";
import { columnDrift, isStatisticName, STATISTIC_NAMES, statisticFor } from "./statistics.ts";

type Rows = number[] | { values: number[]; times: number[] };
interface Goldens {
  readonly special: Readonly<Record<string, number[][]>>;
  readonly cases: readonly {
    readonly name: string;
    readonly kind: "number" | "category";
    readonly reference: Rows;
    readonly current: Rows;
    readonly expected: Readonly<Record<string, readonly [number | string, number | string | null]>>;
  }[];
  readonly large: readonly {
    readonly rows: readonly [number, number];
    readonly power: number;
    readonly ks: readonly [number, number];
    readonly mannw: number;
    readonly cramer_von_mises: number;
  }[];
}
const goldens: Goldens = JSON.parse(readFileSync(`${import.meta.dirname}/goldens/drift.json`, "utf8"));

const rowsOf = (rows: Rows): Float64Array =>
  Array.isArray(rows)
    ? Float64Array.from(rows)
    : Float64Array.from(rows.values.flatMap((value, at) => Array.from({ length: rows.times[at] ?? 0 }, () => value)));

const numberOf = (value: number | string | null): number =>
  value === "inf" ? Number.POSITIVE_INFINITY : Number(value);
const near = (found: number, wanted: number): boolean =>
  found === wanted || Math.abs(found - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted));

describe("special functions against SciPy", () => {
  const functions: Readonly<Record<string, (a: number, b: number) => number>> = {
    logGamma,
    chiSquareUpper,
    normalUpper,
    studentTwoSided,
    oneSampleUpper,
  };
  it.each(Object.keys(goldens.special))("%s", (name) => {
    for (const row of goldens.special[name] ?? []) {
      const [a = 0, b = 0] = row;
      const wanted = row.at(-1) ?? 0;
      const found = functions[name]?.(a, b) ?? Number.NaN;
      // Tails relatively too: a p-value of 1e-20 must not become 0.
      const relative = name === "oneSampleUpper" ? 1e-5 : 1e-9;
      const error = Math.abs(found - wanted);
      expect(
        error <= 1e-9 && (error <= relative * Math.abs(wanted) || wanted < 1e-12),
        `${name}(${a}, ${b}) = ${found}, not ${wanted}`,
      ).toBe(true);
    }
  });
});

describe("statistics against SciPy and Evidently's bins, to 1e-6", () => {
  const rows = goldens.cases.flatMap((one) =>
    Object.entries(one.expected).map(([statistic, [value, p]]) => ({ one, statistic, value, p, name: one.name })),
  );
  it.each(rows)("$statistic: $name", ({ one, statistic, value, p }) => {
    if (!isStatisticName(statistic)) throw new Error(`no statistic ${statistic}`);
    const pair = { kind: one.kind, reference: rowsOf(one.reference), current: rowsOf(one.current) };
    const found = columnDrift(pair, { statistic });
    expect(near(found.value, numberOf(value)), `${found.value}, not ${value}`).toBe(true);
    if (p !== null) expect(near(found.p, numberOf(p)), `p ${found.p}, not ${p}`).toBe(true);
  });

  it("covers every statistic of the table", () => {
    expect([...new Set(rows.map(({ statistic }) => statistic))].toSorted()).toEqual([...STATISTIC_NAMES].toSorted());
  });

  it.each(goldens.large)("large samples $rows", (one) => {
    const grid = (n: number, power: number) => Float64Array.from({ length: n }, (_, at) => ((at + 0.5) / n) ** power);
    const pair = { kind: "number", reference: grid(one.rows[0], 1), current: grid(one.rows[1], one.power) } as const;
    const ks = columnDrift(pair, { statistic: "ks" });
    expect(near(ks.value, one.ks[0]) && near(ks.p, one.ks[1]), `${ks.value} ${ks.p}, not ${one.ks}`).toBe(true);
    expect(columnDrift(pair, { statistic: "mannw" }).p).toBeCloseTo(one.mannw, 6);
    expect(columnDrift(pair, { statistic: "cramer_von_mises" }).p).toBeCloseTo(one.cramer_von_mises, 6);
  });
});

describe("choice by kind and size", () => {
  const column = (rows: number, values: number) => Float64Array.from({ length: rows }, (_, at) => at % values);
  it.each([
    ["number", 1_000, 6, "ks"],
    ["number", 1_001, 6, "wasserstein"],
    ["number", 1_000, 5, "chisquare"],
    ["number", 1_000, 2, "z"],
    ["number", 1_001, 5, "jensenshannon"],
    ["category", 1_000, 3, "chisquare"],
    ["category", 1_000, 2, "z"],
    ["category", 1_001, 2, "jensenshannon"],
  ] as const)("%s, %i rows, %i values: %s", (kind, rows, values, expected) => {
    expect(statisticFor({ kind, reference: column(rows, values), current: column(50, values) })).toBe(expected);
  });

  it("DS2. an empty window gives no verdict", () => {
    const pair = { kind: "number", reference: column(20, 10), current: Float64Array.of(Number.NaN) } as const;
    expect(columnDrift(pair)).toMatchObject({ drifted: false, rows: [20, 0], value: Number.NaN });
  });

  it("DS3. seeded statistics repeat", () => {
    const pair = { kind: "number", reference: column(60, 10), current: column(50, 12) } as const;
    for (const statistic of ["empirical_mmd", "TVD"] as const)
      expect(columnDrift(pair, { statistic, seed: 4 })).toEqual(columnDrift(pair, { statistic, seed: 4 }));
  });
});
