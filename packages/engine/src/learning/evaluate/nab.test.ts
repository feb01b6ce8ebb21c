import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { NAB } from "./nab.ts";
import { benchmarkScore, PROFILES, scoreSeries } from "./nab-score.ts";
import type { DataFile, SuiteInput } from "./suite.ts";
import { makeValueWatch } from "./value-watch.ts";

const MINUTES_5 = 300_000;
const START = Date.UTC(2020, 0, 6);
const stamp = (row: number): string => new Date(START + row * MINUTES_5).toISOString().slice(0, 19).replace("T", " ");

/** A day's wave with noise; `odd` rows stand apart. */
function wave(seed: number, odd: (row: number) => number): number[] {
  const random = makeRandom(seed);
  return Array.from(
    { length: 4_000 },
    (_, row) => 50 + 20 * Math.sin((row / 288) * 2 * Math.PI) + random.normal() + odd(row),
  );
}

describe("the watch over one value", () => {
  it.each([
    ["a spike", (row: number) => (row === 3_000 ? 40 : 0), 3_000, 3_000],
    ["a fall at the wrong hour", (row: number) => (row >= 3_000 && row < 3_040 ? -35 : 0), 3_000, 3_040],
  ])("AV2. finds %s, and little else", (_name, odd, from, to) => {
    const watch = makeValueWatch();
    const p = wave(1, odd).map((value, row) => watch.observe(START + row * MINUTES_5, value).p);
    expect(Math.min(...p.slice(from, to + 1))).toBeLessThan(1e-5);
    expect(p.slice(1_000, 3_000).filter((one) => one < 1e-5).length).toBeLessThanOrEqual(1);
    expect(p.slice(0, 50).every((one) => one === 1)).toBe(true);
  });

  it("AV1. goes on after a restore as if never stopped, and does not take a value from the past", () => {
    const values = wave(2, () => 0).slice(0, 400);
    const [whole, first] = [makeValueWatch(), makeValueWatch()];
    values.slice(0, 200).forEach((value, row) => {
      whole.observe(START + row * MINUTES_5, value);
      first.observe(START + row * MINUTES_5, value);
    });
    const second = makeValueWatch(first.snapshot());
    expect(second.snapshot()).toEqual(first.snapshot());
    for (const [row, value] of values.slice(200).entries()) {
      const at = START + (200 + row) * MINUTES_5;
      expect(second.observe(at, value)).toEqual(whole.observe(at, value));
    }
    const before = second.snapshot();
    expect(second.observe(START, 9_999).p).toBe(1);
    expect(second.snapshot()).toEqual(before);
  });
});

describe("the benchmark's score", () => {
  const windows = [{ from: 500, to: 599 }];
  it.each([
    ["nothing", [], 0],
    ["the first row of the window", [500], 100],
    ["the last row", [599], 50],
    ["a false alarm long before", [300, 500], 94.5],
    ["in the probation", [10, 500], 100],
    ["again in the same window", [500, 550], 100],
  ])("of %s", (_name, alarms, score) => {
    expect(Math.abs(benchmarkScore([scoreSeries({ rows: 1_000, windows, alarms })]) - score)).toBeLessThan(1.5);
  });
});

describe("the benchmark's profiles", () => {
  // Two windows, one found at its first row; one false alarm before any window.
  const score = scoreSeries({
    rows: 1_000,
    windows: [
      { from: 500, to: 599 },
      { from: 800, to: 899 },
    ],
    alarms: [300, 500],
  });
  it.each([
    ["standard", (100 * (1 - 0.11 - 1 + 2)) / 4],
    ["lowFp", (100 * (1 - 0.22 - 1 + 2)) / 4],
    ["lowFn", (100 * (1 - 0.11 - 2 + 4)) / 6],
  ] as const)("%s: %d", (profile, wanted) => {
    expect(benchmarkScore([score], PROFILES[profile])).toBeCloseTo(wanted, 6);
  });
});

describe("suite nab", () => {
  const odd = (row: number): number => (row >= 3_000 && row < 3_030 ? 45 : 0);
  const csv = ["timestamp,value", ...wave(3, odd).map((value, row) => `${stamp(row)},${value}`), "x,1"].join("\n");
  const labels = { "made/one.csv": [[`${stamp(2_990)}.000000`, `${stamp(3_060)}.000000`]] };
  const file = (path: string, text: string): DataFile => ({ path, bytes: async () => new TextEncoder().encode(text) });
  const files = [
    file("data/made/one.csv", csv),
    file("data/made/other.csv", csv),
    file("labels/combined_windows.json", JSON.stringify(labels)),
  ];
  const input: SuiteInput = { path: "x", files, train: [], test: [], seed: 1, progress: () => undefined };

  it("finds the labelled window, and names what it could not read", async () => {
    const { metrics, unread, by } = await NAB.run(input);
    expect(metrics.recall).toBe(1);
    expect(metrics.nab).toBeGreaterThan(60);
    expect(metrics.nabBest).toBeGreaterThanOrEqual(metrics.nab ?? 100);
    expect(Object.keys(by ?? {})).toEqual(["made"]);
    expect(unread.map(({ where }) => where)).toEqual(["data/made/one.csv line 4002", "data/made/other.csv"]);
  });

  it("refuses data without labels", async () => {
    await expect(NAB.run({ ...input, files: files.slice(0, 2) })).rejects.toThrow(/no combined_windows.json/);
    await expect(NAB.run({ ...input, files, test: ["nosuch"] })).rejects.toMatchObject({ code: "eval-part-unknown" });
  });
});
