import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { biasRows } from "./bias-rows.ts";
import { modelHealth } from "./model-health.ts";
import { scoredRows } from "./scored-rows.ts";

const HOUR = 3_600_000;

function outcomesOf(count: number, changed: { readonly inputs?: boolean; readonly meaning?: boolean }) {
  const random = makeRandom(7);
  return Array.from({ length: count }, (_, at) => {
    const late = at >= count - 400;
    const p = random.next() ** 2;
    const malicious = random.next() < (late && changed.meaning ? 1 - p : p);
    const priority = 40 + 10 * random.normal() + (late && changed.inputs ? 12 : 0);
    return {
      ...{ incident: `INC-${at}`, at: instant(at * HOUR), by: "ann", note: "" },
      verdict: malicious ? "true-positive" : "benign-positive",
      features: {
        severity: "high",
        predicted: p,
        row: { rule: `r${at % 4}`, values: { priority, hosts: 1 + random.below(8) } },
      },
    };
  });
}
const healthOf = (count: number, changed: Parameters<typeof outcomesOf>[1]) =>
  modelHealth(scoredRows(outcomesOf(count, changed) as unknown as Parameters<typeof scoredRows>[0]), 1);

describe("model health", () => {
  it.each([
    [100, {}, "too-few", "none"],
    [1_000, {}, "healthy", "none"],
    // A whole standard deviation: too much for estimates of before.
    [1_000, { inputs: true }, "watch", "widen"],
    // What it calls malicious now is not: any ranking without it is better.
    [1_000, { meaning: true }, "alarm", "propose-retraining"],
    [1_000, { inputs: true, meaning: true }, "alarm", "propose-retraining"],
  ] as const)("%i rows, changed %o: %s, %s", (count, changed, verdict, advice) => {
    expect(healthOf(count, changed)).toMatchObject({ verdict, advice });
  });

  it("MH1. cases before and after the end of the training do not mix", () => {
    const rows = scoredRows(outcomesOf(1_000, { inputs: true }) as unknown as Parameters<typeof scoredRows>[0]);
    const after = (learnt: number, of = rows) => modelHealth(of, 1, { learntUntil: (of[learnt - 1]?.at ?? 0) + 1 });
    // It learnt before the change: all that it knew is the reference.
    expect(after(600)).toMatchObject({ verdict: "watch", rows: { reference: 600, window: 200 } });
    // It learnt up to 100 cases after it: those are no longer compared with what came before.
    const moved = (of: ReturnType<typeof after>): number =>
      of.drift.find(({ name }) => name === "priority")?.effect ?? 0;
    expect(moved(after(700))).toBeLessThan(moved(after(600)));
    // Trained on the new alone (the old lies further back than the reference goes): the change is over.
    const long = [...rows, ...rows.slice(-400), ...rows.slice(-400), ...rows.slice(-400), ...rows.slice(-400)].map(
      (row, at) => ({ ...row, at: at * HOUR }),
    );
    expect(after(2_200, long).drift.find(({ name }) => name === "priority")).toMatchObject({ alarm: false });
    expect(modelHealth(long.slice(0, 1_400), 1).drift.find(({ name }) => name === "priority")).toMatchObject({
      alarm: true,
    });
  });

  it.each([
    [60, "60 decided cases of the time that the model learnt from; 100 are needed"],
    [930, "70 decided cases since those that the model learnt from; 100 are needed"],
  ])("MH1. learnt from %i of 1,000 cases: too few", (learnt, said) => {
    const rows = scoredRows(outcomesOf(1_000, {}) as unknown as Parameters<typeof scoredRows>[0]);
    const health = modelHealth(rows, 1, { learntUntil: (rows[learnt - 1]?.at ?? 0) + 1 });
    expect(health).toMatchObject({ verdict: "too-few", widened: 0, ladder: [] });
    expect(health.said).toContain(said);
  });

  it("MH2. names the changed feature first, in words", () => {
    const { drift, performance, plot } = healthOf(1_000, { inputs: true });
    const [first] = drift;
    expect([first?.name, first?.lasting]).toEqual(["priority", true]);
    // It changed at row 600.
    expect(Math.abs((first?.since ?? 0) / HOUR - 600)).toBeLessThan(40);
    expect(performance?.widened).toBeGreaterThan(0.12);
    expect(plot.reduce((sum, { n }) => sum + n, 0)).toBe(1_000);
  });

  it("MH5. an error that creeps shows, with the day since when; one that stays or falls does not", () => {
    const random = makeRandom(11);
    const rise = (share: (at: number) => number) =>
      modelHealth(
        Array.from({ length: 800 }, (_, at) => {
          const p = random.next() ** 2;
          const malicious = random.next() < share(at) ? random.next() < 0.5 : random.next() < p;
          const values = { priority: 40 + 10 * random.normal() };
          const row = { incident: `INC-${at}`, at: at * HOUR, malicious, rule: "r", values, predicted: p };
          return { ...row, closedAlone: false, severity: "high", actions: [], groups: {} };
        }),
        1,
      ).risen;
    const found = rise((at) => (at < 400 ? 0 : Math.min(0.8, (at - 400) / 200)));
    expect(found?.rows).toBe(800);
    expect(Math.abs((found?.since ?? 0) / HOUR - 480)).toBeLessThan(110);
    expect((found?.after ?? 0) - (found?.before ?? 0)).toBeGreaterThan(0.05);
    expect(rise(() => 0)).toBeUndefined();
    expect(rise((at) => (at < 400 ? 0.8 : 0))).toBeUndefined();
    // Bad for a while, and good again.
    expect(rise((at) => (at >= 300 && at < 500 ? 0.9 : 0))).toBeUndefined();
  });

  it("says when no case was decided for longer than ever", () => {
    const rows = scoredRows(outcomesOf(1_000, {}) as unknown as Parameters<typeof scoredRows>[0]);
    const kinds = (now: number) => modelHealth(rows, 1, { now }).quality.map(({ kind }) => kind);
    expect([kinds(1_001 * HOUR), kinds(1_010 * HOUR)]).toEqual([[], ["stale"]]);
  });

  it("MH4. what another model said is not held against the one that serves", () => {
    const rows = scoredRows(outcomesOf(1_000, { meaning: true }) as unknown as Parameters<typeof scoredRows>[0]);
    const judged = modelHealth(
      rows.map((row) => ({ ...row, model: "old" })),
      1,
      { serving: "new" },
    );
    expect([judged.verdict, judged.performance, judged.plot.length]).toEqual(["healthy", undefined, 0]);
  });

  it("rows without features are no rows; segments hold no names", () => {
    const bare = { incident: "x", at: 1, by: "ann", verdict: "true-positive", features: { row: null } };
    expect(scoredRows([bare] as unknown as Parameters<typeof scoredRows>[0])).toEqual([]);
    const rows = scoredRows(outcomesOf(3, {}) as unknown as Parameters<typeof scoredRows>[0]);
    expect(Object.keys(biasRows(rows)[0]?.segments ?? {})).toEqual(["severity", "rule", "hours", "criticality"]);
  });
});
