import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { runDriftBenchmark } from "./drift-benchmark.ts";
import { figuresOf } from "./drift-columns.ts";
import { runEstimateBenchmark } from "./drift-estimate.ts";
import { pairsOf } from "./drift-pairs.ts";
import type { DataFile, SuiteInput } from "./suite.ts";

const file = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
const input = (
  files: readonly DataFile[],
  train: readonly string[] = [],
  test: readonly string[] = [],
): SuiteInput => ({
  ...{ path: "", files, train, test, seed: 3, progress: () => undefined },
});
const table = (seed: number, shift: number, rows = 200): string => {
  const random = makeRandom(seed);
  const lines = Array.from({ length: rows }, (_, at) => {
    const kind = random.next() < 0.5 ? "yes" : "no";
    return `2026-01-${(at % 28) + 1},${(random.normal() + shift).toFixed(4)},${random.below(5)},${kind}`;
  });
  return ["day,size,level,ok", ...lines].join("\n");
};

describe("pairs of tables", () => {
  it.each([
    ["by name", ["a/reference.csv", "a/current.csv"], [], [], ["a/reference.csv -> a/current.csv"]],
    ["train and test", ["KDDTrain+.txt", "KDDTest+.txt"], [], [], ["KDDTrain+.txt -> KDDTest+.txt"]],
    ["alone", ["x.csv", "README.txt"], [], [], ["x.csv"]],
    ["parts", ["x.csv", "y.csv"], ["y"], [], ["y.csv -> x.csv"]],
  ])("%s", async (_, paths, train, test, names) => {
    const pairs = await pairsOf(
      input(
        paths.map((path) => file(path, table(1, 0, 20))),
        train,
        test,
      ),
    );
    expect(pairs.map(({ name }) => name)).toEqual(names);
  });

  it("RC1, RC2. without a header, with other separators and short rows", async () => {
    const [pair] = await pairsOf(input([file("x.csv", "1;a\n2;b\n3\n4;a\n")]));
    expect(pair?.reference.names).toEqual(["c1", "c2"]);
    expect(pair?.reference.unread).toEqual([{ where: "x.csv", reason: "1 rows do not have 2 fields" }]);
  });
});

describe("figures of a pair", () => {
  it("finds the shifted column and says all statistics of it", async () => {
    const [pair] = await pairsOf(input([file("reference.csv", table(1, 0)), file("current.csv", table(2, 1))]));
    if (pair === undefined) throw new Error("no pair");
    const found = figuresOf(pair, 3);
    expect(found.columns.map(({ name, statistic, drifted }) => [name, statistic, drifted])).toEqual([
      ["size", "ks", true],
      ["level", "chisquare", false],
      ["ok", "z", false],
    ]);
    expect(found.by.size).toMatchObject({ alarm: 1, "ks.p": expect.any(Number), psi: expect.any(Number) });
    expect(found.lines).toContain("left out: day (dates)");
  });
});

describe("seeded windows (a tenth of them)", () => {
  it("finds shifts of PSI 0.25, stays silent where nothing changed", () => {
    const { metrics } = runDriftBenchmark(5, 0.1);
    expect(metrics.detected).toBeGreaterThanOrEqual(0.95);
    expect(metrics.falseAlarms).toBeLessThanOrEqual(0.02);
  });

  it("estimates F1 without verdicts, and is off where the meaning changed", () => {
    const { metrics } = runEstimateBenchmark(5, 0.1);
    expect(metrics.cbpeError).toBeLessThanOrEqual(0.05);
    expect(metrics.cbpeOffOnChangedMeaning).toBe(1);
  });
});

const DATA = resolve(import.meta.dirname, "../../../../../../shared/data/nsl-kdd/KDDTrain+_20Percent.csv.gz");
describe.skipIf(!existsSync(DATA))("a public table (../shared/data; skipped where missing)", () => {
  it("random halves of one table hardly differ", async () => {
    const rows = gunzipSync(readFileSync(DATA)).toString().split("\n").slice(0, 1_600).join("\n");
    const [pair] = await pairsOf(input([file("kdd.csv", rows)]));
    if (pair === undefined) throw new Error("no pair");
    const { columns, share } = figuresOf(pair, 1);
    expect(columns.length).toBeGreaterThan(35);
    expect(share).toBeLessThan(0.3);
  });
});
