import type { Event } from "@cordon/model/event";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { naiveBindings } from "./naive-stix.ts";
import { observationsOfStix } from "./observation.ts";
import { parsePattern } from "./parse-pattern.ts";
import { BASE, eventOf, firedOn, observed, patternsOf } from "./stix.fixture.ts";

/** `a0 b5`: letters seen, and at which second, in order of arrival. */
const eventsOf = (text: string): readonly Event[] =>
  text.split(" ").map((word, i) => {
    const letters = word.replace(/[\d.]+$/, "");
    const objects = [...letters].map((value) => ({ type: "x", v: value }));
    return eventOf(observed(...objects), Number(word.slice(letters.length)), i + 1);
  });

const A = "[x:v = 'a']";
const B = "[x:v = 'b']";
const C = "[x:v = 'c']";
const between = (from: number, to: number): string =>
  `START t'${new Date(BASE + from * 1_000).toISOString()}' STOP t'${new Date(BASE + to * 1_000).toISOString()}'`;

const ROWS: readonly (readonly [string, string, readonly (readonly number[])[]])[] = [
  [A, "a0 b1 a2", [[1], [3]]],
  [`${A} OR ${B}`, "a0 b1 c2", [[1], [2]]],
  [`${A} AND ${B}`, "a0 c1 b2", [[1, 3]]],
  [`${A} AND ${B}`, "ab0", []],
  [`${A} AND ${B}`, "ab0 ab0", [[1, 2]]],
  [`${A} AND ${A}`, "a0", []],
  [
    `${A} AND ${B}`,
    "a0 a1 b2 b3 b4",
    [
      [2, 3],
      [1, 4],
    ],
  ],
  [`${A} FOLLOWEDBY ${B}`, "b0 a1", []],
  [`${A} FOLLOWEDBY ${B}`, "a1 b1", [[1, 2]]],
  [`${A} FOLLOWEDBY ${B}`, "b5 a1", [[2, 1]]],
  [`${A} FOLLOWEDBY ${B} FOLLOWEDBY ${C}`, "a0 c1 b2 c3", [[1, 3, 4]]],
  [`${A} FOLLOWEDBY (${B} FOLLOWEDBY ${C})`, "b0 a1 c2 b3", []],
  [`(${A} FOLLOWEDBY ${B}) WITHIN 5 SECONDS`, "a0 b6 a7 b12", [[3, 4]]],
  [`(${A} FOLLOWEDBY ${B}) WITHIN 5 SECONDS`, "a0 b5", [[1, 2]]],
  [`${A} FOLLOWEDBY ${B} WITHIN 5 SECONDS`, "a0 b60", [[1, 2]]],
  [`(${A} AND ${B} AND ${C}) WITHIN 4 SECONDS`, "a0 b3 c5 a6", [[2, 3, 4]]],
  [`${A} REPEATS 3 TIMES`, "a0 a1 b2 a3 a4", [[1, 2, 4]]],
  [`${A} REPEATS 3 TIMES WITHIN 5 SECONDS`, "a0 a4 a6 a8 a9", [[2, 3, 4]]],
  [`(${A} FOLLOWEDBY ${B}) REPEATS 2 TIMES`, "a0 b1 a2 b3", [[1, 2, 3, 4]]],
  [`${A} REPEATS 2 TIMES AND [x:v = 'a' OR x:v = 'b']`, "a0 a1 b2", [[1, 2, 3]]],
  [`${A} REPEATS 2 TIMES AND [x:v = 'a']`, "a0 a1 a2", [[1, 2, 3]]],
  [`${A} ${between(1, 3)}`, "a0 a1 a2 a3", [[2], [3]]],
  [`(${A} AND ${B}) ${between(1, 3)}`, "a0 b1 a2", [[2, 3]]],
  [`(${A} OR ${B} REPEATS 2 TIMES) WITHIN 3 SECONDS`, "b0 a1 b2", [[2], [1, 3]]],
];

describe("observations are combined", () => {
  it.each(ROWS)("%s over %s", (pattern, events, expected) => {
    expect(firedOn(patternsOf([pattern]), eventsOf(events))).toEqual(expected);
  });

  it("an observation that was seen several times stands for that many, over its whole span", () => {
    const data = {
      ...observed({ type: "x", v: "a" }),
      ...{ number_observed: 3, first_observed: "2026-11-21T20:00:00Z", last_observed: "2026-11-21T20:10:00Z" },
    };
    const fires = (pattern: string): boolean => firedOn(patternsOf([pattern]), [eventOf(data, 0, 1)]).length === 1;
    expect(fires(`${A} REPEATS 3 TIMES`)).toBe(true);
    expect(fires(`${A} REPEATS 4 TIMES`)).toBe(false);
    expect(fires(`${A} ${between(590, 700)}`)).toBe(true);
    expect(fires(`${A} ${between(601, 700)}`)).toBe(false);
  });

  it("repeats up to the limit without running out of stack, and a flood without a partner stays cheap", () => {
    const flood = Array.from({ length: 1_000 }, (_, i) => eventOf(observed({ type: "x", v: "a" }), i, i + 1));
    const [fired] = firedOn(patternsOf([`${A} REPEATS 1000 TIMES`]), flood);
    // What is cited is bounded.
    expect(fired?.length).toBe(100);
    const waiting = patternsOf([`(${A} REPEATS 900 TIMES AND ${B}) WITHIN 10 SECONDS`]);
    expect(firedOn(waiting, flood)).toEqual([]);
    expect(waiting.stats()).toMatchObject({ gaveUp: 0, failed: { count: 0 } });
  });

  it("a pattern with WITHIN forgets what nothing can meet any more; without it the number is bounded and told", () => {
    const live = patternsOf([`(${A} AND ${B}) WITHIN 10 SECONDS`], { latenessMs: 30_000 });
    firedOn(live, eventsOf("a0 a20 a39 c45"));
    expect(live.stats().kept).toBe(2);
    const many = Array.from({ length: 5_100 }, (_, i) => eventOf(observed({ type: "x", v: "a" }), i, i + 1));
    const unbound = patternsOf([`${A} AND ${B}`]);
    firedOn(unbound, many);
    expect(unbound.stats()).toMatchObject({ evicted: 501, kept: 4_599 });
    const [detection] = unbound.way.detect([eventOf(observed({ type: "x", v: "b" }), 9_999, 9_999)]);
    expect(detection?.matched.at(-1)).toEqual({ selection: "stix", field: "observations forgotten", value: 501 });
  });
});

const leaf = fc.constantFrom(
  ...[
    "[x:v = 'a']",
    "[x:v = 'b']",
    "[x:v IN ('a', 'c')]",
    "[x:v != 'a']",
    "[x:v LIKE '%b%']",
    "[x:n < 2]",
    "[NOT EXISTS x:n]",
  ],
  ...["[x:v = 'abc' OR x:n >= 2]", "[x:v NOT LIKE 'a%' AND x:n NOT < 1]", "[x:v MATCHES 'bc']", "[x:n IN (0, 3)]"],
);
const { pattern } = fc.letrec<{ pattern: string; compound: string }>((tie) => ({
  pattern: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("compound")),
  compound: fc.oneof(
    fc
      .tuple(tie("pattern"), fc.constantFrom("AND", "OR", "FOLLOWEDBY"), tie("pattern"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie("pattern"), fc.integer({ min: 1, max: 6 })).map(([of, s]) => `(${of} WITHIN ${s} SECONDS)`),
    fc.tuple(tie("pattern"), fc.integer({ min: 1, max: 3 })).map(([of, n]) => `(${of}) REPEATS ${n} TIMES`),
    fc
      .tuple(tie("pattern"), fc.integer({ min: 0, max: 5 }), fc.integer({ min: 4, max: 9 }))
      .map(([of, from, to]) => `((${of}) ${between(from, to)})`),
  ),
}));
const record = fc.record({
  objects: fc.array(
    fc.record(
      { type: fc.constant("x"), v: fc.constantFrom("a", "b", "c", "abc"), n: fc.integer({ min: 0, max: 3 }) },
      { requiredKeys: ["type"] },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  second: fc.integer({ min: 0, max: 9 }),
  span: fc.constantFrom(0, 0, 0, 2),
});
const history = fc.array(record, { minLength: 1, maxLength: 6 }).map((records) =>
  records.map(({ objects, second, span }, i) => {
    const at = (s: number): string => new Date(BASE + s * 1_000).toISOString();
    const raw = { ...observed(...objects), first_observed: at(second), last_observed: at(second + span) };
    return eventOf(raw, second, i);
  }),
);
/** Patterns that are still small when REPEATS is multiplied out: the twin writes every binding. */
const small = pattern.filter((text) => {
  const times = [...text.matchAll(/REPEATS (\d)/g)].reduce((all, [, n]) => all * Number(n), 1);
  return times * (text.match(/\[/g)?.length ?? 0) <= 6;
});

describe("against the naive twin", () => {
  it("fires on the event that completes a binding, and on no other; cites one that is there", () => {
    fc.assert(
      fc.property(small, history, (text, events) => {
        const { root } = parsePattern(text);
        const patterns = patternsOf([text]);
        const all = events.map((event) => observationsOfStix(event.raw, event.time)?.[0]);
        const used = new Set<number>();
        for (const [i, event] of events.entries()) {
          const left = [...events.keys()].filter((n) => n <= i && !used.has(n));
          const bindings = naiveBindings(
            root,
            left.flatMap((n) => all[n] ?? []),
          );
          const possible = new Set(
            bindings.map((binding) =>
              binding
                .map((at) => left[at])
                .sort()
                .join(),
            ),
          );
          const fired = firedOn(patterns, [event]);
          expect(fired.length).toBe(bindings.length > 0 ? 1 : 0);
          for (const evidence of fired) {
            expect(possible).toContain([...evidence].sort().join());
            for (const n of evidence) used.add(n);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("many patterns at once fire as each of them alone", () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 2, maxLength: 6 }), history, (texts, events) => {
        const together = patternsOf(texts).way.detect(events);
        for (const [i, text] of texts.entries()) {
          const own = together.filter(({ rule }) => rule.id === `indicator--${i}`).map(({ evidence }) => evidence);
          expect(own).toEqual(
            patternsOf([text])
              .way.detect(events)
              .map(({ evidence }) => evidence),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a cut at any point gives the same detections, ids included", () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 3 }), history, fc.nat(6), (texts, events, cut) => {
        const whole = patternsOf(texts).way.detect(events);
        const first = patternsOf(texts);
        const before = first.way.detect(events.slice(0, cut));
        const second = patternsOf(texts);
        expect(second.way.restore(first.way.snapshot())).toBe(true);
        expect([...before, ...second.way.detect(events.slice(cut))]).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });
});
