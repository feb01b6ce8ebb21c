import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import { biasReport, type JudgedRow } from "./bias.ts";
import { biasMarkdown } from "./bias-text.ts";
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

  it("reads in plain language", () => {
    const text = biasMarkdown(biasReport(rowsOf(1, true), 2));
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
