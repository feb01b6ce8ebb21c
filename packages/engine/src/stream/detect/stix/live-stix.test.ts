import { describe, expect, it } from "vitest";
import { makeLiveStix } from "./live-stix.ts";
import { eventOf, observed, patternsOf, testHash } from "./stix.fixture.ts";
import { makeStixPatterns, prepareStix } from "./stix-way.ts";

const A = observed({ type: "domain-name", value: "a.example" });
const B = observed({ type: "domain-name", value: "b.example" });
const AB = "[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']";

describe("patterns that are exchanged while events flow", () => {
  it("are asked from the next batch on", () => {
    const live = makeLiveStix(patternsOf(["[domain-name:value = 'a.example']"]));
    expect(live.way.detect([eventOf(B, 1, 1)])).toEqual([]);
    live.exchange(patternsOf(["[domain-name:value = 'b.example']"]));
    expect(live.way.detect([eventOf(B, 2, 2), eventOf(A, 3, 3)]).map(({ evidence }) => evidence.length)).toEqual([1]);
  });

  it("go on with what they remembered; a changed one begins anew (V2)", () => {
    const live = makeLiveStix(patternsOf([AB]));
    live.way.detect([eventOf(A, 1, 1)]);
    live.exchange(patternsOf([AB, "[domain-name:value = 'c.example']"]));
    expect(live.way.detect([eventOf(B, 2, 2)])).toHaveLength(1);
    live.way.detect([eventOf(A, 3, 3)]);
    live.exchange(patternsOf([`(${AB}) WITHIN 60 SECONDS`]));
    expect(live.way.detect([eventOf(B, 4, 4)])).toEqual([]);
  });

  it("may come and go altogether", () => {
    const live = makeLiveStix(patternsOf([]));
    expect(live.way.remembers).toBe(false);
    live.exchange(patternsOf([AB]));
    expect(live.way.remembers).toBe(true);
    live.way.detect([eventOf(A, 1, 1)]);
    live.exchange(patternsOf([]));
    expect(live.way.detect([eventOf(B, 2, 2)])).toEqual([]);
    expect(live.way.restore(live.way.snapshot())).toBe(true);
  });
});

describe("an indicator that several sources give", () => {
  const indicator = (source: string, more: object = {}) => ({
    ...{ id: "indicator--1", pattern: "[domain-name:value = 'a.example']", types: [], phases: [], techniques: [] },
    ...{ source, validFrom: "2020-01-01T00:00:00Z", ...more },
  });
  const made = (...given: readonly ReturnType<typeof indicator>[]) =>
    makeStixPatterns(given, { views: new Map(), hash: testHash });

  it("is one that names them all (K1)", () => {
    const { way, accepted, rejected } = made(
      indicator("file.json"),
      indicator("intel:feed", { validFrom: "2020-01-01T00:00:00.000Z" }),
      indicator("file.json"),
    );
    expect([accepted.length, rejected.length]).toEqual([1, 0]);
    const [found] = way.detect([eventOf(A, 1, 1)]);
    expect(found?.rule.source).toBe("file.json");
    expect(found?.matched.at(-1)).toMatchObject({ selection: "reason", field: "intel:feed" });
    expect(found?.matched).toHaveLength(2);
  });

  it("is refused where they disagree, and the reason names the first", () => {
    const { rejected } = made(
      indicator("file.json"),
      indicator("intel:feed", { pattern: "[domain-name:value = 'b']" }),
    );
    expect(rejected).toMatchObject([{ source: "intel:feed", code: "duplicate-id" }]);
    expect(rejected[0]?.reason).toContain("file.json");
  });

  it("is not compiled anew for the next set (K2)", () => {
    const parts = { views: new Map(), hash: testHash };
    const before = made(indicator("file.json"));
    const steps = prepareStix([indicator("file.json"), indicator("x", { id: "indicator--2" })], parts, before);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const [first] = before.compiled.values();
    expect([...step.value.compiled.values()][0]).toBe(first);
    expect(step.value.accepted).toHaveLength(2);
  });
});
