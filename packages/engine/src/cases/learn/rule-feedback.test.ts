import type { IncidentId } from "@cordon/model/ids";
import type { Outcome } from "@cordon/model/ports/journal";
import { instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { proposalsFrom } from "./rule-feedback.ts";

let serial = 0;
function outcomes(rule: string, counts: Readonly<Record<string, number>>, by = "ann"): Outcome[] {
  return Object.entries(counts).flatMap(([verdict, count]) =>
    Array.from({ length: count }, () => {
      serial += 1;
      const incident = `INC-${serial}` as IncidentId;
      return { incident, at: instant(serial), by, verdict, note: "", rules: [rule], features: {} };
    }),
  );
}

describe("proposals for rules", () => {
  it.each<[string, Record<string, number>, string | undefined]>([
    ["noisy", { "false-positive": 7, "benign-positive": 2 }, "tune"],
    ["noisy with one hit", { "false-positive": 9, "true-positive": 1 }, "tune"],
    ["mixed", { "false-positive": 5, "true-positive": 5 }, undefined],
    ["true", { "true-positive": 9 }, "raise"],
    ["too few", { "false-positive": 7 }, undefined],
  ])("%s", (rule, counts, kind) => {
    expect(proposalsFrom(outcomes(rule, counts))[0]?.kind).toBe(kind);
  });

  it("RF1. counts each incident once, by its last verdict, and no policy", () => {
    const all = outcomes("r", { "false-positive": 8 });
    const turned = all.map((one) => ({ ...one, at: instant(one.at + 1_000), verdict: "true-positive" }));
    expect(proposalsFrom([...all, ...turned])).toMatchObject([{ kind: "raise", verdicts: { "true-positive": 8 } }]);
    expect(proposalsFrom(outcomes("r", { "false-positive": 20 }, "policy:auto-close"))).toEqual([]);
  });

  it("RF2. says that a true positive is among them", () => {
    expect(proposalsFrom(outcomes("r", { "false-positive": 9, "true-positive": 1 }))[0]?.why).toContain(
      "must not take it",
    );
  });
});
