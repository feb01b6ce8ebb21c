import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { biasRows } from "./bias-rows.ts";
import { modelHealth, scoredRows } from "./model-health.ts";

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
    [1_000, { inputs: true }, "watch", "inform"],
    [1_000, { meaning: true }, "alarm", "pause-auto-close"],
    [1_000, { inputs: true, meaning: true }, "alarm", "propose-retraining"],
  ] as const)("%i rows, changed %o: %s, %s", (count, changed, verdict, advice) => {
    expect(healthOf(count, changed)).toMatchObject({ verdict, advice });
  });

  it("MH2. names the changed feature first, in words", () => {
    const [first] = healthOf(1_000, { inputs: true }).drift;
    expect([first?.name, first?.lasting]).toEqual(["priority", true]);
  });

  it("rows without features are no rows; segments hold no names", () => {
    const bare = { incident: "x", at: 1, by: "ann", verdict: "true-positive", features: { row: null } };
    expect(scoredRows([bare] as unknown as Parameters<typeof scoredRows>[0])).toEqual([]);
    const rows = scoredRows(outcomesOf(3, {}) as unknown as Parameters<typeof scoredRows>[0]);
    expect(Object.keys(biasRows(rows)[0]?.segments ?? {})).toEqual(["severity", "rule", "hours", "asset", "accounts"]);
  });
});
