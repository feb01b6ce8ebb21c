import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../metrics/ranking.ts";
import { makeRandom } from "../random.ts";
import { makeSchema, makeTable } from "../table.ts";
import { cohensKappa } from "./agreement.ts";
import { estimatePerformance, trueFigures, trustIn } from "./estimate-performance.ts";
import { adjustedPs } from "./false-discovery.ts";
import { judgeWindow, lasting, type WindowColumn } from "./judge-window.ts";
import { dataQuality, freshness } from "./quality.ts";
import { domainClassifier, reconstructionError, textClassifier } from "./whole-rows.ts";

const normal = (seed: number, rows: number, by = 0): Float64Array => {
  const random = makeRandom(seed);
  return Float64Array.from({ length: rows }, () => random.normal() + by);
};
const column = (name: string, values: Float64Array, kind: WindowColumn["kind"] = "number"): WindowColumn => ({
  ...{ name, kind, values },
});

describe("false discoveries", () => {
  it("DF1. Benjamini-Hochberg and -Yekutieli, p without a test left out", () => {
    const ps = [0.01, 0.04, Number.NaN, 0.03, 0.5];
    const expected = [0.04, 0.16 / 3, Number.NaN, 0.16 / 3, 0.5];
    adjustedPs(ps).forEach((q, at) => {
      if (Number.isNaN(ps[at])) expect(q).toBeNaN();
      else expect(q).toBeCloseTo(expected[at] ?? 0, 12);
    });
    expect(adjustedPs(ps, "any")[0]).toBeCloseTo((0.04 * 25) / 12, 12);
  });

  it("never falls below p, never changes the order (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (ps) => {
        const qs = adjustedPs(ps);
        for (const [at, p] of ps.entries()) {
          // A rounding step may lie between.
          expect(qs[at]).toBeGreaterThanOrEqual(p * (1 - 1e-12));
          for (const [other, q] of qs.entries())
            if ((ps[other] ?? 0) < p) expect(q).toBeLessThanOrEqual((qs[at] ?? 0) * (1 + 1e-12));
        }
      }),
    );
  });
});

describe("judgeWindow", () => {
  const reference = [column("a", normal(1, 800)), column("b", normal(2, 800)), column("gone", normal(3, 800))];
  const current = [column("a", normal(4, 400, 0.5)), column("b", normal(5, 400)), column("new", normal(6, 400))];
  it("DW1, DW3. finds the shifted column, names what is on one side only", () => {
    const judged = judgeWindow(reference, current);
    expect(judged.columns.map(({ name, alarm }) => [name, alarm])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect([judged.onlyReference, judged.onlyCurrent, judged.share, judged.drifted]).toEqual([
      ["gone"],
      ["new"],
      0.5,
      true,
    ]);
  });

  it("DW1. many rows make a tiny shift certain, and still no alarm", () => {
    const judged = judgeWindow([column("a", normal(1, 20_000))], [column("a", normal(2, 20_000, 0.08))]);
    expect(judged.columns[0]).toMatchObject({ alarm: false });
    expect(judged.columns[0]?.q).toBeLessThan(0.001);
  });

  it("DW2. only an alarm of both windows lasts", () => {
    const { columns } = judgeWindow(reference, current);
    expect(lasting(columns, new Set()).length).toBe(0);
    expect(lasting(columns, new Set(["a", "b"])).map(({ name }) => name)).toEqual(["a"]);
  });
});

describe("data quality", () => {
  const codes = Float64Array.from({ length: 200 }, (_, at) => at % 4);
  it.each([
    ["missing", column("x", normal(1, 200)), normal(2, 200).map((value, at) => (at % 5 === 0 ? Number.NaN : value))],
    ["new-category", column("x", codes, "category"), codes.map((code) => (code === 3 ? 9 : code))],
    [
      "out-of-range",
      column(
        "x",
        codes.map((code) => code / 2),
      ),
      codes.map((code) => code),
    ],
    ["constant", column("x", codes, "category"), codes.map(() => 1)],
  ] as const)("%s", (kind, reference, values) => {
    const found = dataQuality([reference], [{ ...reference, values }]);
    expect(found.map((one) => one.kind)).toContain(kind);
    expect(dataQuality([reference], [reference])).toEqual([]);
  });

  it("duplicates and age", () => {
    const once = column(
      "x",
      Float64Array.from({ length: 100 }, (_, at) => at),
    );
    const twice = column(
      "x",
      Float64Array.from({ length: 100 }, (_, at) => at >> 1),
    );
    expect(dataQuality([once], [twice]).map(({ kind }) => kind)).toEqual(["duplicates"]);
    const times = Array.from({ length: 20 }, (_, at) => at * 10);
    expect([freshness(times, 200).length, freshness(times, 300).length]).toEqual([0, 1]);
  });
});

describe("estimated performance", () => {
  const random = makeRandom(8);
  const ps = Float64Array.from({ length: 4_000 }, () => random.next() ** 2);
  const labels = Uint8Array.from(ps, (p) => Number(random.next() < p));
  const estimate = estimatePerformance(ps, 0.5, 3);
  const truth = trueFigures(labels, ps, 0.5);

  it("DE1. is near the truth where probabilities are calibrated, and the truth lies inside", () => {
    for (const name of ["precision", "recall", "f1", "auroc"] as const) {
      expect(Math.abs(estimate.value[name] - truth[name])).toBeLessThan(0.03);
      expect(truth[name]).toBeGreaterThan(estimate.low[name]);
      expect(truth[name]).toBeLessThan(estimate.high[name]);
    }
    expect(trustIn(estimate, labels, truth).kind).toBe("confirmed");
  });

  it("DE2. is switched off where the meaning has changed; few verdicts judge nothing", () => {
    const turned = labels.map((label) => 1 - label);
    expect(trustIn(estimate, turned, trueFigures(turned, ps, 0.5)).kind).toBe("off");
    expect(trustIn(estimate, turned.subarray(0, 12), truth).kind).toBe("estimated");
  });

  it("expected area of certain rows is the true one", () => {
    const certain = Float64Array.of(1, 1, 0, 0);
    expect(estimatePerformance(certain, 0.5, 1).value.auroc).toBe(auroc([1, 1, 0, 0], certain));
  });
});

describe("whole rows", () => {
  const schema = makeSchema(["a", "b", "c"]);
  const rowsOf = (seed: number, rows: number, turned: boolean) => {
    const [a, b] = [normal(seed, rows), normal(seed + 50, rows)];
    // Each column alone stays as it was; only their relation changes.
    const c = a.map((value, at) => (turned ? -value : value) * 0.95 + 0.3 * (b[at] ?? 0));
    return makeTable(schema, [a, b, c]);
  };
  it.each([
    [false, false],
    [true, true],
  ])("relation turned %s: told apart %s", (turned, told) => {
    const [reference, current] = [rowsOf(1, 600, false), rowsOf(9, 600, turned)];
    expect(domainClassifier(reference, current, 5).drifted).toBe(told);
    expect(reconstructionError(reference, current, 5).drifted).toBe(told);
  });

  it("texts", () => {
    const words = (seed: number, from: readonly [string, ...string[]]) => {
      const random = makeRandom(seed);
      return Array.from({ length: 150 }, () =>
        Array.from({ length: 6 }, () => from[random.below(from.length)]).join(" "),
      );
    };
    const [usual, other] = [
      ["login", "from", "host", "failed"],
      ["transfer", "from", "host", "urgent"],
    ] as const;
    expect(textClassifier(words(1, [...usual]), words(2, [...other]), 3).drifted).toBe(true);
    expect(textClassifier(words(1, [...usual]), words(2, [...usual]), 3).drifted).toBe(false);
  });
});

it.each([
  [
    [
      ["a", "a"],
      ["b", "b"],
    ],
    1,
  ],
  [
    [
      ["a", "a"],
      ["a", "b"],
      ["b", "a"],
      ["b", "b"],
    ],
    0,
  ],
  [[], Number.NaN],
] as const)("Cohen's kappa %#", (pairs, kappa) => {
  expect(cohensKappa(pairs)).toBe(kappa);
});
