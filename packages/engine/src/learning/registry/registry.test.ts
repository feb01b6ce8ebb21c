import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import type { VerdictRow } from "../training/verdict-row.ts";
import type { TriageJudge } from "../triage/decide.ts";
import { betOn } from "./betting.ts";
import { judgePromotion } from "./gates.ts";

describe("bet", () => {
  it("BE1. a challenger that is no better wins in at most one of twenty runs, looked at after every verdict", () => {
    const random = makeRandom(4);
    let won = 0;
    const runs = 1_000;
    for (let run = 0; run < runs; run += 1) {
      const differences = Array.from({ length: 400 }, () => (random.next() < 0.5 ? 0.4 : -0.4));
      if (betOn(differences).highest >= 20) won += 1;
    }
    expect(won / runs).toBeLessThanOrEqual(0.05);
  });

  it("a better one wins soon; a worse one never", () => {
    const random = makeRandom(5);
    const better = Array.from({ length: 500 }, () => (random.next() < 0.65 ? 0.3 : -0.3));
    expect(betOn(better).highest).toBeGreaterThan(20);
    expect(betOn(better.map((difference) => -difference)).highest).toBeLessThan(20);
  });

  it("BE2. what comes later does not change what was staked", () => {
    expect(betOn([0.5, 0.5, -1]).wealth).toBeLessThan(betOn([0.5, 0.5]).wealth);
    expect(betOn([]).highest).toBe(1);
    expect(betOn([1]).wealth).toBe(1);
  });
});

describe("gates", () => {
  const options = {
    ...{
      now: 10 * 86_400_000,
      challengerSince: 0,
      shadowDays: 7,
      shadowVerdicts: 100,
      evidence: 20,
      seed: 1,
      decisionMs: 2,
    },
  };
  /** Knows the truth with the given chance. */
  function judge(skill: number, canaryPoints = 5): TriageJudge {
    const random = makeRandom(8);
    const p = (row: VerdictRow["row"]): number => (random.next() < skill ? (row.values.truth ?? 0) * 0.9 + 0.05 : 0.3);
    return {
      model: { threshold: 0.3 } as TriageJudge["model"],
      score: (row) => {
        const chance = p(row);
        return { score: chance, p: chance };
      },
      decide: () => ({ points: canaryPoints }) as ReturnType<TriageJudge["decide"]>,
    };
  }
  const random = makeRandom(2);
  const rows = Array.from({ length: 300 }, (_, at): VerdictRow => {
    const malicious = random.next() < 0.3;
    return {
      ...{
        incident: `INC-${at}`,
        at,
        by: "ann",
        severity: "low",
        responses: [],
        actions: [],
        chance: 1,
        audited: false,
      },
      verdict: malicious ? "true-positive" : "false-positive",
      row: { rule: "r", values: { truth: Number(malicious), priority: 40 } },
      facts: ["tactic:impact"],
    };
  });
  const failed = (...given: Parameters<typeof judgePromotion>): readonly string[] =>
    judgePromotion(...given).flatMap(({ gate, passed }) => (passed ? [] : [gate]));

  it("a better challenger passes the comparison", () => {
    const names = failed({ challenger: judge(1), champion: judge(0.3), rows }, options);
    expect(names.filter((name) => name !== "calibration")).toEqual([]);
  });

  it("an equal or worse one does not", () => {
    expect(failed({ challenger: judge(0.3), champion: judge(0.3), rows }, options)).toContain("bet");
    expect(failed({ challenger: judge(0.1), champion: judge(1), rows }, options)).toEqual(
      expect.arrayContaining(["bet", "average precision", "segments"]),
    );
  });

  it("RG2, RG3. too few verdicts or days, a canary that falls, a slow decision: each says so", () => {
    const few = judgePromotion({ challenger: judge(1), champion: undefined, rows: rows.slice(0, 3) }, options);
    expect(few.find(({ gate }) => gate === "shadow")).toMatchObject({
      passed: false,
      said: expect.stringContaining("3 of 100"),
    });
    expect(failed({ challenger: judge(1, -9), champion: undefined, rows: [] }, options)).toContain("canaries");
    expect(failed({ challenger: judge(1), champion: undefined, rows: [] }, { ...options, decisionMs: 90 })).toContain(
      "latency",
    );
  });
});
