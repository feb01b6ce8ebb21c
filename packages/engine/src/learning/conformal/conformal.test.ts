import { instant } from "@cordon/model/time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chanceAtMost } from "../metrics/interval.ts";
import { makeRandom } from "../random.ts";
import { adaptLevel, hasStopped, startLevel } from "./adaptive.ts";
import { auditChance, effectiveSampleSize, inverseWeights, omissionBound } from "./audit.ts";
import { type GateInput, judgeClosing } from "./gate.ts";
import { makeMondrian, positivesNeeded } from "./mondrian.ts";

const rowsOf = (scores: readonly number[], category = "ssh") => scores.map((score) => ({ category, score }));

describe("Mondrian conformal p", () => {
  it.each([
    [0.01, 99],
    [0.02, 49],
    [0.05, 19],
    [0.1, 9],
    [0.5, 1],
  ])("LQ2. alpha %d needs %i verified positives", (alpha, needed) => {
    expect(positivesNeeded(alpha)).toBe(needed);
    const scores = Array.from({ length: needed }, (_, at) => at + 1);
    expect(makeMondrian(rowsOf(scores)).of("ssh", 0, alpha)).toEqual({
      kind: "p",
      p: 1 / (needed + 1),
      positives: needed,
    });
    expect(makeMondrian(rowsOf(scores.slice(1))).of("ssh", 0, alpha)).toMatchObject({ kind: "refused", needed });
  });

  it("LQ1. equals its definition, and an equal score counts as malicious", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 19, maxLength: 40 });
    fc.assert(
      fc.property(scores, fc.integer({ min: -1, max: 10 }), (known, score) => {
        const p = (1 + known.filter((each) => each <= score).length) / (known.length + 1);
        expect(makeMondrian(rowsOf(known)).of("ssh", score, 0.05)).toMatchObject({ kind: "p", p });
      }),
    );
  });

  it("LQ3. positives of another category do not count; an unknown category is refused", () => {
    const mondrian = makeMondrian([...rowsOf([1, 2, 3]), ...rowsOf(new Array(200).fill(1), "web")]);
    expect(mondrian.of("ssh", 0, 0.05)).toEqual({
      kind: "refused",
      positives: 3,
      needed: 19,
      reason: '3 of 19 verified malicious cases in "ssh"',
    });
    expect(mondrian.of("dns", 0, 0.05)).toMatchObject({ kind: "refused", positives: 0 });
    expect(mondrian.positives("web")).toBe(200);
  });

  it("LQ2. whatever the scores, fewer positives than needed are always refused", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 98 }), fc.double(), (known, score) => {
        expect(makeMondrian(rowsOf(known)).of("ssh", score, 0.01).kind).toBe("refused");
      }),
    );
  });

  it.each([0.01, 0.05])("LQ1. of exchangeable malicious rows at most a share %d is closed", (alpha) => {
    const random = makeRandom(11);
    let closed = 0;
    const trials = 4_000;
    for (let trial = 0; trial < trials; trial += 1) {
      // A fresh calibration set each time: the promise holds over both.
      const drawn = Array.from({ length: 120 }, () => Math.floor(40 * random.normal() ** 2));
      const verdict = makeMondrian(rowsOf(drawn.slice(1))).of("ssh", drawn[0] ?? 0, alpha);
      if (verdict.kind === "p" && verdict.p <= alpha) closed += 1;
    }
    // So many or more would have a chance under 1 in 10,000, were the rate alpha.
    expect(1 - chanceAtMost(closed - 1, trials, alpha)).toBeGreaterThan(1e-4);
  });

  it("refuses scores and levels that are none; a row without a score is never closed", () => {
    expect(() => makeMondrian(rowsOf([Number.NaN]))).toThrow("not a number");
    for (const alpha of [0, 1, Number.NaN]) expect(() => positivesNeeded(alpha)).toThrow("alpha");
    expect(makeMondrian(rowsOf(new Array(19).fill(5))).of("ssh", Number.NaN, 0.05)).toMatchObject({ p: 1 });
  });
});

describe("adaptive level", () => {
  it("LA1, LA2. stays at or below the target whatever the audits say; three wrong ones stop it, right ones bring it back", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (audits) => {
        expect(audits.reduce(adaptLevel, startLevel(0.01)).level).toBeLessThanOrEqual(0.01);
      }),
    );
    const stopped = [true, true, true].reduce(adaptLevel, startLevel(0.01));
    expect(hasStopped(stopped)).toBe(true);
    expect(hasStopped(new Array<boolean>(200).fill(false).reduce(adaptLevel, stopped))).toBe(false);
  });

  it("settles where wrong closures come at the target's rate", () => {
    const random = makeRandom(3);
    let state = startLevel(0.05);
    let wrong = 0;
    const rounds = 20_000;
    for (let round = 0; round < rounds; round += 1) {
      // Scores have drifted: rows are wrong three times as often as their level says.
      const bad = random.next() < 3 * Math.max(0, state.level);
      if (bad) wrong += 1;
      state = adaptLevel(state, bad);
    }
    expect(Math.abs(wrong / rounds - 0.05)).toBeLessThan(0.005);
  });
});

describe("audit", () => {
  it.each([
    [0, 1],
    [20, 1],
    [40, 0.5],
    [4_000, 0.05],
  ])("after %i closures a week a human sees a share of %d", (closures, chance) => {
    expect(auditChance(closures)).toBe(chance);
  });

  it("LU1, LU3. 0 wrong of 299 proves 1 %; of none, nothing", () => {
    expect(omissionBound({ audited: 299, wrong: 0 })).toBeLessThanOrEqual(0.01);
    expect(omissionBound({ audited: 298, wrong: 0 })).toBeGreaterThan(0.01);
    expect(omissionBound({ audited: 0, wrong: 0 })).toBe(1);
  });

  it("LU2. inverse weights undo selective review, and are clipped", () => {
    const random = makeRandom(8);
    const rows = Array.from({ length: 40_000 }, () => {
      const malicious = random.next() < 0.1;
      const chance = malicious ? 0.9 : 0.1;
      return { malicious, chance, seen: random.next() < chance };
    }).filter(({ seen }) => seen);
    const weights = inverseWeights(rows.map(({ chance }) => chance));
    const mean = (of: (at: number) => number): number => rows.reduce((sum, _, at) => sum + of(at), 0);
    const estimate =
      mean((at) => (rows[at]?.malicious === true ? (weights[at] ?? 0) : 0)) / mean((at) => weights[at] ?? 0);
    expect(estimate).toBeGreaterThan(0.09);
    expect(estimate).toBeLessThan(0.11);
    expect([...inverseWeights([1, 0.001])]).toEqual([1, 20]);
    expect(effectiveSampleSize([1, 1, 1, 1])).toBe(4);
    expect(effectiveSampleSize([20, 1, 1])).toBeCloseTo(484 / 402, 9);
    expect(effectiveSampleSize([])).toBe(0);
    expect(() => inverseWeights([0])).toThrow("chance");
  });
});

describe("auto-close gate", () => {
  const now = instant(1_000_000);
  const open: GateInput = {
    now,
    permission: { alpha: 0.05, omissionMax: 0.05, reviewBy: instant(2_000_000) },
    interval: { low: 0.001, high: 0.02 },
    conformal: { kind: "p", p: 0.03, positives: 99 },
    level: startLevel(0.05),
    audits: { audited: 80, wrong: 0 },
    closuresLastWeek: 1_000,
    vetoes: [],
    draw: 0.5,
  };

  it("closes when every condition holds", () => {
    expect(judgeClosing(open)).toEqual({ kind: "close", p: 0.03, level: 0.05, chance: 0.05 });
  });

  it.each<[string, Partial<GateInput>, object]>([
    ["no permission", { permission: undefined }, { kind: "not-permitted" }],
    ["a review overdue", { now: instant(2_000_000) }, { kind: "review-overdue" }],
    ["no calibration", { interval: undefined }, { kind: "uncalibrated" }],
    ["a wide interval", { interval: { low: 0, high: 0.3 } }, { kind: "unsure" }],
    [
      "too few positives",
      { conformal: { kind: "refused", positives: 0, needed: 99, reason: "" } },
      { kind: "too-few-positives" },
    ],
    ["a stopped level", { level: { target: 0.05, level: 0 } }, { kind: "level-stopped" }],
    ["a high p", { conformal: { kind: "p", p: 0.06, positives: 99 } }, { kind: "not-benign-enough", level: 0.05 }],
    [
      "a p above the lowered level",
      { level: { target: 0.05, level: 0.02 } },
      { kind: "not-benign-enough", level: 0.02 },
    ],
    [
      "a p that is no number",
      { conformal: { kind: "p", p: Number.NaN, positives: 99 } },
      { kind: "not-benign-enough" },
    ],
    ["a veto", { vetoes: ["intel-hit"] }, { kind: "veto", veto: "intel-hit" }],
    ["a text score against it", { vetoes: ["text-score"] }, { kind: "veto" }],
  ])("LO1, LO3. %s keeps open, and is named", (_, part, reason) => {
    const decision = judgeClosing({ ...open, ...part });
    expect(decision.kind).toBe("keep-open");
    expect(decision).toMatchObject({ reasons: expect.arrayContaining([expect.objectContaining(reason)]) });
  });

  it.each<[string, Partial<GateInput>, object]>([
    ["drawn", { draw: 0.04 }, { because: "drawn", chance: 0.05 }],
    ["nothing proved yet", { audits: { audited: 58, wrong: 0 } }, { because: "unproved", chance: 1 }],
    ["one wrong too many", { audits: { audited: 80, wrong: 1 } }, { because: "unproved" }],
    ["few closures a week", { closuresLastWeek: 10, draw: 0.99 }, { because: "drawn", chance: 1 }],
  ])("LO2. %s: a human decides", (_, part, expected) => {
    expect(judgeClosing({ ...open, ...part })).toMatchObject({ kind: "audit", ...expected });
  });
});
