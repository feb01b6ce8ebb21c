import { type IncidentId, incidentId } from "@cordon/model/ids";
import type { Incident } from "@cordon/model/incident";
import type { Outcome } from "@cordon/model/ports/journal";
import { DAY, HOUR, instant } from "@cordon/model/time";
import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { askLabels } from "./ask-labels.ts";
import { selectiveOf } from "./selective.ts";

const NOW = 1_000 * DAY;

interface Seeded {
  readonly count: number;
  readonly seed: number;
  readonly chance: number;
  /** Truth of each would-be closure, given what the model said of it. */
  readonly share: (p: number) => number;
  readonly from?: number;
}

/** Would-be closures: with the chance a person looks, otherwise a policy closes. Leaves the true share, too. */
function closures({ count, seed, chance, share, from = 0 }: Seeded) {
  const random = makeRandom(seed);
  let bad = 0;
  const outcomes = Array.from({ length: count }, (_, at): Outcome => {
    const predicted = random.next() * 0.1;
    const malicious = random.next() < share(predicted);
    bad += Number(malicious);
    const looked = random.next() < chance;
    const openedAt = from + at * HOUR;
    return {
      ...{ incident: incidentId(`INC-${at}`), note: "", rules: ["r"], at: instant(openedAt + HOUR) },
      by: looked ? "ann" : "policy:auto-close",
      verdict: looked && malicious ? "true-positive" : "false-positive",
      features: { predicted, openedAt, propensity: chance, ...(looked ? { audited: true } : {}) },
    };
  });
  return { outcomes, truth: bad / count };
}

describe("what nobody looked at", () => {
  it.each([
    ["a model that is right", (p: number) => p],
    ["a model that is far off", () => 0.3],
    ["no malicious ones", () => 0],
  ])("estimates the share of malicious closures: %s", (_, share) => {
    let inside = 0;
    let far = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const { outcomes, truth } = closures({ count: 800, seed, chance: 0.2, share });
      const { doublyRobust, weighted, kind } = selectiveOf(outcomes, NOW, 1);
      expect(kind).toBe("estimated");
      const { low = 1, high = 0, value = 1 } = doublyRobust ?? {};
      inside += Number(truth >= low - 1e-9 && truth <= high + 1e-9);
      far += value - truth;
      expect(Math.abs((weighted?.value ?? 1) - truth)).toBeLessThan(0.12);
    }
    // 95 % intervals of few cases: not fewer than 16 of 20.
    expect(inside).toBeGreaterThanOrEqual(16);
    expect(Math.abs(far / 20)).toBeLessThan(0.03);
  });

  it("SL1. says that it is not known without an audit, and that nothing is hidden without closings", () => {
    const { outcomes } = closures({ count: 50, seed: 1, chance: 0.2, share: () => 0 });
    const alone = outcomes.filter(({ by }) => by.startsWith("policy:"));
    expect(selectiveOf(alone, NOW, 1)).toMatchObject({ kind: "unknown", said: expect.stringContaining("not known") });
    expect(
      selectiveOf(
        outcomes.filter(({ by }) => by === "ann"),
        NOW,
        1,
      ).kind,
    ).toBe("complete");
  });

  it("SL3. leaves out what is too young for its verdicts, and counts it", () => {
    const { outcomes } = closures({ count: 300, seed: 2, chance: 0.5, share: () => 0, from: NOW - 300 * HOUR });
    const slow = outcomes.map((each, at) =>
      each.by === "ann" ? { ...each, at: instant(each.at + (at % 10) * HOUR) } : each,
    );
    const { delayMs = 0, tooYoung } = selectiveOf(slow, NOW, 1);
    expect(delayMs).toBeGreaterThan(8 * HOUR);
    expect(tooYoung).toBeGreaterThanOrEqual(Math.floor(delayMs / HOUR) - 1);
  });

  it("SL4. what was undone bounds the estimate from below", () => {
    const { outcomes } = closures({ count: 100, seed: 3, chance: 0.3, share: () => 0 });
    const gone = outcomes
      .filter(({ by }) => by.startsWith("policy:"))
      .slice(0, 10)
      .map(
        (each): Outcome => ({
          ...each,
          by: "bob",
          at: instant(each.at + DAY),
          verdict: "undone",
          features: { undone: true },
        }),
      );
    const { undone, doublyRobust } = selectiveOf([...outcomes, ...gone], NOW, 1);
    expect([undone, doublyRobust?.value]).toEqual([10, 0.1]);
  });
});

describe("whose verdict would teach most", () => {
  const incident = (id: string, decision: object): Incident =>
    ({ id: id as IncidentId, title: id, status: "new", decision }) as unknown as Incident;
  const keep = (p: number) => ({
    closing: { kind: "keep-open", reasons: [], p, level: 0.01 },
    p: { truePositive: 0.2 },
  });
  const open = [
    incident("far", keep(0.5)),
    incident("near", keep(0.012)),
    incident("nearer-not", keep(0.025)),
    incident("sure", { p: { truePositive: 0.95 } }),
    incident("audit", { closing: { kind: "audit", p: 0.005, chance: 0.05, because: "drawn" } }),
  ];

  it.each([
    [false, ["audit", "near", "nearer-not"]],
    [true, ["audit", "near", "nearer-not", "sure"]],
  ])("alarm %s: %j", (alarm, wanted) => {
    expect(askLabels(open, alarm).map(({ incident: id }) => id)).toEqual(wanted);
  });
});
