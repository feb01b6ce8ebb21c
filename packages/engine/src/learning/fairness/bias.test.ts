import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { biasReport } from "./bias.ts";
import { biasMarkdown } from "./bias-text.ts";
import { fairnessGate, flagsOf } from "./flags.ts";
import type { JudgedRow } from "./rates.ts";
import { wilson } from "./wilson.ts";

function rowsOf(seed: number, uneven: boolean): readonly JudgedRow[] {
  const random = makeRandom(seed);
  return Array.from({ length: 1_200 }, (_, at) => {
    const region = at % 40 === 0 ? "islands" : at % 2 === 0 ? "north" : "south";
    const malicious = random.next() < 0.2;
    const flagged = random.next() < (malicious ? 0.8 : uneven && region === "north" ? 0.4 : 0.1);
    return {
      malicious,
      flagged,
      closed: !flagged && random.next() < 0.3,
      acted: malicious && flagged,
      person: `p${at % 60}`,
      at: at * 3_600_000,
      entity: `h${at % 90}`,
      segments: { region },
    };
  });
}

describe("bias report", () => {
  it("FB1, FB3. flags uneven treatment, with the segments named; small segments say too few", () => {
    const { gaps, dimensions } = biasReport(rowsOf(1, true), 2);
    expect(gaps[0]).toMatchObject({ dimension: "region", highest: "north", lowest: "south", flagged: true });
    expect(gaps.filter(({ flagged }) => flagged).map(({ rate }) => rate)).toContain("fpr");
    const islands = dimensions[0]?.segments.find(({ name }) => name === "islands");
    expect([islands?.tooFew, islands?.rates.tpr]).toEqual([true, undefined]);
  });

  it("FB3. even treatment is not flagged", () => {
    const flags = [3, 4, 5, 6, 7].flatMap((seed) =>
      biasReport(rowsOf(seed, false), 2).gaps.filter(({ flagged }) => flagged),
    );
    expect(flags.length).toBeLessThanOrEqual(1);
  });

  it("FB2. one busy host is one witness: its rows alone are no flag", () => {
    const busy = rowsOf(4, false).map((row, at) =>
      at % 4 === 0 ? { ...row, entity: "h-busy", flagged: true, segments: { region: "north" } } : row,
    );
    const fpr = (rows: readonly JudgedRow[]) => biasReport(rows, 2).gaps.find(({ rate }) => rate === "fpr");
    expect(fpr(busy)?.flagged).toBe(false);
    expect(fpr(busy.map((row, at) => ({ ...row, entity: String(at) })))?.flagged).toBe(true);
  });

  it("FB4. many small groups are one", () => {
    const rows = rowsOf(1, false).map((row, at) => ({ ...row, segments: { rule: `r${at % 40}` } }));
    expect(biasReport(rows, 1).dimensions[0]?.segments.map(({ name }) => name)).toHaveLength(12);
  });

  it("FB5. rules are meant to differ in what they put on top; only their calibration is asked", () => {
    const rows = rowsOf(1, true).map((row) => ({
      ...row,
      p: row.flagged ? 0.7 : 0.1,
      segments: { rule: row.segments.region ?? "" },
    }));
    expect([...new Set(biasReport(rows, 1).gaps.map(({ rate }) => rate))]).toEqual(["calibration"]);
  });

  it("burden is counted by person and month", () => {
    const segment = biasReport(rowsOf(1, true), 2).dimensions[0]?.segments.find(({ name }) => name === "north");
    const { falseAlarmsPerPersonMonth: burden = 0, falseAlarmsPerMonth = 0, persons = 0 } = segment ?? {};
    expect(burden * persons).toBeCloseTo(falseAlarmsPerMonth);
    expect(burden).toBeGreaterThan(0);
  });

  it("FF1. answers stand until they are old or the gap has grown; without one no model is promoted", () => {
    const report = biasReport(rowsOf(1, true), 2);
    const open = flagsOf(report, [], 0);
    expect(fairnessGate(open).passed).toBe(false);
    const answered = open.map(({ id, gap }) => ({
      ...{ kind: "flag-answered", at: instant(0), by: "ann", flag: id, gap: gap.value },
      ...{ answer: "accept", reason: "noted" },
    })) as unknown as Parameters<typeof flagsOf>[1];
    expect(fairnessGate(flagsOf(report, answered, 1)).passed).toBe(true);
    expect(flagsOf(report, answered, 200 * 86_400_000)[0]?.lapsed).toContain("half a year");
    const smaller = answered.map((entry) => ({ ...entry, gap: 0.01 }));
    expect(flagsOf(report, smaller, 1)[0]?.lapsed).toContain("grown");
  });

  it("reads in plain language", () => {
    const report = biasReport(rowsOf(1, true), 2);
    const text = biasMarkdown(report, flagsOf(report, [], 0));
    expect(text).toContain("region: harmless cases that were put on top");
    expect(text).toContain("too few");
    expect(text).toContain("Answer (accept with reason, mitigate, remove feature):");
  });
});

it.each([
  [0, 10, 0, 0.2775],
  [5, 10, 0.2366, 0.7634],
  [10, 10, 0.7225, 1],
])("Wilson %i of %i", (hits, of, low, high) => {
  const found = wilson(hits, of);
  expect(found.low).toBeCloseTo(low, 4);
  expect(found.high).toBeCloseTo(high, 4);
});
