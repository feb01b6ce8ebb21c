import { describe, expect, it } from "vitest";
import { agreementOf, isDrawn, offeredTo, waiverOf } from "./second-review.ts";

const DAY = 86_400_000;
const first = (incident: string, by: string, at = 0, verdict = "true-positive") => ({ incident, at, by, verdict });
/** Of ids that begin with `x` the digest is low: they are drawn. */
const digest = (text: string): string => (text.includes("x") ? "00000001" : "ffffffff");
const round = { share: 0.05, now: DAY, digest };

describe("second reviews", () => {
  it.each([
    ["00000000ab", 0.05, true],
    ["0cccccccab", 0.05, true],
    ["0ccccccdab", 0.05, false],
    ["ffffffffab", 1, true],
    ["00000000ab", 0, false],
  ])("SR1. digest %s at a share of %d: %s", (hex, share, expected) => {
    expect(isDrawn(hex, share)).toBe(expected);
  });

  it("SR2. offers what others decided, lately, and nobody reviewed yet", () => {
    const firsts = [first("x1", "ann"), first("x2", "bob"), first("y3", "bob"), first("x4", "bob", -40 * DAY)];
    const seconds = new Map([["x5", { verdict: "true-positive", by: "ann" }]]);
    const offered = (waived: readonly string[]) =>
      offeredTo("ann", [...firsts, first("x5", "bob")], { seconds, waived: new Set(waived) }, round).map(
        ({ incident }) => incident,
      );
    expect(offered([])).toEqual(["x2"]);
    // SR4: hers alone, and of this case alone.
    expect(offered([waiverOf("x2", "cid"), waiverOf("x9", "ann")])).toEqual(["x2"]);
    expect(offered([waiverOf("x2", "ann")])).toEqual([]);
  });

  it("SR3. kappa of pairs of two people; too few are only counted", () => {
    const firsts = Array.from({ length: 40 }, (_, at) =>
      first(`i${at}`, "ann", 0, at % 2 === 0 ? "true-positive" : "false-positive"),
    );
    // 10 of 40 differ: 75 % agreed, 50 % by chance.
    const seconds = new Map(
      firsts.map(({ incident, verdict }, at) => [
        incident,
        {
          by: "bob",
          verdict:
            at % 4 < 2
              ? verdict
              : at % 8 < 4
                ? verdict
                : verdict === "true-positive"
                  ? "false-positive"
                  : "true-positive",
        },
      ]),
    );
    const found = agreementOf(firsts, seconds);
    expect([found.pairs, found.agreed]).toEqual([40, 30]);
    expect(found.kappa).toBeCloseTo(0.5);
    expect([(found.low ?? 1) < 0.5, (found.high ?? 0) > 0.5]).toEqual([true, true]);
    expect(agreementOf(firsts.slice(0, 5), seconds)).toEqual({ pairs: 5, agreed: 5 });
    const own = new Map(firsts.map(({ incident, verdict }) => [incident, { by: "ann", verdict }]));
    expect(agreementOf(firsts, own).pairs).toBe(0);
  });
});
