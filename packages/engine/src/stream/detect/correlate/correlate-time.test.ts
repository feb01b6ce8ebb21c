/** Late events, wrong clocks, bounds and snapshots of correlations. */
import type { Event } from "@cordon/model/event";
import { describe, expect, it } from "vitest";
import { baseRule, correlation, detectorFor, rulesOf, type Sketch, testEvent } from "./correlate.fixture.ts";

const COUNT = "type: event_count\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\n";
const events = (...seconds: readonly number[]): readonly Event[] =>
  seconds.map((at, id) => testEvent({ id, at, raw: { kind: "a", g: "x" } }));

describe("late and wrong times", () => {
  const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 3 }`));
  const at = (id: number, second: number, more: Partial<Sketch> = {}): Event =>
    testEvent({ id, at: second, raw: { kind: "a", g: "x" }, receivedAt: 1_000, ...more });

  it("within the lateness, an event takes its place", () => {
    const detector = detectorFor(set, { correlate: { latenessMs: 60_000 } });
    const found = [at(1, 100), at(2, 104), at(3, 130), at(4, 102)].flatMap((event) => detector.detect([event]));
    expect(found.map(({ evidence }) => evidence.length)).toEqual([3]);
  });

  it("beyond it, it is counted as late; base rules still run", () => {
    const detector = detectorFor(set, { correlate: { latenessMs: 10_000 } });
    for (const event of [at(1, 100), at(2, 101), at(3, 200), at(4, 102)]) detector.detect([event]);
    expect(detector.stats()).toMatchObject({
      hits: { [set.rules[0]?.id ?? ""]: 4 },
      correlations: { lanes: [{ late: 1 }] },
    });
  });

  it("each input has its own clock", () => {
    const detector = detectorFor(set, { correlate: { latenessMs: 10_000 } });
    const found = [at(1, 500), at(2, 100, { input: "b" }), at(3, 101, { input: "b" }), at(4, 102, { input: "b" })];
    expect(found.flatMap((event) => detector.detect([event]))).toHaveLength(1);
  });

  it("a time in the far future is a wrong clock: the time of arrival is taken", () => {
    const detector = detectorFor(set);
    const wrong = [at(1, 999_999), at(2, 999), at(3, 998)];
    expect(detector.detect(wrong)).toHaveLength(1);
    expect(detector.stats().correlations.skewed).toBe(1);
  });

  it("a window closes by the clock when nothing comes any more", () => {
    const closing = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { lt: 3 }`));
    const detector = detectorFor(closing);
    expect(detector.detect([at(1, 1_000)])).toEqual([]);
    expect(detector.tick(1_010_000)).toEqual([]);
    expect(detector.tick(2_000_000)).toHaveLength(1);
    expect(detector.tick(3_000_000)).toEqual([]);
  });
});

describe("bounds", () => {
  it("groups: the stalest go, counted", () => {
    const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 2 }`));
    const detector = detectorFor(set, { correlate: { groupsMax: 100 } });
    detector.detect(
      Array.from({ length: 150 }, (_, id) => testEvent({ id, at: id / 100, raw: { kind: "a", g: `g${id}` } })),
    );
    const [lane] = detector.stats().correlations.lanes;
    expect(lane?.groups).toBeLessThanOrEqual(100);
    expect(lane?.groupsEvicted).toBe(150 - (lane?.groups ?? 0));
    expect(lane?.entries).toBe(lane?.groups);
    expect(detector.detect([testEvent({ id: 999, at: 1.6, raw: { kind: "a", g: "g149" } })])).toHaveLength(1);
  });

  it("entries: the oldest of a full group go, counted, and the alert says at least", () => {
    const body = "type: value_count\nrules: [a]\ngroup-by: [g]\ntimespan: 1h\ncondition: { field: v, gte: 3 }";
    const set = rulesOf(baseRule("a"), correlation(body));
    const detector = detectorFor(set, { correlate: { entriesPerGroupMax: 50 } });
    const flood = Array.from({ length: 200 }, (_, id) =>
      testEvent({ id, at: id, raw: { kind: "a", g: "x", v: "same" } }),
    );
    detector.detect(flood);
    const [alert] = detector.detect(
      ["p", "q"].map((v, i) => testEvent({ id: 900 + i, at: 300, raw: { kind: "a", g: "x", v } })),
    );
    expect(String(alert?.matched.find(({ field }) => field === "events")?.value)).toMatch(/^at least \d+$/);
    expect(detector.stats().correlations.lanes[0]?.entriesEvicted).toBeGreaterThan(100);
  });

  it("all together: never more entries than allowed after a batch", () => {
    const set = rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 99 }`));
    const detector = detectorFor(set, { correlate: { entriesMax: 500, latenessMs: Number.POSITIVE_INFINITY } });
    for (let batch = 0; batch < 20; batch += 1) {
      detector.detect(
        Array.from({ length: 100 }, (_, i) =>
          testEvent({ id: batch * 100 + i, at: batch, raw: { kind: "a", g: `g${i}` } }),
        ),
      );
      expect(detector.stats().correlations.lanes[0]?.entries).toBeLessThanOrEqual(500);
    }
  });
});

describe("a snapshot", () => {
  it("changes nothing, wherever it is taken", () => {
    const bodies = [
      `${COUNT}condition: { gte: 3 }`,
      `${COUNT}condition: { lte: 2 }`,
      "type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [g]\ntimespan: 10s",
      "type: value_sum\nrules: [a]\ngroup-by: [g]\ntimespan: 10s\ncondition: { field: v, gt: 7 }",
      "type: value_count\nrules: [a, b]\ngroup-by: [g]\ntimespan: 10s\ncondition: { field: v, gte: 3 }",
    ];
    const set = rulesOf(
      ...["a", "b", "c"].map(baseRule),
      ...bodies.map((body, i) => correlation(body, `name: c${i}\nid: 00000000-0000-4000-8000-00000000000${i}`)),
    );
    const list = Array.from({ length: 120 }, (_, id) => {
      const at = id - (id % 11 === 0 ? 6 : 0);
      return testEvent({ id, at, raw: { kind: ["a", "b", "c"][(id * 7) % 3] ?? "", g: `g${id % 2}`, v: id % 5 } });
    });
    const whole = detectorFor(set);
    const expected = [...list.flatMap((event) => whole.detect([event])), ...whole.finish()];
    let now = detectorFor(set);
    const found = list.flatMap((event) => {
      const detections = now.detect([event]);
      const next = detectorFor(set);
      expect(next.restore(now.snapshot())).toBe(true);
      now = next;
      return detections;
    });
    expect([...found, ...now.finish()]).toEqual(expected);
    expect(new Set(expected.map(({ rule }) => rule.id)).size).toBe(bodies.length);
  });

  it("of another definition is not taken: that correlation begins anew, counted; others go on", () => {
    const set = (gte: number) => rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: ${gte} }`));
    const before = detectorFor(set(3));
    before.detect(events(0, 1));
    const same = detectorFor(set(3));
    same.restore(before.snapshot());
    expect(same.detect([testEvent({ id: 9, at: 2, raw: { kind: "a", g: "x" } })])).toHaveLength(1);
    const other = detectorFor(set(2));
    other.restore(before.snapshot());
    expect(other.stats().correlations.restarted).toBe(1);
    expect(other.detect([testEvent({ id: 9, at: 2, raw: { kind: "a", g: "x" } })])).toEqual([]);
  });

  it.each(["", "null", "{}", "[1", '{"form":99}'])("that is none of ours (%j) leaves the detector as new", (text) => {
    expect(detectorFor(rulesOf(baseRule("a"), correlation(`${COUNT}condition: { gte: 3 }`))).restore(text)).toBe(false);
  });
});
