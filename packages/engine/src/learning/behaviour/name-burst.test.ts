import { describe, expect, it } from "vitest";
import { makeRandom } from "../random.ts";
import {
  burstOf,
  type NameBurst,
  type NameCounts,
  type NameRates,
  RATES_FIRST,
  RATES_LEAST,
  WINDOW_CHANCE,
} from "./name-burst.ts";

const MANY: NameRates = { both: 0.05, odd: 0.3, missing: 0.3 };
const NAMES_MAX = 2_000;

const alone = (kind: NameBurst["kind"], asked: number, count: number): NameCounts => ({
  asked,
  both: kind === "generated" ? count : 0,
  odd: kind === "flood" ? count : 0,
  missing: kind === "words" ? count : 0,
});

/** Exact: chances of each count after each name, those that are called a burst taken out. `alike` as in NB1. */
function chanceOfCall(kind: NameBurst["kind"], rates: NameRates, rate: number, alike?: number): number {
  let chances = [1];
  let called = 0;
  let least = 1;
  for (let asked = 1; asked <= NAMES_MAX; asked += 1) {
    const next = Array.from({ length: chances.length + 1 }, () => 0);
    for (const [count, chance] of chances.entries()) {
      const more = alike === undefined ? rate : (alike * rate + count) / (alike + asked - 1);
      next[count] = (next[count] ?? 0) + chance * (1 - more);
      next[count + 1] = (next[count + 1] ?? 0) + chance * more;
    }
    while (least <= asked && burstOf(alone(kind, asked, least), rates)?.kind !== kind) least += 1;
    called += next.splice(least).reduce((sum, chance) => sum + chance, 0);
    chances = next;
  }
  return called;
}

describe("names that are called a burst", () => {
  it.each([
    ["before anything is known", RATES_FIRST],
    ["in an organisation of ordinary names", RATES_LEAST],
    ["where a third of all names do not exist", MANY],
  ])("are so by chance in at most one window of %s in 40,000, with up to 2,000 names (exact)", (_name, rates) => {
    const all =
      chanceOfCall("generated", rates, rates.both) +
      chanceOfCall("flood", rates, rates.odd, 20) +
      chanceOfCall("words", rates, rates.missing, 10);
    expect(all).toBeLessThan(WINDOW_CHANCE);
    expect(all).toBeGreaterThan(0);
  });

  /** Odd and missing apart from each other, and `both` more often together than that gives. */
  function windowOf(seed: number, asked: number, [share, rates]: [NameRates, NameRates]): NameBurst | undefined {
    const random = makeRandom(seed);
    const counts = { asked: 0, both: 0, odd: 0, missing: 0 };
    for (; counts.asked < asked; ) {
      counts.asked += 1;
      const together = random.next() < share.both;
      const odd = together || random.next() < share.odd;
      const missing = together || random.next() < share.missing;
      if (odd && missing) counts.both += 1;
      else if (odd) counts.odd += 1;
      else if (missing) counts.missing += 1;
      const burst = odd || missing ? burstOf(counts, rates) : undefined;
      if (burst !== undefined) return burst;
    }
    return undefined;
  }
  const windows = (share: NameRates, rates: NameRates = RATES_FIRST): number =>
    [12, 60, 200, 1_000, 5_000]
      .flatMap((asked) =>
        Array.from({ length: asked > 500 ? 10 : 200 }, (_, seed) => windowOf(seed, asked, [share, rates])),
      )
      .filter((burst) => burst !== undefined).length;

  it.each([
    ["names of projects", { odd: 0.14, missing: 0.02, both: 0 }],
    ["a resolver with clients that mistype much", { odd: 0.1, missing: 0.1, both: 0 }],
    ["search suffixes: a third does not exist", { odd: 0.14, missing: 0.3, both: 0 }],
    ["trackers that are blocked", { odd: 0.12, missing: 0.05, both: 0.008 }],
    ["a language whose names look odd", { odd: 0.3, missing: 0.05, both: 0 }],
  ])("are none on the first day: %s", (_name, share) => expect(windows(share)).toBe(0));
  it("are none once rates are known: a mistyping language whose names look odd", () =>
    expect(windows({ odd: 0.3, missing: 0.3, both: 0 }, { both: 0.1, odd: 0.3, missing: 0.3 })).toBe(0));

  it.each([
    ["12 alone", { asked: 12, both: 10, odd: 0, missing: 2 }, RATES_FIRST, "generated"],
    ["12 among 40", { asked: 52, both: 10, odd: 5, missing: 2 }, RATES_FIRST, "generated"],
    ["12 among 40, rates known", { asked: 52, both: 9, odd: 5, missing: 4 }, RATES_LEAST, "generated"],
    ["30 among 500, rates known", { asked: 530, both: 25, odd: 50, missing: 15 }, RATES_LEAST, "generated"],
    ["20 that exist", { asked: 20, both: 0, odd: 19, missing: 0 }, RATES_FIRST, "flood"],
    ["30 of words", { asked: 32, both: 2, odd: 0, missing: 28 }, RATES_FIRST, "words"],
  ])("are found: %s", (_name, counts, rates, kind) => expect(burstOf(counts, rates)?.kind).toBe(kind));
  it.each([
    ["7 alone: too few to tell", { asked: 7, both: 7, odd: 0, missing: 0 }, RATES_LEAST],
    ["12 among 5,000", { asked: 5_012, both: 18, odd: 400, missing: 200 }, RATES_FIRST],
    ["where odd and missing go together by chance", { asked: 200, both: 20, odd: 40, missing: 40 }, RATES_LEAST],
  ])("are not: %s", (_name, counts, rates) => expect(burstOf(counts, rates)).toBeUndefined());
});
